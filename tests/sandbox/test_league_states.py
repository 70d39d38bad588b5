"""What state a game is in, and its line score, at any moment."""

from datetime import datetime, timedelta

import pytest

from linehouse.sandbox.league.books import BOOKMAKERS
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import SPORTS, League
from linehouse.sandbox.upstreams.game_numbers import number_of
from linehouse.sources.rows import GAME_STATES

SEED = 20260418
SEASONS = {"basketball_nba": "2025-26", "baseball_mlb": "2026"}
SECOND = timedelta(seconds=1)


@pytest.fixture(scope="module")
def league() -> League:
    return League(SEED)


@pytest.fixture(scope="module")
def seasons(league: League) -> dict[str, tuple[Game, ...]]:
    return {sport: league.regular_season(sport, SEASONS[sport]) for sport in SPORTS}


def moments(game: Game, steps: int = 24) -> list[datetime]:
    length = game.reported_at - game.starts_at
    return [game.starts_at + length * step / steps for step in range(steps + 1)]


def test_a_game_is_scheduled_then_live_then_final(
    league: League, seasons: dict[str, tuple[Game, ...]]
) -> None:
    for games in seasons.values():
        for game in games[::50]:
            if game.fixture.postponed_at or game.suspended_at:
                continue
            told = [league.status(game, at) for at in moments(game)]
            assert league.status(game, game.starts_at - SECOND) == "scheduled"
            assert set(told) == {"live", "final"} and told[0] == "live" and told[-1] == "final"
            assert league.status(game, game.reported_at - SECOND) == "live"
            assert set(told) <= set(GAME_STATES)


def test_line_scores_add_up_to_the_score_at_every_moment(
    league: League, seasons: dict[str, tuple[Game, ...]]
) -> None:
    for games in seasons.values():
        for game in games[::20]:
            if game.fixture.postponed_at:
                continue
            before = ((), ())
            assert league.line_score(game, game.starts_at - SECOND) == before
            assert league.period(game, game.starts_at - SECOND) == 0
            assert league.period(game, game.starts_at) == 1
            for at in moments(game):
                away, home = league.line_score(game, at)
                score = game.score_at(at)
                assert (sum(away), sum(home)) == (score.away, score.home)
                assert len(away) - len(home) in (0, 1), "the home side bats second"
                assert len(away) == league.period(game, at)
            away, home = league.line_score(game, game.ends_at)
            assert (sum(away), sum(home)) == (game.away_score, game.home_score)


def test_periods_are_those_of_the_sport(seasons: dict[str, tuple[Game, ...]]) -> None:
    nba, mlb = (
        [game for game in seasons[sport] if not game.fixture.postponed_at] for sport in SPORTS
    )
    for game in nba:
        away, home = game.line_score_at(game.ends_at)
        assert len(away) == len(home) >= 4
        assert all(8 <= points <= 60 for points in away[:4] + home[:4])
        if len(away) > 4:
            assert sum(away[:4]) == sum(home[:4]), "overtime follows a tie"
            assert all(sum(away[:end]) == sum(home[:end]) for end in range(4, len(away)))
    for game in mlb:
        away, home = game.line_score_at(game.ends_at)
        assert len(away) >= 9
        if len(away) > 9:
            assert sum(away[:9]) == sum(home[:9]) and len(home) == len(away)
        elif len(home) == 8:
            assert sum(home) > sum(away), "no last half is needed"
        elif sum(home) > sum(away):
            assert sum(home[:8]) <= sum(away), "the winning run came in the last half"
    assert 0.04 < sum(game.result.periods > 4 for game in nba) / len(nba) < 0.09
    assert 0.07 < sum(game.result.periods > 9 for game in mlb) / len(mlb) < 0.14
    unplayed = sum(len(game.result.home_periods) < game.result.periods for game in mlb)
    assert 0.35 < unplayed / len(mlb) < 0.55


def test_the_home_side_bats_second(league: League, seasons: dict[str, tuple[Game, ...]]) -> None:
    away_bats = home_bats = 0
    for game in seasons["baseball_mlb"][::40]:
        if game.fixture.postponed_at:
            continue
        for at in moments(game)[1:-4]:
            away, home = league.line_score(game, at)
            away_bats += len(home) == len(away) - 1
            home_bats += len(home) == len(away)
    assert 0.35 < away_bats / (away_bats + home_bats) < 0.65


def test_halves_are_as_uncertain_as_real_ones(seasons: dict[str, tuple[Game, ...]]) -> None:
    halves = [
        sum(game.result.home_periods[:2])
        - sum(game.result.away_periods[:2])
        - game.expectation.margin / 2
        for game in seasons["basketball_nba"]
    ]
    variance = sum(half * half for half in halves) / len(halves)
    assert 8.0**2 < variance < 9.3**2


