"""The page about backtests: registered, closed to strangers, right, with every report behind it."""

from datetime import date
from typing import Any

import pytest
from fastapi.testclient import TestClient

from linehouse.backtest import store
from linehouse.backtest.request import BacktestRequest
from linehouse.settings import Mode
from tests.plugins.conftest import LoadPlugin


@pytest.fixture
def plugin(load_plugin: LoadPlugin) -> Any:
    return load_plugin("backtests")


def test_a_stranger_sees_nothing_and_airflow_has_a_menu_entry(plugin: Any) -> None:
    stranger = TestClient(plugin.app)
    assert stranger.get("/").status_code == 401
    assert stranger.get("/report/sandbox/1").status_code == 401
    (registered,) = plugin.BacktestsPage.fastapi_apps
    (entry,) = plugin.BacktestsPage.external_views
    assert registered["app"] is plugin.app
    assert entry["href"] == registered["url_prefix"] + "/"


def test_runs_stand_there_with_figures_and_intervals_and_lead_to_their_reports(
    logged_in: TestClient, two_seasons: Mode, no_live_database: None
) -> None:
    assert "<p>Nothing.</p>" in logged_in.get("/").text
    request = BacktestRequest(
        "flat", date(2015, 10, 1), date(2016, 9, 30), {"bookmaker": "sbro"}, price="close",
        books=("<script>", "sbro"),
    )  # fmt: skip
    result = store.run_and_store(request, two_seasons)
    page = logged_in.get("/").text
    interval = result.intervals["yield"]
    assert f"<td class='number'>{100 * result.metrics['yield']:,.2f}</td>" in page
    assert f"{100 * interval['low']:+.2f} to {100 * interval['high']:+.2f}" in page
    assert "2015-10-01 to 2016-09-30" in page
    assert "cannot be read" in page  # the live database does not exist here
    link = f"report/sandbox/{result.run_id}"
    assert f"<a href='{link}'>flat</a>" in page

    report = logged_in.get(f"/{link}")
    assert report.status_code == 200 and result.fingerprint in report.text
    assert report.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script>" not in report.text
    unknown = logged_in.get("/report/sandbox/ffffffff")
    assert unknown.status_code == 404 and "no backtest" in unknown.json()["detail"]
    assert logged_in.get("/report/nowhere/1").status_code == 404
