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
RULES = ("rule", "severity", "of", "rows", "games", "what it says", "one of them")
FIGURES = (
    "lines", "valid %", "two-sided %", "row quality", "books a game", "last look, min before",
)  # fmt: skip
NUMBERS = ("rows", "games", *FIGURES)
DAYS = ("day (ET)", "source", *FIGURES)
INTRODUCTION = (
    "Rows that break a rule are kept and flagged; those of severity error or critical "
    "are left out of every decision."
)

app = FastAPI(
    title="Data quality", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None
)


@app.get("/")
def page() -> HTMLResponse:
    """Both modes, the one of the settings first."""
    from linehouse.serving import pages

    return HTMLResponse(pages.page("Data quality", INTRODUCTION, _of_mode), headers=pages.HEADERS)


def _of_mode(mode: Any) -> str:
    from linehouse.serving import data_quality
    from linehouse.serving.pages import table

    found = data_quality.quality(mode)
    rules = "".join(
        f"<tr><td class='{'wrong' if rule['is_quarantined'] else ''}'>{escape(rule['rule'])}</td>"
        f"<td>{escape(rule['severity'])}</td><td>{escape(rule['entity'])}</td>"
        f"{_number(rule['row_count'])}{_number(rule['game_count'])}"
        f"<td class='note'>{escape(rule['description'] or '')}</td>"
        f"<td class='note'>{escape(rule['example'] or '')}</td></tr>"
        for rule in found.rules
    )
    days = "".join(
        f"<tr><td class='day'>{day['day_et'] or 'no times'}</td><td>{escape(day['source'])}</td>"
        f"{_number(day['lines'])}{_number(day['valid_pct'])}{_number(day['two_sided_pct'])}"
        f"{_number(day['row_quality'])}{_number(day['books_a_game'])}"
        f"{_number(day['minutes_before'])}</tr>"
        for day in found.days
    )
    rate = "no lines yet" if found.valid_pct is None else f"{float(found.valid_pct):.2f} % valid"
    return (
        f"<p>Lines: {rate}; rows left out of decisions:"
        f" {found.quarantined:,}.</p><h2>By rule</h2>{table(RULES, rules, NUMBERS)}"
        f"<h2>By day and source</h2>{table(DAYS, days, NUMBERS)}"
    )


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
