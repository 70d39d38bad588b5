"""The schedule of the MLB Stats API: days, each with its games.

A game that is played again later keeps its `gamePk` and can stand under both days: there is one row
for it, of the newest official date, and `details.dates_et` names all its days.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from linehouse.days import EASTERN
from linehouse.sources.mlb_stats_api.states import (
    STATUS_FIELDS,
    UNSCORED,
    start_is_told,
    state_of,
)
from linehouse.sources.reading.answer_fields import (
    instant,
    mapping,
    note_drift,
    objects,
    optional_flag,
    optional_mapping,
    optional_objects,
    optional_verbatim,
    text,
    verbatim,
    whole_number,
    wrong_type,
)
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, GameRow, Parsed

SPORT_KEY = "baseball_mlb"
MAJOR_LEAGUES = "1"
SPRING = ("S", "E")
"""Game types: spring training and exhibitions. The others: R regular season; F, D, L, W play-offs;
A all-star."""
DOUBLEHEADERS = ("Y", "S")
"""One ticket for both games; split, with a ticket for each."""

TOP_FIELDS = frozenset(
    {"copyright", "totalItems", "totalEvents", "totalGames", "totalGamesInProgress", "dates"}
)
DATE_FIELDS = frozenset(
    {
        "date", "totalItems", "totalEvents", "totalGames", "totalGamesInProgress", "games",
        "events",
    }
)  # fmt: skip
GAME_FIELDS = frozenset(
    {
        "gamePk", "gameGuid", "link", "gameType", "season", "gameDate", "officialDate", "status",
        "teams", "venue", "content", "isTie", "gameNumber", "publicFacing", "doubleHeader",
        "gamedayType", "tiebreaker", "calendarEventID", "seasonDisplay", "dayNight", "description",
        "scheduledInnings", "reverseHomeAwayStatus", "inningBreakLength", "gamesInSeries",
        "seriesGameNumber", "seriesDescription", "recordSource", "ifNecessary",
        "ifNecessaryDescription", "linescore", "lineups", "rescheduleDate", "rescheduleGameDate",
        "rescheduledFrom", "rescheduledFromDate", "resumeDate", "resumeGameDate", "resumedFrom",
        "resumedFromDate", "decisions", "flags", "broadcasts", "weather", "seriesStatus",
    }
)  # fmt: skip
SIDE_FIELDS = frozenset(
    {
        "team", "leagueRecord", "score", "isWinner", "probablePitcher", "splitSquad",
        "seriesNumber", "springLeague",
    }
)  # fmt: skip
OTHER_DAYS = (
    "rescheduleGameDate", "rescheduleDate", "rescheduledFromDate", "rescheduledFrom",
    "resumeGameDate", "resumeDate", "resumedFromDate", "resumedFrom",
)  # fmt: skip
KEPT = (
    "gameType", "description", "dayNight", "scheduledInnings", "seriesDescription",
    "seriesGameNumber", "gamesInSeries", "doubleHeader", "ifNecessary", "gameGuid", "isTie",
)  # fmt: skip


def parse_schedule(document: Mapping[str, Any]) -> Parsed:
    """One row a game, in the order in which games are first named. Raises `DriftedSchemaError`."""
    drift: set[str] = set()
    note_drift(document, TOP_FIELDS, "", drift)
    newest: dict[str, tuple[tuple[date, str], GameRow]] = {}
    days: dict[str, set[str]] = {}
    for listed, listed_path in objects(document, "dates", ""):
        note_drift(listed, DATE_FIELDS, "dates[]", drift)
        listed_on = _day(text(listed, "date", listed_path), f"{listed_path}.date")
        for game, path in objects(listed, "games", listed_path):
            note_drift(game, GAME_FIELDS, "dates[].games[]", drift)
            row, official = _game(game, path, drift)
            event = row.source_event_id
            days.setdefault(event, set()).update(
                _days_of(game, path) | {listed_on, official.isoformat()}
            )
            rank = (official, listed_on)
            if event not in newest or rank >= newest[event][0]:
                newest[event] = (rank, row)
    games = []
    for event, (_, row) in newest.items():
        games.append(_with_days(row, days[event]))
    sports = dict.fromkeys((SPORT_KEY, *(game.sport_key for game in games)))
    return Parsed(games=games, coverage=[Coverage(sport) for sport in sports], drift=sorted(drift))


def sport_of(team: Mapping[str, Any], path: str, game_type: str | None = None) -> str:
    """The sport of a club (major leagues unless it says otherwise) and of a game's type."""
    sport = optional_verbatim(optional_mapping(team, "sport", path), "id", f"{path}.sport")
    if sport not in (None, MAJOR_LEAGUES):
        return f"baseball_sport_{sport}"
    return f"{SPORT_KEY}_preseason" if game_type in SPRING else SPORT_KEY


