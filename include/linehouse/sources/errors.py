"""What can go wrong with an upstream; the class says which retry policy holds."""

import math
from datetime import datetime, timedelta

LONGEST_PAUSE = timedelta(days=1)
"""No upstream is left alone for longer because an answer said so: one request a day harms none, and
what asks for more is more often a misread number than a demand."""


def bounded_pause(seconds: float | None) -> float | None:
    """Seconds that an upstream asks for, from 0 to `LONGEST_PAUSE`; None for what is no number."""
    if seconds is None or not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), LONGEST_PAUSE.total_seconds())


class SourceError(Exception):
    """An upstream did not give what it should; subclasses say which retry policy holds."""


class BadKeyError(SourceError):
    """The key is missing, wrong or switched off: stop, a person must act."""


class QuotaExhaustedError(SourceError):
    """No credits are left: wait for the reset."""


class RateLimitedError(SourceError):
    """Too many requests: retry after `retry_after_seconds`, `LONGEST_PAUSE` at most.

    `doubles`: the upstream told no pause, this is the source's first; it doubles with each retry.
    """

    def __init__(
        self, message: str, retry_after_seconds: float | None = None, *, doubles: bool = False
    ) -> None:
        super().__init__(message)
        self.retry_after_seconds = bounded_pause(retry_after_seconds)
        self.doubles = doubles


class UpstreamUnavailableError(SourceError):
    """Time-out, connection failure or 5xx: retry with back-off."""

    silent = False
    """Whether nothing came back at all."""


class BadRequestError(SourceError):
    """The upstream rejects what was asked (unknown sport, market, date): do not retry."""


class AccessRefusedError(SourceError):
    """The upstream serves others but not us (403 without a key to be wrong): a person must act."""


class UnreadablePayloadError(SourceError):
    """A body that is not what its status claims (HTML with 200, truncated JSON): kept as it is."""


class DriftedSchemaError(SourceError):
    """A required field is missing or has another type: kept, held, not parsed."""


class CircuitOpenError(SourceError):
    """The upstream has failed too often and is left alone until `until` (UTC): nothing was sent."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until