def test_overtime_makes_a_game_longer(seasons: dict[str, tuple[Game, ...]]) -> None:
    def mean_length(games: list[Game]) -> timedelta:
        return sum((game.ends_at - game.starts_at for game in games), timedelta()) / len(games)

    for games in seasons.values():
        usual = [game for game in games if game.result.periods == game.result.regulation]
        longer = [game for game in games if game.result.periods > game.result.regulation]
        usual = [game for game in usual if game.suspended_at is None]
        longer = [game for game in longer if game.suspended_at is None]
        assert mean_length(longer) > mean_length(usual) + timedelta(minutes=8)


def test_postponed_games_are_never_played(
    league: League, seasons: dict[str, tuple[Game, ...]]
) -> None:
    for games in seasons.values():
        postponed = [game for game in games if game.fixture.postponed_at]
        assert postponed
        for game in postponed:
            called_off = game.fixture.postponed_at
            assert called_off is not None
            assert league.status(game, called_off - SECOND) == "scheduled"
            for at in (called_off, game.starts_at, game.ends_at + timedelta(days=3)):
                assert league.status(game, at) == "postponed"
                assert league.line_score(game, at) == ((), ())
                score = game.score_at(at)
                assert (score.home, score.away) == (0, 0)


def test_postponed_and_makeup_games_name_each_other(
    league: League, seasons: dict[str, tuple[Game, ...]]
) -> None:
    for sport, games in seasons.items():
        for game in games:
            made_up_on = game.fixture.made_up_on
            assert (made_up_on is None) == (game.fixture.postponed_at is None)
            if made_up_on is None:
                continue
            makeup = [
                other.fixture
                for other in league.games_on(sport, made_up_on)
                if other.fixture.makes_up == game.fixture.date_et
                and other.fixture.home == game.fixture.home
            ]
            assert len(makeup) == 1
            assert makeup[0].away == game.fixture.away and makeup[0].postponed_at is None


def test_an_nba_makeup_game_is_on_a_free_day(
    league: League, seasons: dict[str, tuple[Game, ...]]
) -> None:
    makeups = [game for game in seasons["basketball_nba"] if game.fixture.makes_up]
    assert makeups
    for game in makeups:
        assert league.games_on("basketball_nba", game.fixture.date_et) == (game,)
        assert game.fixture.makes_up is not None
        assert game.fixture.makes_up < game.fixture.date_et


def test_suspended_games_stand_still_and_are_resumed_before_the_next_one(
    league: League, seasons: dict[str, tuple[Game, ...]]
) -> None:
    suspended = [game for game in seasons["baseball_mlb"] if game.suspended_at]
    assert 2 <= len(suspended) <= 20
    for game in suspended:
        stops, resumes = game.suspended_at, game.resumes_at
        assert stops is not None and resumes is not None
        assert game.starts_at < stops < resumes < game.ends_at
        assert league.status(game, stops - SECOND) == "live"
        assert league.status(game, stops) == league.status(game, resumes - SECOND) == "suspended"
        assert league.status(game, resumes) == "live"
        assert game.score_at(stops) == game.score_at(resumes - SECOND)
        assert league.line_score(game, stops) == league.line_score(game, resumes - SECOND)
        midway = stops + (resumes - stops) / 2
        assert all(league.view(game, book, midway) is None for book in BOOKMAKERS)
        following = [
            other
            for other in league.games_on("baseball_mlb", game.fixture.date_et + timedelta(days=1))
            if other.fixture.home == game.fixture.home
        ]
        assert len(following) == 1
        assert game.ends_at < following[0].starts_at + timedelta(minutes=15)
        assert game in league.upcoming("baseball_mlb", midway)


def test_an_unknown_season_is_refused(league: League) -> None:
    with pytest.raises(ValueError, match="no season"):
        league.regular_season("basketball_nba", "2025")


def test_a_game_that_was_made_again_has_the_same_number(
    league: League, seasons: dict[str, tuple[Game, ...]]
) -> None:
    """The league keeps some days in memory; a game of a day that was forgotten stays itself."""
    other = League(SEED)
    for games in seasons.values():
        for game in games[::300]:
            day = game.fixture.date_et
            assert other.games_on(game.sport_key, day).index(game) >= 0
            assert number_of(other, game) == number_of(league, game)
            assert {game} == set(other.games_on(game.sport_key, day)) & {game}
            assert game != League(SEED + 1).games_on(game.sport_key, day)
