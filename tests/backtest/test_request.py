"""Requests: what they are completed with, what is refused before anything runs, the command."""

import json
import shlex
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import typer

from linehouse.backtest.asking import AskedError, request_of
from linehouse.backtest.limits import LimitError, Limits
from linehouse.backtest.request import BacktestRequest, RequestError
from linehouse.backtest.wording import command
from linehouse.betting.odds import InvalidOddsError
from linehouse.cli.app import app
from linehouse.cli.backtest import _named
from linehouse.market.decision import DecisionError
from linehouse.strategies.parameters import ParameterError
from tests.backtest.asking import asked
from tests.backtest.test_result import small
from tests.strategies.by_hand import game, outcomes, pair, view

DAYS = {"start": date(2026, 1, 1), "end": date(2026, 1, 31)}


def test_defaults_of_a_request() -> None:
    ev = BacktestRequest("positive_ev", **DAYS)
    assert (ev.price, ev.sizing, ev.size, ev.bankroll) == (1.0, "kelly", 0.25, 10_000)
    assert ev.betting_books == ("betmgm", "draftkings", "fanduel") and ev.cap == 0.25
    assert BacktestRequest("positive_ev", **DAYS, sizing="percentage").size == 0.02
    flat = BacktestRequest("flat", **DAYS, books=("betmgm", "fanduel"))
    assert (flat.sizing, flat.size, flat.cap) == ("flat", 100, 1)
    assert flat.betting_books == ("fanduel",)
    assert BacktestRequest("flat", **DAYS, as_filed=True).assumed_american == -110
    assert BacktestRequest.from_dict(ev.as_dict()) == ev


