"""Which batches a promotion reads, and what it finds when they are retracted or parsed again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slate import NOON, TEAMS, Warehouse, event_id, events

from linehouse import identity
from linehouse.landing import reparse
from linehouse.promotion import build as building
from linehouse.promotion import hash_published, hold, retract
from linehouse.promotion.concern import NEAR
from linehouse.promotion.lock import promotion_lock
from linehouse.promotion.touch import touch
from linehouse.promotion.zones import zone
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.rows import Parsed
from linehouse.sources.the_odds_api.source import SOURCE

pytestmark = pytest.mark.slow

LATER = NOON + timedelta(hours=1)


class OtherReading:
    """The Odds API, read by another parser than the one that landed it."""

    name = SOURCE.name
    payload_tables = SOURCE.payload_tables
    parser_version = "other"

    def __init__(self, change: Any) -> None:
        self.change = change

    def parse(self, payload: Payload) -> Parsed:
        parsed: Parsed = self.change(SOURCE.parse(payload))
        return parsed


def without_the_last_game(parsed: Parsed) -> Parsed:
    dropped = event_id(len(TEAMS) - 1)
    return replace(
        parsed,
        games=[game for game in parsed.games if game.source_event_id != dropped],
        lines=[line for line in parsed.lines if line.source_event_id != dropped],
    )


def renamed(parsed: Parsed) -> Parsed:
    """Every event under another id."""
    return replace(
        parsed,
        games=[replace(one, source_event_id=one.source_event_id[::-1]) for one in parsed.games],
        lines=[replace(one, source_event_id=one.source_event_id[::-1]) for one in parsed.lines],
    )


def refused(parsed: Parsed) -> Parsed:
    raise DriftedSchemaError("no longer understood")


def test_a_batch_that_is_accepted_between_two_models_is_in_none(warehouse: Warehouse) -> None:
    first = warehouse.take_in(NOON)
    second = warehouse.land(LATER, games=len(TEAMS) - 1)
    third = warehouse.land(LATER + timedelta(hours=1), move=0.02)
    warehouse.accept(third)
    with promotion_lock(warehouse.mode) as connection:
        touched = touch(connection, "staging", "pending", as_of=LATER, run_id=None)
        warehouse.accept(second)
        candidate = building.build(
            connection, warehouse.mode, zone(warehouse.mode, "staging"), touched.promotion_id
        )
        for model in ("slice_payload_events", "slice_coverage"):
            rows = connection.execute(
                f"select distinct batch_id from {candidate.schema}.{model}"
            ).fetchall()
            assert {batch for (batch,) in rows} == {first, third}, model
    warehouse.promote("staging")
    assert warehouse.one("select min(observations) from staging.betting_lines") == 1
    ended = warehouse.ask(
        "select distinct valid_to from staging.betting_lines where valid_to = %s", LATER
    )
    assert ended, "it is taken up by the next promotion"


@pytest.mark.parametrize(
    ("change", "games"), [(without_the_last_game, len(TEAMS) - 1), (renamed, len(TEAMS))]
)
def test_what_a_mended_parser_no_longer_names_leaves_the_zones(
    published: Warehouse, change: Any, games: int
) -> None:
    (batch,) = published.landed
    reparse(published.mode, batch_ids=[batch], source=OtherReading(change))
    published.accept(batch)
    published.promote_both()
    assert published.one("select count(*) from staging.games") == games
    assert published.one("select count(*) from curated.enhanced_games") == games
    assert published.one("select count(*) from ops.game_registry") == games
    assert published.one("select count(*) from ops.vacated_events") == 0
    incremental = hash_published(published.mode)
    published.promote_both("all")
    assert hash_published(published.mode) == incremental


def test_a_snapshot_that_is_no_longer_read_no_longer_ends_lines(published: Warehouse) -> None:
    before = hash_published(published.mode, ("curated",))
    batch = published.take_in(LATER, games=len(TEAMS) - 1)
    published.promote_both()
    assert hash_published(published.mode, ("curated",)) != before
    reparse(published.mode, batch_ids=[batch], source=OtherReading(refused))
    hold(published.mode, [batch], "unreadable")
    published.promote_both()
    assert hash_published(published.mode, ("curated",)) == before


def test_a_batch_that_is_retracted_after_a_failed_build_blocks_nobody(
    warehouse: Warehouse,
) -> None:
    batch = warehouse.take_in(NOON)
    with promotion_lock(warehouse.mode) as connection:  # a build that dies after its touch
        touch(connection, "staging", "pending", as_of=NOON, run_id=None)
    retract(warehouse.mode, batch, "wrong", "me")
    warehouse.take_in(LATER, games=len(TEAMS) - 1)
    assert warehouse.promote("staging").state == "published"
    assert warehouse.one("select count(*) from staging.games") == len(TEAMS) - 1
    assert warehouse.one("select count(*) from ops.game_registry") == len(TEAMS) - 1
    assert warehouse.promote("staging").state == "nothing"


def test_identity_changes_with_what_is_in_force_and_with_nothing_else(
    warehouse: Warehouse,
) -> None:
    moved = events()
    moved[0]["commence_time"] = "2026-04-20T23:00:00Z"
    batch = warehouse.take_in(NOON - timedelta(hours=1), body=moved)
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    game = warehouse.one(
        "select game_id from ops.game_registry where source_event_id = %s", event_id(0)
    )
    retract(warehouse.mode, batch, "wrong day", "me")
    assert game == warehouse.one(
        "select game_id from ops.game_registry where source_event_id = %s", event_id(0)
    )
    warehouse.promote("staging")
    assert warehouse.one("select count(*) from staging.games where game_id = %s", game) == 0
    assert warehouse.one("select count(*) from staging.games") == len(TEAMS)
    assert identity.game_id("mlb", "a", "b", NOON.date(), 1) != identity.game_id(
        "mlb", "a", "b", NOON.date(), 1, "sbro"
    )


def of_books(body: list[dict[str, Any]], *books: str) -> list[dict[str, Any]]:
    """The same games at some books only."""
    for event in body:
        event["bookmakers"] = [one for one in event["bookmakers"] if one["key"] in books]
    return body


def test_the_last_snapshot_of_a_book_is_found_however_long_ago(warehouse: Warehouse) -> None:
    """A book comes back after more snapshots than are looked at first, and a game is gone."""
    start = NOON - timedelta(hours=2)
    warehouse.land(start, of_books(events(), "betmgm"), books=("betmgm",))
    for minute in range(1, NEAR + 5):
        at = start + timedelta(minutes=minute)
        warehouse.land(at, of_books(events(games=2), "fanduel"), books=("fanduel",))
    accept = (
        "update ops.batches set state = 'accepted', revision = revision + 1 where state = 'landed'"
    )
    warehouse.execute(accept)
    warehouse.promote("staging")
    open_lines = (
        "select count(distinct game_id) from staging.betting_lines"
        " where bookmaker = 'betmgm' and valid_to is null"
    )
    assert warehouse.one(open_lines) == len(TEAMS)
    warehouse.land(NOON, of_books(events(games=1), "betmgm"), books=("betmgm",))
    warehouse.execute(accept)
    warehouse.promote("staging")
    assert warehouse.one(open_lines) == 1
