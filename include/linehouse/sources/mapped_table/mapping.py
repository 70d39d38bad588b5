"""What a mapping file says about a table: which columns tell what, in which units and time zones.

A mapping is YAML. Wherever a column can tell something, a plain text names the column,
`{column: X, values: {H: home}}` also translates its cells, and `{constant: X}` holds for all rows.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from linehouse.sources.mapped_table.told import Day, Part, Told, When, one_or_more
from linehouse.sources.rows import GAME_STATES

PERIOD_SUFFIXES = {"full": "", "h1": "_h1", "h2": "_h2", "f5": "_1st_5_innings"}
"""What a market's name ends in, by period, as the seed of markets has them for any source."""
MARKETS = tuple(
    market + suffix
    for market in ("h2h", "spreads", "totals")
    for suffix in PERIOD_SUFFIXES.values()
)


SIDES = ("home", "away", "team", "opponent")


class Venue(Part):
    """Which of team and opponent is at home, by the cells of a column."""

    column: str
    home: tuple[str, ...]
    """Cells that say that the team is at home."""
    away: tuple[str, ...]
    neutral: tuple[str, ...] = ()
    neutral_home: Literal["team", "opponent"] | None = None
    """Which of both is filed as home on neutral ground; rows there are not read without it."""

    _cells = field_validator("home", "away", "neutral", mode="before")(one_or_more)


class Event(Part):
    """Which game a row is about."""

    id: tuple[str, ...] = ()
    """Columns that name the game together; without them day, teams and number do."""
    home: Told | None = None
    away: Told | None = None
    team: Told | None = None
    opponent: Told | None = None
    venue: Venue | None = None
    start: When | None = None
    date: Day | None = None
    game_number: str | None = None
    """Official number within a doubleheader."""
    neutral_site: Told | None = None
    """Must come to `true` or `false`."""
    status: Told | None = None
    """Must come to one of the states of games."""
    home_score: str | None = None
    away_score: str | None = None
    team_score: str | None = None
    opponent_score: str | None = None
    home_periods: tuple[str, ...] = ()
    away_periods: tuple[str, ...] = ()
    team_periods: tuple[str, ...] = ()
    opponent_periods: tuple[str, ...] = ()

    _columns = field_validator(
        "id", "home_periods", "away_periods", "team_periods", "opponent_periods", mode="before"
    )(one_or_more)

    @property
    def by_team(self) -> bool:
        """Whether a row is of one team, and another column says which side that is."""
        return self.team is not None

    @model_validator(mode="after")
    def _sides(self) -> "Event":
        pair = (self.home, self.away)
        own = (self.team, self.opponent, self.venue)
        if all(pair) == all(own) or (any(pair) and any(own)):
            raise ValueError("say home and away, or team, opponent and venue")
        wrong = (
            ("home_score", "away_score", "home_periods", "away_periods")
            if self.by_team
            else ("team_score", "opponent_score", "team_periods", "opponent_periods")
        )
        for name in wrong:
            if getattr(self, name):
                raise ValueError(f"{name} does not go with the way the teams are told")
        if self.start is None and self.date is None:
            raise ValueError("say start or date: without either a game cannot be told")
        for told, allowed in ((self.status, GAME_STATES), (self.neutral_site, ("true", "false"))):
            if told is not None and (odd := set(told.possible()) - set(allowed)):
                raise ValueError(f"{', '.join(sorted(odd))} is none of {', '.join(allowed)}")
        return self


class WideLine(Part):
    """A line that has columns of its own."""

    market: Literal["h2h", "spreads", "totals"]
    period: Literal["full", "h1", "h2", "f5"] = "full"
    side: Literal["home", "away", "team", "opponent", "over", "under"]
    price: str | None = None
    point: str | None = None
    negated: bool = False
    """The column holds the other side's point: its sign is turned."""
    label: Literal["open", "close"] | None = None
    bookmaker: Told | None = None
    """Where it is not that of all lines."""

    @model_validator(mode="after")
    def _holds_something(self) -> "WideLine":
        if self.price is None and self.point is None:
            raise ValueError("say the column of its price, of its point, or both")
        if (self.market == "totals") != (self.side in ("over", "under")):
            raise ValueError("a total has the sides over and under, and nothing else has")
        if self.market == "h2h" and self.point is not None:
            raise ValueError("h2h has no point")
        return self

    @property
    def source_market(self) -> str:
        """Its name in the seed of markets."""
        return self.market + PERIOD_SUFFIXES[self.period]


