"""Leagues, clubs and games in Action Network's form, with its own numbers."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from linehouse.sandbox.league.books import MARKETS
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.randomness import uniform
from linehouse.sandbox.league.teams import Team

FIRST_DAY = date(2000, 1, 1).toordinal()
STATUSES = {
    "scheduled": ("scheduled", "scheduled", None),
    "live": ("inprogress", "inprogress", None),
    "final": ("complete", "closed", "Final"),
    "postponed": ("postponed", "postponed", "Postponed"),
    "suspended": ("suspended", "suspended", "Suspended"),
    "cancelled": ("cancelled", "cancelled", "Cancelled"),
}


@dataclass(frozen=True)
class VendorLeague:
    """A league as the vendor numbers it."""

    number: int
    name: str
    sport_key: str
    half: str
    periods: int


LEAGUES = {
    league.name: league
    for league in (
        VendorLeague(4, "nba", "basketball_nba", "firsthalf", 4),
        VendorLeague(8, "mlb", "baseball_mlb", "firstfiveinnings", 9),
    )
}
WITHOUT_GAMES = ("wnba", "nfl", "ncaaf", "ncaab", "nhl")
"""Leagues of the vendor that are not simulated: their scoreboards have no games."""
BY_SPORT = {league.sport_key: league for league in LEAGUES.values()}


def game_id(league: League, game: Game) -> int:
    """The vendor's number of a game: its day, its league and its place on the day."""
    day = game.fixture.date_et
    events = [one.event_id for one in league.games_on(game.sport_key, day)]
    number = BY_SPORT[game.sport_key].number
    return ((day.toordinal() - FIRST_DAY) * 10 + number) * 100 + events.index(game.event_id)


def game_by_id(league: League, told: str) -> Game | None:
    """The game with the vendor's number."""
    if not told.isdigit() or len(told) > 9:
        return None
    rest, place = divmod(int(told), 100)
    day, number = divmod(rest, 10)
    for one in LEAGUES.values():
        if one.number == number and 0 < day < 20_000:
            games = league.games_on(one.sport_key, date.fromordinal(FIRST_DAY + day))
            return games[place] if place < len(games) else None
    return None


def team_id(team: Team, sport_key: str, league: League) -> int:
    """The vendor's number of a club."""
    return 100 * BY_SPORT[sport_key].number + league.teams(sport_key).index(team)


def frame_of(sport_key: str, day: date) -> dict[str, Any]:
    """What stands around the games of a scoreboard."""
    vendor = BY_SPORT[sport_key]
    return {
        "league": {
            "id": vendor.number,
            "name": vendor.name,
            "current_season": str(day.year),
            "is_active": True,
        }
    }


def game_of(league: League, game: Game, at: datetime) -> dict[str, Any]:
    """A game without its markets; the order of its teams means nothing."""
    fixture, vendor = game.fixture, BY_SPORT[game.sport_key]
    state = league.status(game, at)
    status, real_status, display = STATUSES[state]
    teams = [_team(league, team, game.sport_key) for team in (fixture.home, fixture.away)]
    if uniform(game.seed, "team order", game.event_id) < 0.5:
        teams.reverse()
    home, away = (team_id(team, game.sport_key, league) for team in (fixture.home, fixture.away))
    tickets = sum(league.public(game, market, at).tickets for market in MARKETS)
    number = game_id(league, game)
    home_won = game.home_score > game.away_score
    shown = {
        "id": number,
        "league_id": vendor.number,
        "status": status,
        "real_status": real_status,
        "status_display": display,
        "start_time": game.told_start(at).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "away_team_id": away,
        "home_team_id": home,
        "winning_team_id": (home if home_won else away) if state == "final" else None,
        "league_name": vendor.name,
        "type": "reg" if fixture.season_type == "regular" else "post",
        "season": int(fixture.season[:4]),
        "week": None,
        "attendance": 0,
        "coverage": "full",
        "is_free": False,
        "trending": False,
        "away_rotation_number": 901 + 2 * (number % 100),
        "home_rotation_number": 902 + 2 * (number % 100),
        "teams": teams,
        "meta": {},
        "num_bets": tickets or None,
        "core_id": 7 * number,
        "broadcast": {"network": None, "network_short": None},
    }
    boxscore = _boxscore(league, game, at, state, vendor)
    return shown | ({"boxscore": boxscore} if boxscore else {})


def _team(league: League, team: Team, sport_key: str) -> dict[str, Any]:
    number = team_id(team, sport_key, league)
    return {
        "id": number,
        "full_name": team.name,
        "display_name": team.nickname,
        "short_name": team.nickname,
        "location": team.city,
        "abbr": team.abbreviation,
        "conference_type": team.conference,
        "core_id": 3 * number,
    }


def _boxscore(
    league: League, game: Game, at: datetime, state: str, vendor: VendorLeague
) -> dict[str, Any]:
    """Baseball has one before the start, empty; basketball has none."""
    if state not in ("live", "final", "suspended") and vendor.name == "nba":
        return {}
    away, home = league.line_score(game, at)
    score = game.score_at(at)
    return {
        "period": league.period(game, at) or None,
        "linescore": [
            {
                "id": number + 1,
                "abbr": str(number + 1),
                "away_points": away[number] if number < len(away) else None,
                "home_points": home[number] if number < len(home) else None,
            }
            for number in range(max(vendor.periods, len(away)))
        ],
        "total_away_points": score.away,
        "total_home_points": score.home,
    }
