"""The pages about tables and columns: made from the project, shown to whoever is logged in."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from linehouse.promotion import dbt_docs
from linehouse.settings import Mode, get_settings
from tests.plugins.conftest import LoadPlugin


@pytest.fixture
def plugin(
    load_plugin: LoadPlugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The file with a home in which nothing was made."""
    monkeypatch.setenv("LINEHOUSE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("LINEHOUSE_MODE", "sandbox")
    get_settings.cache_clear()
    yield load_plugin("dbt_docs")
    get_settings.cache_clear()


@pytest.fixture
def logged_in(plugin: Any) -> TestClient:
    """A reader whom Airflow knows, on the address that Airflow gives the app."""
    plugin.app.dependency_overrides[plugin.get_user] = lambda: "somebody"
    from fastapi import FastAPI

    airflow = FastAPI()
    airflow.mount(plugin.ADDRESS, plugin.app)
    return TestClient(airflow)


def make_page(mode: Mode, text: str) -> None:
    folder = dbt_docs.dbt_docs_folder(mode)
    folder.mkdir(parents=True)
    (folder / dbt_docs.PAGE).write_text(text)


def test_airflow_is_given_the_app_and_a_menu_entry_that_leads_to_it(plugin: Any) -> None:
    (registered,) = plugin.DbtDocs.fastapi_apps
    (entry,) = plugin.DbtDocs.external_views
    assert registered["app"] is plugin.app
    assert entry["href"] == registered["url_prefix"] + "/"


@pytest.mark.parametrize("page", ["/", "/sandbox", "/live"])
def test_a_stranger_sees_nothing(plugin: Any, page: str) -> None:
    make_page(Mode.SANDBOX, "all tables")
    answer = TestClient(plugin.app).get(page)
    assert answer.status_code == 401
    assert "tables" not in answer.text


def test_a_reader_is_led_to_the_site_of_the_own_mode(plugin: Any, logged_in: TestClient) -> None:
    front = logged_in.get(f"{plugin.ADDRESS}/")
    assert "None made yet for sandbox" in front.text
    assert logged_in.get(f"{plugin.ADDRESS}/sandbox").status_code == 404
    make_page(Mode.LIVE, "the live tables")
    front = logged_in.get(f"{plugin.ADDRESS}/")
    (link,) = re.findall(r'href="([^"]+)"', front.text)
    assert logged_in.get(link).text == "the live tables"
    make_page(Mode.SANDBOX, "all tables")
    page = logged_in.get(f"{plugin.ADDRESS}/")
    assert page.text == "all tables"
    assert page.url.path == f"{plugin.ADDRESS}/sandbox"
    # the scripts of the page must not act with the reader's login
    assert page.headers["content-security-policy"].startswith("sandbox")
    assert "allow-same-origin" not in page.headers["content-security-policy"]


def test_the_site_holds_every_table_with_its_columns_and_the_worked_queries(
    fresh_database: Mode,
) -> None:
    page = dbt_docs.build_dbt_docs(fresh_database)
    made_at = page.stat().st_mtime_ns
    assert dbt_docs.build_dbt_docs(fresh_database).stat().st_mtime_ns == made_at, "nothing changed"

    site = page.read_text(encoding="utf-8")
    assert 'src="http' not in site, "the page asks nobody for anything"
    manifest, catalog = _document(site, "manifest"), _document(site, "catalog")
    queries = [name for name in manifest["nodes"] if name.startswith("analysis.")]
    assert len(queries) == 10
    overview = manifest["docs"]["doc.linehouse.__overview__"]["block_contents"]
    assert all(f"#!/analysis/{name}" in overview for name in queries)
    assert all(node["depends_on"]["nodes"] for node in _of(manifest, "analysis"))
    assert len(manifest["exposures"]) >= 5
    for node in _of(manifest, "model"):
        if not node["config"]["meta"].get("publish", True):
            continue
        columns = catalog["nodes"][node["unique_id"]]["columns"]
        assert set(columns) == set(node["columns"]), node["name"]
        assert any(tag.startswith("for_") for tag in node["tags"]), node["name"]
        for column in columns.values():  # as psql and BI tools show them
            if node["config"]["materialized"] == "table":
                assert column["comment"], (node["name"], column["name"])


def _document(site: str, name: str) -> dict[str, Any]:
    """One of the documents that the page holds instead of fetching them."""
    start = site.index(f'{name}:{{"metadata"') + len(name) + 1
    document: dict[str, Any] = json.JSONDecoder().raw_decode(site[start:])[0]
    return document


def _of(manifest: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]
