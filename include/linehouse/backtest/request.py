"""What a backtest is asked: strategy, days, moment of decision, stakes, limits, seed."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

import numpy as np

from linehouse.backtest.limits import Limits
from linehouse.betting.staking import Sizing, Staking
from linehouse.market.decision import DEFAULT_HOURS, Decision
from linehouse.market.load import DEFAULT_AGE_MINUTES, ViewRequest
from linehouse.strategies import registry

DEFAULT_BANKROLL = 10_000.0
FLAT_SHARE = 0.01
"""A flat stake is this share of the first bankroll unless it is given."""
SIZES = {Sizing.KELLY: 0.25, Sizing.PERCENTAGE: 0.02}
ASSUMED_AMERICAN = -110.0
"""What spreads and totals are taken to pay where an archive has no price, as filed."""


class RequestError(ValueError):
    """A backtest that cannot be run as asked."""


@dataclass(frozen=True)
class BacktestRequest:
    """One backtest.

    Attributes:
        strategy: its name in the registry.
        start, end: first and last slate day (US Eastern).
        parameters: of the strategy; those left out keep their defaults.
        sport: sport key, or all.
        price: hours before the start at which every game is decided, or `open` or `close`.
        sizing: `flat`, `percentage` or `kelly`; None: quarter Kelly where the strategy states
            probabilities, flat where it states none.
        size: units for flat, share of the bankroll for percentage, fraction for Kelly; None: a
            hundredth of the first bankroll, 0.02, 0.25.
        minimum_stake, maximum_stake: bounds of a stake; None is no maximum.
        bankroll: at the beginning.
        limits: what vetoes a bet.
        books: where bets may be placed; None: wherever the strategy bets.
        maximum_price_age_minutes: oldest usable price.
        as_filed: take archives as they were filed: rows and games that broke a rule too, and -110
            for spreads and totals without a price.
        assumed_american: that price, where rows are not taken as filed.
        seed: of everything random.
        variants: how many variants were tried, this one among them.
    """

    strategy: str
    start: date
    end: date
    parameters: Mapping[str, Any] = field(default_factory=dict)
    sport: str | None = None
    price: str | float = DEFAULT_HOURS
    sizing: str | None = None
    size: float | None = None
    minimum_stake: float = 0.0
    maximum_stake: float | None = None
    bankroll: float = DEFAULT_BANKROLL
    limits: Limits = field(default_factory=Limits)
    books: tuple[str, ...] | None = None
    maximum_price_age_minutes: float = DEFAULT_AGE_MINUTES
    as_filed: bool = False
    assumed_american: float | None = None
    seed: int = 0
    variants: int = 1

    def __post_init__(self) -> None:
        keep = object.__setattr__
        if self.start > self.end:
            raise RequestError(f"from {self.start} to {self.end} are no days")
        if not (np.isfinite(self.bankroll) and self.bankroll > 0):
            raise RequestError(f"a bankroll of {self.bankroll}: it must be above 0")
        if self.variants < 1:
            raise RequestError(f"{self.variants} variants: at least this one was tried")
        keep(self, "price", Decision.of(self.price).price)
        keep(self, "parameters", registry.resolved(self.strategy, self.parameters))
        if self.books is not None:
            keep(self, "books", tuple(self.books))
        if self.as_filed and self.assumed_american is None:
            keep(self, "assumed_american", ASSUMED_AMERICAN)
        self._complete_stakes()

    def _complete_stakes(self) -> None:
        keep = object.__setattr__
        states = registry.get(self.strategy).STATES_PROBABILITY
        if self.sizing is None:
            keep(self, "sizing", (Sizing.KELLY if states else Sizing.FLAT).value)
        try:
            sizing = Sizing(self.sizing or "")
        except ValueError:
            known = ", ".join(Sizing)
            raise RequestError(f"sizing is {self.sizing!r}: there are {known}") from None
        if sizing is Sizing.KELLY and not states:
            raise RequestError(
                f"{self.strategy} states no probabilities, and Kelly stakes need them: "
                "choose flat or percentage"
            )
        if self.size is None:
            keep(self, "size", SIZES.get(sizing, FLAT_SHARE * self.bankroll))
        self.staking  # noqa: B018 (what is no stake is refused here)

    @property
    def staking(self) -> Staking:
        """The rule for stakes. Raises `InvalidOddsError` for what is none."""
        maximum = np.inf if self.maximum_stake is None else self.maximum_stake
        return Staking(
            Sizing(self.sizing or ""), float(self.size or 0), self.minimum_stake, float(maximum)
        )

    @property
    def betting_books(self) -> tuple[str, ...] | None:
        """Where bets are placed: books that are allowed and at which the strategy bets."""
        own = registry.get(self.strategy).books(self.parameters)
        if own is None or self.books is None:
            return self.books if own is None else own
        return tuple(book for book in own if book in self.books)

    @property
    def view(self) -> ViewRequest:
        """What the strategy is shown."""
        return ViewRequest(
            decision=Decision.of(self.price),
            start=self.start,
            end=self.end,
            sport_key=self.sport,
            books=self.betting_books,
            maximum_age_minutes=self.maximum_price_age_minutes,
            as_filed=self.as_filed,
            assumed_american=self.assumed_american,
            features="features" in registry.get(self.strategy).NEEDS,
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it; `from_dict` reads it."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **found,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "parameters": {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in self.parameters.items()
            },
            "limits": asdict(self.limits),
            "books": None if self.books is None else list(self.books),
        }

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> "BacktestRequest":
        """A request from JSON, a form or a command.

        Raises:
            RequestError, ParameterError, DecisionError, LimitError: what cannot be; which says why.
        """
        known = {item.name for item in fields(cls)}
        if unknown := sorted(set(content) - known):
            raise RequestError(f"a backtest has no {', '.join(unknown)}")
        given = dict(content)
        for name in ("start", "end"):
            if isinstance(given.get(name), str):
                given[name] = date.fromisoformat(given[name])
        if isinstance(given.get("limits"), Mapping):
            given["limits"] = Limits(**given["limits"])
        return cls(**given)
