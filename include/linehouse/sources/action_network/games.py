"""Games as Action Network's scoreboards name them, and how it calls leagues, markets, periods."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from linehouse.days import eastern_day
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.answer_fields import (
    instant,
    note_drift,
    objects,
    optional_mapping,
    optional_objects,
    optional_verbatim,
    text,
    verbatim,
)
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import GameRow

LEAGUES = {
    "basketball_nba": "nba",
    "baseball_mlb": "mlb",
    "basketball_wnba": "wnba",
    "americanfootball_nfl": "nfl",
    "americanfootball_ncaaf": "ncaaf",
    "basketball_ncaab": "ncaab",
    "icehockey_nhl": "nhl",
}
"""Sport key to the vendor's league."""
SPORTS = {league: sport_key for sport_key, league in LEAGUES.items()}
BY_THE_WEEK = frozenset({"americanfootball_nfl", "americanfootball_ncaaf"})
"""Their scoreboard is asked by week, and without one tells the current week; a date is ignored."""

PRESEASON = "pre"
"""Type of games that are a sport of their own, as The Odds API has them."""

FULL_GAME = frozenset({"event", "game"})
PERIODS = {
    "basketball_nba": ("event", "firsthalf"),
    "basketball_wnba": ("event", "firsthalf"),
    "basketball_ncaab": ("event", "firsthalf"),
    "baseball_mlb": ("event", "firstfiveinnings"),
    "americanfootball_nfl": ("event", "firsthalf"),
    "americanfootball_ncaaf": ("event", "firsthalf"),
    "icehockey_nhl": ("event",),
}
MARKETS = ("moneyline", "spread", "total")
OPENING_BOOK = "30"
CONSENSUS_BOOK = "15"

GAME_FIELDS = frozenset(
    {
        "id", "league_id", "status", "real_status", "status_display", "start_time",
        "away_team_id", "home_team_id", "winning_team_id", "league_name", "type", "season",
        "week", "attendance", "coverage", "is_free", "trending", "away_rotation_number",
        "home_rotation_number", "teams", "meta", "num_bets", "core_id", "boxscore",
        "broadcast", "last_play", "markets",
    }
)  # fmt: skip

KEPT_FIELDS = (
    "real_status",
    "status_display",
    "num_bets",
    "season",
    "type",
    "week",
    "home_rotation_number",
    "away_rotation_number",
)

STATES = {
    "scheduled": "scheduled",
    "created": "scheduled",
    "if-necessary": "scheduled",
    "time-tbd": "scheduled",
    "inprogress": "live",
    "halftime": "live",
    "complete": "final",
    "closed": "final",
    "postponed": "postponed",
    "suspended": "suspended",
    "cancelled": "cancelled",
    "canceled": "cancelled",
    "unnecessary": "cancelled",
}
CALLED_OFF = frozenset({"postponed", "suspended", "cancelled", "canceled", "unnecessary"})
"""Where either status says so, the game is not played, whatever the other says."""
DELAYED = frozenset({"delayed", "weatherdelay", "wdelay", "fdelay", "odelay"})
"""Of a game that has begun or has not: its period tells."""
PLAYED = frozenset({"live", "final", "suspended"})


def market_name(market: str, period: str, *, live: bool = False, alternate: bool = False) -> str:
    """A market's name, which tells its period too: `event/spread`, `firsthalf/spread`. Lines in
    play and lines beside the main one have names of their own: a line is named once."""
    name = f"{'event' if period in FULL_GAME else period}/{market}"
    if alternate:
        name = f"alternate/{name}"
    return f"live/{name}" if live else name


