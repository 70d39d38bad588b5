"""The pause that an answer asks for."""

import math
from collections.abc import Mapping


def retry_after_of(headers: Mapping[str, str]) -> float | None:
    """Seconds of the header Retry-After, not below 0; None without one that is a number (dates
    are read by the landing)."""
    value = {key.lower(): text for key, text in headers.items()}.get("retry-after")
    try:
        seconds = float(value) if value is not None else None
    except ValueError:
        return None
    return max(seconds, 0.0) if seconds is not None and math.isfinite(seconds) else None
