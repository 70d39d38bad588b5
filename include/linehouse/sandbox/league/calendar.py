"""When seasons, breaks and play-offs are, and what a fixture is.

Pairings come from a round robin, so that none repeats in consecutive blocks of days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from linehouse.sandbox.league.randomness import identifier, stream, uniform
from linehouse.sandbox.league.teams import Team

EASTERN = ZoneInfo("America/New_York")

NBA_MATINEES: tuple[tuple[int, int], ...] = ((13, 10), (15, 40))
NBA_STARTS: tuple[tuple[int, int], ...] = ((19, 10), (19, 40), (20, 10))
MLB_STARTS: tuple[tuple[int, int], ...] = ((18, 40), (19, 5), (19, 10), (19, 15))
MLB_MATINEES: tuple[tuple[int, int], ...] = ((12, 35), (13, 5), (13, 10), (13, 35))


@dataclass(frozen=True)
class Fixture:
    """A game as the league's office has it. Times are UTC."""

    event_id: str
    sport_key: str
    season: str
    season_type: str
    date_et: date
    home: Team
    away: Team
    scheduled_at: datetime
    game_number: int = 1
    listed_from: datetime | None = None
    """Not known to anybody before (a make-up game, a play-off game that became necessary)."""
    postponed_at: datetime | None = None
    """When it was called off."""
    made_up_on: date | None = None
    """The Eastern date of the game that is played instead of a postponed one."""
    makes_up: date | None = None
    """The Eastern date of the postponed game that this one is played for."""
    suspended_after: float | None = None
    """Which share of it was played when it was suspended until `resumes_at`."""
    resumes_at: datetime | None = None


@dataclass(frozen=True)
class Season:
    """First and last day of the regular season, and the first of the play-offs."""

    label: str
    starts: date
    ends: date
    playoffs_start: date


def season_of(sport_key: str, day: date) -> Season | None:
    """The season that a date belongs to; None between seasons."""
    for year in (day.year - 1, day.year):
        season = _nba_season(year) if sport_key == "basketball_nba" else _mlb_season(year)
        if season.starts <= day <= season.playoffs_start + timedelta(days=62):
            return season
    return None


def start_at(seed: int, sport_key: str, day: date, home: Team, *, matinee: bool) -> datetime:
    """Start of a home game on an Eastern date, in UTC: evenings are local evenings."""
    if sport_key == "basketball_nba":
        starts = NBA_MATINEES if matinee else NBA_STARTS
    else:
        starts = MLB_MATINEES if matinee else MLB_STARTS
    chosen = starts[int(uniform(seed, "start", home.name, day) * len(starts))]
    local = datetime.combine(day, time(*chosen), EASTERN)
    behind = home.hours_behind_eastern
    if sport_key == "basketball_nba" and behind == 2:
        behind = 1
    return (local.astimezone(UTC) + timedelta(hours=behind)).replace(microsecond=0)


def nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    """The nth Monday (0) to Sunday (6) of a month."""
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_weekday(year: int, month: int, weekday: int) -> date:
    day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return day - timedelta(days=(day.weekday() - weekday) % 7)


@lru_cache
def _nba_season(year: int) -> Season:
    ends = nth_weekday(year + 1, 4, 6, 2)
    return Season(
        f"{year}-{(year + 1) % 100:02d}",
        nth_weekday(year, 10, 1, 3),
        ends,
        ends + timedelta(days=6),
    )


@lru_cache
def _mlb_season(year: int) -> Season:
    ends = _last_weekday(year, 9, 6)
    return Season(str(year), _last_weekday(year, 3, 3), ends, ends + timedelta(days=2))


@lru_cache(maxsize=512)
def pairings(
    seed: int, teams: tuple[Team, ...], season: str, number: int
) -> tuple[tuple[Team, Team], ...]:
    """(home, away) of round `number` of a season's round robin (circle method)."""
    order = list(teams)
    stream(seed, "round robin", season, teams[0].name).shuffle(order)
    size = len(order)
    turn = number % (size - 1)
    ring = [order[0], *order[1 + turn :], *order[1 : 1 + turn]]
    pairs = [(ring[place], ring[size - 1 - place]) for place in range(size // 2)]
    swapped = (number // (size - 1)) % 2
    return tuple(
        (second, first)
        if (uniform(seed, "venue", season, *sorted((first.name, second.name))) < 0.5)
        != bool(swapped)
        else (first, second)
        for first, second in pairs
    )


def make_fixture(
    seed: int,
    sport_key: str,
    season: Season,
    day: date,
    home: Team,
    away: Team,
    *,
    matinee: bool,
) -> Fixture:
    """A regular game that is neither postponed nor a second one."""
    return Fixture(
        event_id=identifier(seed, "event", sport_key, day, home.name, 1),
        sport_key=sport_key,
        season=season.label,
        season_type="regular",
        date_et=day,
        home=home,
        away=away,
        scheduled_at=start_at(seed, sport_key, day, home, matinee=matinee),
    )
