with consensus_moments as (
    select * from {{ ref('int_consensus_moments') }}
),

public_moments as (
    select * from {{ ref('int_public_moments') }}
),

signal_parameters as (
    select * from {{ ref('signal_parameters') }}
),

least as (
    select
        {{ signal_parameter('all', 'minimum_books') }} as minimum_books,
        {{ signal_parameter('reverse_line_movement', 'minimum_tickets_pct') }} as reverse_tickets_pct,
        {{ signal_parameter('reverse_line_movement', 'minimum_units') }} as reverse_units,
        {{ signal_parameter('reverse_line_movement', 'minimum_sharp_units') }} as reverse_sharp_units,
        {{ signal_parameter('sharp_money', 'minimum_gap_pct') }} as gap_pct,
        {{ signal_parameter('public_against_money', 'minimum_tickets_pct') }} as public_tickets_pct,
        {{ signal_parameter('public_against_money', 'minimum_money_pct') }} as public_money_pct
),

events as (
    select
        game_id,
        market,
        period,
        moment_at,
        value,
        sharp_value,
        true as is_line,
        false as is_public
    from consensus_moments
    union all
    select
        game_id,
        market,
        period,
        moment_at,
        null as value,
        null as sharp_value,
        false as is_line,
        true as is_public
    from public_moments
),

-- at each moment the market and the public as they stood last, and the market's values one window earlier
numbered as (
    select
        game_id,
        market,
        period,
        moment_at,
        row_number() over in_order as event,
        max(max(moment_at) filter (where is_line)) over in_order as line_at,
        max(max(moment_at) filter (where is_public)) over in_order as public_at,
        max(
            max(array[extract(epoch from moment_at), value, sharp_value]) filter (where is_line)
        ) over before_window as began
    from events
    group by game_id, market, period, moment_at
    window
        in_order as (partition by game_id, market, period order by moment_at),
        before_window as (
            partition by game_id, market, period
            order by moment_at
            range between unbounded preceding and {{ signal_window('reverse_line_movement') }} preceding -- noqa: PRS
        )
),

together as (
    select
        numbered.moment_at,
        numbered.event,
        numbered.line_at = numbered.moment_at as is_line,
        consensus_moments.game_id,
        consensus_moments.league,
        consensus_moments.market,
        consensus_moments.period,
        consensus_moments.books,
        consensus_moments.point,
        consensus_moments.value,
        consensus_moments.half_point_prob,
        consensus_moments.unit_prob,
        -- where the public changes while the market stands still, no more than it moved in the window until then
        case
            when numbered.line_at = numbered.moment_at or numbered.began[2] is null then consensus_moments.reverse_move
            else {{ lesser_move('consensus_moments.reverse_move', 'consensus_moments.value - numbered.began[2]') }}
        end as reverse_move,
        case
            when numbered.line_at = numbered.moment_at or numbered.began[3] is null
                then consensus_moments.sharp_reverse_move
            else
                {{ lesser_move(
                    'consensus_moments.sharp_reverse_move', 'consensus_moments.sharp_value - numbered.began[3]'
                ) }}
        end as sharp_reverse_move,
        consensus_moments.reverse_books,
        consensus_moments.reverse_books_up,
        consensus_moments.reverse_books_down,
        public_moments.tickets_pct,
        public_moments.money_pct,
        public_moments.tellers_of_both,
        public_moments.both_tickets_pct,
        public_moments.both_money_pct,
        public_moments.tellers_money_up,
        public_moments.tellers_money_down,
        public_moments.tellers_against_up,
        public_moments.tellers_against_down,
        public_moments.both_money_pct - public_moments.both_tickets_pct as gap_pct,
        case
            when numbered.public_at = numbered.moment_at then public_moments.batch_id
            else consensus_moments.batch_id
        end as batch_id
    from numbered
    inner join consensus_moments
        on
            numbered.game_id = consensus_moments.game_id
            and numbered.market = consensus_moments.market
            and numbered.period = consensus_moments.period
            and numbered.line_at = consensus_moments.moment_at
    inner join public_moments
        on
            numbered.game_id = public_moments.game_id
            and numbered.market = public_moments.market
            and numbered.period = public_moments.period
            and numbered.public_at = public_moments.moment_at
    where public_moments.tellers > 0
),

