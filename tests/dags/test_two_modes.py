"""One run that rings for both modes: what blocks one of them keeps nothing from the other."""

from types import SimpleNamespace
from typing import Any

from linehouse import pipeline
from linehouse.database import connect
from linehouse.orchestration import assets, dag_runs
from linehouse.promotion import promote
from linehouse.settings import Mode
from tests.fixtures.sandbox import SandboxServer


def test_the_mode_that_was_published_rings_and_the_blocked_one_is_told(
    fresh_database: Mode, fresh_live_database: Mode, sandbox: SandboxServer
) -> None:
    landed = pipeline.land_all(Mode.SANDBOX, None, None, "test")
    pipeline.gate(Mode.SANDBOX, landed["batch_ids"])
    promote(Mode.SANDBOX, "staging")
    with connect(Mode.SANDBOX) as connection:  # something that the gate of staging cannot see
        connection.execute(
            "update staging.betting_lines set is_closing = true,"
            " last_observed_at = last_observed_at + interval '30 days' where valid_to is null"
        )
    pushed: dict[str, Any] = {}
    rung = SimpleNamespace(extra=None)
    context = {
        "params": {"mode": None},
        "triggering_asset_events": {
            assets.STAGING: [
                SimpleNamespace(extra={"modes": ["sandbox"]}),
                SimpleNamespace(extra={"modes": ["live"]}),
            ]
        },
        "dag_run": SimpleNamespace(dag_id="promote_curated", run_id="r", run_type="manual"),
        # a second try: what the killed first one published in the live database still has to ring
        "ti": SimpleNamespace(
            try_number=2, xcom_push=lambda key, value: pushed.update({key: value})
        ),
        "outlet_events": {assets.CURATED: rung},
    }
    follows = dag_runs.promote_and_ring(context, "curated", assets.CURATED)
    assert follows == "one_mode_blocked"
    assert rung.extra["modes"] == ["live"]
    (blocked,) = pushed[dag_runs.BLOCKED]
    assert (blocked["mode"], blocked["zone"]) == ("sandbox", "curated")
    assert int(blocked["promotion_id"]) > 0
    assert blocked["verdict"]
