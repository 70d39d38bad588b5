"""What a source declares: the requests that it wants sent, and how an answer is read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from linehouse.settings import Mode
from linehouse.sources.rows import Parsed


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
