"""What dbt declares about each zone: its published tables, how each is sliced, its keys."""

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from linehouse.settings import Mode, get_settings

ZONES = ("staging", "curated")
Slice = Literal["game", "batch", "team_season", "run", "whole"]
SLICE_COLUMNS: dict[str, str] = {
    "game": "game_id",
    "batch": "batch_id",
    "team_season": "team_season_id",
    "run": "run_id",
}
TOUCHED_TABLES: dict[str, str] = {
    "game": "touched_games",
    "batch": "touched_batches",
    "team_season": "touched_team_seasons",
    "run": "touched_runs",
}


class NotDeployedError(RuntimeError):
    """The published zones, or their manifest, were never made: `deploy` comes first."""


@dataclass(frozen=True)
class Table:
    """One published table of a zone."""

    zone: str
    name: str
    slice: Slice
    key: tuple[str, ...]
    indexes: tuple[tuple[str, ...], ...] = ()
    writer: Literal["dbt", "python"] = "dbt"
    without_game: bool = False
    """Rows without a game (events that nothing matches) are sliced by their batch."""
    description: str = field(default="", repr=False)
    columns: dict[str, str] = field(default_factory=dict, repr=False)
    """Column to its description."""

    @property
    def slice_column(self) -> str | None:
        return SLICE_COLUMNS.get(self.slice)

    def all_indexes(self) -> list[tuple[str, ...]]:
        """The declared indexes, and the one that finds a slice, where the key does not."""
        wanted = [*self.indexes]
        if self.slice_column is not None:
            wanted.append((self.slice_column,))
        if self.without_game:
            wanted.append(("batch_id",))
        found: list[tuple[str, ...]] = []
        for columns in wanted:
            if self.key[: len(columns)] != columns and columns not in found:
                found.append(columns)
        return found


@dataclass(frozen=True)
class View:
    """One published view of a zone."""

    zone: str
    name: str
    model: str
    """Its name in dbt, which is unique over the zones."""
    description: str = field(default="", repr=False)
    columns: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Zone:
    """A zone as dbt declares it; tables are in the order in which every publish takes them."""

    name: str
    tables: tuple[Table, ...]
    views: tuple[View, ...]

    def table(self, name: str) -> Table:
        """The table called `name`. Raises KeyError."""
        for table in self.tables:
            if table.name == name:
                return table
        raise KeyError(f"{self.name}.{name} is no published table")


def dbt_folder(mode: Mode) -> Path:
    """Where dbt's artefacts of a mode live."""
    return get_settings().home.absolute() / "dbt" / mode.value


def state_folder(mode: Mode) -> Path:
    """Where the manifest of the published schemas lives."""
    return dbt_folder(mode) / "published"


def defer_folder(mode: Mode) -> Path:
    """Where the same manifest lies with nothing in it but what dbt defers to: quick to read."""
    return state_folder(mode) / "defer"


def zone(mode: Mode, name: str) -> Zone:
    """Zone `name` as deployed. Raises `NotDeployedError`."""
    path = state_folder(mode) / "manifest.json"
    try:
        return _zones(path, path.stat().st_mtime_ns)[name]
    except FileNotFoundError as error:
        raise NotDeployedError(f"mode {mode} is not deployed: there is no {path}") from error


@lru_cache(maxsize=4)
def _zones(path: Path, _changed: int) -> dict[str, Zone]:
    return read_zones(json.loads(path.read_text(encoding="utf-8")))


def read_zones(manifest: dict[str, Any]) -> dict[str, Zone]:
    """Published tables and views by zone, from a dbt manifest.

    Raises ValueError where a published table does not say its slice and key.
    """
    tables: dict[str, list[Table]] = {name: [] for name in ZONES}
    views: dict[str, list[View]] = {name: [] for name in ZONES}
    for node in manifest["nodes"].values():
        if node["resource_type"] != "model" or node["config"].get("schema") not in ZONES:
            continue
        meta = node["config"].get("meta", {})
        if not meta.get("publish", True):
            continue
        zone_name, name = node["config"]["schema"], node["alias"]
        columns = {c["name"]: c.get("description", "") for c in node["columns"].values()}
        if node["config"]["materialized"] == "view":
            views[zone_name].append(
                View(zone_name, name, node["name"], node["description"], columns)
            )
            continue
        if meta.get("slice") not in (*SLICE_COLUMNS, "whole") or not meta.get("key"):
            raise ValueError(f"model {name} must say `slice` and `key` in its meta")
        tables[zone_name].append(
            Table(
                zone=zone_name,
                name=name,
                slice=meta["slice"],
                key=tuple(meta["key"]),
                indexes=tuple(tuple(columns) for columns in meta.get("indexes", ())),
                writer=meta.get("writer", "dbt"),
                without_game=meta.get("slice_without_game") == "batch",
                description=node["description"],
                columns=columns,
            )
        )
    return {
        name: Zone(
            name,
            tuple(sorted(tables[name], key=lambda table: table.name)),
            tuple(sorted(views[name], key=lambda view: view.name)),
        )
        for name in ZONES
    }
