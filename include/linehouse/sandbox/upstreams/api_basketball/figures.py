"""Figures of teams and players, and tables, in API-Basketball's form."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.randomness import stream
from linehouse.sandbox.league.teams import NBA, Team
from linehouse.sandbox.upstreams.api_basketball.content import (
    COUNTRY,
    LEAGUE_ID,
    SPORT,
    TEAM_IDS,
    Query,
    by_ids,
    league_of,
    played,
    team_of,
)
from linehouse.sandbox.upstreams.game_numbers import number_of


def team_statistics(query: Query) -> list[dict[str, Any]]:
    """`/games/statistics/teams`: of games that are over."""
    return [
        _team_figures(query.league, game, team)
        for game in _finished(query)
        for team in (game.fixture.home, game.fixture.away)
    ]


def player_statistics(query: Query) -> list[dict[str, Any]]:
    """`/games/statistics/players`: of games that are over."""
    rows = []
    for game in _finished(query):
        for place, line in enumerate(query.league.player_lines(game)):
            seconds = int(stream(game.seed, "seconds", game.event_id, place).random() * 60)
            last, first = reversed(line.player.name.split(" ", 1))
            threes, free = line.points // 9, line.points % 2
            rows.append(
                {
                    "game": {"id": number_of(query.league, game)},
                    "team": {"id": TEAM_IDS[line.team.name]},
                    "player": {"id": line.player.id, "name": f"{last} {first}"},
                    "type": "starters" if line.minutes >= 24 else "bench",
                    "minutes": f"{line.minutes}:{seconds:02}",
                    **_shots(line.points, threes, free),
                    "rebounds": {"total": line.rebounds},
                    "assists": line.assists,
                    "points": line.points,
                }
            )
    return rows


def season_statistics(query: Query) -> dict[str, Any] | list[Any]:
    """`/statistics`: one object; nothing for a season or a team that there is not."""
    league, _, team_id = query.needed("league", "season", "team")
    team = next((one for one in NBA if str(TEAM_IDS[one.name]) == team_id), None)
    season = played(query)
    if team is None or season is None or league != LEAGUE_ID:
        return []
    at = query.now
    if query.params.get("date"):
        at = min(at, datetime.fromisoformat(f"{query.params['date']}T23:59:59+00:00"))
    own = [
        (game, game.fixture.home == team)
        for game in query.league.regular_season(SPORT, season)
        if team in (game.fixture.home, game.fixture.away)
        and query.league.status(game, at) == "final"
    ]
    scores = {
        side: [
            (game.home_score, game.away_score) if home else (game.away_score, game.home_score)
            for game, home in own
            if home == (side == "home")
        ]
        for side in ("home", "away")
    }
    scores["all"] = scores["home"] + scores["away"]
    counts = {side: len(pairs) for side, pairs in scores.items()}
    wins = {side: sum(a > b for a, b in pairs) for side, pairs in scores.items()}

    def share(told: Mapping[str, int]) -> dict[str, Any]:
        return {
            side: {
                "total": told[side],
                "percentage": f"{told[side] / max(counts[side], 1):.3f}",
            }
            for side in counts
        }

    def points(place: int) -> dict[str, Any]:
        total = {side: sum(pair[place] for pair in pairs) for side, pairs in scores.items()}
        return {
            "total": total,
            "average": {side: f"{total[side] / max(counts[side], 1):.1f}" for side in counts},
        }

    return {
        "country": COUNTRY,
        "league": league_of(season),
        "team": team_of(team),
        "games": {
            "played": counts,
            "wins": share(wins),
            "draws": share(dict.fromkeys(counts, 0)),
            "loses": share({side: counts[side] - wins[side] for side in counts}),
        },
        "points": {"for": points(0), "against": points(1)},
    }


def standings(query: Query) -> list[list[dict[str, Any]]]:
    """`/standings`: a list of the conferences' lists."""
    league, _ = query.needed("league", "season")
    season = played(query)
    if season is None or league != LEAGUE_ID:
        return []
    tables = []
    for conference in ("East", "West"):
        totals = [
            (team, query.league.team_totals(SPORT, team, season, query.now))
            for team in NBA
            if team.conference == conference
        ]
        totals.sort(key=lambda pair: (-pair[1].wins, pair[1].losses, pair[0].name))
        tables.append(
            [
                {
                    "position": position,
                    "stage": "NBA - Regular Season",
                    "group": {"name": f"{conference}ern Conference", "points": None},
                    "team": team_of(team),
                    "league": league_of(season),
                    "country": COUNTRY,
                    "games": {
                        "played": one.games,
                        "win": _of(one.wins, one.games),
                        "lose": _of(one.losses, one.games),
                    },
                    "points": {"for": one.points_for, "against": one.points_against},
                    "form": None,
                    "description": None,
                }
                for position, (team, one) in enumerate(totals, 1)
            ]
        )
    return tables


def teams(query: Query) -> list[dict[str, Any]]:
    """`/teams`; `nationnal` is the vendor's spelling."""
    query.needed("league", "season")
    return [team_of(team) | {"nationnal": False, "country": COUNTRY} for team in NBA]


def _finished(query: Query) -> list[Game]:
    return [game for game in by_ids(query) if query.league.status(game, query.now) == "final"]


def _team_figures(league: League, game: Game, team: Team) -> dict[str, Any]:
    lines = [line for line in league.player_lines(game) if line.team == team]
    points = sum(line.points for line in lines)
    random = stream(game.seed, "team figures", game.event_id, team.name)
    rebounds = sum(line.rebounds for line in lines)
    return {
        "game": {"id": number_of(league, game)},
        "team": {"id": TEAM_IDS[team.name]},
        **_shots(points, points // 9, 14 + (points - points // 9) % 2),
        "rebounds": {
            "total": rebounds,
            "offence": rebounds // 4,
            "defense": rebounds - rebounds // 4,
        },
        "assists": sum(line.assists for line in lines),
        "steals": random.randint(4, 12),
        "blocks": random.randint(1, 9),
        "turnovers": random.randint(8, 19),
        "personal_fouls": random.randint(14, 26),
    }


def _shots(points: int, threes: int, free: int) -> dict[str, Any]:
    """Baskets that add up to the points: from the field, of these threes, and free throws."""
    free += (points - threes - free) % 2
    field = max((points - threes - free) // 2, 0)

    def kind(made: int, per_made: float) -> dict[str, int | None]:
        attempts = round(made * per_made)
        share = round(100 * made / attempts) if attempts else None
        return {"total": made, "attempts": attempts, "percentage": share}

    return {
        "field_goals": kind(field, 2.1),
        "threepoint_goals": kind(threes, 2.8),
        "freethrows_goals": kind(free, 1.25),
    }


def _of(count: int, games_played: int) -> dict[str, Any]:
    return {"total": count, "percentage": f"{count / max(games_played, 1):.3f}"}
