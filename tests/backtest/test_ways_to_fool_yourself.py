"""Ways to fool yourself with a backtest, each tried and each failing.

The same against a warehouse, where everything after each decision is changed, shuffled and deleted,
stands in `test_view_of_a_warehouse.py`.
"""

import dataclasses
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from linehouse.backtest.bet_table import COLUMNS
from linehouse.backtest.engine import PastResults
from linehouse.backtest.luck import bootstrap_by_day
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.synthetic import SyntheticMarket, synthetic_market
from linehouse.betting.games import Games
from linehouse.betting.settlement import Market, Side
from linehouse.market import queries
from linehouse.market.decision import Decision, moments
from linehouse.market.games import ViewGames
from linehouse.market.signals import Signals
from linehouse.market.view import MarketView
from linehouse.strategies import registry
from tests.backtest.asking import asked, simulated
from tests.strategies.by_hand import NOON, closes, game, outcomes, pair, view

WON, LOST = (110.0, 100.0), (100.0, 110.0)
CHOICE = ("game_id", "decision_at", "bookmaker", "market", "period", "side", "point",
          "price_decimal", "price_observed_at", "probability", "confidence", "rationale",
          "line_id")  # fmt: skip
"""What a bet is before anything of its game is known."""


def choices(result: BacktestResult) -> list[tuple[Any, ...]]:
    assert set(CHOICE) < set(COLUMNS)
    return [tuple(bet[name] for name in CHOICE) for bet in result.bets]


def reversed_results(market: SyntheticMarket, since: int = 0) -> Any:
    """The same outcomes with the winners exchanged from a game on."""
    games = market.outcomes.games
    home, away = games.home_score.copy(), games.away_score.copy()
    home[since:], away[since:] = games.away_score[since:], games.home_score[since:]
    exchanged = Games(games.league, games.status, home, away, started_on=games.started_on)
    return dataclasses.replace(market.outcomes, games=exchanged)


# 1. results in the view


def test_a_view_has_no_place_for_results() -> None:
    names = {field.name for kind in (MarketView, ViewGames) for field in dataclasses.fields(kind)}
    for word in ("score", "result", "winner", "margin", "status", "won", "clos", "final"):
        assert not [name for name in names if word in name], word


def test_no_query_of_a_view_asks_for_a_result_or_a_close() -> None:
    asked_for = "\n".join(
        value for name, value in vars(queries).items() if name.isupper() and isinstance(value, str)
    )
    for word in ("home_score", "away_score", "winner", "went_final", "closing_lines",
                 "period_results", "signal_outcomes", "betting_analysis", "status"):  # fmt: skip
        assert word not in asked_for, word


