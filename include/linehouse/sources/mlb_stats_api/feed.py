"""The live feed of one game at the MLB Stats API (version 1.1): line score and clubs' figures.

Plays and players of the feed are kept in the payload and not read.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from linehouse.sources.mlb_stats_api.schedule import (
    DOUBLEHEADERS,
    runs_by_inning,
    sport_of,
)
from linehouse.sources.mlb_stats_api.states import (
    STATUS_FIELDS,
    UNSCORED,
    start_is_told,
    state_of,
)
from linehouse.sources.reading.answer_fields import (
    instant,
    mapping,
    note_drift,
    optional_mapping,
    optional_verbatim,
    text,
    verbatim,
    whole_number,
    wrong_type,
)
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, GameRow, Parsed, TeamStatRow

TOP_FIELDS = frozenset({"copyright", "gamePk", "link", "metaData", "gameData", "liveData"})
DATETIME_FIELDS = frozenset(
    {
        "dateTime", "originalDate", "officialDate", "dayNight", "time", "ampm", "resumeDate",
        "resumeDateTime", "resumedFromDate", "resumedFromDateTime", "rescheduleDate",
    }
)  # fmt: skip
OTHER_DAYS = ("originalDate", "officialDate", "resumeDate", "resumedFromDate", "rescheduleDate")
DECISIONS = ("winner", "loser", "save")


def parse_feed(document: Mapping[str, Any], *, as_of: bool = False) -> Parsed:
    """One game, and both clubs' figures where there are any. `as_of`: it was asked for as it stood
    at a moment, which it tells itself. Raises `DriftedSchemaError`."""
    drift: set[str] = set()
    note_drift(document, TOP_FIELDS, "", drift)
    data, live = mapping(document, "gameData", ""), mapping(document, "liveData", "")
    game = _game(document, data, live, drift)
    parsed = Parsed(
        games=[game],
        team_stats=_figures(data, live, game),
        coverage=[Coverage(game.sport_key, source_event_id=game.source_event_id)],
        drift=sorted(drift),
    )
    if as_of:
        parsed.observed_at = _told_at(mapping(document, "metaData", ""))
        parsed.historical = True
    return parsed


def _game(
    document: Mapping[str, Any], data: Mapping[str, Any], live: Mapping[str, Any], drift: set[str]
) -> GameRow:
    status = mapping(data, "status", "gameData")
    note_drift(status, STATUS_FIELDS, "gameData.status", drift)
    state = state_of(status, "gameData.status", drift)
    times, facts = mapping(data, "datetime", "gameData"), mapping(data, "game", "gameData")
    note_drift(times, DATETIME_FIELDS, "gameData.datetime", drift)
    # A resumed game began when it began: its date here is that of the resumption.
    start = "resumedFromDateTime" if times.get("resumedFromDateTime") else "dateTime"
    commence_text = text(times, start, "gameData.datetime")
    moment = instant(commence_text, f"gameData.datetime.{start}")
    doubleheader = optional_verbatim(facts, "doubleHeader", "gameData.game") or "N"
    number = whole_number(facts, "gameNumber", "gameData.game") if "gameNumber" in facts else 1
    told = start_is_told(status, doubleheader, number, "gameData.status")
    linescore = optional_mapping(live, "linescore", "liveData")
    totals = optional_mapping(linescore, "teams", "liveData.linescore")
    pitchers = optional_mapping(data, "probablePitchers", "gameData")
    days = {str(times[key])[:10] for key in OTHER_DAYS if times.get(key)}
    decided = optional_mapping(live, "decisions", "liveData")
    details: dict[str, Any] = {
        "gameType": facts.get("type"),
        "doubleHeader": doubleheader,
        "start_tbd": None if told else True,
        "reason": status.get("reason"),
        "venue": optional_mapping(data, "venue", "gameData").get("name"),
        "weather": data.get("weather") or None,
        "first_pitch": optional_mapping(data, "gameInfo", "gameData").get("firstPitch"),
        "inning": linescore.get("currentInning"),
        "inning_state": linescore.get("inningState"),
        "scheduledInnings": linescore.get("scheduledInnings"),
        "dates_et": sorted(days) if len(days) > 1 else None,
        "resumed_at": times.get("dateTime") if times.get("resumedFromDateTime") else None,
        "decisions": {
            key: optional_mapping(decided, key, "liveData.decisions").get("fullName")
            for key in DECISIONS
            if decided.get(key)
        }
        or None,
    }
    scores = {}
    for side in ("away", "home"):
        total = optional_mapping(totals, side, "liveData.linescore.teams")
        scored = state not in UNSCORED
        scores[side] = (
            optional_verbatim(total, "runs", f"liveData.linescore.teams.{side}") if scored else None
        )
        details |= {
            f"{side}_team_id": verbatim(_team(data, side), "id", f"gameData.teams.{side}"),
            f"pitcher_{side}": optional_mapping(pitchers, side, "gameData.probablePitchers").get(
                "fullName"
            ),
            f"periods_{side}": runs_by_inning(linescore, "liveData.linescore", side)
            if scored
            else None,
        }
    return GameRow(
        source_event_id=verbatim(document, "gamePk", ""),
        sport_key=sport_of(
            _team(data, "home"),
            "gameData.teams.home",
            optional_verbatim(facts, "type", "gameData.game"),
        ),
        away_team=text(_team(data, "away"), "name", "gameData.teams.away"),
        home_team=text(_team(data, "home"), "name", "gameData.teams.home"),
        commence_text=commence_text,
        commence_at=moment if told else None,
        game_date_et=_official(times),
        season=optional_verbatim(facts, "season", "gameData.game"),
        status=text(status, "detailedState", "gameData.status"),
        state=state,
        completed=state == "final" and None not in scores.values(),
        away_score=scores["away"],
        home_score=scores["home"],
        game_number=number if doubleheader in DOUBLEHEADERS else None,
        details={key: plain(value) for key, value in details.items() if value is not None},
    )


def _team(data: Mapping[str, Any], side: str) -> Mapping[str, Any]:
    return mapping(mapping(data, "teams", "gameData"), side, "gameData.teams")


def _official(times: Mapping[str, Any]) -> date:
    value = text(times, "officialDate", "gameData.datetime")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise wrong_type("gameData.datetime.officialDate", "a day", value) from error


def _figures(data: Mapping[str, Any], live: Mapping[str, Any], game: GameRow) -> list[TeamStatRow]:
    """Batting, pitching and fielding of each club, as far as it has any."""
    boxscore = optional_mapping(live, "boxscore", "liveData")
    teams = optional_mapping(boxscore, "teams", "liveData.boxscore")
    rows = []
    for side in ("away", "home"):
        path = f"liveData.boxscore.teams.{side}"
        figures = optional_mapping(
            optional_mapping(teams, side, "liveData.boxscore.teams"), "teamStats", path
        )
        if figures and game.state not in UNSCORED:
            rows.append(
                TeamStatRow(
                    sport_key=game.sport_key,
                    team=text(_team(data, side), "name", f"gameData.teams.{side}"),
                    scope="game",
                    source_team_id=verbatim(_team(data, side), "id", f"gameData.teams.{side}"),
                    source_event_id=game.source_event_id,
                    season=game.season,
                    stats=plain({**figures, "side": side}),
                )
            )
    return rows


def _told_at(meta: Mapping[str, Any]) -> datetime:
    """The moment of the state that the feed shows (UTC, `20221104_040316`)."""
    value = text(meta, "timeStamp", "metaData")
    try:
        return datetime.strptime(value, "%Y%m%d_%H%M%S").replace(tzinfo=UTC)
    except ValueError as error:
        raise wrong_type("metaData.timeStamp", "yyyymmdd_hhmmss", value) from error
