"""The pause that an answer asks for."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from linehouse.sources.errors import bounded_pause

FIRST_EPOCH = 1e9
"""A number from here on is a moment since 1970 (some vendors write one), in seconds ..."""
FIRST_EPOCH_IN_MILLISECONDS = 1e11
LAST_EPOCH_IN_MILLISECONDS = 1e13
"""... or in milliseconds, until the year 2286; what is greater is nothing."""


def retry_after_of(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Seconds to wait by the header Retry-After (seconds, a moment since 1970, or an HTTP date),
    from 0 to `LONGEST_PAUSE`; None without one that can be read. `now` is the wall's (UTC)."""
    text = {key.lower(): value for key, value in headers.items()}.get("retry-after", "").strip()
    now = now or datetime.now(UTC)
    try:
        seconds = float(text)
    except ValueError:
        return _until(text, now)
    if abs(seconds) > LAST_EPOCH_IN_MILLISECONDS:
        return None
    if seconds >= FIRST_EPOCH_IN_MILLISECONDS:
        seconds /= 1000
    if seconds >= FIRST_EPOCH:
        seconds -= now.timestamp()
    return bounded_pause(seconds)


def _until(text: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return bounded_pause((moment - now).total_seconds())
