with touched_team_seasons as (
    select * from {{ source('curated_candidate', 'touched_team_seasons') }}
),

games as (
    select * from {{ ref('games') }}
),

team_places as (
    select * from {{ ref('team_places') }}
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
        listed.status = 'final' as is_played,
        listed.status = 'final' and listed.is_valid and listed.points_for is not null
        and listed.points_against is not null as is_result,
        {{ known_on_et('listed') }} as known_on_et,
        listed.points_for,
        listed.points_against,
        team_places.latitude,
        team_places.longitude
    from listed
    left join team_places
        on
            listed.home_team_id = team_places.team_id
            and not coalesce(listed.neutral_site, false)
            and left(listed.season, 4)::integer
            between coalesce(team_places.first_season_start, 0) and coalesce(team_places.last_season_start, 9999)
)

select * from int_team_games
