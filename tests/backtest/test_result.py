"""Results: what stands in them, and that JSON gives them back to the byte."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from linehouse.backtest.bet_table import COLUMNS
from linehouse.backtest.result import BacktestResult, ResultError
from linehouse.backtest.synthetic import synthetic_market
from linehouse.backtest.wording import figures, sentences
from tests.backtest.asking import asked
from tests.strategies.by_hand import closes, game, outcomes, pair, view

WON, LOST = (110.0, 100.0), (100.0, 110.0)


def small() -> BacktestResult:
    """Five bets of 10: won at 2.0, lost, a push, one open, one won at 2.5 a month later."""
    games = [game(f"g{n}", day=n) for n in range(4)] + [game("g4", day=40)]
    lines = [
        *pair(2.0, 1.8, game_id="g0"),
        *pair(2.0, 1.8, game_id="g1"),
        *pair(2.0, 1.8, game_id="g2"),
        *pair(2.0, 1.8, game_id="g3", notes="bookmaker_alone"),
        *pair(2.5, 1.5, game_id="g4", bookmaker="fanduel"),
    ]
    market = view(lines, games)
    results = outcomes(market, {"g0": WON, "g1": LOST, "g2": (99.0, 99.0), "g4": WON})
    closing = closes(
        market,
        decimal=[1.9, 1.9, 2.1, 1.7, float("nan"), float("nan"), 2.0, 1.8, 2.2, 1.65],
        other_decimal=[1.9, 1.9, 1.7, 2.1, float("nan"), float("nan"), 1.8, 2.0, 1.65, 2.2],
    )
    return asked(market, results, closing=closing, sizing="flat", size=10, bankroll=100)


def test_the_figures_of_five_bets_by_hand() -> None:
    found = small()
    told = found.metrics
    assert {name: told[name] for name in ("bets", "won", "lost", "pushed", "turnover")} == {
        "bets": 4, "won": 2, "lost": 1, "pushed": 1, "turnover": 40,
    }  # fmt: skip
    assert told["profit"] == 15 and told["yield"] == 0.375 and told["roi"] == 0.15
    assert told["win_rate"] == pytest.approx(2 / 3)
    assert found.open_bets == {"not_over": 1} and len(found.bets) == 5
    assert [one["bankroll"] for one in found.equity] == [100, 110, 100, 100, 115]
    assert found.equity[0]["date_et"] is None and found.equity[1]["date_et"] == "2026-01-05"
    assert found.breakdowns["month"]["2026-01"]["bets"] == 3
    assert found.breakdowns["month"]["2026-02"]["yield"] == 1.5
    assert found.breakdowns["price_range"]["2.50 to 4.00"]["bets"] == 1
    assert set(found.breakdowns["tier"]) == {"closing"}
    assert found.games == {"listed": 5, "decided": 5, "with_bets": 5}


def test_closing_value_is_told_with_its_coverage() -> None:
    found = small()
    # of the settled: 2.0 against 1.9 and 2.1, one without a close, 2.5 against 2.2
    assert {name: count for name, count in found.clv["bets"].items() if count} == {
        "price": 3, "no_close": 1,
    }  # fmt: skip
    assert found.clv["computed_share"] == 1
    beaten = [bet["clv_price_ev_pct"] for bet in found.bets]
    assert beaten == pytest.approx(
        [100 * (2 / 1.9 - 1), 100 * (2 / 2.1 - 1), None, 0, 100 * (2.5 / 2.2 - 1)]
    )
    # of the three that are settled two; the open one at 1.8 against 2.0 counts nowhere
    assert found.clv["beat_close_share"] == pytest.approx(2 / 3)
    settled = [beaten[place] for place in (0, 1, 4)]
    assert found.clv["mean_price_ev_pct"] == pytest.approx(sum(settled) / 3)
    assert found.intervals["clv_price_ev_pct"]["value"] == pytest.approx(sum(settled) / 3)
    told = {row["figure"]: row["of"] for row in figures(found)}
    assert told["beat the close"] == "3 bets" and told["CLV, points"] == "0 bets"


@pytest.mark.parametrize(
    ("market", "point", "close", "bets", "share"),
    [
        ("h2h", None, {}, "no_closing_price", 0.0),
        ("totals", 210.0, {}, "no_closing_price", 0.0),
        ("totals", 210.0, {"point": [210.0, 210.0]}, "no_closing_price", 0.0),
        ("totals", 210.0, {"decimal": [1.9, 1.9]}, "no_closing_price", 0.0),
        ("totals", 210.0, {"point": [211.0, 211.0]}, "points", 1.0),
        ("totals", 210.0, {"point": [210.0] * 2, "decimal": [1.9] * 2}, "price", 1.0),
    ],
)
def test_a_close_that_says_too_little_is_told_and_lowers_the_share(
    market: str, point: float | None, close: dict[str, Any], bets: str, share: float
) -> None:
    board = view(pair(2.0, 1.8, market=market, point=point))
    found = asked(
        board, outcomes(board, {"g1": (120.0, 100.0)}), sizing="flat",
        closing=closes(board, exists=[1, 1], **close),
        parameters={"market": market, "side": "home" if market == "h2h" else "over"},
    )  # fmt: skip
    assert {name for name, count in found.clv["bets"].items() if count} == {bets}
    assert found.clv["computed_share"] == share


def test_a_close_that_broke_a_rule_is_told_and_lowers_the_share() -> None:
    board = view(pair(2.0, 1.8))
    rejected = replace(closes(board, exists=[1, 1]), rejected=np.ones(2, dtype=bool))
    found = asked(board, outcomes(board, {"g1": WON}), sizing="flat", closing=rejected)
    assert found.clv["bets"]["rejected_close"] == 1 and found.clv["computed_share"] == 0
    assert "1 bets have no closing line value: rejected close." in sentences(found)


def test_an_assumed_price_is_told_in_points() -> None:
    board = view(pair(1.9, 1.9, market="totals", point=210.0, assumed=True))
    found = asked(
        board, outcomes(board, {"g1": (120.0, 100.0)}), sizing="flat",
        closing=closes(board, point=[210.0, 210.0], decimal=[1.8, 1.8]),
        parameters={"market": "totals", "side": "over"},
    )  # fmt: skip
    assert found.clv["computed_share"] == 1 and found.clv["mean_points"] == 0


def test_every_bet_has_every_column_and_its_notes() -> None:
    bets = small().bets
    assert all(list(bet) == list(COLUMNS) for bet in bets)
    assert bets[3]["quality_notes"] == ["line: bookmaker_alone"]
    assert (bets[3]["result"], bets[3]["result_reason"], bets[3]["profit"]) == (
        "open", "not_over", None,
    )  # fmt: skip
    assert bets[0]["price_age_seconds"] == 300 and bets[0]["decision_at"].endswith("Z")
    assert bets[0]["rationale"].startswith("fanduel pays +100 (2.000) on Boston Celtics to win")


@pytest.mark.parametrize("result", ["small", "large", "empty"])
def test_export_import_export_is_the_same_to_the_byte(result: str, tmp_path: Path) -> None:
    if result == "small":
        found = small()
    elif result == "large":
        market = synthetic_market(400, seed=1, edge=0.06, edge_share=0.3)
        found = asked(market.view, market.outcomes, "positive_ev", market.closes)
        assert found.calibration is not None and found.metrics["bets"] > 50
    else:
        market_of_none = view([])
        found = asked(market_of_none, outcomes(market_of_none, {}))
        assert found.metrics["bets"] == 0 and found.intervals == {}
    text = found.to_json()
    again = BacktestResult.from_json(text)
    assert again == found and again.to_json() == text
    assert "NaN" not in text and "Infinity" not in text
    found.write(tmp_path / "result.json")
    assert (tmp_path / "result.json").read_text() == text
    assert again.asked.as_dict() == found.asked.as_dict()


def test_a_run_is_deterministic_and_its_seed_counts() -> None:
    market = synthetic_market(300, seed=1)
    one, same, other = (
        asked(market.view, market.outcomes, seed=seed).to_json() for seed in (0, 0, 1)
    )
    assert one == same != other


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content["bets"].pop(),
        lambda content: content["bets"][0].pop("stake"),
        lambda content: content.update(format=99),
        lambda content: content.pop("metrics"),
        lambda content: content["open_bets"].update(no_rule=1),
    ],
)
def test_what_does_not_agree_is_no_result(change: Any) -> None:
    content = json.loads(small().to_json())
    change(content)
    with pytest.raises(ResultError):
        BacktestResult.from_json(json.dumps(content))
    with pytest.raises(ResultError):
        BacktestResult.from_json("{")


@pytest.mark.parametrize(
    ("strategy", "parameters", "said"),
    [
        ("flat", {"bookmaker": "fanduell"}, "bookmaker is fanduell: .* there are betmgm, fanduel"),
        ("flat", {"period": "hf"}, "period is hf: .* there are full"),
        ("positive_ev", {"sharp_bookmakers": "pinacle"}, "sharp_bookmakers is pinacle"),
        ("positive_ev", {"periods": "1h,2h"}, "periods is 1h, 2h"),
        (
            "combination",
            {"members": "flat,fade_public", "member_parameters": {"flat": {"bookmaker": "fd"}}},
            "flat: bookmaker is fd",
        ),
    ],
)
def test_a_book_or_period_that_is_not_there_is_told_with_those_that_are(
    strategy: str, parameters: dict[str, Any], said: str
) -> None:
    market = view(pair(2.0, 1.8) + pair(1.9, 1.9, bookmaker="betmgm"))
    told = sentences(asked(market, outcomes(market, {"g1": WON}), strategy, parameters=parameters))
    assert re.search(said, " ".join(told), re.IGNORECASE), told
    there = asked(market, outcomes(market, {"g1": WON}))
    assert not any("no such price" in one for one in there.notes)


def test_without_any_price_that_is_told() -> None:
    nothing = view([])
    assert "There is no price at all." in sentences(asked(nothing, outcomes(nothing, {})))


def test_luck_is_told_as_how_likely_it_would_do_as_well() -> None:
    told = " ".join(sentences(small()))
    assert "Luck alone would do at least as well with a probability of 0." in told
    many = " ".join(sentences(replace(small(), luck={**small().luck, "variants": 7})))
    assert "as the best of 7 tries without any edge" in many
