"""What an operator asks first is told from indexes, however long the log has grown."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from linehouse import database
from linehouse.landing import due
from linehouse.settings import Mode

ATTEMPTS = 20_000
LOG = f"""
    insert into raw_data.collection_log (
        started_at, finished_at, source, feed, sport_key, outcome, error_type, error, http_status,
        quota_remaining, circuit, ask_again_at
    )
    select
        at, at + interval '1 second', 'source' || n % 9, 'feed' || n / 9 % 3,
        case when n % 27 < 20 then 'sport' || n / 27 % 2 end,
        case when n % 40 = 0 then 'failed' else 'landed' end,
        case when n % 40 = 0 then 'RateLimitedError' end, case when n % 40 = 0 then 'no' end, 200,
        case when n % 9 = 0 then n end, case when n % 400 = 0 then 'feed' end,
        case when n % 400 = 0 then at + interval '10 min' end
    from (
        select n, now() - n * interval '5 minutes' as at from generate_series(1, {ATTEMPTS}) as n
    ) as attempts
"""
BATCHES = """
    insert into ops.batches (
        batch_id, payload_id, payload_table, source, feed, sport_key, observed_at, landed_at, state,
        drift
    )
    select
        gen_random_uuid(), attempt_id, 'sbd_betting_splits', source, feed, sport_key, started_at,
        finished_at, 'accepted', case when attempt_id % 10 = 0 then array['x'] else '{}' end
    from raw_data.collection_log where outcome = 'landed'
"""
ASKED = {
    "source": "source1", "feeds": ["feed0"], "sport_key": "sport1", "backfills": "backfill|%",
    "now": datetime.now(UTC),
}  # fmt: skip


def read(connection: Any, query: str, parameters: Any = None) -> float:
    """Rows of the log and the batches that a query reads."""
    ((found,),) = connection.execute(
        "explain (analyze, format json) " + query, parameters
    ).fetchall()

    def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
        yield plan
        for below in plan.get("Plans", ()):
            yield from nodes(below)

    return sum(
        (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
        for node in nodes(found[0]["Plan"])
        if node.get("Relation Name") in ("collection_log", "batches")
    )


def test_a_long_log_is_not_read_to_tell_how_the_sources_are(raw_database: Mode) -> None:
    with database.connect(raw_database, "owner", autocommit=True) as connection:
        connection.execute(LOG)
        connection.execute(BATCHES)
        connection.execute("analyze raw_data.collection_log, ops.batches")
        told = connection.execute(
            "select sport_key, attempts_24h, failures_in_a_row, circuit, drift_24h"
            " from raw_data.source_health"
        ).fetchall()
        sports, attempts, failures, circuits, drifts = (
            list(column) for column in zip(*told, strict=True)
        )
        assert len(told) == 47 and sum(attempts) == 287
        assert {*sports} == {None, "sport0", "sport1"}
        assert "closed" in circuits and 1 in failures and ["x"] in drifts
        assert read(connection, "select * from raw_data.source_health") < ATTEMPTS / 5
        ((feed, last, *unread),) = connection.execute(due.LAST, ASKED).fetchall()
        assert feed == "feed0" and unread == [0, None]
        assert [(last,)] == connection.execute(
            "select max(observed_at) from ops.batches where source = 'source1'"
            " and feed = 'feed0' and (sport_key = 'sport1' or sport_key is null)"
        ).fetchall()
        assert read(connection, due.LAST, ASKED) <= 2