def runs_by_inning(linescore: Mapping[str, Any], path: str, side: str) -> list[str | None] | None:
    """Runs in order of innings; None for one that has none yet, which at the end is left off (the
    home half of the ninth that was not needed). No innings: None."""
    innings = {}
    for inning, inning_path in optional_objects(linescore, "innings", path):
        half = optional_mapping(inning, side, inning_path)
        number = whole_number(inning, "num", inning_path)
        innings[number] = optional_verbatim(half, "runs", f"{inning_path}.{side}")
    runs = [innings.get(number) for number in range(1, max(innings, default=0) + 1)]
    while runs and runs[-1] is None:
        runs.pop()
    return runs or None


def _game(game: Mapping[str, Any], path: str, drift: set[str]) -> tuple[GameRow, date]:
    status, status_path = mapping(game, "status", path), f"{path}.status"
    note_drift(status, STATUS_FIELDS, "dates[].games[].status", drift)
    state = state_of(status, status_path, drift)
    # A resumed game began when it began: its date here is that of the resumption.
    start = "resumedFrom" if game.get("resumedFrom") else "gameDate"
    commence_text = text(game, start, path)
    moment = instant(commence_text, f"{path}.{start}")
    official_text = optional_verbatim(game, "officialDate", path)
    official = (
        date.fromisoformat(_day(official_text, f"{path}.officialDate"))
        if official_text
        else moment.astimezone(EASTERN).date()
    )
    doubleheader = optional_verbatim(game, "doubleHeader", path) or "N"
    number = whole_number(game, "gameNumber", path) if "gameNumber" in game else 1
    told = start_is_told(status, doubleheader, number, status_path)
    linescore = optional_mapping(game, "linescore", path)
    sides, sides_path = mapping(game, "teams", path), f"{path}.teams"
    details: dict[str, Any] = {key: game.get(key) for key in KEPT}
    details |= {
        "start_tbd": None if told else True,
        "reason": status.get("reason"),
        "venue": optional_mapping(game, "venue", path).get("name"),
        "inning": linescore.get("currentInning"),
        "inning_state": linescore.get("inningState"),
        "resumed_at": text(game, "gameDate", path) if game.get("resumedFrom") else None,
    }
    names, scores = {}, {}
    for side in ("away", "home"):
        one, one_path = mapping(sides, side, sides_path), f"{sides_path}.{side}"
        note_drift(one, SIDE_FIELDS, "dates[].games[].teams.home|away", drift)
        team = mapping(one, "team", one_path)
        names[side] = text(team, "name", f"{one_path}.team")
        scores[side] = None if state in UNSCORED else optional_verbatim(one, "score", one_path)
        pitcher = optional_mapping(one, "probablePitcher", one_path)
        details |= {
            f"{side}_team_id": verbatim(team, "id", f"{one_path}.team"),
            f"pitcher_{side}": pitcher.get("fullName"),
            f"periods_{side}": None
            if state in UNSCORED
            else runs_by_inning(linescore, f"{path}.linescore", side),
            f"{side}_is_winner": optional_flag(one, "isWinner", one_path),
        }
    row = GameRow(
        source_event_id=verbatim(game, "gamePk", path),
        sport_key=sport_of(
            mapping(mapping(sides, "home", sides_path), "team", sides_path),
            f"{sides_path}.home.team",
            optional_verbatim(game, "gameType", path),
        ),
        away_team=names["away"],
        home_team=names["home"],
        commence_text=commence_text,
        commence_at=moment if told else None,
        game_date_et=official,
        season=optional_verbatim(game, "season", path),
        status=text(status, "detailedState", status_path),
        state=state,
        completed=state == "final" and None not in scores.values(),
        away_score=scores["away"],
        home_score=scores["home"],
        game_number=number if doubleheader in DOUBLEHEADERS else None,
        details={key: plain(value) for key, value in details.items() if value is not None},
    )
    return row, official


def _days_of(game: Mapping[str, Any], path: str) -> set[str]:
    """Other days that a game was or will be listed under."""
    days = set()
    for key in OTHER_DAYS:
        told = optional_verbatim(game, key, path)
        if told is not None:
            days.add(_day(told, f"{path}.{key}"))
    return days


def _day(value: str, path: str) -> str:
    """A day, or the Eastern day of an instant."""
    if "T" in value:
        return instant(value, path).astimezone(EASTERN).date().isoformat()
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise wrong_type(path, "a day", value) from error


def _with_days(row: GameRow, days: set[str]) -> GameRow:
    """The row with all its days, where there are several."""
    if len(days) < 2:
        return row
    return replace(row, details={**row.details, "dates_et": sorted(days)})
