"""Goalserve's schedules and scores: one shape in two dialects, of any league.

An XML document turned into JSON: a lone child is an object and several are a list; in one dialect
the attributes are plain keys, in the other they begin with `@` below a `?xml` node. All values are
texts, missing ones empty; `shedules` and `posession` are spelt so. Times are to be taken from
`datetime_utc` alone: `time` and `timezone` contradict it.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

from linehouse.days import EASTERN
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.goalserve.leagues import of_season_type, sport_of_league
from linehouse.sources.reading.answer_fields import at, wrong_type
from linehouse.sources.reading.open_pairings import is_open
from linehouse.sources.reading.season_labels import our_label
from linehouse.sources.rows import Coverage, GameRow, Parsed

QUARTERS = ("q1", "q2", "q3", "q4")
INNINGS = tuple(f"in{number}" for number in range(1, 10))
PERIODS = (*QUARTERS, "p1", "p2", "p3")

MATCH_FIELDS = frozenset(
    {
        "attendance", "awayteam", "hometeam", "broadcast", "date", "datetime_utc",
        "formatted_date", "id", "oddsid", "outs", "status", "time", "timer", "timezone",
        "venue_id", "venue_name", "gamecast", "starting_pitchers", "odds", "season", "seasonType",
        "contestID", "static_id", "fix_id",
    }
)  # fmt: skip
TEAM_FIELDS = frozenset(
    {
        "id", "name", "ot", "so", "posession", "possession", "totalscore", "r", "hits", "errors",
        "innings", *PERIODS, *INNINGS,
    }
)  # fmt: skip
DETAILS = ("oddsid", "attendance", "venue_id", "timer", "outs")

OTHER_LEAGUE = "a league that is not read"
NO_TEAMS = "match: a game whose teams are not known yet"

_FINAL = re.compile(r"^(final\b|after\b|finished\b|ft\b|aot\b|ended\b|game over)", re.IGNORECASE)
_LIVE = re.compile(
    r"quarter|half|inning|\btop\b|\bbottom\b|\bmid|\bend\b|over ?time|\bot\b|period|break|"
    r"^q[1-4]\b|^\d+(st|nd|rd|th)?$|in progress|^live$|delay",
    re.IGNORECASE,
)
_STATES = (
    (re.compile(r"^(not started|ns|scheduled|tbd|tba)$", re.IGNORECASE), "scheduled"),
    (_FINAL, "final"),
    (re.compile(r"^(postp|ppd)", re.IGNORECASE), "postponed"),
    (re.compile(r"^(susp|interrupted)", re.IGNORECASE), "suspended"),
    (re.compile(r"^(cancel|abandon)", re.IGNORECASE), "cancelled"),
    (_LIVE, "live"),
)
_UTC = "%d.%m.%Y %H:%M"
_DAY = "%d.%m.%Y"
_NO_TIME = re.compile(r"^tb[ad]$", re.IGNORECASE)


class Node:
    """An element of a document, in either dialect."""

    def __init__(self, value: Mapping[str, Any], path: str) -> None:
        self.path = path
        self._fields = {key.removeprefix("@"): field for key, field in value.items()}

    def fields(self) -> set[str]:
        """The names of all attributes and children."""
        return set(self._fields)

    def has(self, name: str) -> bool:
        """Whether there is such a field, empty or not."""
        return name in self._fields

    def value(self, name: str) -> str | None:
        """An attribute that has to be there, as it was written; None where it is empty.

        Raises `DriftedSchemaError`.
        """
        if name not in self._fields:
            there = ", ".join(sorted(self._fields))
            raise DriftedSchemaError(f"{at(self.path, name)} is missing; there are {there}")
        return self.maybe(name)

    def maybe(self, name: str) -> str | None:
        """An attribute; None where it is missing or empty. Raises `DriftedSchemaError`."""
        value = self._fields.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise wrong_type(at(self.path, name), "a text", value)
        return str(value) if value.strip() else None

    def child(self, name: str) -> "Node":
        """The one element of that name. Raises `DriftedSchemaError`."""
        if name not in self._fields:
            self.value(name)
        value = self._fields[name]
        if not isinstance(value, dict):
            raise wrong_type(at(self.path, name), "an object", value)
        return Node(value, at(self.path, name))

    def children(self, name: str) -> Iterator["Node"]:
        """The elements of that name: none, a lone one, or several. Raises `DriftedSchemaError`."""
        value = self._fields.get(name)
        entries = value if isinstance(value, list) else [] if value in (None, "") else [value]
        for position, entry in enumerate(entries):
            path = f"{at(self.path, name)}[{position}]"
            if not isinstance(entry, dict):
                raise wrong_type(path, "an object", entry)
            yield Node(entry, path)


def parse_feed(document: Any, sport_key: str | None) -> Parsed:
    """Games of a schedule (`shedules` -> `matches` -> `match`) or of scores (`scores` -> `category`
    -> `match`). Raises `DriftedSchemaError`."""
    if not isinstance(document, dict):
        raise wrong_type("the answer", "an object", document)
    root = Node(document, "")
    drift: set[str] = set()
    games: list[GameRow] = []
    asked = sport_key
    leagues: list[tuple[str | None, str | None, Iterator[Node]]]
    if root.has("shedules"):
        schedule = root.child("shedules")
        leagues = [(schedule.maybe("league"), None, schedule.children("matches"))]
    elif root.has("scores"):
        leagues = [
            (category.maybe("name"), our_label(category.maybe("season")), iter([category]))
            for category in root.child("scores").children("category")
        ]
    else:
        raise DriftedSchemaError(f"no shedules and no scores; there are {sorted(root.fields())}")
    for name, season, groups in leagues:
        sport = sport_of_league(name, sport_key)
        if sport is None:
            drift.add(f"{OTHER_LEAGUE}: {name!r}")
            continue
        asked = asked or sport
        for group in groups:
            games += _matches(group, sport, season, drift)
    covered = dict.fromkeys([*filter(None, [asked]), *(game.sport_key for game in games)])
    return Parsed(games=games, coverage=[Coverage(one) for one in covered], drift=sorted(drift))


def _matches(group: Node, sport_key: str, season: str | None, drift: set[str]) -> Iterator[GameRow]:
    for match in group.children("match"):
        drift |= {f"match.{name}" for name in match.fields() - MATCH_FIELDS}
        kind = match.maybe("seasonType") or group.maybe("seasonType")
        row = _game(match, of_season_type(sport_key, kind), season, kind, drift)
        if is_open(row.home_team) or is_open(row.away_team):
            drift.add(NO_TEAMS)
        else:
            yield row


def _game(
    match: Node, sport_key: str, season: str | None, kind: str | None, drift: set[str]
) -> GameRow:
    home, away = match.child("hometeam"), match.child("awayteam")
    for team in (home, away):
        drift |= {f"match.hometeam|awayteam.{name}" for name in team.fields() - TEAM_FIELDS}
    status = match.value("status") or ""
    state = state_of(status)
    if state is None:
        drift.add(f"match.status: {status.strip()[:40]!r}")
    commence_text = match.value("datetime_utc")
    undecided = _NO_TIME.match((match.maybe("time") or "").strip()) is not None
    listed_on = _day(match)
    commence_at = None
    if commence_text is not None and not undecided:
        commence_at = _instant(commence_text, f"{match.path}.datetime_utc")
    begun = state in ("live", "final", "suspended")
    home_score, away_score = home.value("totalscore"), away.value("totalscore")
    details = {
        "home_team_id": home.maybe("id"),
        "away_team_id": away.maybe("id"),
        "periods_home": _periods(home) or None if begun else None,
        "periods_away": _periods(away) or None if begun else None,
        "venue": match.maybe("venue_name"),
        "pitcher_home": _pitcher(match, "hometeam"),
        "pitcher_away": _pitcher(match, "awayteam"),
        "season_type": kind,
        "start_tbd": True if undecided else None,
        "hits_home": home.maybe("hits"),
        "hits_away": away.maybe("hits"),
    } | {name: match.maybe(name) for name in DETAILS}
    return GameRow(
        source_event_id=_required(match, "id"),
        sport_key=sport_key,
        away_team=_required(away, "name"),
        home_team=_required(home, "name"),
        commence_text=commence_text or match.maybe("date"),
        commence_at=commence_at,
        game_date_et=commence_at.astimezone(EASTERN).date() if commence_at else listed_on,
        season=season,
        status=status or None,
        state=state,
        completed=state == "final" and home_score is not None and away_score is not None,
        away_score=away_score if begun else None,
        home_score=home_score if begun else None,
        details={key: value for key, value in details.items() if value is not None},
    )


def state_of(status: str) -> str | None:
    """One of `GAME_STATES` for a status word; None for one that nobody knows."""
    word = status.strip()
    return next((state for pattern, state in _STATES if pattern.search(word)), None)


def _periods(team: Node) -> list[str]:
    """Points by quarter (all overtimes as the last) or by inning, as far as there are any: innings
    stand in a list of their own, and `in1` to `in9` are empty even in finished games."""
    if team.has("innings"):
        innings = next(team.children("innings"), None)
        told = list(innings.children("inning")) if innings is not None else []
        scores = [inning.maybe("score") for inning in sorted(told, key=_inning_number)]
    else:
        scores = [team.maybe(name) for name in (*PERIODS, *INNINGS, "ot", "so")]
    return [score for score in scores if score is not None]


def _inning_number(inning: Node) -> int:
    number = _required(inning, "number")
    if not (number.isascii() and number.isdigit()):
        raise wrong_type(at(inning.path, "number"), "a whole number", number)
    return int(number)


def _pitcher(match: Node, side: str) -> str | None:
    for pitchers in match.children("starting_pitchers"):
        for team in pitchers.children(side):
            for player in team.children("player"):
                return player.maybe("name")
    return None


def _required(node: Node, name: str) -> str:
    value = node.value(name)
    if value is None:
        raise wrong_type(at(node.path, name), "a text", "")
    return value


def _instant(value: str, path: str) -> datetime:
    try:
        return datetime.strptime(value.strip(), _UTC).replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong_type(path, "DD.MM.YYYY HH:MM", value) from error


def _day(match: Node) -> date | None:
    """The day that a game without a start stands under."""
    value = match.maybe("formatted_date")
    try:
        return datetime.strptime(value.strip(), _DAY).date() if value else None
    except ValueError as error:
        raise wrong_type(f"{match.path}.formatted_date", "DD.MM.YYYY", value) from error
