"""The league's calendar looks like a real one."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from linehouse.sandbox.league.calendar import EASTERN, season_of
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.playoffs import playoff_fixtures
from linehouse.sandbox.league.teams import MLB, NBA

SEED = 20260418
SPANS = {
    "basketball_nba": (date(2025, 10, 1), date(2026, 6, 30)),
    "baseball_mlb": (date(2026, 3, 1), date(2026, 10, 31)),
}


@pytest.fixture(scope="module")
def seasons() -> dict[str, list[Game]]:
    league = League(SEED)
    return {sport: list(league.games_between(sport, *span)) for sport, span in SPANS.items()}


def regular(games: list[Game]) -> list[Game]:
    return [game for game in games if game.fixture.season_type == "regular"]


def test_a_season_of_each_sport_has_about_the_real_number_of_games(
    seasons: dict[str, list[Game]],
) -> None:
    played = {
        sport: Counter(
            team.name
            for game in regular(games)
            if game.fixture.postponed_at is None
            for team in (game.fixture.home, game.fixture.away)
        )
        for sport, games in seasons.items()
    }
    assert set(played["basketball_nba"]) == {team.name for team in NBA}
    assert set(played["baseball_mlb"]) == {team.name for team in MLB}
    assert set(played["basketball_nba"].values()) == {82}
    assert all(150 <= count <= 166 for count in played["baseball_mlb"].values())


def test_about_half_of_a_clubs_games_are_at_home(seasons: dict[str, list[Game]]) -> None:
    for games in seasons.values():
        home = Counter(game.fixture.home.name for game in regular(games))
        away = Counter(game.fixture.away.name for game in regular(games))
        for name in home:
            assert 0.36 < home[name] / (home[name] + away[name]) < 0.64, name


def test_the_nba_rests_on_christmas_eve_and_no_club_plays_twice_a_day(
    seasons: dict[str, list[Game]],
) -> None:
    by_day = defaultdict(list)
    for game in seasons["basketball_nba"]:
        by_day[game.fixture.date_et] += [game.fixture.home.name, game.fixture.away.name]
    assert date(2025, 12, 24) not in by_day and date(2025, 12, 25) in by_day
    assert all(len(names) == len(set(names)) for names in by_day.values())


def test_nba_pairings_do_not_repeat_on_consecutive_days(seasons: dict[str, list[Game]]) -> None:
    days = defaultdict(list)
    for game in seasons["basketball_nba"]:
        days[frozenset((game.fixture.home.name, game.fixture.away.name))].append(
            game.fixture.date_et
        )
    assert all(
        second - first > timedelta(days=1)
        for dates in days.values()
        for first, second in pairwise(sorted(dates))
    )


def test_mlb_has_postponements_that_are_made_up_in_doubleheaders(
    seasons: dict[str, list[Game]],
) -> None:
    games = {
        (game.fixture.date_et, game.fixture.home.name, game.fixture.game_number): game
        for game in seasons["baseball_mlb"]
    }
    assert len(games) == len(seasons["baseball_mlb"])
    postponed = [game for game in games.values() if game.fixture.postponed_at is not None]
    assert 15 < len(postponed) < 70
    for game in postponed:
        fixture = game.fixture
        assert fixture.postponed_at is not None and fixture.postponed_at < fixture.scheduled_at
        makeup = games[fixture.date_et + timedelta(days=1), fixture.home.name, 2].fixture
        assert makeup.away == fixture.away and makeup.event_id != fixture.event_id
        assert makeup.listed_from is not None and makeup.listed_from > fixture.postponed_at
    second_games = [game for game in games.values() if game.fixture.game_number == 2]
    assert len(second_games) > len(postponed), "some doubleheaders are scheduled"
    for game in second_games:
        first = games[game.fixture.date_et, game.fixture.home.name, 1]
        assert first.ends_at < game.starts_at + timedelta(minutes=40)
        assert first.fixture.away == game.fixture.away


def test_a_postponed_game_is_listed_until_it_is_called_off(seasons: dict[str, list[Game]]) -> None:
    league = League(SEED)
    game = next(game for game in seasons["baseball_mlb"] if game.fixture.postponed_at is not None)
    called_off = game.fixture.postponed_at
    assert called_off is not None

    def listed(at: datetime) -> bool:
        return game.event_id in {one.event_id for one in league.upcoming("baseball_mlb", at)}

    assert listed(called_off - timedelta(seconds=1))
    assert not listed(called_off)
    later = game.ends_at + timedelta(hours=1)
    assert game.event_id not in {one.event_id for one in league.finished("baseball_mlb", later, 2)}


@pytest.mark.parametrize(
    ("before", "after", "offset"),
    [(date(2025, 11, 1), date(2025, 11, 3), 4), (date(2026, 3, 6), date(2026, 3, 9), 5)],
)
def test_evening_games_stay_in_the_evening_over_a_dst_change(
    before: date, after: date, offset: int
) -> None:
    league = League(SEED)
    hours = {}
    for day in (before, after):
        games = league.games_on("basketball_nba", day)
        assert games
        hours[day] = {game.fixture.scheduled_at.astimezone(EASTERN).hour for game in games}
        assert all(12 <= hour <= 23 for hour in hours[day])
        assert all(game.fixture.scheduled_at.astimezone(EASTERN).date() == day for game in games)
    midday = datetime(before.year, before.month, before.day, 17, tzinfo=UTC).astimezone(EASTERN)
    assert midday.utcoffset() == timedelta(hours=-offset)
    shift = datetime(after.year, after.month, after.day, 17, tzinfo=UTC).astimezone(EASTERN)
    assert abs(shift.utcoffset() - midday.utcoffset()) == timedelta(hours=1)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("sport", "day", "series", "final_month"),
    [("basketball_nba", date(2026, 4, 1), 15, 6), ("baseball_mlb", date(2026, 5, 1), 11, 10)],
)
def test_playoff_series_end_when_they_are_won(
    sport: str, day: date, series: int, final_month: int
) -> None:
    season = season_of(sport, day)
    assert season is not None
    by_pair: dict[frozenset[str], list[Game]] = defaultdict(list)
    for fixtures in playoff_fixtures(SEED, sport, season).values():
        for fixture in (one for one in fixtures if one.season_type == "playoffs"):
            by_pair[frozenset((fixture.home.name, fixture.away.name))].append(Game(SEED, fixture))
    assert len(by_pair) == series
    for games in by_pair.values():
        games.sort(key=lambda game: game.starts_at)
        wins: Counter[str] = Counter()
        for position, game in enumerate(games):
            home_won = game.home_score > game.away_score
            wins[(game.fixture.home if home_won else game.fixture.away).name] += 1
            last = position == len(games) - 1
            assert last or game.ends_at < games[position + 1].starts_at
        loser_wins = sum(wins.values()) - max(wins.values())
        assert max(wins.values()) > loser_wins
        assert max(wins.values()) in ((4,) if sport == "basketball_nba" else (2, 3, 4))
        length = 2 * max(wins.values()) - 1
        for position, game in enumerate(games):
            if position >= length // 2 + 1:
                listed_from = game.fixture.listed_from
                assert listed_from is not None
                assert listed_from >= games[position - 1].ends_at, "not before it is necessary"
    last_game = max(
        (game for games in by_pair.values() for game in games), key=lambda g: g.starts_at
    )
    assert last_game.fixture.date_et.month == final_month


def test_the_nba_plays_in_for_the_last_places_before_its_playoffs() -> None:
    season = season_of("basketball_nba", date(2026, 4, 1))
    assert season is not None
    by_day = playoff_fixtures(SEED, "basketball_nba", season)
    play_in = {
        day: len(fixtures)
        for day, fixtures in by_day.items()
        if any(fixture.season_type == "play-in" for fixture in fixtures)
    }
    assert play_in == {date(2026, 4, 14): 2, date(2026, 4, 15): 2, date(2026, 4, 17): 2}
    assert min(by_day) > season.ends
    first_round = {
        team.name
        for day in (date(2026, 4, 18), date(2026, 4, 19))
        for fixture in by_day[day]
        for team in (fixture.home, fixture.away)
    }
    assert len(first_round) == 16
    for fixture in by_day[date(2026, 4, 17)]:
        loser_at_home = Game(SEED, fixture).home_score < Game(SEED, fixture).away_score
        winner, loser = fixture.home.name, fixture.away.name
        if loser_at_home:
            winner, loser = loser, winner
        assert winner in first_round and loser not in first_round


def test_event_ids_are_unique_and_depend_on_the_seed(seasons: dict[str, list[Game]]) -> None:
    ids = [game.event_id for games in seasons.values() for game in games]
    assert len(ids) == len(set(ids))
    other = League(SEED + 1).games_on("basketball_nba", date(2025, 12, 10))
    assert not {game.event_id for game in other} & set(ids)


def test_there_is_nothing_between_seasons() -> None:
    league = League(SEED)
    assert league.games_on("basketball_nba", date(2026, 8, 15)) == ()
    assert league.games_on("baseball_mlb", date(2025, 12, 15)) == ()
    assert not league.in_season("basketball_nba", datetime(2026, 8, 15, tzinfo=UTC))
