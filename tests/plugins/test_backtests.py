"""The page about backtests: registered, closed to strangers, right, with every report behind it."""

import importlib.util
import os
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from fastapi.testclient import TestClient

from linehouse.backtest import store
from linehouse.backtest.request import BacktestRequest
from linehouse.settings import PROJECT_ROOT, Mode


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The file loaded as Airflow loads it."""
    monkeypatch.setenv("AIRFLOW_HOME", os.environ.get("AIRFLOW_HOME", str(tmp_path / "airflow")))
    specification = importlib.util.spec_from_file_location(
        "backtests", PROJECT_ROOT / "plugins" / "backtests.py"
    )
    assert specification and specification.loader
    module: ModuleType = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_a_stranger_sees_nothing_and_airflow_has_a_menu_entry(plugin: Any) -> None:
    stranger = TestClient(plugin.app)
    assert stranger.get("/").status_code == 401
    assert stranger.get("/report/sandbox/1").status_code == 401
    (registered,) = plugin.BacktestsPage.fastapi_apps
    (entry,) = plugin.BacktestsPage.external_views
    assert registered["app"] is plugin.app
    assert entry["href"] == registered["url_prefix"] + "/"


def test_runs_stand_there_with_figures_and_intervals_and_lead_to_their_reports(
    plugin: Any, two_seasons: Mode, no_live_database: None
) -> None:
    plugin.app.dependency_overrides[plugin.get_user] = lambda: "somebody"
    reader = TestClient(plugin.app)
    assert "<p>Nothing.</p>" in reader.get("/").text
    request = BacktestRequest(
        "flat", date(2015, 10, 1), date(2016, 9, 30), {"bookmaker": "sbro"}, price="close",
        books=("<script>", "sbro"),
    )  # fmt: skip
    result = store.run_and_store(request, two_seasons)
    page = reader.get("/").text
    interval = result.intervals["yield"]
    assert f"<td class='number'>{100 * result.metrics['yield']:,.2f}</td>" in page
    assert f"{100 * interval['low']:+.2f} to {100 * interval['high']:+.2f}" in page
    assert "2015-10-01 to 2016-09-30" in page
    assert "cannot be read" in page  # the live database does not exist here
    link = f"report/sandbox/{result.run_id}"
    assert f"<a href='{link}'>flat</a>" in page

    report = reader.get(f"/{link}")
    assert report.status_code == 200 and result.fingerprint in report.text
    assert report.headers["content-security-policy"].startswith("default-src 'none'")
    assert "<script>" not in report.text
    unknown = reader.get("/report/sandbox/ffffffff")
    assert unknown.status_code == 404 and "no backtest" in unknown.json()["detail"]
    assert reader.get("/report/nowhere/1").status_code == 404
