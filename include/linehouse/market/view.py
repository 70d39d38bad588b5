"""A view of the market: for each of many games what was knowable at its moment of decision.

One row is one price: game, bookmaker, market, period and side, with the line in force at the
moment when the game is decided. A view holds no results, no closes, and nothing that was observed
after that moment; what follows from its prices (no-vig probabilities, consensus, best price) is
computed from its own rows. Live and backtest views are made by the same code (see `load`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.devig import Method, no_vig
from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Market, Side
from linehouse.market.games import Places, Texts, ViewGames, coded
from linehouse.market.signals import Signals

Bools = NDArray[np.bool_]

POINTED = (Market.SPREADS, Market.TOTALS)
LARGEST_POINT = 1_000_000
"""In hundredths."""


@dataclass(frozen=True, eq=False)
class MarketView:
    """`n` prices of games, in the order of games, markets, periods, bookmakers and sides.

    Attributes:
        games: of which they are.
        game: place in `games` (n,).
        bookmaker, period, source: text (n,).
        market, side: values of `Market` and `Side` (n,).
        point: the side's own (n,); NaN for moneylines.
        decimal: price (n,); NaN where the line has none.
        assumed: the price is not the data's, it was assumed (n,).
        observed_at: when the source was last seen to offer it, at or before the decision (n,), UTC;
            NaT without times.
        quality: of the batch, 0 to 1 (n,).
        line_id, batch_id: text (n,), to trace it by.
        notes: rules that the row breaks, comma-separated (n,).
        opening_point, opening_decimal: of the book's first line, known by then (n,).
        tickets_pct, money_pct: shares on this side as told by then (n,), 0 to 100.
        allowed: bets may be placed at this book (n,); the other rows are there to compare.
        signals: what the market did until then.
    """

    games: ViewGames
    game: Places
    bookmaker: Texts
    market: NDArray[np.int8]
    period: Texts
    side: NDArray[np.int8]
    point: Floats
    decimal: Floats
    assumed: Bools
    observed_at: NDArray[np.datetime64]
    quality: Floats
    source: Texts
    line_id: Texts
    batch_id: Texts
    notes: Texts
    opening_point: Floats
    opening_decimal: Floats
    tickets_pct: Floats
    money_pct: Floats
    allowed: Bools
    signals: Signals

    def __post_init__(self) -> None:
        if {len(one) for one in self._columns().values()} - {len(self.game)}:
            raise ValueError("there must be one of everything a price")
        if (np.diff(self.game) < 0).any():
            raise ValueError("prices must be in the order of their games")
        late = self.observed_at > self.games.decision_at[self.game]
        if late.any():
            row = int(np.argmax(late))
            raise ValueError(
                f"row {row} was observed at {self.observed_at[row]}, after the decision at "
                f"{self.games.decision_at[self.game[row]]}"
            )

    def __len__(self) -> int:
        return len(self.game)

    def _columns(self) -> dict[str, NDArray[Any]]:
        return {
            name: value
            for name, value in vars(self).items()
            if isinstance(value, np.ndarray) and name in MarketView.__dataclass_fields__
        }

    @cached_property
    def age_seconds(self) -> Floats:
        """Age of the price at the decision (n,); NaN without times."""
        age = (self.games.decision_at[self.game] - self.observed_at) / np.timedelta64(1, "s")
        return np.asarray(age, dtype=np.float64)

    @cached_property
    def pair_point(self) -> Floats:
        """What both sides of one line share (n,): the home side's spread, the total, 0."""
        turned = (self.market == Market.SPREADS) & (self.side == Side.AWAY)
        return np.where(turned, -self.point, np.where(np.isnan(self.point), 0.0, self.point)) + 0.0

    @cached_property
    def _bookmakers(self) -> tuple[Places, list[str]]:
        return coded(self.bookmaker)

    @cached_property
    def _periods(self) -> tuple[Places, list[str]]:
        return coded(self.period)

    @property
    def bookmaker_code(self) -> Places:
        """Place of each row's bookmaker in `bookmaker_names` (n,)."""
        return self._bookmakers[0]

    @property
    def bookmaker_names(self) -> list[str]:
        """Bookmakers that are there."""
        return self._bookmakers[1]

    @property
    def period_code(self) -> Places:
        """Place of each row's period in `period_names` (n,)."""
        return self._periods[0]

    @property
    def period_names(self) -> list[str]:
        """Periods that are there."""
        return self._periods[1]

    @cached_property
    def market_key(self) -> Places:
        """Numbers of game, market and period (n,), equal where all three are."""
        return (self.game * 8 + self.market) * 64 + self._periods[0]

    @cached_property
    def pair_key(self) -> Places:
        """Numbers of game, market, period and point (n,): both sides of one line at any book.

        Points are told apart to a hundredth, up to 10,000.
        """
        points = np.clip(np.round(self.pair_point * 100), -LARGEST_POINT, LARGEST_POINT)
        return self.market_key * (2 * LARGEST_POINT + 1) + points.astype(np.int64)

    @cached_property
    def line_key(self) -> Places:
        """Numbers of game, market, period, point and side (n,): the same bet at any book."""
        keys = self.pair_key * len(Side) + self.side
        return np.unique(keys, return_inverse=True)[1].astype(np.int64)

    @cached_property
    def other(self) -> Places:
        """Row of the other side of the same line at the same book (n,); -1 where it has none."""
        line = self.pair_key * (len(self.bookmaker_names) + 1) + self.bookmaker_code
        order = np.argsort(line, kind="stable")
        same = line[order][1:] == line[order][:-1]
        found = np.full(len(self), -1, dtype=np.int64)
        first, second = order[:-1][same], order[1:][same]
        found[first], found[second] = second, first
        return found

    @cached_property
    def _devigged(self) -> tuple[Floats, Floats]:
        paired = self.other >= 0
        across = np.where(paired, self.decimal[self.other], np.nan)
        found = no_vig(np.column_stack([self.decimal, across]), Method.MULTIPLICATIVE)
        good = found.rejection == 0
        return found.probabilities[:, 0], np.where(good, found.overround, np.nan)

    @property
    def no_vig_prob(self) -> Floats:
        """Probability of the side without the book's margin (n,), multiplicative; NaN without the
        other side."""
        return self._devigged[0]

    @property
    def overround(self) -> Floats:
        """Sum of both sides' implied probabilities at the book (n,); NaN without the other side."""
        return self._devigged[1]

    @cached_property
    def hold(self) -> Floats:
        """Share of all stakes that the book keeps (n,)."""
        return 1 - 1 / self.overround

    def mean_prob(self, counts: Bools) -> tuple[Floats, Places]:
        """Mean no-vig probability of the same bet over the rows that count, and their number.

        Args:
            counts: which rows take part (n,).

        Returns:
            Both for every row (n,), whether it counts itself or not; NaN where none does.
        """
        usable = counts & np.isfinite(self.no_vig_prob)
        size = int(self.line_key.max()) + 1 if len(self) else 0
        number = np.bincount(self.line_key[usable], minlength=size)
        total = np.bincount(self.line_key[usable], self.no_vig_prob[usable], size)
        mean = total / np.where(number > 0, number, np.nan)
        return mean[self.line_key], number[self.line_key].astype(np.int64)

    @cached_property
    def consensus_prob(self) -> Floats:
        """Mean no-vig probability over all books that offer the same bet (n,)."""
        return self.mean_prob(np.ones(len(self), dtype=bool))[0]

    def sharp_prob(self, books: Sequence[str]) -> tuple[Floats, Places]:
        """Mean no-vig probability of these books for the same bet, and how many they are (n,)."""
        return self.mean_prob(self.at_books(books))

    def at_books(self, books: Sequence[str]) -> Bools:
        """Rows of these bookmakers (n,)."""
        return _named(self._bookmakers, books)

    def in_periods(self, periods: Sequence[str]) -> Bools:
        """Rows of these periods (n,)."""
        return _named(self._periods, periods)

    @cached_property
    def consensus_pair_point(self) -> Floats:
        """Median point of the books of game, market and period (n,), the lower of two."""
        first = np.isin(self.side, (Side.HOME, Side.OVER))
        rows = np.flatnonzero(first & np.isfinite(self.pair_point))
        rows = rows[np.lexsort((self.pair_point[rows], self.market_key[rows]))]
        keys, begin, count = np.unique(self.market_key[rows], return_index=True, return_counts=True)
        found = np.full(len(self), np.nan)
        if keys.size:
            middle = self.pair_point[rows][begin + (count - 1) // 2]
            place = np.minimum(np.searchsorted(keys, self.market_key), keys.size - 1)
            found = np.where(keys[place] == self.market_key, middle[place], np.nan)
        return found

    def best_rows(self, among: Bools) -> Places:
        """Rows with the best price of each bet (game, market, period, side, point) among some.

        Of equal prices the one seen last, then the first by name.
        """
        rows = np.flatnonzero(among & np.isfinite(self.decimal))
        seen = self.observed_at[rows].astype(np.int64)
        order = np.lexsort((rows, -seen, -self.decimal[rows], self.line_key[rows]))
        rows = rows[order]
        _, first = np.unique(self.line_key[rows], return_index=True)
        return np.sort(rows[first])


def _named(coded: tuple[Places, list[str]], wanted: Sequence[str]) -> Bools:
    codes, names = coded
    is_wanted = np.array([name in wanted for name in names], dtype=bool)
    return is_wanted[codes] if names else np.zeros(0, dtype=bool)
