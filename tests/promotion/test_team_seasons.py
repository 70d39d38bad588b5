"""Injuries and statistics: a team in its season is touched, held and taken back as games are."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zlib import crc32

import pytest
from slate import NOON, TEAMS, Warehouse

from linehouse.landing import land_payload
from linehouse.promotion import retract
from linehouse.promotion.hold import approve
from linehouse.promotion.promote import GateFailed
from linehouse.sources import registry
from linehouse.sources.base import Payload

LIST_AT = datetime(2026, 4, 18, 9, tzinfo=UTC)
ACCEPTED = "update ops.batches set state = 'accepted' where batch_id = %s"


def land(warehouse: Warehouse, source: str, feed: str, body: Any, at: datetime) -> uuid.UUID:
    """Land an answer; accepted without a look."""
    landed = land_payload(
        Payload(
            source, feed, json.dumps(body).encode(), at, sport_key="basketball_nba", status=200
        ),
        registry.get(source),
        mode=warehouse.mode,
        run_key="test",
    )
    assert landed.batch_id is not None
    warehouse.execute(ACCEPTED, landed.batch_id)
    warehouse.now = max(warehouse.now, at)
    return landed.batch_id


def listed(warehouse: Warehouse, at: datetime, teams: Mapping[str, Mapping[str, str]]) -> uuid.UUID:
    """Land a list of injuries: team to player to status."""
    body = {
        "timestamp": at.isoformat(),
        "status": "success",
        "season": {"year": 2026},
        "injuries": [
            {
                "id": str(number),
                "displayName": team,
                "injuries": [
                    {
                        "id": f"-{number}{place}",
                        "status": status,
                        "date": "2026-04-17T21:37Z",
                        "athlete": {"displayName": player, "id": str(crc32(player.encode()))},
                        "type": {"name": "INJURY", "abbreviation": "O"},
                        "details": {"type": "Knee", "returnDate": "2026-05-02"},
                    }
                    for place, (player, status) in enumerate(players.items())
                ],
            }
            for number, (team, players) in enumerate(teams.items())
        ],
    }
    return land(warehouse, "espn", "injuries", body, at)


def standing(warehouse: Warehouse) -> set[tuple[str, str, str, bool]]:
    return {
        (*row[:3], row[3] is None)
        for row in warehouse.ask(
            "select team_season_id, player, status, valid_to from staging.injuries"
        )
    }


BOSTON, DENVER = "nba_bos|2025-26", "nba_den|2025-26"
FIRST = {
    "Boston Celtics": {"Jayson Tatum": "Out"},
    "Denver Nuggets": {"Jamal Murray": "Day-To-Day"},
}


def test_a_player_who_is_no_longer_listed_is_back_also_where_his_team_is_gone(
    warehouse: Warehouse,
) -> None:
    listed(warehouse, LIST_AT, FIRST)
    assert warehouse.promote("staging").state == "published"
    assert standing(warehouse) == {
        (BOSTON, "Jayson Tatum", "out", True),
        (DENVER, "Jamal Murray", "day_to_day", True),
    }
    second = listed(
        warehouse, LIST_AT + timedelta(hours=12), {"Boston Celtics": {"Al Horford": "Out"}}
    )
    assert warehouse.promote("staging").state == "published"
    assert standing(warehouse) == {
        (BOSTON, "Jayson Tatum", "out", False),
        (BOSTON, "Al Horford", "out", True),
        (DENVER, "Jamal Murray", "day_to_day", False),
    }
    # without the list everything is as it was
    retract(warehouse.mode, second, "another league's list", "tester")
    assert warehouse.promote("staging").state == "published"
    assert standing(warehouse) == {
        (BOSTON, "Jayson Tatum", "out", True),
        (DENVER, "Jamal Murray", "day_to_day", True),
    }
    assert warehouse.promote("staging").state == "nothing"


def test_a_list_that_comes_late_finds_its_place_and_a_rebuild_gives_the_same(
    warehouse: Warehouse,
) -> None:
    listed(warehouse, LIST_AT, FIRST)
    listed(warehouse, LIST_AT + timedelta(hours=12), FIRST)
    warehouse.promote("staging")
    listed(warehouse, LIST_AT + timedelta(hours=6), {"Denver Nuggets": FIRST["Denver Nuggets"]})
    warehouse.promote("staging")
    rows = "select player, valid_from, valid_to, observations from staging.injuries order by 1, 2"
    found = warehouse.ask(rows)
    hours = [LIST_AT + timedelta(hours=number) for number in (0, 6, 12)]
    assert found == [
        ("Jamal Murray", hours[0], None, 3),
        ("Jayson Tatum", hours[0], hours[1], 1),
        ("Jayson Tatum", hours[2], None, 1),
    ]
    assert warehouse.promote("staging", "all").state == "published"
    assert warehouse.ask(rows) == found


def test_injuries_that_fail_hold_their_own_batch_and_a_slate_goes_on(warehouse: Warehouse) -> None:
    slate = warehouse.take_in(NOON)
    listed(warehouse, LIST_AT, FIRST)
    warehouse.promote("staging")
    odds = warehouse.take_in(NOON + timedelta(hours=1), move=0.02)
    figures = [
        {
            "game": {"id": 1}, "team": {"id": 133, "name": "Boston Celtics"},
            "player": {"id": 7, "name": "Tatum Jayson"}, "type": "starters", "minutes": "4800:00",
            "field_goals": {}, "threepoint_goals": {}, "freethrows_goals": {},
            "rebounds": {"total": 5}, "assists": 3, "points": 30,
        }
    ]  # fmt: skip
    envelope = {
        "get": "games/statistics/players", "parameters": {"id": "1"}, "errors": [], "results": 1,
        "response": figures,
    }  # fmt: skip
    bad = land(warehouse, "api_basketball", "player_statistics", envelope, warehouse.now)
    with pytest.raises(GateFailed, match="minutes of a game") as failed:
        warehouse.promote("staging")
    states = dict(warehouse.ask("select batch_id, state from ops.batches"))
    assert states[bad] == "held" and states[odds] == states[slate] == "accepted"

    result = warehouse.promote("staging")
    assert result.state == "published" and result.touched_games == len(TEAMS)
    assert warehouse.ask("select * from staging.player_stats") == []

    # what a person lets through covers this team's figures, and no other's
    assert approve(warehouse.mode, failed.value.promotion_id, "tester").state == "published"
    assert warehouse.one("select minutes from staging.player_stats") == 4800
    figures[0] |= {"game": {"id": 2}, "team": {"id": 139, "name": "Denver Nuggets"}}
    land(
        warehouse,
        "api_basketball",
        "player_statistics",
        envelope,
        warehouse.now + timedelta(hours=1),
    )
    with pytest.raises(GateFailed):
        warehouse.promote("staging")


def test_what_a_payload_no_longer_says_after_another_parse_is_taken_back(
    warehouse: Warehouse,
) -> None:
    batch = listed(warehouse, LIST_AT, FIRST)
    warehouse.promote("staging")
    payload = warehouse.one("select payload_id from ops.batches where batch_id = %s", batch)
    warehouse.execute(
        "delete from raw_data.injuries_raw where payload_id = %s and team = 'Denver Nuggets'",
        payload,
    )
    warehouse.execute("update ops.batches set revision = revision + 1 where batch_id = %s", batch)
    assert warehouse.promote("staging").state == "published"
    assert standing(warehouse) == {(BOSTON, "Jayson Tatum", "out", True)}
