-- How do the teams of the coming games stand, as known that morning?
-- One row per game of the next two days and team: record, last ten, rest, travel, earlier meetings this season.
-- Reads: {{ ref('team_stats_daily') }}, {{ ref('enhanced_games') }}
with newest as (
    select max(last_observed_at) as looked_at
    from curated.enhanced_games
)

select
    games.commence_at,
    case when form.is_home_today then games.home_team else games.away_team end as team,
    case when form.is_home_today then games.away_team else games.home_team end as opponent,
    form.is_home_today,
    form.wins,
    form.losses,
    form.points_for_avg,
    form.points_against_avg,
    form.last_10_wins,
    form.streak,
    form.rest_days,
    form.travel_km,
    form.head_to_head_games,
    form.head_to_head_wins
from newest
inner join curated.team_stats_daily as form
    on
        form.morning_et between (newest.looked_at at time zone 'America/New_York')::date
        and (newest.looked_at at time zone 'America/New_York')::date + 1
inner join curated.enhanced_games as games on form.game_id_today = games.game_id
where newest.looked_at < games.commence_at
order by games.commence_at, games.game_id, form.is_home_today
