"""Which games of a span are taken: even over dates, teams in proportion, many pairings."""

import itertools
import time
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from linehouse.backfill.selection import PastGame, Selection, how_many, select
from linehouse.days import EASTERN
from linehouse.sandbox.league.league import League


@pytest.fixture(scope="module")
def season() -> list[PastGame]:
    """Two months of the simulator's baseball: 786 games or so."""
    league = League(20260418)
    return [
        PastGame(
            game.sport_key,
            game.starts_at.astimezone(EASTERN).date(),
            game.starts_at,
            game.fixture.away.name,
            game.fixture.home.name,
        )
        for game in league.games_between("baseball_mlb", date(2026, 5, 1), date(2026, 6, 30))
    ]


@pytest.mark.parametrize("selection", list(Selection))
def test_as_many_as_asked_each_once_in_order_and_the_same_again(season, selection) -> None:
    number = how_many(len(season), 20)
    assert number == round(len(season) / 5)
    chosen = select(season, number, selection, seed=7)
    assert len(chosen) == len(set(chosen)) == number
    assert chosen == sorted(chosen, key=lambda game: game.commence_at)
    assert chosen == select(list(reversed(season)), number, selection, seed=7)
    if selection is not Selection.UNIFORM:
        assert chosen != select(season, number, selection, seed=8)


def test_weighted_is_even_over_the_dates_and_the_teams(season) -> None:
    chosen = select(season, how_many(len(season), 20), Selection.WEIGHTED)
    played = Counter(game.game_date_et for game in season)
    taken = Counter(game.game_date_et for game in chosen)
    for day, games in played.items():
        assert abs(taken[day] - games / 5) <= 1.2, day
    teams = Counter(team for game in season for team in (game.home_team, game.away_team))
    of_team = Counter(team for game in chosen for team in (game.home_team, game.away_team))
    assert len(teams) == 30
    for team, games in teams.items():
        assert abs(of_team[team] - games / 5) <= 2, team

    def pairings(games: list[PastGame]) -> int:
        return len({frozenset((game.home_team, game.away_team)) for game in games})

    at_random = [select(season, len(chosen), Selection.RANDOM, seed) for seed in range(5)]
    assert pairings(chosen) >= max(map(pairings, at_random))


def test_ten_seasons_are_weighed_in_seconds(season) -> None:
    """24,000 games of 30 teams: 7 s on two busy cores; looking at every game for every choice, it
    was over ten minutes. A third of them here."""
    long = [
        replace(game, game_date_et=game.game_date_et + timedelta(days=61 * number))
        for number in range(10)
        for game in season
    ]
    began = time.process_time()
    chosen = select(long, how_many(len(long), 20), Selection.WEIGHTED)
    assert time.process_time() - began < 20
    assert len(set(chosen)) == len(chosen) > 1_500


def test_uniform_takes_every_fifth(season) -> None:
    ordered = sorted(season, key=lambda g: (g.commence_at, g.sport_key, g.home_team))
    chosen = select(season, how_many(len(season), 20), Selection.UNIFORM)
    places = [ordered.index(game) for game in chosen]
    assert {after - before for before, after in itertools.pairwise(places)} <= {4, 5, 6}


@pytest.mark.parametrize(
    ("games", "share", "number"), [(0, 20, 0), (1, 20, 1), (3, 20, 1), (10, 20, 2), (7, 100, 7)]
)
def test_a_share_is_at_least_one_game(games: int, share: float, number: int) -> None:
    assert how_many(games, share) == number
