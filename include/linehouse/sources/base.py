"""What a source declares: requests, and the verbatim rows that a payload holds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from linehouse.settings import Mode

LONGEST_PAUSE = timedelta(days=1)
"""No upstream is left alone for longer because an answer said so: one request a day harms none, and
what asks for more is more often a misread number than a demand."""
GAME_STATES = ("scheduled", "live", "final", "postponed", "suspended", "cancelled")


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


class UnreadablePayloadError(SourceError):
    """A body that is not what its status claims (HTML with 200, truncated JSON): kept as it is."""


class DriftedSchemaError(SourceError):
    """A required field is missing or has another type: kept, held, not parsed."""


class CircuitOpenError(SourceError):
    """The upstream has failed too often and is left alone until `until` (UTC): nothing was sent."""

    def __init__(self, message: str, until: datetime | None = None) -> None:
        super().__init__(message)
        self.until = until


@dataclass(frozen=True)
class Request:
    """One thing to ask an upstream. `params` and `headers` hold no secret; `secret_params` and
    `secret_headers` are added to the request alone and never logged or stored."""

    source: str
    feed: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    sport_key: str | None = None


@dataclass(frozen=True)
class Payload:
    """Bytes as received, and what is known about how they came."""

    source: str
    feed: str
    body: bytes
    observed_at: datetime | None
    """When the upstream's state was seen (UTC). None for archives that carry no times."""
    name: str | None = None
    """File name of an archive; what of it counts (a season) the source says in `told_by_name`."""
    sport_key: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int | None = None
    url: str | None = None
    """What was asked, without secrets: for answers that do not name their event themselves."""


@dataclass(frozen=True)
class GameRow:
    """One game as a payload names it. Text is verbatim; `commence_at` and `game_date_et` are the
    instants that the source's own rules give (either may be unknown)."""

    source_event_id: str
    sport_key: str
    away_team: str
    home_team: str
    commence_text: str | None = None
    commence_at: datetime | None = None
    game_date_et: date | None = None
    season: str | None = None
    """Only where the source says it (`2016-17`, `2017`)."""
    status: str | None = None
    """Verbatim; None where the source has no status."""
    state: str | None = None
    """What the status means by the source's own rules: one of `GAME_STATES`; None where the source
    does not say."""
    completed: bool | None = None
    away_score: str | None = None
    home_score: str | None = None
    neutral_site: bool | None = None
    game_number: int | None = None
    """Official number of a doubleheader; never derived from order."""
    event_ordinal: int | None = None
    """n-th event of the same teams and date in this payload, only to keep them apart."""
    details: Mapping[str, Any] = field(default_factory=dict)
    """Everything else of the row, verbatim (periods, pitchers, rotation numbers)."""


@dataclass(frozen=True)
class LineRow:
    """One price or point as a payload names it, verbatim. Grouped by event in payload order."""

    source_event_id: str
    bookmaker: str
    market: str
    outcome: str
    price: str | None
    point: str | None
    price_format: str = "american"
    """`american`, `decimal` or `fractional`."""
    label: str | None = None
    """`open` or `close` where the source labels lines instead of timing them."""
    last_update: str | None = None
    description: str | None = None


@dataclass(frozen=True)
class MovementRow:
    """One earlier price of a line as a source's own history tells it, verbatim."""

    source_event_id: str
    sport_key: str
    bookmaker: str
    market: str
    outcome: str
    moved_text: str
    """When, as the source writes it."""
    price: str | None
    point: str | None
    period: str | None = None
    price_format: str = "american"
    label: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SplitRow:
    """Which share of tickets and money the public has on one outcome, verbatim."""

    source_event_id: str
    sport_key: str
    market: str
    outcome: str
    bookmaker: str | None = None
    """None: the source's consensus, not one book's."""
    period: str | None = None
    point: str | None = None
    price: str | None = None
    tickets_pct: str | None = None
    money_pct: str | None = None
    tickets: str | None = None
    money: str | None = None
    updated_text: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class InjuryRow:
    """One player's report, verbatim."""

    sport_key: str
    team: str
    player: str
    source_team_id: str | None = None
    source_player_id: str | None = None
    source_event_id: str | None = None
    player_position: str | None = None
    status: str | None = None
    injury: str | None = None
    reported_text: str | None = None
    return_text: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class TeamStatRow:
    """Figures of one team, of a game or of a span, verbatim."""

    sport_key: str
    team: str
    scope: str
    """`game`, `season_to_date`, `standings`, `head_to_head`, `club` (what it is, no figures)."""
    source_team_id: str | None = None
    source_event_id: str | None = None
    season: str | None = None
    stats: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class PlayerStatRow:
    """Figures of one player, of a game or of a span, verbatim."""

    sport_key: str
    player: str
    scope: str
    """`game` or `season_to_date`."""
    source_player_id: str | None = None
    team: str | None = None
    source_team_id: str | None = None
    source_event_id: str | None = None
    season: str | None = None
    stats: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Coverage:
    """What a payload speaks about, so that absence can be told from not being asked."""

    sport_key: str
    markets: tuple[str, ...] | None = None
    """None: no line feed."""
    bookmakers: tuple[str, ...] | None = None
    """None: all bookmakers of the source."""
    source_event_id: str | None = None
    """None: every event of the sport."""


