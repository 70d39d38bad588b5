"""How commands speak: tables for people on a terminal, JSON for scripts, errors on stderr."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Annotated, Any, NoReturn
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from linehouse.settings import Mode, get_settings

WIDTH_WITHOUT_TERMINAL = 150

out = Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)
err = Console(stderr=True)

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
ForMode = Annotated[
    Mode | None,
    typer.Option(
        "--mode", help="sandbox or live; LINEHOUSE_MODE and the odds key decide if unset."
    ),
]


def mode_or_default(mode: Mode | None) -> Mode:
    """The mode asked for, else that of the settings."""
    return mode or get_settings().mode


def print_json(document: Any) -> None:
    """One JSON document, machine-readable types as text or numbers."""
    sys.stdout.write(json.dumps(document, default=_plain, ensure_ascii=False, indent=2) + "\n")


def warn(message: str) -> None:
    """Say on standard error what the user should know; the command goes on."""
    err.print(f"[bold yellow]warning:[/] {_escape(message)}", highlight=False, soft_wrap=True)


def warn_of_settings() -> None:
    """Say which names in the settings no seed knows."""
    from linehouse import known_names

    for sentence in known_names.warnings(get_settings()):
        warn(sentence)


def fail(message: str, exit_code: int = 1) -> NoReturn:
    """Say what is wrong on standard error and end with a non-zero status."""
    err.print(f"[bold red]error:[/] {_escape(message)}", highlight=False, soft_wrap=True)
    sys.exit(exit_code)


def print_rows(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    columns: Iterable[str] | Mapping[str, str] | None = None,
) -> None:
    """A table of rows; one line instead where there are none.

    `columns`: the ones to show, or each with its heading; all of the first row's without it.
    """
    if not rows:
        out.print(f"[bold]{title}[/]: none")
        return
    headings = columns if isinstance(columns, Mapping) else {}
    names = list(columns or rows[0])
    table = Table(show_edge=False)
    for name in names:
        is_number = isinstance(rows[0].get(name), int | float | Decimal)
        heading = headings.get(name, name.replace("_", " "))
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_escape(shown(row.get(name))) for name in names))
    out.print(f"[bold]{title}[/]", highlight=False, soft_wrap=True)  # a table would wrap it
    out.print(table)
    out.print()


def shown(value: Any) -> str:
    """A value as people read it; times in UTC to the minute."""
    if value is None:
        return "-"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%MZ")
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, timedelta):
        return f"{value.total_seconds() / 60:g} min"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _escape(text: str) -> str:
    return text.replace("[", "\\[")


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
