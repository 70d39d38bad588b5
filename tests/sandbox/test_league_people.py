"""Players, injuries, pitchers and statistics: they matter, and nothing of the future is told."""

import statistics
from datetime import datetime, timedelta

import pytest

from linehouse.sandbox.league.books import BookView
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import SPORTS, League
from linehouse.sandbox.truth import Truth

SEED = 20260418
SEASONS = {"basketball_nba": "2025-26", "baseball_mlb": "2026"}
SECOND = timedelta(seconds=1)
STATUSES = {"Out", "Questionable", "Day-To-Day"}


@pytest.fixture(scope="module")
def league() -> League:
    return League(SEED)


@pytest.fixture(scope="module")
def truth(league: League) -> Truth:
    return Truth(league)


@pytest.fixture(scope="module")
def seasons(league: League) -> dict[str, list[Game]]:
    return {
        sport: [
            game
            for game in league.regular_season(sport, SEASONS[sport])
            if game.fixture.postponed_at is None
        ]
        for sport in SPORTS
    }


def home_prob(view: BookView | None) -> float | None:
    for quote in view.quotes if view else ():
        if quote.market == "h2h":
            first, second = (
                100 / (100 + price) if price > 0 else -price / (100 - price)
                for price in (quote.first_price, quote.second_price)
            )
            return first / (first + second)
    return None


def test_every_club_has_a_roster_of_people_of_its_own(league: League) -> None:
    for sport in SPORTS:
        players = []
        for team in league.teams(sport):
            roster = league.roster(sport, team, SEASONS[sport])
            assert league.roster(sport, team, SEASONS[sport]) == roster
            assert sum(player.share for player in roster) == pytest.approx(1, abs=0.01)
            assert all(player.name.count(" ") == 1 for player in roster)
            players += roster
        assert len({player.id for player in players}) == len(players)
        assert len({player.name for player in players}) > 0.9 * len(players)


def test_clubs_have_places_nicknames_and_abbreviations(league: League) -> None:
    for sport in SPORTS:
        teams = league.teams(sport)
        assert len({team.abbreviation for team in teams}) == len(teams) == 30
        for team in teams:
            assert 2 <= len(team.abbreviation) <= 3 and team.abbreviation.isupper()
            assert team.nickname and team.city
            assert team.name in (f"{team.city} {team.nickname}", team.nickname)


def test_most_players_stay_from_one_season_to_the_next(league: League) -> None:
    team = league.teams("basketball_nba")[0]
    one, other = (
        {player.id for player in league.roster("basketball_nba", team, season)}
        for season in ("2024-25", "2025-26")
    )
    assert 0.5 * len(one) < len(one & other) < len(one)


