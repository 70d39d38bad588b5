"""Schedules and scores in Goalserve's form: an XML document turned into JSON, all values texts.

A lone child is an object, several are a list. `datetime_utc` is right; `time` is standard time
with the name of daylight time, as the vendor's is.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.teams import Team
from linehouse.sandbox.upstreams.game_numbers import is_known, number_of

CATEGORIES = {
    "basketball_nba": {"file_group": "nba-scores", "id": "1046", "name": "USA: NBA"},
    "baseball_mlb": {"file_group": "usa", "id": "1000", "name": "USA: MLB"},
}
FIRST_TEAM_ID = {"basketball_nba": 1100, "baseball_mlb": 1000}
FIRST_NUMBER = {"basketball_nba": 0, "baseball_mlb": 1_300_000_000}
ORDINALS = ("1st", "2nd", "3rd")
EASTERN_STANDARD = timedelta(hours=-5)


def schedule(league: League, sport_key: str, first: date, last: date, at: datetime) -> Any:
    """Games of some Eastern days, grouped by day."""
    groups = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        games = [game for game in league.games_on(sport_key, day) if is_known(game, at)]
        if games:
            regular = games[0].fixture.season_type == "regular"
            groups.append(
                {
                    "date": _long_day(day),
                    "formatted_date": f"{day:%d.%m.%Y}",
                    "match": _lone([_match(league, game, at) for game in games]),
                    "seasonType": "Regular Season" if regular else "Post Season",
                    "timezone": "EST",
                }
            )
    category = CATEGORIES[sport_key]
    shedules: dict[str, Any] = {"id": category["id"], "league": category["name"]}
    if groups:
        shedules["matches"] = _lone(groups)
    return {"shedules": shedules}


def scores(league: League, sport_key: str, first: date, last: date, at: datetime) -> Any:
    """Games of a day; without any, the category stands alone."""
    games = [game for game in league.games_between(sport_key, first, last) if is_known(game, at)]
    category: dict[str, Any] = dict(CATEGORIES[sport_key])
    if sport_key == "basketball_nba":
        year = first.year if first.month >= 9 else first.year - 1
        category |= {"season": f"{year}/{year + 1}", "seasonType": ""}
    if games:
        category["match"] = _lone([_match(league, game, at) for game in games])
    return {"scores": {"sport": sport_key.split("_")[0], "category": category}}


def with_signs(value: Any) -> Any:
    """The other dialect: attributes begin with `@`, elements do not."""
    if isinstance(value, dict):
        return {
            (f"@{key}" if isinstance(entry, str) else key): with_signs(entry)
            for key, entry in value.items()
        }
    return [with_signs(entry) for entry in value] if isinstance(value, list) else value


def _match(league: League, game: Game, at: datetime) -> dict[str, Any]:
    fixture, state = game.fixture, league.status(game, at)
    start = game.told_start(at)
    standard = start + EASTERN_STANDARD
    away, home = league.line_score(game, at)
    match: dict[str, Any] = {
        "attendance": "15000" if state == "final" else "",
        "broadcast": "",
        "date": _long_day(fixture.date_et),
        "datetime_utc": start.astimezone(UTC).strftime("%d.%m.%Y %H:%M"),
        "formatted_date": f"{fixture.date_et:%d.%m.%Y}",
        "id": str(FIRST_NUMBER[game.sport_key] + number_of(league, game)),
        "status": _status(game, state, league.period(game, at)),
        "time": f"{standard.hour % 12 or 12}:{standard:%M} {'PM' if standard.hour >= 12 else 'AM'}",
        "timer": "",
        "timezone": f"{start.astimezone(EASTERN):%Z}",
        "venue_id": "1",
        "venue_name": f"{fixture.home.city} Arena, {fixture.home.city}",
        "hometeam": _team(league, game.sport_key, fixture.home, home, state),
        "awayteam": _team(league, game.sport_key, fixture.away, away, state),
    }
    if game.sport_key == "baseball_mlb":
        pitchers = {}
        for side, player in zip(("awayteam", "hometeam"), league.starters(game), strict=True):
            if player is not None:
                last_name = player.name.split(" ", 1)[-1]
                pitchers[side] = {"player": {"name": last_name, "id": str(player.id)}}
        match |= {"oddsid": "", "outs": "", "gamecast": None, "starting_pitchers": pitchers}
    return match


def _team(
    league: League, sport_key: str, team: Team, periods: Sequence[int], state: str
) -> dict[str, Any]:
    begun = state in ("live", "final", "suspended")
    shown = [str(points) for points in periods] if begun else []
    side: dict[str, Any] = {
        "id": str(FIRST_TEAM_ID[sport_key] + league.teams(sport_key).index(team)),
        "name": team.name,
        "totalscore": str(sum(periods)) if begun else "",
    }
    if sport_key == "basketball_nba":
        quarters = [*shown[:4], "", "", "", ""][:4]
        overtime = str(sum(periods[4:])) if begun and len(periods) > 4 else ""
        named = {f"q{number}": points for number, points in enumerate(quarters, 1)}
        return side | named | {"ot": overtime, "posession": "False"}
    innings = [
        {"number": str(number), "score": points, "hits": ""}
        for number, points in enumerate(shown, 1)
    ]
    empty = {f"in{number}": "" for number in range(1, 10)}
    return (
        side
        | empty
        | {
            "r": "",
            "hits": "",
            "errors": "",
            "innings": {"inning": _lone(innings)} if innings else None,
        }
    )


def _status(game: Game, state: str, period: int) -> str:
    if state == "scheduled":
        return "Not Started"
    if state == "final":
        more = game.result.periods - game.result.regulation
        if game.sport_key == "baseball_mlb":
            return "Final" if more <= 0 else f"Final/{game.result.periods}"
        return "Final" if more <= 0 else "Final/OT" if more == 1 else f"Final/{more}OT"
    if state != "live":
        return {"postponed": "Postponed", "suspended": "Suspended"}.get(state, "Cancelled")
    what = "Quarter" if game.sport_key == "basketball_nba" else "Inning"
    if what == "Quarter" and period > 4:
        return "Overtime"
    return f"{ORDINALS[period - 1] if 1 <= period <= 3 else f'{period}th'} {what}"


def _lone(children: list[dict[str, Any]]) -> Any:
    return children[0] if len(children) == 1 else children


def _long_day(day: date) -> str:
    return f"{day:%b %d, %Y}"
