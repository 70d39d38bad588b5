"""A claim on made-up leagues: none is called luck, a planted edge is found."""

import json
import re
from datetime import date

import pytest

from linehouse.backtest.claims import telling
from linehouse.backtest.claims.examination import Asked, Examination, examine_on
from linehouse.backtest.claims.page import page
from linehouse.backtest.claims.record import Claim, ClaimError
from tests.backtest.asking import rules
from tests.backtest.claimed_league import PLANTED, asked, claimed_league


@pytest.fixture(scope="module")
def luck() -> Examination:
    """A league without any edge, with a model."""
    return examine_on(asked(("logistic",)), *claimed_league(420, seed=11), rules())


@pytest.fixture(scope="module")
def edge() -> Examination:
    """One in which one filter wins 62 %."""
    return examine_on(asked(), *claimed_league(420, seed=12, edge=0.12), rules())


def test_no_edge_is_called_luck(luck: Examination) -> None:
    assert luck.verdict == "luck" and luck.family["whole"]["chance"] > 0.05
    by_rate, by_errors = luck.afterwards
    assert by_rate["before_rate"] > 0.57 and by_rate["low"] < 0.5 < by_rate["high"]
    assert by_errors["low"] < 0.5238
    assert "shows nothing but luck" in " ".join(telling.conclusion(luck))


def test_a_planted_edge_is_found_and_lasts(edge: Examination) -> None:
    assert edge.verdict == "edge"
    assert edge.family["whole"]["best"].startswith(PLANTED[:4])
    assert "opponent played the day before" in edge.family["whole"]["best"]
    _, by_errors = edge.afterwards
    assert by_errors["low"] > 110 / 210
    assert "the family shows an edge" in " ".join(telling.conclusion(edge))


def test_four_leagues_without_edge_are_luck_and_four_with_one_are_not() -> None:
    for seed in range(4):
        for planted, verdict in ((0.0, "luck"), (0.14, "edge")):
            found = examine_on(asked(draws=60), *claimed_league(300, seed, planted), rules())
            assert found.verdict == verdict, (seed, planted, found.family, found.afterwards)


def test_the_model_is_asked_with_each_filter(luck: Examination) -> None:
    rows = luck.learned
    assert {one["estimator"] for one in rows} == {"logistic"} and len(rows) == 6
    by_filter = {
        (one["minimum_ev_pct"], one["minimum_confidence_pct"]): one["bets"] for one in rows
    }
    assert by_filter[0, 0] >= by_filter[0, 55] >= by_filter[0, 60]
    assert by_filter[0, 55] >= by_filter[5, 55]


def test_the_same_question_has_the_same_answer_to_the_byte(edge: Examination) -> None:
    again = examine_on(asked(), *claimed_league(420, seed=12, edge=0.12), rules())
    assert again.to_json() == edge.to_json()
    other = examine_on(asked(), *claimed_league(420, seed=13, edge=0.12), rules())
    assert other.fingerprint != edge.fingerprint
    assert json.loads(edge.to_json())["record"]["wins"] == 256


def test_the_page_needs_nothing_else_and_says_what_was_found(luck: Examination) -> None:
    html = page(luck)
    assert not re.search(r"""(src|href)=|@import|url\(|<script""", html)
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) <= {"http://www.w3.org/2000/svg"}
    for words in (
        "60.6 % of 422 spreads right, a yield of +15.7 %", "an identity and no second piece",
        "1. What the numbers themselves say", "2. What choosing among filters", "3. What the walk",
        "4. What the claim would need", "At most 421 bets were decided", luck.fingerprint,
        "linehouse backtest examine-claim --win-pct 60.6 --bets 422 --market spreads",
        telling.between(luck.record["exact_low"], luck.record["exact_high"]),
        f"{luck.family['size']:,} filters",
    ):  # fmt: skip
        assert words in html, words
    assert html.count("<svg") == 2


def test_what_cannot_be_examined_is_refused() -> None:
    view, outcomes = claimed_league(5, seed=1)
    days = (date(2020, 1, 1), date(2020, 2, 1))
    with pytest.raises(ClaimError, match="no game from 2020-01-01"):
        examine_on(Asked(Claim(55.0, 100, "totals"), *days), view, outcomes, rules())
    with pytest.raises(ClaimError, match="no estimator oracle"):
        Asked(Claim(55.0, 100), *days, estimators=("oracle",))
    with pytest.raises(ClaimError, match="are no days"):
        Asked(Claim(55.0, 100), *days[::-1])
