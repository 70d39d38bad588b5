with lines as (
    select * from {{ ref('slice_curated_lines') }}
),

closing as (
    select
        lines.*,
        case when lines.is_valid then lines.implied_prob end as valid_prob,
        coalesce(
            lines.precedence = coalesce(
                min(lines.precedence) filter (where lines.is_valid) over one_book,
                min(lines.precedence) over one_book
            ),
            false
        ) as is_primary_source
    from lines
    where lines.is_closing
    window one_book as (partition by lines.game_id, lines.bookmaker, lines.market, lines.period)
),

paired as (
    select
        closing.*,
        case when count(valid_prob) over pair = 2 then sum(valid_prob) over pair end as pair_prob
    from closing
    window pair as (partition by game_id, source, bookmaker, market, period, pair_point)
),

closing_lines as (
    select
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        point,
        price_american,
        price_decimal,
        round(implied_prob, 6) as implied_prob,
        round(valid_prob / pair_prob, 6) as no_vig_prob,
        round(case when is_valid then pair_prob end, 6) as overround,
        last_observed_at as closed_at,
        round(extract(epoch from told_commence_at - last_observed_at), 3) as seconds_before_start,
        told_commence_at,
        commence_at,
        line_id,
        batch_id,
        is_valid,
        validation_notes,
        is_primary_source,
        sport_key,
        season,
        game_date_et,
        quality_score,
        row_quality_score
    from paired
)

select * from closing_lines
