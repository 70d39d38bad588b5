-- From opening to close, every market of the archives: as filed, with rows that broke a rule, beside what
-- movement_analysis tells of valid ones. One row per game and market; the home side or the over tells for both.
with lines as (
    select
        game_id,
        market,
        is_opening,
        is_closing,
        point,
        price_american,
        is_valid,
        case when not is_valid then validation_notes else '{}' end as broken
    from curated.betting_lines_enhanced
    where source = 'sbro' and period = 'full' and side in ('home', 'over')
),

filed as (
    select
        game_id,
        market,
        max(point) filter (where is_opening) as opening_point,
        max(point) filter (where is_closing) as closing_point,
        max(price_american) filter (where is_opening) as opening_price,
        max(price_american) filter (where is_closing) as closing_price,
        string_agg(distinct broken_rules.rule, ', ' order by broken_rules.rule) as rules
    from lines
    left join lateral unnest(lines.broken) as broken_rules (rule) on true
    group by game_id, market
),

moved as (
    select * from curated.movement_analysis
    where source = 'sbro' and period = 'full'
)

select
    games.sport_key,
    games.season,
    games.game_date_et,
    games.away_team || ' at ' || games.home_team as game,
    filed.market,
    filed.closing_point - filed.opening_point as filed_move,
    moved.net_points as kept_move,
    -- what the page counts: both lines of both markets, and a score
    filed.market = 'spreads' and games.home_score is not null
    and filed.opening_point is not null and filed.closing_point is not null
    and totals.opening_point is not null and totals.closing_point is not null as on_page,
    (filed.opening_point, filed.closing_point, filed.opening_price, filed.closing_price)
    is distinct from
    (moved.opening_point, moved.closing_point, moved.opening_price_american, moved.closing_price_american)
        as differs,
    coalesce(moved.moves, 0) as moves,
    filed.rules
from filed
left join moved on filed.game_id = moved.game_id and filed.market = moved.market
inner join curated.enhanced_games as games on filed.game_id = games.game_id
left join filed as totals on filed.game_id = totals.game_id and totals.market = 'totals'
order by games.game_date_et, game, filed.market
