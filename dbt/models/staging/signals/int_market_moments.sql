with betting_lines as (
    select * from {{ ref('betting_lines') }}
),

games as (
    select * from {{ ref('games') }}
),

bookmakers as (
    select * from {{ ref('bookmakers') }}
),

source_trust as (
    select * from {{ ref('source_trust') }}
),

market_scales as (
    select * from {{ ref('market_scales') }}
),

signal_parameters as (
    select * from {{ ref('signal_parameters') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

sharp_books as (
    {{ sharp_books() }}
),

-- what may decide anything: valid prices before the start, of a book and not of several made one
lines as (
    select
        betting_lines.batch_id,
        betting_lines.game_id,
        games.league,
        betting_lines.source,
        betting_lines.bookmaker,
        betting_lines.market,
        betting_lines.period,
        betting_lines.side in ('home', 'over') as is_first_side,
        case
            when betting_lines.market = 'spreads' and betting_lines.side = 'away' then -betting_lines.point
            else coalesce(betting_lines.point, 0)
        end as pair_point,
        betting_lines.price_decimal,
        betting_lines.valid_from,
        betting_lines.valid_to,
        lpad({{ trust_rank(99999) }}::text, 5, '0') || betting_lines.source as precedence,
        {{ scale('half_point_prob') }} as half_point_prob,
        {{ scale('unit_prob') }} as unit_prob
    from betting_lines
    inner join games on betting_lines.game_id = games.game_id
    left join bookmakers on betting_lines.bookmaker = bookmakers.key
    {{ scale_joins('betting_lines', 'games.league') }}
    {{ trust_joins('lines', 'betting_lines.source', 'games.league') }}
    where
        betting_lines.is_valid
        and not betting_lines.in_play
        and betting_lines.valid_from is not null
        and betting_lines.price_decimal is not null
        and betting_lines.side in ('home', 'away', 'over', 'under')
        and {{ is_book('bookmakers.role') }}
),

keyed as (
    select
        lines.*,
        dense_rank() over (order by game_id, market, period) as market_key,
        dense_rank() over (order by game_id, market, period, source, bookmaker) as book_key
    from lines
),

ends as (
    select
        keyed.*,
        valid_from as changed_at,
        true as is_start
    from keyed
    union all
    select
        keyed.*,
        valid_to as changed_at,
        false as is_start
    from keyed
    where valid_to is not null
),

-- what a book's two sides became at each moment at which either changed; a side that ended is null
changes as (
    select
        market_key,
        book_key,
        changed_at,
        min(game_id::text)::uuid as game_id,
        min(league) as league,
        min(market) as market,
        min(period) as period,
        min(source) as source,
        min(bookmaker) as bookmaker,
        min(precedence) as precedence,
        min(half_point_prob) as half_point_prob,
        min(unit_prob) as unit_prob,
        bool_or(is_first_side) as first_changed,
        bool_or(not is_first_side) as second_changed,
        max(price_decimal) filter (where is_start and is_first_side) as first_price,
        max(price_decimal) filter (where is_start and not is_first_side) as second_price,
        max(pair_point) filter (where is_start and is_first_side) as first_point,
        max(pair_point) filter (where is_start and not is_first_side) as second_point,
        min(batch_id::text) filter (where is_start) as batch
    from ends
    group by market_key, book_key, changed_at
),

stretches as (
    select
        changes.*,
        count(*) filter (where first_changed) over in_order as first_stretch,
        count(*) filter (where second_changed) over in_order as second_stretch,
        count(batch) over in_order as batch_stretch,
        dense_rank() over (partition by market_key order by changed_at) as moment
    from changes
    window in_order as (partition by book_key order by changed_at)
),

carried as (
    select
        stretches.*,
        max(first_price) over of_first as first_price_decimal,
        max(first_point) over of_first as pair_point,
        max(second_price) over of_second as second_price_decimal,
        max(second_point) over of_second as other_pair_point,
        max(batch) over (partition by book_key, batch_stretch) as batch_id,
        lead(moment) over (partition by book_key order by changed_at) as next_moment
    from stretches
    window
        of_first as (partition by book_key, first_stretch),
        of_second as (partition by book_key, second_stretch)
),

-- what a book showed before, for how far it went
followed as (
    select
        carried.*,
        lag(first_price_decimal) over in_order as previous_first_price,
        lag(second_price_decimal) over in_order as previous_second_price,
        lag(case when pair_point = other_pair_point then pair_point end) over in_order as previous_point
    from carried
    window in_order as (partition by book_key order by changed_at)
),

-- the moments at which anything changed in a market; a book's line stands from one up to another
times as (
    select
        market_key,
        array_agg(distinct changed_at order by changed_at) as moments
    from changes
    group by market_key
),

lasting as (
    select
        followed.*,
        times.moments[followed.moment:coalesce(followed.next_moment - 1, cardinality(times.moments))] as moments,
        times.moments[followed.moment + 1:coalesce(followed.next_moment, cardinality(times.moments))] as next_moments
    from followed
    inner join times on followed.market_key = times.market_key
    where
        followed.first_price_decimal is not null
        and followed.second_price_decimal is not null
        and followed.pair_point = followed.other_pair_point
),

standing as (
    select
        lasting.*,
        each_moment.moment_at,
        each_moment.next_moment_at
    from lasting
    cross join lateral unnest(lasting.moments, lasting.next_moments) as each_moment (moment_at, next_moment_at)
),

-- of one book told by several sources the most trusted that stood then: what is told later changes no earlier choice
ranked as (
    select
        standing.*,
        row_number() over (partition by market_key, moment_at, bookmaker order by precedence) as place
    from standing
),

valued as (
    select
        market_key,
        book_key,
        game_id,
        league,
        market,
        period,
        moment_at,
        next_moment_at,
        source,
        bookmaker,
        bookmaker in (select sharp_books.bookmaker from sharp_books) as is_sharp,
        case when market <> 'h2h' then pair_point end as point,
        first_price_decimal,
        second_price_decimal,
        {{ no_vig_prob('first_price_decimal', 'second_price_decimal') }} as prob,
        changed_at,
        batch_id::uuid as batch_id,
        half_point_prob,
        unit_prob,
        previous_point,
        {{ no_vig_prob('previous_first_price', 'previous_second_price') }} as previous_prob
    from ranked
    where place = 1
),

measured as (
    select
        valued.*,
        round({{ market_value('market', 'prob', 'point', 'half_point_prob') }}, 6) as value
    from valued
),

-- what a sharp book moved since the moment before, where it stood then, too
with_steps as (
    select
        measured.*,
        case
            when not is_sharp then null
            when moment_at > changed_at then 0
            when previous_point is not null
                then
                    value
                    - round({{ market_value('market', 'previous_prob', 'previous_point', 'half_point_prob') }}, 6)
        end as sharp_step
    from measured
),

with_sharp as (
    select
        with_steps.*,
        round(avg(value) filter (where is_sharp) over of_moment, 6) as sharp_value,
        avg(sharp_step) over of_moment as sharp_moved
    from with_steps
    window of_moment as (partition by market_key, moment_at)
),

-- as the book stood one window earlier: where it had come before, and had not gone
earlier as (
    select
        with_sharp.*,
        first_value(value) over of_book as opening_value,
        first_value(moment_at) over of_book as opened_at,
        last_value(value) over of_steam as steam_value,
        last_value(next_moment_at) over of_steam as steam_until,
        last_value(value) over of_reverse as reverse_value,
        last_value(next_moment_at) over of_reverse as reverse_until,
        last_value(value) over of_shift as shift_value,
        last_value(next_moment_at) over of_shift as shift_until,
        sum(sharp_moved) over of_line - coalesce(first_value(sharp_moved) over of_line, 0) as sharp_move
    from with_sharp
    window
        of_book as (partition by book_key order by moment_at),
        of_steam as (
            partition by book_key
            order by moment_at
            range between unbounded preceding and {{ signal_window('steam') }} preceding -- noqa: PRS
        ),
        of_reverse as (
            partition by book_key
            order by moment_at
            range between unbounded preceding and {{ signal_window('reverse_line_movement') }} preceding -- noqa: PRS
        ),
        of_shift as (
            partition by book_key
            order by moment_at
            range between unbounded preceding and {{ signal_window('consensus_shift') }} preceding -- noqa: PRS
        ),
        of_line as (partition by book_key, changed_at order by moment_at)
),

int_market_moments as (
    select
        earlier.*,
        moment_at - {{ signal_window('steam') }} as steam_from,
        moment_at - {{ signal_window('reverse_line_movement') }} as reverse_from,
        moment_at - {{ signal_window('consensus_shift') }} as shift_from
    from earlier
)

select
    game_id,
    league,
    market,
    period,
    moment_at,
    next_moment_at,
    source,
    bookmaker,
    is_sharp,
    point,
    first_price_decimal,
    second_price_decimal,
    round(prob, 6) as prob,
    changed_at,
    batch_id,
    half_point_prob,
    unit_prob,
    value,
    sharp_value,
    opening_value,
    opened_at,
    case when steam_until > steam_from then steam_value end as steam_value,
    case
        when reverse_until > reverse_from then reverse_value
        when opened_at > reverse_from then opening_value
    end as reverse_value,
    case
        when shift_until > shift_from then shift_value
        when opened_at > shift_from then opening_value
    end as shift_value,
    round(sharp_move, 6) as sharp_move
from int_market_moments
