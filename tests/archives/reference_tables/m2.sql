-- MLB closing total and run line at listed prices. Parameter: only_valid.
with games as (
    select * from curated.enhanced_games
    where sport_key = 'baseball_mlb' and (is_valid or not %(only_valid)s)
),

closing as (
    select
        game_id,
        max(point) filter (where market = 'totals' and side = 'over') as total,
        max(price_decimal) filter (where market = 'totals' and side = 'over') as over_decimal,
        max(price_decimal) filter (where market = 'totals' and side = 'under') as under_decimal,
        max(point) filter (where market = 'spreads' and side = 'home') as home_point,
        max(point) filter (where market = 'spreads' and side = 'away') as away_point,
        max(price_decimal) filter (where market = 'spreads' and side = 'home') as home_decimal,
        max(price_decimal) filter (where market = 'spreads' and side = 'away') as away_decimal
    from curated.closing_lines
    where source = 'sbro' and period = 'full' and (is_valid or not %(only_valid)s)
    group by game_id
),

totals as (
    select
        games.season,
        closing.total,
        sign(games.home_score + games.away_score - closing.total) as outcome,
        closing.over_decimal,
        closing.under_decimal
    from games
    inner join closing on games.game_id = closing.game_id
    where
        closing.total between 4 and 20
        and closing.over_decimal is not null and closing.under_decimal is not null
        and games.home_score is not null and games.away_score is not null
),

run_lines as (
    select
        games.season,
        closing.home_point,
        closing.home_decimal,
        games.home_score + closing.home_point > games.away_score as home_covers
    from games
    inner join closing on games.game_id = closing.game_id
    where
        abs(closing.home_point) = 1.5 and closing.home_point = -closing.away_point
        and closing.home_decimal is not null and closing.away_decimal is not null
        and games.home_score <> games.away_score
),

of_totals as (
    select
        season,
        count(*) as valid_tot,
        count(*) filter (where outcome > 0) as over,
        count(*) filter (where outcome < 0) as under,
        count(*) filter (where outcome = 0) as tpush,
        avg((outcome > 0)::int) filter (where outcome <> 0) as over_rate,
        avg(case outcome when 1 then over_decimal - 1 when 0 then 0 else -1 end) as roi_over,
        avg(case outcome when -1 then under_decimal - 1 when 0 then 0 else -1 end) as roi_under,
        avg(total) as mean_total
    from totals
    group by season
),

of_run_lines as (
    select
        season,
        count(*) as valid_rl,
        count(*) filter (where home_covers) as home_rl_cover,
        count(*) filter (where home_covers = (home_point < 0)) as fav_rl_cover,
        avg(case when home_covers then home_decimal - 1 else -1 end) as roi_home_rl
    from run_lines
    group by season
)

select
    of_totals.season,
    of_totals.valid_tot,
    of_totals.over,
    of_totals.under,
    of_totals.tpush,
    of_totals.over_rate,
    of_totals.roi_over,
    of_totals.roi_under,
    of_totals.mean_total,
    coalesce(of_run_lines.valid_rl, 0) as valid_rl,
    coalesce(of_run_lines.home_rl_cover, 0) as home_rl_cover,
    coalesce(of_run_lines.fav_rl_cover, 0) as fav_rl_cover,
    of_run_lines.roi_home_rl
from of_totals
left join of_run_lines on of_totals.season = of_run_lines.season
order by of_totals.season
