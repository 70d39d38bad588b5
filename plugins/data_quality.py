"""How good the data is, in Airflow's menu (*Data quality*), for whoever is logged in to Airflow.

Made on the server when it is asked for; nothing on the page comes from elsewhere.
"""

from html import escape
from typing import Any

from airflow.api_fastapi.core_api.security import get_user
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse

ADDRESS = "/data-quality"
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}
"""What upstreams sent stands on the page as text: nothing of it may act."""
STYLE = """
body {font: 14px/1.5 system-ui, sans-serif; margin: 1.5em 2em; color: #1c2430; background: #fff}
h1 {font-size: 1.4em; margin: 0 0 .2em} h2 {font-size: 1.1em; margin: 1.6em 0 .4em}
table {border-collapse: collapse} th, td {text-align: left; vertical-align: top;
padding: .35em 1.2em .35em 0; border-bottom: 1px solid #d9dee5} th {color: #4a5666}
td.number {text-align: right; font-variant-numeric: tabular-nums} p {color: #4a5666; margin: 0}
.wrong {color: #b3261e; font-weight: 600} .note {max-width: 40em; overflow-wrap: anywhere}
@media (prefers-color-scheme: dark) {body {color: #e4e8ee; background: #14181f}
th, p {color: #a9b4c2} th, td {border-color: #333c48} .wrong {color: #ff8b82}}
"""
RULES = ("rule", "severity", "of", "rows", "games", "what it says", "one of them")
DAYS = ("day (ET)", "source", "lines", "valid %", "two-sided %", "row quality", "books a game")

app = FastAPI(
    title="Data quality", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None
)


@app.get("/")
def page() -> HTMLResponse:
    """Both modes, the one of the settings first."""
    from linehouse.settings import Mode, get_settings

    own = get_settings().mode
    sections = "".join(_section(mode) for mode in sorted(Mode, key=lambda mode: mode is not own))
    return HTMLResponse(
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>Data quality</title>"
        f"<style>{STYLE}</style><h1>Data quality</h1><p>Rows that break a rule are kept and"
        " flagged; those of severity error or critical are left out of every decision.</p>"
        f"{sections}</html>",
        headers=HEADERS,
    )


def _section(mode: Any) -> str:
    import psycopg

    from linehouse.serving import data_quality

    simulated = ": simulated data" if mode == "sandbox" else ""
    try:
        found = data_quality.quality(mode)
    except psycopg.Error as error:
        why = escape(str(error).splitlines()[0] if str(error) else type(error).__name__)
        return f"<h2>{mode}{simulated}</h2><p class='wrong'>cannot be read: {why}</p>"
    rules = "".join(
        f"<tr><td class='{'wrong' if rule['is_quarantined'] else ''}'>{escape(rule['rule'])}</td>"
        f"<td>{escape(rule['severity'])}</td><td>{escape(rule['entity'])}</td>"
        f"{_number(rule['row_count'])}{_number(rule['game_count'])}"
        f"<td class='note'>{escape(rule['description'] or '')}</td>"
        f"<td class='note'>{escape(rule['example'] or '')}</td></tr>"
        for rule in found.rules
    )
    days = "".join(
        f"<tr><td>{day['day_et'] or 'no times'}</td><td>{escape(day['source'])}</td>"
        f"{_number(day['lines'])}{_number(day['valid_pct'])}{_number(day['two_sided_pct'])}"
        f"{_number(day['row_quality'])}{_number(day['books_a_game'])}</tr>"
        for day in found.days
    )
    rate = "no lines yet" if found.valid_pct is None else f"{float(found.valid_pct):.2f} % valid"
    return (
        f"<h2>{mode}{simulated}</h2><p>Lines: {rate}; rows left out of decisions:"
        f" {found.quarantined:,}.</p><h2>By rule</h2>{_table(RULES, rules)}"
        f"<h2>By day and source</h2>{_table(DAYS, days)}"
    )


def _table(columns: tuple[str, ...], rows: str) -> str:
    if not rows:
        return "<p>Nothing.</p>"
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _number(value: Any) -> str:
    text = "-" if value is None else f"{float(value):,.2f}".rstrip("0").rstrip(".")
    return f"<td class='number'>{text}</td>"


class DataQualityPage(AirflowPlugin):
    """A page in Airflow's navigation."""

    name = "linehouse_data_quality"
    fastapi_apps = [{"app": app, "url_prefix": ADDRESS, "name": "Data quality"}]
    external_views = [
        {"name": "Data quality", "href": f"{ADDRESS}/", "destination": "nav", "category": "browse"}
    ]
