"""The NBA's regular season: blocks of two days, in each of which every club plays once. A few games
are postponed and made up on the days that are left free."""

from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from linehouse.sandbox.league.calendar import (
    Fixture,
    Season,
    make_fixture,
    nth_weekday,
    pairings,
    start_at,
)
from linehouse.sandbox.league.randomness import stream, uniform
from linehouse.sandbox.league.teams import NBA, Team

NBA_PLAYING_DAYS = 164


@lru_cache
def _playing_days(season: Season) -> tuple[dict[date, int], tuple[date, ...]]:
    """The numbers of the playing days, and the days that are left for make-up games."""
    year = season.starts.year
    break_starts = nth_weekday(year + 1, 2, 6, 3) - timedelta(days=2)
    dark = {date(year, 12, 24), nth_weekday(year, 11, 3, 4)}
    dark |= {break_starts + timedelta(days=offset) for offset in range(6)}
    days = [
        season.starts + timedelta(days=offset)
        for offset in range((season.ends - season.starts).days + 1)
    ]
    days = [day for day in days if day not in dark]
    surplus = max(len(days) - NBA_PLAYING_DAYS, 0)
    dropped = {(2 * number + 1) * len(days) // (2 * surplus) for number in range(surplus)}
    playing = [day for position, day in enumerate(days) if position not in dropped]
    numbers = {day: number for number, day in enumerate(playing)}
    return numbers, tuple(days[position] for position in sorted(dropped))


@lru_cache(maxsize=64)
def _makeups(seed: int, season: Season) -> tuple[tuple[date, Team, date], ...]:
    """(date, home, date of the make-up game) of the games that are called off: one for each day
    that is left for it."""
    numbers, spare = _playing_days(season)
    makeups = []
    for made_up_on in spare:
        near = {
            frozenset(pair)
            for offset in (-1, 1)
            for pair in _pairs(seed, season, made_up_on + timedelta(days=offset))
        }
        random = stream(seed, "nba postponed", made_up_on)
        while True:
            day = made_up_on - timedelta(days=random.randint(6, 24))
            pairs = _pairs(seed, season, day) if day in numbers else []
            pairs = [pair for pair in pairs if frozenset(pair) not in near]
            if pairs:
                makeups.append((day, random.choice(pairs)[0], made_up_on))
                break
    return tuple(makeups)


def _pairs(seed: int, season: Season, day: date) -> list[tuple[Team, Team]]:
    number = _playing_days(season)[0].get(day)
    if number is None:
        return []
    block, half = divmod(number, 2)
    pairs = sorted(
        pairings(seed, NBA, season.label, block),
        key=lambda pair: uniform(seed, "half", season.label, block, pair[0].name),
    )
    split = 7 + block % 2
    return pairs[:split] if half == 0 else pairs[split:]


def nba_day(seed: int, season: Season, day: date) -> list[Fixture]:
    """The regular games of an Eastern date of a season."""
    sport = "basketball_nba"
    matinee_share = 0.25 if day.weekday() == 6 else 0.1 if day.weekday() == 5 else 0.0
    fixtures = [
        make_fixture(
            seed,
            sport,
            season,
            day,
            home,
            away,
            matinee=uniform(seed, "matinee", day, home.name) < matinee_share,
        )
        for home, away in _pairs(seed, season, day)
    ]
    for called_off, host, made_up_on in _makeups(seed, season):
        if day not in (called_off, made_up_on):
            continue
        home, away = next(pair for pair in _pairs(seed, season, called_off) if pair[0] == host)
        off = start_at(seed, sport, called_off, home, matinee=False) - timedelta(
            hours=3 + 6 * uniform(seed, "warning", called_off, home.name)
        )
        if day == called_off:
            fixtures = [
                replace(fixture, postponed_at=off, made_up_on=made_up_on)
                if fixture.home == host
                else fixture
                for fixture in fixtures
            ]
        else:
            makeup = make_fixture(seed, sport, season, day, home, away, matinee=False)
            listed_from = off + timedelta(days=2)
            fixtures.append(replace(makeup, listed_from=listed_from, makes_up=called_off))
    return fixtures
