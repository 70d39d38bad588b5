"""A candidate that dbt builds by hand: landed, accepted, identified, touched, never published."""

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from linehouse import database, identity
from linehouse.landing import land_payload
from linehouse.promotion import invoke
from linehouse.promotion.team_seasons import touched_team_seasons
from linehouse.promotion.touch import Touched, make_candidate, set_parameters
from linehouse.promotion.zones import defer_folder
from linehouse.settings import Mode
from linehouse.sources import registry
from linehouse.sources.base import Payload

CLOCK = datetime(2027, 1, 1, tzinfo=UTC)

Staged = Callable[..., psycopg.Connection]


def build(mode: Mode, zone: str) -> None:
    """Build a zone's candidate as a promotion does. Raises `BuildError`; data tests must pass."""
    outcome = invoke.run(
        mode,
        "candidate",
        [
            "build", "--select", f"tag:{zone}", "--exclude", "tag:python", "tag:published_view",
            "--exclude-resource-type", "unit_test", "--indirect-selection", "buildable",
            "--defer", "--favor-state", "--state", str(defer_folder(mode)),
        ],
    )  # fmt: skip
    assert not outcome.failed_tests, outcome.failed_tests


@pytest.fixture
def staged(fresh_database: Mode) -> Callable[[list[Payload]], psycopg.Connection]:
    """Land payloads, accept them all and build the staging candidate of every game in them."""

    def stage(payloads: list[Payload]) -> psycopg.Connection:
        mode = fresh_database
        for payload in payloads:
            land_payload(payload, registry.get(payload.source), mode=mode, run_key="test")
        connection = database.connect(mode)
        connection.execute("update ops.batches set state = 'accepted' where state = 'landed'")
        identity.take_into_force(connection)
        batches = connection.execute("select batch_id, revision, payload_id from ops.batches")
        rows = batches.fetchall()
        games = identity.resolve(connection, [payload_id for _, _, payload_id in rows])
        make_candidate(
            connection,
            "staging_candidate",
            Touched(
                0,
                "all",
                games,
                {batch: revision for batch, revision, _ in rows},
                touched_team_seasons(connection, [payload_id for _, _, payload_id in rows]),
            ),
        )
        set_parameters(connection, CLOCK)
        connection.commit()
        build(mode, "staging")
        return connection

    return stage
