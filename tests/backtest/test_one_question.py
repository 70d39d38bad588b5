"""One question is one run and one variant, however it is written; another one is another."""

import csv
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from linehouse.backtest import tables
from linehouse.backtest.asking import request_of
from linehouse.backtest.outcomes import Closes
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.run import run_id, run_on
from linehouse.betting.settlement_rules import Rules
from linehouse.market.load import LoadedView
from linehouse.settings import PROJECT_ROOT, get_settings
from tests.strategies.by_hand import outcomes, pair, view

DAYS = {"start": date(2026, 1, 1), "end": date(2026, 1, 31)}


def settled_by(rules: Rules) -> BacktestResult:
    """A moneyline on a game that ended level."""
    market = view(pair(2.0, 1.8))
    request = BacktestRequest("flat", **DAYS, sizing="flat", size=100)
    return run_on(
        request, LoadedView(market, 1), outcomes(market, {"g1": (100.0, 100.0)}),
        Closes.none(len(market)), rules,
    )  # fmt: skip


def test_other_rules_of_settlement_make_another_run() -> None:
    with (PROJECT_ROOT / "dbt/seeds/settlement_rules.csv").open(encoding="utf-8") as rows:
        seed = list(csv.DictReader(rows))
    strict = [{**row, "tied": "lose" if row["tied"] else ""} for row in seed]
    as_they_are, same, other = (
        settled_by(Rules(rows)) for rows in (seed, list(reversed(seed)), strict)
    )
    assert (as_they_are.metrics["profit"], other.metrics["profit"]) == (0, -100)
    assert as_they_are.run_id != other.run_id
    assert as_they_are.to_json() == same.to_json()


def ids(request: BacktestRequest) -> tuple[Any, str]:
    """Of the variant, and of the run on some data."""
    return tables.variant_id(json.loads(json.dumps(request.as_dict()))), run_id(request, "data")


SAME = [
    ({"bankroll": 10000}, {"bankroll": 10000.0}),
    ({"bankroll": 10000}, {"bankroll": "10000"}),
    ({"size": 100}, {"size": 100.0}),
    ({"minimum_stake": 1, "maximum_stake": 5}, {"minimum_stake": 1.0, "maximum_stake": 5.0}),
    ({"maximum_price_age_minutes": 60}, {"maximum_price_age_minutes": 60.0}),
    ({"assumed_american": -110}, {"assumed_american": -110.0}),
    ({"seed": 3}, {"seed": 3.0}),
    ({"price": "1"}, {"price": 1}),
    ({"limits": {"drawdown": 1}}, {"limits": {"drawdown": 1.0}}),
    ({"cap": 1}, {}),
    ({"books": ["fanduel", "betmgm"]}, {"books": ("betmgm", "fanduel", "betmgm")}),
]
SAME_PARAMETERS = [
    ("positive_ev", {"markets": "totals,h2h"}, {"markets": ["h2h", "totals", "h2h"]}),
    ("positive_ev", {"minimum_ev_pct": "4"}, {"minimum_ev_pct": 4}),
    ("combination", {"members": "flat,fade_public"}, {"members": "fade_public,flat"}),
    (
        "combination",
        {"members": "flat,fade_public", "member_parameters": {"flat": {"side": "home"}}},
        {"members": "flat,fade_public"},
    ),
    (
        "combination",
        {"member_parameters": {"positive_ev": {"minimum_ev_pct": "4", "markets": "h2h"}}},
        {"member_parameters": {"positive_ev": {"minimum_ev_pct": 4, "markets": ["h2h"]}}},
    ),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_a_question_has_one_id_however_its_numbers_and_books_are_written(
    one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    first, second = (request_of({"strategy": "flat", **DAYS, **asked}) for asked in (one, other))
    assert ids(first) == ids(second) and first == second


@pytest.mark.parametrize(("strategy", "one", "other"), SAME_PARAMETERS)
def test_a_question_has_one_id_however_its_parameters_are_written(
    strategy: str, one: Mapping[str, Any], other: Mapping[str, Any]
) -> None:
    first, second = (
        request_of({"strategy": strategy, "parameters": asked, **DAYS}) for asked in (one, other)
    )
    assert ids(first) == ids(second)
    again = BacktestRequest.from_dict(json.loads(json.dumps(first.as_dict())))
    assert ids(again) == ids(first)


def test_a_default_of_a_member_is_part_of_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    before = ids(BacktestRequest("combination", **DAYS))
    monkeypatch.setenv("MINIMUM_EV_PCT", "7")
    get_settings.cache_clear()
    try:
        assert ids(BacktestRequest("combination", **DAYS)) != before
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
