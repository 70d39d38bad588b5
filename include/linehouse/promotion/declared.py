"""What the project declares, as hashes: what a deployment follows from, and what rows follow from.

A changed hash of the project asks for a deployment; one of seeds or of a zone's models asks for
every row of that zone anew.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from linehouse import own_seeds
from linehouse.settings import PROJECT_ROOT

DECLARING = (
    "dbt",
    "migrations",
    "include/linehouse/identity",
    "include/linehouse/promotion/add_own_seeds.py",
    "include/linehouse/promotion/analyst_functions",
    "include/linehouse/promotion/declared.py",
    "include/linehouse/promotion/deploy.py",
    "include/linehouse/promotion/reconcile.py",
    "include/linehouse/promotion/team_seasons.py",
    "include/linehouse/seasons.py",
)
SUFFIXES = frozenset({".py", ".sql", ".yml", ".yaml", ".csv", ".md"})
GENERATED = frozenset({"target", "logs", "dbt_packages", "__pycache__"})
ROWS_FOLLOW_FROM = {
    "staging": (
        "dbt/models/staging",
        "dbt/macros",
        "include/linehouse/identity",
        "include/linehouse/promotion/team_seasons.py",
        "include/linehouse/seasons.py",
    ),
    "curated": ("dbt/models/curated", "dbt/macros"),
}

_NAMED_VARIABLE = re.compile(r"""\bvar\(\s*["'](\w+)""")


def project_fingerprint(root: Path = PROJECT_ROOT) -> str:
    """A hash of everything that a deployment depends on: the dbt project, migrations, this code,
    and the user's own rows of seeds."""
    return _hash(root, DECLARING, SUFFIXES) + own_seeds.fingerprint()


def seeds_fingerprint(root: Path = PROJECT_ROOT) -> str:
    """A hash of the seeds alone, the user's own rows among them: they decide on identity and
    validity, so rows follow from them."""
    return _hash(root, ["dbt/seeds"], {".csv"}) + own_seeds.fingerprint()


def rows_fingerprint(zone: str, root: Path = PROJECT_ROOT) -> str:
    """A hash of the code that rows of a zone follow from, whatever its comments and layout, and of
    the dbt variables that its models name."""
    code = _hash(root, ROWS_FOLLOW_FROM[zone], {".sql", ".py"}, without_comments=True)
    return code + _variables(root, ROWS_FOLLOW_FROM[zone])


def _variables(root: Path, places: Iterable[str]) -> str:
    """A hash of the dbt variables, with their values, that models in these places name."""
    project = yaml.safe_load((root / "dbt" / "dbt_project.yml").read_text(encoding="utf-8"))
    named = {
        name
        for place in places
        for path in _files(root, place, frozenset({".sql"}))
        for name in _NAMED_VARIABLE.findall(path.read_text(encoding="utf-8"))
    }
    values = {name: project.get("vars", {}).get(name) for name in sorted(named)}
    return hashlib.sha256(json.dumps(values).encode()).hexdigest() if values else ""


def _hash(
    root: Path,
    places: Iterable[str],
    suffixes: Iterable[str],
    *,
    without_comments: bool = False,
) -> str:
    digest = hashlib.sha256()
    for place in places:
        for path in _files(root, place, frozenset(suffixes)):
            content = path.read_bytes()
            if without_comments and path.suffix == ".sql":
                content = b" ".join(re.sub(rb"--[^\n]*", b"", content).split())
            digest.update(path.relative_to(root).as_posix().encode() + b"\0" + content + b"\0")
    return digest.hexdigest()


def _files(root: Path, place: str, suffixes: frozenset[str]) -> Iterator[Path]:
    if (root / place).is_file():
        yield root / place
    for path in sorted((root / place).rglob("*")):
        if path.suffix in suffixes and GENERATED.isdisjoint(path.relative_to(root).parts):
            yield path
