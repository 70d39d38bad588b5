"""NBA.com's scoreboard as nested objects: `scoreboardv3`, and the CDN's `todaysScoreboard`.

`gameTimeUTC` is the start; `gameEt` is Eastern wall clock behind a false `Z` and is never read. A
game that is postponed has gameStatus 1, as one that is to come has; only its text tells. Scores
and periods that are still to come are written as 0 and are left out.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from linehouse.days import EASTERN
from linehouse.sources.nba_stats.ids import LEAGUES, identity
from linehouse.sources.reading.answer_fields import (
    instant,
    mapping,
    note_drift,
    objects,
    optional_flag,
    optional_objects,
    optional_verbatim,
    required,
    verbatim,
    wrong_type,
)
from linehouse.sources.rows import Coverage, GameRow, Parsed

GAME_FIELDS = frozenset(
    {
        "gameId", "gameCode", "gameStatus", "gameStatusText", "period", "gameClock", "gameTimeUTC",
        "gameEt", "regulationPeriods", "seriesGameNumber", "gameLabel", "gameSubLabel",
        "seriesText", "ifNecessary", "seriesConference", "poRoundDesc", "gameSubtype", "isNeutral",
        "gameLeaders", "teamLeaders", "broadcasters", "homeTeam", "awayTeam", "pbOdds",
    }
)  # fmt: skip
TEAM_FIELDS = frozenset(
    {
        "teamId", "teamName", "teamCity", "teamTricode", "teamSlug", "wins", "losses", "score",
        "seed", "inBonus", "timeoutsRemaining", "periods",
    }
)  # fmt: skip
DETAILS = ("gameCode", "gameLabel", "gameSubLabel", "gameSubtype", "seriesText", "seriesGameNumber")

NO_TEAMS = "scoreboard.games[]: a game whose teams are not known yet"
OTHER_LEAGUE = "scoreboard.games[].gameId: a game of another league"

_TO_COME, _LIVE, _FINAL = "1", "2", "3"
_STATE_WORDS = (
    (re.compile(r"^(ppd|postponed)", re.IGNORECASE), "postponed"),
    (re.compile(r"^(cnl|cancel)", re.IGNORECASE), "cancelled"),
    (re.compile(r"^susp", re.IGNORECASE), "suspended"),
)
_TO_BE_DETERMINED = re.compile(r"^tbd\b", re.IGNORECASE)
_CODE_DATE = re.compile(r"^(\d{4})(\d\d)(\d\d)/")


def parse_scoreboard(document: Any, sport_key: str | None) -> Parsed:
    """Games of one Eastern day. Raises `DriftedSchemaError`."""
    board = mapping(document if isinstance(document, dict) else {}, "scoreboard", "")
    drift: set[str] = set()
    games = []
    for game, path in objects(board, "games", "scoreboard"):
        note_drift(game, GAME_FIELDS, "scoreboard.games[]", drift)
        row = _game(game, path, drift)
        if row is not None:
            games.append(row)
    league = LEAGUES.get(str(board.get("leagueId")))
    spoken_for = dict.fromkeys(
        [*filter(None, [sport_key or league]), *(g.sport_key for g in games)]
    )
    return Parsed(games=games, coverage=[Coverage(one) for one in spoken_for], drift=sorted(drift))


def _game(game: Mapping[str, Any], path: str, drift: set[str]) -> GameRow | None:
    game_id = verbatim(game, "gameId", path)
    home, away = mapping(game, "homeTeam", path), mapping(game, "awayTeam", path)
    for team in (home, away):
        note_drift(team, TEAM_FIELDS, "scoreboard.games[].homeTeam|awayTeam", drift)
    known = identity(game_id)
    if known is None:
        drift.add(OTHER_LEAGUE)
        return None
    home_name, away_name = (
        _team_name(team, f"{path}.{side}")
        for team, side in ((home, "homeTeam"), (away, "awayTeam"))
    )
    if home_name is None or away_name is None:
        drift.add(NO_TEAMS)
        return None
    status_text = str(required(game, "gameStatusText", path) or "")
    state = state_of(verbatim(game, "gameStatus", path), status_text, f"{path}.gameStatus")
    commence_text = verbatim(game, "gameTimeUTC", path)
    undecided = state == "scheduled" and bool(_TO_BE_DETERMINED.match(status_text.strip()))
    commence_at = None if undecided else instant(commence_text, f"{path}.gameTimeUTC")
    listed_on = _code_date(optional_verbatim(game, "gameCode", path))
    begun = state in ("live", "final", "suspended")
    away_score = verbatim(away, "score", f"{path}.awayTeam")
    home_score = verbatim(home, "score", f"{path}.homeTeam")
    return GameRow(
        source_event_id=game_id,
        sport_key=known.sport_key,
        away_team=away_name,
        home_team=home_name,
        commence_text=commence_text,
        commence_at=commence_at,
        game_date_et=commence_at.astimezone(EASTERN).date() if commence_at else listed_on,
        season=known.season,
        status=status_text or None,
        state=state,
        completed=state == "final",
        away_score=away_score if begun else None,
        home_score=home_score if begun else None,
        neutral_site=optional_flag(game, "isNeutral", path),
        details=_details(game, home, away, state, begun, listed_on, undecided, path)
        | {"season_type": known.season_type},
    )


def _details(
    game: Mapping[str, Any],
    home: Mapping[str, Any],
    away: Mapping[str, Any],
    state: str,
    begun: bool,
    listed_on: date | None,
    undecided: bool,
    path: str,
) -> dict[str, Any]:
    period = optional_verbatim(game, "period", path)
    so_far = int(period) if state != "final" and period and period.isdecimal() else None
    details: dict[str, Any] = {
        "home_team_id": optional_verbatim(home, "teamId", f"{path}.homeTeam"),
        "away_team_id": optional_verbatim(away, "teamId", f"{path}.awayTeam"),
        "home_tricode": optional_verbatim(home, "teamTricode", f"{path}.homeTeam"),
        "away_tricode": optional_verbatim(away, "teamTricode", f"{path}.awayTeam"),
        "period": period if begun else None,
        "clock": optional_verbatim(game, "gameClock", path) if state == "live" else None,
        "dates_et": [listed_on.isoformat()] if listed_on else None,
        "start_tbd": True if undecided else None,
    }
    if begun:
        details["periods_home"] = _periods(home, f"{path}.homeTeam", so_far)
        details["periods_away"] = _periods(away, f"{path}.awayTeam", so_far)
    details |= {key: optional_verbatim(game, key, path) for key in DETAILS}
    return {key: value for key, value in details.items() if value is not None}


def _periods(team: Mapping[str, Any], path: str, so_far: int | None) -> list[str]:
    """Points by period, overtimes appended; of a game in play only periods that have begun."""
    scores = [
        verbatim(period, "score", period_path)
        for period, period_path in optional_objects(team, "periods", path)
    ]
    return scores if so_far is None else scores[:so_far]


def _team_name(team: Mapping[str, Any], path: str) -> str | None:
    """City and name as the vendor's tables join them; None where the pairing is still open."""
    required(team, "teamName", path)
    name = optional_verbatim(team, "teamName", path)
    city = optional_verbatim(team, "teamCity", path)
    return " ".join(part for part in (city, name) if part) if name else None


def state_of(status: str, status_text: str, path: str) -> str:
    """One of `GAME_STATES`. Raises `DriftedSchemaError` for a status that nobody knows."""
    words = status_text.strip()
    if status == _FINAL:
        return "final"
    for pattern, state in _STATE_WORDS:
        if pattern.match(words):
            return state
    if status in (_TO_COME, _LIVE):
        return "live" if status == _LIVE else "scheduled"
    raise wrong_type(path, "1, 2 or 3", status)


def _code_date(code: str | None) -> date | None:
    """The day in a game code, `20251105/PHICLE`: where the game was put first."""
    found = _CODE_DATE.match(code or "")
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None
