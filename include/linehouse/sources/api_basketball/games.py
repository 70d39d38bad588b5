"""Games of API-Basketball: `/games` and `/games/h2h` have the same form.

Scores are null before the start; in play, quarters that have not begun are 0; all overtimes are
one number. A game is final with FT, AOT (after overtime) or AWD (awarded).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from linehouse.days import EASTERN
from linehouse.sources.reading.answer_fields import (
    instant,
    mapping,
    note_drift,
    objects,
    optional_verbatim,
    required,
    text,
    verbatim,
    wrong_type,
)
from linehouse.sources.reading.open_pairings import is_open
from linehouse.sources.reading.season_labels import our_label
from linehouse.sources.rows import Coverage, GameRow, Parsed, TeamStatRow

LEAGUES = {"12": "basketball_nba", "13": "basketball_wnba"}
"""League id to our sport key."""
QUARTERS = ("quarter_1", "quarter_2", "quarter_3", "quarter_4")
STATES = {
    "NS": "scheduled",
    "Q1": "live",
    "Q2": "live",
    "Q3": "live",
    "Q4": "live",
    "OT": "live",
    "BT": "live",
    "HT": "live",
    "FT": "final",
    "AOT": "final",
    "AWD": "final",
    "POST": "postponed",
    "CANC": "cancelled",
    "SUSP": "suspended",
    "ABD": "cancelled",
}
"""Short status to state; BT is a break between quarters."""
BEGUN_QUARTERS = {"Q1": 1, "Q2": 2, "HT": 2, "Q3": 3, "Q4": 4, "OT": 5}
"""How many periods of a game in play have begun; a break does not tell which one it follows."""

GAME_FIELDS = frozenset(
    {
        "id", "date", "time", "timestamp", "timezone", "stage", "week", "venue", "status",
        "league", "country", "teams", "scores",
    }
)  # fmt: skip
_PRE_SEASON = re.compile(r"\bpre.?season", re.IGNORECASE)
STATUS_FIELDS = frozenset({"long", "short", "timer"})
SCORE_FIELDS = frozenset({*QUARTERS, "over_time", "total"})
TEAM_FIELDS = frozenset({"id", "name", "logo"})
LEAGUE_FIELDS = frozenset({"id", "name", "type", "season", "logo"})
ALL_STARS = frozenset({"1416", "1417"})
"""Ids of East and West, which play as clubs of the NBA."""
NO_TEAMS = "response[]: a game whose teams are not known yet"
OTHER_LEAGUE = "response[].league.id: a game of a league that is not read"


def parse_games(document: Mapping[str, Any], sport_key: str | None) -> Parsed:
    """Games of a day, a season or by id. Raises `DriftedSchemaError`."""
    drift: set[str] = set()
    games = [
        row
        for game, path in objects(document, "response", "")
        if (row := _game(game, path, drift)) is not None
    ]
    covered = dict.fromkeys([*filter(None, [sport_key]), *(game.sport_key for game in games)])
    return Parsed(games=games, coverage=[Coverage(one) for one in covered], drift=sorted(drift))


def parse_head_to_head(document: Mapping[str, Any], sport_key: str | None) -> Parsed:
    """Games of two teams against each other, and each finished one as figures of both teams.

    Raises `DriftedSchemaError`.
    """
    parsed = parse_games(document, sport_key)
    parsed.historical = True
    parsed.coverage = [
        Coverage(game.sport_key, source_event_id=game.source_event_id) for game in parsed.games
    ]
    parsed.team_stats = [row for game in parsed.games if game.completed for row in _meeting(game)]
    return parsed


def sport_of(league: Mapping[str, Any], path: str) -> str | None:
    """Our sport key of a `league` object; None for a league that is not read."""
    return LEAGUES.get(verbatim(league, "id", path))


def _game(game: Mapping[str, Any], path: str, drift: set[str]) -> GameRow | None:
    note_drift(game, GAME_FIELDS, "response[]", drift)
    league = mapping(game, "league", path)
    note_drift(league, LEAGUE_FIELDS, "response[].league", drift)
    sport_key = sport_of(league, f"{path}.league")
    if sport_key is None:
        drift.add(OTHER_LEAGUE)
        return None
    status = mapping(game, "status", path)
    note_drift(status, STATUS_FIELDS, "response[].status", drift)
    short = text(status, "short", f"{path}.status")
    if short not in STATES:
        raise wrong_type(f"{path}.status.short", " or ".join(STATES), short)
    state = STATES[short]
    date_text = text(game, "date", path)
    commence_at = instant(date_text, f"{path}.date")
    teams, scores = mapping(game, "teams", path), mapping(game, "scores", path)
    names, ids, points, periods = {}, {}, {}, {}
    for side in ("home", "away"):
        team = mapping(teams, side, f"{path}.teams")
        note_drift(team, TEAM_FIELDS, "response[].teams.home|away", drift)
        names[side] = text(team, "name", f"{path}.teams.{side}")
        ids[side] = verbatim(team, "id", f"{path}.teams.{side}")
        score = mapping(scores, side, f"{path}.scores")
        note_drift(score, SCORE_FIELDS, "response[].scores.home|away", drift)
        points[side], periods[side] = _score(score, short, f"{path}.scores.{side}")
    if any(map(is_open, names.values())):
        drift.add(NO_TEAMS)
        return None
    begun = state in ("live", "final", "suspended")
    overtimes = mapping(scores, "home", path).get("over_time") is not None
    stage = optional_verbatim(game, "stage", path)
    details = {
        "periods_home": periods["home"] if begun and periods["home"] else None,
        "periods_away": periods["away"] if begun and periods["away"] else None,
        "overtimes_in_one_period": True if begun and overtimes else None,
        "home_team_id": ids["home"],
        "away_team_id": ids["away"],
        "status_long": optional_verbatim(status, "long", f"{path}.status"),
        "timer": optional_verbatim(status, "timer", f"{path}.status"),
        "stage": stage,
        "week": optional_verbatim(game, "week", path),
        "venue": optional_verbatim(game, "venue", path),
    }
    final = state == "final" and None not in points.values()
    return GameRow(
        source_event_id=verbatim(game, "id", path),
        sport_key=_kind_of(sport_key, ids.values(), stage),
        away_team=names["away"],
        home_team=names["home"],
        commence_text=date_text,
        commence_at=commence_at,
        game_date_et=commence_at.astimezone(EASTERN).date(),
        season=our_label(required(league, "season", f"{path}.league")),
        status=short,
        state=state,
        completed=final,
        away_score=points["away"] if begun else None,
        home_score=points["home"] if begun else None,
        details={key: value for key, value in details.items() if value is not None},
    )


def _kind_of(sport_key: str, team_ids: Iterable[str], stage: str | None) -> str:
    """The sport key of a game that counts for no season has an ending of its own."""
    if not ALL_STARS.isdisjoint(team_ids):
        return f"{sport_key}_all_stars"
    if stage is not None and _PRE_SEASON.search(stage):
        return f"{sport_key}_preseason"
    return sport_key


def _score(score: Mapping[str, Any], short: str, path: str) -> tuple[str | None, list[str]]:
    """Total, and points by period as far as they have begun; overtimes together as the last."""
    required(score, "total", path)
    periods = [_points(score, name, path) for name in (*QUARTERS, "over_time")]
    known: Sequence[str | None] = periods[: BEGUN_QUARTERS.get(short, len(periods))]
    if short == "BT":  # after some quarter: those after the last with points may not have begun
        known = periods[
            : max((n for n, p in enumerate(periods, 1) if p not in (None, "0")), default=0)
        ]
    return optional_verbatim(score, "total", path), [one for one in known if one is not None]


def _points(score: Mapping[str, Any], name: str, path: str) -> str | None:
    required(score, name, path)
    return optional_verbatim(score, name, path)


def _meeting(game: GameRow) -> tuple[TeamStatRow, TeamStatRow]:
    sides = (
        ("away", game.away_team, game.away_score, game.home_team, game.home_score),
        ("home", game.home_team, game.home_score, game.away_team, game.away_score),
    )
    away, home = (
        TeamStatRow(
            sport_key=game.sport_key,
            team=team,
            scope="head_to_head",
            source_team_id=game.details[f"{side}_team_id"],
            source_event_id=game.source_event_id,
            season=game.season,
            stats={
                "side": side,
                "opponent": opponent,
                "points": points,
                "opponent_points": other_points,
                "date": game.commence_text,
            },
        )
        for side, team, points, opponent, other_points in sides
    )
    return away, home