def test_injuries_are_told_from_their_report_on_and_not_before(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    for sport, games in seasons.items():
        at = games[len(games) // 2].starts_at
        reports = league.injuries(sport, at)
        assert 15 < len(reports) < 120
        assert {report.status for report in reports} <= STATUSES
        assert all(report.reported_at <= at for report in reports)
        day = at.astimezone(EASTERN).date()
        known = {report.player.id for report in reports}
        for team in league.teams(sport):
            for spell in truth.spells(sport, team, day):
                if at < spell.reported_at:
                    others = truth.spells(sport, team, day)
                    current = any(
                        other is not spell
                        and other.player == spell.player
                        and other.report(at) is not None
                        for other in others
                    )
                    assert current or spell.player.id not in known


def test_there_are_no_injuries_between_seasons(league: League) -> None:
    moment = datetime.fromisoformat("2026-08-20T12:00:00+00:00")
    assert league.injuries("basketball_nba", moment) == []


def test_a_missing_star_moves_the_expectation_when_it_becomes_known(
    truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    moved = 0
    for game in seasons["basketball_nba"]:
        for news in game.news:
            if news.kind == "injury" and abs(news.margin) > 1.5:
                before = truth.expectation(game, news.at - SECOND).margin
                after = truth.expectation(game, news.at).margin
                assert after - before == pytest.approx(news.margin, abs=1.0)
                moved += 1
    assert moved > 40


def test_prices_follow_an_injury_after_it_is_known(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    followed = cases = 0
    for game in seasons["basketball_nba"]:
        for news in game.news:
            if news.kind != "injury" or abs(news.margin) < 1.5:
                continue
            if any(
                other is not news and abs(other.at - news.at) < timedelta(minutes=40)
                for other in game.news
            ):
                continue
            before = home_prob(league.view(game, "pinnacle", news.at - SECOND))
            after = home_prob(league.view(game, "pinnacle", news.at + timedelta(minutes=5)))
            if before is not None and after is not None:
                cases += 1
                followed += (after - before) * news.margin > 0
    assert cases > 20 and followed > 0.9 * cases


def test_missing_players_cost_points(truth: Truth) -> None:
    """Over many games, results fall short by what the missing players are worth."""
    with_effect, without = [], []
    for seed in range(4):
        league = League(seed)
        for game in league.regular_season("basketball_nba", "2025-26"):
            if game.fixture.postponed_at:
                continue
            missing = sum(effect.margin for effect in Truth(league).injuries(game))
            args = (game.fixture.date_et,)
            home, away = (
                Truth(league).strength("basketball_nba", team, *args).margin
                for team in (game.fixture.home, game.fixture.away)
            )
            surprise = game.home_score - game.away_score - (home - away)
            if missing < -2.5:
                with_effect.append(surprise)
            elif abs(missing) < 0.5:
                without.append(surprise)
    assert len(with_effect) > 300
    assert statistics.mean(without) - statistics.mean(with_effect) > 2.5


def test_player_lines_add_up_and_leave_the_injured_out(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    for sport, games in seasons.items():
        for game in games[::60]:
            lines = league.player_lines(game)
            assert lines == league.player_lines(game)
            out = {effect.player.id for effect in truth.injuries(game) if effect.misses}
            assert not out & {line.player.id for line in lines}
            for team, score in (
                (game.fixture.away, game.away_score),
                (game.fixture.home, game.home_score),
            ):
                own = [line for line in lines if line.team == team]
                assert sum(line.points for line in own) == score
                if sport == "basketball_nba":
                    overtimes = game.result.periods - 4
                    assert sum(line.minutes for line in own) == 240 + 25 * overtimes
                    assert all(line.rebounds >= 0 and line.assists >= 0 for line in own)


def test_a_clubs_totals_are_those_of_its_reported_games(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    for sport, games in seasons.items():
        team = games[0].fixture.home
        own = sorted(
            (game for game in games if team in (game.fixture.home, game.fixture.away)),
            key=lambda game: game.reported_at,
        )
        middle = own[20].reported_at
        totals = league.team_totals(sport, team, SEASONS[sport], middle)
        assert totals.games == 21 == totals.wins + totals.losses
        before = league.team_totals(sport, team, SEASONS[sport], middle - SECOND)
        assert before.games == 20
        points = sum(
            game.home_score if game.fixture.home == team else game.away_score for game in own[:21]
        )
        assert totals.points_for == points
        whole = league.team_totals(
            sport, team, SEASONS[sport], own[-1].reported_at + timedelta(days=1)
        )
        assert whole.games == len(own)


def test_five_starters_take_turns_and_matter(
    league: League, truth: Truth, seasons: dict[str, list[Game]]
) -> None:
    assert league.starters(seasons["basketball_nba"][0]) == (None, None)
    by_team: dict[str, set[int]] = {}
    better, worse = [], []
    for game in seasons["baseball_mlb"]:
        away, home = league.starters(game)
        assert away is not None and home is not None
        by_team.setdefault(game.fixture.home.name, set()).add(home.id)
        difference = truth.pitcher_quality(home, "2026") - truth.pitcher_quality(away, "2026")
        margin = game.expectation.margin
        if abs(difference) > 0.5:
            (better if difference > 0 else worse).append(margin)
    assert {len(ids) for ids in by_team.values()} == {5}
    assert statistics.mean(better) - statistics.mean(worse) > 1.0


def test_both_games_of_a_doubleheader_have_other_starters(
    league: League, seasons: dict[str, list[Game]]
) -> None:
    games = {
        (game.fixture.date_et, game.fixture.home.name, game.fixture.game_number): game
        for game in seasons["baseball_mlb"]
    }
    second = [key for key in games if key[2] == 2]
    assert second
    for day, home, _ in second:
        assert not set(league.starters(games[day, home, 1])) & set(
            league.starters(games[day, home, 2])
        )
