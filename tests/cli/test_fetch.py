"""The command that fetches one kind of data: a real server and sandbox, no Airflow."""

from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import Result

from linehouse.database import connect
from linehouse.serving import source_health
from linehouse.settings import Mode, get_settings
from tests.fixtures.sandbox import SandboxServer

Json = Callable[..., dict[str, Any]]


def landed() -> set[tuple[str, str, str]]:
    with connect(Mode.SANDBOX) as connection:
        return set(
            connection.execute(
                "select distinct source, feed, sport_key from ops.batches"
            ).fetchall()
        )


def test_one_kind_of_one_sport_is_fetched_from_all_that_have_it_and_promoted(
    fresh_database: Mode, sandbox: SandboxServer, linehouse_json: Json
) -> None:
    done = linehouse_json("fetch", "injuries", "--sport", "basketball_nba")
    assert done["failure"] is None and done["off"] == {}
    assert done["feeds"] == {"espn": ["injuries"]}
    assert landed() == {("espn", "injuries", "basketball_nba")}
    steps = [step["step"] for step in done["steps"]]
    assert steps[:2] == ["land_espn", "gate_raw"] and steps[-1] == "report_held"
    # the next one asks one source of several
    done = linehouse_json("fetch", "scores", "--source", "nba_stats")
    assert done["failure"] is None
    assert {source for source, _, _ in landed()} == {"espn", "nba_stats"}


def test_what_is_wrong_ends_with_a_sentence(
    fresh_database: Mode, sandbox: SandboxServer, linehouse: Callable[..., Result]
) -> None:
    sandbox.fault("renamed_field", upstream="nba_stats")
    done = linehouse("fetch", "scores", "--source", "nba_stats")
    assert done.exit_code == 1
    assert "read as its schema says" in done.output + str(done.exception)
    # what cannot be read is counted apart from what was landed
    with connect(Mode.SANDBOX) as connection:
        ((run_key,),) = connection.execute(
            "select distinct run_id from raw_data.collection_log where source = 'nba_stats'"
        ).fetchall()
    (asked,) = source_health.landed_in(Mode.SANDBOX, run_key)
    assert asked["requests"] == asked["unreadable"] > 0
    assert (asked["landed"], asked["failed"]) == (0, 0)
    # an upstream that gives nothing at all fails the gate, and its own reason is told as well
    sandbox.fault("bad_key", upstream="the_odds_api")
    done = linehouse("fetch", "odds", "--source", "the_odds_api", "--sport", "basketball_nba")
    assert done.exit_code == 1
    assert "gate_raw: the raw gate accepted no batch" in done.output
    assert "the_odds_api odds of basketball_nba: The Odds API answered 401" in done.output


@pytest.mark.parametrize(
    ("arguments", "says", "status"),
    [
        (("injuries", "--source", "nobody"), "no source 'nobody'; there are action_network", 2),
        (
            ("odds", "--sport", "cricket_ipl"),
            "no sport 'cricket_ipl' in SPORTS; there are basketball_nba, baseball_mlb",
            2,
        ),
        (("splits", "--source", "vsin", "--mode", "live"), "VSIN_ENABLED", 1),
    ],
)
def test_what_cannot_be_fetched_is_said(
    linehouse: Callable[..., Result],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    says: str,
    status: int,
) -> None:
    monkeypatch.delenv("VSIN_ENABLED", raising=False)
    get_settings.cache_clear()
    done = linehouse("fetch", *arguments)
    assert done.exit_code == status
    assert says in done.output
