with known as (
    select * from {{ ref('int_games') }}
),

violations as (
    select * from {{ ref('int_game_violations') }}
),

team_names as (
    select * from {{ ref('team_names') }}
),

broken as (
    select
        game_id,
        array_agg(distinct rule order by rule) as rules,
        bool_or(severity <> 'warning') as is_invalid
    from violations
    group by game_id
),

-- a franchise bears the name that it had in that season
named as (
    select
        known.*,
        home_names.full_name as home_team,
        away_names.full_name as away_team
    from known
    left join team_names as home_names
        on
            known.home_team_id = home_names.team_id
            and left(known.season, 4)::integer
            between home_names.first_season_start and coalesce(home_names.last_season_start, 9999)
    left join team_names as away_names
        on
            known.away_team_id = away_names.team_id
            and left(known.season, 4)::integer
            between away_names.first_season_start and coalesce(away_names.last_season_start, 9999)
),

games as (
    select
        named.game_id,
        named.sport_key,
        named.league,
        named.season,
        named.season_type,
        named.game_date_et,
        named.commence_at,
        named.home_team,
        named.away_team,
        named.home_team_id,
        named.away_team_id,
        named.game_number,
        named.neutral_site,
        named.status,
        named.home_score,
        named.away_score,
        named.completed_at,
        named.finished_on_et,
        named.unfinished_next_day_at,
        named.first_observed_at,
        named.last_observed_at,
        named.source,
        named.batch_id,
        not coalesce(broken.is_invalid, false) as is_valid,
        coalesce(broken.rules, '{}') as validation_notes
    from named
    left join broken on named.game_id = broken.game_id
)

select * from games
