"""The pages of verdicts in Airflow: registered, closed to strangers, nothing else served."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from linehouse.settings import get_settings
from tests.plugins.conftest import LoadPlugin


@pytest.fixture
def plugin(
    load_plugin: LoadPlugin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Any]:
    """The file with a home that holds one made site."""
    monkeypatch.setenv("LINEHOUSE_HOME", str(tmp_path / "home"))
    get_settings.cache_clear()
    module = load_plugin("data_docs")
    from linehouse.promotion.data_docs import data_docs_folder
    from linehouse.settings import Mode

    site = data_docs_folder(Mode.SANDBOX)
    site.mkdir(parents=True)
    verdict = site / "validations" / "staging" / "lines" / "promotion 7"
    page = verdict / "20260418T120000.000000Z" / "x.html"
    page.parent.mkdir(parents=True)
    page.write_text("what the gate said")
    (site / "index.html").write_text("verdicts")
    (site.parent / "secret.txt").write_text("not for reading")
    yield module
    get_settings.cache_clear()


def test_airflow_is_given_the_app_and_a_menu_entry_that_leads_to_it(plugin: Any) -> None:
    (registered,) = plugin.DataDocs.fastapi_apps
    (entry,) = plugin.DataDocs.external_views
    assert registered["app"] is plugin.app
    assert entry["href"] == registered["url_prefix"] + "/"


@pytest.mark.parametrize("page", ["/", "/sandbox/index.html", "/sandbox/none.html"])
def test_a_stranger_sees_nothing(plugin: Any, page: str) -> None:
    answer = TestClient(plugin.app).get(page)
    assert answer.status_code == 401
    assert "verdicts" not in answer.text.lower()


def test_a_reader_finds_the_pages_that_were_made(logged_in: TestClient) -> None:
    front = logged_in.get("/")
    (link,) = re.findall(r'href="([^"]+)"', front.text)
    assert logged_in.get("/" + link).text == "what the gate said"
    assert ">staging.lines</a>" in front.text
    assert "promotion 7" in front.text
    assert "none made yet" in front.text  # live
    page = logged_in.get("/sandbox/index.html")
    assert page.text == "verdicts"
    # what upstreams sent may stand in a page: it must not act with the reader's login
    assert "allow-same-origin" not in page.headers["content-security-policy"]
    assert page.headers["content-security-policy"].startswith("sandbox")


@pytest.mark.parametrize(
    "page", ["/sandbox/none.html", "/sandbox/..%2Fsecret.txt", "/sandbox/%2Fetc%2Fpasswd", "/x/y"]
)
def test_nothing_beside_the_site_is_served(logged_in: TestClient, page: str) -> None:
    answer = logged_in.get(page)
    assert answer.status_code in (404, 422)
    assert "not for reading" not in answer.text
