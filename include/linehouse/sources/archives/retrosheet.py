"""Game logs of Retrosheet: the official results of every MLB regular season, one file a season.

Endpoint: files that a person has downloaded (`GL2017.TXT`). Grain: one line of 161 fields a game,
without a heading. Cadence: once a season. Key: the game's place, day and number, as Retrosheet's
own identifiers are made (`SLN201607202`). Cost: none. Terms of use: "The information used here was
obtained free of charge from and is copyrighted by Retrosheet. Interested parties may contact
Retrosheet at www.retrosheet.org."; the files are not ours to copy on.

The logs tell no time of day. A suspended game stands under the day on which it began; the day on
which it was finished is one of its days too. Neutral ground is not told.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.rows import Coverage, GameRow, Parsed

SPORT_KEY = "baseball_mlb"
FIELDS = 161
FEED = "retrosheet"

_NUMBERS = {"0": None, "1": 1, "2": 2, "3": 3, "A": 1, "B": 2}
"""Number of a doubleheader's game by its mark; `A` and `B` are of three teams."""
_INNING = re.compile(r"\((\d+)\)|(\d|x)", re.IGNORECASE)
_LINE_SCORE = re.compile(r"(?:\(\d+\)|\d|x)*", re.IGNORECASE)

# Fields by their place, from 0.
_DATE, _NUMBER, _AWAY, _HOME, _AWAY_SCORE, _HOME_SCORE = 0, 1, 3, 6, 9, 10
_AWAY_LINE, _HOME_LINE, _AWAY_PITCHER, _HOME_PITCHER = 19, 20, 102, 104
_TOLD = {
    "away_league": 4,
    "away_game_of_season": 5,
    "home_league": 7,
    "home_game_of_season": 8,
    "outs": 11,
    "day_night": 12,
    "completion": 13,
    "forfeit": 14,
    "protest": 15,
    "park": 16,
    "attendance": 17,
    "minutes": 18,
    "winning_pitcher": 94,
    "losing_pitcher": 96,
    "saving_pitcher": 98,
    "away_pitcher_id": 101,
    "home_pitcher_id": 103,
    "additional": 159,
    "acquisition": 160,
}


class RetrosheetSource:
    """Feed `retrosheet`."""

    name = "retrosheet"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {FEED: "archive_files"}

    def told_by_name(self, payload: Payload) -> str:
        """Nothing: every line has its date."""
        return ""

    def parse(self, payload: Payload) -> Parsed:
        """Read one file.

        Raises `UnreadablePayloadError` when it is no text or holds nothing, `DriftedSchemaError`
        when a line is not of 161 fields, or its date, number or teams are not what they should be.
        """
        parsed = Parsed(historical=True)
        for number, fields in enumerate(_lines(payload), 1):
            parsed.games.append(_game(fields, f"{payload.name}, line {number}"))
        if not parsed.games:
            raise UnreadablePayloadError(f"{payload.name}: no game in it")
        parsed.coverage.append(Coverage(SPORT_KEY))
        return parsed


SOURCE = RetrosheetSource()


def captures(body: bytes, name: str) -> Iterable[Payload]:
    """A file as the payload that it is landed as."""
    return [Payload(SOURCE.name, FEED, body, None, name=name)]


def is_game_log(body: bytes) -> bool:
    """Whether the first line is one of a game log."""
    first = body.lstrip(b"\xef\xbb\xbf\r\n").split(b"\n", 1)[0]
    try:
        fields = next(csv.reader([first.decode("latin-1").rstrip("\r")]), [])
    except csv.Error:
        return False
    return (
        len(fields) == FIELDS and _date(fields[_DATE]) is not None and fields[_NUMBER] in _NUMBERS
    )


def _lines(payload: Payload) -> Iterable[Sequence[str]]:
    try:
        text = payload.body.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = payload.body.decode("latin-1")  # names of players in files of other programs
    try:
        yield from (row for row in csv.reader(io.StringIO(text, newline="")) if any(row))
    except csv.Error as error:
        raise UnreadablePayloadError(f"{payload.name}: not a game log ({error})") from error


def _game(fields: Sequence[str], where: str) -> GameRow:
    if len(fields) != FIELDS:
        raise DriftedSchemaError(f"{where}: {len(fields)} fields instead of {FIELDS}")
    played_on = _date(fields[_DATE])
    if played_on is None:
        raise DriftedSchemaError(f"{where}: {fields[_DATE]!r} is no date such as 20170402")
    number = fields[_NUMBER].upper()
    if number not in _NUMBERS:
        raise DriftedSchemaError(
            f"{where}: {fields[_NUMBER]!r} is no number of a game ({', '.join(_NUMBERS)})"
        )
    away, home = fields[_AWAY], fields[_HOME]
    if not away or not home:
        raise DriftedSchemaError(f"{where}: a team is missing")
    scores = fields[_AWAY_SCORE], fields[_HOME_SCORE]
    is_over = all(score.isdigit() for score in scores)
    return GameRow(
        source_event_id=f"{home}{played_on:%Y%m%d}{number}",
        sport_key=SPORT_KEY,
        away_team=away,
        home_team=home,
        game_date_et=played_on,
        season=f"{played_on:%Y}",
        state="final" if is_over else None,
        completed=True if is_over else None,
        away_score=scores[0] or None,
        home_score=scores[1] or None,
        game_number=_NUMBERS[number],
        details=_details(fields, played_on, where),
    )


def _details(fields: Sequence[str], played_on: date, where: str) -> dict[str, Any]:
    told: dict[str, Any] = {name: fields[place] or None for name, place in _TOLD.items()}
    told["venue"] = fields[_TOLD["park"]] or None
    told["periods_away"] = _innings(fields[_AWAY_LINE], where)
    told["periods_home"] = _innings(fields[_HOME_LINE], where)
    told["pitcher_away"] = fields[_AWAY_PITCHER] or None
    told["pitcher_home"] = fields[_HOME_PITCHER] or None
    finished_on = _date((fields[_TOLD["completion"]] or "").split(",")[0])
    if finished_on is not None and finished_on != played_on:
        told["dates_et"] = [played_on.isoformat(), finished_on.isoformat()]
    return told


def _innings(text: str, where: str) -> list[str]:
    """Runs inning by inning: `01(10)x` is 0, 1, 10 and not batted."""
    if _LINE_SCORE.fullmatch(text) is None:
        raise DriftedSchemaError(f"{where}: {text!r} is no line score")
    return [many or one for many, one in _INNING.findall(text)]


def _date(text: str) -> date | None:
    try:
        return datetime.strptime(text, "%Y%m%d").date() if len(text) == 8 else None
    except ValueError:
        return None
