with outcomes as (
    select * from {{ ref('signal_outcomes') }}
),

-- what results of a kind and market there were until each moment at which a game was decided. A row holds until the
-- next of its UTC day, so that a signal finds its row by the day and need not be sorted among all others
decided as (
    select
        league,
        kind,
        market,
        decided_at as known_at,
        count(*) filter (where outcome in ('won', 'lost')) as signals,
        -- a game is decided at one moment, and signals of one game share its result
        count(distinct game_id) filter (where outcome in ('won', 'lost')) as games,
        count(*) filter (where outcome = 'won') as right_signals,
        coalesce(sum(no_vig_prob) filter (where outcome in ('won', 'lost')), 0) as expected,
        count(closing_move_prob) as closed,
        count(*) filter (where closing_move_prob > 0) as closed_better
    from outcomes
    where decided_at is not null
    group by league, kind, market, decided_at
),

spans as (
    select
        league,
        kind,
        market,
        date_trunc('day', min(detected_at), 'UTC') - interval '1 day' as first_day,
        max(detected_at) as last_moment
    from outcomes
    group by league, kind, market
),

marked as (
    select * from decided
    union all
    select
        spans.league,
        spans.kind,
        spans.market,
        days.starts_at as known_at,
        0 as signals,
        0 as games,
        0 as right_signals,
        0 as expected,
        0 as closed,
        0 as closed_better
    from spans
    cross join lateral generate_series(spans.first_day, spans.last_moment, interval '1 day') as days (starts_at)
),

records as (
    select
        coalesce(league, '') as league,
        kind,
        market,
        known_at,
        (known_at at time zone 'UTC')::date as known_on,
        lead(known_at, 1, 'infinity') over until_then as next_known_at,
        sum(signals) over until_then as record_signals,
        sum(games) over until_then as record_games,
        sum(right_signals) over until_then as record_right,
        sum(right_signals) over until_then / nullif(sum(signals) over until_then, 0) as record_right_share,
        sum(expected) over until_then / nullif(sum(signals) over until_then, 0) as record_expected_share,
        sum(closed) over until_then as record_closed,
        sum(closed_better) over until_then as record_closed_better
    from marked
    window until_then as (
        partition by league, kind, market
        order by known_at
        rows between unbounded preceding and current row
    )
),

betting_analysis as (
    select
        outcomes.*,
        records.record_signals::integer as record_signals,
        records.record_games::integer as record_games,
        records.record_right::integer as record_right,
        round(records.record_right_share, 4) as record_right_share,
        round({{ wilson_bound('(records.record_right_share * records.record_games)', 'records.record_games', '-') }}, 4)
            as record_right_low,
        round({{ wilson_bound('(records.record_right_share * records.record_games)', 'records.record_games', '+') }}, 4)
            as record_right_high,
        round(records.record_expected_share, 4) as record_expected_share,
        round(records.record_closed_better::numeric / nullif(records.record_closed, 0), 4) as record_closed_better_share
    from outcomes
    -- what was decided before the signal: a result of its very moment is not
    inner join records
        on
            coalesce(outcomes.league, '') = records.league
            and outcomes.kind = records.kind
            and outcomes.market = records.market
            and ((outcomes.detected_at - interval '1 microsecond') at time zone 'UTC')::date = records.known_on
            and outcomes.detected_at > records.known_at
            and outcomes.detected_at <= records.next_known_at
)

select * from betting_analysis
