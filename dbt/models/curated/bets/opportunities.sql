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
    select trim(names.bookmaker) as bookmaker
    from regexp_split_to_table({{ parameter('sharp_bookmakers') }}, ',') as names (bookmaker)
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
        count(distinct bookmaker)::integer as sharp_bookmaker_count
    from standing
    where is_sharp and overround is not null
    group by game_id, market, period, side, pair_point
),

priced as (
    select
        standing.*,
        round(sharp.sharp_prob, 6) as sharp_prob,
        sharp.sharp_bookmaker_count,
        round(100 * (sharp.sharp_prob * standing.price_decimal - 1), 4) as ev_pct
    from standing
    inner join sharp
        on
            standing.game_id = sharp.game_id
            and standing.market = sharp.market
            and standing.period = sharp.period
            and standing.side = sharp.side
            and standing.pair_point = sharp.pair_point
    where not standing.is_sharp
),

opportunities as (
    select
        {{ content_uuid([
            'priced.game_id', 'priced.source', 'priced.bookmaker', 'priced.market', 'priced.period', 'priced.side',
            'priced.point'
        ]) }} as opportunity_id,
        priced.game_id,
        priced.sport_key,
        priced.commence_at,
        priced.home_team,
        priced.away_team,
        priced.source,
        priced.bookmaker,
        priced.market,
        priced.period,
        priced.side,
        priced.point,
        priced.price_american,
        priced.price_decimal,
        priced.sharp_prob,
        priced.ev_pct,
        priced.sharp_bookmaker_count,
        priced.last_observed_at as observed_at,
        priced.valid_from,
        priced.quality_score,
        priced.line_id,
        priced.batch_id
    from priced
    where priced.ev_pct >= priced.minimum_ev_pct
)

select * from opportunities
