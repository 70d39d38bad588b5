"""What a backtest is asked: strategy, days, moment of decision, stakes, limits, seed."""

from collections.abc import Callable, Mapping
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
BEGINNING = date(1, 1, 1)
FLAT_SHARE = 0.01
"""A flat stake is this share of the first bankroll unless it is given."""
SIZES = {Sizing.KELLY: 0.25, Sizing.PERCENTAGE: 0.02}
CAPS = {Sizing.KELLY: 0.25}
"""Share of what there is that a day's stakes may take unless it is given; without one all of it.

Kelly's share of each bet alone is too much for several at once."""
ASSUMED_AMERICAN = -110.0
"""What spreads and totals are taken to pay where an archive has no price, as filed."""


class RequestError(ValueError):
    """A backtest that cannot be run as asked."""


ABOVE_0 = (False, lambda value: value > 0, "a number above 0")
NUMBERS: Mapping[str, tuple[bool, Callable[[float], bool], str]] = {
    "bankroll": ABOVE_0,
    "size": ABOVE_0,
    "minimum_stake": (False, lambda value: value >= 0, "a number of at least 0"),
    "maximum_stake": ABOVE_0,
    "cap": (False, lambda value: 0 < value <= 1, "a number above 0 and at most 1"),
    "maximum_price_age_minutes": ABOVE_0,
    "assumed_american": (False, lambda value: abs(value) >= 100, "a number from +100 or to -100"),
    "seed": (True, lambda value: value >= 0, "a whole number of at least 0"),
    "variants": (True, lambda value: value >= 1, "a whole number, and at least this one was tried"),
}
"""What is a number: whether whole, what fits, and that in words."""


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
        cap: largest share of what there is that a day's stakes may take: percentages and Kelly are
            scaled down to it, flat stakes beyond it are not placed; None: 0.25 for Kelly, else 1.
        bankroll: at the beginning.
        limits: what vetoes a bet.
        books: where bets may be placed; None: wherever the strategy bets.
        maximum_price_age_minutes: oldest usable price.
        as_filed: take archives as they were filed: rows and games that broke a rule too, and -110
            for spreads and totals without a price.
        assumed_american: that price, where rows are not taken as filed.
        seed: of everything random.
        variants: how many variants were tried, this one among them.
        learn_from: first slate day whose games teach a strategy that learns; None: as far back as
            the warehouse has them. Bets are placed from `start` on.
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
    cap: float | None = None
    bankroll: float = DEFAULT_BANKROLL
    limits: Limits = field(default_factory=Limits)
    books: tuple[str, ...] | None = None
    maximum_price_age_minutes: float = DEFAULT_AGE_MINUTES
    as_filed: bool = False
    assumed_american: float | None = None
    seed: int = 0
    variants: int = 1
    learn_from: date | None = None

    def __post_init__(self) -> None:
        keep = object.__setattr__
        if self.start > self.end:
            raise RequestError(f"from {self.start} to {self.end} are no days")
        for name, (whole, fits, what) in NUMBERS.items():
            told = getattr(self, name)
            if told is not None or getattr(type(self), name) is not None:
                keep(self, name, _number(name, told, whole, fits, what))
        keep(self, "price", Decision.of(self.price).price)
        keep(self, "parameters", _canonical(self.strategy, self.parameters))
        if self.learn_from is not None and not self.learns:
            raise RequestError(f"{self.strategy} learns nothing: learn_from has no meaning for it")
        if self.learn_from is not None and self.learn_from > self.start:
            raise RequestError(f"learn_from is {self.learn_from}: it must not be after the start")
        if self.books is not None:
            keep(self, "books", tuple(sorted(set(self.books))))
        if self.betting_books == ():
            own = ", ".join(registry.get(self.strategy).books(self.parameters) or ("any book",))
            raise RequestError(
                f"{self.strategy} bets at {own}, bets are allowed at"
                f" {', '.join(self.books or ()) or 'none'}: no book is left"
            )
        if self.as_filed and self.assumed_american is None:
            keep(self, "assumed_american", ASSUMED_AMERICAN)
        self._complete_stakes()

    def _complete_stakes(self) -> None:
        keep = object.__setattr__
        states = registry.states_probability(self.strategy, self.parameters)
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
        if self.cap is None:
            keep(self, "cap", CAPS.get(sizing, 1.0))
        self.staking  # noqa: B018 (what is no stake is refused here)

    @property
    def staking(self) -> Staking:
        """The rule for stakes. Raises `InvalidOddsError` for what is none."""
        maximum = np.inf if self.maximum_stake is None else self.maximum_stake
        size, cap = float(self.size or 0), float(self.cap or 0)
        return Staking(Sizing(self.sizing or ""), size, self.minimum_stake, float(maximum), cap)

    @property
    def learns(self) -> bool:
        """The strategy, or a member of it, learns from past results."""
        names = self.parameters.get("members", (self.strategy,))
        return any("history" in registry.get(name).NEEDS for name in names)

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
            start=(self.learn_from or BEGINNING) if self.learns else self.start,
            end=self.end,
            bets_from=self.start,
            sport_key=self.sport,
            books=self.betting_books,
            maximum_age_minutes=self.maximum_price_age_minutes,
            as_filed=self.as_filed,
            assumed_american=self.assumed_american,
            features="features" in registry.get(self.strategy).NEEDS,
            markets=_named(self.parameters, "market"),
            periods=_named(self.parameters, "period"),
        )

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it; `from_dict` reads it."""
        found = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **found,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "learn_from": None if self.learn_from is None else self.learn_from.isoformat(),
            "parameters": _plain(self.parameters),
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
        for name in ("start", "end", "learn_from"):
            if isinstance(given.get(name), str):
                given[name] = date.fromisoformat(given[name])
        if isinstance(given.get("limits"), Mapping):
            given["limits"] = Limits(**given["limits"])
        return cls(**given)


def _number(
    name: str, value: Any, whole: bool, fits: Callable[[float], bool], what: str
) -> float | int:
    """The number in one form, whoever writes it."""
    try:
        found = float(value)
    except (TypeError, ValueError):
        found = np.nan
    if isinstance(value, bool) or not np.isfinite(found) or (whole and found != int(found)):
        found = np.nan
    if not fits(found):
        raise RequestError(f"{name} is {value!r}: it must be {what}")
    return int(found) if whole else found


def _canonical(strategy: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters in one form: texts in one order and none twice, and of members all that they
    are given, their defaults too.

    Raises:
        KeyError: no such strategy.
        ParameterError: what it cannot take.
    """
    found = registry.resolved(strategy, given)
    for one in registry.get(strategy).PARAMETERS:
        if one.kind == "texts":
            found[one.name] = tuple(sorted(set(found[one.name])))
    if "members" in found:
        of_members = found["member_parameters"]
        found["member_parameters"] = {
            name: _canonical(name, of_members.get(name, {})) for name in found["members"]
        }
    return found


def _named(parameters: Mapping[str, Any], what: str) -> tuple[str, ...] | None:
    """Markets or periods that are bet, in order; None where the parameters name none."""
    if "members" in parameters:
        given = parameters["member_parameters"]
        of_members = [
            _named(registry.resolved(name, given.get(name, {})), what)
            for name in parameters["members"]
        ]
        found = [name for one in of_members if one is not None for name in one]
        return None if None in of_members else tuple(sorted(set(found)))
    if what in parameters:
        return (parameters[what],)
    return tuple(parameters[f"{what}s"]) if f"{what}s" in parameters else None


def _plain(value: Any) -> Any:
    """As JSON has it."""
    if isinstance(value, Mapping):
        return {name: _plain(one) for name, one in value.items()}
    return list(value) if isinstance(value, tuple) else value
