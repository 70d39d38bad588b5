"""Reads the vendor's lists of events (odds, scores, schedules) into verbatim rows.

Shape: event -> bookmakers -> markets -> outcomes. A field that is needed and is missing, or has
another type, stops the payload with its path; a field that is not known is reported as drift.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.verbatim_json import NumberText, plain
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed

EVENT_FIELDS = frozenset(
    {"id", "sport_key", "sport_title", "commence_time", "home_team", "away_team"}
)
BOOKMAKER_FIELDS = frozenset({"key", "title", "last_update", "markets"})
MARKET_FIELDS = frozenset({"key", "last_update", "outcomes"})
OUTCOME_FIELDS = frozenset({"name", "price", "point", "description"})
SCORE_FIELDS = frozenset({"name", "score"})

SPORT_FIELDS = frozenset({"key", "group", "title", "description", "active", "has_outrights"})

UPCOMING = "upcoming"
"""Not a sport: the next games of all sports."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse_events(
    events: object,
    *,
    at: str = "",
    sport_key: str | None = None,
    markets: Sequence[str] | None = None,
    bookmakers: Sequence[str] | None = None,
    price_format: str = "american",
) -> Parsed:
    """Games and lines of a list of events with odds, in the order of the list.

    `events` comes from `read_json` or from any other JSON reader. `at` is the path of the list in
    its document, for error texts. `markets` and `bookmakers` are what was asked for: they go into
    the coverage, which speaks for every event of the sport; markets not told are those seen.
    Raises `DriftedSchemaError`.
    """
    parsed = Parsed()
    drift: set[str] = set()
    for event, path in _objects(events, at or "events"):
        game = _game(event, path, drift, EVENT_FIELDS | {"bookmakers"})
        parsed.games.append(game)
        bookmaker_list = _required(event, "bookmakers", path)
        for bookmaker, bookmaker_path in _objects(bookmaker_list, f"{path}.bookmakers"):
            _append_lines(
                parsed.lines, bookmaker, bookmaker_path, game.source_event_id, drift, price_format
            )
    parsed.drift = sorted(drift)
    seen = tuple(dict.fromkeys(line.market for line in parsed.lines))
    parsed.coverage = [
        Coverage(
            sport_key=covered,
            markets=tuple(markets) if markets is not None else seen,
            bookmakers=tuple(bookmakers) if bookmakers is not None else None,
        )
        for covered in _sports(parsed.games, sport_key)
    ]
    return parsed


def parse_schedule(events: object, *, at: str = "", sport_key: str | None = None) -> Parsed:
    """Games of a list of events without odds. Raises `DriftedSchemaError`."""
    drift: set[str] = set()
    games = [
        _game(event, path, drift, EVENT_FIELDS) for event, path in _objects(events, at or "events")
    ]
    coverage = [Coverage(sport_key=covered) for covered in _sports(games, sport_key)]
    return Parsed(games=games, coverage=coverage, drift=sorted(drift))


def parse_scores(events: object, *, at: str = "", sport_key: str | None = None) -> Parsed:
    """Games of a list of scores: null before the start, else texts, by the teams' names.

    Raises `DriftedSchemaError`.
    """
    drift: set[str] = set()
    games = []
    for event, path in _objects(events, at or "events"):
        known = EVENT_FIELDS | {"completed", "scores", "last_update"}
        completed = _required(event, "completed", path)
        if not isinstance(completed, bool):
            raise _wrong_type(f"{path}.completed", "true or false", completed)
        scores = _scores(_required(event, "scores", path), f"{path}.scores", drift)
        last_update = _time_text(event.get("last_update"), f"{path}.last_update")
        game = _game(
            event,
            path,
            drift,
            known,
            completed=completed,
            scores=scores,
            more_details={"last_update": last_update},
        )
        if not scores.keys() <= {game.home_team, game.away_team}:
            drift.add("scores[].name")
        games.append(game)
    coverage = [Coverage(sport_key=covered) for covered in _sports(games, sport_key)]
    return Parsed(games=games, coverage=coverage, drift=sorted(drift))


def parse_sports(sports: object) -> Parsed:
    """A list of sports names no event: it has no rows, and is only checked.

    Raises `DriftedSchemaError`.
    """
    drift: set[str] = set()
    for sport, path in _objects(sports, "sports"):
        _note_drift(sport, SPORT_FIELDS, "", drift)
        _text(sport, "key", path)
        active = _required(sport, "active", path)
        if not isinstance(active, bool):
            raise _wrong_type(f"{path}.active", "true or false", active)
    return Parsed(drift=sorted(drift))


def parse_time(value: object, path: str) -> datetime:
    """An instant that the vendor wrote as ISO text or as unix seconds, in UTC.

    Raises `DriftedSchemaError` for anything else, also for a time without a zone.
    """
    if is_number(value):
        try:
            return _EPOCH + timedelta(seconds=int(str(value)))
        except (ValueError, OverflowError) as error:
            raise _wrong_type(path, "unix seconds", value) from error
    if not isinstance(value, str):
        raise _wrong_type(path, "a time", value)
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise _wrong_type(path, "a time with its zone", value)
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _wrong_type(path, "an ISO time", value) from error


def is_number(value: object) -> bool:
    """Whether a JSON value is a number, read by `read_json` or by another reader."""
    return isinstance(value, NumberText) or (
        isinstance(value, int | float) and not isinstance(value, bool)
    )


