"""Deploy: bring a mode's database to the project as it stands, under the owner's role.

Migrations, seeds, published tables with keys, indexes, comments and rights, views, functions for
analysts, and the manifest that dbt defers to. Published tables are compared with an empty
`<zone>_next` that dbt builds, and altered; they are never built over, and their rows stay. Nothing
is done where nothing changed.
"""

import json
import os
import time
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql

from linehouse import database, migrate, own_seeds
from linehouse.promotion import invoke
from linehouse.promotion.add_own_seeds import add_own_seeds, analyze_seeds
from linehouse.promotion.analyst_functions import drop_functions, make_functions
from linehouse.promotion.declared import project_fingerprint, rows_fingerprint, seeds_fingerprint
from linehouse.promotion.lock import promotion_lock
from linehouse.promotion.parameters import schedule_rebuild
from linehouse.promotion.reconcile import reconcile_tables, replace_views, set_rights
from linehouse.promotion.touch import Touched, make_candidate
from linehouse.promotion.zones import ZONES, defer_folder, read_zones, state_folder
from linehouse.settings import Mode

DDL_LOCK_TIMEOUT = "10s"
FINGERPRINT_KEY = "deployed_fingerprint"
SEEDS_KEY = "deployed_seeds"
ROWS_KEY = "deployed_rows_{zone}"


@dataclass
class DeployResult:
    """What a deployment did."""

    changed: bool
    seconds: float
    tables: list[str] = field(default_factory=list)
    """What was done to the published tables, one line each."""
    rebuild: list[str] = field(default_factory=list)
    """Zones whose next promotion rebuilds everything: columns, models or seeds changed."""


def deploy(mode: Mode, *, force: bool = False) -> DeployResult:
    """Bring the database of `mode` to the project as it stands; cheap where nothing changed.

    Holds the promotion lock: no promotion runs meanwhile. Raises `BuildError` where dbt fails, and
    `OwnSeedsError` for own rows of seeds that cannot be used.
    """
    mode = Mode(mode)
    started = time.perf_counter()
    fingerprint = project_fingerprint()
    if not force and _is_deployed(mode, fingerprint):
        return DeployResult(changed=False, seconds=time.perf_counter() - started)
    migrate.upgrade(mode)
    with promotion_lock(mode, "owner") as connection:
        result = _deploy(connection, mode, fingerprint)
    invoke.manifest(mode, "candidate")  # leaves the parsed project for the first promotion
    result.seconds = time.perf_counter() - started
    return result


def _is_deployed(mode: Mode, fingerprint: str) -> bool:
    marker = state_folder(mode) / "deployed.json"
    manifests = [folder / "manifest.json" for folder in (state_folder(mode), defer_folder(mode))]
    if not all(path.exists() for path in (marker, *manifests)):
        return False
    if json.loads(marker.read_text(encoding="utf-8")) != _marker(mode, fingerprint):
        return False
    with database.connect(mode, "owner") as connection:
        known = connection.execute("select to_regclass('ops.parameters')").fetchone()
        if known is None or known[0] is None:
            return False
        return _parameter(connection, FINGERPRINT_KEY) == fingerprint


def _marker(mode: Mode, fingerprint: str) -> dict[str, str]:
    return {"fingerprint": fingerprint, "database": database.dsn_parts(mode, "owner").dbname}


def _parameter(connection: psycopg.Connection[Any], key: str) -> str | None:
    row = connection.execute("select value from ops.parameters where key = %s", (key,)).fetchone()
    return row[0] if row else None


def _set_parameter(connection: psycopg.Connection[Any], key: str, value: str) -> None:
    connection.execute(
        "insert into ops.parameters (key, value) values (%s, %s)"
        " on conflict (key) do update set value = excluded.value",
        (key, value),
    )


def _deploy(connection: psycopg.Connection[Any], mode: Mode, fingerprint: str) -> DeployResult:
    (state_folder(mode) / "deployed.json").unlink(missing_ok=True)
    own = own_seeds.files()
    invoke.run(mode, "published", ["seed", "--full-refresh"], role="owner")
    add_own_seeds(connection, own)
    analyze_seeds(connection)
    manifest = invoke.parse_to_disk(mode, "published", role="owner")
    invoke.write_deferred(defer_folder(mode), manifest)
    zones = read_zones(manifest)

    _drop_scratch(connection)
    _make_empty_candidates(mode)
    try:
        invoke.run(
            mode, "next", ["run", "--empty", "--select", *[f"tag:{zone}" for zone in ZONES]],
            role="owner",
        )  # fmt: skip
        views = [view for zone in zones.values() for view in zone.views]
        compiled = invoke.compiled(mode, "published", [view.model for view in views], role="owner")
        with connection.transaction():
            connection.execute(f"set local lock_timeout = '{DDL_LOCK_TIMEOUT}'")
            drop_functions(connection)
            done, rebuild = reconcile_tables(connection, zones)
            replace_views(connection, views, compiled)
            make_functions(connection)
            set_rights(
                connection,
                etl=database.dsn_parts(mode, "etl").user,
                analyst=database.ROLE_NAMES["analyst"],
            )
            rebuild |= _zones_with_other_rows(connection)
            schedule_rebuild(connection, rebuild)
            _set_parameter(connection, SEEDS_KEY, seeds_fingerprint())
            for zone in ZONES:
                _set_parameter(connection, ROWS_KEY.format(zone=zone), rows_fingerprint(zone))
            _set_parameter(connection, FINGERPRINT_KEY, fingerprint)
    finally:
        _drop_scratch(connection)
        _drop_candidates(mode)
    marker = state_folder(mode) / "deployed.json"
    marker.with_suffix(".new").write_text(json.dumps(_marker(mode, fingerprint)), encoding="utf-8")
    os.replace(marker.with_suffix(".new"), marker)
    return DeployResult(changed=True, seconds=0.0, tables=done, rebuild=sorted(rebuild))


def _zones_with_other_rows(connection: psycopg.Connection[Any]) -> set[str]:
    """Zones that hold rows which older seeds or models decided on."""
    row = connection.execute("select exists (select from ops.game_registry)").fetchone()
    if row is None or not row[0]:
        return set()
    if _parameter(connection, SEEDS_KEY) not in (None, seeds_fingerprint()):
        return set(ZONES)
    return {
        zone
        for zone in ZONES
        if _parameter(connection, ROWS_KEY.format(zone=zone)) not in (None, rows_fingerprint(zone))
    }


def _make_empty_candidates(mode: Mode) -> None:
    """The touched sets that models name must exist for dbt to build them empty."""
    owner = sql.Identifier(database.dsn_parts(mode, "owner").user)
    with database.connect(mode, "etl") as connection:
        for zone in ZONES:
            schema = f"{zone}_candidate"
            make_candidate(connection, schema, Touched(promotion_id=0, scope="all"))
            connection.execute(
                sql.SQL(
                    "grant usage on schema {0} to {1};"
                    " grant select on all tables in schema {0} to {1}"
                ).format(sql.Identifier(schema), owner)
            )


def _drop_candidates(mode: Mode) -> None:
    with database.connect(mode, "etl") as connection:
        for zone in ZONES:
            connection.execute(
                sql.SQL("drop schema if exists {} cascade").format(
                    sql.Identifier(f"{zone}_candidate")
                )
            )


def _drop_scratch(connection: psycopg.Connection[Any]) -> None:
    for zone in ZONES:
        for suffix in ("next", "build"):
            connection.execute(
                sql.SQL("drop schema if exists {} cascade").format(
                    sql.Identifier(f"{zone}_{suffix}")
                )
            )
