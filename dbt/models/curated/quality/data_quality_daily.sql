with game_quality as (
    select * from {{ ref('game_quality') }}
),

metrics as (
    select * from {{ ref('data_quality_metrics') }}
),

batches as (
    select * from {{ source('ops', 'batches') }}
),

of_lines as (
    select
        game_quality.seen_on_et as day_et,
        game_quality.source,
        measured.metric,
        measured.weighted,
        measured.sample_size
    from game_quality
    cross join lateral (
        values
        ('lines_valid_pct', 100.0 * game_quality.valid_line_count, game_quality.line_count),
        ('lines_two_sided_pct', 100.0 * game_quality.two_sided_line_count, game_quality.line_count),
        ('lines_warned_pct', 100.0 * game_quality.warned_line_count, game_quality.line_count),
        ('row_quality_score', game_quality.row_quality_score * game_quality.line_count, game_quality.line_count),
        ('bookmakers_per_game', 1.0 * game_quality.bookmaker_count, 1),
        ('markets_per_game', 1.0 * game_quality.market_count, 1)
    ) as measured (metric, weighted, sample_size)
),

-- freshness, of days that are over: how long before its start a game was looked at last
of_looks as (
    select
        looks.game_date_et as day_et,
        looks.source,
        'minutes_before_start' as metric,
        looks.minutes_before_start as weighted,
        1 as sample_size
    from (
        select
            game_id,
            source,
            max(game_date_et) as game_date_et,
            min(minutes_before_start) as minutes_before_start
        from game_quality
        group by game_id, source
    ) as looks
    where
        looks.minutes_before_start is not null
        and looks.game_date_et < (select max(game_quality.seen_on_et) from game_quality)
),

of_batches as (
    select
        (batches.observed_at at time zone 'America/New_York')::date as day_et,
        metrics.source,
        'batch_' || metrics.table_name || '_' || metrics.metric as metric,
        metrics.value * metrics.sample_size as weighted,
        metrics.sample_size
    from metrics
    inner join batches on metrics.batch_id = batches.batch_id
),

told as (
    select * from of_lines
    union all
    select * from of_looks
    union all
    select * from of_batches
),

data_quality_daily as (
    select
        day_et,
        source,
        metric,
        round(sum(weighted) / nullif(sum(sample_size), 0), 4) as value,
        sum(sample_size)::bigint as sample_size
    from told
    group by day_et, source, metric
)

select * from data_quality_daily
