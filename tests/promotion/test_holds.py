"""What is held and until when, what an approval covers, and who may move a batch."""

import math
import threading
from datetime import timedelta

import pytest
from slate import NOON, TEAMS, Warehouse, events
from test_what_counts import OtherReading

from linehouse.landing import reparse
from linehouse.promotion import (
    GateFailed,
    approve,
    gate_raw,
    hash_published,
    hold,
    reject,
    retract,
)
from linehouse.promotion import build as building
from linehouse.promotion.gate import judge
from linehouse.promotion.hold import UnknownBatchError
from linehouse.promotion.lock import promotion_lock
from linehouse.promotion.touch import touch
from linehouse.promotion.zones import zone

pytestmark = pytest.mark.slow

LATER = NOON + timedelta(hours=1)


def spreads_on_both_sides(size: float) -> list:
    """A slate whose spreads do not mirror: no batch of it passes staging's gate."""
    body = events(0.01)
    for event in body:
        for book in event["bookmakers"]:
            outcomes = book["markets"][1]["outcomes"]
            point = math.copysign(size, outcomes[0]["point"])
            for outcome in outcomes:
                outcome["point"] = point
    return body


def state(warehouse: Warehouse, batch: object) -> str:
    found: str = warehouse.one("select state from ops.batches where batch_id = %s", batch)
    return found


def test_games_that_no_pending_batch_explains_are_held_themselves(published: Warehouse) -> None:
    (batch,) = published.landed
    before = hash_published(published.mode)
    rows = published.ask(
        "select game_id from staging.games where home_team = any(%s)", [TEAMS[0][0], TEAMS[2][0]]
    )
    games = {game for (game,) in rows}
    published.execute(  # as if rules had changed since: games of old data no longer pass
        "update raw_data.betting_lines_raw as l set point = '1.5'"
        " from ops.game_registry as r where l.market = 'spreads'"
        " and l.source_event_id = r.source_event_id and r.game_id = any(%s)",
        list(games),
        role="owner",
    )
    with pytest.raises(GateFailed) as failed:
        published.promote("staging", "all")
    held = published.ask("select zone, game_id from ops.held_games")
    assert {(zone_name, game) for zone_name, game in held} == {("staging", g) for g in games}
    assert state(published, batch) == "accepted"
    assert published.promote("staging", "all").touched_games == len(TEAMS) - 2
    assert hash_published(published.mode) == before
    innocent = published.take_in(LATER)
    assert published.promote("staging").touched_games == len(TEAMS) - 2
    assert state(published, innocent) == "accepted"
    result = approve(published.mode, failed.value.promotion_id, by="me")
    assert result.state == "published" and result.touched_games == 2
    assert published.one("select count(*) from ops.held_games") == 0
    invalid = published.ask("select distinct game_id from staging.betting_lines where not is_valid")
    assert {game for (game,) in invalid} == games


