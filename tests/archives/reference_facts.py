"""Tables of reference figures, read from the page that holds them, and what SQL makes of them."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from pathlib import Path
from typing import Any

import psycopg

QUERIES = Path(__file__).parent / "reference_tables"


def read_tables(page: Path) -> dict[str, list[dict[str, str]]]:
    """Tables of the page by the name at the beginning of their heading (`N1`, `M2`)."""
    tables: dict[str, list[dict[str, str]]] = {}
    name, columns = "", []
    for line in page.read_text(encoding="utf-8").splitlines():
        if heading := re.match(r"### (\w+)\.", line):
            name, columns = heading[1], []
        elif name and line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not columns:
                columns = cells
            elif not set(cells[0]) <= {"-"}:
                tables.setdefault(name, []).append(dict(zip(columns, cells, strict=True)))
        elif line.startswith("#"):
            name = ""
    return tables


def query(
    connection: psycopg.Connection[Any], name: str, *, only_valid: bool
) -> list[dict[str, str]]:
    """The same table from SQL on curated alone, in the page's notation."""
    text = (QUERIES / f"{name.lower()}.sql").read_text(encoding="utf-8")
    cursor = connection.execute(text, {"only_valid": only_valid})
    names = [column.name for column in cursor.description or ()]
    return [dict(zip(names, map(_notation, row), strict=True)) for row in cursor.fetchall()]


def _notation(value: object) -> str:
    if value is None:
        return "nan"
    if isinstance(value, Decimal):
        if value == value.to_integral_value() and value.as_tuple().exponent == 0:
            return str(value)
        return str(value.quantize(Decimal("0.0001"), ROUND_HALF_EVEN))
    return str(value)


def differences(expected: list[dict[str, str]], found: list[dict[str, str]]) -> list[str]:
    """One sentence per cell that differs, and per season that only one side has."""
    by_season = {row["season"]: row for row in found}
    sentences = []
    for row in expected:
        season = row["season"]
        mine = by_season.pop(season, None)
        if mine is None:
            sentences.append(f"{season}: not in curated")
            continue
        sentences += [
            f"{season} {column}: {mine.get(column)} instead of {value}"
            for column, value in row.items()
            if mine.get(column) != value
        ]
    return sentences + [f"{season}: not on the page" for season in by_season]
