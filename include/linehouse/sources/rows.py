"""The verbatim rows that a payload holds, and what it speaks about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

GAME_STATES = ("scheduled", "live", "final", "postponed", "suspended", "cancelled")


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
