"""A model that learns from results before its first bet: of a warehouse with two seasons."""

from datetime import date
from typing import Any

import pytest

from linehouse.backtest.request import BacktestRequest, RequestError
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.run import run
from linehouse.backtest.wording import command
from linehouse.settings import Mode

FIRST, SECOND = date(2015, 11, 2), date(2016, 11, 1)
END = date(2016, 11, 16)
MODEL: dict[str, Any] = {
    "strategy": "model", "sport": "basketball_nba", "price": "close", "sizing": "flat",
    "parameters": {
        "estimator": "logistic", "minimum_games": 30, "refit_days": 1, "bookmakers": "sbro",
        "minimum_ev_pct": 0, "minimum_confidence_pct": 1,
    },
}  # fmt: skip


def asked(mode: Mode, **changes: Any) -> BacktestResult:
    return run(BacktestRequest(**{**MODEL, "start": SECOND, "end": END, **changes}), mode)


def first_bet(result: BacktestResult) -> str:
    return min(bet["game_date_et"] for bet in result.bets)


def test_the_season_before_teaches_from_the_first_day(two_seasons: Mode) -> None:
    taught, alone = asked(two_seasons), asked(two_seasons, learn_from=SECOND)
    assert first_bet(taught) == str(SECOND) < first_bet(alone)
    assert all(str(SECOND) <= bet["game_date_et"] <= str(END) for bet in taught.bets)
    assert taught.games["listed"] == alone.games["listed"] == taught.games["decided"] == 64
    assert len({taught.run_id, alone.run_id}) == len({taught.fingerprint, alone.fingerprint}) == 2
    assert asked(two_seasons).to_json() == taught.to_json()
    assert asked(two_seasons, learn_from=FIRST).bets == taught.bets, "there is nothing earlier"
    assert "--learn-from 2016-11-01" in command(alone) and "--learn-from" not in command(taught)
    assert BacktestRequest.from_dict(alone.request).learn_from == SECOND


def test_what_does_not_learn_is_shown_its_own_days_alone(two_seasons: Mode) -> None:
    request = BacktestRequest("flat", SECOND, END, parameters={"bookmaker": "sbro"}, price="close")
    assert request.view.days == (SECOND, END)
    assert not BacktestRequest("combination", SECOND, END).learns
    members = {"members": "model,flat"}
    assert BacktestRequest("combination", SECOND, END, parameters=members).learns
    with pytest.raises(RequestError, match="flat learns nothing"):
        BacktestRequest("flat", SECOND, END, learn_from=FIRST)
    with pytest.raises(RequestError, match="must not be after the start"):
        BacktestRequest(**{**MODEL, "start": SECOND, "end": END, "learn_from": END})