class WideLines(Part):
    """Lines side by side in a row."""

    layout: Literal["wide"]
    prices: Literal["american", "decimal", "fractional"] = "american"
    bookmaker: Told
    last_update: str | None = None
    columns: tuple[WideLine, ...] = Field(min_length=1)


class LongLines(Part):
    """One line a row."""

    layout: Literal["long"]
    prices: Literal["american", "decimal", "fractional"] = "american"
    bookmaker: Told
    market: Told
    outcome: Told
    """A side, or a team as the row names it."""
    price: str
    point: str | None = None
    label: Told | None = None
    last_update: str | None = None

    @model_validator(mode="after")
    def _known_names(self) -> "LongLines":
        if odd := set(self.market.possible()) - set(MARKETS):
            raise ValueError(f"market {', '.join(sorted(odd))} is none of {', '.join(MARKETS)}")
        if self.label and (odd := set(self.label.possible()) - {"open", "close", ""}):
            raise ValueError(f"label {', '.join(sorted(odd))} is neither open nor close")
        return self


class WideSplit(Part):
    """The public's shares of one side."""

    market: Literal["h2h", "spreads", "totals"]
    side: Literal["home", "away", "team", "opponent", "over", "under"]
    tickets_pct: str | None = None
    money_pct: str | None = None

    @model_validator(mode="after")
    def _holds_something(self) -> "WideSplit":
        if self.tickets_pct is None and self.money_pct is None:
            raise ValueError("say the column of tickets_pct, of money_pct, or both")
        return self


class Reading(Part):
    """How the file itself is read, where that is not seen from it."""

    delimiter: str | None = Field(None, min_length=1, max_length=1)
    encoding: str = "utf-8"
    heading_row: int = Field(1, ge=1)
    """Of CSV and workbooks, counted from 1."""
    sheet: str | None = None
    """Of workbooks; the first without it."""
    records: str | None = None
    """Where the rows are in a JSON document, as `data.games`."""

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, value: str) -> str:
        try:
            "".encode(value)
        except LookupError:
            raise ValueError(f"{value!r} is no encoding; write one such as utf-8") from None
        return value


class TableMapping(Part):
    """A whole mapping file."""

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)
    """The name that the rows bear; a name of its own for each archive."""
    sport: Told
    season: Told | None = None
    event: Event
    observed_at: When | None = None
    lines: Annotated[WideLines | LongLines, Field(discriminator="layout")] | None = None
    splits: tuple[WideSplit, ...] = ()
    ignored: tuple[str, ...] = ()
    """Columns that are known and tell nothing wanted: no news when they are there."""
    table: Reading = Reading()

    @model_validator(mode="after")
    def _sides_fit_the_teams(self) -> "TableMapping":
        wide = self.lines.columns if isinstance(self.lines, WideLines) else ()
        sides = {one.side for one in wide} | {one.side for one in self.splits}
        wrong = {"home", "away"} if self.event.by_team else {"team", "opponent"}
        if sides & wrong:
            raise ValueError(
                f"side {', '.join(sorted(sides & wrong))} does not go with the way the teams are "
                f"told; write {' or '.join(side for side in SIDES if side not in wrong)}"
            )
        return self

    def canonical(self) -> str:
        """The mapping as JSON, the same whatever the file's layout and comments."""
        return json.dumps(self.model_dump(mode="json", exclude_defaults=True), sort_keys=True)

    def digest(self) -> str:
        """A hash of what the mapping says."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def columns(self) -> set[str]:
        """Every column that it names, but for those that are ignored."""
        return set(_columns_of(self))


_COLUMN_FIELDS = frozenset(
    {"column", "id", "game_number", "price", "point", "last_update", "tickets_pct", "money_pct"}
    | {f"{side}_{what}" for side in SIDES for what in ("score", "periods")}
)


def _columns_of(part: BaseModel) -> Iterator[str]:
    for name, value in part:
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, BaseModel):
                yield from _columns_of(one)
            elif isinstance(one, str) and name in _COLUMN_FIELDS:
                yield one
