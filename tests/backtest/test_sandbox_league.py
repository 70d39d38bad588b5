"""On the sandbox's league, whose truth is known: over a hundred seasons' ends the planted edge lies
in the interval, noise is called luck, and flat bets lose the margin."""

import dataclasses
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd
import pytest

from linehouse.backtest.engine import Simulation
from linehouse.backtest.luck import bootstrap_by_day
from linehouse.backtest.outcomes import Outcomes
from linehouse.backtest.report import luck
from linehouse.betting.games import Games, Status
from linehouse.betting.odds import Floats, decimal_from_american
from linehouse.market.build import build_view
from linehouse.market.view import MarketView
from linehouse.sandbox.league.league import League
from linehouse.strategies import registry
from linehouse.strategies.base import Proposals, proposals
from tests.backtest.asking import simulated

LEAGUES = 10
DRAWS = 10
"""Results are drawn from the truth so often for each league: a hundred seeds in all."""
DAYS = date(2026, 1, 5), date(2026, 2, 8)
EDGE, EDGE_SHARE = 0.06, 0.4
HOUR = timedelta(hours=1)


@cache
def league(seed: int) -> tuple[MarketView, Floats]:
    """Moneylines an hour before each game at Pinnacle and FanDuel, and the true probability of the
    home side then (g,)."""
    made = League(seed)
    games, lines, truth = [], [], {}
    for game in made.games_between("basketball_nba", *DAYS):
        at = game.starts_at - HOUR
        shown = {
            key: quote
            for key in ("pinnacle", "fanduel")
            if (view := made.book_on(game, key).view(at)) is not None
            for quote in view.quotes
            if quote.market == "h2h"
        }
        if len(shown) < 2:
            continue
        truth[game.event_id] = game.home_win_prob(at)
        games.append(
            {
                "game_id": game.event_id, "sport_key": "basketball_nba", "league": "nba",
                "season": game.fixture.season, "game_date": game.fixture.date_et,
                "commence_at": game.starts_at, "decision_at": at,
                "home_team": game.fixture.home.name, "away_team": game.fixture.away.name,
                "home_team_id": game.fixture.home.name, "away_team_id": game.fixture.away.name,
            }
        )  # fmt: skip
        for key, quote in shown.items():
            for side, price in (("home", quote.first_price), ("away", quote.second_price)):
                lines.append(
                    {
                        "game_id": game.event_id, "bookmaker": key, "market": "h2h", "side": side,
                        "decimal": decimal_from_american(price), "observed_at": at,
                    }
                )  # fmt: skip
    found = build_view(pd.DataFrame(games), pd.DataFrame(lines))
    return found, np.array([truth[one] for one in found.games.game_id])


def seasons() -> Iterator[tuple[MarketView, Floats, Outcomes, np.random.Generator]]:
    """A hundred times: a market, its truth, and results drawn from that."""
    for seed in range(LEAGUES):
        market, home = league(seed)
        for draw in range(DRAWS):
            rng = np.random.default_rng([seed, draw])
            score = np.where(rng.random(len(home)) < home, 110.0, 100.0)
            results = Games(
                market.games.league, np.full(len(home), Status.FINAL), score, 210 - score,
                started_on=market.games.game_date,
            )  # fmt: skip
            unflagged = np.full(len(home), "", dtype=object)
            yield market, home, Outcomes(results, market.games.game_date, unflagged), rng


def of_row(market: MarketView, home: Floats) -> Floats:
    """True probability of each row's side (n,)."""
    return np.where(market.side == 0, home[market.game], 1 - home[market.game])


def covers(found: Simulation, expected: float, seed: int) -> bool:
    bets = found.bets
    interval = bootstrap_by_day(bets.day, bets.profit, bets.stake, seed)
    return interval.low <= expected <= interval.high


def chosen(market: MarketView, strategy: str, **parameters: object) -> Proposals:
    return registry.get(strategy).propose(market, registry.resolved(strategy, parameters), None)


def expected(found: Simulation, home: Floats) -> float:
    """What a unit staked on these bets is truly worth."""
    rows = found.chosen.rows[found.settled]
    return float((of_row(found.view, home)[rows] * found.view.decimal[rows] - 1).mean())


@pytest.mark.slow
def test_a_planted_edge_lies_in_the_interval_of_at_least_ninety() -> None:
    within, edges = 0, []
    for number, (market, home, results, rng) in enumerate(seasons()):
        planted = rng.random(len(home)) < EDGE_SHARE
        side = rng.integers(0, 2, len(home))
        here = planted[market.game] & market.at_books(["fanduel"])
        here &= market.side == side[market.game]
        generous = np.where(here, (1 + EDGE) / of_row(market, home), market.decimal)
        edged = dataclasses.replace(market, decimal=np.maximum(generous, 1.01))
        rows = chosen(edged, "positive_ev", sharp_bookmakers="pinnacle", minimum_ev_pct=2)
        found = simulated(edged, results, rows, bankroll=1e6)
        edges.append(expected(found, home))
        within += covers(found, edges[-1], number)
    assert np.mean(edges) > 0.03, "most of what it bets was planted"
    assert within >= 90


@pytest.mark.slow
def test_noise_is_called_luck_in_at_least_ninety() -> None:
    called = 0
    for market, home, results, rng in seasons():
        fair = dataclasses.replace(market, decimal=1 / of_row(market, home))
        rows = np.flatnonzero(fair.at_books(["fanduel"])).reshape(-1, 2)
        thrown = rows[np.arange(len(rows)), rng.integers(0, 2, len(rows))]
        verdict = luck(simulated(fair, results, proposals(thrown), bankroll=1e6), {}, variants=1)
        called += verdict["luck"] > 0.05
    assert called >= 90


@pytest.mark.slow
def test_flat_bets_lose_the_margin() -> None:
    yields, margins, within = [], [], 0
    for number, (market, home, results, _) in enumerate(seasons()):
        of_both = [
            simulated(market, results, chosen(market, "flat", side=side), bankroll=1e6)
            for side in ("home", "away")
        ]
        for found in of_both:
            yields.append(found.metrics.yield_)
            margins.append(expected(found, home))
            within += covers(found, margins[-1], number)
    assert -0.06 < np.mean(margins) < -0.03
    assert np.mean(yields) == pytest.approx(np.mean(margins), abs=0.01)
    assert within >= 180
