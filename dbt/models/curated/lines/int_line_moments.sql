with lines as (
    select
        line_id,
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        label,
        point,
        pair_point,
        price_decimal,
        implied_prob,
        valid_from,
        valid_to,
        is_valid,
        in_play,
        precedence
    from {{ ref('slice_curated_lines') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

sharp_books as (
    {{ sharp_books() }}
),

-- the moments at which anything changed in a market, before the game and in play each, numbered over all, so that one
-- number says market, phase and moment; a line stands from one up to another
changes as (
    select
        line_id,
        game_id,
        market,
        period,
        in_play,
        valid_from as changed_at,
        false as is_end
    from lines
    where is_valid and valid_from is not null
    union all
    select
        line_id,
        game_id,
        market,
        period,
        in_play,
        valid_to as changed_at,
        true as is_end
    from lines
    where is_valid and valid_to is not null
),

numbered as (
    select
        changes.*,
        dense_rank() over (order by game_id, market, period, in_play, changed_at) as moment
    from changes
),

counted as (
    select
        numbered.*,
        max(moment) over (partition by game_id, market, period, in_play) as last_moment
    from numbered
),

spans as (
    select
        line_id,
        max(case when not is_end then moment end) as first_moment,
        coalesce(max(case when is_end then moment - 1 end), max(last_moment)) as last_moment
    from counted
    group by line_id
),

-- which valid line of which book stood at each moment; one without times stands at its label alone
standing as (
    select
        lines.*,
        numbers.moment,
        numbers.moment = spans.first_moment as is_start
    from lines
    inner join spans on lines.line_id = spans.line_id
    cross join lateral generate_series(spans.first_moment, spans.last_moment) as numbers (moment)
    union all
    select
        lines.*,
        -dense_rank() over (
            order by game_id, market, period, case label when 'open' then -2 when 'close' then -1 else 0 end
        ) as moment,
        true as is_start
    from lines
    where is_valid and valid_from is null
),

-- chosen at each moment among what stood then: what is learnt later changes no earlier choice
chosen as (
    select
        standing.*,
        coalesce(
            precedence = min(precedence) over (partition by moment, bookmaker), false
        ) as is_primary_source
    from standing
),

-- windows instead of joins: their cost does not hang on what the planner believes
ordered as (
    select
        chosen.*,
        row_number() over (
            partition by moment, is_primary_source
            order by pair_point
        ) as place,
        count(*) filter (where is_primary_source) over (partition by moment) as lines_standing
    from chosen
),

paired as (
    select
        ordered.*,
        -- of what both sides share, so that the sides of the consensus mirror like those of a line
        max(case when is_primary_source and place = (lines_standing + 1) / 2 then pair_point end) over (
            partition by moment
        ) as consensus_pair_point,
        case
            when count(implied_prob) over pair = 2 then sum(implied_prob) over pair
        end as overround
    from ordered
    window pair as (partition by moment, pair_point, source, bookmaker)
),

fair as (
    select
        paired.*,
        paired.implied_prob / paired.overround as no_vig_prob,
        paired.bookmaker in (select sharp_books.bookmaker from sharp_books) as is_sharp
    from paired
),

compared as (
    select
        fair.*,
        avg(no_vig_prob) filter (where is_primary_source) over same_line as consensus_prob,
        max(price_decimal) filter (where is_primary_source) over same_line as best_price_decimal,
        avg(no_vig_prob) filter (where is_primary_source and is_sharp) over same_line as sharp_prob
    from fair
    window same_line as (partition by moment, pair_point, side)
),

int_line_moments as (
    select
        line_id,
        overround,
        no_vig_prob,
        case
            when market = 'spreads' and side = 'away' then -consensus_pair_point
            when market <> 'h2h' then consensus_pair_point
        end as consensus_point,
        consensus_prob,
        is_primary_source and price_decimal = best_price_decimal as is_best_price,
        sharp_prob,
        is_primary_source
    from compared
    where is_start
)

select
    line_id,
    round(overround, 6) as overround,
    round(no_vig_prob, 6) as no_vig_prob,
    consensus_point,
    round(consensus_prob, 6) as consensus_prob,
    coalesce(is_best_price, false) as is_best_price,
    round(sharp_prob, 6) as sharp_prob,
    is_primary_source
from int_line_moments