def _append_lines(
    lines: list[LineRow],
    bookmaker: Mapping[str, Any],
    path: str,
    source_event_id: str,
    drift: set[str],
    price_format: str,
) -> None:
    _note_drift(bookmaker, BOOKMAKER_FIELDS, "bookmakers[]", drift)
    bookmaker_key = _text(bookmaker, "key", path)
    bookmaker_update = _time_text(bookmaker.get("last_update"), f"{path}.last_update")
    for market, market_path in _objects(_required(bookmaker, "markets", path), f"{path}.markets"):
        _note_drift(market, MARKET_FIELDS, "bookmakers[].markets[]", drift)
        market_key = _text(market, "key", market_path)
        market_update = _time_text(market.get("last_update"), f"{market_path}.last_update")
        outcomes = _required(market, "outcomes", market_path)
        for outcome, outcome_path in _objects(outcomes, f"{market_path}.outcomes"):
            _note_drift(outcome, OUTCOME_FIELDS, "bookmakers[].markets[].outcomes[]", drift)
            _required(outcome, "price", outcome_path)
            lines.append(
                LineRow(
                    source_event_id=source_event_id,
                    bookmaker=bookmaker_key,
                    market=market_key,
                    outcome=_text(outcome, "name", outcome_path),
                    price=_number_text(outcome["price"], f"{outcome_path}.price"),
                    point=_number_text(outcome.get("point"), f"{outcome_path}.point"),
                    price_format=price_format,
                    last_update=market_update or bookmaker_update,
                    description=_optional_text(outcome, "description", outcome_path),
                )
            )


def _game(
    event: Mapping[str, Any],
    path: str,
    drift: set[str],
    known: frozenset[str],
    *,
    completed: bool | None = None,
    scores: Mapping[str, str | None] | None = None,
    more_details: Mapping[str, Any] | None = None,
) -> GameRow:
    _note_drift(event, known, "", drift)
    commence = _required(event, "commence_time", path)
    home_team, away_team = _text(event, "home_team", path), _text(event, "away_team", path)
    details = {"sport_title": _optional_text(event, "sport_title", path), **(more_details or {})}
    details |= {
        key: plain(value)
        for key, value in event.items()
        if key not in known and not isinstance(value, dict | list)
    }
    commence_at = parse_time(commence, f"{path}.commence_time")
    return GameRow(
        source_event_id=_text(event, "id", path),
        sport_key=_text(event, "sport_key", path),
        away_team=away_team,
        home_team=home_team,
        commence_text=str(commence),
        commence_at=commence_at,
        completed=completed,
        away_score=(scores or {}).get(away_team),
        home_score=(scores or {}).get(home_team),
        details={key: value for key, value in details.items() if value is not None},
    )


def _scores(value: object, path: str, drift: set[str]) -> dict[str, str | None]:
    if value is None:
        return {}
    scores = {}
    for entry, entry_path in _objects(value, path):
        _note_drift(entry, SCORE_FIELDS, "scores[]", drift)
        _required(entry, "score", entry_path)
        scores[_text(entry, "name", entry_path)] = _optional_text(entry, "score", entry_path)
    return scores


def _sports(games: Sequence[GameRow], sport_key: str | None) -> Iterable[str]:
    """The sports that a list speaks for: the one asked for, also when it is empty."""
    asked = [sport_key] if sport_key and sport_key != UPCOMING else []
    return dict.fromkeys(asked + [game.sport_key for game in games])


def _objects(value: object, path: str) -> Iterable[tuple[Mapping[str, Any], str]]:
    if not isinstance(value, list | tuple):
        raise _wrong_type(path, "a list", value)
    for position, entry in enumerate(value):
        entry_path = f"{path}[{position}]"
        if not isinstance(entry, dict):
            raise _wrong_type(entry_path, "an object", entry)
        yield entry, entry_path


def _required(entry: Mapping[str, Any], key: str, path: str) -> Any:
    if key not in entry:
        raise DriftedSchemaError(f"{path}.{key} is missing; there are {', '.join(sorted(entry))}")
    return entry[key]


def _text(entry: Mapping[str, Any], key: str, path: str) -> str:
    value = _required(entry, key, path)
    if not isinstance(value, str) or isinstance(value, NumberText) or not value:
        raise _wrong_type(f"{path}.{key}", "a text", value)
    return value


def _optional_text(entry: Mapping[str, Any], key: str, path: str) -> str | None:
    value = entry.get(key)
    if value is not None and (not isinstance(value, str) or isinstance(value, NumberText)):
        raise _wrong_type(f"{path}.{key}", "a text or null", value)
    return value


def _number_text(value: object, path: str) -> str | None:
    if value is None:
        return None
    if not is_number(value):
        raise _wrong_type(path, "a number", value)
    return str(value)


def _time_text(value: object, path: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) and not is_number(value):
        raise _wrong_type(path, "a time", value)
    return str(value)


def _note_drift(
    entry: Mapping[str, Any], known: frozenset[str], prefix: str, drift: set[str]
) -> None:
    for key in entry.keys() - known:
        drift.add(f"{prefix}.{key}" if prefix else key)


def _wrong_type(path: str, expected: str, value: object) -> DriftedSchemaError:
    return DriftedSchemaError(f"{path} should be {expected}, but is {str(value)[:60]!r}")
