"""Settlement, case by case: market, period, push, half results, and games that went wrong."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse import own_seeds
from linehouse.betting.games import Games, innings_played
from linehouse.betting.odds import InvalidOddsError
from linehouse.betting.settlement import Bets, Reason, Result, Settlement, settle
from linehouse.betting.settlement_rules import Rules
from tests.betting.properties import quick

RULES = Rules(own_seeds.rows("settlement_rules"))
NBA = {"league": "nba", "status": "final", "home": 110, "away": 104}
NBA_LINES = {"home_segments": [30, 20, 25, 25, 10], "away_segments": [25, 28, 22, 25, 4]}
MLB = {"league": "mlb", "status": "final", "home": 4, "away": 3}


def result_of(
    bet: tuple[str, str, float | None], game: dict[str, Any], period: str = "full",
    bookmaker: str = "fanduel", decimal: float = 1.9, **listed: Any,
) -> tuple[str, str, float]:  # fmt: skip
    """Result, reason and profit of one unit, in words."""
    facts = dict(game)
    home, away = facts.pop("home", None), facts.pop("away", None)
    market, side, point = bet
    found = settle(
        Bets([0], [bookmaker], [market], [period], [side], [point], [decimal],
             **{name: [value] for name, value in listed.items()}),
        Games(
            **{name: [value] for name, value in facts.items()},
            home_score=[home],
            away_score=[away],
        ),
        RULES,
    )  # fmt: skip
    return (
        Result(found.result[0]).name.lower(),
        Reason(found.reason[0]).name.lower(),
        float(found.profit[0]),
    )


@pytest.mark.parametrize(
    ("bet", "result", "profit"),
    [
        (("h2h", "home", None), "won", 0.9),
        (("h2h", "away", None), "lost", -1),
        (("spreads", "home", -5.5), "won", 0.9),
        (("spreads", "home", -6), "push", 0),
        (("spreads", "away", 6), "push", 0),
        (("spreads", "home", -6.5), "lost", -1),
        (("spreads", "away", 6.5), "won", 0.9),
        (("spreads", "home", -5.75), "half_won", 0.45),
        (("spreads", "home", -6.25), "half_lost", -0.5),
        (("spreads", "away", 5.75), "half_lost", -0.5),
        (("spreads", "away", 6.25), "half_won", 0.45),
        (("totals", "over", 213.5), "won", 0.9),
        (("totals", "over", 214), "push", 0),
        (("totals", "under", 214), "push", 0),
        (("totals", "under", 214.25), "half_won", 0.45),
        (("totals", "over", 214.25), "half_lost", -0.5),
        (("totals", "over", 213.75), "half_won", 0.45),
        (("totals", "under", 213.75), "half_lost", -0.5),
        (("totals", "under", 215.25), "won", 0.9),
        (("spreads", "home", -9.6), "lost", -1),
    ],
)
def test_every_market_with_push_and_half(
    bet: tuple[str, str, float | None], result: str, profit: float
) -> None:
    assert result_of(bet, NBA) == (result, "graded", pytest.approx(profit))


@pytest.mark.parametrize(
    ("period", "bet", "result"),
    [
        # by quarters 30-25, 20-28, 25-22, 25-25, overtime 10-4
        ("h1", ("h2h", "away", None), "won"),
        ("h1", ("totals", "over", 103), "push"),
        ("h1", ("spreads", "home", 3), "push"),
        ("h2", ("totals", "over", 110.5), "won"),  # 97 in regulation, 14 in overtime
        ("h2", ("spreads", "home", -9), "push"),
        ("q1", ("spreads", "home", -5), "push"),
        ("q2", ("h2h", "home", None), "lost"),
        ("q3", ("totals", "under", 47.5), "won"),
        ("q4", ("h2h", "home", None), "push"),  # without overtime
        ("q4", ("totals", "over", 50), "push"),
        ("full", ("h2h_3_way", "draw", None), "won"),  # level after regulation
        ("full", ("h2h_3_way", "home", None), "lost"),
        ("q4", ("h2h_3_way", "draw", None), "won"),
        ("q4", ("h2h_3_way", "away", None), "lost"),
        ("q1", ("h2h_3_way", "draw", None), "lost"),
        ("h1", ("h2h_3_way", "draw", None), "lost"),
        ("h1", ("h2h_3_way", "away", None), "won"),
    ],
)
def test_every_period_counts_its_own_points(
    period: str, bet: tuple[str, str, float | None], result: str
) -> None:
    assert result_of(bet, NBA | NBA_LINES, period)[0] == result


def mlb(home: list[Any], away: list[Any], **facts: Any) -> dict[str, Any]:
    """A baseball game by its innings."""
    home, away = home + [None] * (10 - len(home)), away + [None] * (10 - len(away))
    return {
        "league": "mlb", "status": "final",
        "home": sum(one or 0 for one in home), "away": sum(one or 0 for one in away),
        "home_segments": home, "away_segments": away,
        "played": innings_played([home], [away])[0],
    } | facts  # fmt: skip


FULL = mlb([0, 1, 0, 0, 2, 0, 0, 1, None], [1, 0, 0, 0, 0, 2, 0, 0, 0])
"""4-3 to the home side, which did not bat in the ninth; 3-1 after five."""


@pytest.mark.parametrize(
    ("period", "bet", "result"),
    [
        ("full", ("h2h", "home", None), "won"),
        ("full", ("totals", "over", 7), "push"),
        ("f5", ("h2h", "home", None), "won"),
        ("f5", ("totals", "under", 4.5), "won"),
        ("f5", ("spreads", "home", -2), "push"),
    ],
)
def test_baseball_by_innings(period: str, bet: tuple[str, str, float | None], result: str) -> None:
    assert FULL["played"] == 8.5
    assert result_of(bet, FULL, period) == (
        result,
        "graded",
        pytest.approx(0.9 if result == "won" else 0),
    )


SHORT = mlb([0, 1, 0, 0, 2, 0], [1, 0, 0, 0, 0, 1])
"""Called after six innings, 3-2."""
FOUR_AND_A_HALF = mlb([0, 1, 0, 2], [1, 0, 0, 0, 0])
BEHIND = mlb([0, 1, 0, 0], [1, 0, 0, 1, 0])
LEVEL = mlb([0, 1, 0, 0], [1, 0, 0, 0, 0])


@pytest.mark.parametrize(
    ("game", "period", "bookmaker", "bet", "result", "reason"),
    [
        (SHORT, "full", "fanduel", ("h2h", "home", None), "won", "graded"),
        (SHORT, "full", "fanduel", ("spreads", "away", 1.5), "void", "shortened"),
        (SHORT, "full", "fanduel", ("totals", "under", 8.5), "void", "shortened"),
        (SHORT, "full", "fanduel", ("totals", "over", 4.5), "won", "graded"),  # decided
        (SHORT, "full", "fanduel", ("totals", "under", 4.5), "lost", "graded"),
        (SHORT, "full", "fanduel", ("totals", "over", 5), "void", "shortened"),  # not yet
        (SHORT, "full", "fanduel", ("totals", "over", 4.75), "half_won", "graded"),
        (SHORT, "f5", "fanduel", ("totals", "over", 3.5), "won", "graded"),
        (FOUR_AND_A_HALF, "full", "fanduel", ("h2h", "home", None), "won", "graded"),
        (FOUR_AND_A_HALF, "f5", "fanduel", ("h2h", "home", None), "void", "shortened"),
        (FOUR_AND_A_HALF, "f5", "pinnacle", ("h2h", "home", None), "won", "graded"),
        (FOUR_AND_A_HALF, "f5", "pinnacle", ("spreads", "home", -1.5), "won", "graded"),
        (FOUR_AND_A_HALF, "f5", "pinnacle", ("totals", "under", 4.5), "void", "shortened"),
        (FOUR_AND_A_HALF, "f5", "pinnacle", ("totals", "over", 3.5), "won", "graded"),
        (BEHIND, "full", "fanduel", ("h2h", "away", None), "void", "shortened"),
        (LEVEL, "full", "fanduel", ("h2h", "home", None), "void", "shortened"),
        (NBA | {"played": 43.0}, "full", "fanduel", ("spreads", "home", -5.5), "won", "graded"),
        (NBA | {"played": 42.9}, "full", "fanduel", ("spreads", "home", -5.5), "void", "shortened"),
    ],
)  # fmt: skip
def test_shortened_games(
    game: dict[str, Any], period: str, bookmaker: str, bet: tuple[str, str, float | None],
    result: str, reason: str,
) -> None:  # fmt: skip
    assert result_of(bet, game, period, bookmaker)[:2] == (result, reason)


def test_a_game_meant_for_seven_innings_is_whole_with_seven() -> None:
    seven = mlb([0, 1, 0, 0, 2, 0, 0], [1, 0, 0, 0, 0, 1, 0])
    total = ("totals", "under", 5.5)
    assert result_of(total, seven)[0] == "void"
    assert result_of(total, seven | {"scheduled": 7})[0] == "won"


TIED = mlb([1, 0, 0, 0, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0, 0])


def test_a_tie_returns_the_stake_of_a_moneyline_and_no_other() -> None:
    assert result_of(("h2h", "home", None), TIED) == ("push", "graded", 0)
    assert result_of(("h2h_3_way", "home", None), TIED)[0] == "lost"
    assert result_of(("h2h_3_way", "draw", None), TIED)[0] == "won"
    assert result_of(("spreads", "away", 1.5), TIED)[0] == "won"
    assert result_of(("totals", "under", 2.5), TIED)[0] == "won"


@pytest.mark.parametrize(
    ("status", "result", "reason"),
    [
        ("postponed", "void", "postponed"),
        ("cancelled", "void", "cancelled"),
        ("scheduled", "open", "not_over"),
        ("live", "open", "not_over"),
    ],
)
def test_games_that_were_not_played(status: str, result: str, reason: str) -> None:
    for bet in (("h2h", "home", None), ("totals", "over", 1.5)):
        found = result_of(bet, MLB | {"status": status})
        assert found[:2] == (result, reason)
        assert (found[2] == 0) if result == "void" else np.isnan(found[2])


LISTED = {"listed_at": "2026-06-01T23:00:00Z", "listed_on": "2026-06-01"}


@pytest.mark.parametrize(
    ("league", "bookmaker", "started_at", "started_on", "result"),
    [
        ("mlb", "fanduel", "2026-06-02T02:30:00Z", "2026-06-01", "won"),  # a rain delay
        ("mlb", "fanduel", "2026-06-02T17:00:00Z", "2026-06-02", "void"),  # the next day
        ("mlb", "draftkings", "2026-06-02T10:59:00Z", "2026-06-02", "won"),  # within 12 hours
        ("mlb", "draftkings", "2026-06-02T11:01:00Z", "2026-06-02", "void"),
        ("nba", "draftkings", "2026-06-02T10:59:00Z", "2026-06-02", "void"),
        ("mlb", "fanduel", "2026-06-01T20:00:00Z", "2026-06-01", "won"),  # earlier than listed
    ],
)
def test_games_that_were_played_later(
    league: str, bookmaker: str, started_at: str, started_on: str, result: str
) -> None:
    game = MLB | {"league": league, "started_at": started_at, "started_on": started_on}
    found = result_of(("h2h", "home", None), game, "full", bookmaker, **LISTED)
    assert found[:2] == (result, "graded" if result == "won" else "played_late")


HALTED = {
    "started_at": "2026-06-01T23:00:00Z", "started_on": "2026-06-01",
    "halted_home": 2, "halted_away": 5, "halted_played": 7.0,
}  # fmt: skip
NEXT_DAY = {"resumed_at": "2026-06-02T20:00:00Z", "resumed_on": "2026-06-02"}
NEXT_MONTH = {"resumed_at": "2026-07-02T20:00:00Z", "resumed_on": "2026-07-02"}


@pytest.mark.parametrize(
    ("resumed", "bookmaker", "bet", "result", "reason"),
    [
        (NEXT_DAY, "fanduel", ("h2h", "home", None), "won", "graded"),  # 4-3 in the end
        (NEXT_DAY, "fanduel", ("totals", "under", 7), "push", "graded"),
        (NEXT_MONTH, "fanduel", ("h2h", "home", None), "void", "halted"),
        (NEXT_MONTH, "betmgm", ("h2h", "home", None), "lost", "graded"),  # 2-5 when halted
        (NEXT_MONTH, "betmgm", ("spreads", "away", -1.5), "void", "halted"),
        (NEXT_MONTH, "fanduel", ("totals", "over", 6.5), "won", "graded"),  # decided by then
        (NEXT_MONTH, "fanduel", ("totals", "over", 7.5), "void", "halted"),
    ],
)
def test_games_that_were_halted_and_resumed(
    resumed: dict[str, str], bookmaker: str, bet: tuple[str, str, float | None],
    result: str, reason: str,
) -> None:  # fmt: skip
    assert result_of(bet, MLB | HALTED | resumed, "full", bookmaker)[:2] == (result, reason)


@pytest.mark.parametrize(
    ("home", "away", "score", "winner"),
    [
        # after six full innings 2-1; what happened in the seventh, and who won
        ([0, 0, 2, 0, 0, 0], [1, 0, 0, 0, 0, 0, 3], (2, 4), "home"),  # top only: put back
        ([0, 0, 2, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 3], (3, 4), "home"),  # not caught: put back
        ([0, 0, 2, 0, 0, 0, 3], [1, 0, 0, 0, 0, 0, 3], (5, 4), "home"),  # it leads again
        ([0, 0, 0, 0, 0, 0, 2], [1, 0, 0, 0, 0, 0, 0], (2, 1), "home"),  # taken in the bottom half
        ([0, 0, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 0, 0], (1, 1), None),  # tied in the bottom half
    ],
)
def test_an_inning_that_was_not_finished_counts_only_as_an_answer(
    home: list[int], away: list[int], score: tuple[int, int], winner: str | None
) -> None:
    game = mlb(home, away, status="suspended", played=6.7)
    assert (game["home"], game["away"]) == score
    found = result_of(("h2h", "home", None), game, "full", "betmgm")[0]
    assert found == ("push" if winner is None else "won" if winner == "home" else "lost")


def test_a_score_that_is_put_back_loses_what_the_visitors_added() -> None:
    """4-0 after six innings, 4-2 when halted in the seventh: a total counts 4."""
    rows = [row for row in own_seeds.rows("settlement_rules") if not row["bookmaker"]]
    own = {"league": "mlb", "bookmaker": "x", "minimum_played": "5", "when_halted": "last_full"}
    game = mlb([4, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 2], status="suspended", played=6.5)
    bet = Bets([0] * 2, ["x"] * 2, ["totals"] * 2, ["full"] * 2, ["under"] * 2, [4.5, 3.5], [2] * 2)
    games = Games(
        ["mlb"], ["suspended"], [game["home"]], [game["away"]],
        [game["home_segments"]], [game["away_segments"]], [6.5],
    )  # fmt: skip
    assert settle(bet, games, Rules([*rows, own])).result.tolist() == [Result.WON, Result.LOST]


def test_innings_played_after_a_late_resumption_decide_nothing() -> None:
    """Halted after three innings at 1-0; the first five of the whole game had six runs."""
    game = mlb([1, 0, 0, 2, 0, 0, 0, 0, None], [0, 0, 0, 3, 0, 0, 0, 0, 0], played=8.5)
    late = game | HALTED | NEXT_MONTH | {"halted_home": 1, "halted_away": 0, "halted_played": 3.0}
    assert result_of(("totals", "over", 2.5), late, "f5")[:2] == ("void", "halted")
    assert result_of(("totals", "over", 0.5), late, "f5")[0] == "won"
    assert result_of(("totals", "over", 2.5), game, "f5")[0] == "won"


def test_a_suspended_game_may_tell_its_score_as_that_of_the_halt() -> None:
    game = NBA | {"status": "suspended", "home": None, "away": None,
                  "halted_home": 101, "halted_away": 90, "halted_played": 45.0}  # fmt: skip
    assert result_of(("spreads", "home", -10.5), game)[:2] == ("won", "graded")


@pytest.mark.parametrize(("resumed_on", "result"), [("2026-06-01", "won"), ("2026-06-02", "lost")])
def test_basketball_resumed_on_another_day_counts_as_it_stood(resumed_on: str, result: str) -> None:
    halted = HALTED | {"halted_home": 100, "halted_away": 101, "halted_played": 44.0}
    game = NBA | halted | {"resumed_on": resumed_on}
    assert result_of(("h2h", "home", None), game)[:2] == (result, "graded")


def test_a_suspended_basketball_game_counts_as_it_stood_after_43_minutes() -> None:
    game = NBA | {"status": "suspended", "played": 44.0}
    assert result_of(("spreads", "home", -5.5), game)[0] == "won"
    assert result_of(("spreads", "home", -5.5), game | {"played": 40.0})[:2] == ("void", "halted")


@pytest.mark.parametrize(
    ("game", "seen_at", "seen_on", "result"),
    [
        (MLB, "2026-06-03 11:00", "2026-06-03", ("open", "not_over")),
        (MLB, "2026-06-03 12:00", "2026-06-03", ("void", "halted")),
        (MLB, None, None, ("void", "halted")),
        (NBA | {"played": 44.0}, "2026-06-02 03:59", "2026-06-01", ("open", "not_over")),
        (NBA | {"played": 44.0}, "2026-06-02 04:01", "2026-06-02", ("won", "graded")),
        (NBA | {"played": 44.0}, None, None, ("won", "graded")),
    ],
)
def test_a_suspended_game_is_waited_for_as_long_as_the_book_does(
    game: dict[str, Any], seen_at: str | None, seen_on: str | None, result: tuple[str, str]
) -> None:
    halted = {
        "status": "suspended", "started_at": "2026-06-01 23:30", "started_on": "2026-06-01",
        "seen_at": seen_at, "seen_on": seen_on,
    }  # fmt: skip
    assert result_of(("h2h", "home", None), game | halted)[:2] == result


@pytest.mark.parametrize(
    ("bet", "period", "game", "reason"),
    [
        (("h2h", "home", None), "full", MLB | {"home": None}, "points_unknown"),
        (("totals", "over", 4.5), "f5", MLB, "points_unknown"),
        (("totals", "over", 4.5), "h1", NBA | {"home_segments": [30, None, 25, 25],
                                              "away_segments": [25, 28, 22, 25]}, "points_unknown"),
        (("h2h", "home", None), "full", NBA | {"status": "suspended"}, "length_unknown"),
        (("h2h", "home", None), "h1", MLB, "no_rule"),
        (("h2h", "home", None), "full", MLB | {"league": "kbo"}, "no_rule"),
    ],
)  # fmt: skip
def test_what_is_not_known_stays_open_with_its_reason(
    bet: tuple[str, str, float | None], period: str, game: dict[str, Any], reason: str
) -> None:
    result, why, profit = result_of(bet, game, period)
    assert (result, why) == ("open", reason)
    assert np.isnan(profit)


@pytest.mark.parametrize(
    ("market", "side", "point", "decimal", "message"),
    [
        ("h2h", "over", None, 1.9, "no such side"),
        ("h2h", "draw", None, 1.9, "no such side"),
        ("totals", "home", 200, 1.9, "no such side"),
        ("spreads", "home", None, 1.9, "needs a point"),
        ("h2h", "home", -3.5, 1.9, "has no point"),
        ("h2h", "home", None, 1.0, "price above 1"),
        ("h2h", "home", None, None, "price above 1"),
        ("props", "home", None, 1.9, "'props' is no market; there are h2h, spreads"),
    ],
)
def test_a_bet_that_cannot_be_is_refused(
    market: str, side: str, point: float | None, decimal: float | None, message: str
) -> None:
    with pytest.raises((InvalidOddsError, ValueError), match=message):
        result_of((market, side, point), NBA, decimal=decimal)  # type: ignore[arg-type]


@quick
@given(
    st.integers(0, 12), st.integers(0, 12), st.integers(-24, 24), st.floats(1.01, 20),
)  # fmt: skip
def test_both_sides_of_a_line_mirror_each_other(
    home: int, away: int, quarters: int, decimal: float
) -> None:
    point = quarters / 4
    games = Games(["mlb"], ["final"], [home], [away])
    found = settle(
        Bets([0] * 4, ["fanduel"] * 4, ["spreads"] * 2 + ["totals"] * 2, ["full"] * 4,
             ["home", "away", "over", "under"], [point, -point, abs(point), abs(point)],
             [decimal] * 4),
        games,
        RULES,
    )  # fmt: skip
    for one, other in ((0, 1), (2, 3)):
        assert found.result[one] + found.result[other] == 2 * Result.PUSH
    assert (found.profit >= -1).all() and (found.profit <= decimal - 1 + 1e-12).all()


def test_a_settlement_whose_profit_does_not_follow_cannot_be_made() -> None:
    made = {"decimal": np.array([1.9]), "result": np.array([Result.WON]),
            "reason": np.array([Reason.GRADED]), "profit": np.array([0.9])}  # fmt: skip
    Settlement(**made)
    for change, message in (
        ({"profit": np.array([1.9])}, "does not follow"),
        ({"profit": np.array([np.nan])}, "does not follow"),
        ({"result": np.array([Result.VOID]), "profit": np.array([0.0])}, "has a reason"),
        ({"result": np.array([Result.OPEN]), "reason": np.array([Reason.NOT_OVER])}, "no profit"),
    ):
        with pytest.raises(ValueError, match=message):
            Settlement(**(made | change))


def test_tables_of_different_length_are_refused() -> None:
    with pytest.raises(ValueError, match="2 away_score for 1 games"):
        Games(["nba"], ["final"], [1], [1, 2])
    with pytest.raises(ValueError, match="one side only"):
        Games(["nba"], ["final"], [1], [1], home_segments=[[1]])
    with pytest.raises(ValueError, match="below 0 in game 0"):
        Games(["nba"], ["final"], [-1], [1])
    with pytest.raises(ValueError, match="on game 1"):
        settle(Bets([1], ["x"], ["h2h"], ["full"], ["home"], [None], [2.0]),
               Games(["nba"], ["final"], [1], [0]), RULES)  # fmt: skip
