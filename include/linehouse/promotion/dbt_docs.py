"""dbt's documentation site: every table and column, the lineage, the overview, the worked queries.

One page that holds everything and asks nobody for anything. It says what is declared and deployed,
not what the rows are, so it is made once for each state of the project.
"""

import os
from pathlib import Path

from linehouse.promotion import invoke
from linehouse.promotion.declared import project_fingerprint
from linehouse.promotion.zones import dbt_folder
from linehouse.settings import Mode

PAGE = "index.html"
MADE_FROM = "made_from"
"""File beside the page: the state of the project that it shows."""


def dbt_docs_folder(mode: Mode) -> Path:
    """Where the site of a mode lives."""
    return dbt_folder(mode).parents[1] / "dbt_docs" / mode.value


def build_dbt_docs(mode: Mode, *, anew: bool = False) -> Path:
    """Make the site where the project changed since it was made, or `anew`; returns its page.

    Raises `BuildError` where dbt fails; the page that stands stays.
    """
    mode = Mode(mode)
    site = dbt_docs_folder(mode)
    page, made_from = site / PAGE, site / MADE_FROM
    state = project_fingerprint()
    if not anew and page.exists() and made_from.exists() and made_from.read_text() == state:
        return page
    site.mkdir(parents=True, exist_ok=True)
    working = dbt_folder(mode) / "docs"
    working.mkdir(parents=True, exist_ok=True)
    os.replace(invoke.generate_docs(mode, working), page)
    made_from.write_text(state)
    return page
