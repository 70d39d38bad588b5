"""How every source is, in Airflow's menu (*Sources*), for whoever is logged in to Airflow.

Made on the server when it is asked for; nothing on the page comes from elsewhere.
"""

from html import escape
from typing import Any

from airflow.api_fastapi.core_api.security import get_user
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

ADDRESS = "/source-health"
COLUMNS = ("source", "", "last success (UTC)", "24 h", "credits left", "what is wrong")
FEED_COLUMNS = ("feed", "sport", "last success", "24 h", "circuit", "newest data", "what is wrong")
NUMBERS = ("24 h", "credits left")
INTRODUCTION = (
    "On or off, how often each answers, and what is wrong with it. A source that is "
    "off says how it is turned on."
)

app = FastAPI(title="Sources", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None)


@app.get("/")
def page() -> HTMLResponse:
    """Both modes, the one of the settings first."""
    from linehouse.serving import pages

    return HTMLResponse(pages.page("Sources", INTRODUCTION, _of_mode), headers=pages.HEADERS)


def _of_mode(mode: Any) -> str:
    from linehouse.serving import source_health
    from linehouse.serving.pages import table

    found = source_health.sources(mode)
    rows = "".join(
        f"<tr><td>{escape(one.source)}</td>"
        f"<td class='{_css(one.state)}'>{escape(one.state)}</td>"
        f"<td class='day'>{_time(one.last_success_at)}</td>{_number(one.success_pct_24h, ' %')}"
        f"{_number(one.quota_remaining)}<td class='note'>{escape(one.sentence)}{_drift(one.drift)}"
        "</td></tr>"
        for one in found
    )
    feeds = "".join(_feeds(one) for one in found if one.feeds)
    return f"{table(COLUMNS, rows, NUMBERS)}{feeds}"


def _feeds(one: Any) -> str:
    from linehouse.serving.pages import table

    rows = "".join(
        f"<tr><td>{escape(feed['feed'])}</td><td>{escape(feed['sport_key'] or '')}</td>"
        f"<td>{_time(feed['last_success_at'])}</td>{_number(feed['success_pct_24h'], ' %')}"
        f"<td>{escape(feed['circuit'].replace('_', ' '))}</td>"
        f"<td>{_time(feed['newest_observed_at'])}</td>"
        f"<td class='note'>{escape(feed['problem'] or '')}{_drift(feed['drift_24h'] or [])}</td>"
        "</tr>"
        for feed in one.feeds
    )
    return (
        f"<details><summary>{escape(one.source)}: {len(one.feeds)} feeds</summary>"
        f"{table(FEED_COLUMNS, rows, NUMBERS)}</details>"
    )


def _css(state: str) -> str:
    return state if state in ("ok", "off", "wrong") else "unasked"


def _time(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else "-"


def _number(value: Any, unit: str = "") -> str:
    text = "-" if value is None else f"{float(value):,.1f}".removesuffix(".0") + unit
    return f"<td class='number'>{text}</td>"


def _drift(fields: list[str]) -> str:
    return f"<p>unknown fields: {escape(', '.join(fields))}</p>" if fields else ""


class SourceHealthPage(AirflowPlugin):
    """A page in Airflow's navigation."""

    name = "linehouse_source_health"
    fastapi_apps = [{"app": app, "url_prefix": ADDRESS, "name": "Sources"}]
    external_views = [
        {"name": "Sources", "href": f"{ADDRESS}/", "destination": "nav", "category": "browse"}
    ]
