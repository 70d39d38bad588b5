"""NBA.com's tables: `leaguegamefinder` and the deprecated `scoreboardv2`.

Shape: resultSets[{name, headers[], rowSet[][]}]; a set is found by its name and a column by its
header, never by position.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from linehouse.days import EASTERN
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.nba_stats.ids import (
    LEAGUES,
    SEASON_TYPES,
    identity,
    league_id,
    season_label,
)
from linehouse.sources.nba_stats.scoreboard import state_of
from linehouse.sources.reading.answer_fields import (
    objects,
    optional_verbatim,
    required,
    verbatim,
    wrong_type,
)
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, GameRow, Parsed, TeamStatRow

FINDER_SET = "LeagueGameFinderResults"
FINDER_HEADERS = frozenset(
    {
        "SEASON_ID", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_NAME", "GAME_ID", "GAME_DATE",
        "MATCHUP", "WL", "MIN", "PTS", "FGM", "FGA", "FG_PCT", "FG3M", "FG3A", "FG3_PCT", "FTM",
        "FTA", "FT_PCT", "OREB", "DREB", "REB", "AST", "STL", "BLK", "TOV", "PF", "PLUS_MINUS",
    }
)  # fmt: skip
NOT_FIGURES = ("SEASON_ID", "TEAM_ID", "TEAM_NAME", "GAME_ID")
OTHER_LEAGUE = "GAME_ID: a game of another league"
NO_HOME_SIDE = "MATCHUP: a game without one home side"

Row = Mapping[str, Any]

_MATCHUP = re.compile(r"^(\S+) (vs\.|@) (\S+)$")
_EASTERN_START = re.compile(r"^(\d{1,2}):(\d\d) ([ap])m ET$", re.IGNORECASE)


def rows_of(document: Any, name: str) -> list[Row]:
    """The rows of one result set, by header. Raises `DriftedSchemaError` where it is not there."""
    names = []
    for one, path in objects(document if isinstance(document, dict) else {}, "resultSets", ""):
        names.append(verbatim(one, "name", path))
        if names[-1] != name:
            continue
        headers = required(one, "headers", path)
        rows = required(one, "rowSet", path)
        if not isinstance(headers, list) or not all(isinstance(one, str) for one in headers):
            raise wrong_type(f"{path}.headers", "a list of texts", headers)
        if not isinstance(rows, list):
            raise wrong_type(f"{path}.rowSet", "a list", rows)
        for row in rows:
            if not isinstance(row, list) or len(row) != len(headers):
                raise wrong_type(f"{path}.rowSet[]", f"a list of {len(headers)} cells", row)
        return [dict(zip(headers, row, strict=True)) for row in rows]
    raise DriftedSchemaError(f"no result set {name}; there are {', '.join(names)}")


# leaguegamefinder


def parse_game_finder(document: Any, sport_key: str | None) -> Parsed:
    """Two rows a game, one for each side: a game, and the figures of both teams.

    Raises `DriftedSchemaError`.
    """
    drift: set[str] = set()
    stats = []
    by_game: dict[str, list[Row]] = {}
    for row in rows_of(document, FINDER_SET):
        game_id = verbatim(row, "GAME_ID", FINDER_SET)
        known = identity(game_id)
        if known is None:
            drift.add(OTHER_LEAGUE)
            continue
        drift |= row.keys() - FINDER_HEADERS
        by_game.setdefault(game_id, []).append(row)
        stats.append(
            TeamStatRow(
                sport_key=known.sport_key,
                team=verbatim(row, "TEAM_NAME", game_id),
                scope="game",
                source_team_id=verbatim(row, "TEAM_ID", game_id),
                source_event_id=game_id,
                season=known.season,
                stats={key: plain(cell) for key, cell in row.items() if key not in NOT_FIGURES},
            )
        )
    games = []
    for game_id, rows in by_game.items():
        game = _found_game(game_id, rows)
        if game is None:
            drift.add(NO_HOME_SIDE)
        else:
            games.append(game)
    spoken_for = dict.fromkeys([*filter(None, [sport_key]), *(game.sport_key for game in games)])
    return Parsed(
        games=games,
        team_stats=stats,
        coverage=[Coverage(one) for one in spoken_for],
        drift=sorted(drift),
        historical=True,
    )


def _found_game(game_id: str, rows: list[Row]) -> GameRow | None:
    """None where not exactly one side is at home, as on neutral ground. A row that is merely
    repeated says the same twice."""
    sides: dict[str, Row] = {}
    codes: dict[str, str] = {}
    for row in rows:
        found = _MATCHUP.match(verbatim(row, "MATCHUP", game_id).strip())
        if found is None:
            raise wrong_type(f"{game_id}.MATCHUP", "'A vs. B' or 'A @ B'", row["MATCHUP"])
        own, sign, other = found.groups()
        side, across = ("home", "away") if sign == "vs." else ("away", "home")
        if sides.get(side, row) != row:
            return None
        sides[side] = row
        codes |= {side: own, across: other}
    known = identity(game_id)
    assert known is not None
    results = [required(row, "WL", game_id) for row in sides.values()]
    decided = all(result in ("W", "L") for result in results)
    played = any(
        optional_verbatim(row, "MIN", game_id) not in (None, "0") for row in sides.values()
    )
    day = verbatim(rows[0], "GAME_DATE", game_id)
    points = {
        side: optional_verbatim(row, "PTS", game_id) if decided or played else None
        for side, row in sides.items()
    }
    season_id = verbatim(rows[0], "SEASON_ID", game_id)
    return GameRow(
        source_event_id=game_id,
        sport_key=known.sport_key,
        away_team=_named(sides.get("away"), codes["away"], game_id),
        home_team=_named(sides.get("home"), codes["home"], game_id),
        commence_text=day,
        game_date_et=_day(day, f"{game_id}.GAME_DATE"),
        season=_season(season_id, known.sport_key),
        state="final" if decided else "live" if played else None,
        completed=decided and None not in (points.get("away"), points.get("home")),
        away_score=points.get("away"),
        home_score=points.get("home"),
        details={
            "season_type": SEASON_TYPES.get(season_id[:1], known.season_type),
            "home_tricode": codes["home"],
            "away_tricode": codes["away"],
        }
        | {f"{side}_team_id": verbatim(row, "TEAM_ID", game_id) for side, row in sides.items()},
    )


def _named(row: Row | None, code: str, game_id: str) -> str:
    """A side's name; where only the other side was asked for, its code in that row's MATCHUP."""
    return verbatim(row, "TEAM_NAME", game_id) if row is not None else code


def _season(season_id: str, sport_key: str) -> str | None:
    """`2023-24` for `22023`, in the form of the sport; None for what is no SEASON_ID."""
    year = season_id[1:]
    if not (year.isdigit() and len(year) == 4):
        return None
    return season_label(league_id(sport_key), int(year))


def _day(value: str, path: str) -> date:
    try:
        return date.fromisoformat(value[:10])
    except ValueError as error:
        raise wrong_type(path, "a date", value) from error


# scoreboardv2


def parse_scoreboard_v2(document: Any, sport_key: str | None) -> Parsed:
    """Games of GameHeader, which repeats one for each national broadcaster; both conferences'
    standings. Line scores are not trusted: they have been wrong since the season 2025-26.

    Raises `DriftedSchemaError`.
    """
    drift: set[str] = set()
    lines = {
        (verbatim(row, "GAME_ID", "LineScore"), verbatim(row, "TEAM_ID", "LineScore")): row
        for row in rows_of(document, "LineScore")
    }
    games: dict[str, GameRow] = {}
    for header in rows_of(document, "GameHeader"):
        game_id = verbatim(header, "GAME_ID", "GameHeader")
        if game_id in games:
            continue
        if identity(game_id) is None:
            drift.add(OTHER_LEAGUE)
            continue
        games[game_id] = _header_game(game_id, header, lines)
    standings = [
        row
        for conference in ("East", "West")
        for row in _standings(rows_of(document, f"{conference}ConfStandingsByDay"))
    ]
    spoken_for = dict.fromkeys(
        [*filter(None, [sport_key]), *(game.sport_key for game in games.values())]
    )
    return Parsed(
        games=list(games.values()),
        team_stats=standings,
        coverage=[Coverage(one) for one in spoken_for],
        drift=sorted(drift),
    )


def _header_game(game_id: str, header: Row, lines: Mapping[tuple[str, str], Row]) -> GameRow:
    known = identity(game_id)
    assert known is not None
    home_id = verbatim(header, "HOME_TEAM_ID", game_id)
    away_id = verbatim(header, "VISITOR_TEAM_ID", game_id)
    names = []
    for team_id in (away_id, home_id):
        if (game_id, team_id) not in lines:
            raise DriftedSchemaError(f"LineScore has no team {team_id} of game {game_id}")
        line = lines[game_id, team_id]
        names.append(
            f"{verbatim(line, 'TEAM_CITY_NAME', game_id)} {verbatim(line, 'TEAM_NAME', game_id)}"
        )
    status = str(required(header, "GAME_STATUS_TEXT", game_id) or "")
    state = state_of(verbatim(header, "GAME_STATUS_ID", game_id), status, "GAME_STATUS_ID")
    day = _day(verbatim(header, "GAME_DATE_EST", game_id), "GAME_DATE_EST")
    begun = state in ("live", "final")
    away_score, home_score = (
        _points(lines[game_id, team_id], game_id) if begun else None
        for team_id in (away_id, home_id)
    )
    details = {
        "season_type": known.season_type,
        "home_team_id": home_id,
        "away_team_id": away_id,
        "venue": optional_verbatim(header, "ARENA_NAME", game_id),
        "gameCode": optional_verbatim(header, "GAMECODE", game_id),
    }
    return GameRow(
        source_event_id=game_id,
        sport_key=known.sport_key,
        away_team=names[0],
        home_team=names[1],
        commence_text=f"{header['GAME_DATE_EST']} {status.strip()}",
        commence_at=_eastern_start(day, status),
        game_date_et=day,
        season=known.season,
        status=status or None,
        state=state,
        completed=state == "final" and None not in (away_score, home_score),
        away_score=away_score,
        home_score=home_score,
        details={key: value for key, value in details.items() if value is not None},
    )


def _points(line: Row, game_id: str) -> str | None:
    required(line, "PTS", game_id)
    return optional_verbatim(line, "PTS", game_id)


def _eastern_start(day: date, status: str) -> datetime | None:
    """The start in a status like `7:30 pm ET`; None once the status says something else."""
    found = _EASTERN_START.match(status.strip())
    if found is None:
        return None
    hour = int(found.group(1)) % 12 + (12 if found.group(3).lower() == "p" else 0)
    local = datetime(day.year, day.month, day.day, hour, int(found.group(2)), tzinfo=EASTERN)
    return local.astimezone(UTC)


def _standings(rows: Iterable[Row]) -> Iterable[TeamStatRow]:
    for row in rows:
        league = LEAGUES.get(str(row.get("LEAGUE_ID")))
        season_id = verbatim(row, "SEASON_ID", "StandingsByDay")
        if league is None:
            continue
        yield TeamStatRow(
            sport_key=league,
            team=verbatim(row, "TEAM", "StandingsByDay"),
            scope="standings",
            source_team_id=verbatim(row, "TEAM_ID", "StandingsByDay"),
            season=_season(season_id, league),
            stats={key: plain(cell) for key, cell in row.items() if key not in ("TEAM_ID", "TEAM")},
        )
