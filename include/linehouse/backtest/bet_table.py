"""Every bet of a backtest as a row, for JSON, CSV and tables."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.engine import Simulation
from linehouse.backtest.outcomes import Closes, Outcomes
from linehouse.betting.closing import ClosingLineValue, Coverage
from linehouse.betting.odds import Floats, american_from_decimal
from linehouse.betting.settlement import Market, Reason, Result, Side
from linehouse.market.decision import Decision
from linehouse.market.view import MarketView

COLUMNS: dict[str, str] = {
    "game_id": "The real game.",
    "sport_key": "Sport key of The Odds API.",
    "season": "Season as the league writes it.",
    "game_date_et": "Slate day, US Eastern.",
    "home_team": "As of that season.",
    "away_team": "As of that season.",
    "commence_at": "Start (UTC) as told at the decision; null without times.",
    "decision_at": "When the bet was decided (UTC); null without times.",
    "decision_date_et": "Eastern day of the decision.",
    "settled_date_et": "Slate day of the settlement; null while the bet is open.",
    "month": "Month of the decision, `2017-01`.",
    "tier": "Time left at the decision: `opening` (72 h and more), `early`, `sharp`, `pregame`,"
    " `closing` (under 3 h); of prices without times their label.",
    "bookmaker": "Where it was placed.",
    "market": "`h2h`, `spreads` or `totals`.",
    "period": "`full`, `h1`, `h2`, `q1` to `q4` or `f5`.",
    "side": "`home`, `away`, `over` or `under`.",
    "point": "The side's own points; null for moneylines.",
    "price_american": "American price, rounded to a whole number.",
    "price_decimal": "Decimal price.",
    "price_range": "Range of the decimal price.",
    "price_observed_at": "When the price was last seen, at or before the decision (UTC).",
    "price_age_seconds": "From then to the decision.",
    "probability": "Of winning, as the strategy states it; null where it states none.",
    "ev_pct": "Expected value that follows, in per cent of the stake, unless it is a push.",
    "confidence": "The strategy's, 0 to 1.",
    "stake": "In the currency of the bankroll.",
    "bankroll_before": "What the day's stakes were taken from: without open bets' stakes.",
    "bankroll_after": "Bankroll once it was settled, open bets' stakes counted; null while open.",
    "result": "`won`, `half_won`, `push`, `half_lost`, `lost`, `void` or `open`.",
    "result_reason": "Why it is void or open; null otherwise.",
    "profit": "In the currency of the bankroll; null while open.",
    "closing_point": "Of the same side at the same book; null where unknown.",
    "closing_decimal": "Of the same side at the same book; null where unknown.",
    "clv_coverage": "`price`, `points`, `no_close`, `no_closing_price` or `rejected_close`.",
    "clv_implied_points": "Closing value in percentage points of implied probability.",
    "clv_price_ev_pct": "Closing value in per cent of the stake, margin left in.",
    "clv_no_vig_ev_pct": "Closing value in per cent of the stake, against the no-vig close.",
    "clv_points": "Points better than the closing number; null for moneylines.",
    "rationale": "Why, in words.",
    "quality_notes": "What is doubtful about its data.",
    "line_id": "The line, in curated.betting_lines_enhanced.",
    "batch_id": "The batch that the price rests on.",
}

PRICE_BOUNDS = (1.5, 1.8, 2.0, 2.5, 4.0)
PRICE_RANGES = ("below 1.50", "1.50 to 1.80", "1.80 to 2.00", "2.00 to 2.50", "2.50 to 4.00",
                "4.00 and more")  # fmt: skip
TIER_HOURS = (3.0, 12.0, 24.0, 72.0)
TIERS = ("closing", "pregame", "sharp", "early", "opening")
MARKETS = tuple(one.name.lower() for one in Market)
SIDES = tuple(one.name.lower() for one in Side)
RESULTS = tuple(one.name.lower() for one in Result)


def price_range(decimal: Floats) -> NDArray[np.int64]:
    """Places of prices in `PRICE_RANGES` (n,)."""
    return np.searchsorted(PRICE_BOUNDS, decimal, side="right").astype(np.int64)


def tier(view: MarketView) -> NDArray[np.int64]:
    """Places in `TIERS` of games (g,); one behind the last for games without times."""
    left = (view.games.commence_at - view.games.decision_at) / np.timedelta64(1, "h")
    found = np.searchsorted(TIER_HOURS, left, side="right").astype(np.int64)
    return np.where(np.isnan(left.astype(np.float64)), len(TIERS), found)


def tier_names(decision: Decision) -> tuple[str, ...]:
    """Names of tiers; the last is the label of prices without times."""
    return (*TIERS, decision.label or "unknown")


def bet_rows(
    simulation: Simulation,
    outcomes: Outcomes,
    closes: Closes,
    clv: ClosingLineValue,
    rationale: list[str],
    decision: Decision,
) -> list[dict[str, Any]]:
    """One row a bet that was placed, columns as `COLUMNS`, in the order of decisions.

    Args:
        simulation: whose bets they are.
        outcomes: with the flags of games.
        closes: of the view's prices.
        clv: closing line value of the placed bets (b,).
        rationale: of the placed bets (b,).
        decision: when games were decided.
    """
    view, games, at = simulation.view, simulation.view.games, simulation.placed
    rows = simulation.chosen.rows[at]
    game = view.game[rows]
    decimal, stake = view.decimal[rows], simulation.path.stake[at]
    probability = simulation.chosen.probability[at]
    result = simulation.settlement.result[at]
    reason = simulation.settlement.reason[at]
    settled = result != Result.OPEN
    days = games.decision_day[game]
    settled_on = simulation.wagers.settled_on[at]
    columns = {
        "game_id": games.game_id[game].tolist(),
        "sport_key": games.sport_key[game].tolist(),
        "season": games.season[game].tolist(),
        "game_date_et": _texts(games.game_date[game]),
        "home_team": games.home_team[game].tolist(),
        "away_team": games.away_team[game].tolist(),
        "commence_at": _moments(games.commence_at[game]),
        "decision_at": _moments(games.decision_at[game]),
        "decision_date_et": _texts(days),
        "settled_date_et": _known(_texts(settled_on), settled),
        "month": _texts(days.astype("datetime64[M]")),
        "tier": _named(tier(view)[game], tier_names(decision)),
        "bookmaker": view.bookmaker[rows].tolist(),
        "market": _named(view.market[rows], MARKETS),
        "period": view.period[rows].tolist(),
        "side": _named(view.side[rows], SIDES),
        "point": _numbers(view.point[rows]),
        "price_american": np.round(np.asarray(american_from_decimal(decimal))).astype(int).tolist(),
        "price_decimal": decimal.tolist(),
        "price_range": _named(price_range(decimal), PRICE_RANGES),
        "price_observed_at": _moments(view.observed_at[rows]),
        "price_age_seconds": _numbers(view.age_seconds[rows]),
        "probability": _numbers(probability),
        "ev_pct": _numbers(100 * (probability * decimal - 1)),
        "confidence": simulation.chosen.confidence[at].tolist(),
        "stake": stake.tolist(),
        "bankroll_before": simulation.path.available[at].tolist(),
        "bankroll_after": _numbers(simulation.bankroll_after[at]),
        "result": _named(result, RESULTS),
        "result_reason": [
            None if one == Reason.GRADED else Reason(one).name.lower() for one in reason.tolist()
        ],
        "profit": _numbers(stake * simulation.settlement.profit[at]),
        "closing_point": _numbers(closes.point[rows]),
        "closing_decimal": _numbers(closes.decimal[rows]),
        "clv_coverage": [Coverage(one).name.lower() for one in clv.coverage.tolist()],
        "clv_implied_points": _numbers(clv.implied_points),
        "clv_price_ev_pct": _numbers(clv.price_ev_pct),
        "clv_no_vig_ev_pct": _numbers(clv.no_vig_ev_pct),
        "clv_points": _numbers(clv.points),
        "rationale": rationale,
        "quality_notes": _notes(simulation, outcomes),
        "line_id": view.line_id[rows].tolist(),
        "batch_id": view.batch_id[rows].tolist(),
    }
    assert list(columns) == list(COLUMNS)
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _notes(simulation: Simulation, outcomes: Outcomes) -> list[list[str]]:
    view, at = simulation.view, simulation.placed
    rows = simulation.chosen.rows[at]
    found = []
    for note, assumed, cut, flags in zip(
        view.notes[rows], view.assumed[rows], simulation.path.cut[at],
        outcomes.flagged[view.game[rows]], strict=True,
    ):  # fmt: skip
        notes = [f"line: {rule}" for rule in note.split(",") if rule]
        notes += [f"game: {rule}" for rule in flags.split(",") if rule]
        notes += ["price assumed"] if assumed else []
        found.append(notes + (["stake cut to the maximum"] if cut else []))
    return found


def _numbers(values: Any) -> list[Any]:
    """Floats; null for NaN."""
    known = np.isfinite(values).tolist()
    return [one if there else None for one, there in zip(values.tolist(), known, strict=True)]


def _texts(values: NDArray[np.datetime64]) -> list[Any]:
    return [None if one == "NaT" else one for one in np.datetime_as_string(values).tolist()]


def _moments(values: NDArray[np.datetime64]) -> list[Any]:
    """ISO 8601 with the zone; null for NaT."""
    return [None if one is None else f"{one}Z" for one in _texts(values)]


def _known(values: list[Any], which: NDArray[np.bool_]) -> list[Any]:
    return [one if known else None for one, known in zip(values, which.tolist(), strict=True)]


def _named(codes: Any, names: tuple[str, ...]) -> list[str]:
    return [names[one] for one in codes.tolist()]
