"""The page of the sources in Airflow: registered, closed to strangers, nothing on it acts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from linehouse import database
from linehouse.settings import Mode, get_settings
from linehouse.sources.availability import http_sources
from tests.plugins.conftest import LoadPlugin
from tests.raw.conftest import (  # noqa: F401  fixtures
    live_raw_database,
    migrated_template,
    raw_database,
)


@pytest.fixture
def plugin(
    load_plugin: LoadPlugin,
    monkeypatch: pytest.MonkeyPatch,
    raw_database: Mode,  # noqa: F811
    live_raw_database: Mode,  # noqa: F811
) -> Any:
    for name in ("GOALSERVE_KEY", "VSIN_ENABLED"):
        monkeypatch.delenv(name, raising=False)
    get_settings.cache_clear()
    return load_plugin("source_health")


def attempt(source: str, feed: str, outcome: str, **columns: Any) -> None:
    """A row of the log."""
    now = datetime.now(UTC)
    values = {
        "source": source,
        "feed": feed,
        "outcome": outcome,
        "started_at": now,
        "finished_at": now,
    } | columns
    names = ", ".join(values)
    places = ", ".join(["%s"] * len(values))
    with database.connect(Mode.SANDBOX) as connection:
        connection.execute(
            f"insert into raw_data.collection_log ({names}) values ({places})",
            list(values.values()),
        )


def test_airflow_is_given_the_app_and_a_menu_entry_that_leads_to_it(plugin: Any) -> None:
    (registered,) = plugin.SourceHealthPage.fastapi_apps
    (entry,) = plugin.SourceHealthPage.external_views
    assert registered["app"] is plugin.app
    assert (entry["name"], entry["href"]) == ("Sources", registered["url_prefix"] + "/")


def test_a_stranger_sees_nothing(plugin: Any) -> None:
    answer = TestClient(plugin.app).get("/")
    assert answer.status_code == 401
    assert "espn" not in answer.text


def test_every_source_has_its_line_and_those_that_are_off_say_why(logged_in: TestClient) -> None:
    page = logged_in.get("/").text
    for name in http_sources():
        assert page.count(f"<td>{name}</td>") == 2, "one line in each mode"
    assert page.index("<h2>sandbox: simulated data</h2>") < page.index("<h2>live</h2>")
    live = page[page.index("<h2>live</h2>") :]
    assert "VSIN_ENABLED" in live and "GOALSERVE_KEY" in live
    assert "not asked yet" in page


def test_what_is_wrong_stands_there_in_a_sentence(logged_in: TestClient) -> None:
    again_at = datetime.now(UTC) + timedelta(minutes=10)
    attempt("sbd", "splits", "landed", sport_key="baseball_mlb")
    attempt(
        "espn",
        "scoreboard",
        "failed",
        sport_key="basketball_nba",
        error_type="UpstreamUnavailableError",
        error="no answer in time",
        circuit="feed",
        ask_again_at=again_at,
    )
    attempt("vsin", "splits_dk", "failed", error_type="X", error="<script>alert(1)</script>")
    answer = logged_in.get("/")
    page = answer.text
    until = f"{again_at:%H:%MZ}"
    assert f"scoreboard of basketball_nba: left alone until {until}, because" in page
    assert "UpstreamUnavailableError: no answer in time" in page
    assert "<td>sbd</td><td class='ok'>ok</td>" in page
    assert "<td class='number'>100 %</td>" in page and "<td class='number'>0 %</td>" in page
    # what an upstream sent is text, and nothing comes from elsewhere
    assert "<script" not in page and "&lt;script&gt;" in page
    assert "http" not in page.replace("charset", "")
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")


def test_a_database_that_is_not_there_is_said_in_its_place(
    logged_in: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.connect(Mode.LIVE, "admin", dbname="postgres", autocommit=True) as connection:
        connection.execute("drop database linehouse with (force)")
    page = logged_in.get("/").text
    assert "cannot be read: " in page
    assert "<td>espn</td>" in page, "the other mode is shown"