def public_and_signals(market: MarketView) -> MarketView:
    """The same prices with three tickets of four on the home side, and a signal of each kind on the
    away side of every other game."""
    home = market.side == Side.HOME
    games = np.repeat(np.arange(0, len(market.games), 2), 2)
    count = len(games)
    kinds = np.tile(np.array(["reverse_line_movement", "steam"], dtype=object), count // 2)
    likely, full = np.full(count, 0.9), np.full(count, "full", dtype=object)
    h2h, away = (np.full(count, code, dtype=np.int8) for code in (Market.H2H, Side.AWAY))
    return dataclasses.replace(
        market,
        tickets_pct=np.where(home, 75.0, 25.0),
        money_pct=np.where(home, 60.0, 40.0),
        signals=Signals(games, kinds, h2h, away, full, 600 * likely, likely, likely, likely / 10),
    )


def test_other_results_change_no_choice_of_any_strategy() -> None:
    market = synthetic_market(600, seed=2, edge=0.05, edge_share=0.3)
    shown = public_and_signals(market.view)
    for name in registry.strategies():
        if name in ("model", "combination"):  # see 6 for those that learn
            continue
        wanted = {"strategy": name, "sizing": "flat", "bankroll": 1e6}
        told = asked(shown, market.outcomes, **wanted)
        other = asked(shown, reversed_results(market), **wanted)
        assert len(told.bets) > 10, name
        assert choices(told) == choices(other), name
        sure = name == "arbitrage"  # it wins the same whoever wins
        assert sure or told.metrics["profit"] != other.metrics["profit"], name


# 2. a price after the decision


def test_a_price_seen_after_the_decision_is_refused() -> None:
    decided = game()["decision_at"]
    late = pair(2.0, 2.0, observed_at=decided + timedelta(seconds=1))
    with pytest.raises(ValueError, match="after the decision"):
        view(late)
    assert len(view(pair(2.0, 2.0, observed_at=decided))) == 2


def test_a_signal_detected_after_the_decision_is_refused() -> None:
    late = {
        "game_id": "g1", "kind": "steam", "market": "h2h", "period": "full", "side": "home",
        "detected_at": game()["decision_at"] + timedelta(seconds=1), "strength": 1.0,
        "confidence": 1.0, "move_prob": 0.05,
    }  # fmt: skip
    with pytest.raises(ValueError, match="after the decision"):
        view(pair(2.0, 2.0), signals=[late])


# 3. the closing price as if it were known before


def test_other_closes_change_the_value_at_the_close_and_no_choice() -> None:
    market = view(pair(2.1, 1.8))
    results = outcomes(market, {"g1": WON})
    rows = {"flat": {"sizing": "flat"}}
    told = asked(market, results, closing=closes(market, decimal=[2.0, 1.9]), **rows["flat"])
    other = asked(market, results, closing=closes(market, decimal=[2.5, 1.5]), **rows["flat"])
    assert choices(told) == choices(other)
    assert told.bets[0]["clv_price_ev_pct"] == pytest.approx(5)
    assert other.bets[0]["clv_price_ev_pct"] == pytest.approx(-16)


# 4. a line from a game in play


def test_a_game_that_has_started_as_then_told_is_never_decided() -> None:
    with pytest.raises(ValueError, match="before it starts"):
        view(pair(2.0, 2.0), [game(decision_at=game()["commence_at"])])
    starts = pd.DataFrame(
        {"game_id": ["g1"], "told_from": [None], "told_to": [None], "commence_at": [NOON]}
    )
    assert moments(Decision(at=NOON.replace(tzinfo=None).astimezone()), starts).empty
    assert len(moments(Decision(hours=1), starts)) == 1


def test_a_start_told_anew_moves_the_decision_unless_it_has_come() -> None:
    def decided(first: float, told_anew: float, second: float, hours: float = 1.0) -> float:
        """Hours after noon of the decision, for a start told as `first` until `told_anew`."""
        at = [NOON + timedelta(hours=one) for one in (first, told_anew, second)]
        starts = pd.DataFrame(
            {
                "game_id": ["g1", "g1"],
                "told_from": [None, at[1]],
                "told_to": [at[1], None],
                "commence_at": [at[0], at[2]],
            }
        )
        found = moments(Decision(hours=hours), starts)["decision_at"].iloc[0]
        return (found - pd.Timestamp(NOON)) / pd.Timedelta(hours=1)

    assert decided(7, 5.5, 8) == 7  # put off before an hour was left
    assert decided(7, 6.5, 8) == 6  # put off after the bet
    assert decided(8, 6.5, 7) == 6.5  # brought forward when less than an hour was left


# 5. results of the day that fund bets of the day


def test_a_day_is_paid_from_what_there_was_before_it() -> None:
    games = [game("g0"), game("g1", decision_at=game()["decision_at"] + timedelta(minutes=59))]
    market = view(pair(9.0, 1.1, game_id="g0") + pair(2.0, 2.0, game_id="g1"), games)
    results = outcomes(market, {"g0": WON, "g1": WON})
    rows = np.flatnonzero(market.side == 0)
    found = simulated(market, results, rows, bankroll=15.0)
    assert found.path.stake.tolist() == [10, 0]
    assert found.path.available.tolist() == [15, 15]


# 6. statistics that include the day


def test_results_of_a_day_are_told_on_the_next() -> None:
    market = view(
        pair(2.0, 2.0, game_id="g0") + pair(2.0, 2.0, game_id="g1"), [game("g0"), game("g1", day=1)]
    )
    past = PastResults(outcomes(market, {"g0": WON, "g1": WON}))
    first = market.games.game_date[0]
    assert past.before(first)[0].tolist() == []
    assert past.before(first + 1)[0].tolist() == [0]
    assert past.before(first + 2)[0].tolist() == [0, 1]


def test_a_model_chooses_the_same_whatever_comes_of_the_day_and_later() -> None:
    market = synthetic_market(600, seed=4)
    wanted = {
        "strategy": "model", "sizing": "flat", "bankroll": 1e6,
        "parameters": {"estimator": "logistic", "minimum_games": 100, "minimum_ev_pct": 0.1,
                       "refit_days": 1, "minimum_confidence_pct": 1},
    }  # fmt: skip
    told = asked(market.view, market.outcomes, **wanted)
    other = asked(market.view, reversed_results(market, since=400), **wanted)
    # ten games a day: those of day 40 are the first whose results differ
    day = str(market.view.games.game_date[400])
    until = [bet["decision_date_et"] <= day for bet in told.bets]
    same = [one for one, early in zip(choices(told), until, strict=True) if early]
    assert len(same) > 50
    assert same == choices(other)[: len(same)]
    assert choices(told) != choices(other), "later results are learnt from"


def test_results_before_the_first_bet_teach_and_those_of_its_days_do_not() -> None:
    market = synthetic_market(600, seed=4)
    games = market.view.games
    since = games.game_date[400]  # what came before is there to learn from
    bets_from = dataclasses.replace(market.view, allowed=games.game_date[market.view.game] >= since)
    wanted = {
        "strategy": "model", "sizing": "flat", "bankroll": 1e6,
        "parameters": {"estimator": "logistic", "minimum_games": 100, "minimum_ev_pct": 0.1,
                       "refit_days": 1, "minimum_confidence_pct": 1},
    }  # fmt: skip
    told = choices(asked(bets_from, market.outcomes, **wanted))
    days = [str(bet[1])[:10] for bet in told]
    assert min(days) == str(since), "it bets on the first day, for it has learnt before"
    # results of the first day and later change nothing of that day
    other = choices(asked(bets_from, reversed_results(market, since=400), **wanted))
    first = sum(day == str(since) for day in days)
    assert first > 2 and other[:first] == told[:first] and other != told
    # results before the first day do
    games = market.outcomes.games
    home, away = games.home_score.copy(), games.away_score.copy()
    home[:400], away[:400] = games.away_score[:400], games.home_score[:400]
    turned = Games(games.league, games.status, home, away, started_on=games.started_on)
    before = choices(asked(bets_from, dataclasses.replace(market.outcomes, games=turned), **wanted))
    assert before[:first] != told[:first]
    # and it bets the same as one that was allowed to bet all along
    always = choices(asked(market.view, market.outcomes, **wanted))
    assert [bet for bet in always if str(bet[1])[:10] >= str(since)] == told


# 7. split by row


def test_bets_of_one_day_are_drawn_together() -> None:
    # five bets a day that win or lose as one: ten thousand rows know no more than their days
    rng = np.random.default_rng(6)
    days, each = 200, 5
    day = np.repeat(np.datetime64("2026-01-01", "D") + np.arange(days), each)
    profit = np.repeat(rng.choice([-1.0, 1.0], days), each)
    by_day = bootstrap_by_day(day, profit, np.ones(days * each), seed=1)
    apart = np.datetime64("2020-01-01", "D") + np.arange(days * each)
    by_row = bootstrap_by_day(apart, profit, np.ones(days * each), seed=1)
    assert by_day.high - by_day.low > 2 * (by_row.high - by_row.low)


def test_a_model_never_learns_from_a_day_that_it_bets_on(monkeypatch: pytest.MonkeyPatch) -> None:
    market = synthetic_market(300, seed=4)
    learnt: list[tuple[np.datetime64, np.datetime64]] = []
    before = PastResults.before

    def watched(self: PastResults, day: np.datetime64) -> Any:
        found = before(self, day)
        if found[0].size:
            learnt.append((day, market.view.games.game_date[found[0]].max()))
        return found

    monkeypatch.setattr(PastResults, "before", watched)
    parameters = {"estimator": "logistic", "minimum_games": 50, "refit_days": 1}
    asked(market.view, market.outcomes, strategy="model", parameters=parameters)
    assert len(learnt) > 10 and all(latest < day for day, latest in learnt)


# 8. pushes dropped


def test_pushes_and_voids_stay_in_the_turnover() -> None:
    games = [game(f"g{n}", day=n) for n in range(4)]
    lines = [row for n in range(4) for row in pair(2.0, 2.0, game_id=f"g{n}")]
    market = view(lines, games)
    results = outcomes(market, {"g0": WON, "g1": (100.0, 100.0), "g2": "cancelled", "g3": LOST})
    found = asked(market, results, sizing="flat", size=10)
    assert (found.metrics["bets"], found.metrics["pushed"], found.metrics["voided"]) == (4, 1, 1)
    assert found.metrics["turnover"] == 40 and found.metrics["yield"] == 0
    assert found.breakdowns["market"]["h2h"]["bets"] == 4


# 9. survivorship of books


def test_a_book_that_is_gone_is_bet_at_while_it_stood() -> None:
    games = [game("g0"), game("g1", day=1)]
    lines = pair(2.0, 1.8, game_id="g0") + pair(2.0, 1.8, game_id="g1")
    gone = pair(2.2, 1.7, game_id="g0", bookmaker="defunct")
    market = view(lines + gone, games)
    results = outcomes(market, {"g0": WON, "g1": WON})
    found = asked(market, results, sizing="flat", parameters={"bookmaker": "best"})
    assert [bet["bookmaker"] for bet in found.bets] == ["defunct", "fanduel"]


def test_games_without_a_usable_result_are_bet_and_stay_open() -> None:
    market = view(pair(2.0, 1.8))
    found = asked(market, outcomes(market, {"g1": (np.nan, np.nan)}, flagged="score_out_of_range"),
                  sizing="flat")  # fmt: skip
    assert found.open_bets == {"game flagged: score_out_of_range": 1}
    assert [bet["result"] for bet in found.bets] == ["open"]
    assert any("stay open" in note for note in found.notes)


# 10. the best of many variants


def test_the_best_of_many_variants_without_edge_is_called_luck() -> None:
    market = synthetic_market(1500, seed=9)
    # variants without edge at fair prices: coins thrown for each game
    fair = dataclasses.replace(
        market.view,
        decimal=np.where(market.view.side == 0, 1 / market.home_prob[market.view.game],
                         1 / (1 - market.home_prob[market.view.game])),
    )  # fmt: skip
    rows = np.flatnonzero(fair.at_books(["fanduel"])).reshape(-1, 2)
    rng = np.random.default_rng(1)
    yields = []
    for _ in range(100):
        thrown = rows[np.arange(len(rows)), rng.integers(0, 2, len(rows))]
        found = simulated(fair, market.outcomes, thrown[rng.random(len(rows)) < 0.2], bankroll=1e6)
        yields.append((found.metrics.yield_, found))
    best = max(yields, key=lambda one: one[1].metrics.sharpe or 0)[1]
    from linehouse.backtest.report import luck

    alone = luck(best, {}, variants=1)["luck"]
    among = luck(best, {}, variants=100)["luck"]
    assert alone < 0.05, "by itself the best looks like skill"
    assert among > 0.2, "the best of a hundred is what luck looks like"


# 11. revised data


def test_what_rests_on_revised_data_has_another_id() -> None:
    market = view(pair(2.0, 1.8))
    results = outcomes(market, {"g1": WON})
    first = asked(market, results, sizing="flat")
    assert asked(market, results, sizing="flat").run_id == first.run_id
    corrected = asked(market, outcomes(market, {"g1": LOST}), sizing="flat")
    repriced = view(pair(2.05, 1.8))
    moved = asked(repriced, outcomes(repriced, {"g1": WON}), sizing="flat")
    assert len({first.run_id, corrected.run_id, moved.run_id}) == 3
    assert asked(market, results, sizing="flat", seed=1).run_id != first.run_id
