"""The frame of Linehouse's pages in Airflow: one style, a section for each mode, nothing active."""

from collections.abc import Callable, Collection
from html import escape

import psycopg

from linehouse.settings import Mode, get_settings

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Cache-Control": "no-store",
}
"""What upstreams sent stands on the pages as text: nothing of it may act."""
STYLE = """
body {font: 14px/1.5 system-ui, sans-serif; margin: 1.5em 2em; color: #1c2430; background: #fff}
h1 {font-size: 1.4em; margin: 0 0 .2em} h2 {font-size: 1.1em; margin: 1.6em 0 .4em}
table {border-collapse: collapse} th, td {text-align: left; vertical-align: top;
padding: .35em .9em .35em 0; border-bottom: 1px solid #d9dee5} th {font-weight: 600; color: #4a5666}
.number {text-align: right; font-variant-numeric: tabular-nums} .day {white-space: nowrap}
p {color: #4a5666; margin: 0} a {color: #1a56b0}
.ok {color: #14713d} .wrong {color: #b3261e; font-weight: 600} .off, .unasked {color: #5d6877}
.note {max-width: 46em; overflow-wrap: anywhere} summary {cursor: pointer; margin: .6em 0}
@media (prefers-color-scheme: dark) {
body {color: #e4e8ee; background: #14181f} th, p {color: #a9b4c2} th, td {border-color: #333c48}
a {color: #8ab8ff} .ok {color: #62c78c} .wrong {color: #ff8b82} .off, .unasked {color: #97a3b2}}
"""


def page(title: str, introduction: str, of_mode: Callable[[Mode], str]) -> str:
    """A whole page: both modes, the one of the settings first.

    `of_mode` gives a mode's content as HTML, escaped by it. A database that cannot be read is said
    in its section and leaves the other's.
    """
    own = get_settings().mode
    sections = "".join(
        _section(mode, of_mode) for mode in sorted(Mode, key=lambda mode: mode is not own)
    )
    return (
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(title)}</title>"
        f"<style>{STYLE}</style><h1>{escape(title)}</h1><p>{escape(introduction)}</p>"
        f"{sections}</html>"
    )


def _section(mode: Mode, of_mode: Callable[[Mode], str]) -> str:
    head = f"<h2>{mode}{': simulated data' if mode is Mode.SANDBOX else ''}</h2>"
    try:
        return head + of_mode(mode)
    except psycopg.Error as error:
        why = escape(str(error).splitlines()[0] if str(error) else type(error).__name__)
        return f"{head}<p class='wrong'>cannot be read: {why}</p>"


def table(columns: tuple[str, ...], rows: str, numbers: Collection[str] = ()) -> str:
    """A table of rows that are HTML already; `Nothing.` where there are none. `numbers` are the
    columns whose cells are of class `number`."""
    if not rows:
        return "<p>Nothing.</p>"
    head = "".join(
        f"<th class='{'number' if column in numbers else ''}'>{escape(column)}</th>"
        for column in columns
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
