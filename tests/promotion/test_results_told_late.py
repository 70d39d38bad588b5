"""From which morning on a result counts that was told later than the morning after its game; and a
result beside what is told of a day on which the game was called off."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from slate import NOON, Warehouse

from linehouse.landing import land_payload
from linehouse.promotion import retract
from linehouse.sources.base import Payload
from linehouse.sources.rows import Coverage, GameRow, Parsed

pytestmark = pytest.mark.slow

DAY = date(2026, 4, 18)
START = NOON + timedelta(hours=7)


class Told:
    """A source's word on one game, and a later one on its list (mornings end with the season)."""

    name = "mlb_stats_api"
    parser_version = "1"
    payload_tables = {"schedule": "archive_files"}

    def __init__(self, **word: Any) -> None:
        teams = ("baseball_mlb", "Chicago Cubs", "St. Louis Cardinals")
        self.games = [
            GameRow("g1", *teams, **{"commence_at": START} | word),
            GameRow("g2", *teams, commence_at=START + timedelta(days=9), state="scheduled"),
        ]

    def parse(self, payload: Payload) -> Parsed:
        return Parsed(games=self.games, coverage=[Coverage("baseball_mlb")])


def look(warehouse: Warehouse, at: datetime, **word: Any) -> UUID:
    told = Told(**word)
    payload = Payload(told.name, "schedule", f"{at} {word}".encode(), at)
    landed = land_payload(payload, told, mode=warehouse.mode, run_key="test")
    assert landed.batch_id is not None
    warehouse.execute(
        "update ops.batches set state = 'accepted' where batch_id = %s", landed.batch_id
    )
    warehouse.now = max(warehouse.now, at)
    return landed.batch_id


def first_counted(warehouse: Warehouse) -> date | None:
    warehouse.promote_both()
    found: date | None = warehouse.one(
        "select min(morning_et) from curated.team_stats_daily where games = 1"
    )
    return found


def test_a_result_told_late_counts_from_the_look_that_told_it(warehouse: Warehouse) -> None:
    """Suspended, seen unfinished two mornings later, over on the third day; then that look goes."""
    unfinished = look(warehouse, START + timedelta(days=2), state="suspended")
    look(
        warehouse, START + timedelta(days=3), state="final", completed=True,
        home_score="4", away_score="3",
    )  # fmt: skip
    assert first_counted(warehouse) == DAY + timedelta(days=4)
    retract(warehouse.mode, unfinished, "wrong game", "me")
    assert first_counted(warehouse) == DAY + timedelta(days=1)


def test_a_day_asked_about_again_does_not_call_off_the_game_that_was_made_up(
    warehouse: Warehouse,
) -> None:
    """Its day was called off and asked about again in the summer: what is said of it is old. A day
    that is called off although a result was told of it is another matter."""
    made_up, summer = START + timedelta(days=16), START + timedelta(days=80)
    days = {"details": {"dates_et": [f"{DAY}", f"{DAY + timedelta(days=16)}"]}}
    over = {"state": "final", "completed": True, "home_score": "4", "away_score": "3"}
    off = {"state": "postponed", "completed": False}
    look(warehouse, START - timedelta(hours=2), **off)
    look(warehouse, made_up + timedelta(hours=4), commence_at=made_up, **over, **days)
    telling = (
        "select status, game_date_et, commence_at, home_score from staging.games"
        " where status <> 'scheduled'"
    )
    warehouse.promote("staging")
    played = [("final", DAY + timedelta(days=16), made_up, 4)]
    assert warehouse.ask(telling) == played
    look(warehouse, summer, **off, **days)
    warehouse.promote("staging")
    assert warehouse.ask(telling) == played
    look(warehouse, summer + timedelta(hours=1), commence_at=made_up, **off, **days)
    warehouse.promote("staging")
    assert warehouse.ask(telling) == [("postponed", *played[0][1:])]