def read_game(
    game: Mapping[str, Any],
    path: str,
    drift: set[str],
    *,
    asked_sport: str | None = None,
    asked_day: date | None = None,
    known: frozenset[str] = GAME_FIELDS,
) -> GameRow:
    """One game. `asked_day` is the Eastern day whose scoreboard it stood on.

    Raises `DriftedSchemaError`.
    """
    note_drift(game, known, "games[]", drift)
    teams = {
        verbatim(team, "id", team_path): team for team, team_path in objects(game, "teams", path)
    }  # their order means nothing
    home_id, away_id = verbatim(game, "home_team_id", path), verbatim(game, "away_team_id", path)
    for team_id in (home_id, away_id):
        if team_id not in teams:
            raise DriftedSchemaError(
                f"{path}.teams should name team {team_id}; there are {', '.join(sorted(teams))}"
            )
    start = text(game, "start_time", path)
    commence_at: datetime | None = instant(start, f"{path}.start_time")
    boxscore, at = optional_mapping(game, "boxscore", path), f"{path}.boxscore"
    status = text(game, "status", path)
    real_status = optional_verbatim(game, "real_status", path)
    begun = optional_verbatim(boxscore, "period", at) is not None
    state = _state(status, real_status, begun, drift)
    played = state in PLAYED
    away_score = optional_verbatim(boxscore, "total_away_points", at) if played else None
    home_score = optional_verbatim(boxscore, "total_home_points", at) if played else None
    sport_key = _sport(game, path, asked_sport)
    details: dict[str, Any] = {"home_team_id": home_id, "away_team_id": away_id}
    details |= _details(game, teams[away_id], teams[home_id])
    details |= _periods(boxscore, at) if played else {}
    days = {day.isoformat() for day in (asked_day, _day(commence_at)) if day is not None}
    if len(days) > 1 and sport_key not in BY_THE_WEEK:
        details["dates_et"] = sorted(days)
    game_date_et = _day(commence_at)
    if "time-tbd" in (status, real_status):
        details["start_tbd"] = True
        commence_at, game_date_et = None, asked_day or game_date_et
    return GameRow(
        source_event_id=verbatim(game, "id", path),
        sport_key=sport_key,
        away_team=text(teams[away_id], "full_name", f"{path}.teams[]"),
        home_team=text(teams[home_id], "full_name", f"{path}.teams[]"),
        commence_text=start,
        commence_at=commence_at,
        game_date_et=game_date_et,
        season=optional_verbatim(game, "season", path) if sport_key == "baseball_mlb" else None,
        status=status,
        state=state,
        completed=state == "final" and away_score is not None and home_score is not None,
        away_score=away_score,
        home_score=home_score,
        details=details,
    )


def asked_date(params: Mapping[str, str]) -> date | None:
    """The Eastern day that a scoreboard was asked for."""
    try:
        return datetime.strptime(params.get("date", ""), "%Y%m%d").replace(tzinfo=UTC).date()
    except ValueError:
        return None


def _sport(game: Mapping[str, Any], path: str, asked_sport: str | None) -> str:
    league = optional_verbatim(game, "league_name", path)
    sport_key = SPORTS.get(league or "", asked_sport)
    if sport_key is None:
        raise DriftedSchemaError(
            f"{path}.league_name should be one of {', '.join(SPORTS)}, but is {league!r}"
        )
    preseason = optional_verbatim(game, "type", path) == PRESEASON
    return f"{sport_key}_preseason" if preseason else sport_key


def _state(status: str, real_status: str | None, begun: bool, drift: set[str]) -> str | None:
    for said in (status, real_status or ""):
        if said in CALLED_OFF:
            return STATES[said]
    if status in DELAYED or (real_status in DELAYED and status not in STATES):
        return "live" if begun else "scheduled"
    state = STATES.get(status) or STATES.get(real_status or "")
    if state is None:
        drift.add(f"games[].status={status}")
    return state


def _periods(boxscore: Mapping[str, Any], path: str) -> dict[str, list[str | None]]:
    """Points by period; what was not played is cut off at the end (a home half of the ninth)."""
    periods: dict[str, list[str | None]] = {}
    for side in ("home", "away"):
        points = [
            optional_verbatim(period, f"{side}_points", at)
            for period, at in optional_objects(boxscore, "linescore", path)
        ]
        while points and points[-1] is None:
            points.pop()
        if points:
            periods[f"periods_{side}"] = points
    return periods


def _details(
    game: Mapping[str, Any], away: Mapping[str, Any], home: Mapping[str, Any]
) -> dict[str, Any]:
    details = {field: game.get(field) for field in KEPT_FIELDS}
    details |= {"home_abbreviation": home.get("abbr"), "away_abbreviation": away.get("abbr")}
    return {key: plain(value) for key, value in details.items() if value is not None}


def _day(moment: datetime | None) -> date | None:
    return eastern_day(moment) if moment is not None else None
