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
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}
"""What upstreams sent stands on the page as text: nothing of it may act."""
STYLE = """
body {font: 14px/1.5 system-ui, sans-serif; margin: 1.5em 2em; color: #1c2430; background: #fff}
h1 {font-size: 1.4em; margin: 0 0 .2em} h2 {font-size: 1.1em; margin: 1.6em 0 .4em}
table {border-collapse: collapse; width: 100%} th, td {text-align: left; vertical-align: top;
padding: .35em .9em .35em 0; border-bottom: 1px solid #d9dee5} th {font-weight: 600; color: #4a5666}
td.number {text-align: right; font-variant-numeric: tabular-nums} p {color: #4a5666; margin: 0}
.ok {color: #14713d} .wrong {color: #b3261e; font-weight: 600} .off, .unasked {color: #5d6877}
.note {max-width: 46em; overflow-wrap: anywhere} summary {cursor: pointer; margin: .6em 0}
@media (prefers-color-scheme: dark) {
body {color: #e4e8ee; background: #14181f} th, p {color: #a9b4c2} th, td {border-color: #333c48}
.ok {color: #62c78c} .wrong {color: #ff8b82} .off, .unasked {color: #97a3b2}}
"""
COLUMNS = ("source", "", "last success (UTC)", "24 h", "credits left", "what is wrong")
FEED_COLUMNS = ("feed", "sport", "last success", "24 h", "circuit", "newest data", "what is wrong")

app = FastAPI(title="Sources", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None)


@app.get("/")
def page() -> HTMLResponse:
    """Both modes, the one of the settings first."""
    from linehouse.settings import Mode, get_settings

    own = get_settings().mode
    sections = "".join(_section(mode) for mode in sorted(Mode, key=lambda mode: mode is not own))
    return HTMLResponse(
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Sources</title>"
        f"<style>{STYLE}</style><h1>Sources</h1><p>On or off, how often each answers, and what is"
        " wrong with it. A source that is off says how it is turned on.</p>"
        f"{sections}</html>",
        headers=HEADERS,
    )


def _section(mode: Any) -> str:
    import psycopg

    from linehouse.serving import source_health

    simulated = ": simulated data" if mode == "sandbox" else ""
    try:
        found = source_health.sources(mode)
    except psycopg.Error as error:
        why = escape(str(error).splitlines()[0] if str(error) else type(error).__name__)
        return f"<h2>{mode}{simulated}</h2><p class='wrong'>cannot be read: {why}</p>"
    rows = "".join(
        f"<tr><td>{escape(one.source)}</td>"
        f"<td class='{_css(one.state)}'>{escape(one.state)}</td>"
        f"<td>{_time(one.last_success_at)}</td>{_number(one.success_pct_24h, ' %')}"
        f"{_number(one.quota_remaining)}<td class='note'>{escape(one.sentence)}{_drift(one.drift)}"
        "</td></tr>"
        for one in found
    )
    feeds = "".join(_feeds(one) for one in found if one.feeds)
    return f"<h2>{mode}{simulated}</h2>{_table(COLUMNS, rows)}{feeds}"


def _feeds(one: Any) -> str:
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
        f"{_table(FEED_COLUMNS, rows)}</details>"
    )


def _table(columns: tuple[str, ...], rows: str) -> str:
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _css(state: str) -> str:
    return state if state in ("ok", "off", "wrong") else "unasked"


def _time(moment: Any) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else "-"


def _number(value: Any, unit: str = "") -> str:
    return f"<td class='number'>{f'{float(value):g}{unit}' if value is not None else '-'}</td>"


def _drift(fields: list[str]) -> str:
    return f"<p>unknown fields: {escape(', '.join(fields))}</p>" if fields else ""


class SourceHealthPage(AirflowPlugin):
    """A page in Airflow's navigation."""

    name = "linehouse_source_health"
    fastapi_apps = [{"app": app, "url_prefix": ADDRESS, "name": "Sources"}]
    external_views = [
        {"name": "Sources", "href": f"{ADDRESS}/", "destination": "nav", "category": "browse"}
    ]
