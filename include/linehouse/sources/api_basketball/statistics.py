"""Figures of API-Basketball: of teams and players in games, of teams in a season, standings."""

from collections.abc import Mapping
from typing import Any

from linehouse.sources.api_basketball.games import LEAGUES, OTHER_LEAGUE, sport_of
from linehouse.sources.reading.answer_fields import (
    mapping,
    note_drift,
    objects,
    optional_verbatim,
    required,
    text,
    verbatim,
    wrong_type,
)
from linehouse.sources.reading.season_labels import our_label
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, Parsed, PlayerStatRow, TeamStatRow

_SHOTS = {"field_goals", "threepoint_goals", "freethrows_goals"}
TEAM_FIELDS = frozenset(
    {
        "game", "team", *_SHOTS, "rebounds", "assists", "steals", "blocks", "turnovers",
        "personal_fouls",
    }
)  # fmt: skip
PLAYER_FIELDS = frozenset(
    {"game", "team", "player", "type", "minutes", *_SHOTS, "rebounds", "assists", "points"}
)
SEASON_FIELDS = frozenset({"country", "league", "team", "games", "points"})
STANDING_FIELDS = frozenset(
    {
        "position", "stage", "group", "team", "league", "country", "games", "points", "form",
        "description",
    }
)  # fmt: skip


def parse_team_statistics(document: Mapping[str, Any], sport_key: str | None) -> Parsed:
    """One row for each team of each game; the vendor names the team by its id alone, so the id
    stands for its name. Raises `DriftedSchemaError`."""
    drift: set[str] = set()
    sport = _asked(sport_key)
    rows = []
    for entry, path in objects(document, "response", ""):
        note_drift(entry, TEAM_FIELDS, "response[]", drift)
        team = mapping(entry, "team", path)
        team_id = verbatim(team, "id", f"{path}.team")
        for name in ("field_goals", "rebounds"):
            required(entry, name, path)
        rows.append(
            TeamStatRow(
                sport_key=sport,
                team=optional_verbatim(team, "name", f"{path}.team") or team_id,
                scope="game",
                source_team_id=team_id,
                source_event_id=verbatim(mapping(entry, "game", path), "id", f"{path}.game"),
                stats=_figures(entry, ("game", "team")),
            )
        )
    return Parsed(team_stats=rows, coverage=_events(sport, rows), drift=sorted(drift))


def parse_player_statistics(document: Mapping[str, Any], sport_key: str | None) -> Parsed:
    """One row for each player of each game; minutes are a text like `28:15`.

    Raises `DriftedSchemaError`.
    """
    drift: set[str] = set()
    sport = _asked(sport_key)
    rows = []
    for entry, path in objects(document, "response", ""):
        note_drift(entry, PLAYER_FIELDS, "response[]", drift)
        player, team = mapping(entry, "player", path), mapping(entry, "team", path)
        for name in ("minutes", "points"):
            required(entry, name, path)
        rows.append(
            PlayerStatRow(
                sport_key=sport,
                player=text(player, "name", f"{path}.player"),
                scope="game",
                source_player_id=optional_verbatim(player, "id", f"{path}.player"),
                team=optional_verbatim(team, "name", f"{path}.team"),
                source_team_id=verbatim(team, "id", f"{path}.team"),
                source_event_id=verbatim(mapping(entry, "game", path), "id", f"{path}.game"),
                stats=_figures(entry, ("game", "team", "player")),
            )
        )
    return Parsed(player_stats=rows, coverage=_events(sport, rows), drift=sorted(drift))


def parse_season_statistics(document: Mapping[str, Any], sport_key: str | None) -> Parsed:
    """A team's season so far: `response` is one object, or `[]` where there is nothing yet.

    Raises `DriftedSchemaError`.
    """
    response = required(document, "response", "")
    if response == []:
        return Parsed(coverage=[Coverage(_asked(sport_key))])
    entry = mapping(document, "response", "")
    drift: set[str] = set()
    note_drift(entry, SEASON_FIELDS, "response", drift)
    league, team = mapping(entry, "league", "response"), mapping(entry, "team", "response")
    mapping(entry, "games", "response")
    mapping(entry, "points", "response")
    sport = sport_of(league, "response.league")
    if sport is None:
        return Parsed(drift=[OTHER_LEAGUE])
    row = TeamStatRow(
        sport_key=sport,
        team=text(team, "name", "response.team"),
        scope="season_to_date",
        source_team_id=verbatim(team, "id", "response.team"),
        season=our_label(required(league, "season", "response.league")),
        stats=_figures(entry, ("country", "league", "team")),
    )
    return Parsed(team_stats=[row], coverage=[Coverage(sport)], drift=sorted(drift))


def parse_standings(document: Mapping[str, Any], sport_key: str | None) -> Parsed:
    """A row for each team of each group (conference, division): a list of lists.

    Raises `DriftedSchemaError`.
    """
    tables = required(document, "response", "")
    if not isinstance(tables, list):
        raise wrong_type("response", "a list of lists", tables)
    drift: set[str] = set()
    rows = []
    for position in range(len(tables)):
        if not isinstance(tables[position], list):
            raise wrong_type(f"response[{position}]", "a list", tables[position])
        for entry, path in objects({"response": tables[position]}, "response", f"[{position}]"):
            note_drift(entry, STANDING_FIELDS, "response[][]", drift)
            league, team = mapping(entry, "league", path), mapping(entry, "team", path)
            sport = sport_of(league, f"{path}.league")
            required(entry, "position", path)
            if sport is None:
                drift.add(OTHER_LEAGUE)
                continue
            rows.append(
                TeamStatRow(
                    sport_key=sport,
                    team=text(team, "name", f"{path}.team"),
                    scope="standings",
                    source_team_id=verbatim(team, "id", f"{path}.team"),
                    season=our_label(required(league, "season", f"{path}.league")),
                    stats=_figures(entry, ("country", "league", "team")),
                )
            )
    covered = dict.fromkeys([*filter(None, [sport_key]), *(row.sport_key for row in rows)])
    return Parsed(team_stats=rows, coverage=[Coverage(one) for one in covered], drift=sorted(drift))


def _asked(sport_key: str | None) -> str:
    """The sport that was asked about; figures of games do not name their league, and those that
    were filed without it are of the NBA."""
    return sport_key or LEAGUES["12"]


def _figures(entry: Mapping[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    return {key: plain(value) for key, value in entry.items() if key not in without}


def _events(sport: str, rows: list[Any]) -> list[Coverage]:
    events = dict.fromkeys(row.source_event_id for row in rows)
    return [Coverage(sport, source_event_id=event) for event in events]
