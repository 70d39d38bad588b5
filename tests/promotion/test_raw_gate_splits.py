"""Batches that tell what the public bets are landed over HTTP and judged: what is stopped."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from linehouse import database
from linehouse.landing import FetchPolicy, land, land_payload
from linehouse.promotion import gate_raw
from linehouse.settings import Mode
from linehouse.sources import registry
from linehouse.sources.base import Asking, KnownEvent, Payload, Request
from linehouse.sources.errors import AccessRefusedError
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

DAY = date(2026, 4, 18)
SOURCES = ("action_network", "sbd", "vsin")
PATIENT = FetchPolicy(read_seconds=20, backoff_seconds=0.01)


def rows(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with database.connect(Mode.SANDBOX) as connection:
        return connection.execute(query, parameters).fetchall()


def requests_of(source: str, *events: KnownEvent, sport: str = "baseball_mlb") -> list[Request]:
    asking = Asking(sport, FIRST_MOMENT, DAY, events)
    found: list[Request] = registry.get(source).requests(asking)  # type: ignore[attr-defined]
    return found


def fetch(request: Request, run_key: str) -> Any:
    source: Any = registry.get(request.source)
    return land(request, source, mode=Mode.SANDBOX, run_key=run_key, policy=PATIENT)


def judged(batch: UUID) -> str:
    """The state after the gate, and its sentence."""
    ((verdict,),) = [gate_raw(Mode.SANDBOX, [batch], now=FIRST_MOMENT + timedelta(days=1))]
    return f"{'accepted' if verdict.accepted else 'held'}: {verdict.sentence}"


def test_a_day_of_each_source_lands_and_passes(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    for moment, run_key in ((0, "noon"), (9, "at night")):
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=moment))
        for source in SOURCES:
            for sport in ("baseball_mlb", "basketball_nba"):
                for request in requests_of(source, sport=sport):
                    landed = fetch(request, run_key)
                    assert landed.outcome == "landed" and landed.drift == ()
                    assert landed.parse_error is None and landed.row_count > 10
                    assert judged(landed.batch_id).startswith("accepted"), (source, sport, run_key)
    counts = dict(
        rows("select source, count(*) from raw_data.betting_splits_raw group by source order by 1")
    )
    assert set(counts) == set(SOURCES)
    assert rows(
        "select distinct bookmaker from raw_data.betting_splits_raw where source <> 'vsin'"
    ) == [(None,)], "a consensus is of no book"
    twice = rows(
        "select count(*) from raw_data.betting_splits_raw group by payload_id, source_event_id,"
        " bookmaker, market, outcome having count(*) > 1"
    )
    assert twice == []


def test_a_history_is_known_by_its_address_also_when_it_is_parsed_again(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    from linehouse.landing import reparse

    (board,) = requests_of("action_network", sport="basketball_nba")
    fetch(board, "first")
    known = [
        KnownEvent(event, "basketball_nba", start, DAY, state)
        for event, start, state in rows(
            "select source_event_id, commence_at, state from raw_data.games_raw"
            " where source = 'action_network' order by 1 limit 2"
        )
    ]
    histories = requests_of("action_network", *known, sport="basketball_nba")[1:]
    assert len(histories) == 2
    query = (
        "select source_event_id, bookmaker, market, outcome, moved_text, price, point, label"
        " from raw_data.line_movements_raw order by payload_id, position"
    )
    for request in histories:
        landed = fetch(request, "first")
        assert landed.row_count > 20
        assert judged(landed.batch_id).startswith("accepted")
    first = rows(query)
    assert {row[0] for row in first} == {event.source_event_id for event in known}
    assert len(reparse(Mode.SANDBOX, "action_network")) == 3
    assert rows(query) == first


@pytest.mark.parametrize("source", SOURCES)
def test_faults_are_held_with_their_reason(
    fresh_database: Mode, sandbox: SandboxServer, source: str
) -> None:
    request = requests_of(source)[0]
    good = fetch(request, "good")
    assert judged(good.batch_id).startswith("accepted")
    sandbox.set_clock(advance_seconds=600)
    faults: dict[str, str] = {
        "html": "the payload is read as its schema says",
        "truncated": "the payload is read as its schema says",
        "renamed_field": "the payload is read as its schema says",
        "duplicate_rows": "no event is named twice",
        "half_missing": "games of the slate that are still to start are still listed",
        "sides_swapped": (
            "favourites stay what they were"
            if source == "sbd"
            else "the payload is read as its schema says"
        ),
    }
    for kind, words in faults.items():
        sandbox.clear_faults()
        sandbox.fault(kind, upstream=source)
        landed = fetch(request, kind)
        said = judged(landed.batch_id)
        assert said.startswith("held") and words in said, (kind, said)
        ((kept,),) = rows(
            f"select body_bytes from raw_data.{registry.get(source).payload_tables[request.feed]}"
            " where payload_id = %s",
            landed.payload_id,
        )
        assert kept > 50
    sandbox.clear_faults()
    sandbox.fault("extra_field", upstream=source)
    landed = fetch(request, "extra_field")
    assert landed.drift and judged(landed.batch_id).startswith("accepted"), "only a warning"


def test_whoever_is_refused_is_told_so_and_no_batch_is_made(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    sandbox.fault("bad_key")
    for source in SOURCES:
        with pytest.raises(AccessRefusedError):
            fetch(requests_of(source)[0], "refused")
    assert rows("select outcome, error_type, http_status from raw_data.collection_log") == [
        ("failed", "AccessRefusedError", 403)
    ] * len(SOURCES)
    assert rows("select count(*) from ops.batches") == [(0,)]


Change = Callable[[str], str]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda page: page.replace('sp-badge">', 'sp-badge">1'), "of the shares are per cent"),
        (
            lambda page: page.replace(
                '<td><span class="sp-badge">', '<td><span class="sp-badge">0.'
            ),
            "of the pairs of tickets_pct make a whole",
        ),
        (lambda page: page.replace('badge-line">+', 'badge-line">x'), "of the lines are numbers"),
    ],
)
def test_a_page_of_senseless_numbers_is_held(
    fresh_database: Mode, sandbox: SandboxServer, change: Change, words: str
) -> None:
    from linehouse.landing import land_payload

    request = requests_of("vsin")[0]
    page = sandbox.http.get(f"/vsin{request.path}", params=dict(request.params)).text
    assert change(page) != page
    payload = Payload(
        "vsin", request.feed, change(page).encode(), FIRST_MOMENT, sport_key="baseball_mlb"
    )
    landed = land_payload(payload, registry.get("vsin"), mode=Mode.SANDBOX, run_key="x")
    said = judged(landed.batch_id)
    assert said.startswith("held") and words in said, said


def test_an_empty_day_passes_where_there_can_be_one(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    sandbox.set_clock(FIRST_MOMENT.replace(month=8))
    asking = Asking("basketball_nba", FIRST_MOMENT.replace(month=8), date(2026, 8, 18))
    for source in SOURCES:
        reader: Any = registry.get(source)
        landed = fetch(reader.requests(asking)[0], "august")
        assert landed.row_count == 0
        said = judged(landed.batch_id)
        assert said.startswith("accepted"), said


def test_a_page_of_splits_is_empty_only_where_nobody_names_a_game(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    page = b"<html><title>VSiN - Betting Splits for NFL and MLB</title><body></body></html>"

    def empty(run_key: str) -> str:
        payload = Payload(
            "vsin", "splits_dk", page, FIRST_MOMENT, name=run_key, sport_key="baseball_mlb"
        )
        source = registry.get("vsin")
        landed = land_payload(payload, source, mode=Mode.SANDBOX, run_key=run_key)
        assert landed.parse_error is None and landed.row_count == 0
        return judged(landed.batch_id)

    assert empty("nobody").startswith("accepted")
    sandbox.set_clock(FIRST_MOMENT - timedelta(minutes=1))
    for request in requests_of("espn"):
        fetch(request, "espn")
    said = empty("espn names games")
    assert said.startswith("held") and "a page without games" in said
