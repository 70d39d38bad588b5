with touched_team_seasons as (
    select * from {{ source('curated_candidate', 'touched_team_seasons') }}
),

games as (
    select * from {{ ref('games') }}
),

team_places as (
    select * from {{ ref('team_places') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

games_raw as (
    select * from {{ source('raw_data', 'games_raw') }}
),

touched as (
    select
        team_season_id,
        split_part(team_season_id, '|', 1) as team_id,
        split_part(team_season_id, '|', 2) as season
    from touched_team_seasons
),

listed as (
    select
        touched.team_season_id,
        touched.team_id,
        of_team.*,
        case when of_team.is_home then of_team.home_score else of_team.away_score end as points_for,
        case when of_team.is_home then of_team.away_score else of_team.home_score end as points_against
    from touched
    cross join lateral (
        select
            games.*,
            games.home_team_id = touched.team_id as is_home,
            case
                when games.home_team_id = touched.team_id then games.away_team_id else games.home_team_id
            end as opponent_team_id
        from games
        where
            touched.team_id in (games.home_team_id, games.away_team_id)
            and games.season = touched.season
            and games.season_type <> 'preseason'
            and games.game_date_et is not null
        offset 0
    ) as of_team
),

-- told later than the morning after: who looked that late and saw that it was not over yet
told_late as (
    select distinct on (game_id)
        game_id,
        game_date_et,
        completed_at
    from listed
    where (completed_at at time zone 'America/New_York')::timestamp >= game_date_et + 1 + time '09:00'
    order by game_id
),

ended_late as (
    select told_late.game_id
    from told_late
    where exists (
        select 1
        from game_registry
        inner join games_raw
            on
                game_registry.source = games_raw.source
                and game_registry.source_event_id = games_raw.source_event_id
        where
            game_registry.game_id = told_late.game_id
            and games_raw.state in ('scheduled', 'live', 'suspended', 'postponed')
            and games_raw.observed_at < told_late.completed_at
            and (games_raw.observed_at at time zone 'America/New_York')::timestamp
            >= told_late.game_date_et + 1 + time '09:00'
    )
),

int_team_games as (
    select
        listed.team_season_id,
        listed.team_id,
        listed.season,
        listed.league,
        listed.game_id,
        listed.game_date_et,
        listed.commence_at,
        listed.game_number,
        listed.opponent_team_id,
        listed.is_home,
        listed.status in ('cancelled', 'postponed') as is_called_off,
        listed.status = 'final' and listed.is_valid and listed.points_for is not null
        and listed.points_against is not null as is_result,
        case
            when ended_late.game_id is null then listed.game_date_et
            else (listed.completed_at at time zone 'America/New_York' - interval '9 hours')::date
        end as known_on_et,
        listed.points_for,
        listed.points_against,
        team_places.latitude,
        team_places.longitude
    from listed
    left join ended_late on listed.game_id = ended_late.game_id
    left join team_places
        on
            listed.home_team_id = team_places.team_id
            and not coalesce(listed.neutral_site, false)
            and left(listed.season, 4)::integer
            between coalesce(team_places.first_season_start, 0) and coalesce(team_places.last_season_start, 9999)
)

select * from int_team_games
