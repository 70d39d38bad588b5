with observations as (
    select * from {{ ref('int_line_observations') }}
),

coverage as (
    select * from {{ ref('slice_coverage') }}
),

commence_times as (
    select * from {{ ref('int_commence_times') }}
),

markets as (
    select * from {{ ref('markets') }}
),

offered as (
    select distinct
        series_id,
        game_id,
        source,
        source_bookmaker,
        market,
        period
    from observations
),

-- `offset 0`: what was asked is unfolded once, not for every line that was offered
asked as (
    select
        coverage.game_id,
        coverage.source,
        coverage.observed_at,
        coverage.bookmakers,
        markets.market,
        markets.period
    from coverage
    cross join lateral unnest(coverage.markets) as asked_for (source_market)
    inner join markets
        on
            asked_for.source_market = markets.source_market
            and {{ of_source('markets', 'coverage.source') }}
    offset 0
),

-- a snapshot that shows a line speaks about it, whatever was asked
covering as (
    select
        offered.series_id,
        offered.game_id,
        offered.source,
        asked.observed_at
    from offered
    inner join asked
        on
            offered.game_id = asked.game_id
            and offered.source = asked.source
            and offered.market = asked.market
            and offered.period = asked.period
    where asked.bookmakers is null or offered.source_bookmaker = any(asked.bookmakers)
    union
    select
        series_id,
        game_id,
        source,
        observed_at
    from observations
),

timed as (
    select
        covering.series_id,
        covering.observed_at,
        commence_times.commence_at,
        coalesce(commence_times.in_play, false) as in_play
    from covering
    left join commence_times
        on
            covering.game_id = commence_times.game_id
            and covering.source = commence_times.source
            and covering.observed_at = commence_times.observed_at
),

int_line_coverage as (
    select
        series_id,
        observed_at,
        commence_at,
        in_play,
        (row_number() over in_order)::integer as sequence,
        lead(observed_at) over in_order as next_observed_at,
        max(case when not in_play then observed_at end) over (partition by series_id) as last_pre_game_at
    from timed
    window in_order as (partition by series_id order by observed_at)
)

select * from int_line_coverage
