"""What The Odds API's refusals mean, and how many credits it says are left."""

import json
import math
from collections.abc import Mapping

from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.reading.retry_after import retry_after_of

_ERRORS_BY_CODE: Mapping[str, type[SourceError]] = {
    "OUT_OF_USAGE_CREDITS": QuotaExhaustedError,
    "MISSING_KEY": BadKeyError,
    "INVALID_KEY": BadKeyError,
    "DEACTIVATED_KEY": BadKeyError,
}
_BAD_REQUEST_CODES = ("MISSING_", "INVALID_", "UNKNOWN_", "EVENT_NOT_FOUND", "HISTORICAL_")


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> SourceError | None:
    """The error that an answer stands for, by its `error_code` first, then by its status; None
    for an answer that holds data. An error object counts also where it comes with 200."""
    code, message = _error_body(body) if status != 200 or b"error_code" in body else (None, "")
    if status == 200 and code is None:
        return None
    return _error(status, code, message, headers)


def quota_of(headers: Mapping[str, str]) -> dict[str, float]:
    """Credits `remaining`, `used` and `cost` of an answer, as far as its headers can be read."""
    lower = {key.lower(): value for key, value in headers.items()}
    quota = {}
    for name, header in (
        ("remaining", "x-requests-remaining"),
        ("used", "x-requests-used"),
        ("cost", "x-requests-last"),
    ):
        value = _finite(lower.get(header))
        if value is not None:
            quota[name] = value
    return quota


def _error_body(body: bytes) -> tuple[str | None, str]:
    """`error_code` and `message` of an error object; without one, no code and the body's start."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict):
        code, message = document.get("error_code"), document.get("message")
        if code is not None or message is not None:
            return (str(code) if code is not None else None), str(message or "")
    return None, body[:200].decode("utf-8", "replace")


def _error(status: int, code: str | None, message: str, headers: Mapping[str, str]) -> SourceError:
    text = f"The Odds API answered {status}{f' {code}' if code else ''}: {message[:300]}"
    if code == "EXCEEDED_FREQ_LIMIT" or status == 429:
        return RateLimitedError(text, retry_after_of(headers))
    if code is not None and code in _ERRORS_BY_CODE:
        return _ERRORS_BY_CODE[code](text)
    if code is not None and code.startswith(_BAD_REQUEST_CODES):
        return BadRequestError(text)
    if status in (401, 403):
        return BadKeyError(text)
    if 400 <= status < 500 and status != 408:
        return BadRequestError(text)
    return UpstreamUnavailableError(text)


def _finite(value: str | None) -> float | None:
    try:
        number = float(value) if value is not None else None
    except ValueError:
        return None
    return number if number is not None and math.isfinite(number) else None
