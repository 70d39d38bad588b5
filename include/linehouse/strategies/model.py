"""Model: a classifier that learns from past results which side wins, and bets where it pays.

It is fitted anew every so many days on games whose results were known before the day, and asked
about the games up to the next fit. It sees prices, what was known of both teams in the morning, and
their ratings by the results known until then; it is compared with the price, never with the result.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Market, Side
from linehouse.market.games import Places
from linehouse.market.view import MarketView
from linehouse.ratings.elo import elo_as_known
from linehouse.settings import get_settings
from linehouse.strategies.base import History, Proposals, proposals
from linehouse.strategies.choosing import MARKETS, RETAIL, at, books_parameter, one_a_market
from linehouse.strategies.estimators import ESTIMATORS, Learner
from linehouse.strategies.parameters import Parameter, ParameterError
from linehouse.strategies.wording import joined, offers

NAME = "model"
DESCRIPTION = "A classifier that learns from past results, and bets where its probability pays."
STATES_PROBABILITY = True
NEEDS = frozenset({"features", "history"})
PARAMETERS = (
    Parameter(
        "estimator", "text", "gradient_boosting",
        "Name of the model: gradient_boosting, logistic, neural_net, online, or one of your own.",
    ),
    Parameter("market", "text", "h2h", "Market that is bet.", choices=MARKETS),
    Parameter("minimum_ev_pct", "number", 5.0, "Least expected value in per cent.", 0, 100),
    Parameter("minimum_confidence_pct", "number", 55.0, "Least probability in per cent.", 0, 100),
    Parameter("minimum_games", "whole", 300, "Results that it needs before it bets.", 20, 100_000),
    Parameter("refit_days", "whole", 30, "Days from one fit to the next.", 1, 3_650),
    Parameter(
        "sharp_bookmakers", "texts", lambda: get_settings().sharp_bookmakers,
        "Books whose price without margin is a feature of its own.",
    ),
    books_parameter(RETAIL),
    Parameter("seed", "whole", 0, "Seed of what the model draws.", 0),
)  # fmt: skip


def books(parameters: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Where it bets."""
    return tuple(parameters["bookmakers"]) or None


def check(parameters: Mapping[str, Any]) -> None:
    """Raises ParameterError where no model has that name."""
    if parameters["estimator"] not in ESTIMATORS:
        known = ", ".join(ESTIMATORS)
        raise ParameterError(f"estimator is {parameters['estimator']!r}: there are {known}")


def propose(
    view: MarketView, parameters: Mapping[str, Any], history: History | None = None
) -> Proposals:
    """Of each game the best price whose expected value and probability suffice.

    Raises:
        ParameterError: there is no history to learn from.
    """
    if history is None:
        raise ParameterError("a model needs past results to learn from")
    market = Market[parameters["market"].upper()]
    point, samples = _samples(view, market, parameters["sharp_bookmakers"], history)
    probability = _walk_forward(view, market, point, samples, parameters, history)
    first = np.isin(view.side, (Side.HOME, Side.OVER))
    of_row = np.where(first, probability[view.game], 1 - probability[view.game])
    ev_pct = 100 * (of_row * view.decimal - 1)
    usable = (
        view.allowed
        & at(view, parameters["bookmakers"])
        & (view.market == market)
        & view.in_periods(["full"])
        & (view.pair_point == point[view.game])
        & (ev_pct >= parameters["minimum_ev_pct"])
        & (100 * of_row >= parameters["minimum_confidence_pct"])
    )
    rows = np.flatnonzero(usable)
    rows = one_a_market(view, rows, ev_pct[rows])
    return proposals(rows, of_row[rows], of_row[rows])


def _walk_forward(
    view: MarketView,
    market: Market,
    point: Floats,
    samples: Floats,
    parameters: Mapping[str, Any],
    history: History,
) -> Floats:
    """Probability that the first side (home, over) wins, of each game (g,); NaN where too few
    results were known before its day."""
    days = view.games.decision_day
    may_bet = np.bincount(view.game[view.allowed], minlength=len(view.games)) > 0
    found = np.full(len(view.games), np.nan)
    learner = Learner(ESTIMATORS[parameters["estimator"]](parameters["seed"]))
    next_fit, ready = np.datetime64("0001-01-01", "D"), False
    for day in np.unique(days[may_bet]):
        if day >= next_fit:
            games, home, away = history.before(day)
            games, won = _decided(market, point, games, home, away)
            if len(games) >= parameters["minimum_games"] and np.unique(won).size == 2:
                learner.learn(games, samples[games], won)
                next_fit, ready = day + np.timedelta64(parameters["refit_days"], "D"), True
        if ready:
            today = np.flatnonzero((days == day) & may_bet & np.isfinite(point))
            if today.size:
                found[today] = learner.probability(samples[today])
    return found


def _decided(
    market: Market, point: Floats, games: Places, home: Floats, away: Floats
) -> tuple[Places, Floats]:
    """Games that the market's first side won (1) or lost (0); pushes teach nothing."""
    margin = home + away - point[games] if market == Market.TOTALS else home - away
    if market == Market.SPREADS:
        margin = margin + point[games]
    kept = np.isfinite(margin) & (margin != 0)
    return games[kept], (margin[kept] > 0).astype(np.float64)


def _samples(
    view: MarketView, market: Market, sharps: Sequence[str], history: History
) -> tuple[Floats, Floats]:
    """The line that each game is asked about (g,), and its figures (g, f); NaN where unknown."""
    size = len(view.games)
    first = np.isin(view.side, (Side.HOME, Side.OVER)) & view.in_periods(["full"])
    usable = first & (view.market == market)
    if market != Market.H2H:
        usable &= view.pair_point == view.consensus_pair_point
    rows = np.flatnonzero(usable)
    point = np.full(size, np.nan)
    point[view.game[rows]] = view.pair_point[rows]
    sharp, retail = (np.full(size, np.nan) for _ in range(2))
    is_sharp = view.at_books(sharps)
    for column, counts in ((sharp, is_sharp), (retail, ~is_sharp)):
        column[view.game[rows]] = view.mean_prob(counts)[0][rows]
    when = view.games.commence_at
    hour = (when - when.astype("datetime64[D]")) / np.timedelta64(1, "h")
    weekday = (view.games.game_date.astype(np.int64) + 3) % 7
    home_elo, away_elo = elo_as_known(view.games, history)
    known = {**view.games.features, "home_elo": home_elo, "away_elo": away_elo}
    teams = [known[name] for name in sorted(known)]
    ahead = [
        known[name] - known[name.replace("home_", "away_", 1)]
        for name in sorted(known)
        if name.startswith("home_")
    ]
    columns = [point, sharp, retail, retail - sharp, hour, weekday.astype(np.float64)]
    return point, np.column_stack([*columns, *teams, *ahead])


def explain(view: MarketView, chosen: Proposals, parameters: Mapping[str, Any]) -> Sequence[str]:
    """The price, and what the model makes of it."""
    worth = 100 * (chosen.probability * view.decimal[chosen.rows] - 1)
    return joined(
        offers(view, chosen),
        [
            f"{parameters['estimator']}, fitted on the results before that day, makes it "
            f"{100 * p:.1f} %, worth {ev:+.1f} %"
            for p, ev in zip(chosen.probability.tolist(), worth.tolist(), strict=True)
        ],
    )
