"""Backtests in Airflow's menu (*Backtests*), for whoever is logged in to Airflow: runs with their
figures and intervals, and the report of each.

Made on the server when it is asked for; nothing on the pages comes from elsewhere.
"""

from html import escape
from typing import Any

from airflow.api_fastapi.core_api.security import get_user
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import HTMLResponse

ADDRESS = "/backtests"
SHOWN = 100
NUMBERS = (
    "bets", "yield %", "95 %", "won %", "CLV %", "drawdown %", "variants", "luck",
)  # fmt: skip
COLUMNS = ("strategy", "days (ET)", "decided", "stakes", *NUMBERS, "first run (UTC)")
INTRODUCTION = (
    "Each run with what it asked and how sure it is. Luck: how likely luck alone would do at least"
    " as well, as the best of all that was tried on the same sport and overlapping days."
)

app = FastAPI(title="Backtests", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None)


@app.get("/")
def page() -> HTMLResponse:
    """The newest runs of both modes, the one of the settings first."""
    from linehouse.serving import pages

    return HTMLResponse(pages.page("Backtests", INTRODUCTION, _of_mode), headers=pages.HEADERS)


@app.get("/report/{mode}/{run_id}")
def report(mode: str, run_id: str) -> HTMLResponse:
    """The report of one run."""
    from linehouse.backtest import html_report, store
    from linehouse.serving import pages
    from linehouse.settings import Mode

    try:
        found = store.load(run_id, Mode(mode))
    except ValueError as error:  # no such mode, or no such run
        raise HTTPException(404, str(error)) from None
    return HTMLResponse(html_report.page(found), headers=pages.HEADERS)


def _of_mode(mode: Any) -> str:
    from linehouse.backtest import store
    from linehouse.serving.pages import table

    rows = "".join(
        f"<tr><td><a href='report/{mode.value}/{run['run_id']}'>{escape(run['strategy'])}</a>"
        f" <span class='off'>{escape(_parameters(run))}</span></td>"
        f"<td class='day'>{run['start_date_et']} to {run['end_date_et']}<br>"
        f"{escape(run['sport_key'] or 'all sports')}</td>"
        f"<td class='day'>{_decided(run['price'])}</td><td>{escape(run['sizing'])}</td>"
        f"<td class='number'>{run['bets']:,}</td>{_percent(run['yield'])}"
        f"<td class='number day'>{_interval(run)}</td>"
        f"{_percent(run['win_rate'])}{_number(run['clv_price_ev_pct'])}"
        f"{_percent(run['max_drawdown'] if run['bets'] else None)}"
        f"<td class='number'>{run['variant_count']}</td>{_number(run['luck_prob'], 3)}"
        f"<td class='day'>{run['ran_at']:%Y-%m-%d %H:%M}</td></tr>"
        for run in store.newest(mode, SHOWN)
    )
    return table(COLUMNS, rows, NUMBERS)


def _decided(price: str) -> str:
    """`open`, `close`, or hours before the start."""
    return escape(price) if price in ("open", "close") else f"{escape(price)} h before"


def _parameters(run: Any) -> str:
    """Short parameters; the report has all."""
    told = [
        f"{name} {value}" for name, value in run["parameters"].items() if isinstance(value, str)
    ]
    return ", ".join(told[:4])


def _number(value: float | None, digits: int = 2) -> str:
    text = "-" if value is None else f"{value:,.{digits}f}"
    return f"<td class='number'>{text}</td>"


def _percent(share: float | None) -> str:
    return _number(None if share is None else 100 * share)


def _interval(run: Any) -> str:
    """That of the yield; days are drawn for it, so that one day alone has none to show."""
    low, high = run["yield_low"], run["yield_high"]
    if low is None or high is None or run["betting_days"] < 2:
        return "-"
    return f"{100 * low:+.2f} to {100 * high:+.2f}"


class BacktestsPage(AirflowPlugin):
    """A page in Airflow's navigation."""

    name = "linehouse_backtests"
    fastapi_apps = [{"app": app, "url_prefix": ADDRESS, "name": "Backtests"}]
    external_views = [
        {"name": "Backtests", "href": f"{ADDRESS}/", "destination": "nav", "category": "browse"}
    ]
