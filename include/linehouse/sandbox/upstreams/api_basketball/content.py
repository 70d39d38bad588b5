"""Requests and games in API-Basketball's form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.calendar import season_of
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.teams import NBA, Team
from linehouse.sandbox.upstreams.game_numbers import is_known, number_of, numbered

SPORT, LEAGUE_ID = "basketball_nba", "12"
FIRST_TEAM_ID = 132
MOST_IDS = 20
COUNTRY = {"id": 5, "name": "USA", "code": "US", "flag": None}
LONG = {
    "NS": "Not Started",
    "FT": "Game Finished",
    "AOT": "After Over Time",
    "POST": "Game Postponed",
    "OT": "Over Time",
}
TEAM_IDS = {
    name: FIRST_TEAM_ID + place for place, name in enumerate(sorted(team.name for team in NBA))
}


class WrongParameterError(Exception):
    """A request that the vendor refuses, with what it says for each parameter."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(str(errors))
        self.errors = dict(errors)


@dataclass(frozen=True)
class Query:
    """One request at a moment."""

    league: League
    params: Mapping[str, str]
    now: datetime

    def needed(self, *names: str) -> list[str]:
        """Parameters that have to be there. Raises `WrongParameterError`."""
        missing = [name for name in names if not self.params.get(name)]
        if missing:
            raise WrongParameterError(
                {one: f"The {one.title()} field is required." for one in missing}
            )
        return [self.params[name] for name in names]

    def season(self) -> str | None:
        """The league's label of the season asked for; None for one that was not played."""
        (text,) = self.needed("season")
        first, _, last = text.partition("-")
        if not (first.isdigit() and last.isdigit() and int(last) == int(first) + 1):
            return None
        return f"{first}-{int(last) % 100:02}"


def games(query: Query) -> list[dict[str, Any]]:
    """`/games`: of a day in a time zone, of a season, or by id."""
    params, zone = query.params, _zone(query)
    if "id" in params or "ids" in params:
        found: Iterable[Game] = by_ids(query)
    elif "date" in params:
        found = _of_day(query, zone)
    else:
        query.needed("league", "season")
        found = _of_season(query)
    season = query.season() if "season" in params else None
    return [
        game_of(query.league, game, query.now, zone)
        for game in found
        if params.get("league", LEAGUE_ID) == LEAGUE_ID
        and (season is None or game.fixture.season == season)
        and is_known(game, query.now)
    ]


def head_to_head(query: Query) -> list[dict[str, Any]]:
    """`/games/h2h`: this season's and the last one's games of two teams."""
    (pair,) = query.needed("h2h")
    ids = set(pair.split("-"))
    this = season_of(SPORT, query.now.date())
    year = int(this.label[:4]) if this else query.now.year - 1
    return [
        game_of(query.league, game, query.now, _zone(query))
        for first_year in (year - 1, year)
        for game in query.league.regular_season(SPORT, _label(first_year))
        if {str(TEAM_IDS[team.name]) for team in (game.fixture.home, game.fixture.away)} == ids
        and is_known(game, query.now)
    ]


