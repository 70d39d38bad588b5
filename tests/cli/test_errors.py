"""What a user is told when something is wrong: a sentence, never a traceback."""

import ast
from pathlib import Path

import pytest

from linehouse.cli.app import _mendable

INCLUDE = Path(__file__).parents[2] / "include"
SIMULATOR = "linehouse.sandbox.upstreams."
"""Its errors are answers to a caller, sent as HTTP."""
TOLD_OTHERWISE = {
    # a row of a mapped table that cannot be read is named by its number in what the load says
    "linehouse.sources.mapped_table.values.RowError",
    # refused before anything is landed, as an ArchiveError with its text
    "linehouse.sources.mapped_table.yaml.MappingError",
    # a number that a formula is not defined for: a mistake in code, not in what the user asked
    "linehouse.betting.odds.InvalidOddsError",
}


def own_errors() -> set[str]:
    """Every exception class that the package defines, as `module.Class`."""
    found: set[str] = set()
    for path in (INCLUDE / "linehouse").rglob("*.py"):
        module = ".".join(path.relative_to(INCLUDE).with_suffix("").parts)
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                bases = {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
                if any(base.endswith(("Error", "Exception")) for base in bases):
                    found.add(f"{module}.{node.name}")
    return found


def test_every_error_of_ours_is_told_in_a_sentence() -> None:
    mendable = _mendable()
    told = {
        f"{kind.__module__}.{kind.__name__}"
        for error in mendable
        for kind in (error, *_below(error))
    }
    found = own_errors()
    assert "linehouse.promotion.promote.GateFailed" in found
    ours = {name for name in found if not name.startswith(SIMULATOR)}
    assert ours > TOLD_OTHERWISE
    assert ours - told - TOLD_OTHERWISE == set()


def _below(error: type[BaseException]) -> list[type[BaseException]]:
    return [kind for child in error.__subclasses__() for kind in (child, *_below(child))]


@pytest.mark.parametrize("subject", ["17x", "2a-3", ""])
def test_a_decision_about_nothing_that_exists_is_refused(linehouse, subject: str) -> None:  # type: ignore[no-untyped-def]
    done = linehouse("approve", subject)
    assert done.exit_code == 2
