"""JSON as its sender wrote it: numbers keep their text."""

import json
from typing import Any

from linehouse.sources.errors import UnreadablePayloadError


class NumberText(str):
    """A JSON number, as the text that stood in the body (`1.90`, `-110`)."""

    __slots__ = ()


def read_json(body: bytes) -> Any:
    """The document in `body`, every number a `NumberText`.

    Raises `UnreadablePayloadError` for whatever is not one whole JSON document in UTF-8 (HTML, a
    truncated body, NaN).
    """
    try:
        text = body.decode("utf-8-sig")
        return json.loads(
            text, parse_int=NumberText, parse_float=NumberText, parse_constant=_refuse_constant
        )
    except UnicodeDecodeError as error:
        raise UnreadablePayloadError(f"not UTF-8: {error.reason} at byte {error.start}") from error
    except (ValueError, RecursionError) as error:
        raise UnreadablePayloadError(
            f"not JSON: {error}; {len(body)} bytes beginning with {body[:60]!r}"
        ) from error


def plain(value: Any) -> Any:
    """The same value with ordinary numbers, for a JSON column."""
    if isinstance(value, NumberText):
        try:
            return int(value)
        except ValueError:
            return float(value)
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")