def game_of(league: League, game: Game, at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """A game as it stood at a moment."""
    state, period = league.status(game, at), league.period(game, at)
    short = _short(game, state, period)
    start = game.told_start(at).astimezone(zone)
    away, home = league.line_score(game, at)
    return {
        "id": number_of(league, game),
        "date": start.isoformat(),
        "time": f"{start:%H:%M}",
        "timestamp": int(start.timestamp()),
        "timezone": str(zone),
        "stage": None,
        "week": None,
        "venue": f"{game.fixture.home.city} Arena",
        "status": {
            "long": LONG.get(short, f"Quarter {period}"),
            "short": short,
            "timer": str(int(game.ends_at.timestamp()) % 12 + 1) if state == "live" else None,
        },
        "league": league_of(game.fixture.season),
        "country": COUNTRY,
        "teams": {"home": team_of(game.fixture.home), "away": team_of(game.fixture.away)},
        "scores": {"home": _score(home, state), "away": _score(away, state)},
    }


def spoil(document: Any, fault: Fault) -> Any:
    """The document with the fault in it, as far as it can have it."""
    rows = document["response"]
    if not isinstance(rows, list):
        rows = []
    elif rows and isinstance(rows[0], list):
        rows = rows[0]
    if fault.kind == "renamed_field":
        for row in rows:
            for key, other in (("scores", "score"), ("team", "club")):
                if key in row:
                    row[other] = row.pop(key)
    elif fault.kind == "extra_field":
        for row in rows:
            row["capacity"] = 20_000
    elif fault.kind == "duplicate_rows":
        rows.extend(rows[-1:])
    elif fault.kind == "half_missing":
        del rows[1::2]
    elif fault.kind == "sides_swapped":
        for row in rows:
            if "scores" in row:
                row["scores"] = {"home": row["scores"]["away"], "away": row["scores"]["home"]}
    return document


def _short(game: Game, state: str, period: int) -> str:
    if state == "live":
        return f"Q{period}" if period <= 4 else "OT"
    if state == "final":
        return "AOT" if game.result.periods > 4 else "FT"
    return {"scheduled": "NS", "postponed": "POST", "suspended": "SUSP"}.get(state, "CANC")


def _score(periods: tuple[int, ...], state: str) -> dict[str, int | None]:
    """Null before the start; in play, quarters that have not begun are 0."""
    begun = state in ("live", "final", "suspended")
    quarters = [
        periods[place] if place < len(periods) else 0 if begun else None for place in range(4)
    ]
    score: dict[str, int | None] = {
        f"quarter_{number}": points for number, points in enumerate(quarters, 1)
    }
    score["over_time"] = sum(periods[4:]) if len(periods) > 4 else None
    score["total"] = sum(periods) if begun else None
    return score


def _of_day(query: Query, zone: ZoneInfo) -> list[Game]:
    try:
        day = date.fromisoformat(query.params["date"])
    except ValueError:
        raise WrongParameterError({"date": "The Date field must contain a valid date."}) from None
    near = query.league.games_between(SPORT, day - timedelta(days=1), day + timedelta(days=1))
    return [game for game in near if game.told_start(query.now).astimezone(zone).date() == day]


def _of_season(query: Query) -> Iterable[Game]:
    season = played(query)
    return query.league.regular_season(SPORT, season) if season else ()


def played(query: Query) -> str | None:
    """The season asked for, unless it has not begun by now."""
    season = query.season()
    begun = season is not None and date(int(season[:4]), 9, 1) <= query.now.date()
    return season if begun else None


def by_ids(query: Query) -> list[Game]:
    ids = (query.params.get("ids") or query.params.get("id") or "").split("-")
    if len(ids) > MOST_IDS:
        raise WrongParameterError({"ids": f"The Ids field must contain at most {MOST_IDS} ids."})
    if not all(one.isdigit() for one in ids):
        raise WrongParameterError({"ids": "The Ids field must contain integers."})
    found = [numbered(query.league, SPORT, int(one)) for one in ids]
    return [game for game in found if game is not None]


def _zone(query: Query) -> ZoneInfo:
    try:
        return ZoneInfo(query.params.get("timezone", "UTC"))
    except (KeyError, ValueError):
        raise WrongParameterError({"timezone": "The Timezone is not valid."}) from None


def team_of(team: Team) -> dict[str, Any]:
    return {"id": TEAM_IDS[team.name], "name": team.name, "logo": None}


def league_of(season: str) -> dict[str, Any]:
    return {
        "id": int(LEAGUE_ID),
        "name": "NBA",
        "type": "League",
        "season": f"{season[:4]}-{int(season[:4]) + 1}",
        "logo": None,
    }


def _label(first_year: int) -> str:
    return f"{first_year}-{(first_year + 1) % 100:02}"
