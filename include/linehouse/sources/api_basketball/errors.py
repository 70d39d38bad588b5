"""What API-Basketball's refusals mean, and how many requests it says are left.

Most refusals come with HTTP 200: `errors` is `[]` on success and an object otherwise.
"""

import json
import math
from collections.abc import Mapping
from typing import Any

from linehouse.sources.errors import (
    BadKeyError,
    BadRequestError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)
from linehouse.sources.reading.retry_after import retry_after_of

MINUTE_SECONDS = 60.0
"""What was asked within a minute is forgotten after it."""

_OF_THE_DAY = "x-ratelimit-requests-"
_BY_NAME: Mapping[str, type[SourceError]] = {
    "token": BadKeyError,
    "access": BadKeyError,
    "requests": QuotaExhaustedError,
    "rateLimit": RateLimitedError,
    "bug": UpstreamUnavailableError,
}


def error_of(status: int, headers: Mapping[str, str], body: bytes) -> SourceError | None:
    """The error that an answer stands for, by the names in `errors` first, then by its status;
    None for an answer that holds data."""
    errors = _errors(body)
    if status == 200 and not errors:
        return None
    said = "; ".join(f"{name}: {text}" for name, text in errors.items())
    said = said or body[:200].decode("utf-8", "replace")
    text = f"API-Basketball answered {status}: {said[:300]}"
    told = retry_after_of(headers)
    wait = MINUTE_SECONDS if told is None else told
    if status == 429:
        return RateLimitedError(text, wait)
    for name, kind in _BY_NAME.items():
        if name in errors:
            return RateLimitedError(text, wait) if name == "rateLimit" else kind(text)
    if status in (401, 403):
        return BadKeyError(text)
    if errors or (400 <= status < 499 and status != 408):
        return BadRequestError(text)
    return UpstreamUnavailableError(text)


def quota_of(headers: Mapping[str, str]) -> dict[str, float]:
    """Requests `remaining` and `used` of the day; those of the minute have nearly the same names
    and count for nothing here."""
    limit, remaining = (_number(headers, _OF_THE_DAY + name) for name in ("limit", "remaining"))
    quota = {} if remaining is None else {"remaining": remaining}
    if limit is not None and remaining is not None:
        quota["used"] = max(limit - remaining, 0.0)
    return quota


def _errors(body: bytes) -> dict[str, str]:
    """`errors` as an object, whatever it is; empty where there are none."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    errors = document.get("errors") if isinstance(document, dict) else None
    if isinstance(errors, dict):
        return {str(name): str(text) for name, text in errors.items()}
    return {"errors": str(errors)} if errors else {}


def _number(headers: Mapping[str, str], name: str) -> float | None:
    lower = {key.lower(): value for key, value in headers.items()}
    try:
        value = float(lower[name])
    except (KeyError, ValueError):
        return None
    return value if math.isfinite(value) else None
