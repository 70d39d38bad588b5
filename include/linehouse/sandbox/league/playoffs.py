"""Play-offs: best-of series between the strongest clubs, whose later games are only listed once
they are necessary."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from linehouse.sandbox.league.calendar import Fixture, Season, season_of, start_at
from linehouse.sandbox.league.game import Game, strength
from linehouse.sandbox.league.randomness import identifier, uniform
from linehouse.sandbox.league.teams import MLB, NBA, Team

NBA_DAYS = tuple(range(0, 14, 2))
MLB_DAYS = {3: (0, 1, 2), 5: (0, 1, 3, 4, 6), 7: (0, 1, 3, 4, 5, 7, 8)}
HOME_GAMES = {3: (0, 1, 2), 5: (0, 1, 4), 7: (0, 1, 4, 6)}
NBA_ROUND_STARTS = (0, 16, 31, 46)
MLB_ROUND_STARTS = (0, 5, 13, 25)


@dataclass(frozen=True)
class _Result:
    winner: Team
    decided_at: datetime | None
    fixtures: tuple[Fixture, ...] = ()


@lru_cache(maxsize=64)
def playoff_fixtures(seed: int, sport_key: str, season: Season) -> dict[date, tuple[Fixture, ...]]:
    """All play-off games of a season by Eastern date."""
    nba = sport_key == "basketball_nba"
    starts = NBA_ROUND_STARTS if nba else MLB_ROUND_STARTS
    teams = NBA if nba else MLB
    rank: dict[Team, int] = {}
    fixtures: list[Fixture] = []
    finalists: list[_Result] = []

    def play(first: _Result, second: _Result, number: int, length: int, shift: int) -> _Result:
        higher, lower = sorted((first.winner, second.winner), key=lambda team: rank[team])
        day = season.playoffs_start + timedelta(days=starts[number] + shift)
        known = [side.decided_at for side in (first, second) if side.decided_at is not None]
        result = _series(
            seed, sport_key, season, higher, lower, length, day, max(known, default=None)
        )
        fixtures.extend(result.fixtures)
        return result

    for conference_number, conference in enumerate(sorted({team.conference for team in teams})):
        seeds = _seeds(seed, sport_key, season, conference)
        rank |= {team: position for position, team in enumerate(seeds)}
        field = [_Result(team, None) for team in seeds]
        for number, length in enumerate((7, 7, 7) if nba else (3, 5, 7)):
            byes = field[:2] if not nba and number == 0 else []
            playing = field[len(byes) :]
            winners = [
                play(
                    playing[place],
                    playing[-1 - place],
                    number,
                    length,
                    (place + conference_number) % 2,
                )
                for place in range(len(playing) // 2)
            ]
            field = sorted(byes + winners, key=lambda side: rank[side.winner])
        finalists.append(field[0])
    play(finalists[0], finalists[1], 3, 7, 0)
    by_day: dict[date, tuple[Fixture, ...]] = {}
    for fixture in sorted(fixtures, key=lambda game: (game.scheduled_at, game.event_id)):
        by_day[fixture.date_et] = (*by_day.get(fixture.date_et, ()), fixture)
    return by_day


def playoff_day(seed: int, sport_key: str, day: date) -> tuple[Fixture, ...]:
    """The play-off games of an Eastern date."""
    season = season_of(sport_key, day)
    if season is None or day < season.playoffs_start:
        return ()
    return playoff_fixtures(seed, sport_key, season).get(day, ())


def _seeds(seed: int, sport_key: str, season: Season, conference: str) -> list[Team]:
    """The qualified clubs of a conference, strongest first, with some luck of the season."""
    nba = sport_key == "basketball_nba"
    luck = 3.0 if nba else 0.3

    def standing(team: Team) -> float:
        level = strength(seed, sport_key, team, season.label, season.ends).margin
        return level + luck * uniform(seed, "standing", season.label, team.name)

    teams = (team for team in (NBA if nba else MLB) if team.conference == conference)
    return sorted(teams, key=standing, reverse=True)[: 8 if nba else 6]


def _series(
    seed: int,
    sport_key: str,
    season: Season,
    higher: Team,
    lower: Team,
    length: int,
    first_day: date,
    known_from: datetime | None,
) -> _Result:
    days = NBA_DAYS if sport_key == "basketball_nba" else MLB_DAYS[length]
    wins = {higher: 0, lower: 0}
    fixtures: list[Fixture] = []
    listed_from = known_from
    for number in range(length):
        home, away = (higher, lower) if number in HOME_GAMES[length] else (lower, higher)
        day = first_day + timedelta(days=days[number])
        fixture = Fixture(
            event_id=identifier(seed, "event", sport_key, day, home.name, 1),
            sport_key=sport_key,
            season=season.label,
            season_type="playoffs",
            date_et=day,
            home=home,
            away=away,
            scheduled_at=start_at(seed, sport_key, day, home, matinee=day.weekday() == 6),
            listed_from=listed_from,
        )
        fixtures.append(fixture)
        game = Game(seed, fixture)
        wins[home if game.home_score > game.away_score else away] += 1
        if max(wins.values()) > length // 2:
            break
        if number >= length // 2:
            listed_from = game.reported_at
    return _Result(max(wins, key=lambda team: wins[team]), game.reported_at, tuple(fixtures))
