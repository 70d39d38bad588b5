"""Rows of a user's own beside the seeds of the project: sports, teams, spellings, markets, books.

They stand in the folder of the setting `LINEHOUSE_SEEDS`, in files named as the seeds are
(`teams.csv`), so that an update of the project never touches them. A deployment adds them: a row
whose key a seed has already changes the columns that the file names, any other row is added.
"""

import csv
import hashlib
from pathlib import Path

from linehouse.settings import PROJECT_ROOT, get_settings

KEYS = {
    "sports": ("sport_key",),
    "season_exceptions": ("league", "season"),
    "teams": ("team_id",),
    "team_names": ("team_id", "full_name"),
    "team_aliases": ("league", "alias", "source"),
    "former_aliases": ("league", "alias", "source", "first_season_start"),
    "markets": ("source", "source_market"),
    "bookmakers": ("key",),
    "source_bookmakers": ("source", "source_bookmaker"),
    "source_trust": ("league", "fact", "source"),
    "manual_matches": ("source", "source_event_id"),
    "validation_rules": ("rule",),
    "settlement_rules": ("league", "bookmaker", "market", "period"),
    "signal_parameters": ("kind", "parameter"),
    "market_scales": ("league", "market", "period"),
    "key_numbers": ("league", "market", "number"),
}
"""Seeds that can be added to, in order of what refers to what, with what tells their rows apart."""


class OwnSeedsError(ValueError):
    """A file of own rows that cannot be used: says which, where and what would do."""


def files() -> dict[str, Path]:
    """Seed to the user's file, in the order in which they are added; none without the folder.

    Raises `OwnSeedsError` for a file that belongs to no seed.
    """
    folder = get_settings().seeds
    found = {path.stem: path for path in sorted(folder.glob("*.csv"))} if folder.is_dir() else {}
    if unknown := [path.name for name, path in found.items() if name not in KEYS]:
        raise OwnSeedsError(
            f"{folder}: {', '.join(unknown)} belongs to no seed; there are "
            f"{', '.join(f'{name}.csv' for name in KEYS)}"
        )
    return {name: found[name] for name in KEYS if name in found}


def rows(seed: str) -> list[dict[str, str]]:
    """Rows of a seed as they are written: the project's, then the user's."""
    paths = [PROJECT_ROOT / "dbt" / "seeds" / f"{seed}.csv", files().get(seed)]
    found: list[dict[str, str]] = []
    for path in paths:
        if path is not None:
            with path.open(newline="", encoding="utf-8-sig") as file:
                found += csv.DictReader(file)
    return found


def fingerprint() -> str:
    """A hash of the user's files; empty where there are none."""
    digest = hashlib.sha256()
    found = files()
    for name, path in found.items():
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest() if found else ""
