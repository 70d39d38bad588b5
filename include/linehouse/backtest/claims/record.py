"""What the numbers of a claimed record say by themselves, before anybody looks at a game."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import expm1, floor, log1p

from scipy import stats

from linehouse.backtest.luck import chance_of_record, wilson
from linehouse.betting.odds import decimal_from_american

RULES_TRIED = (1, 10, 100, 1_000, 10_000)
MARKETS = ("spreads", "totals")
FEWEST_BETS = 20


class ClaimError(ValueError):
    """A claim that cannot be examined; the text says why."""


@dataclass(frozen=True)
class Claim:
    """Somebody's record.

    Attributes:
        win_pct: bets won, in per cent, as it was told.
        bets: of so many.
        market: `spreads` or `totals`: markets of which every bet has nearly the same price.
        price_american: of every bet, as told or assumed.
        yield_pct: profit over stakes in per cent, if that was told too.
    """

    win_pct: float
    bets: int
    market: str = "spreads"
    price_american: float = -110.0
    yield_pct: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.win_pct < 100:
            raise ClaimError(f"{self.win_pct} % of bets won: it must lie between 0 and 100")
        if self.bets < FEWEST_BETS:
            raise ClaimError(f"{self.bets} bets: fewer than {FEWEST_BETS} show nothing at all")
        if self.market not in MARKETS:
            raise ClaimError(
                f"market is {self.market!r}: a rate of wins says something of "
                f"{' and '.join(MARKETS)}, where every bet has nearly the same price"
            )
        if abs(self.price_american) < 100:
            raise ClaimError(f"{self.price_american:g} is no American price")

    @property
    def wins(self) -> int:
        """The whole number of wins that comes nearest."""
        return round(self.win_pct / 100 * self.bets)

    @property
    def decimal(self) -> float:
        """The price."""
        return float(decimal_from_american(self.price_american))

    @property
    def break_even(self) -> float:
        """Share of bets that must win at this price, 0 to 1."""
        return 1 / self.decimal

    @property
    def rate(self) -> float:
        """As claimed, 0 to 1."""
        return self.win_pct / 100


@dataclass(frozen=True)
class Tried:
    """The chance of such a record, for so many rules without any edge.

    Attributes:
        rules: how many were tried.
        independent: that the best of them does so well, if they had nothing in common.
        as_measured: the same, with as much in common as a family that was measured; None: none was.
    """

    rules: int
    independent: float
    as_measured: float | None = None


@dataclass(frozen=True)
class Record:
    """What a record says.

    Attributes:
        wins, bets: as taken.
        exact_low, exact_high: 95 % interval of the rate (Clopper, Pearson 1934), 0 to 1.
        wilson_low, wilson_high: the same by Wilson 1927.
        break_even: rate that neither wins nor loses at the price.
        implied_yield: what the claimed rate yields at the price; so many pushes lower it.
        yield_low, yield_high: the exact interval of the rate, at the price.
        chance_coin: of at least so many wins if every bet wins half the time.
        chance_break_even: the same if every bet wins at the break-even rate.
        fits: the claimed per cent is that of a whole number of wins of all bets, rounded.
        nearest_that_fits: most decided bets, up to the claimed ones, of which some whole number of
            wins is the claimed per cent.
        yield_fits: most decided bets of which some number of wins gives both figures; None: none,
            or no yield was claimed.
        yield_from_rate: the claimed yield is the claimed rate at the price, rounded alike.
    """

    wins: int
    bets: int
    exact_low: float
    exact_high: float
    wilson_low: float
    wilson_high: float
    break_even: float
    implied_yield: float
    yield_low: float
    yield_high: float
    chance_coin: float
    chance_break_even: float
    fits: bool
    nearest_that_fits: int | None
    yield_fits: int | None
    yield_from_rate: bool | None


def clopper_pearson(wins: int, bets: int, confidence: float = 0.95) -> tuple[float, float]:
    """The exact interval of a rate, 0 to 1: never narrower than it says.

    Raises:
        ValueError: no bets, or more wins than bets.
    """
    if not (bets > 0 and 0 <= wins <= bets):
        raise ValueError(f"{wins} of {bets}")
    tail = (1 - confidence) / 2
    low = float(stats.beta.ppf(tail, wins, bets - wins + 1)) if wins else 0.0
    high = float(stats.beta.ppf(1 - tail, wins + 1, bets - wins)) if wins < bets else 1.0
    return low, high


def record_of(claim: Claim) -> Record:
    """What the numbers of a claim say."""
    wins, bets = claim.wins, claim.bets
    low, high = clopper_pearson(wins, bets)
    wilson_low, wilson_high = wilson(wins, bets)
    implied = claim.rate * claim.decimal - 1
    told = claim.yield_pct
    return Record(
        wins=wins,
        bets=bets,
        exact_low=low,
        exact_high=high,
        wilson_low=wilson_low,
        wilson_high=wilson_high,
        break_even=claim.break_even,
        implied_yield=implied,
        yield_low=low * claim.decimal - 1,
        yield_high=high * claim.decimal - 1,
        chance_coin=chance_of_record(wins, bets, 0.5),
        chance_break_even=chance_of_record(wins, bets, claim.break_even),
        fits=_fits(claim, bets) is not None,
        nearest_that_fits=_most(claim, with_yield=False),
        yield_fits=None if told is None else _most(claim, with_yield=True),
        yield_from_rate=None if told is None else _rounds_to(100 * implied, told),
    )


def _most(claim: Claim, with_yield: bool) -> int | None:
    """Most decided bets that give the claimed figures."""
    for bets in range(claim.bets, 0, -1):
        rate = _fits(claim, bets)
        if rate is not None and (
            not with_yield or _rounds_to(100 * (rate * claim.decimal - 1), claim.yield_pct or 0.0)
        ):
            return bets
    return None


def _fits(claim: Claim, bets: int) -> float | None:
    """The rate of a whole number of wins that is told as the claimed per cent."""
    middle = floor(claim.rate * bets)
    for wins in (middle, middle + 1):
        if wins <= bets and _rounds_to(100 * wins / bets, claim.win_pct):
            return wins / bets
    return None


def _rounds_to(value: float, told: float) -> bool:
    """A figure is told so, with as many digits as it was told with."""
    digits = len(f"{told:.10f}".rstrip("0").partition(".")[2])
    return abs(value - told) <= 0.5 * 10**-digits + 1e-9


def chance_of_best(chance: float, rules: float) -> float:
    """Probability that at least one of so many independent rules does what one does with `chance`.

    Raises:
        ValueError: no probability, or less than one rule.
    """
    if not (0 <= chance <= 1 and rules >= 1):
        raise ValueError(f"a probability of {chance} for {rules} rules")
    return 1.0 if chance == 1 else float(-expm1(rules * log1p(-chance)))


def tried(
    record: Record, share_independent: float | None = None, rules: Sequence[int] = RULES_TRIED
) -> list[Tried]:
    """How the chance of the record grows with the number of rules that were tried.

    Args:
        record: of the claim; every rule is a coin.
        share_independent: independent rules that a rule of a measured family is worth, 0 to 1.
        rules: how many were tried.
    """
    return [
        Tried(
            number,
            chance_of_best(record.chance_coin, number),
            None
            if share_independent is None
            else chance_of_best(record.chance_coin, max(1.0, share_independent * number)),
        )
        for number in rules
    ]
