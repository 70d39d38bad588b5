"""Which regular games an Eastern date has."""

from datetime import date

from linehouse.sandbox.league.calendar import Fixture, season_of
from linehouse.sandbox.league.mlb_calendar import mlb_day
from linehouse.sandbox.league.nba_calendar import nba_day


def regular_fixtures(seed: int, sport_key: str, day: date) -> tuple[Fixture, ...]:
    """The regular season's games of an Eastern date, in order of start."""
    season = season_of(sport_key, day)
    if season is None or not season.starts <= day <= season.ends:
        return ()
    if sport_key == "basketball_nba":
        fixtures = nba_day(seed, season, day)
    else:
        fixtures = mlb_day(seed, season, day)
    return tuple(sorted(fixtures, key=lambda fixture: (fixture.scheduled_at, fixture.event_id)))
