"""Which rule holds for a bet, and what a rule that cannot be read says."""

import math
from typing import Any

import numpy as np
import pytest

from linehouse import own_seeds
from linehouse.betting.settlement_rules import Rules, SettlementRuleError, Tied, WhenHalted

BASE = {
    "league": "kbo", "segment_length": "1", "overtime": "true", "minimum_played": "5",
    "spared_when_home_leads": "0.5", "decided_stands": "true", "start_within_days": "0",
    "start_within_hours": "any", "resume_within_days": "any", "resume_within_hours": "36",
    "when_halted": "void", "tied": "push",
}  # fmt: skip
FULL = {"league": "kbo", "period": "full", "first_segment": "1", "last_segment": "9"}


def test_the_seed_has_a_rule_for_every_period_that_is_collected() -> None:
    rules = Rules(own_seeds.rows("settlement_rules"))
    periods = {row["period"] for row in own_seeds.rows("markets")}
    assert periods == {"full", "h1", "h2", "f5"}
    leagues = {"nba": periods - {"f5"}, "mlb": {"full", "f5"}}
    for league, known in leagues.items():
        for period in known:
            for market in ("h2h", "spreads", "totals"):
                for row in own_seeds.rows("bookmakers"):
                    assert rules.of(league, row["key"], market, period) is not None


def test_the_books_named_in_the_seed_are_books() -> None:
    books = {row["key"] for row in own_seeds.rows("bookmakers")}
    assert {row["bookmaker"] for row in own_seeds.rows("settlement_rules")} - {""} <= books
    assert all(row["reason"] and row["since_date"] for row in own_seeds.rows("settlement_rules"))


def test_the_more_special_row_goes_first() -> None:
    rows = [
        {"league": "kbo", "bookmaker": "fanduel", "minimum_played": "7"},
        {"league": "kbo", "bookmaker": "betmgm", "period": "full", "minimum_played": "8"},
        {"league": "kbo", "period": "full", "market": "totals", "minimum_played": "9"},
        {"league": "kbo", "market": "totals", "minimum_played": "6", "tied": "lose"},
        FULL,
        BASE,
    ]
    rules = Rules(rows)

    def minimum(bookmaker: str, market: str) -> float:
        found = rules.of("kbo", bookmaker, market, "full")
        assert found is not None
        return found.minimum_played

    assert minimum("draftkings", "h2h") == 5
    assert minimum("draftkings", "totals") == 9
    assert minimum("fanduel", "totals") == 7
    assert minimum("betmgm", "totals") == 8
    total = rules.of("kbo", "draftkings", "totals", "full")
    assert total is not None and total.tied == Tied.LOSE
    assert total.start_within_days == 0 and total.start_within_hours == math.inf
    assert total.when_halted == WhenHalted.VOID


def test_a_later_row_of_the_same_bet_goes_first() -> None:
    rules = Rules([BASE, FULL, {"league": "kbo", "tied": "lose"}])
    found = rules.of("kbo", "x", "h2h", "full")
    assert found is not None and found.tied == Tied.LOSE


def test_rules_of_many_bets_are_those_of_each() -> None:
    rules = Rules(own_seeds.rows("settlement_rules"))
    bets = [("mlb", "pinnacle", "h2h", "f5"), ("nba", "fanduel", "totals", "full"),
            ("mlb", "pinnacle", "totals", "f5"), ("mlb", "x", "h2h", "h1"),
            ("nba", "fanduel", "totals", "full")]  # fmt: skip
    table, known = rules.of_many(*(np.array(column) for column in zip(*bets, strict=True)))
    assert known.tolist() == [True, True, True, False, True]
    for place, bet in enumerate(bets):
        rule = rules.of(*bet)
        for name, values in table.items():
            if rule is None:
                assert np.isnan(values[place])
            else:
                assert values[place] == getattr(rule, name)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([BASE | {"tied": "draw"}, FULL], "line 2: tied is 'draw'; it must be push, lose"),
        ([BASE | {"minimum_played": "five"}, FULL], "minimum_played is 'five'; .* a number"),
        ([BASE | {"resume_within_hours": "long"}, FULL], "must be a number or any"),
        ([BASE, {"period": "full"}], "line 3: no league"),
        ([FULL], "no row fills overtime, .* for kbo, any bookmaker, any market, full"),
        ([BASE, FULL | {"first_segment": "10"}], "segments 10 to 9 are no period"),
        ([BASE | {"minimum_played": "0.2"}, FULL], "a minimum of 0.2 with 0.5 spared"),
        ([BASE | {"start_within_days": "-1"}, FULL], "below 0"),
        ([BASE | {"segment_length": "0"}, FULL], "length 0"),
    ],
)
def test_a_rule_that_cannot_be_read_says_where_and_why(
    rows: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(SettlementRuleError, match=message):
        Rules(rows)
