"""Elo ratings by hand, and that no rating knows of its day or later."""

from typing import Any

import numpy as np
import pytest

from linehouse.backtest.engine import PastResults
from linehouse.market.games import ViewGames
from linehouse.market.view import MarketView
from linehouse.ratings.elo import BY_LEAGUE, MEAN, Sizes, elo_as_known, expected
from tests.strategies.by_hand import game, outcomes, pair, view

NBA = BY_LEAGUE["nba"]


def meetings(*told: dict[str, Any]) -> MarketView:
    """Games in a row, `g0` on; Boston at home to New York unless told otherwise."""
    games = [game(f"g{number}", **changes) for number, changes in enumerate(told)]
    return view([row for one in games for row in pair(2.0, 2.0, game_id=one["game_id"])], games)


def told(market: MarketView, scores: dict[str, Any]) -> list[tuple[float, float]]:
    found = elo_as_known(market.games, PastResults(outcomes(market, scores)))
    return [(float(home), float(away)) for home, away in zip(*found, strict=True)]


def test_what_is_expected_by_hand() -> None:
    """Ten times as likely for 400 points, the home side's 100 among them."""
    assert expected(1800, 1500, NBA) == pytest.approx(10 / 11)
    assert expected(1500, 1500, Sizes(home=0)) == 0.5
    with pytest.raises(ValueError, match="k 0"):
        Sizes(k=0)


def test_a_result_moves_both_from_the_next_day_on() -> None:
    """20 * (1 - 1 / (1 + 10 ** -0.25)) = 7.198 points from the loser to the winner at home."""
    market = meetings({"day": 0}, {"day": 0}, {"day": 1}, {"day": 2})
    found = told(market, {"g0": (110, 100), "g2": (90, 100)})
    gained = 20 * (1 - 1 / (1 + 10**-0.25))
    assert gained == pytest.approx(7.198, abs=1e-3)
    assert found[:2] == [(MEAN, MEAN)] * 2, "nothing of its own day"
    assert found[2] == (pytest.approx(MEAN + gained), pytest.approx(MEAN - gained))
    lost = 20 * expected(*found[2], NBA)
    assert found[3] == (
        pytest.approx(found[2][0] - lost), pytest.approx(found[2][1] + lost)
    )  # fmt: skip


def test_a_new_season_begins_nearer_to_the_mean() -> None:
    market = meetings({"day": 0}, {"day": 200, "season": "2026-27"})
    home, away = told(market, {"g0": (110, 100)})[1]
    assert (home - MEAN, MEAN - away) == (pytest.approx(0.75 * 7.198, abs=1e-3),) * 2


def test_points_only_move_between_teams_and_a_result_counts_once() -> None:
    names = ["a", "b", "c", "d"]
    rng = np.random.default_rng(1)
    rows = []
    for day in range(40):
        first, second = rng.choice(4, 2, replace=False)
        rows.append({"day": day, "home_team_id": names[first], "away_team_id": names[second]})
    market = meetings(*rows)
    scores = {f"g{n}": (100 + int(rng.integers(-9, 10)), 100.5) for n in range(40)}
    found = told(market, scores)
    last: dict[str, float] = dict.fromkeys(names, MEAN)
    for row, (home, away) in zip(rows, found, strict=True):
        last |= {row["home_team_id"]: home, row["away_team_id"]: away}
    assert sum(last.values()) == pytest.approx(4 * MEAN, abs=40)
    assert len({round(one) for one in last.values()}) > 1


def test_no_rating_knows_of_its_day_or_later() -> None:
    market = meetings(*({"day": day} for day in range(10)))
    scores = {f"g{day}": (110, 100) for day in range(10)}
    other = scores | {f"g{day}": (100, 110) for day in range(5, 10)}
    before, after = told(market, scores), told(market, other)
    assert before[:6] == after[:6] and before[6:] != after[6:]


def test_a_league_without_sizes_of_its_own_has_the_usual_ones() -> None:
    assert isinstance(meetings({}).games, ViewGames)
    market = meetings({"league": "nhl"}, {"day": 1, "league": "nhl"})
    home, _ = told(market, {"g0": (3, 2)})[1]
    assert home - MEAN == pytest.approx(20 * (1 - expected(MEAN, MEAN)))