-- how often the books had come back until then to where they were: what moves after that moves anew
returned as (
    select
        together.*,
        case
            when reverse_move > 0 then count(*) filter (where is_line and reverse_move <= 0) over in_order
            when reverse_move < 0 then count(*) filter (where is_line and reverse_move >= 0) over in_order
        end as returns
    from together
    window in_order as (partition by game_id, market, period order by moment_at)
),

reverse as (
    select
        together.*,
        'reverse_line_movement' as kind,
        together.reverse_move as direction,
        abs(together.reverse_move) / (least.reverse_units * together.unit_prob) as size,
        case
            when together.reverse_move > 0 then together.reverse_books_up else together.reverse_books_down
        end::numeric / together.reverse_books as agreement,
        together.returns as movement
    from returned as together
    cross join least
    where
        together.reverse_books >= least.minimum_books
        and abs(together.reverse_move) >= least.reverse_units * together.unit_prob
        -- where sharp books stand they must have moved, too
        and coalesce(
            sign(together.reverse_move) * together.sharp_reverse_move
            >= least.reverse_sharp_units * together.unit_prob, true
        )
        -- the move favours the side that has few tickets
        and case
            when together.reverse_move < 0 then together.tickets_pct else 100 - together.tickets_pct
        end >= least.reverse_tickets_pct
),

sharp_money as (
    select
        together.*,
        'sharp_money' as kind,
        together.gap_pct as direction,
        abs(together.gap_pct) / least.gap_pct as size,
        case
            when together.gap_pct > 0 then together.tellers_money_up else together.tellers_money_down
        end::numeric / together.tellers_of_both as agreement,
        0 as movement
    from returned as together
    cross join least
    where abs(together.gap_pct) >= least.gap_pct
),

public_against_money as (
    select
        together.*,
        'public_against_money' as kind,
        together.both_money_pct - 50 as direction,
        greatest(together.both_tickets_pct, 100 - together.both_tickets_pct) / least.public_tickets_pct as size,
        case
            when together.both_money_pct > 50 then together.tellers_against_up else together.tellers_against_down
        end::numeric / together.tellers_of_both as agreement,
        0 as movement
    from returned as together
    cross join least
    where
        (
            together.both_tickets_pct >= least.public_tickets_pct
            and 100 - together.both_money_pct > least.public_money_pct
        )
        or (
            100 - together.both_tickets_pct >= least.public_tickets_pct
            and together.both_money_pct > least.public_money_pct
        )
),

compared as (
    select * from sharp_money
    union all
    select * from public_against_money
),

found as (
    select
        reverse.*,
        tickets_pct as told_tickets_pct,
        money_pct as told_money_pct
    from reverse
    union all
    select
        compared.*,
        both_tickets_pct as told_tickets_pct,
        both_money_pct as told_money_pct
    from compared
),

sided as (
    select
        found.*,
        {{ side_of_move('market', 'direction') }} as side,
        floor(log(2, size)) as step
    from found
),

-- moments in a row at which it held
stepped as (
    select
        sided.*,
        event - row_number() over (
            partition by game_id, market, period, kind, side, movement
            order by moment_at
        ) as stretch
    from sided
),

-- told once for as long as it holds, and not again soon after; again where it has become twice as large or moves anew
followed as (
    select
        stepped.*,
        greatest(
            max(step) over (
                partition by game_id, market, period, kind, side, movement, stretch
                order by moment_at
                rows between unbounded preceding and 1 preceding
            ),
            max(step) over (
                partition by game_id, market, period, kind, side, movement
                order by moment_at
                range between {{ signal_window('reverse_line_movement') }} preceding and current row exclude current row -- noqa: PRS
            )
        ) as step_before
    from stepped
),

int_public_signals as (
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
        case when kind = 'reverse_line_movement' then abs(reverse_move) end as move_prob,
        round(size, 6) as size,
        books,
        case
            when kind = 'reverse_line_movement'
                then case when reverse_move > 0 then reverse_books_up else reverse_books_down end
        end as books_moved,
        -- of the side that the signal favours
        case when side in ('home', 'over') then told_tickets_pct else 100 - told_tickets_pct end as tickets_pct,
        case when side in ('home', 'over') then told_money_pct else 100 - told_money_pct end as money_pct,
        null::numeric as profit_pct,
        null::numeric as price_age_seconds,
        round(agreement, 6) as agreement,
        batch_id
    from followed
    where step_before is null or step > step_before
)

select * from int_public_signals
