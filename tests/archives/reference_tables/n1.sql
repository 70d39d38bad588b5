-- NBA counts and closing moneyline. Parameter: only_valid (leave out rows that broke a rule).
with games as (
    select * from curated.enhanced_games
    where sport_key = 'basketball_nba' and (is_valid or not %(only_valid)s)
),

prices as (
    select
        game_id,
        max(price_american) filter (where side = 'home') as home_american,
        max(price_american) filter (where side = 'away') as away_american,
        max(price_decimal) filter (where side = 'home') as home_decimal,
        max(price_decimal) filter (where side = 'away') as away_decimal
    from curated.closing_lines
    where source = 'sbro' and market = 'h2h' and period = 'full' and (is_valid or not %(only_valid)s)
    group by game_id
),

bets as (
    select
        games.season,
        games.home_score > games.away_score as home_won,
        sign(prices.away_american - prices.home_american) as home_favoured,
        prices.home_decimal,
        prices.away_decimal,
        case when games.home_score > games.away_score then prices.home_decimal - 1 else -1 end as home_profit,
        case when games.home_score > games.away_score then -1 else prices.away_decimal - 1 end as away_profit
    from games
    inner join prices on games.game_id = prices.game_id
    where
        prices.home_american is not null and prices.away_american is not null
        and games.home_score <> games.away_score
),

counted as (
    select
        season,
        count(*) as games,
        (
            select count(distinct team_id)
            from games as of_season
            cross join lateral (values (of_season.home_team_id), (of_season.away_team_id)) as sides (team_id)
            where of_season.season = games.season
        ) as teams,
        count(*) filter (where neutral_site) as neutral
    from games
    group by season
),

bet as (
    select
        season,
        count(*) as n,
        count(*) filter (where home_won) as home_wins,
        count(*) filter (where home_favoured > 0) as home_fav,
        count(*) filter (where home_favoured < 0) as away_fav,
        count(*) filter (where home_favoured = 0) as equal,
        count(*) filter (where (home_won and home_favoured > 0) or (not home_won and home_favoured < 0)) as fav_wins,
        avg(1 / home_decimal + 1 / away_decimal) as overround,
        avg(home_profit) as roi_home,
        avg(away_profit) as roi_away,
        avg(case when home_favoured > 0 then home_profit else away_profit end) filter (where home_favoured <> 0)
            as roi_fav,
        avg(case when home_favoured > 0 then away_profit else home_profit end) filter (where home_favoured <> 0)
            as roi_dog
    from bets
    group by season
)

select
    counted.season,
    counted.games,
    counted.teams,
    counted.neutral,
    bet.n,
    bet.home_wins,
    bet.home_fav,
    bet.away_fav,
    bet.equal,
    bet.fav_wins,
    bet.overround,
    bet.roi_home,
    bet.roi_away,
    bet.roi_fav,
    bet.roi_dog
from counted
left join bet on counted.season = bet.season
order by counted.season
