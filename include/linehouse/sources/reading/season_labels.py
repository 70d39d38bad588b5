"""Seasons as we write them (`2023-24`, `2024`), and as others do (`2023-2024`, `2023/2024`, 2024).

Which form a sport has, and which days a season has, the seeds say (`linehouse.seasons`).
"""

import re

_TWO_YEARS = re.compile(r"^(\d{4})[-/](\d{2}|\d{4})$")
_ONE_YEAR = re.compile(r"^\d{4}$")


def our_label(told: object) -> str | None:
    """Our label of a season that a source tells as text or number; None if it is none."""
    text = str(told).strip() if told is not None else ""
    years = _TWO_YEARS.match(text)
    if years:
        first, last = years.groups()
        return two_years(int(first)) if (int(first) + 1) % 100 == int(last) % 100 else None
    return text if _ONE_YEAR.match(text) else None


def two_years(first_year: int) -> str:
    """`2023-24` for 2023."""
    return f"{first_year}-{(first_year + 1) % 100:02}"


def long_label(label: str) -> str:
    """`2023-2024` for `2023-24`; one year stays as it is. Raises `ValueError`."""
    ours = our_label(label)
    if ours is None:
        raise ValueError(f"{label!r} is no season; write 2023-24 or 2024")
    return f"{ours[:4]}-{int(ours[:4]) + 1}" if "-" in ours else ours
