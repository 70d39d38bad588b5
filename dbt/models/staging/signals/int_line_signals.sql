with consensus_moments as (
    select * from {{ ref('int_consensus_moments') }}
),

signal_parameters as (
    select * from {{ ref('signal_parameters') }}
),

-- how often the books had come back until then to where they were: what shifts after that shifts anew
returned as (
    select
        consensus_moments.*,
        case
            when shift_move > 0 then count(*) filter (where shift_move <= 0) over in_order
            when shift_move < 0 then count(*) filter (where shift_move >= 0) over in_order
        end as returns
    from consensus_moments
    window in_order as (partition by game_id, market, period order by moment_at)
),

least as (
    select
        {{ signal_parameter('all', 'minimum_books') }} as minimum_books,
        {{ signal_parameter('steam', 'minimum_share') }} as steam_share,
        {{ signal_parameter('steam', 'minimum_units') }} as steam_units,
        {{ signal_parameter('consensus_shift', 'minimum_units') }} as shift_units
),

steam as (
    select
        consensus_moments.*,
        'steam' as kind,
        consensus_moments.steam_move as move,
        consensus_moments.steam_books as books_compared,
        greatest(consensus_moments.steam_books_up, consensus_moments.steam_books_down) as books_moved,
        least.steam_units as least_units
    from returned as consensus_moments
    cross join least
    where
        consensus_moments.steam_books >= least.minimum_books
        and abs(consensus_moments.steam_move) >= least.steam_units * consensus_moments.unit_prob
        and case
            when consensus_moments.steam_move > 0 then consensus_moments.steam_books_up
            else consensus_moments.steam_books_down
        end >= least.steam_share * consensus_moments.steam_books
),

shifts as (
    select
        consensus_moments.*,
        'consensus_shift' as kind,
        consensus_moments.shift_move as move,
        consensus_moments.shift_books as books_compared,
        case
            when consensus_moments.shift_move > 0 then consensus_moments.shift_books_up
            else consensus_moments.shift_books_down
        end as books_moved,
        least.shift_units as least_units
    from returned as consensus_moments
    cross join least
    where
        consensus_moments.shift_books >= least.minimum_books
        and abs(consensus_moments.shift_move) >= least.shift_units * consensus_moments.unit_prob
),

found as (
    select * from steam
    union all
    select * from shifts
),

-- the least size is step 0, twice as much step 1, ...
stepped as (
    select
        found.*,
        {{ side_of_move('market', 'move') }} as side,
        floor(log(2, abs(move) / (least_units * unit_prob))) as step
    from found
),

-- told once, and again where it has become twice as large or shifts anew
followed as (
    select
        stepped.*,
        case kind
            when 'steam'
                then max(step) over (
                    partition by game_id, market, period, kind, side
                    order by moment_at
                    range between {{ signal_window('steam') }} preceding and current row exclude current row -- noqa: PRS
                )
            else max(step) over (
                partition by game_id, market, period, kind, side, returns
                order by moment_at
                range between {{ signal_window('consensus_shift') }} preceding and current row exclude current row -- noqa: PRS
            )
        end as step_before
    from stepped
),

int_line_signals as (
    select
        game_id,
        league,
        kind,
        market,
        period,
        side,
        null::text as bookmaker,
        null::text as other_bookmaker,
        moment_at as detected_at,
        point,
        value,
        half_point_prob,
        unit_prob,
        abs(move) as move_prob,
        abs(move) / (least_units * unit_prob) as size,
        books,
        books_moved,
        null::numeric as tickets_pct,
        null::numeric as money_pct,
        null::numeric as profit_pct,
        null::numeric as price_age_seconds,
        books_moved::numeric / books_compared as agreement,
        batch_id
    from followed
    where step_before is null or step > step_before
)

select
    game_id,
    league,
    kind,
    market,
    period,
    side,
    bookmaker,
    other_bookmaker,
    detected_at,
    point,
    value,
    half_point_prob,
    unit_prob,
    move_prob,
    round(size, 6) as size,
    books,
    books_moved,
    tickets_pct,
    money_pct,
    profit_pct,
    price_age_seconds,
    round(agreement, 6) as agreement,
    batch_id
from int_line_signals
