"""Every number of the shared reference, read from the file itself where it is there."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linehouse.backtest import returns as paths
from linehouse.betting import arbitrage, closing, kelly, odds

REFERENCE = "reference_maths.json"


@pytest.fixture(scope="module")
def reference(real_data: Path) -> dict[str, Any]:
    path = real_data.parent / REFERENCE
    if not path.is_file():
        pytest.skip(f"no reference at {path}")
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def close(value: Any) -> Any:
    return pytest.approx(value, abs=1e-10)


def test_conversions(reference: dict[str, Any]) -> None:
    american = [float(price) for price in reference["odds"]]
    decimal = odds.decimal_from_american(american)
    assert len(american) > 10
    assert decimal == close([row["decimal"] for row in reference["odds"].values()])
    assert odds.implied_prob(decimal) == close(
        [row["implied"] for row in reference["odds"].values()]
    )


def test_kelly_and_expected_value(reference: dict[str, Any]) -> None:
    rows = [(kelly.kelly_raw, row) for row in reference["kelly"].items()]
    rows += [(odds.expected_value, row) for row in reference["ev"].items()]
    assert len(rows) == 7
    for function, (name, expected) in rows:
        given = dict(part.split("=") for part in name.split(" ")[0].split(","))
        assert function(float(given["p"]), float(given["o"])) == close(expected), name


def test_the_arbitrage(reference: dict[str, Any]) -> None:
    expected = reference["arb"]
    found = arbitrage.arbitrage(odds.decimal_from_american([160, -140]))
    assert 1 / found.payout == close(expected["+160/-140 sum"])
    assert found.profit_pct == close(expected["profit_pct"])
    assert found.shares == close([expected["stake_share_a"], expected["stake_share_b"]])


def test_closing_line_value(reference: dict[str, Any]) -> None:
    bet, shut = odds.decimal_from_american([-125, 150, -120]), [-150, 130, -150]
    found = closing.closing_line_value(
        ["h2h"] * 3, ["home"] * 3, [None] * 3, bet, [None] * 3, odds.decimal_from_american(shut),
        [[odds.decimal_from_american(130)], [None], [None]],
    )  # fmt: skip
    expected = reference["clv"]
    assert found.implied_points == close(
        [
            expected["bet -125 close -150: prob_points"],
            expected["bet +150 close +130 pp"],
            expected["bet -120 close -150 pp"],
        ]
    )
    assert found.price_ev_pct[0] == close(expected["ev_pct_vs_close"])
    assert found.no_vig_ev_pct[0] == close(
        expected["bet -125, close -150/+130 no-vig multiplicative EV%"]
    )


def test_the_path_of_returns(reference: dict[str, Any]) -> None:
    expected = reference["risk_example"]
    equity = np.array(expected["equity"])
    returns = paths.returns_of(equity)
    assert returns == close(expected["returns"])
    assert returns.mean() == close(expected["mean"])
    assert paths.sharpe(returns) == close(expected["sharpe_sample"])
    assert paths.sharpe(returns, ddof=0) == close(expected["sharpe_population"])
    assert paths.sortino(returns) == close(expected["sortino_mar0_full_n"])
    assert paths.max_drawdown(equity).depth == close(expected["max_drawdown"])
