with lines as (
    select * from {{ ref('int_lines') }}
),

source_violations as (
    select * from {{ ref('int_sbro__line_violations') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

markets as (
    select * from {{ ref('markets') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

thresholds as (
    select
        max({{ rule_number('price_out_of_range', 'minimum') }}) as minimum_price,
        max({{ rule_number('price_out_of_range', 'maximum') }}) as maximum_price,
        max({{ rule_number('overround_out_of_range', 'minimum') }}) as minimum_overround,
        max({{ rule_number('overround_out_of_range', 'maximum') }}) as maximum_overround,
        max({{ rule_number('overround_out_of_range', 'maximum_in_play') }}) as maximum_overround_in_play,
        max({{ rule_number('vig_unusual', 'minimum_pct') }}) as minimum_vig_pct,
        max({{ rule_number('vig_unusual', 'maximum_pct') }}) as maximum_vig_pct,
        max({{ rule_number('same_price_far_from_even', 'maximum_size') }}) as maximum_even_size,
        max({{ rule_number('run_line_unusual', 'size') }}) as run_line_size,
        max({{ rule_number('last_update_stale', 'maximum_hours') }}) as maximum_age_hours,
        max({{ rule_number('spread_move_suspicious', 'maximum_points') }}) as maximum_spread_move,
        max({{ rule_number('sources_disagree', 'maximum_prob') }}) as maximum_disagreement
    from rules
),

point_ranges as (
    select
        split_part(ranges.key, '_', 1) as league,
        split_part(ranges.key, '_', 2) || 's' as market,
        coalesce(nullif(split_part(ranges.key, '_', 3), ''), 'full') as period,
        (ranges.value ->> 0)::numeric as minimum_point,
        (ranges.value ->> 1)::numeric as maximum_point
    from rules
    cross join lateral jsonb_each(rules.parameters) as ranges
    where rules.rule = 'point_out_of_range'
),

unpriced as (
    select distinct
        source,
        market,
        period
    from markets
    where not priced
),

clock as (
    select ({{ parameter('as_of') }})::timestamptz as as_of
),

judged as (
    select
        lines.*,
        array_remove(
            array[
                case
                    when lines.first_observed_at is not null and lines.price_raw is null and unpriced.source is null
                        then 'price_missing'
                end,
                case
                    when lines.price_raw is not null and lines.price_decimal is null
                        then 'price_not_' || lines.price_format
                end,
                case
                    when lines.price_american not between thresholds.minimum_price and thresholds.maximum_price
                        then 'price_out_of_range'
                end,
                case
                    when
                        lines.overround not between thresholds.minimum_overround
                        and case
                            when lines.in_play then thresholds.maximum_overround_in_play
                            else thresholds.maximum_overround
                        end
                        then 'overround_out_of_range'
                    when
                        100 * (lines.overround - 1)
                        not between thresholds.minimum_vig_pct and thresholds.maximum_vig_pct
                        then 'vig_unusual'
                end,
                case
                    when
                        lines.market = 'h2h'
                        and lines.price_american = lines.opposite_price_american
                        and abs(lines.price_american) > thresholds.maximum_even_size
                        then 'same_price_far_from_even'
                end,
                case when lines.market <> 'h2h' and lines.point is null then 'point_missing' end,
                case
                    when
                        not lines.in_play
                        and lines.point not between point_ranges.minimum_point and point_ranges.maximum_point
                        then 'point_out_of_range'
                end,
                case
                    when
                        lines.league = 'mlb' and lines.market = 'spreads' and lines.period = 'full'
                        and not lines.in_play and abs(lines.point) <> thresholds.run_line_size
                        then 'run_line_unusual'
                end,
                case
                    when lines.market = 'spreads' and lines.point <> -lines.opposite_point then 'points_do_not_mirror'
                    when lines.market = 'totals' and lines.point <> lines.opposite_point then 'points_do_not_mirror'
                end,
                case when lines.sides = 1 then 'one_sided_market' end,
                case
                    when
                        (lines.market = 'totals') <> (lines.side in ('over', 'under'))
                        or lines.side not in ('home', 'away', 'over', 'under')
                        then 'outcome_unexpected'
                end,
                case when lines.valid_from > clock.as_of then 'observed_in_future' end,
                case
                    when lines.valid_from - lines.last_update > thresholds.maximum_age_hours * interval '1 hour'
                        then 'last_update_stale'
                end,
                case
                    when
                        lines.market = 'spreads'
                        and abs(lines.point - lines.previous_point) > thresholds.maximum_spread_move
                        then 'spread_move_suspicious'
                end,
                case when lines.occurrences > 1 then 'duplicate_observation' end
            ],
            null
        ) as broken_rules
    from lines
    cross join thresholds
    cross join clock
    left join point_ranges
        on
            lines.league = point_ranges.league
            and lines.market = point_ranges.market
            and lines.period = point_ranges.period
    left join unpriced
        on
            lines.source = unpriced.source
            and lines.market = unpriced.market
            and lines.period = unpriced.period
),

broken as (
    select
        judged.line_id,
        judged.game_id,
        judged.batch_id,
        broken_rule.rule,
        case broken_rule.rule
            when 'overround_out_of_range' then 'overround ' || round(judged.overround, 4)
            when 'vig_unusual' then 'vig ' || round(100 * (judged.overround - 1), 2) || ' %'
            when 'points_do_not_mirror' then judged.point || ' against ' || judged.opposite_point
            when 'spread_move_suspicious' then judged.previous_point || ' to ' || judged.point
            when 'point_missing' then 'point ' || coalesce(judged.point_raw, 'absent')
            when 'point_out_of_range' then 'point ' || judged.point
            when 'run_line_unusual' then 'point ' || judged.point
            when 'observed_in_future' then 'observed at ' || {{ utc_text('judged.valid_from') }} || 'Z'
            when 'last_update_stale' then 'updated at ' || {{ utc_text('judged.last_update') }} || 'Z'
            when 'one_sided_market' then 'only ' || judged.side
            when 'outcome_unexpected' then 'outcome ' || judged.side
            when 'duplicate_observation' then judged.occurrences || ' times'
            else 'price ' || coalesce(judged.price_raw, 'absent')
        end as detail
    from judged
    cross join lateral unnest(judged.broken_rules) as broken_rule (rule)
    where judged.broken_rules <> '{}'
),

-- one book's line as several sources saw it, before the start
games_of_several as (
    select game_id
    from lines
    where valid_from is not null
    group by game_id
    having min(source) <> max(source)
),

seen as (
    select lines.*
    from lines
    inner join games_of_several on lines.game_id = games_of_several.game_id
    where lines.valid_from is not null and not lines.in_play
),

disagreeing as (
    select
        seen.line_id,
        seen.game_id,
        seen.batch_id,
        'sources_disagree' as rule,
        concat_ws(' ', seen.point::text, seen.price_raw) || ' against '
        || concat_ws(' ', others.point::text, others.price_raw) || ' of ' || others.source as detail
    from seen
    inner join seen as others
        on
            seen.game_id = others.game_id
            and seen.bookmaker = others.bookmaker
            and seen.market = others.market
            and seen.period = others.period
            and seen.side = others.side
    cross join thresholds
    where
        seen.source <> others.source
        and seen.valid_from <= others.last_observed_at
        and others.valid_from <= seen.last_observed_at
        and (
            seen.point <> others.point
            or abs({{ implied_prob('seen.price_decimal') }} - {{ implied_prob('others.price_decimal') }})
            > thresholds.maximum_disagreement
        )
),

found_by_source as (
    select
        lines.line_id,
        lines.game_id,
        lines.batch_id,
        source_violations.rule,
        source_violations.detail
    from source_violations
    inner join lines
        on
            source_violations.game_id = lines.game_id
            and source_violations.source = lines.source
            and source_violations.bookmaker = lines.bookmaker
            and source_violations.market = lines.market
            and source_violations.period = lines.period
            and source_violations.label is not distinct from lines.label
            and coalesce(source_violations.side, lines.side) = lines.side
            and source_violations.batch_id = lines.batch_id
),

found as (
    select * from broken
    union all
    select * from disagreeing
    union all
    select * from found_by_source
),

int_line_violations as (
    select distinct on (found.line_id, found.rule)
        found.line_id,
        found.game_id,
        found.batch_id,
        found.rule,
        rules.severity,
        found.detail
    from found
    inner join rules on found.rule = rules.rule
    order by found.line_id, found.rule, found.detail
)

select * from int_line_violations
