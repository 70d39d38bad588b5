with games as (
    select * from {{ ref('slice_games') }}
),

coverage as (
    select * from {{ ref('slice_coverage') }}
),

told as (
    select
        game_id,
        source,
        observed_at,
        max(commence_at) as commence_at
    from games
    where observed_at is not null
    group by game_id, source, observed_at
),

moments as (
    select
        game_id,
        source,
        observed_at
    from told
    union
    select
        game_id,
        source,
        observed_at
    from coverage
),

-- a snapshot that does not name the game leaves what was told last
numbered as (
    select
        moments.game_id,
        moments.source,
        moments.observed_at,
        told.commence_at,
        count(told.commence_at) over (
            partition by moments.game_id, moments.source
            order by moments.observed_at
        ) as telling
    from moments
    left join told
        on
            moments.game_id = told.game_id
            and moments.source = told.source
            and moments.observed_at = told.observed_at
),

carried as (
    select
        game_id,
        source,
        observed_at,
        max(commence_at) over (partition by game_id, source, telling) as commence_at
    from numbered
),

int_commence_times as (
    select
        game_id,
        source,
        observed_at,
        commence_at,
        coalesce(observed_at >= commence_at, false) as in_play
    from carried
)

select * from int_commence_times
