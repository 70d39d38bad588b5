"""Parse a payload so that nothing a parser does can lose it, and make its text storable."""

import json
import logging
import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from linehouse.sources.base import Payload, Source
from linehouse.sources.errors import SourceError
from linehouse.sources.rows import LineRow, Parsed

log = logging.getLogger(__name__)

REPLACEMENT = "\ufffd"
REPAIRED = "text that PostgreSQL cannot hold (NUL or a lone surrogate), replaced by U+FFFD"


@dataclass
class Reading:
    """What a parser made of a payload, or why it made nothing of it."""

    parsed: Parsed = field(default_factory=Parsed)
    error: str | None = None
    error_type: str | None = None


def read(source: Source, payload: Payload) -> Reading:
    """Run the source's parser. Any error of it becomes part of the result: the bytes are kept, and
    a parser that is mended reads them again."""
    try:
        return Reading(source.parse(payload))
    except SourceError as error:
        return Reading(error=str(error), error_type=type(error).__name__)
    except Exception as error:  # a parser's own defect must not cost the payload
        log.exception("The parser of %s failed on a payload of %s", source.name, payload.feed)
        return Reading(error=f"the parser failed: {error}", error_type=type(error).__name__)


def lines_by_event(lines: list[LineRow]) -> dict[str, list[LineRow]]:
    """Lines grouped by event: events in order of first appearance, lines in payload order."""
    grouped: dict[str, list[LineRow]] = defaultdict(list)
    for line in lines:
        grouped[line.source_event_id].append(line)
    return grouped


def storable(text: str) -> str:
    """The text as PostgreSQL can hold it: NUL and lone surrogates become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def storable_json(value: Mapping[str, Any]) -> str:
    """A mapping as jsonb text: unknown types as text, NaN and infinity as text, NUL replaced."""
    try:
        text = json.dumps(value, default=str, allow_nan=False)
    except (ValueError, TypeError):
        text = json.dumps(_plain(value))
    if "\\u0000" in text or "\\ud" in text:
        text = json.dumps(_plain(value))
    return text


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {storable(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, bool | int | float):
        return value
    return storable(str(value))
