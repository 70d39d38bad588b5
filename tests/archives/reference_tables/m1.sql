-- MLB counts and moneyline, closing and opening. Parameter: only_valid.
with games as (
    select * from curated.enhanced_games
    where sport_key = 'baseball_mlb' and (is_valid or not %(only_valid)s)
),

closing as (
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

opening as (
    select
        game_id,
        max(price_decimal) filter (where side = 'home') as home_decimal,
        max(price_decimal) filter (where side = 'away') as away_decimal
    from curated.moneylines
    where source = 'sbro' and period = 'full' and is_opening and (is_valid or not %(only_valid)s)
    group by game_id
),

decided as (
    select
        games.season,
        games.home_score > games.away_score as home_won,
        sign(closing.away_american - closing.home_american) as home_favoured,
        closing.home_decimal,
        closing.away_decimal,
        case when games.home_score > games.away_score then closing.home_decimal - 1 else -1 end as home_profit,
        case when games.home_score > games.away_score then -1 else closing.away_decimal - 1 end as away_profit,
        case
            when opening.away_decimal is null then null
            when games.home_score > games.away_score then opening.home_decimal - 1
            when opening.home_decimal is not null then -1
        end as home_profit_open,
        closing.home_american is not null and closing.away_american is not null as is_bet
    from games
    left join closing on games.game_id = closing.game_id
    left join opening on games.game_id = opening.game_id
    where games.home_score <> games.away_score
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
        count(*) filter (where home_score = away_score) as ties,
        count(*) filter (where neutral_site) as neutral,
        count(*) - count(distinct (game_date_et, away_team_id, home_team_id)) as dh_pairs
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
    from decided
    where is_bet
    group by season
),

bet_at_open as (
    select
        season,
        count(home_profit_open) as n_open,
        avg(home_profit_open) as roi_home_open
    from decided
    group by season
)

select
    counted.season,
    counted.games,
    counted.teams,
    counted.ties,
    counted.neutral,
    counted.dh_pairs,
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
    bet.roi_dog,
    bet_at_open.n_open,
    bet_at_open.roi_home_open
from counted
left join bet on counted.season = bet.season
left join bet_at_open on counted.season = bet_at_open.season
order by counted.season
