with line_signals as (
    select * from {{ ref('int_line_signals') }}
),

public_signals as (
    select * from {{ ref('int_public_signals') }}
),

book_signals as (
    select * from {{ ref('int_book_signals') }}
),

start_times as (
    select * from {{ ref('start_times') }}
),

line_looks as (
    select * from {{ ref('line_looks') }}
),

signal_parameters as (
    select * from {{ ref('signal_parameters') }}
),

signals as (
    select * from line_signals
    union all
    select * from public_signals
    union all
    select * from book_signals
),

-- how finely the kind looks at time: seconds within which it must be sure that nothing was missed
windows as (
    select
        kind,
        60 * max(value) as window_seconds
    from signal_parameters
    where parameter in ('window_minutes', 'minimum_minutes')
    group by kind
),

placed as (
    select
        signals.*,
        starts.commence_at as told_commence_at,
        extract(epoch from signals.detected_at - looks.looked_at) as gap_seconds,
        windows.window_seconds,
        60 * {{ signal_parameter('steam', 'maximum_gap_minutes') }} as steam_gap_seconds,
        {{ signal_parameter('all', 'full_books') }} as full_books,
        {{ market_value('signals.market', 'signals.value', '-signals.point', 'signals.half_point_prob') }} as prob
    from signals
    left join windows on signals.kind = windows.kind
    -- the start as the most trusted source had told it by then
    left join start_times as starts
        on
            signals.game_id = starts.game_id
            and (starts.told_from is null or signals.detected_at >= starts.told_from)
            and (starts.told_to is null or signals.detected_at < starts.told_to)
    left join lateral (
        select max(each_look.looked_at) as looked_at
        from line_looks
        cross join lateral unnest(line_looks.looked_at) as each_look (looked_at)
        where
            line_looks.game_id = signals.game_id
            and line_looks.market = signals.market
            and line_looks.period = signals.period
            and each_look.looked_at < signals.detected_at
    ) as looks on true
),

sharp_action_signals as (
    select
        {{ content_uuid([
            'game_id', 'kind', 'market', 'period', 'side', 'bookmaker', 'point', utc_text('detected_at')
        ]) }} as signal_id,
        game_id,
        kind,
        market,
        period,
        side,
        bookmaker,
        other_bookmaker,
        detected_at,
        told_commence_at,
        {{ tier('detected_at', 'told_commence_at') }} as tier,
        round(extract(epoch from told_commence_at - detected_at) / 3600, 4) as hours_before_start,
        case when side = 'away' then -point else point end as point,
        round(
            case
                when side in ('home', 'over') then prob
                else 1 - prob
            end, 6
        ) as no_vig_prob,
        round(move_prob, 6) as move_prob,
        case
            when half_point_prob is not null then round(move_prob / (2 * half_point_prob), 4)
        end as move_points,
        books,
        books_moved,
        tickets_pct,
        money_pct,
        profit_pct,
        price_age_seconds,
        round(gap_seconds, 3) as gap_seconds,
        round(1 - power(0.5, size), 4) as strength,
        round(
            agreement
            * least(1, case when bookmaker is null then books / full_books else 1 end)
            * least(1, coalesce(window_seconds / nullif(gap_seconds, 0), 1)), 4
        ) as confidence,
        batch_id
    from placed
    -- what was first seen after a longer pause may have taken as long
    where kind <> 'steam' or gap_seconds <= steam_gap_seconds
)

select * from sharp_action_signals
