"""`linehouse bench NAME`: run one of the benchmarks in the folder `bench`."""

import importlib
import sys
from typing import Annotated

import typer

from linehouse.cli.output import AsJson, fail, print_json, print_rows
from linehouse.settings import PROJECT_ROOT

FOLDER = PROJECT_ROOT / "bench"


def add_to(app: typer.Typer) -> None:
    """Add this command."""
    app.command("bench")(bench)


def names() -> list[str]:
    """Benchmarks that there are: the modules of the folder."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_"))


def bench(
    name: Annotated[str, typer.Argument(help="pipeline, landing, promotion, …")],
    as_json: AsJson = False,
) -> None:
    """Measure, and say on what it was measured and what it is compared to."""
    if name not in names():
        fail(f"no benchmark {name!r}; there are {', '.join(names())}", exit_code=2)
    if str(PROJECT_ROOT) not in sys.path:
        sys.path.insert(0, str(PROJECT_ROOT))
    row = importlib.import_module(f"bench.{name}").measure()
    if as_json:
        print_json(row)
    else:
        print_rows(name, [{"what": what, "value": value} for what, value in row.items()])
