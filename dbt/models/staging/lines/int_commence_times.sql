with games as (
    select * from {{ ref('slice_games') }}
),

coverage as (
    select * from {{ ref('slice_coverage') }}
),

told_starts as (
    select * from {{ ref('int_told_starts') }}
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
        count(told.is_called_started) over in_order as calling
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
        bool_or(is_called_started) over (partition by game_id, source, calling) as is_called_started
    from numbered
),

int_commence_times as (
    select
        carried.game_id,
        carried.source,
        carried.observed_at,
        carried.commence_at,
        -- a source without times of its own is held to what the others had told by then
        coalesce(carried.observed_at >= coalesce(carried.commence_at, told_starts.commence_at), false)
        or coalesce(carried.is_called_started, false) as in_play
    from carried
    left join told_starts
        on
            carried.game_id = told_starts.game_id
            and carried.observed_at >= told_starts.told_from
            and carried.observed_at < told_starts.told_to
)

select * from int_commence_times
