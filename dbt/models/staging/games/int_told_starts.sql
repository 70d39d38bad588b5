with games as (
    select * from {{ ref('slice_games') }}
),

source_trust as (
    select * from {{ ref('source_trust') }}
),

told as (
    select
        game_id,
        league,
        source,
        observed_at,
        max(commence_at) as commence_at
    from games
    where observed_at is not null and commence_at is not null
    group by game_id, league, source, observed_at
),

with_previous as (
    select
        told.*,
        {{ trust_rank(1000) }} as rank,
        lag(told.commence_at) over (
            partition by told.game_id, told.source
            order by told.observed_at
        ) as previous_commence_at
    from told
    {{ trust_joins('start', 'told.source', 'told.league') }}
),

changes as (
    select
        game_id,
        source,
        observed_at,
        commence_at,
        rank
    from with_previous
    where previous_commence_at is distinct from commence_at
),

moments as (
    select distinct
        game_id,
        observed_at
    from changes
),

-- at each moment the most trusted of those that had told one by then; among equals the latest word
believed as (
    select distinct on (moments.game_id, moments.observed_at)
        moments.game_id,
        moments.observed_at,
        changes.commence_at
    from moments
    inner join changes on moments.game_id = changes.game_id and moments.observed_at >= changes.observed_at
    order by
        moments.game_id asc, moments.observed_at asc, changes.rank asc, changes.observed_at desc, changes.source asc
),

int_told_starts as (
    select
        game_id,
        case
            when row_number() over in_order = 1 then '-infinity'::timestamptz
            else observed_at
        end as told_from,
        coalesce(lead(observed_at) over in_order, 'infinity'::timestamptz) as told_to,
        commence_at
    from believed
    window in_order as (partition by game_id order by observed_at)
)

select * from int_told_starts
