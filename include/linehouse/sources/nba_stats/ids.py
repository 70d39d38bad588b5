"""What NBA.com's game ids say: `0022500171` is league 00, type 2, season 2025-26, number 171."""

import re
from dataclasses import dataclass

from linehouse.sources.reading.season_labels import two_years

LEAGUES = {"00": "basketball_nba", "10": "basketball_wnba"}
"""League id, which also begins every game id, to our sport key."""
SEASON_TYPES = {
    "1": "Pre Season",
    "2": "Regular Season",
    "3": "All Star",
    "4": "Playoffs",
    "5": "PlayIn",
    "6": "IST Championship",
}
"""Third digit of a game id, first digit of SEASON_ID; the names are those of the vendor's
parameter SeasonType."""
_OTHER_KEYS = {"1": "_preseason", "3": "_all_stars"}
"""Types that are a sport of their own: their games count for no season."""
_GAME_ID = re.compile(r"^(\d\d)(\d)(\d\d)\d{5}$")
_FIRST_CENTURY_YEAR = 46


@dataclass(frozen=True)
class GameIdentity:
    """League, kind of season and season of a game."""

    sport_key: str
    season_type: str
    season: str


def identity(game_id: str) -> GameIdentity | None:
    """What a game id says; None for another league (G League, Summer League) or another form."""
    found = _GAME_ID.match(game_id)
    if found is None:
        return None
    league, kind, year = found.groups()
    if league not in LEAGUES or kind not in SEASON_TYPES:
        return None
    century = 1900 if int(year) >= _FIRST_CENTURY_YEAR else 2000
    first_year = century + int(year)
    return GameIdentity(
        sport_key=LEAGUES[league] + _OTHER_KEYS.get(kind, ""),
        season_type=SEASON_TYPES[kind],
        season=season_label(league, first_year),
    )


def season_label(league: str | None, first_year: int) -> str:
    """A season that began in this year: of these leagues only the NBA plays over the new year."""
    return two_years(first_year) if league == "00" else str(first_year)


def league_id(sport_key: str) -> str | None:
    """The vendor's league id of one of our sports; also of its pre-season and all-star games."""
    return next((one for one, sport in LEAGUES.items() if sport_key.startswith(sport)), None)
