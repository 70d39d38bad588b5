"""From a simulation to its result: intervals, luck, breakdowns, closing value, notes."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from linehouse.backtest import bet_table
from linehouse.backtest.calibration import calibration
from linehouse.backtest.engine import Simulation
from linehouse.backtest.luck import bootstrap_by_day, deflated_sharpe
from linehouse.backtest.metrics import equity_by_day, summary_by_group
from linehouse.backtest.outcomes import Outcomes
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.returns import returns_of
from linehouse.betting.closing import ClosingLineValue, Coverage
from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Reason, Result
from linehouse.market.decision import Decision
from linehouse.market.view import MarketView

GAINED = (Result.WON, Result.HALF_WON)
DECIDED = (*GAINED, Result.LOST, Result.HALF_LOST)


def breakdowns(simulation: Simulation, decision: Decision) -> dict[str, dict[str, dict[str, Any]]]:
    """Figures of the settled bets by market, book, season, month, tier, price range and side."""
    view, bets = simulation.view, simulation.bets
    rows = simulation.chosen.rows[simulation.settled]
    game = view.game[rows]
    seasons, season_names = view.games.seasons
    months, month_names = view.games.months
    groups: dict[str, tuple[Any, Any]] = {
        "market": (view.market[rows], bet_table.MARKETS),
        "bookmaker": (view.bookmaker_code[rows], view.bookmaker_names),
        "season": (seasons[game], season_names),
        "month": (months[game], month_names),
        "tier": (bet_table.tier(view)[game], bet_table.tier_names(decision)),
        "price_range": (bet_table.price_range(view.decimal[rows]), bet_table.PRICE_RANGES),
        "side": (view.side[rows], bet_table.SIDES),
    }
    return {
        name: summary_by_group(bets, codes, list(names)) for name, (codes, names) in groups.items()
    }


def intervals(
    simulation: Simulation, clv: ClosingLineValue, seed: int
) -> dict[str, dict[str, float]]:
    """Where yield, win rate and closing value lie with 95 % confidence, by drawing days."""
    bets = simulation.bets
    decided = np.isin(bets.result, DECIDED).astype(np.float64)
    won = np.isin(bets.result, GAINED).astype(np.float64)
    found: dict[str, tuple[Any, Floats, Floats]] = {
        "yield": (bets.day, bets.profit, bets.stake),
        "win_rate": (bets.day, won, decided),
    }
    placed_on = simulation.wagers.day[simulation.placed]
    settled = simulation.settlement.settled[simulation.placed]
    for name in ("price_ev_pct", "no_vig_ev_pct"):
        values = getattr(clv, name)
        known = settled & np.isfinite(values)
        found[f"clv_{name}"] = (placed_on[known], values[known], np.ones(int(known.sum())))
    return {
        name: asdict(bootstrap_by_day(day, part, whole, seed))
        for name, (day, part, whole) in found.items()
        if whole.sum() > 0
    }


def luck(
    simulation: Simulation, found: dict[str, dict[str, float]], variants: int
) -> dict[str, Any]:
    """How likely nothing but luck would do at least as well, as the best of so many tries."""
    _, equity = equity_by_day(simulation.bets, simulation.bankroll)
    better = deflated_sharpe(returns_of(equity), variants)
    return {
        "variants": variants,
        "chance": found["yield"]["not_above_zero"] if "yield" in found else None,
        "deflated_sharpe": better,
        "luck": None if better is None else 1 - better,
    }


def closing_figures(simulation: Simulation, clv: ClosingLineValue) -> dict[str, Any]:
    """What the settled bets were worth at the close, and of how many that can be told.

    A bet at an assumed price is told where points are: its own price was nobody's.
    """
    settled = simulation.settlement.settled[simulation.placed]
    assumed = simulation.view.assumed[simulation.chosen.rows[simulation.placed]]
    told = np.isin(clv.coverage, (Coverage.PRICE, Coverage.POINTS))
    told |= assumed & np.isfinite(clv.points)
    closed = settled & (clv.coverage != Coverage.NO_CLOSE)
    priced = clv.price_ev_pct[settled & np.isfinite(clv.price_ev_pct)]
    means: dict[str, float | None] = {}
    for name in ("implied_points", "price_ev_pct", "no_vig_ev_pct", "points"):
        known = getattr(clv, name)[settled]
        known = known[np.isfinite(known)]
        means[f"mean_{name}"] = float(known.mean()) if known.size else None
    return {
        "bets": {
            one.name.lower(): int((settled & (clv.coverage == one)).sum())
            for one in Coverage
        },
        "computed_share": float(told[closed].mean()) if closed.any() else None,
        "beat_close_share": float((priced > 0).mean()) if priced.size else None,
        **means,
    }  # fmt: skip


def calibrated(simulation: Simulation) -> dict[str, Any] | None:
    """How the stated probabilities of settled bets compare with what happened."""
    stated = simulation.chosen.probability[simulation.settled]
    known = np.isfinite(stated)
    if not known.any():
        return None
    found = calibration(stated[known], simulation.bets.result[known])
    if found is None:
        return None
    return {**asdict(found), "bins": [asdict(one) for one in found.bins]}


def equity(simulation: Simulation) -> list[dict[str, Any]]:
    """The bankroll before the first bet and after each day of settlement."""
    days, path = equity_by_day(simulation.bets, simulation.bankroll)
    dates = [None, *np.datetime_as_string(days).tolist()]
    return [
        {"date_et": day, "bankroll": value}
        for day, value in zip(dates, path.tolist(), strict=True)
    ]  # fmt: skip


def open_bets(simulation: Simulation, outcomes: Outcomes) -> dict[str, int]:
    """Bets without a result, by reason; those on flagged games by that."""
    at = simulation.placed[~simulation.settlement.settled[simulation.placed]]
    flagged = outcomes.flagged[simulation.wagers.game[at]]
    reasons = [
        f"game flagged: {flags}" if flags else Reason(reason).name.lower()
        for flags, reason in zip(flagged, simulation.settlement.reason[at].tolist(), strict=True)
    ]
    return {reason: reasons.count(reason) for reason in sorted(set(reasons))}


NOTES = {
    "prices_too_old": "{} prices were older at the decision than is allowed, and were not shown",
    "lines_without_price": "{} lines had no price, and were not shown",
    "openings_judged_by_close": "openings left out because of the close, not yet known then: {}",
    "games_not_decided": "{} games could not be decided: no start was told, or it had started",
}


def missing(view: MarketView, request: BacktestRequest) -> list[str]:
    """Which books and periods that are asked for have no price in the view, where none of them
    has; and those that have."""
    if not len(view):
        return ["there is no price at all"]
    asked = {"books": request.books or (), **_named("", request.parameters)}
    found = []
    for name, wanted in asked.items():
        there = view.period_names if "period" in name else view.bookmaker_names
        if wanted and not set(wanted) & {*there, "best"}:
            found.append(
                f"{name} is {', '.join(wanted)}: there is no such price on these days; there are"
                f" {', '.join(sorted(there))}"
            )
    return found


def _named(member: str, parameters: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """Parameters that name books and periods, of members too."""
    found: dict[str, tuple[str, ...]] = {}
    for name, value in parameters.items():
        if name == "member_parameters":
            for one, its in value.items():
                found |= _named(f"{one}: ", its)
        elif "bookmaker" in name or "period" in name:
            found[member + name] = (value,) if isinstance(value, str) else tuple(value)
    return found


def notes(
    simulation: Simulation, left_out: dict[str, int], without_result: dict[str, int], as_filed: bool
) -> list[str]:
    """What one should know of the data, in words."""
    rows = simulation.chosen.rows[simulation.placed]
    found = [NOTES[why].format(number) for why, number in left_out.items()]
    if as_filed:
        found.append("rows and games are taken as filed, also those that broke a rule")
    if assumed := int(simulation.view.assumed[rows].sum()):
        found.append(f"{assumed} bets are at a price that was assumed: their data has none")
    if flagged := int((simulation.view.notes[rows] != "").sum()):
        found.append(f"{flagged} bets are at lines that a rule has remarks on")
    untimed = int(np.isnat(simulation.view.observed_at[rows]).sum())
    if untimed:
        found.append(f"{untimed} bets are at prices of unknown time: their order is by label")
    found += [
        f"bets that stay open ({why}): {number}, counted neither as won nor as lost"
        for why, number in without_result.items()
    ]
    return found
