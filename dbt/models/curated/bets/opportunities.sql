with lines as (
    select * from {{ ref('slice_curated_lines') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

settings as (
    select
        ({{ parameter('as_of') }})::timestamptz as as_of,
        ({{ parameter('minimum_ev_pct') }})::numeric as minimum_ev_pct
),

sharp_books as (
    {{ sharp_books() }}
),

-- of one book's line told by several sources: of those that saw it lately the most trusted, else the latest
told as (
    select
        lines.*,
        settings.minimum_ev_pct,
        first_value(lines.source) over (
            partition by lines.game_id, lines.bookmaker, lines.market, lines.period
            order by
                lines.last_observed_at < settings.as_of - interval '{{ var("fresh_price_minutes") }} minutes' asc,
                case
                    when lines.last_observed_at >= settings.as_of - interval '{{ var("fresh_price_minutes") }} minutes'
                        then lines.precedence
                end asc,
                lines.last_observed_at desc,
                lines.precedence asc
        ) as source_that_counts
    from lines
    cross join settings
    where
        lines.is_valid
        and lines.precedence is not null
        and lines.is_valid_game
        and not lines.in_play
        and lines.valid_from is not null
        and lines.valid_to is null
        and lines.game_status = 'scheduled'
        and lines.commence_at > settings.as_of
),

standing as (
    select
        lines.*,
        coalesce(lines.bookmaker in (select sharp_books.bookmaker from sharp_books), false) as is_sharp,
        case
            when
                count(lines.implied_prob) over (
                    partition by
                        lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.pair_point
                ) = 2
                then sum(lines.implied_prob) over (
                    partition by
                        lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.pair_point
                )
        end as overround
    from told as lines
    where lines.source = lines.source_that_counts
),

sharp as (
    select
        game_id,
        market,
        period,
        side,
        pair_point,
        avg(implied_prob / overround) as sharp_prob,
        count(distinct bookmaker)::integer as sharp_bookmaker_count,
        min(last_observed_at) as sharp_observed_at
    from standing
    where is_sharp and overround is not null
    group by game_id, market, period, side, pair_point
),

-- the best price of each side; of several that pay it the one seen last
ranked as (
    select
        standing.*,
        row_number() over (
            partition by game_id, market, period, pair_point, side
            order by price_decimal desc nulls last, last_observed_at desc, bookmaker asc, source asc
        ) as place
    from standing
),

best as (
    select
        ranked.*,
        max(last_observed_at) over (partition by game_id) as newest_observed_at,
        case
            when place = 1 and count(price_decimal) over one_place = 2 then sum(1 / price_decimal) over one_place
        end as best_overround,
        coalesce(lag(bookmaker) over by_side, lead(bookmaker) over by_side) as other_bookmaker,
        coalesce(lag(price_american) over by_side, lead(price_american) over by_side) as other_price_american,
        coalesce(lag(last_observed_at) over by_side, lead(last_observed_at) over by_side) as other_observed_at,
        coalesce(lag(line_id) over by_side, lead(line_id) over by_side) as other_line_id
    from ranked
    window
        one_place as (partition by game_id, market, period, pair_point, place),
        by_side as (partition by game_id, market, period, pair_point, place order by side)
),

priced as (
    select
        best.*,
        coalesce(round(100 * (1 / best.best_overround - 1), 4) > 0, false) as is_arbitrage,
        round(sharp.sharp_prob, 6) as sharp_prob,
        sharp.sharp_bookmaker_count,
        sharp.sharp_observed_at,
        round(100 * (sharp.sharp_prob * best.price_decimal - 1), 4) as ev_pct
    from best
    left join sharp
        on
            best.game_id = sharp.game_id
            and best.market = sharp.market
            and best.period = sharp.period
            and best.side = sharp.side
            and best.pair_point = sharp.pair_point
),

judged as (
    select
        priced.*,
        coalesce(not is_sharp and ev_pct >= minimum_ev_pct, false) as is_positive_ev
    from priced
),

opportunities as (
    select
        {{ content_uuid([
            'judged.game_id', 'judged.source', 'judged.bookmaker', 'judged.market', 'judged.period', 'judged.side',
            'judged.point'
        ]) }} as opportunity_id,
        judged.game_id,
        judged.sport_key,
        judged.commence_at,
        judged.home_team,
        judged.away_team,
        judged.source,
        judged.bookmaker,
        judged.market,
        judged.period,
        judged.side,
        judged.point,
        judged.price_american,
        judged.price_decimal,
        judged.is_positive_ev,
        judged.is_arbitrage,
        judged.sharp_prob,
        judged.ev_pct,
        judged.sharp_bookmaker_count,
        case when judged.is_arbitrage then round(100 * (1 / judged.best_overround - 1), 4) end as arbitrage_profit_pct,
        case
            when judged.is_arbitrage then round(1 / judged.price_decimal / judged.best_overround, 6)
        end as stake_share,
        case when judged.is_arbitrage then judged.other_bookmaker end as other_bookmaker,
        case when judged.is_arbitrage then judged.other_price_american end as other_price_american,
        judged.last_observed_at as observed_at,
        judged.sharp_observed_at,
        case when judged.is_arbitrage then judged.other_observed_at end as other_observed_at,
        extract(epoch from judged.newest_observed_at - judged.last_observed_at) as seconds_behind_newest,
        judged.valid_from,
        judged.quality_score,
        judged.line_id,
        case when judged.is_arbitrage then judged.other_line_id end as other_line_id,
        judged.batch_id
    from judged
    where judged.is_positive_ev or judged.is_arbitrage
)

select * from opportunities
