"""Which real game an event is, where sources list several games of the same teams and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from slate import NOON, Warehouse

from linehouse import database, identity
from linehouse.landing import land_payload
from linehouse.sources.base import Payload
from linehouse.sources.rows import Coverage, GameRow, Parsed

DAY = date(2026, 4, 18)
HOME, AWAY = "New York Yankees", "Boston Red Sox"
FIRST, SECOND = NOON + timedelta(hours=5), NOON + timedelta(hours=11)


@dataclass
class Listing:
    """A source that lists games of one pair of teams, with their starts or with their day."""

    name: str
    starts: Sequence[datetime | None]
    first_number: int = 1
    parser_version: str = "1"

    @property
    def payload_tables(self) -> dict[str, str]:
        return {"files": "archive_files"}

    def parse(self, payload: Payload) -> Parsed:
        return Parsed(
            games=[
                GameRow(
                    f"{self.name}-{place}",
                    "baseball_mlb",
                    AWAY,
                    HOME,
                    commence_at=start,
                    game_date_et=None if start else DAY,
                    event_ordinal=place,
                )
                for place, start in enumerate(self.starts, self.first_number)
            ],
            coverage=[Coverage("baseball_mlb")],
        )


def land(warehouse: Warehouse, *listings: Listing) -> dict[str, UUID]:
    """Land, accept and settle identity of these; returns event to game for all so far."""
    batch_ids = []
    for listing in listings:
        body = f"{listing}".encode()
        payload = Payload(listing.name, "files", body, NOON, name=f"{len(body)}")
        landed = land_payload(payload, listing, mode=warehouse.mode, run_key="test")
        batch_ids.append(landed.batch_id)
    with database.connect(warehouse.mode) as connection:
        connection.execute("update ops.batches set state = 'accepted'")
        identity.take_into_force(connection)
        rows = connection.execute(
            "select payload_id from ops.batches where batch_id = any(%s)", (batch_ids,)
        ).fetchall()
        identity.resolve(connection, [payload_id for (payload_id,) in rows])
    return dict(warehouse.ask("select source_event_id, game_id from ops.game_registry"))


def test_a_single_game_without_a_start_is_that_of_other_sources(warehouse: Warehouse) -> None:
    games = land(warehouse, Listing("archive", [None]), Listing("feed", [SECOND]))
    assert games["archive-1"] == games["feed-1"]


def test_doubleheaders_with_starts_are_one_for_all_sources(warehouse: Warehouse) -> None:
    games = land(warehouse, Listing("one", [FIRST, SECOND]), Listing("other", [SECOND, FIRST]))
    assert games["one-1"] == games["other-2"] != games["one-2"]
    assert games["one-2"] == games["other-1"]


def test_a_doubleheader_without_starts_keeps_to_its_source(warehouse: Warehouse) -> None:
    games = land(
        warehouse,
        Listing("archive", [None, None]),
        Listing("paper", [None, None]),
        Listing("feed", [FIRST, SECOND]),
    )
    assert len(set(games.values())) == len(games) == 6


@pytest.mark.parametrize("second_source", ["paper", "archive"])
def test_a_day_is_settled_again_for_each_source(warehouse: Warehouse, second_source: str) -> None:
    """What came alone merges; once a second game of the day is known, nothing tells which of both
    an event without a start is."""
    alone = land(warehouse, Listing("archive", [None]), Listing("feed", [FIRST]))
    assert alone["archive-1"] == alone["feed-1"]
    games = land(warehouse, Listing(second_source, [None, None]), Listing("feed", [FIRST, SECOND]))
    assert games["feed-1"] != games["feed-2"]
    own = {games[f"{second_source}-1"], games[f"{second_source}-2"]}
    assert len(own) == 2 and not own & {games["feed-1"], games["feed-2"]}
    assert games["archive-1"] not in {games["feed-1"], games["feed-2"]}


def test_events_of_a_day_are_found_for_every_source_that_lists_them(warehouse: Warehouse) -> None:
    """One settlement that concerns two sources: in each, what came first becomes the second."""
    land(warehouse, Listing("one", [SECOND]), Listing("other", [SECOND]))
    games = land(warehouse, Listing("one", [FIRST], 5), Listing("other", [FIRST], 5))
    assert games["one-1"] == games["other-1"] != games["one-5"]
    assert games["one-5"] == games["other-5"]
