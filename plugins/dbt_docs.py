"""dbt's documentation under Airflow's address, for whoever is logged in to Airflow.

The pipeline makes it, and `linehouse data docs`; here it is only shown.
"""

from html import escape

from airflow.api_fastapi.core_api.security import get_user
from airflow.plugins_manager import AirflowPlugin
from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from linehouse.settings import Mode

ADDRESS = "/dbt-docs"
ISOLATED = {
    "Content-Security-Policy": "sandbox allow-scripts allow-popups",
    "Cache-Control": "no-cache",
}
"""The page runs dbt's scripts: they must not act with the reader's login."""

app = FastAPI(title="dbt docs", dependencies=[Depends(get_user)], docs_url=None, openapi_url=None)


@app.get("/")
def front() -> Response:
    """The site of the mode that the settings name; a word where none was made yet."""
    from linehouse.promotion import dbt_docs
    from linehouse.settings import get_settings

    own = get_settings().mode
    made = [mode for mode in Mode if (dbt_docs.dbt_docs_folder(mode) / dbt_docs.PAGE).is_file()]
    if own in made:
        return RedirectResponse(f"{ADDRESS}/{own.value}")
    links = "".join(
        f'<li><a href="{ADDRESS}/{mode.value}">{escape(mode.value)}</a></li>' for mode in made
    )
    return HTMLResponse(
        "<!doctype html><title>dbt docs</title><style>body {font-family: sans-serif; margin: 2em}"
        f"</style><h1>What the tables mean</h1><p>None made yet for {escape(own.value)}:"
        " <code>linehouse data docs</code> makes it, and so does every run of the pipeline.</p>"
        f"<ul>{links}</ul>",
        headers=ISOLATED,
    )


@app.get("/{mode}")
def show(mode: Mode) -> FileResponse:
    """The site of a mode: one page that holds everything."""
    from linehouse.promotion import dbt_docs

    page = dbt_docs.dbt_docs_folder(mode) / dbt_docs.PAGE
    if not page.is_file():
        raise HTTPException(404, f"not made yet; `linehouse data docs --mode {mode}` makes it")
    return FileResponse(page, headers=ISOLATED)


class DbtDocs(AirflowPlugin):
    """A page in Airflow's navigation."""

    name = "linehouse_dbt_docs"
    fastapi_apps = [{"app": app, "url_prefix": ADDRESS, "name": "dbt docs"}]
    external_views = [
        {
            "name": "Tables and columns",
            "href": f"{ADDRESS}/",
            "destination": "nav",
            "category": "docs",
        }
    ]