@pytest.mark.parametrize(
    ("wrong", "error", "says"),
    [
        ({"strategy": "martingale"}, KeyError, "there are: arbitrage"),
        ({"end": date(2025, 1, 1)}, RequestError, "are no days"),
        ({"bankroll": 0}, RequestError, "above 0"),
        ({"sizing": "kelly"}, RequestError, "flat states no probabilities"),
        ({"sizing": "martingale"}, RequestError, "flat, percentage, kelly"),
        ({"sizing": "percentage", "size": 2}, InvalidOddsError, "must not be above 1"),
        ({"minimum_stake": 5, "maximum_stake": 1}, InvalidOddsError, "are no range"),
        ({"price": "noon"}, DecisionError, "open, close or a number of hours"),
        ({"price": -1}, DecisionError, "above 0"),
        ({"parameters": {"side": "draw"}}, ParameterError, "one of home"),
        ({"limits": {"per_bet": 2}}, LimitError, "at most 1"),
        ({"variants": 0}, RequestError, "at least this one"),
        ({"odds": 1}, RequestError, "has no odds"),
        ({"variants": 1.5}, RequestError, "a whole number, and at least this one"),
        ({"seed": -1}, RequestError, "seed is -1: it must be a whole number of at least 0"),
        ({"maximum_price_age_minutes": 0}, RequestError, "it must be a number above 0"),
        ({"maximum_price_age_minutes": float("nan")}, RequestError, "it must be a number above 0"),
        ({"maximum_stake": float("inf")}, RequestError, "it must be a number above 0"),
        ({"minimum_stake": "much"}, RequestError, "minimum_stake is 'much'"),
        ({"assumed_american": 50}, RequestError, r"from \+100 or to -100"),
        ({"cap": 1.5}, RequestError, "above 0 and at most 1"),
        ({"bankroll": True}, RequestError, "bankroll is True"),
        ({"books": ()}, RequestError, "no book is left"),
        ({"books": ("betmgm",)}, RequestError, "no book is left"),
        ({"parameters": {"market": "totals"}}, ParameterError, "totals has over and under"),
        ({"strategy": "model", "parameters": {"estimator": "oracle"}}, ParameterError,
         "there are gradient_boosting"),
        ({"strategy": "model", "parameters": {"seed": "inf"}}, ParameterError, "a whole number"),
        ({"strategy": "positive_ev", "parameters": {"markets": ""}}, ParameterError, "some of h2h"),
        ({"strategy": "combination", "parameters": {"members": "flat,flat"}}, ParameterError,
         "flat is named twice"),
        ({"strategy": "combination", "parameters": {"members": "flat,arbitrage"}}, ParameterError,
         "an arbitrage is both sides"),
        ({"strategy": "combination", "parameters": {"members": "flat,combination"}},
         ParameterError, "cannot be a member"),
        ({"strategy": "combination", "parameters": {"members": "flat,fade_public"},
          "sizing": "kelly"}, RequestError, "combination states no probabilities"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_says_why(
    wrong: dict[str, Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        BacktestRequest.from_dict({"strategy": "flat", **DAYS, **wrong})
    with pytest.raises(AskedError, match=says):
        request_of({"strategy": "flat", **DAYS, **wrong})


def test_limits_are_part_of_the_question() -> None:
    asked_for = BacktestRequest("flat", **DAYS, limits=Limits(per_bet=0.05, drawdown=0.5))
    again = BacktestRequest.from_dict(json.loads(json.dumps(asked_for.as_dict())))
    assert again == asked_for and again.limits.drawdown == 0.5


ASKED_AS = {
    "param": "parameters", "limit": "limits", "book": "books", "day_cap": "cap",
    "price_age": "maximum_price_age_minutes", "assumed": "assumed_american",
}  # fmt: skip
"""What a request calls the options that the command calls otherwise."""


@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"as_filed": True},
        {"as_filed": True, "assumed_american": -120.0},
        {"assumed_american": -110.0},
        {"sizing": "flat", "size": 12.5, "cap": 0.4, "variants": 30, "seed": 4},
        {"strategy": "positive_ev", "cap": 1.0, "minimum_stake": 1, "maximum_stake": 50},
        {"strategy": "combination", "sport": "basketball_nba", "books": ("betmgm", "fanduel"),
         "maximum_price_age_minutes": 5, "limits": Limits(per_day=0.5), "price": "open"},
        {"strategy": "model", "bankroll": 5, "learn_from": date(2025, 11, 1)},
    ],
)  # fmt: skip
def test_the_command_that_is_told_asks_the_same(wanted: dict[str, Any]) -> None:
    request = BacktestRequest(**{"strategy": "flat", **DAYS, **wanted})
    result = replace(small(), request=json.loads(json.dumps(request.as_dict())))
    words = shlex.split(command(result))
    assert words[:3] == ["linehouse", "backtest", "run"]
    group: Any = typer.main.get_command(app)
    said = group.commands["backtest"].commands["run"].make_context("run", words[3:]).params
    asked_again = {ASKED_AS.get(name, name): value for name, value in said.items()}
    for name in ("output_json", "html", "mode", "as_json"):
        del asked_again[name]
    for name in ("start", "end", "learn_from"):
        asked_again[name] = asked_again[name] and asked_again[name].date()
    for name in ("parameters", "limits"):
        asked_again[name] = _named(name, asked_again[name] or [])
    assert request_of({**asked_again, "books": asked_again["books"] or None}) == request


@pytest.mark.parametrize(("cap", "share"), [(None, 0.25), (0.5, 0.5), (1.0, 0.9)])
def test_a_days_kelly_stakes_take_a_quarter_of_the_bankroll_or_what_is_asked(
    cap: float | None, share: float
) -> None:
    # eight games of one day, each worth 18.75 % to Kelly alone
    names = [f"g{number}" for number in range(8)]
    lines = [
        row
        for name in names
        for book in ("pinnacle", "circasports")
        for row in pair(2.0, 2.0, game_id=name, bookmaker=book)
    ]
    lines += [row for name in names for row in pair(2.6, 1.4, game_id=name)]
    market = view(lines, [game(name) for name in names])
    won = outcomes(market, dict.fromkeys(names, (110.0, 100.0)))
    found = asked(market, won, "positive_ev", size=0.6, cap=cap, bankroll=1000)
    assert len(found.bets) == 8
    assert found.metrics["turnover"] == pytest.approx(1000 * share)