@dataclass
class Parsed:
    """All rows of one payload, in payload order."""

    games: list[GameRow] = field(default_factory=list)
    lines: list[LineRow] = field(default_factory=list)
    movements: list[MovementRow] = field(default_factory=list)
    splits: list[SplitRow] = field(default_factory=list)
    injuries: list[InjuryRow] = field(default_factory=list)
    team_stats: list[TeamStatRow] = field(default_factory=list)
    player_stats: list[PlayerStatRow] = field(default_factory=list)
    coverage: list[Coverage] = field(default_factory=list)
    drift: list[str] = field(default_factory=list)
    """Unknown extra fields, each as a path (`bookmakers[].sid`). Reported, never fatal."""
    historical: bool = False
    """Backfills and archives: no volume or freshness is expected of them."""
    observed_at: datetime | None = None
    """Only where the payload itself says when it was seen (a historical envelope): it goes before
    the time of receipt."""


class Source(Protocol):
    """What every module in this package provides as `SOURCE`.

    Optional attributes: `suite` (which module of `expectations/raw_data/` judges what it reads: the
    one of the name that its rows bear), `may_be_empty` (see `HttpSource`).
    """

    name: str
    payload_tables: Mapping[str, str]
    """Feed to its table in `raw_data`."""

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload. Raises `UnreadablePayloadError` or `DriftedSchemaError`."""
        ...


@dataclass(frozen=True)
class KnownEvent:
    """An event of this source that an earlier payload named."""

    source_event_id: str
    sport_key: str
    commence_at: datetime | None
    game_date_et: date | None
    state: str | None
    home_team_id: str | None = None
    """The source's own ids of the teams, from the `details` of its games."""
    away_team_id: str | None = None


@dataclass(frozen=True)
class Asking:
    """What a source is to ask about."""

    sport_key: str
    now: datetime
    """UTC, by the clock of the mode."""
    day_et: date
    """The slate: an Eastern day."""
    events: tuple[KnownEvent, ...] = ()
    """Events of the slate that earlier payloads of this source named; empty at first."""


class HttpSource(Source, Protocol):
    """A source that is asked over HTTP.

    Optional attributes, each with the value that holds where it is missing: `sports` (the sport
    keys that it covers: all), `off_until_enabled` (why its owner's terms keep it off until the user
    turns it on by `<NAME>_ENABLED`: None), `may_be_empty` (feeds whose answer can hold no row:
    none), `timeout_seconds` for one answer and `pause_seconds` between two requests (those of the
    landing's policy; 0), `retries` (those of the landing's policy), `key_in_path` (whether
    `secret_params` fills placeholders of the path, `{key}`, instead of the query: False), `slots`
    (how many of Airflow's tasks may ask it at once: two, one where it wants pauses), `kinds` (kind
    of data to the feeds that bring it, in the order in which they are asked: none), `cadences`
    (feed to how often it is worth asking: those of `sources.feeds`), `figures` (feeds that are
    asked about each event when it is over: none), `planned` (feeds that follow the plan of a
    quota instead of a cadence, of which one at least is asked every day: none), `past_feeds` (how
    it is asked about the past, see `sources.past_feed`: not at all), and the methods
    `past_requests(feed, sport_key, first, last)` (for those of them that tell a span at once),
    `secret_headers(mode)` (none), `feed_base_url(feed, mode)` (where a feed is on another host than
    the others: `base_url`) and `quota_reset(now)` (when an empty quota is filled again: the next
    midnight, UTC).
    """

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """What to ask about one sport now, in order; all current feeds, or `feed` alone.

        Feeds that are asked event by event ask about `asking.events`: nothing where there are none.
        """
        ...

    def base_url(self, mode: Mode | None = None) -> str:
        """Where the upstream is, to be followed by a request's path: the sandbox's address in
        sandbox mode. Without `mode` that of the settings."""
        ...

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """Query parameters with the key; they never leave the request. In sandbox mode the
        sandbox's key, never the user's. Raises `BadKeyError` where there is none."""
        ...

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the `SourceError` that fits an answer which is an error; else return."""
        ...

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """Credits `remaining`, `used`, `cost`, as far as the headers tell."""
        ...
