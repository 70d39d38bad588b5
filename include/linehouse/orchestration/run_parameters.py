"""What runs of several DAGs can be asked for, as Airflow's trigger form shows it."""

import re

from airflow.sdk import Param

from linehouse.settings import PROJECT_ROOT, Mode, get_settings

MODES = [mode.value for mode in Mode]
MODES_EXPLAINED = {
    "sandbox": "sandbox: the simulated upstream, database linehouse_sandbox",
    "live": "live: real data, database linehouse",
}
NOTHING = "null"
"""What Airflow's form calls an empty choice, for the text that it shows instead."""


def mode(default: Mode | None = None, description: str = "") -> Param:
    """In which mode a run works; the setting's mode where no default is given."""
    return Param(
        (default or get_settings().mode).value,
        title="Mode",
        enum=MODES,
        values_display=MODES_EXPLAINED,
        description=description or "Which upstream is asked and which database is written.",
    )


def strategies() -> list[str]:
    """Names of all strategies, read from their files: to import them takes longer than a form."""
    folder = PROJECT_ROOT / "include" / "linehouse" / "strategies"
    texts = (path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    named = (re.search(r'^NAME = "(\w+)"$', text, re.MULTILINE) for text in texts)
    return sorted(found.group(1) for found in named if found)


MODE_OF_ASSET = Param(
    None,
    title="Mode",
    type=["null", "string"],
    enum=[None, *MODES],
    values_display={**MODES_EXPLAINED, NOTHING: "those that the asset rings for"},
    description="Which database is worked on.",
)
PROMOTION = {
    "mode": MODE_OF_ASSET,
    "everything": Param(
        False,
        title="Everything",
        type="boolean",
        description="Every game is made anew, not only what is pending.",
    ),
}
"""What a run of `promote_staging` or `promote_curated` can be asked for."""
