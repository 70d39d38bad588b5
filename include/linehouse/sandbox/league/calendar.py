"""When seasons, breaks and play-offs are, and which regular games a date has.

The NBA plays in blocks of two days, in each of which every club plays once; MLB plays series of
three or four days. Pairings come from a round robin, so that none repeats in consecutive blocks.
Postponed games are made up the day after (MLB, in a doubleheader) or on a free day (NBA); a few
MLB games are suspended and resumed before the next day's game.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from linehouse.sandbox.league.randomness import identifier, stream, uniform
from linehouse.sandbox.league.teams import MLB, NBA, Team

EASTERN = ZoneInfo("America/New_York")
NBA_PLAYING_DAYS = 164
POSTPONED_SHARE = 0.02
DOUBLEHEADER_SHARE = 0.004
SUSPENDED_SHARE = 0.012

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


def regular_fixtures(seed: int, sport_key: str, day: date) -> tuple[Fixture, ...]:
    """The regular season's games of an Eastern date, in order of start."""
    season = season_of(sport_key, day)
    if season is None or not season.starts <= day <= season.ends:
        return ()
    if sport_key == "basketball_nba":
        fixtures = _nba_day(seed, season, day)
    else:
        fixtures = _mlb_day(seed, season, day)
    return tuple(sorted(fixtures, key=lambda fixture: (fixture.scheduled_at, fixture.event_id)))


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


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_weekday(year: int, month: int, weekday: int) -> date:
    day = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return day - timedelta(days=(day.weekday() - weekday) % 7)


@lru_cache
def _nba_season(year: int) -> Season:
    ends = _nth_weekday(year + 1, 4, 6, 2)
    return Season(
        f"{year}-{(year + 1) % 100:02d}",
        _nth_weekday(year, 10, 1, 3),
        ends,
        ends + timedelta(days=6),
    )


@lru_cache
def _mlb_season(year: int) -> Season:
    ends = _last_weekday(year, 9, 6)
    return Season(str(year), _last_weekday(year, 3, 3), ends, ends + timedelta(days=2))


@lru_cache
def _nba_days(season: Season) -> tuple[dict[date, int], tuple[date, ...]]:
    """The numbers of the playing days, and the days that are left for make-up games."""
    year = season.starts.year
    break_starts = _nth_weekday(year + 1, 2, 6, 3) - timedelta(days=2)
    dark = {date(year, 12, 24), _nth_weekday(year, 11, 3, 4)}
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
def _nba_makeups(seed: int, season: Season) -> tuple[tuple[date, Team, date], ...]:
    """(date, home, date of the make-up game) of the games that are called off: one for each day
    that is left for it."""
    numbers, spare = _nba_days(season)
    makeups = []
    for made_up_on in spare:
        near = {
            frozenset(pair)
            for offset in (-1, 1)
            for pair in _nba_pairs(seed, season, made_up_on + timedelta(days=offset))
        }
        random = stream(seed, "nba postponed", made_up_on)
        while True:
            day = made_up_on - timedelta(days=random.randint(6, 24))
            pairs = _nba_pairs(seed, season, day) if day in numbers else []
            pairs = [pair for pair in pairs if frozenset(pair) not in near]
            if pairs:
                makeups.append((day, random.choice(pairs)[0], made_up_on))
                break
    return tuple(makeups)


@lru_cache(maxsize=512)
def _pairings(
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


def _nba_pairs(seed: int, season: Season, day: date) -> list[tuple[Team, Team]]:
    number = _nba_days(season)[0].get(day)
    if number is None:
        return []
    block, half = divmod(number, 2)
    pairs = sorted(
        _pairings(seed, NBA, season.label, block),
        key=lambda pair: uniform(seed, "half", season.label, block, pair[0].name),
    )
    split = 7 + block % 2
    return pairs[:split] if half == 0 else pairs[split:]


def _nba_day(seed: int, season: Season, day: date) -> list[Fixture]:
    sport = "basketball_nba"
    matinee_share = 0.25 if day.weekday() == 6 else 0.1 if day.weekday() == 5 else 0.0
    fixtures = [
        _fixture(
            seed,
            sport,
            season,
            day,
            home,
            away,
            matinee=uniform(seed, "matinee", day, home.name) < matinee_share,
        )
        for home, away in _nba_pairs(seed, season, day)
    ]
    for called_off, host, made_up_on in _nba_makeups(seed, season):
        if day not in (called_off, made_up_on):
            continue
        home, away = next(pair for pair in _nba_pairs(seed, season, called_off) if pair[0] == host)
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
            makeup = _fixture(seed, sport, season, day, home, away, matinee=False)
            listed_from = off + timedelta(days=2)
            fixtures.append(replace(makeup, listed_from=listed_from, makes_up=called_off))
    return fixtures


def _mlb_day(seed: int, season: Season, day: date) -> list[Fixture]:
    fixtures = []
    for home, away in _pairings(seed, MLB, season.label, _mlb_window(season, day)):
        days = _series_days(seed, season, day, home)
        if day not in days:
            continue
        before, after = day - timedelta(days=1), day + timedelta(days=1)
        makes_up = before in days and _called_off(seed, before, days, home)
        called_off = _called_off(seed, day, days, home)
        two_games = (makes_up or _is_doubleheader(seed, day, home)) and not called_off
        matinee = _is_matinee(seed, day, home)
        first = _fixture(
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


def _mlb_window(season: Season, day: date) -> int:
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
    if monday == _nth_weekday(day.year, 7, 1, 2) - timedelta(days=1):
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


def _fixture(
    seed: int,
    sport_key: str,
    season: Season,
    day: date,
    home: Team,
    away: Team,
    *,
    matinee: bool,
) -> Fixture:
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
