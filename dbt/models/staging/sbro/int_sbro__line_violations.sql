with lines as (
    select * from {{ ref('stg_sbro__lines') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

thresholds as (
    select
        max({{ rule_number('favourite_disagrees', 'minimum_spread') }}) as clear_spread,
        max({{ rule_number('favourite_disagrees', 'minimum_prob') }}) as clear_prob,
        max({{ rule_number('opening_placeholder', 'nba_total') }}) as placeholder_total,
        max({{ rule_number('opening_placeholder', 'nba_spread') }}) as placeholder_spread,
        max({{ rule_number('second_half_line_in_opening', 'minimum_ratio') }}) as minimum_part_ratio,
        max({{ rule_number('second_half_line_in_opening', 'maximum_ratio') }}) as maximum_part_ratio,
        max({{ rule_number('total_typed_as_price', 'minimum') }}) as least_price,
        max({{ rule_number('point_off_grid', 'step') }}) as point_step
    from rules
),

move_limits as (
    select
        split_part(limits.key, '_', 1) as league,
        split_part(limits.key, '_', 2) || 's' as market,
        max(limits.value::numeric) filter (where rules.rule = 'open_close_move_suspicious') as suspicious_move,
        max(limits.value::numeric) filter (where rules.rule = 'open_close_move_impossible') as impossible_move
    from rules
    cross join lateral jsonb_each_text(rules.parameters) as limits
    where rules.rule in ('open_close_move_suspicious', 'open_close_move_impossible')
    group by limits.key
),

believable_points as (
    select
        split_part(ranges.key, '_', 1) as league,
        split_part(ranges.key, '_', 2) || 's' as market,
        (ranges.value ->> 0)::numeric as minimum_point,
        (ranges.value ->> 1)::numeric as maximum_point
    from rules
    cross join lateral jsonb_each(rules.parameters) as ranges
    where rules.rule = 'point_out_of_range' and split_part(ranges.key, '_', 3) = ''
),

judged as (
    select
        lines.payload_id,
        lines.source_event_id,
        lines.market,
        lines.period,
        lines.side,
        lines.label,
        lines.point,
        lines.point_raw,
        lines.price_raw,
        array_remove(
            array[
                case
                    when lines.point is null and lines.league = 'nba' and lines.market <> 'h2h'
                        then 'line_pair_unreadable'
                end,
                case
                    when
                        (
                            lines.point is null
                            and not {{ says_no_line('lines.point_raw') }}
                            and {{ sbro_number('lines.point_raw') }} is null
                        )
                        or (
                            lines.price_american is null
                            and not {{ says_no_line('lines.price_raw') }}
                            and {{ clean_number('lines.price_raw') }} is null
                        )
                        then 'unparseable_cell'
                end,
                case
                    when
                        lines.market = 'spreads'
                        and lines.league = 'nba'
                        and {{ stripped('lines.point_raw') }} like '-_%'
                        then 'spread_sign_typed'
                end,
                case
                    when
                        lines.price_american is null
                        and (lines.league = 'mlb' or lines.market = 'h2h')
                        and {{ says_no_line('lines.price_raw') }}
                        then 'price_missing'
                end,
                case
                    when lines.league = 'mlb' and abs(lines.point) >= thresholds.least_price
                        then 'total_typed_as_price'
                end,
                case when lines.point % thresholds.point_step <> 0 then 'point_off_grid' end
            ],
            null
        ) as broken_rules
    from lines
    cross join thresholds
),

of_the_cell as (
    select
        judged.payload_id,
        judged.source_event_id,
        judged.market,
        judged.period,
        judged.side,
        judged.label,
        broken.rule,
        concat_ws(', ', 'point ' || judged.point_raw, 'price ' || judged.price_raw) as detail
    from judged
    cross join unnest(judged.broken_rules) as broken (rule)
    where judged.broken_rules <> '{}'
),

-- one row per game and market, open beside close; a close that is itself a typo says nothing of the open
moves as (
    select
        lines.payload_id,
        lines.league,
        lines.source_event_id,
        lines.market,
        max(lines.point) filter (where lines.label = 'open') as open_point,
        max(lines.point) filter (
            where lines.label = 'close'
            and lines.point between believable_points.minimum_point and believable_points.maximum_point
        ) as close_point
    from lines
    inner join believable_points
        on lines.league = believable_points.league and lines.market = believable_points.market
    where
        lines.period = 'full' and lines.label in ('open', 'close')
        and lines.market in ('spreads', 'totals') and lines.side in ('home', 'over')
    group by lines.payload_id, lines.league, lines.source_event_id, lines.market
),

open_pairs as (
    select
        lines.payload_id,
        lines.source_event_id,
        max(lines.point) filter (where lines.market = 'totals') as total,
        max(abs(lines.point)) filter (where lines.market = 'spreads') as spread,
        max(
            case when lines.point is null then {{ clean_number('lines.point_raw') }} else abs(lines.point) end
        ) as larger_cell
    from lines
    where lines.league = 'nba' and lines.period = 'full' and lines.label = 'open' and lines.market <> 'h2h'
    group by lines.payload_id, lines.source_event_id
),

of_the_opening as (
    select
        moves.payload_id,
        moves.source_event_id,
        moves.market,
        'full' as period,
        null as side,
        'open' as label,
        found.rule,
        found.detail
    from moves
    cross join thresholds
    left join move_limits on moves.league = move_limits.league and moves.market = move_limits.market
    cross join
        lateral (
            values
            (
                abs(moves.open_point - moves.close_point) > move_limits.impossible_move,
                'open_close_move_impossible',
                moves.open_point || ' to ' || moves.close_point
            ),
            (
                abs(moves.open_point - moves.close_point) > move_limits.suspicious_move
                and abs(moves.open_point - moves.close_point) <= move_limits.impossible_move,
                'open_close_move_suspicious',
                moves.open_point || ' to ' || moves.close_point
            )
        ) as found (is_broken, rule, detail)
    where found.is_broken
    union all
    select
        open_pairs.payload_id,
        open_pairs.source_event_id,
        null as market,
        'full' as period,
        null as side,
        'open' as label,
        found.rule,
        found.detail
    from open_pairs
    cross join thresholds
    left join moves
        on
            open_pairs.payload_id = moves.payload_id
            and open_pairs.source_event_id = moves.source_event_id
            and moves.market = 'totals'
    cross join
        lateral (
            values
            (
                open_pairs.total = thresholds.placeholder_total and open_pairs.spread = thresholds.placeholder_spread,
                'opening_placeholder',
                open_pairs.total || ' and ' || open_pairs.spread
            ),
            (
                open_pairs.larger_cell
                between thresholds.minimum_part_ratio * moves.close_point
                and thresholds.maximum_part_ratio * moves.close_point,
                'second_half_line_in_opening',
                'larger cell ' || open_pairs.larger_cell || ', closing total ' || moves.close_point
            )
        ) as found (is_broken, rule, detail)
    where found.is_broken
),

closing as (
    select
        lines.payload_id,
        lines.source_event_id,
        max(lines.point) filter (where lines.market = 'spreads' and lines.side = 'home') as home_point,
        max(lines.price_decimal) filter (where lines.market = 'h2h' and lines.side = 'away') as away_decimal,
        max(lines.price_decimal) filter (where lines.market = 'h2h' and lines.side = 'home') as home_decimal
    from lines
    where lines.period = 'full' and lines.label = 'close'
    group by lines.payload_id, lines.source_event_id
),

favourites as (
    select
        closing.*,
        {{ no_vig_prob('closing.home_decimal', 'closing.away_decimal') }} as home_prob
    from closing
    where
        (closing.home_point < 0 and closing.home_decimal > closing.away_decimal)
        or (closing.home_point > 0 and closing.home_decimal < closing.away_decimal)
),

of_the_favourite as (
    select
        favourites.payload_id,
        favourites.source_event_id,
        both_markets.market,
        'full' as period,
        null as side,
        'close' as label,
        case
            -- the run line is 1.5 whatever the teams, so only the price says how clear it is
            when
                greatest(favourites.home_prob, 1 - favourites.home_prob) >= thresholds.clear_prob
                or (abs(favourites.home_point) >= thresholds.clear_spread)
                then 'favourite_disagrees'
            else 'favourite_differs_near_even'
        end as rule,
        'home spread '
        || favourites.home_point
        || ', home no-vig probability '
        || round(favourites.home_prob, 3) as detail
    from favourites
    cross join thresholds
    cross join (values ('spreads'), ('h2h')) as both_markets (market)
),

found as (
    select * from of_the_cell
    union all
    select * from of_the_opening
    union all
    select * from of_the_favourite
),

int_sbro__line_violations as (
    select distinct
        lines.game_id,
        lines.batch_id,
        lines.source,
        lines.source_event_id,
        lines.bookmaker,
        lines.market,
        lines.period,
        lines.side,
        lines.label,
        found.rule,
        found.detail
    from found
    inner join lines
        on
            found.payload_id = lines.payload_id
            and found.source_event_id = lines.source_event_id
            and found.period = lines.period
            and found.label is not distinct from lines.label
            and coalesce(found.side, lines.side) = lines.side
            and (
                found.market = lines.market
                or (found.market is null and lines.market <> 'h2h')
            )
)

select * from int_sbro__line_violations
