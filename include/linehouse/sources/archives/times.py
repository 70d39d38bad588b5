"""When a captured file was taken, as far as its name tells."""

import re
from datetime import UTC, datetime

STAMP_ADVICE = "rename it to hold the UTC time of its capture, such as odds_20260310T024436Z"

_STAMP = re.compile(
    r"(?<!\d)(20\d\d)-?(\d\d)-?(\d\d)[T_ -](\d\d)[:-]?(\d\d)(?:[:-]?(\d\d))?(?!\d)", re.IGNORECASE
)


def time_in_name(name: str | None) -> datetime | None:
    """The UTC time in a text such as `20260310T024436Z_c117.json` or `20260303_212706`; None
    without one. A date alone is no time."""
    for match in _STAMP.finditer(name or ""):
        try:
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        except ValueError:
            continue
    return None
