"""Recorded answers of ESPN and MLB pass the raw gate, one after another as they came."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from linehouse import database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw
from linehouse.settings import Mode
from linehouse.sources.base import HttpSource, Payload
from linehouse.sources.espn import source as espn
from linehouse.sources.mlb_stats_api import source as mlb_stats_api

AUGUST = datetime(2026, 8, 20, 23, tzinfo=UTC)


def landed(
    source: HttpSource, feed: str, body: bytes, at: datetime, sport_key: str = "baseball_mlb"
) -> UUID:
    payload = Payload(source.name, feed, body, at, sport_key=sport_key, params={"dates": "x"})
    result = land_payload(payload, source, mode=Mode.SANDBOX, run_key="recorded")
    assert result.batch_id is not None
    return result.batch_id


def held(batch: UUID, now: datetime) -> list[str]:
    """Sentences about a batch that was stopped."""
    verdicts = gate_raw(Mode.SANDBOX, [batch], now=now + timedelta(minutes=1))
    assert len(verdicts) == 1
    return [verdict.sentence for verdict in verdicts if not verdict.accepted]


def judgements(query: str) -> list[tuple[Any, ...]]:
    with database.connect(Mode.SANDBOX) as connection:
        return connection.execute(query).fetchall()


def test_a_whole_day_of_espn_passes(fresh_database: Mode, real_data: Path) -> None:
    """Prices go with each start, games end, and no answer is stopped for it."""
    folder = real_data / "payloads" / "espn"
    for path in sorted((folder / "series_nba_scoreboard").iterdir()):
        at = datetime.strptime(path.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        batch = landed(espn.SOURCE, "scoreboard", path.read_bytes(), at, "basketball_nba")
        assert held(batch, at) == []
    body = (folder / "injuries_nba_20260615.json").read_bytes()
    report = landed(espn.SOURCE, "injuries", body, AUGUST, "basketball_nba")
    body = (folder / "ha-teamtracker_mlb.json").read_bytes()
    board = landed(espn.SOURCE, "scoreboard", body, AUGUST)
    assert [*held(report, AUGUST), *held(board, AUGUST)] == []
    assert judgements(
        "select count(*), count(distinct source_event_id) from raw_data.games_raw"
        " where source = 'espn' and game_date_et = '2026-04-05'"
    ) == [(17 * 11, 11)]


def test_recorded_answers_of_mlb_pass(fresh_database: Mode, real_data: Path) -> None:
    folder = real_data / "payloads" / "mlb_stats_api"
    entries = json.loads((folder / "weathermlb_daily_games_2026-08-20.json").read_bytes())
    games = [entry["gameRaw"] for entry in entries]
    bodies = [
        ("schedule", (folder / "schedule_date_20230829.json").read_bytes()),
        ("schedule", json.dumps({"dates": [{"date": "2026-08-20", "games": games}]}).encode()),
        ("live_feed", (folder / "feed_live_game_trimmed_20221125.json").read_bytes()),
        ("teams", (folder / "teams_20221122.json").read_bytes()),
        ("standings", (folder / "standings_20230621.json").read_bytes()),
    ]
    for minute, (feed, body) in enumerate(bodies):
        at = AUGUST + timedelta(minutes=minute)
        assert held(landed(mlb_stats_api.SOURCE, feed, body, at), at) == [], feed
    ((finished,),) = judgements("select count(*) from raw_data.games_raw where completed")
    assert finished == 10


def test_bodies_of_errors_are_held(fresh_database: Mode, real_data: Path) -> None:
    folder = real_data / "payloads" / "mlb_stats_api"
    for name in ("error_500.json", "not_found_404.json"):
        batch = landed(mlb_stats_api.SOURCE, "schedule", (folder / name).read_bytes(), AUGUST)
        (sentence,) = held(batch, AUGUST)
        assert "read as its schema says" in sentence


def test_an_inning_that_is_missing_is_noticed(fresh_database: Mode, real_data: Path) -> None:
    folder = real_data / "payloads" / "mlb_stats_api"
    feed = json.loads((folder / "feed_live_game_trimmed_20221125.json").read_bytes())
    del feed["liveData"]["linescore"]["innings"][0]
    body = json.dumps(feed).encode()
    (sentence,) = held(landed(mlb_stats_api.SOURCE, "live_feed", body, AUGUST), AUGUST)
    assert "innings" in sentence
