"""How a source is asked about the past."""

from dataclasses import dataclass
from typing import Literal

Span = Literal["day", "month", "season"]


@dataclass(frozen=True)
class PastFeed:
    """A feed that tells of days that are over. The first of a source is what a backfill asks where
    no feed is named."""

    feed: str
    span: Span = "day"
    """How much one request asks about: an Eastern day, by the source's `requests`; or the days from
    a first to a last of one month or season, by its
    `past_requests(feed, sport_key, first, last)`."""
    is_calendar: bool = True
    """Whether it tells the starts and results of the games, and costs nothing."""
