with lines as (
    select * from {{ ref('slice_curated_lines') }}
),

moments as (
    select * from {{ ref('int_line_moments') }}
),

betting_lines_enhanced as (
    select
        lines.line_id,
        lines.game_id,
        lines.sport_key,
        lines.season,
        lines.game_date_et,
        lines.commence_at,
        lines.home_team,
        lines.away_team,
        lines.source,
        lines.bookmaker,
        lines.market,
        lines.period,
        lines.side,
        lines.point,
        lines.price_american,
        lines.price_decimal,
        lines.valid_from,
        lines.valid_to,
        lines.first_observed_at,
        lines.last_observed_at,
        round(lines.implied_prob, 6) as implied_prob,
        moments.no_vig_prob,
        moments.overround,
        moments.consensus_point,
        moments.consensus_prob,
        coalesce(moments.is_best_price, false) as is_best_price,
        lines.is_opening,
        lines.is_closing,
        lines.in_play,
        moments.sharp_prob,
        moments.no_vig_prob - moments.sharp_prob as distance_to_sharp_prob,
        lines.quality_score,
        lines.row_quality_score,
        lines.batch_id,
        lines.is_valid,
        lines.validation_notes,
        coalesce(moments.is_primary_source, false) as is_primary_source
    from lines
    left join moments on lines.line_id = moments.line_id
)

select * from betting_lines_enhanced
