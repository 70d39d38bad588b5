"""What a plan follows from, and what it says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from linehouse.days import EASTERN
from linehouse.scheduling.results import Polling

Key = TypeVar("Key")

ODDS, EVENT_ODDS, SCORES = "odds", "event_odds", "scores"
"""The vendor's feeds that cost credits."""
LOOKAHEAD = timedelta(days=7)


@dataclass(frozen=True)
class Start:
    """A game that is to be fetched for: only scheduled ones are given to the planner."""

    sport_key: str
    commence_at: datetime
    is_offered: bool = True
    """Whether a fetch shows its lines; one that only other sources know counts as expected."""
    event_id: str | None = None
    """The vendor's, where it offers the game."""


@dataclass(frozen=True)
class Costs:
    """Credits of one request."""

    odds: Mapping[str, int]
    """Of all games of a sport, by sport key; a sport that is not asked about so is not in it."""
    scores: int = 2
    events: Mapping[str, int] = field(default_factory=dict)
    """Of one game, by sport key: of sports of which markets are wanted that are sold so."""


@dataclass(frozen=True)
class PlannedFetch:
    """One request that is to be sent."""

    at: datetime
    sport_key: str
    feed: str
    tier: str
    cost: int
    games: int
    """Games of that tier that it shows."""
    event_id: str | None = None
    """The one game that it is about; None: all of the sport."""


@dataclass(frozen=True)
class ClosingCoverage:
    """Of how many games the last snapshot before the start is young."""

    games: int
    within_30_minutes: int
    within_3_hours: int

    @property
    def closing_pct(self) -> float | None:
        """Per cent of the games with a snapshot in their last 30 minutes."""
        return round(100 * self.within_30_minutes / self.games, 1) if self.games else None

    @property
    def near_pct(self) -> float | None:
        """Per cent of the games with a snapshot in their last 3 hours."""
        return round(100 * self.within_3_hours / self.games, 1) if self.games else None


@dataclass(frozen=True)
class Situation:
    """All that a plan follows from. Times are UTC."""

    now: datetime
    resets_at: datetime
    spendable: int
    """Credits that may go until the reset; the reserve is not in it."""
    costs: Costs
    starts: Sequence[Start]
    """Scheduled games that are known, also those beyond the lookahead."""
    last_fetch: Mapping[str, datetime] = field(default_factory=dict)
    """By sport key: the last look at all its games."""
    begun: Sequence[Start] = ()
    """Games that have begun and whose result nobody has told."""
    last_poll: Mapping[str, datetime] = field(default_factory=dict)
    """By sport key: when scores were asked for last."""
    last_looks: Mapping[str, datetime] = field(default_factory=dict)
    """By event: the last look at it alone."""
    usual_games: Mapping[str, float] = field(default_factory=dict)
    """By sport key: games a day of late, for days that no list reaches yet."""
    lookahead: timedelta = LOOKAHEAD


@dataclass(frozen=True)
class Plan:
    """The fetches of the known calendar, and what they come to until the reset."""

    situation: Situation
    share: float
    """Of the games expected until the reset, how many are known."""
    allowance: int
    """Credits for the known calendar: its share of what is spendable."""
    fetches: tuple[PlannedFetch, ...]
    whole_table: bool
    """Whether the tiers' table is followed as it stands."""
    polling: Polling
    coverage: ClosingCoverage

    @property
    def cost(self) -> int:
        """Credits of the fetches that are planned."""
        return sum(fetch.cost for fetch in self.fetches)

    @property
    def expected_cost(self) -> int:
        """Credits until the reset, the days that are not known yet in proportion."""
        if not self.share:
            return self.cost
        return min(self.situation.spendable, round(self.cost / self.share))

    def per_tier(self) -> dict[str, tuple[int, int]]:
        """Fetches and credits of each tier."""
        return _summed((fetch.tier, fetch) for fetch in self.fetches)

    def per_day_and_tier(self) -> dict[tuple[date, str], tuple[int, int]]:
        """Fetches and credits of each Eastern day and tier."""
        return _summed(
            ((fetch.at.astimezone(EASTERN).date(), fetch.tier), fetch) for fetch in self.fetches
        )


def _summed(keyed: Iterable[tuple[Key, PlannedFetch]]) -> dict[Key, tuple[int, int]]:
    counts: dict[Key, tuple[int, int]] = {}
    for key, fetch in keyed:
        number, credits = counts.get(key, (0, 0))
        counts[key] = (number + 1, credits + fetch.cost)
    return counts
