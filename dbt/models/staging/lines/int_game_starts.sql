with games as (
    select * from {{ ref('slice_games') }}
),

game_statuses as (
    select * from {{ ref('game_statuses') }}
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
        games.game_id,
        coalesce(games.observed_at, 'infinity'::timestamptz) as observed_at
    from games
    left join game_statuses on lower(games.status) = game_statuses.status_raw
    where
        games.completed
        or (
            games.observed_at >= games.commence_at
            and coalesce(game_statuses.state, '') not in ('postponed', 'cancelled')
            and coalesce(games.state, '') not in ('postponed', 'cancelled')
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
