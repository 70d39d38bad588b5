"""Great Expectations' Data Docs under Airflow's address, for whoever is logged in to Airflow.

`linehouse data docs` makes the pages; here they are only shown.
"""

from html import escape
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

app = FastAPI(title="Data Docs", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None)


@app.get("/")
def verdicts() -> HTMLResponse:
    """Links to every verdict, newest first. GX's own index is empty without the internet: its
    table is drawn by scripts from there, and so are its styles."""
    from linehouse.promotion import data_docs

    sections = []
    for mode in Mode:
        folder = data_docs.data_docs_folder(mode)
        pages = sorted(
            (page.relative_to(folder) for page in folder.glob("validations/**/*.html")),
            key=lambda page: page.parts[-2],
            reverse=True,
        )
        rows = "".join(
            f"<tr><td>{escape(at)}</td><td>{escape(judged)}</td>"
            f'<td><a href="{mode}/{quote(page.as_posix())}">{escape(".".join(suite))}</a></td></tr>'
            for page in pages
            for _, *suite, judged, at, _ in (page.parts,)
        )
        sections.append(
            f"<h2>{mode}</h2><table>{rows or '<tr><td>none made yet</td></tr>'}</table>"
        )
    return HTMLResponse(
        "<!doctype html><title>Data Docs</title><style>body {font-family: sans-serif; margin: 2em}"
        " td {padding: .2em 1.5em .2em 0}</style><h1>Verdicts of the gates</h1>"
        "<p><code>linehouse data docs --mode sandbox|live</code> makes these pages, or anew.</p>"
        + "".join(sections),
        headers=ISOLATED,
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