def test_an_approval_covers_the_rows_that_were_seen_and_no_others(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    seen = warehouse.take_in(LATER, body=spreads_on_both_sides(1.5))
    with pytest.raises(GateFailed) as failed:
        warehouse.promote("staging")
    assert approve(warehouse.mode, failed.value.promotion_id, by="me").state == "published"
    warehouse.take_in(LATER + timedelta(minutes=10), body=events(0.02))
    assert warehouse.promote("staging").state == "published", "the approved rows block no more"
    other = warehouse.take_in(LATER + timedelta(minutes=20), body=spreads_on_both_sides(2.5))
    with pytest.raises(GateFailed, match="valid"):
        warehouse.promote("staging")
    assert (state(warehouse, seen), state(warehouse, other)) == ("accepted", "held")


def test_a_batch_that_a_promotion_held_can_be_approved_by_its_own_id(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    batch = warehouse.take_in(LATER, body=spreads_on_both_sides(1.5))
    with pytest.raises(GateFailed) as failed:
        warehouse.promote("staging")
    assert approve(warehouse.mode, batch, by="me").state == "published"
    assert state(warehouse, batch) == "accepted"
    assert (
        warehouse.one(
            "select overridden_by from ops.promotions where promotion_id = %s",
            failed.value.promotion_id,
        )
        == "me"
    )


def test_a_rejected_promotion_of_curated_keeps_its_games_only_until_newer_data(
    published: Warehouse,
) -> None:
    published.take_in(LATER, move=0.02)
    published.promote("staging")
    game = published.one("select game_id from staging.games where home_team = %s", TEAMS[0][0])
    published.execute(
        "update staging.games set home_score = -5, away_score = 3 where game_id = %s", game
    )
    published.execute(
        "update staging.betting_lines set is_closing = true, last_observed_at = %s"
        " where game_id = %s and valid_to is null",
        NOON + timedelta(days=2),
        game,
    )
    with pytest.raises(GateFailed) as failed:
        published.promote("curated")
    before = hash_published(published.mode, ("curated",))
    reject(published.mode, failed.value.promotion_id, by="me")
    assert published.one("select count(*) from ops.held_games") == 0
    assert hash_published(published.mode, ("curated",)) == before
    published.take_in(LATER + timedelta(hours=1), move=0.03)
    staging, curated = published.promote_both()
    assert staging.touched_games == curated.touched_games == len(TEAMS)


def test_what_is_retracted_or_held_by_hand_stays_so(warehouse: Warehouse) -> None:
    retracted, held, stopped = (
        warehouse.land(NOON),
        warehouse.land(LATER),
        warehouse.land(LATER + timedelta(hours=1), body=[]),
    )
    assert retract(warehouse.mode, retracted, "wrong", "me") == [retracted]
    assert hold(warehouse.mode, [retracted, held], "odd") == [held]
    gate_raw(warehouse.mode, now=warehouse.now)
    with pytest.raises(UnknownBatchError):
        approve(warehouse.mode, retracted, by="me")
    with pytest.raises(UnknownBatchError):
        reject(warehouse.mode, retracted, by="me")
    warehouse.execute(
        "update ops.batches set state = 'held', decided_by = 'raw_gate' where batch_id = %s",
        stopped,
    )
    reparse(warehouse.mode, source=OtherReading(lambda parsed: parsed))
    assert [state(warehouse, one) for one in (retracted, held, stopped)] == [
        "retracted",
        "held",
        "landed",
    ]
    reject(warehouse.mode, held, by="me")
    assert state(warehouse, held) == "retracted"


def test_decisions_and_parsing_wait_for_a_promotion_that_runs(warehouse: Warehouse) -> None:
    batch = warehouse.take_in(NOON)
    deeds = [
        threading.Thread(target=deed)
        for deed in (
            lambda: hold(warehouse.mode, [batch], "odd"),
            lambda: retract(warehouse.mode, batch, "wrong", "me"),
            lambda: reparse(warehouse.mode, source=OtherReading(lambda parsed: parsed)),
        )
    ]
    with promotion_lock(warehouse.mode):
        for deed in deeds:
            deed.start()
        deeds[0].join(1.0)
        assert all(deed.is_alive() for deed in deeds)
        assert state(warehouse, batch) == "accepted"
    for deed in deeds:
        deed.join()
    assert state(warehouse, batch) == "retracted"


def test_a_failed_data_test_names_its_games(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    with promotion_lock(warehouse.mode) as connection:
        touched = touch(connection, "staging", "pending", as_of=NOON, run_id=None)
        candidate = building.build(
            connection, warehouse.mode, zone(warehouse.mode, "staging"), touched.promotion_id
        )
        candidate.failed_tests = [
            {
                "name": "no_home_games",
                "description": "",
                "message": "Got 1 result",
                "failures": 1,
                "severity": "critical",
                "query": 'select * from "linehouse_sandbox"."staging_candidate"."games"'
                f" where home_team = '{TEAMS[2][0]}'",
            }
        ]
        verdict = judge(connection, warehouse.mode, candidate)
        game = connection.execute(
            f"select game_id from {candidate.schema}.games where home_team = %s", (TEAMS[2][0],)
        ).fetchone()
    assert not verdict.passed
    assert game is not None and verdict.failing_games == {game[0]}
