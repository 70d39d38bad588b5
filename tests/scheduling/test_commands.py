"""`linehouse quota`, `events` and `backfill`, as a person and as a script read them."""

import json
from datetime import datetime, timedelta

import pytest
from typer.testing import CliRunner

from linehouse.cli.app import _mendable, app
from linehouse.scheduling.tiers import tier_of
from tests.fixtures.sandbox import FIRST_MOMENT

MLB, NBA = "baseball_mlb", "basketball_nba"


@pytest.fixture
def run(warehouse, land):
    """A command's standard output; it must succeed."""

    def command(*arguments: str, status: int = 0) -> str:
        done = CliRunner().invoke(app, list(arguments))
        assert done.exit_code == status, (done.output, done.exception)
        return done.output

    return command


def test_quota_tells_credits_plan_and_coverage(run, land, sandbox) -> None:
    sandbox.credits(quota=500, used=100)
    for sport_key in (MLB, NBA):
        land(sport_key, "odds", FIRST_MOMENT)
    told = json.loads(run("quota", "--json"))
    assert (told["total"], told["used"], told["left"], told["reserve"]) == (500, 106, 394, 20)
    assert told["resets_at"].startswith("2026-05-01T00:00")
    plan = told["plan"]
    assert plan["credits"] == sum(tier["credits"] for tier in plan["tiers"])
    assert plan["credits"] == sum(day["credits"] for day in plan["days"])
    assert plan["credits"] <= plan["allowance"] <= 374
    assert plan["credits"] <= told["expected_cost"] <= 374
    assert 0 < plan["coverage"]["closing_pct"] <= plan["coverage"]["near_pct"] <= 100
    assert not plan["whole_table"]
    text = run("quota")
    assert "394 of 500 credits left, 106 used" in text
    assert "closing" in text and "in their last 3 hours" in " ".join(text.split())


def test_quota_of_an_empty_warehouse_is_the_setting(run) -> None:
    told = json.loads(run("quota", "--json"))
    assert (told["total"], told["told_at"], told["plan"]["tiers"]) == (20_000, None, [])
    assert "No game is known" in run("quota")


def test_events_have_their_tier_and_next_fetch(run, land) -> None:
    for sport_key in (MLB, NBA):
        land(sport_key, "odds", FIRST_MOMENT)
    events = json.loads(run("events", "--json"))["events"]
    assert {event["sport_key"] for event in events} == {MLB, NBA}
    for event in events:
        start = datetime.fromisoformat(event["commence_at"])
        tier = tier_of(start, FIRST_MOMENT)
        if event["state"] == "scheduled":
            assert tier is not None and event["tier"] == tier.name
            following = datetime.fromisoformat(event["next_fetch_at"])
            assert FIRST_MOMENT < following < start
        else:
            assert event["next_fetch_at"] is None
    first_day = json.loads(run("events", "--days", "1", "--json"))["events"]
    assert 0 < len(first_day) < len(events)
    assert all(
        datetime.fromisoformat(event["commence_at"]) <= FIRST_MOMENT + timedelta(days=1)
        for event in first_day
    )
    one = events[0]["home_team"]
    of_team = json.loads(run("events", "--team", one[:6].lower(), "--json"))["events"]
    assert one in {event["home_team"] for event in of_team}
    of_sport = json.loads(run("events", "--sport", NBA, "--json"))["events"]
    assert {event["sport_key"] for event in of_sport} == {NBA}
    assert one in run("events")
    run("events", "--sport", "curling", status=2)


def test_a_backfill_is_planned_priced_and_shown(run, warehouse, tmp_path, sandbox) -> None:
    file = tmp_path / "plan.yaml"
    arguments = ("--from", "2026-04-09", "--to", "2026-04-10", "--sport", MLB)
    told = json.loads(run("backfill", "plan", *arguments, "--file", str(file), "--json"))
    assert told["credits"] == 0 and told["requests"] >= 1
    assert "no game is known of 2 days" in told["about"]["notes"][0]
    assert file.read_text().startswith("# A backfill.")
    shown = json.loads(run("backfill", "status", "--json"))["backfills"]
    assert [(one["plan_id"], one["state"], one["done"]) for one in shown] == [
        (told["plan"], "planned", 0)
    ]
    assert "planned" in run("backfill", "status", str(told["plan"]))
    assert sandbox.http.get("/__sandbox__/upstreams").json()["the_odds_api"]["used"] == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (
            ("backfill", "plan", "--from", "2026-04-10", "--to", "2026-04-09"),
            "the last day (2026-04-09) is before the first (2026-04-10)",
        ),
        (("backfill", "status", "77"), "no backfill 77"),
        (
            (
                "backfill",
                "plan",
                "--from",
                "2026-04-09",
                "--to",
                "2026-04-09",
                "--source",
                "nobody",
            ),
            "nobody",
        ),
    ],
)
def test_what_cannot_be_done_is_an_error(warehouse, arguments: tuple[str, ...], says: str) -> None:
    done = CliRunner().invoke(app, list(arguments))
    assert done.exit_code == 1
    assert isinstance(done.exception, _mendable())
    assert says in str(done.exception)
