with lines as (
    select * from {{ ref('slice_curated_lines') }}
),

sided as (
    select
        lines.*,
        (lines.first_observed_at at time zone 'America/New_York')::date as seen_on_et,
        count(*) over (
            partition by
                lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.valid_from, lines.label,
                lines.pair_point
        ) as sides
    from lines
),

game_quality as (
    select
        {{ content_uuid(['game_id', 'source', 'seen_on_et']) }} as game_quality_id,
        game_id,
        source,
        seen_on_et,
        max(sport_key) as sport_key,
        max(game_date_et) as game_date_et,
        count(*)::integer as line_count,
        count(*) filter (where is_valid)::integer as valid_line_count,
        count(*) filter (where is_valid and cardinality(validation_notes) > 0)::integer as warned_line_count,
        count(*) filter (where sides >= 2)::integer as two_sided_line_count,
        count(distinct bookmaker)::integer as bookmaker_count,
        count(distinct market || '|' || period)::integer as market_count,
        round(avg(row_quality_score), 6) as row_quality_score,
        max(last_observed_at) as last_observed_at,
        round(
            extract(epoch from max(commence_at) - max(last_observed_at) filter (where not in_play)) / 60, 1
        ) as minutes_before_start
    from sided
    group by game_id, source, seen_on_et
)

select * from game_quality
