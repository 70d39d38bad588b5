with observations as (
    select * from {{ ref('int_line_observations') }}
),

coverage as (
    select * from {{ ref('int_line_coverage') }}
),

series as (
    select distinct
        series_id,
        game_id,
        source,
        bookmaker,
        market,
        period
    from observations
),

looks as (
    select
        series_id,
        array_agg(observed_at order by observed_at) as looked_at
    from coverage
    group by series_id
),

line_looks as (
    select
        series.game_id,
        series.source,
        series.bookmaker,
        series.market,
        series.period,
        looks.looked_at
    from series
    inner join looks on series.series_id = looks.series_id
)

select * from line_looks
