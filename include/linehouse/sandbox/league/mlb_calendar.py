"""MLB's regular season: series of three or four days. Postponed games are made up the day after in
a doubleheader, suspended ones resumed before the next day's game."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from linehouse.sandbox.league.calendar import (
    Fixture,
    Season,
    make_fixture,
    nth_weekday,
    pairings,
    start_at,
)
from linehouse.sandbox.league.randomness import identifier, uniform
from linehouse.sandbox.league.teams import MLB, Team

POSTPONED_SHARE = 0.02
DOUBLEHEADER_SHARE = 0.004
SUSPENDED_SHARE = 0.012


def mlb_day(seed: int, season: Season, day: date) -> list[Fixture]:
    """The regular games of an Eastern date of a season."""
    fixtures = []
    for home, away in pairings(seed, MLB, season.label, _window(season, day)):
        days = _series_days(seed, season, day, home)
        if day not in days:
            continue
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        makes_up = before in days and _called_off(seed, before, days, home)
        called_off = _called_off(seed, day, days, home)
        two_games = (makes_up or _is_doubleheader(seed, day, home)) and not called_off
        matinee = _is_matinee(seed, day, home)
        first = make_fixture(
            seed, "baseball_mlb", season, day, home, away, matinee=matinee or two_games
        )
        if called_off:
            warning = timedelta(hours=1 + 4 * uniform(seed, "warning", first.event_id))
            first = replace(first, postponed_at=first.scheduled_at - warning, made_up_on=after)
        elif (
            not two_games
            and after in days
            and not _called_off(seed, after, days, home)
            and not _is_doubleheader(seed, after, home)
            and not _is_matinee(seed, after, home)
            and uniform(seed, "suspended", day, home.name) < SUSPENDED_SHARE
        ):
            next_start = start_at(seed, "baseball_mlb", after, home, matinee=False)
            first = replace(
                first,
                suspended_after=0.25 + 0.6 * uniform(seed, "suspended after", first.event_id),
                resumes_at=next_start - timedelta(hours=3),
            )
        fixtures.append(first)
        if two_games:
            overnight = datetime.combine(day, time(4), UTC)
            fixtures.append(
                Fixture(
                    event_id=identifier(seed, "event", "baseball_mlb", day, home.name, 2),
                    sport_key="baseball_mlb",
                    season=season.label,
                    season_type="regular",
                    date_et=day,
                    home=home,
                    away=away,
                    scheduled_at=first.scheduled_at + timedelta(hours=5, minutes=35),
                    game_number=2,
                    listed_from=overnight if makes_up else None,
                    makes_up=before if makes_up else None,
                )
            )
    return fixtures


def _is_doubleheader(seed: int, day: date, home: Team) -> bool:
    return uniform(seed, "doubleheader", day, home.name) < DOUBLEHEADER_SHARE


def _is_matinee(seed: int, day: date, home: Team) -> bool:
    share = 0.6 if day.weekday() == 6 else 0.3 if day.weekday() in (2, 3, 5) else 0.05
    return uniform(seed, "matinee", day, home.name) < share


def _window(season: Season, day: date) -> int:
    """Two series a week: Monday to Thursday and Friday to Sunday (the first from Thursday on)."""
    monday = season.starts - timedelta(days=season.starts.weekday())
    week = (day - monday).days // 7
    return 2 * week + (day.weekday() >= 4 or week == 0)


def _series_days(seed: int, season: Season, day: date, home: Team) -> set[date]:
    monday = day - timedelta(days=day.weekday())
    if monday < season.starts:
        return {monday + timedelta(days=offset) for offset in (3, 4, 5, 6)}
    if day.weekday() >= 4:
        return {monday + timedelta(days=offset) for offset in (4, 5, 6)}
    if monday == nth_weekday(day.year, 7, 1, 2) - timedelta(days=1):
        return set()
    late = uniform(seed, "series", monday, home.name) < 0.4
    return {monday + timedelta(days=offset + late) for offset in (0, 1, 2)}


def _called_off(seed: int, day: date, days: set[date], home: Team) -> bool:
    """Rain, but never on a series' last day, so that each lost game is made up the day after, and
    never twice in a row."""
    before = day - timedelta(days=1)
    return (
        day != max(days)
        and uniform(seed, "rain", day, home.name) < POSTPONED_SHARE
        and not (before in days and uniform(seed, "rain", before, home.name) < POSTPONED_SHARE)
    )
