"""Play-offs: best-of series between the strongest clubs, whose later games are only listed once
they are necessary; before the NBA's, single play-in games for the last two places."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from linehouse.sandbox.league.calendar import Fixture, Season, season_of, start_at
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.randomness import identifier, uniform
from linehouse.sandbox.league.strengths import strength
from linehouse.sandbox.league.teams import MLB, NBA, Team

NBA_DAYS = tuple(range(0, 14, 2))
MLB_DAYS = {3: (0, 1, 2), 5: (0, 1, 3, 4, 6), 7: (0, 1, 3, 4, 5, 7, 8)}
HOME_GAMES = {1: (0,), 3: (0, 1, 2), 5: (0, 1, 4), 7: (0, 1, 4, 6)}
NBA_ROUND_STARTS = (0, 16, 31, 46)
MLB_ROUND_STARTS = (0, 5, 13, 25)
NBA_LENGTHS = (7, 7, 7)
MLB_LENGTHS = (3, 5, 7)


def playoff_day(seed: int, sport_key: str, day: date) -> tuple[Fixture, ...]:
    """The play-in and play-off games of an Eastern date."""
    season = season_of(sport_key, day)
    if season is None or day <= season.ends:
        return ()
    return playoff_fixtures(seed, sport_key, season).get(day, ())


@lru_cache(maxsize=64)
def playoff_fixtures(seed: int, sport_key: str, season: Season) -> dict[date, tuple[Fixture, ...]]:
    """All play-in and play-off games of a season by Eastern date."""
    fixtures = _Playoffs(seed, sport_key, season).fixtures
    by_day: dict[date, tuple[Fixture, ...]] = {}
    for fixture in sorted(fixtures, key=lambda game: (game.scheduled_at, game.event_id)):
        by_day[fixture.date_et] = (*by_day.get(fixture.date_et, ()), fixture)
    return by_day


@dataclass(frozen=True)
class _Place:
    """A club's place in the bracket, and when it was decided; None: by the regular season."""

    team: Team
    seed: int
    decided_at: datetime | None = None


class _Playoffs:
    """One season's bracket, played to its end."""

    def __init__(self, seed: int, sport_key: str, season: Season) -> None:
        self._seed, self._sport_key, self._season = seed, sport_key, season
        self._nba = sport_key == "basketball_nba"
        self.fixtures: list[Fixture] = []
        conferences = sorted({team.conference for team in (NBA if self._nba else MLB)})
        champions = [
            self._conference(conference, number) for number, conference in enumerate(conferences)
        ]
        self._play(champions[0], champions[1], 7, self._round_day(3, 0))

    def _conference(self, conference: str, number: int) -> _Place:
        field = self._standing(conference)
        if self._nba:
            field = field[:6] + self._play_in(field[6:], number)
        for round_number, length in enumerate(NBA_LENGTHS if self._nba else MLB_LENGTHS):
            byes = field[:2] if not self._nba and round_number == 0 else []
            playing = field[len(byes) :]
            winners = [
                self._play(
                    playing[place],
                    playing[-1 - place],
                    length,
                    self._round_day(round_number, (place + number) % 2),
                )[0]
                for place in range(len(playing) // 2)
            ]
            field = sorted(byes + winners, key=lambda place: place.seed)
        return field[0]

    def _play_in(self, field: list[_Place], number: int) -> list[_Place]:
        """Seventh against eighth, ninth against tenth, then the first's loser against the
        second's winner: places seven and eight."""
        first_day = self._season.playoffs_start - timedelta(days=4 - number)
        seventh, loser = self._play(field[0], field[1], 1, first_day, "play-in")
        winner, _ = self._play(field[2], field[3], 1, first_day, "play-in")
        last_day = self._season.playoffs_start - timedelta(days=1)
        eighth, _ = self._play(loser, winner, 1, last_day, "play-in")
        return [
            _Place(seventh.team, 6, seventh.decided_at),
            _Place(eighth.team, 7, eighth.decided_at),
        ]

    def _round_day(self, round_number: int, shift: int) -> date:
        starts = NBA_ROUND_STARTS if self._nba else MLB_ROUND_STARTS
        return self._season.playoffs_start + timedelta(days=starts[round_number] + shift)

    def _standing(self, conference: str) -> list[_Place]:
        """The qualified clubs of a conference, strongest first, with some luck of the season."""
        luck = 3.0 if self._nba else 0.3
        label, ends = self._season.label, self._season.ends

        def standing(team: Team) -> float:
            level = strength(self._seed, self._sport_key, team, label, ends).margin
            return level + luck * uniform(self._seed, "standing", label, team.name)

        teams = [team for team in (NBA if self._nba else MLB) if team.conference == conference]
        best = sorted(teams, key=standing, reverse=True)[: 10 if self._nba else 6]
        return [_Place(team, place) for place, team in enumerate(best)]

    def _play(
        self,
        first: _Place,
        second: _Place,
        length: int,
        first_day: date,
        season_type: str = "playoffs",
    ) -> tuple[_Place, _Place]:
        """Play a series; its winner and its loser."""
        higher, lower = sorted((first, second), key=lambda place: place.seed)
        known = [place.decided_at for place in (first, second) if place.decided_at is not None]
        listed_from = max(known, default=None)
        days = NBA_DAYS if self._nba else MLB_DAYS[length]
        wins = {higher: 0, lower: 0}
        for number in range(length):
            home, away = (higher, lower) if number in HOME_GAMES[length] else (lower, higher)
            day = first_day + timedelta(days=days[number])
            fixture = Fixture(
                event_id=identifier(self._seed, "event", self._sport_key, day, home.team.name, 1),
                sport_key=self._sport_key,
                season=self._season.label,
                season_type=season_type,
                date_et=day,
                home=home.team,
                away=away.team,
                scheduled_at=start_at(
                    self._seed, self._sport_key, day, home.team, matinee=day.weekday() == 6
                ),
                listed_from=listed_from,
            )
            self.fixtures.append(fixture)
            game = Game(self._seed, fixture)
            wins[home if game.home_score > game.away_score else away] += 1
            if max(wins.values()) > length // 2:
                break
            if number >= length // 2:
                listed_from = game.reported_at
        winner, loser = sorted(wins, key=lambda place: wins[place], reverse=True)
        return (
            _Place(winner.team, winner.seed, game.reported_at),
            _Place(loser.team, loser.seed, game.reported_at),
        )
