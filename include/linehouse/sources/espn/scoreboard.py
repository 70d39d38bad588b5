"""ESPN's scoreboard: events with their state, score by period and, before they start, prices.

The state is `status.type.state` (pre, in, post); its name tells postponed, cancelled and suspended
events, which can be `post` too and are not completed. A score of "0" before the start is no score.
The sides come in any order and are told by `homeAway`. Times are UTC without seconds.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linehouse.days import EASTERN
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.espn.odds import MARKETS, lines_of
from linehouse.sources.reading.answer_fields import (
    instant,
    mapping,
    note_drift,
    objects,
    optional_flag,
    optional_mapping,
    optional_objects,
    optional_verbatim,
    required,
    text,
    verbatim,
    whole_number,
    wrong_type,
)
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, GameRow, Parsed

TOP_FIELDS = frozenset({"leagues", "season", "day", "events", "provider", "eventsDate"})
EVENT_FIELDS = frozenset(
    {
        "id", "uid", "date", "name", "shortName", "season", "competitions", "status", "links",
        "weather", "week", "circuit",
    }
)  # fmt: skip
COMPETITION_FIELDS = frozenset(
    {
        "id", "uid", "date", "startDate", "attendance", "broadcast", "broadcasts", "competitors",
        "conferenceCompetition", "format", "geoBroadcasts", "headlines", "highlights", "leaders",
        "neutralSite", "notes", "odds", "outsText", "playByPlayAvailable", "recent", "situation",
        "status", "tickets", "timeValid", "type", "venue", "wasSuspended", "series", "tournamentId",
    }
)  # fmt: skip
COMPETITOR_FIELDS = frozenset(
    {
        "id", "uid", "type", "order", "homeAway", "winner", "team", "score", "linescores",
        "statistics", "records", "leaders", "hits", "errors", "probables", "curatedRank", "form",
    }
)  # fmt: skip
TYPE_FIELDS = frozenset(
    {"id", "name", "state", "completed", "description", "detail", "shortDetail", "altDetail"}
)

SPORTS_BY_SLUG = {"nba": "basketball_nba", "mlb": "baseball_mlb"}
PRESEASON = "1"
"""`season.type`: 1 preseason, 2 regular season, 3 play-offs, 4 off-season, 5 play-in."""
STATES_BY_NAME = {
    "STATUS_POSTPONED": "postponed",
    "STATUS_CANCELED": "cancelled",
    "STATUS_CANCELLED": "cancelled",
    "STATUS_SUSPENDED": "suspended",
    "STATUS_FORFEIT": "final",
}
UNSCORED = ("scheduled", "postponed", "cancelled")
UNKNOWN_TEAM = "TBD"
"""Stands for a club that is not known yet (play-offs): no game of two clubs, and no row."""
NO_TEAMS = f"events[]: a side is {UNKNOWN_TEAM}"

_DOUBLEHEADER = re.compile(r"doubleheader\W+game (\d)", re.IGNORECASE)
_MAKEUP = re.compile(r"make-?up (?:from|of) ([A-Z][a-z]+ \d{1,2})\b", re.IGNORECASE)


def parse_scoreboard(document: Any, sport_key: str | None) -> Parsed:
    """Games, and lines of events that are `pre`, in the order of the answer. Lines that are not
    there were taken down: each event is covered by itself, no other is.

    The league is that of the answer, else the one asked for. Raises `DriftedSchemaError`.
    """
    if not isinstance(document, dict):
        raise DriftedSchemaError("a scoreboard should be an object with `events`")
    drift: set[str] = set()
    note_drift(document, TOP_FIELDS, "", drift)
    leagues = [league for league, _ in optional_objects(document, "leagues", "")]
    slug = str(leagues[0].get("slug")) if leagues else ""
    sport = SPORTS_BY_SLUG.get(slug) or sport_key
    if sport is None:
        raise DriftedSchemaError(f"nothing in the answer says which league it is about: {slug!r}")
    parsed = Parsed(coverage=[Coverage(sport)])
    seasons = [optional_mapping(league, "season", "leagues[]") for league in leagues]
    for event, path in objects(document, "events", ""):
        note_drift(event, EVENT_FIELDS, "events[]", drift)
        competition, competition_path = _competition(event, path)
        note_drift(competition, COMPETITION_FIELDS, "events[].competitions[]", drift)
        game = _game(event, path, competition, competition_path, sport, seasons, drift)
        if UNKNOWN_TEAM in (game.home_team, game.away_team):
            drift.add(NO_TEAMS)
            continue
        parsed.games.append(game)
        lines = lines_of(competition, competition_path, game.source_event_id, drift)
        parsed.lines += lines
        seen = dict.fromkeys((*MARKETS, *(line.market for line in lines)))
        parsed.coverage.append(
            Coverage(game.sport_key, tuple(seen), source_event_id=game.source_event_id)
        )
    parsed.drift = sorted(drift)
    return parsed


def _competition(event: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], str]:
    competitions = list(objects(event, "competitions", path))
    if len(competitions) != 1:
        raise wrong_type(f"{path}.competitions", "a list of one", f"{len(competitions)} of them")
    return competitions[0]


def _game(
    event: Mapping[str, Any],
    path: str,
    competition: Mapping[str, Any],
    competition_path: str,
    sport: str,
    seasons: list[Mapping[str, Any]],
    drift: set[str],
) -> GameRow:
    commence_text = text(event, "date", path)
    moment = instant(commence_text, f"{path}.date")
    status, kind = _status(event, path)
    note_drift(kind, TYPE_FIELDS, "events[].status.type", drift)
    status_name = text(kind, "name", f"{path}.status.type")
    done = optional_flag(kind, "completed", f"{path}.status.type") is True
    state = _state(kind, status_name, done, path, drift)
    sides = _sides(competition, competition_path, drift)
    season = optional_mapping(event, "season", path)
    season_type = optional_verbatim(season, "type", f"{path}.season")
    headlines = _headlines(competition, competition_path)
    to_be_told = optional_flag(competition, "timeValid", competition_path) is False
    details: dict[str, Any] = {
        "season_type": season_type,
        "season_year": optional_verbatim(season, "year", f"{path}.season"),
        "status_detail": kind.get("detail"),
        "period": optional_verbatim(status, "period", f"{path}.status"),
        "clock": status.get("displayClock") if state == "live" else None,
        "start_tbd": True if to_be_told else None,
        "note": "; ".join(headlines) or None,
        "dates_et": _dates(headlines, moment),
        "was_suspended": competition.get("wasSuspended") or None,
        "venue": optional_mapping(competition, "venue", competition_path).get("fullName"),
        "broadcast": competition.get("broadcast") or None,
    }
    scores: dict[str, str | None] = {}
    for side, (competitor, side_path) in sides.items():
        team = mapping(competitor, "team", side_path)
        details |= {
            f"{side}_team_id": optional_verbatim(team, "id", f"{side_path}.team"),
            f"{side}_abbreviation": optional_verbatim(team, "abbreviation", f"{side_path}.team"),
            f"pitcher_{side}": _pitcher(competitor, side_path),
        }
        scores[side] = None
        if state not in UNSCORED:
            scores[side] = optional_verbatim(competitor, "score", side_path)
            details[f"periods_{side}"] = _periods(competitor, side_path)
    return GameRow(
        source_event_id=verbatim(event, "id", path),
        sport_key=f"{sport}_preseason" if season_type == PRESEASON else sport,
        away_team=_name(sides["away"]),
        home_team=_name(sides["home"]),
        commence_text=commence_text,
        commence_at=None if to_be_told else moment,
        game_date_et=moment.astimezone(EASTERN).date(),
        season=_season(season, seasons, sport),
        status=status_name,
        state=state,
        completed=state == "final" and done,
        away_score=scores["away"],
        home_score=scores["home"],
        neutral_site=optional_flag(competition, "neutralSite", competition_path),
        game_number=_game_number(headlines),
        details={key: plain(value) for key, value in details.items() if value is not None},
    )


def _status(event: Mapping[str, Any], path: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    status = mapping(event, "status", path)
    return status, mapping(status, "type", f"{path}.status")


def _state(
    kind: Mapping[str, Any], name: str, done: bool, path: str, drift: set[str]
) -> str | None:
    """One of `GAME_STATES`; None for an event that is over, not completed, for an unknown
    reason."""
    told = text(kind, "state", f"{path}.status.type")
    if name in STATES_BY_NAME:
        return STATES_BY_NAME[name]
    if told == "pre":
        return "scheduled"
    if told == "in":
        return "live"
    if told != "post":
        raise wrong_type(f"{path}.status.type.state", "pre, in or post", told)
    if done or name == "STATUS_FINAL":
        return "final"
    drift.add(f"events[].status.type.name={name}")
    return None


def _sides(
    competition: Mapping[str, Any], path: str, drift: set[str]
) -> dict[str, tuple[Mapping[str, Any], str]]:
    sides = {}
    for competitor, competitor_path in objects(competition, "competitors", path):
        note_drift(competitor, COMPETITOR_FIELDS, "events[].competitions[].competitors[]", drift)
        sides[text(competitor, "homeAway", competitor_path)] = (competitor, competitor_path)
    if sides.keys() != {"home", "away"}:
        raise wrong_type(f"{path}.competitors", "a home and an away side", sorted(sides))
    return sides


def _name(side: tuple[Mapping[str, Any], str]) -> str:
    competitor, path = side
    return text(mapping(competitor, "team", path), "displayName", f"{path}.team")


def _periods(competitor: Mapping[str, Any], path: str) -> list[str] | None:
    """Points by period, overtimes and extra innings at the end; by number where it is told."""
    entries = list(optional_objects(competitor, "linescores", path))
    numbered = [
        (whole_number(entry, "period", entry_path) if "period" in entry else position, entry)
        for position, (entry, entry_path) in enumerate(entries, 1)
    ]
    numbered.sort(key=lambda pair: pair[0])
    shown = [
        str(required(entry, "value", path) if entry.get("displayValue") is None
            else entry["displayValue"])
        for _, entry in numbered
    ]  # fmt: skip
    return shown or None


def _pitcher(competitor: Mapping[str, Any], path: str) -> str | None:
    for probable, probable_path in optional_objects(competitor, "probables", path):
        if probable.get("name") == "probableStartingPitcher":
            athlete = optional_mapping(probable, "athlete", probable_path)
            return optional_verbatim(athlete, "displayName", f"{probable_path}.athlete")
    return None


def _headlines(competition: Mapping[str, Any], path: str) -> list[str]:
    return [
        str(note["headline"])
        for note, _ in optional_objects(competition, "notes", path)
        if note.get("headline")
    ]


def _game_number(headlines: list[str]) -> int | None:
    """The number of a doubleheader's game, where a headline says it."""
    found = [match for line in headlines if (match := _DOUBLEHEADER.search(line))]
    return int(found[0][1]) if found else None


def _dates(headlines: list[str], moment: datetime) -> list[str] | None:
    """The day of the event, and that of a game which it makes up, where a headline tells it: it is
    the nearest such day before the event."""
    day = moment.astimezone(EASTERN).date()
    for line in headlines:
        found = _MAKEUP.search(line)
        for year in (day.year, day.year - 1) if found else ():
            assert found is not None
            try:
                made_up = datetime.strptime(f"{found[1]} {year}", "%B %d %Y").date()
            except ValueError:
                continue
            if made_up < day:
                return [made_up.isoformat(), day.isoformat()]
    return None


def _season(season: Mapping[str, Any], seasons: list[Mapping[str, Any]], sport: str) -> str | None:
    """The league's own label (`2025-26`) of the event's season. Without one, the year is the label
    where a season is played within one; elsewhere it is the year of its end and no label."""
    year = season.get("year")
    for told in seasons:
        if year is not None and told.get("year") == year and told.get("displayName"):
            return str(told["displayName"])
    return str(year) if year is not None and sport.startswith("baseball") else None
