"""Which of Goalserve's feeds tell about which of our sports."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class League:
    """A league's feeds, below `/getfeed/{key}/`, and what the answers call it."""

    scores: str
    schedule: str
    name: str
    recorded: bool = False
    """Whether its name was seen in an answer; else another name is taken for it too."""


LEAGUES = {
    "basketball_nba": League("bsktbl/nba-scores", "bsktbl/nba-shedule", "USA: NBA", True),
    "basketball_wnba": League("bsktbl/wnba-scores", "bsktbl/wnba-shedule", "USA: WNBA"),
    "baseball_mlb": League("baseball/usa", "baseball/mlb_shedule", "USA: MLB", True),
    "americanfootball_nfl": League("football/nfl-scores", "football/nfl-shedule", "USA: NFL"),
    "icehockey_nhl": League("hockey/nhl-scores", "hockey/nhl-shedule", "USA: NHL"),
}
"""Sport key to league (`shedule` sic). Recorded: NBA and MLB; the others by the vendor's naming."""

SEASON_TYPES = {
    "pre season": "_preseason",
    "preseason": "_preseason",
    "spring training": "_preseason",
    "all star": "_all_stars",
    "all-star": "_all_stars",
}
"""Kinds of games that count for no season, each with the ending of its sport key; other kinds
(`Regular Season`, `Post Season`, ``) have none."""


def league_of(sport_key: str) -> League | None:
    """The league of a sport key; a pre-season is in the feeds of its league."""
    return next((league for key, league in LEAGUES.items() if sport_key.startswith(key)), None)


def sport_of_league(name: str | None, asked: str | None) -> str | None:
    """The sport key of what an answer calls a league (`USA: NBA`, `USA: NBA - Play Offs`): None for
    another league than the one that was asked about, as lower leagues in `baseball/usa`."""
    told = (name or "").strip().casefold()
    for key, league in LEAGUES.items():
        if told.startswith(league.name.casefold()):
            return (asked or key) if (asked or key).startswith(key) else None
    wanted = league_of(asked) if asked is not None else None
    return asked if wanted is not None and not wanted.recorded else None


def of_season_type(sport_key: str, season_type: Any) -> str:
    """The sport key of games of a kind; one that has an ending already keeps it."""
    ending = SEASON_TYPES.get(str(season_type or "").strip().casefold(), "")
    return sport_key if sport_key.endswith(ending) else sport_key + ending
