"""ESPN's injury report of a league: one row per player that it names.

Healthy teams are missing. An athlete has no id of his own here: it stands in his links. The id of
a report can be negative. A status may contradict its comment; both are kept as they are.
"""

import re
from collections.abc import Mapping
from typing import Any

from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.answer_fields import (
    mapping,
    note_drift,
    objects,
    optional_mapping,
    optional_objects,
    optional_verbatim,
    required,
    text,
)
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, InjuryRow, Parsed

TOP_FIELDS = frozenset({"timestamp", "status", "season", "injuries"})
TEAM_FIELDS = frozenset({"id", "displayName", "injuries", "team"})
REPORT_FIELDS = frozenset(
    {
        "id", "longComment", "shortComment", "status", "date", "athlete", "source", "type",
        "details", "notes", "returnDate",
    }
)  # fmt: skip
DETAIL_FIELDS = frozenset({"type", "location", "detail", "side", "returnDate", "fantasyStatus"})

_ATHLETE_ID = re.compile(r"/id/(\d+)|[~.]a:(\d+)")
_SPORT = re.compile(r"espn\.com/(nba|mlb)/")
_SPORTS = {"nba": "basketball_nba", "mlb": "baseball_mlb"}


def parse_injuries(document: Any, sport_key: str | None) -> Parsed:
    """Every report, in the order of the answer; the league is that which was asked for, else the
    one of the athletes' links. Raises `DriftedSchemaError`."""
    if not isinstance(document, dict):
        raise DriftedSchemaError("an injury report should be an object with `injuries`")
    drift: set[str] = set()
    note_drift(document, TOP_FIELDS, "", drift)
    sport = sport_key or _sport_of(document)
    parsed = Parsed()
    for team, path in objects(document, "injuries", ""):
        note_drift(team, TEAM_FIELDS, "injuries[]", drift)
        name, team_id = text(team, "displayName", path), optional_verbatim(team, "id", path)
        for report, report_path in objects(team, "injuries", path):
            note_drift(report, REPORT_FIELDS, "injuries[].injuries[]", drift)
            parsed.injuries.append(_row(report, report_path, sport, name, team_id, drift))
    parsed.coverage = [Coverage(sport)]
    parsed.drift = sorted(drift)
    return parsed


def athlete_id(athlete: Mapping[str, Any], path: str) -> str | None:
    """His id: his own where there is one, else that of his links."""
    own = optional_verbatim(athlete, "id", path)
    if own is not None:
        return own
    for link, link_path in optional_objects(athlete, "links", path):
        found = _ATHLETE_ID.search(optional_verbatim(link, "href", link_path) or "")
        if found:
            return found[1] or found[2]
    return None


def _row(
    report: Mapping[str, Any],
    path: str,
    sport: str,
    team: str,
    team_id: str | None,
    drift: set[str],
) -> InjuryRow:
    athlete = mapping(report, "athlete", path)
    details = optional_mapping(report, "details", path)
    note_drift(details, DETAIL_FIELDS, "injuries[].injuries[].details", drift)
    position = optional_mapping(athlete, "position", f"{path}.athlete")
    kind = optional_mapping(report, "type", path)
    fantasy = optional_mapping(details, "fantasyStatus", f"{path}.details")
    more = {
        "report_id": optional_verbatim(report, "id", path),
        "short_comment": report.get("shortComment"),
        "long_comment": report.get("longComment"),
        "type": kind.get("name"),
        "type_abbreviation": kind.get("abbreviation"),
        "location": details.get("location"),
        "detail": details.get("detail"),
        "side": details.get("side"),
        "fantasy_status": fantasy.get("description"),
        "source": optional_mapping(report, "source", path).get("description"),
    }
    return InjuryRow(
        sport_key=sport,
        team=team,
        player=text(athlete, "displayName", f"{path}.athlete"),
        source_team_id=team_id,
        source_player_id=athlete_id(athlete, f"{path}.athlete"),
        player_position=optional_verbatim(position, "abbreviation", f"{path}.athlete.position"),
        status=text(report, "status", path),
        injury=optional_verbatim(details, "type", f"{path}.details"),
        reported_text=optional_verbatim(report, "date", path),
        return_text=optional_verbatim(details, "returnDate", f"{path}.details"),
        details={key: plain(value) for key, value in more.items() if value not in (None, "")},
    )


def _sport_of(document: Mapping[str, Any]) -> str:
    found = _SPORT.search(str(required(document, "injuries", "")))
    if found is None:
        raise DriftedSchemaError("nothing in the report says which league it is about")
    return _SPORTS[found[1]]
