with lines as (
    select * from {{ ref('slice_curated_lines') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

sharp_books as (
    select trim(names.bookmaker) as bookmaker
    from regexp_split_to_table({{ parameter('sharp_bookmakers') }}, ',') as names (bookmaker)
),

-- the moments at which anything changed in a market; a line without times stands at its label alone
changes as (
    select
        game_id,
        market,
        period,
        valid_from as changed_at
    from lines
    where valid_from is not null
    union
    select
        game_id,
        market,
        period,
        valid_to as changed_at
    from lines
    where valid_to is not null
),

moments as (
    select
        changes.*,
        row_number() over (
            partition by game_id, market, period
            order by changed_at
        ) as moment,
        count(*) over (partition by game_id, market, period) as moment_count
    from changes
),

-- which valid line of which book stood at each moment
standing as (
    select
        lines.line_id,
        lines.game_id,
        lines.source,
        lines.bookmaker,
        lines.market,
        lines.period,
        lines.side,
        lines.point,
        lines.pair_point,
        lines.price_decimal,
        lines.implied_prob,
        moment_number as moment,
        moment_number = started.moment as is_start
    from lines
    inner join moments as started
        on
            lines.game_id = started.game_id
            and lines.market = started.market
            and lines.period = started.period
            and lines.valid_from = started.changed_at
    left join moments as ended
        on
            lines.game_id = ended.game_id
            and lines.market = ended.market
            and lines.period = ended.period
            and lines.valid_to = ended.changed_at
    cross join lateral generate_series(
        started.moment, coalesce(ended.moment - 1, started.moment_count)
    ) as numbers (moment_number)
    where lines.is_valid
    union all
    select
        line_id,
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        point,
        pair_point,
        price_decimal,
        implied_prob,
        case label when 'open' then -2 when 'close' then -1 else 0 end as moment,
        true as is_start
    from lines
    where is_valid and valid_from is null
),

paired as (
    select
        standing.*,
        case when count(implied_prob) over pair = 2 then sum(implied_prob) over pair end as overround
    from standing
    window pair as (partition by game_id, source, bookmaker, market, period, moment, pair_point)
),

fair as (
    select
        paired.*,
        paired.implied_prob / paired.overround as no_vig_prob,
        coalesce(paired.bookmaker in (select sharp_books.bookmaker from sharp_books), false) as is_sharp
    from paired
),

compared as (
    select
        fair.*,
        avg(no_vig_prob) over same_line as consensus_prob,
        max(price_decimal) over same_line as best_price_decimal,
        avg(no_vig_prob) filter (where is_sharp) over same_line as sharp_prob
    from fair
    window same_line as (partition by game_id, market, period, moment, side, pair_point)
),

middle as (
    select
        game_id,
        market,
        period,
        moment,
        side,
        percentile_disc(0.5) within group (order by point) as consensus_point
    from standing
    group by game_id, market, period, moment, side
),

int_line_moments as (
    select
        compared.line_id,
        compared.overround,
        compared.no_vig_prob,
        middle.consensus_point,
        compared.consensus_prob,
        compared.price_decimal = compared.best_price_decimal as is_best_price,
        compared.sharp_prob
    from compared
    inner join middle
        on
            compared.game_id = middle.game_id
            and compared.market = middle.market
            and compared.period = middle.period
            and compared.moment = middle.moment
            and compared.side = middle.side
    where compared.is_start
)

select
    line_id,
    round(overround, 6) as overround,
    round(no_vig_prob, 6) as no_vig_prob,
    consensus_point,
    round(consensus_prob, 6) as consensus_prob,
    coalesce(is_best_price, false) as is_best_price,
    round(sharp_prob, 6) as sharp_prob
from int_line_moments
