"""Great Expectations' Data Docs under Airflow's address, for whoever is logged in to Airflow.

`linehouse data docs` makes the pages; here they are only shown.
"""

from typing import Annotated

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
def modes() -> HTMLResponse:
    """The modes whose pages have been made."""
    from linehouse.promotion import data_docs

    made = [mode for mode in Mode if (data_docs.data_docs_folder(mode) / "index.html").exists()]
    items = "".join(f'<li><a href="{mode}/index.html">{mode}</a></li>' for mode in made)
    how = "<p><code>linehouse data docs --mode sandbox|live</code> makes them, or anew.</p>"
    return HTMLResponse(
        "<!doctype html><title>Data Docs</title><body style='font-family: sans-serif'>"
        f"<h1>Verdicts of the gates</h1><ul>{items or '<li>none made yet</li>'}</ul>{how}",
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
