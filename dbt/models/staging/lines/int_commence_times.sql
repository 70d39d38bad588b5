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
        max(commence_at) as commence_at,
        bool_or(state in ('live', 'final')) as is_called_started
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
        told.is_called_started,
        count(told.commence_at) over in_order as telling,
        count(told.is_called_started) over in_order as calling,
        max(told.commence_at) over (partition by moments.game_id) as commence_at_elsewhere
    from moments
    left join told
        on
            moments.game_id = told.game_id
            and moments.source = told.source
            and moments.observed_at = told.observed_at
    window in_order as (partition by moments.game_id, moments.source order by moments.observed_at)
),

carried as (
    select
        game_id,
        source,
        observed_at,
        max(commence_at) over (partition by game_id, source, telling) as commence_at,
        bool_or(is_called_started) over (partition by game_id, source, calling) as is_called_started,
        commence_at_elsewhere
    from numbered
),

int_commence_times as (
    select
        game_id,
        source,
        observed_at,
        commence_at,
        -- a source without times of its own is held to what the others tell
        coalesce(observed_at >= coalesce(commence_at, commence_at_elsewhere), false)
        or coalesce(is_called_started, false) as in_play
    from carried
)

select * from int_commence_times
