with events as (
    select * from {{ ref('slice_named_events') }}
),

betting_splits_raw as (
    select * from {{ source('raw_data', 'betting_splits_raw') }}
),

markets as (
    select * from {{ ref('markets') }}
),

source_bookmakers as (
    select * from {{ ref('source_bookmakers') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

thresholds as (
    select
        max({{ rule_number('split_out_of_range', 'minimum') }}) as minimum_pct,
        max({{ rule_number('split_out_of_range', 'maximum') }}) as maximum_pct,
        max({{ rule_number('split_sum_unexpected', 'maximum_deviation') }}) as maximum_deviation,
        max({{ rule_number('split_placeholder', 'share') }}) as placeholder_pct
    from rules
),

tolerances as (
    select
        tolerance.key as source,
        tolerance.value::numeric as maximum_deviation
    from rules
    cross join lateral jsonb_each_text(rules.parameters) as tolerance
    where rules.rule = 'split_sum_unexpected'
),

rows_of_events as (
    {{ rows_of_events('betting_splits_raw') }}
),

numbered as (
    select
        rows_of_events.payload_id,
        rows_of_events.position,
        events.batch_id,
        events.game_id,
        rows_of_events.source,
        {{ bookmaker_key('rows_of_events.source', 'rows_of_events.bookmaker', 'source_bookmakers.bookmaker') }}
            as bookmaker,
        markets.market,
        markets.period,
        {{ side_of('lower(rows_of_events.outcome)', 'events.home_team', 'events.away_team', 'events.reversed') }}
            as side,
        rows_of_events.observed_at,
        case when markets.market <> 'h2h' then {{ clean_number('rows_of_events.point') }} end as point,
        {{ clean_number("replace(rows_of_events.tickets_pct, '%', '')") }} as tickets_told_pct,
        {{ clean_number("replace(rows_of_events.money_pct, '%', '')") }} as money_told_pct,
        {{ clean_number("replace(rows_of_events.tickets, ',', '')") }} as tickets_told,
        {{ clean_number("replace(rows_of_events.money, ',', '')") }} as money_told,
        {{ clean_timestamp('rows_of_events.updated_text') }} as told_updated_at
    from rows_of_events
    inner join events
        on
            rows_of_events.payload_id = events.payload_id
            and rows_of_events.source_event_id = events.source_event_id
    {{ named_by_seeds('rows_of_events', market_of_period('rows_of_events')) }}
),

keyed as (
    select
        numbered.*,
        {{ content_uuid(['game_id', 'source', 'bookmaker', 'market', 'period']) }} as series_id
    from numbered
    offset 0
),

ranked as (
    select
        keyed.*,
        row_number() over (
            partition by series_id, side, observed_at
            order by batch_id desc, position asc
        ) as occurrence
    from keyed
),

paired as (
    select
        ranked.*,
        count(*) over pair as sides,
        sum(tickets_told_pct) over pair as tickets_sum_pct,
        sum(money_told_pct) over pair as money_sum_pct,
        count(tickets_told_pct) over pair as sides_with_tickets,
        count(money_told_pct) over pair as sides_with_money
    from ranked
    where occurrence = 1
    window pair as (partition by series_id, observed_at)
),

-- nothing on both sides is no data, never a market on which nobody bets
known as (
    select
        paired.*,
        case when tickets_sum_pct <> 0 then tickets_told_pct end as tickets_pct,
        case when money_sum_pct <> 0 then money_told_pct end as money_pct,
        case when tickets_sum_pct <> 0 then tickets_told end as tickets,
        case when money_sum_pct <> 0 then money_told end as money,
        coalesce(tickets_sum_pct, 0) = 0 and coalesce(money_sum_pct, 0) = 0 as is_absent
    from paired
),

judged as (
    select
        known.*,
        array_remove(
            array[
                case when known.is_absent then 'split_absent' end,
                case when known.sides = 1 and not known.is_absent then 'split_one_sided' end,
                case
                    when
                        known.tickets_pct not between thresholds.minimum_pct and thresholds.maximum_pct
                        or known.money_pct not between thresholds.minimum_pct and thresholds.maximum_pct
                        then 'split_out_of_range'
                end,
                case
                    when
                        known.tickets_pct = thresholds.placeholder_pct
                        and known.money_pct = thresholds.placeholder_pct
                        and known.sides = 2
                        and known.tickets_sum_pct = 2 * thresholds.placeholder_pct
                        and known.money_sum_pct = 2 * thresholds.placeholder_pct
                        then 'split_placeholder'
                end,
                case
                    when
                        (known.market = 'totals') <> (known.side in ('over', 'under'))
                        or coalesce(known.side not in ('home', 'away', 'over', 'under'), true)
                        then 'split_side_unexpected'
                end,
                case
                    when
                        (
                            known.sides_with_tickets = 2 and known.tickets_sum_pct <> 0
                            and abs(known.tickets_sum_pct - 100)
                            > coalesce(tolerances.maximum_deviation, thresholds.maximum_deviation)
                        )
                        or (
                            known.sides_with_money = 2 and known.money_sum_pct <> 0
                            and abs(known.money_sum_pct - 100)
                            > coalesce(tolerances.maximum_deviation, thresholds.maximum_deviation)
                        )
                        then 'split_sum_unexpected'
                end
            ],
            null
        ) as broken_rules
    from known
    cross join thresholds
    left join tolerances on known.source = tolerances.source
),

int_split_observations as (
    select
        series_id,
        payload_id,
        position,
        batch_id,
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        observed_at,
        point,
        tickets_pct,
        money_pct,
        tickets,
        money,
        told_updated_at,
        broken_rules
    from judged
)

select * from int_split_observations
