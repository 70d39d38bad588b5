"""Tasks that are killed, and a database that stops, under Airflow's real scheduler.

Airflow tries again by itself; what is published in the end is what an undisturbed run gives.
"""

from datetime import timedelta

import pytest

from linehouse.orchestration.airflow_client import Run
from tests.fixtures.chain import EVERYTHING, PUBLISHING, Chain, wait_for
from tests.fixtures.sandbox import FIRST_MOMENT

pytestmark = [pytest.mark.airflow, pytest.mark.slow]
LATER = FIRST_MOMENT + timedelta(hours=1)
ONE_LANDING = "chain_one_landing"


@pytest.fixture(scope="module")
def undisturbed(chain: Chain) -> dict[str, str]:
    """What two landings give when nothing goes wrong."""
    chain.renew()
    chain.through(FIRST_MOMENT)
    chain.keep(ONE_LANDING)
    first = chain.hashes()
    chain.through(LATER)
    second = chain.hashes()
    changed = {table for table in first if second[table] != first[table]}
    assert {"staging.line_movements", "curated.betting_lines_enhanced"} <= changed
    return second


@pytest.fixture
def one_landing(chain: Chain, undisturbed: dict[str, str]) -> dict[str, str]:
    """The first landing alone."""
    chain.renew(ONE_LANDING)
    return chain.hashes()


def published(chain: Chain, zone: str) -> int:
    ((count,),) = chain.ask(
        "select count(*) from ops.promotions where zone = %s and state = 'published'", zone
    )
    return count


def tries(runs: list[Run]) -> dict[str, int]:
    """How often the tasks that do the work were started."""
    return {
        f"{run.dag_id}.{task.task_id}": task.try_number
        for run in runs
        for task in run.tasks
        if task.task_id in ("land", "promote", "choose_card")
    }


def test_every_step_killed_in_its_middle_is_tried_again(
    chain: Chain, undisturbed: dict[str, str], one_landing: dict[str, str]
) -> None:
    # answers are received, their rows are not written
    stop = chain.stop("ops.batches", PUBLISHING)
    run_id = chain.land(LATER)
    chain.kill_waiting("ops.batches", count=4)
    # dbt has built a part of staging
    following = chain.stop("reference.validation_rules", EVERYTHING)
    stop.close()
    chain.kill_waiting("reference.validation_rules")
    # some tables of staging are written
    stop, following = following, chain.stop("staging.line_movements", PUBLISHING)
    stop.close()
    chain.kill_waiting("staging.line_movements")
    assert chain.hashes() == one_landing
    following.close()
    # dbt is about to build the lines of curated
    wait_for(lambda: published(chain, "staging") == 2)
    stop = chain.stop("staging.data_quality_metrics", EVERYTHING)
    chain.kill_waiting("staging.data_quality_metrics")
    # some tables of curated are written
    following = chain.stop("curated.closing_lines", PUBLISHING)
    stop.close()
    chain.kill_waiting("curated.closing_lines")
    following.close()
    runs = chain.must_succeed(run_id)
    assert tries(runs) == {
        "land_the_odds_api.land": 2,
        "promote_staging.promote": 3,
        "promote_curated.promote": 3,
        "run_strategies.choose_card": 1,
    }
    assert chain.hashes() == undisturbed
    assert not chain.ask("select nspname from pg_namespace where nspname like '%%candidate%%'")


def test_the_database_stops_in_a_promotion_and_comes_back(
    chain: Chain, undisturbed: dict[str, str], one_landing: dict[str, str]
) -> None:
    stop = chain.stop("staging.line_movements", PUBLISHING)
    run_id = chain.land(LATER)
    wait_for(lambda: chain.waiting("staging.line_movements"))
    chain.server.stop("immediate")
    stop.close()
    chain.server.wait()  # nobody starts it but its supervisor
    assert chain.hashes() == one_landing
    runs = chain.must_succeed(run_id)
    assert tries(runs)["promote_staging.promote"] > 1
    assert chain.hashes() == undisturbed
