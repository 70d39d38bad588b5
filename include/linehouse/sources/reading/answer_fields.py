"""Fields of a JSON document, taken with their path: what is needed and is not there, or is of
another type, stops the payload by name; what nobody knows is reported as drift.

Documents come from `read_json`, so numbers are `NumberText`.
"""

from collections.abc import Iterator, Mapping, Set
from datetime import UTC, datetime
from typing import Any

from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.verbatim_json import NumberText


def required(entry: Mapping[str, Any], key: str, path: str) -> Any:
    """The value of a field that must be there. Raises `DriftedSchemaError`."""
    if key not in entry:
        found = ", ".join(sorted(entry)) or "no fields"
        raise DriftedSchemaError(f"{at(path, key)} is missing; there are {found}")
    return entry[key]


def mapping(entry: Mapping[str, Any], key: str, path: str) -> Mapping[str, Any]:
    """An object that must be there. Raises `DriftedSchemaError`."""
    value = required(entry, key, path)
    if not isinstance(value, dict):
        raise wrong_type(at(path, key), "an object", value)
    return value


def optional_mapping(entry: Mapping[str, Any], key: str, path: str) -> Mapping[str, Any]:
    """An object that may be missing or null: then empty. Raises `DriftedSchemaError`."""
    return mapping(entry, key, path) if entry.get(key) is not None else {}


def objects(
    entry: Mapping[str, Any], key: str, path: str
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects of a list that must be there, each with its path. Raises
    `DriftedSchemaError`."""
    value = required(entry, key, path)
    if not isinstance(value, list):
        raise wrong_type(at(path, key), "a list", value)
    for position, item in enumerate(value):
        item_path = f"{at(path, key)}[{position}]"
        if not isinstance(item, dict):
            raise wrong_type(item_path, "an object", item)
        yield item, item_path


def optional_objects(
    entry: Mapping[str, Any], key: str, path: str
) -> Iterator[tuple[Mapping[str, Any], str]]:
    """The objects of a list that may be missing or null. Raises `DriftedSchemaError`."""
    if entry.get(key) is not None:
        yield from objects(entry, key, path)


def text(entry: Mapping[str, Any], key: str, path: str) -> str:
    """A text that must be there and not be empty. Raises `DriftedSchemaError`."""
    value = required(entry, key, path)
    if not isinstance(value, str) or isinstance(value, NumberText) or not value.strip():
        raise wrong_type(at(path, key), "a text", value)
    return value


def verbatim(entry: Mapping[str, Any], key: str, path: str) -> str:
    """A text or number that must be there, as it was written. Raises `DriftedSchemaError`."""
    value = required(entry, key, path)
    if not isinstance(value, str) or not value.strip():
        raise wrong_type(at(path, key), "a text or number", value)
    return str(value)


def optional_verbatim(entry: Mapping[str, Any], key: str, path: str) -> str | None:
    """A text or number, as it was written; None where it is missing, null or empty. Raises
    `DriftedSchemaError`."""
    value = entry.get(key)
    return None if value is None or value == "" else verbatim(entry, key, path)


def whole_number(entry: Mapping[str, Any], key: str, path: str) -> int:
    """A small count that must be there (an inning, a game's number). Raises
    `DriftedSchemaError`."""
    value = verbatim(entry, key, path)
    if len(value) > 4 or not value.isdecimal():
        raise wrong_type(at(path, key), "a small whole number", value)
    return int(value)


def optional_flag(entry: Mapping[str, Any], key: str, path: str) -> bool | None:
    """True or false; None where it is missing or null. Raises `DriftedSchemaError`."""
    value = entry.get(key)
    if value is not None and not isinstance(value, bool):
        raise wrong_type(at(path, key), "true or false", value)
    return value


def instant(value: str, path: str) -> datetime:
    """An ISO time with its zone (seconds or not), in UTC. Raises `DriftedSchemaError`."""
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise wrong_type(path, "an ISO time with its zone", value)


def note_drift(entry: Mapping[str, Any], known: Set[str], path: str, drift: set[str]) -> None:
    """Add the fields of an object that nobody knows."""
    for key in entry.keys() - known:
        drift.add(at(path, key))


def at(path: str, key: str) -> str:
    """The path of a field."""
    return f"{path}.{key}" if path else key


def wrong_type(path: str, expected: str, value: object) -> DriftedSchemaError:
    """What to raise for a value that is not what it should be."""
    return DriftedSchemaError(f"{path} should be {expected}, but is {str(value)[:60]!r}")
