-- How do the teams of the coming games stand, as known that morning?
-- One row per game of the next two days and team: record, last ten, rest, travel, earlier meetings this season. The
-- second game of a day is there, too; the way to it is none.
-- Reads: {{ ref('team_stats_daily') }}, {{ ref('enhanced_games') }}
with newest as (
    select max(last_observed_at) as looked_at
    from curated.enhanced_games
)

select
    games.commence_at,
    case when teams.is_home then games.home_team else games.away_team end as team,
    case when teams.is_home then games.away_team else games.home_team end as opponent,
    teams.is_home as is_home_today,
    form.wins,
    form.losses,
    form.points_for_avg,
    form.points_against_avg,
    form.last_10_wins,
    form.streak,
    form.rest_days,
    case when form.game_id_today = games.game_id then form.travel_km end as travel_km,
    case when form.opponent_team_id = teams.opponent_team_id then form.head_to_head_games end as head_to_head_games,
    case when form.opponent_team_id = teams.opponent_team_id then form.head_to_head_wins end as head_to_head_wins
from newest
inner join curated.enhanced_games as games
    on
        games.game_date_et between (newest.looked_at at time zone 'America/New_York')::date
        and (newest.looked_at at time zone 'America/New_York')::date + 1
cross join
    lateral (
        values
        (true, games.home_team_id, games.away_team_id),
        (false, games.away_team_id, games.home_team_id)
    ) as teams (is_home, team_id, opponent_team_id)
inner join curated.team_stats_daily as form
    on
        teams.team_id = form.team_id
        and games.season = form.season
        and games.game_date_et = form.morning_et
where newest.looked_at < games.commence_at and games.status = 'scheduled'
order by games.commence_at, games.game_id, is_home_today
