"""What a run does when part of it fails: real Airflow, real server, real upstream over HTTP."""

import pytest

from linehouse.database import connect
from linehouse.promotion import hash_published
from linehouse.settings import Mode
from tests.fixtures.dag_runner import DagRunner
from tests.fixtures.sandbox import SandboxServer

pytestmark = [pytest.mark.airflow, pytest.mark.slow]


def batch_states() -> dict[str, int]:
    with connect(Mode.SANDBOX) as connection:
        return dict(
            connection.execute("select state, count(*) from ops.batches group by state").fetchall()
        )


def test_a_good_run_lands_everything_and_each_zone_rings_for_its_mode(run_dags: DagRunner) -> None:
    chain = ("land_the_odds_api", "promote_staging", "promote_curated", "run_strategies")
    ended = run_dags(*chain)
    assert [run["state"] for run in ended] == ["success"] * 4, ended[0]["said"][-3000:]
    assert ended[0]["tasks"]["land"] == ["success"] * 4
    rung = [run["rung"] for run in ended]
    assert [asset for ((asset, _),) in rung] == ["raw_data", "staging", "curated", "betting_card"]
    assert {tuple(extra["modes"]) for ((_, extra),) in rung} == {("sandbox",)}
    assert batch_states() == {"accepted": 4}


def test_a_promotion_over_nothing_is_skipped_and_rings_nothing(run_dags: DagRunner) -> None:
    (run,) = run_dags("promote_staging")
    assert run["tasks"]["promote"] == ["skipped"]
    assert run["rung"] == []


def test_a_refused_request_fails_alone_at_once_and_turns_the_run_red(
    run_dags: DagRunner, sandbox: SandboxServer
) -> None:
    sandbox.fault("bad_key", path="baseball_mlb/odds")
    (run,) = run_dags("land_the_odds_api")
    assert sorted(run["tasks"]["land"]) == ["failed", "success", "success", "success"]
    assert run["tasks"]["gate_raw"] == ["success"]
    assert run["tasks"]["report_held"] == ["failed"]
    assert run["state"] == "failed"
    assert run["rung"][0][0] == "raw_data"
    assert "the_odds_api odds of baseball_mlb: " in run["said"]


def test_a_gate_over_nothing_fails_and_rings_nothing(
    run_dags: DagRunner, sandbox: SandboxServer
) -> None:
    sandbox.fault("bad_key")
    (run,) = run_dags("land_the_odds_api")
    assert run["tasks"]["land"] == ["failed"] * 4
    assert run["tasks"]["gate_raw"] == ["failed"]
    assert run["state"] == "failed"
    assert run["rung"] == []
    assert batch_states() == {}


def test_a_drifted_answer_is_held_and_the_others_go_on(
    run_dags: DagRunner, sandbox: SandboxServer
) -> None:
    sandbox.fault("renamed_field", path="basketball_nba/odds")
    (run,) = run_dags("land_the_odds_api")
    assert run["tasks"]["land"] == ["success"] * 4
    assert run["tasks"]["report_held"] == ["failed"]
    assert batch_states() == {"accepted": 3, "held": 1}


def test_a_blocked_gate_turns_its_run_red_rings_nothing_and_asks_a_person(
    run_dags: DagRunner,
) -> None:
    run_dags("land_the_odds_api", "promote_staging", "promote_curated")
    before = hash_published(Mode.SANDBOX, ("curated",))
    with connect(Mode.SANDBOX) as connection:  # something that the gate of staging cannot see
        connection.execute(
            "update staging.betting_lines set is_closing = true,"
            " last_observed_at = last_observed_at + interval '30 days' where valid_to is null"
        )
    (run,) = run_dags("promote_curated", everything=True)
    ended = {task: states[0] for task, states in run["tasks"].items()}
    assert ended == {
        "promote": "failed",
        "one_mode_blocked": "upstream_failed",
        "list_blocked": "success",
        "ask_for_review": "success",
        "published": "upstream_failed",
    }
    assert run["state"] == "failed"
    assert run["rung"] == []
    assert run["review"]["zone"] == "curated"
    assert run["review"]["mode"] == "sandbox"
    assert int(run["review"]["promotion_id"]) > 0
    assert run["review"]["verdict"] in run["said"]
    assert hash_published(Mode.SANDBOX, ("curated",)) == before


def test_a_full_run_ends_with_a_card_and_rings_nothing(run_dags: DagRunner) -> None:
    (run,) = run_dags("run_pipeline")
    assert run["state"] == "success", run["said"][-3000:]
    assert run["rung"] == []
    assert run["tasks"]["keep_track_record"] == run["tasks"]["write_docs"] == ["success"]
    with connect(Mode.SANDBOX) as connection:
        for table in ("betting_card", "strategy_results", "bets"):
            row = connection.execute(f"select count(*) from curated.{table}").fetchone()
            assert row and row[0] > 0, table


def test_one_zone_alone_skips_the_others(run_dags: DagRunner) -> None:
    (run,) = run_dags("run_pipeline", zone="raw")
    ended = {task: states[0] for task, states in run["tasks"].items()}
    assert ended["land"] == ended["gate_raw"] == "success"
    assert ended["promote_staging"] == ended["promote_curated"] == ended["choose_card"] == "skipped"
    assert ended["keep_track_record"] == ended["write_docs"] == "skipped"
