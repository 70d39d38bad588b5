"""Spoiling documents anywhere, for tests that a parser raises nothing but its two errors."""

import contextlib
import copy
import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.rows import Parsed

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document, as the keys that lead there."""
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    return [here, *(place for key, below in entries for place in places(below, (*here, key)))]


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """A copy of a document with another value at a place."""
    if not place:
        return new
    value = copy.deepcopy(value)
    target = value
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = new
    return value


def survives(data: st.DataObject, document: Any, parse: Callable[[bytes], Parsed]) -> None:
    """Spoil a document in up to three places and cut it; its parser says what is wrong, or gives
    rows that a JSON column takes."""
    for _ in range(data.draw(st.integers(1, 3))):
        document = replaced(document, data.draw(st.sampled_from(places(document))), data.draw(JSON))
    body = json.dumps(document).encode("utf-8", "surrogatepass")
    body = body[: data.draw(st.none() | st.integers(0, len(body)))]
    with contextlib.suppress(UnreadablePayloadError, DriftedSchemaError):
        parsed = parse(body)
        json.dumps([game.details for game in parsed.games])
        assert all(game.source_event_id and game.home_team for game in parsed.games)
        assert all(line.source_event_id and line.bookmaker for line in parsed.lines)
        assert all(row.tickets_pct or row.money_pct for row in parsed.splits)
