"""Great Expectations' Data Docs under Airflow's address, for whoever is logged in to Airflow.

`linehouse data docs` makes the pages; here they are only shown.
"""

from datetime import UTC, datetime
from html import escape
from pathlib import PurePath
from typing import Annotated
from urllib.parse import quote

from airflow.api_fastapi.core_api.security import get_user
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, HTTPException, Path
from fastapi.responses import FileResponse, HTMLResponse

from linehouse.settings import Mode

ADDRESS = "/data-docs"
ISOLATED = {"Content-Security-Policy": "sandbox allow-scripts allow-popups"}
"""Pages show what upstreams sent: their scripts must not act with the reader's login."""

COLUMNS = ("judged at (UTC)", "verdict", "of")
GX_MOMENT = "%Y%m%dT%H%M%S.%fZ"
"""How Great Expectations writes moments in the names of folders."""
INTRODUCTION = (
    "The newest, as Great Expectations' own pages. The DAG write_docs makes them after each run of"
    " run_pipeline and once a day, the command linehouse data docs at any time."
)

app = FastAPI(title="Data Docs", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None)


@app.get("/")
def verdicts() -> HTMLResponse:
    """Links to every verdict, newest first. GX's own index is empty without the internet: its
    table is drawn by scripts from there, and so are its styles."""
    from linehouse.serving import pages

    return HTMLResponse(
        pages.page("Verdicts of the gates", INTRODUCTION, _of_mode), headers=ISOLATED
    )


def _of_mode(mode: Mode) -> str:
    from linehouse.promotion import data_docs
    from linehouse.serving.pages import table

    folder = data_docs.data_docs_folder(mode)
    made = sorted(
        (page.relative_to(folder) for page in folder.glob("validations/**/*.html")),
        key=lambda page: page.parts[-2],
        reverse=True,
    )
    rows = "".join(_row(mode, page) for page in made)
    return table(COLUMNS, rows) if rows else "<p>none made yet</p>"


def _row(mode: Mode, page: PurePath) -> str:
    _, *suite, judged, at, _ = page.parts
    moment = datetime.strptime(at, GX_MOMENT).replace(tzinfo=UTC)
    return (
        f"<tr><td class='day'>{moment:%Y-%m-%d %H:%M:%S}</td>"
        f'<td><a href="{mode}/{quote(page.as_posix())}">{escape(".".join(suite))}</a></td>'
        f"<td>{escape(judged)}</td></tr>"
    )


@app.get("/{mode}/{page:path}")
def show(mode: Mode, page: Annotated[str, Path()]) -> FileResponse:
    """One file of a mode's site."""
    from linehouse.promotion import data_docs

    folder = data_docs.data_docs_folder(mode).resolve()
    file = (folder / page).resolve()
    if not file.is_relative_to(folder) or not file.is_file():
        raise HTTPException(404, f"no such page; `linehouse data docs --mode {mode}` makes them")
    return FileResponse(file, headers=ISOLATED)


class DataDocs(AirflowPlugin):
    """A page in Airflow's navigation."""

    name = "linehouse_data_docs"
    fastapi_apps = [{"app": app, "url_prefix": ADDRESS, "name": "Data Docs"}]
    external_views = [
        {
            "name": "Data Docs",
            "href": f"{ADDRESS}/",
            "destination": "nav",
            "category": "docs",
        }
    ]
