-- NBA closing spread and total, every price taken as -110. Parameter: only_valid.
with games as (
    select * from curated.enhanced_games
    where sport_key = 'basketball_nba' and (is_valid or not %(only_valid)s)
),

closing as (
    select
        game_id,
        max(point) filter (where market = 'spreads' and side = 'home') as home_spread,
        max(point) filter (where market = 'totals' and side = 'over') as total
    from curated.closing_lines
    where source = 'sbro' and period = 'full' and (is_valid or not %(only_valid)s)
    group by game_id
),

opening as (
    select
        game_id,
        max(point) filter (where market = 'spreads' and side = 'home') as home_spread,
        max(point) filter (where market = 'totals' and side = 'over') as total
    from curated.betting_lines_enhanced
    where source = 'sbro' and period = 'full' and is_opening and (is_valid or not %(only_valid)s)
    group by game_id
),

lines as (
    select
        games.season,
        closing.home_spread,
        closing.total,
        games.home_score + closing.home_spread - games.away_score as spread_margin,
        games.home_score + games.away_score - closing.total as total_margin,
        case when opening.total is not null then opening.home_spread end as open_spread
    from games
    inner join closing on games.game_id = closing.game_id
    left join opening on games.game_id = opening.game_id
    where closing.home_spread is not null and closing.total is not null and games.home_score is not null
)

select
    season,
    count(*) as valid,
    count(*) filter (where home_spread < 0) as home_fav,
    count(*) filter (where home_spread > 0) as away_fav,
    count(*) filter (where home_spread = 0) as pick,
    count(*) filter (where spread_margin > 0) as home_cover,
    count(*) filter (where spread_margin < 0) as away_cover,
    count(*) filter (where spread_margin = 0) as push,
    avg((spread_margin = 0)::int) as push_rate,
    avg(case sign(spread_margin) when 1 then 100 / 110.0 when 0 then 0 else -1 end) as roi_home_ats,
    count(*) filter (where total_margin > 0) as over,
    count(*) filter (where total_margin < 0) as under,
    count(*) filter (where total_margin = 0) as tpush,
    avg((total_margin > 0)::int) filter (where total_margin <> 0) as over_rate,
    avg(case sign(total_margin) when 1 then 100 / 110.0 when 0 then 0 else -1 end) as roi_over,
    avg(total) as mean_total,
    avg(abs(home_spread)) as mean_abs_spread,
    count(open_spread) as open_valid,
    count(*) filter (where open_spread <> home_spread) as moved,
    avg(abs(open_spread - home_spread)) as mean_abs_move
from lines
group by season
order by season
