"""Clubs and standings of the MLB Stats API: one row of figures a club.

Without `sportId` the list of clubs holds the minor leagues too; each row says its sport. In the
standings, percentages and games behind are texts ("-" for none), kept as they are.
"""

from collections.abc import Mapping
from typing import Any

from linehouse.sources.mlb_stats_api.schedule import SPORT_KEY, sport_of
from linehouse.sources.reading.answer_fields import (
    mapping,
    note_drift,
    objects,
    optional_mapping,
    optional_verbatim,
    text,
    verbatim,
)
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, Parsed, TeamStatRow

TEAM_FIELDS = frozenset(
    {
        "allStarStatus", "id", "name", "link", "season", "venue", "springVenue", "teamCode",
        "fileCode", "abbreviation", "teamName", "locationName", "firstYearOfPlay", "league",
        "division", "sport", "shortName", "parentOrgName", "parentOrgId", "franchiseName",
        "clubName", "active", "springLeague", "record",
    }
)  # fmt: skip
RECORD_FIELDS = frozenset(
    {"standingsType", "league", "division", "sport", "lastUpdated", "teamRecords", "roundRobin"}
)
STANDING_FIELDS = frozenset(
    {
        "team", "season", "streak", "clinchIndicator", "divisionRank", "leagueRank", "sportRank",
        "gamesPlayed", "gamesBack", "wildCardGamesBack", "leagueGamesBack",
        "springLeagueGamesBack", "sportGamesBack", "divisionGamesBack", "conferenceGamesBack",
        "leagueRecord", "lastUpdated", "records", "runsAllowed", "runsScored", "divisionChamp",
        "divisionLeader", "hasWildcard", "clinched", "eliminationNumber", "eliminationNumberSport",
        "eliminationNumberLeague", "eliminationNumberDivision", "eliminationNumberConference",
        "wildCardEliminationNumber", "magicNumber", "wins", "losses", "runDifferential",
        "winningPercentage", "wildCardRank", "wildCardLeader",
    }
)  # fmt: skip


def parse_teams(document: Mapping[str, Any]) -> Parsed:
    """Every club of the list. Raises `DriftedSchemaError`."""
    drift: set[str] = set()
    note_drift(document, {"copyright", "teams"}, "", drift)
    rows = []
    for team, path in objects(document, "teams", ""):
        note_drift(team, TEAM_FIELDS, "teams[]", drift)
        rows.append(
            TeamStatRow(
                sport_key=sport_of(team, path),
                team=text(team, "name", path),
                scope="club",
                source_team_id=verbatim(team, "id", path),
                season=optional_verbatim(team, "season", path),
                stats=plain({key: value for key, value in team.items() if key != "record"}),
            )
        )
    return _parsed(rows, drift)


def parse_standings(document: Mapping[str, Any]) -> Parsed:
    """Every club's line of every division. Raises `DriftedSchemaError`."""
    drift: set[str] = set()
    note_drift(document, {"copyright", "records"}, "", drift)
    rows = []
    for record, record_path in objects(document, "records", ""):
        note_drift(record, RECORD_FIELDS, "records[]", drift)
        told = {
            f"{key}_id": optional_mapping(record, key, record_path).get("id")
            for key in ("league", "division")
        } | {"standings_type": record.get("standingsType")}
        for line, path in objects(record, "teamRecords", record_path):
            note_drift(line, STANDING_FIELDS, "records[].teamRecords[]", drift)
            team = mapping(line, "team", path)
            figures = {key: value for key, value in line.items() if key != "team"}
            rows.append(
                TeamStatRow(
                    sport_key=sport_of(record, record_path),
                    team=text(team, "name", f"{path}.team"),
                    scope="standings",
                    source_team_id=verbatim(team, "id", f"{path}.team"),
                    season=optional_verbatim(line, "season", path),
                    stats=plain(figures | told),
                )
            )
    return _parsed(rows, drift)


def _parsed(rows: list[TeamStatRow], drift: set[str]) -> Parsed:
    sports = dict.fromkeys((SPORT_KEY, *(row.sport_key for row in rows)))
    return Parsed(
        team_stats=rows, coverage=[Coverage(sport) for sport in sports], drift=sorted(drift)
    )
