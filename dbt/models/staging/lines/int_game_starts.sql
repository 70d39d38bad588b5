with games as (
    select * from {{ ref('slice_games') }}
),

commence_times as (
    select * from {{ ref('int_commence_times') }}
),

evidence as (
    select
        game_id,
        observed_at
    from commence_times
    where in_play
    union all
    select
        game_id,
        coalesce(observed_at, 'infinity'::timestamptz) as observed_at
    from games
    where
        completed
        or (
            observed_at >= commence_at
            and lower(coalesce(status, '')) not in ('postponed', 'ppd', 'cancelled', 'canceled')
            and coalesce(state, '') not in ('postponed', 'cancelled')
        )
),

int_game_starts as (
    select
        game_id,
        max(observed_at) as started_seen_at
    from evidence
    group by game_id
)

select * from int_game_starts
