"""The engine: proposals become bets, bets are staked day by day and settled by the books' rules.

All of it is arrays over the bets of all days; only the bankroll is followed from day to day. The
strategy has spoken before anything here looks at a result.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linehouse.backtest.bankroll import Path, Wagers, follow
from linehouse.backtest.limits import Limits
from linehouse.backtest.metrics import Metrics, SettledBets, measure
from linehouse.backtest.outcomes import Closes, Outcomes
from linehouse.backtest.verdicts import Verdict
from linehouse.betting.closing import ClosingLineValue, closing_line_value
from linehouse.betting.games import Status
from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Bets, Settlement, settle
from linehouse.betting.settlement_rules import Rules
from linehouse.betting.staking import Staking
from linehouse.market.games import Places
from linehouse.market.view import MarketView
from linehouse.strategies.base import Proposals


class PastResults:
    """The results of a view's games, told day by day (see `strategies.base.History`)."""

    def __init__(self, outcomes: Outcomes) -> None:
        games = outcomes.games
        self._outcomes = outcomes
        self._known = np.flatnonzero(
            (games.status == Status.FINAL) & np.isfinite(games.home_score + games.away_score)
        )

    def before(self, day: np.datetime64) -> tuple[Places, Floats, Floats]:
        """Games whose results were known before an Eastern day, with the points of both sides."""
        games = self._outcomes.games
        places = self._known[self._outcomes.settled_on[self._known] < day]
        return places, games.home_score[places], games.away_score[places]


@dataclass(frozen=True)
class Simulation:
    """What became of `k` proposals on a view, in the order in which they were decided.

    Attributes:
        view: what the strategy was shown.
        chosen: its proposals (k,).
        settlement: what each would be worth (k,).
        wagers: what was known to stake them (k,).
        path: what was staked (k,).
        bankroll: before the first day.
    """

    view: MarketView
    chosen: Proposals
    settlement: Settlement
    wagers: Wagers
    path: Path
    bankroll: float

    @cached_property
    def placed(self) -> Places:
        """Places of the proposals that became bets (b,)."""
        return np.flatnonzero(self.path.verdict == Verdict.PLACED)

    @cached_property
    def settled(self) -> Places:
        """Places of the bets whose result is known (s,), in the order of their settlement."""
        known = self.placed[self.settlement.settled[self.placed]]
        return known[np.argsort(self.wagers.settled_on[known], kind="stable")]

    @cached_property
    def bets(self) -> SettledBets:
        """The settled bets (s,)."""
        at = self.settled
        return SettledBets(
            self.wagers.settled_on[at],
            self.path.stake[at],
            self.wagers.decimal[at],
            self.settlement.result[at],
            self.path.stake[at] * self.settlement.profit[at],
        )

    @cached_property
    def metrics(self) -> Metrics:
        """All figures of the settled bets."""
        return measure(self.bets, self.bankroll)

    @cached_property
    def bankroll_after(self) -> Floats:
        """The bankroll once each bet was settled (k,), open stakes counted in full; NaN where it
        was not."""
        after = np.full(len(self.chosen), np.nan)
        after[self.settled] = self.bankroll + np.cumsum(self.bets.profit)
        return after

    def verdicts(self) -> dict[str, int]:
        """How many proposals did not become bets, by reason."""
        number = np.bincount(self.path.verdict, minlength=len(Verdict))
        return {
            one.name.lower(): int(number[one])
            for one in Verdict
            if one is not Verdict.PLACED and number[one]
        }


def simulate(
    view: MarketView,
    chosen: Proposals,
    outcomes: Outcomes,
    rules: Rules,
    staking: Staking,
    bankroll: float,
    limits: Limits | None = None,
) -> Simulation:
    """Stake and settle what a strategy proposed on a view.

    Args:
        view: what it was shown.
        chosen: its proposals, in any order.
        outcomes: results of the view's games.
        rules: of settlement.
        staking: what stakes follow from.
        bankroll: before the first day.
        limits: what vetoes bets; none if left out.

    Raises:
        ValueError: a proposal on a row that is not there, or at a book that is not allowed.
    """
    if len(outcomes.settled_on) != len(view.games):
        raise ValueError("outcomes must be those of the view's games")
    if len(chosen) and not (chosen.rows.min() >= 0 and chosen.rows.max() < len(view)):
        raise ValueError("a proposal on a row that the view does not have")
    if not view.allowed[chosen.rows].all():
        raise ValueError("a proposal at a book where no bets are allowed")
    chosen = chosen.chosen(_in_order(view, chosen))
    rows = chosen.rows
    game = view.game[rows]
    settlement = settle(
        Bets(
            game=game,
            bookmaker=pd.Categorical.from_codes(
                view.bookmaker_code[rows], pd.Index(view.bookmaker_names)
            ),
            market=view.market[rows],
            period=pd.Categorical.from_codes(view.period_code[rows], pd.Index(view.period_names)),
            side=view.side[rows],
            point=view.point[rows],
            decimal=view.decimal[rows],
            listed_at=_listed_at(view)[game],
            listed_on=view.games.listed_on[game],
        ),
        outcomes.games,
        rules,
    )
    wagers = Wagers(
        day=view.games.decision_day[game],
        settled_on=outcomes.settled_on[game],
        decimal=view.decimal[rows],
        probability=chosen.probability,
        worth=settlement.profit,
        game=game,
        book=view.bookmaker_code[rows],
        share=chosen.share,
        bundle=chosen.bundle,
    )
    path = follow(wagers, staking, limits or Limits(), bankroll)
    return Simulation(view, chosen, settlement, wagers, path, bankroll)


def _in_order(view: MarketView, chosen: Proposals) -> Places:
    """The view's order: by day of decision, moment, game, market, book; whatever the strategy's."""
    return np.argsort(chosen.rows, kind="stable")


def _listed_at(view: MarketView) -> NDArray[np.datetime64]:
    return view.games.commence_at.astype("datetime64[s]")


def closing_value(simulation: Simulation, closes: Closes) -> ClosingLineValue:
    """Closing line value of the bets that were placed (b,), at their own books.

    An assumed price is no price: only points are compared then.
    """
    view, rows = simulation.view, simulation.chosen.rows[simulation.placed]
    assumed = view.assumed[rows]
    return closing_line_value(
        view.market[rows],
        view.side[rows],
        view.point[rows],
        view.decimal[rows],
        closes.point[rows],
        np.where(assumed, np.nan, closes.decimal[rows]),
        closes.other_decimal[rows],
        closes.exists[rows],
        None if closes.rejected is None else closes.rejected[rows],
    )
