"""dbt in this process: one target, one target folder, one parsed manifest for each."""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg.types.json import Jsonb

from linehouse import database
from linehouse.promotion import dbt_connections
from linehouse.promotion.zones import dbt_folder
from linehouse.settings import PROJECT_ROOT, Mode

PROJECT = PROJECT_ROOT / "dbt"
Suffix = Literal["candidate", "published", "next"]


class BuildError(RuntimeError):
    """dbt could not build: a model, a seed or the project itself is at fault."""


@dataclass
class Invocation:
    """What one call of dbt did."""

    invocation_id: str
    seconds: float
    models: int = 0
    tests: int = 0
    failed_tests: list[dict[str, Any]] = field(default_factory=list)
    """Data tests that found rows: name, message, failures, severity, query."""
    nodes: dict[str, float] = field(default_factory=dict)
    """Every node that ran, with its seconds."""


def target_folder(mode: Mode, suffix: Suffix) -> Path:
    """A target's own folder, so that no target makes another parse anew."""
    return dbt_folder(mode) / suffix


@contextmanager
def _environment(mode: Mode, role: database.Role) -> Iterator[None]:
    """What dbt/profiles.yml reads; the password has dbt's prefix for secrets."""
    parts = database.dsn_parts(mode, role)
    names = {
        "LINEHOUSE_DBT_HOST": parts.host,
        "LINEHOUSE_DBT_PORT": str(parts.port),
        "LINEHOUSE_DBT_USER": parts.user,
        f"LINEHOUSE_DBT_{mode.name}_DATABASE": parts.dbname,
        "DBT_ENV_SECRET_PASSWORD": parts.password,
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def arguments(mode: Mode, suffix: Suffix, folder: Path | None = None) -> list[str]:
    """The arguments that every command for a target shares; artefacts go to `folder`, else to the
    target's own."""
    return [
        "--project-dir", str(PROJECT),
        "--profiles-dir", str(PROJECT),
        "--target", f"{mode.value}_{suffix}",
        "--target-path", str(folder or target_folder(mode, suffix)),
        "--log-path", str(dbt_folder(mode) / "logs"),
    ]  # fmt: skip


GLOBAL_FLAGS = [
    "--quiet", "--no-use-colors", "--no-version-check", "--no-send-anonymous-usage-stats",
    # The static parser has threads of its own; a process that is forked after it was used hangs.
    "--no-static-parser",
    "--cache-selected-only", "--log-level-file", "info", "--log-file-max-bytes", "5000000",
]  # fmt: skip


def manifest(mode: Mode, suffix: Suffix, role: database.Role = "etl") -> Any:
    """The parsed project for a target: parsed once in a process, and again when it changed."""
    return _manifest(mode, suffix, role, project_state())


def project_state() -> tuple[tuple[str, int, int], ...]:
    """Every file of the dbt project with its size and time of change."""
    found = []
    for folder in ("models", "seeds", "macros", "tests", "analyses"):
        for path in sorted((PROJECT / folder).rglob("*")):
            if path.suffix in (".sql", ".yml", ".yaml", ".csv", ".md"):
                stat = path.stat()
                found.append((str(path), stat.st_size, stat.st_mtime_ns))
    for name in ("dbt_project.yml", "profiles.yml"):
        stat = (PROJECT / name).stat()
        found.append((name, stat.st_size, stat.st_mtime_ns))
    return tuple(found)


@lru_cache(maxsize=8)
def _manifest(mode: Mode, suffix: Suffix, role: database.Role, _state: object) -> Any:
    from dbt.cli.main import dbtRunner

    with _environment(mode, role):
        result = dbtRunner().invoke(
            [*GLOBAL_FLAGS, "--partial-parse", "parse", *arguments(mode, suffix)]
        )
    if not result.success:
        raise BuildError(f"dbt cannot read the project: {_first_line(result.exception)}")
    return result.result


def run(
    mode: Mode,
    suffix: Suffix,
    command: Sequence[str],
    *,
    role: database.Role = "etl",
    write_json: bool = False,
) -> Invocation:
    """Run a dbt command (`["build", "--select", …]`) in this process.

    Data tests that fail are returned, not raised. Raises `BuildError` for everything else.
    """
    from dbt.cli.main import dbtRunner
    from dbt_common.invocation import get_invocation_id

    parsed = manifest(mode, suffix, role)
    dbt_connections.keep_open()
    flags = [*GLOBAL_FLAGS, "--write-json" if write_json else "--no-write-json"]
    started = time.perf_counter()
    with _environment(mode, role):
        result = dbtRunner(manifest=parsed).invoke([*flags, *command, *arguments(mode, suffix)])
    seconds = time.perf_counter() - started
    if result.exception is not None:
        raise BuildError(f"dbt {command[0]} failed: {_first_line(result.exception)}")
    return _read(result.result, get_invocation_id(), command, seconds)


def generate_docs(mode: Mode, folder: Path) -> Path:
    """Make dbt's site of the published zones in `folder`; returns its page, which holds everything.

    Parses there, too: the manifest of the published target is that of the last deployment.
    """
    from dbt.cli.main import dbtRunner

    with _environment(mode, "etl"):
        result = dbtRunner().invoke(
            [
                *[*GLOBAL_FLAGS, "--partial-parse", "--log-level", "none", "docs", "generate"],
                *["--static", *arguments(mode, "published", folder)],
            ]
        )
    if not result.success:
        raise BuildError(f"dbt docs failed: {_first_line(result.exception)}")
    return folder / "static_index.html"


def parse_to_disk(mode: Mode, suffix: Suffix, role: database.Role) -> dict[str, Any]:
    """Write a target's manifest to its folder, at once or not at all, and return it."""
    folder = target_folder(mode, suffix)
    folder.mkdir(parents=True, exist_ok=True)
    contents: dict[str, Any] = (
        manifest(mode, suffix, role).writable_manifest().to_dict(omit_none=False)
    )
    _write_json(folder / "manifest.json", contents)
    return contents


def write_deferred(folder: Path, contents: dict[str, Any]) -> None:
    """Write what `--defer` needs of a manifest: published models and seeds, without their code."""
    kept = {
        name: {**node, "raw_code": "", "columns": {}, "depends_on": {"nodes": [], "macros": []}}
        for name, node in contents["nodes"].items()
        if node["resource_type"] == "seed"
        or (node["resource_type"] == "model" and node["config"]["meta"].get("publish", True))
    }
    emptied = {
        key: type(value)() for key, value in contents.items() if isinstance(value, dict | list)
    }
    folder.mkdir(parents=True, exist_ok=True)
    kept_whole = {"metadata": contents["metadata"], "nodes": kept}
    _write_json(folder / "manifest.json", {**contents, **emptied, **kept_whole})


def _write_json(path: Path, contents: dict[str, Any]) -> None:
    """At once or not at all."""
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(contents, default=str), encoding="utf-8")
    os.replace(fresh, path)


def compiled(
    mode: Mode, suffix: Suffix, names: Sequence[str], role: database.Role
) -> dict[str, str]:
    """SQL of models as a target runs it, by name."""
    from dbt.cli.main import dbtRunner

    if not names:
        return {}
    parsed = manifest(mode, suffix, role)
    with _environment(mode, role):
        result = dbtRunner(manifest=parsed).invoke(
            [
                *[*GLOBAL_FLAGS, "--log-level", "none", "--no-write-json", "compile"],
                *["--select", *names],
                *arguments(mode, suffix),
            ]
        )
    if not result.success:
        raise BuildError(f"dbt compile failed: {_first_line(result.exception)}")
    return {
        one.node.name: one.node.compiled_code
        for one in result.result.results
        if one.node.name in names
    }


def _read(outcome: Any, invocation_id: str, command: Sequence[str], seconds: float) -> Invocation:
    invocation = Invocation(invocation_id, seconds)
    broken = []
    for result in getattr(outcome, "results", []):
        kind, status = result.node.resource_type.value, str(result.status)
        invocation.nodes[result.node.unique_id] = round(result.execution_time, 4)
        if kind in ("test", "unit_test"):
            invocation.tests += 1
            if status in ("fail", "warn"):
                invocation.failed_tests.append(
                    {
                        "name": result.node.name,
                        "description": result.node.description,
                        "message": _first_line(result.message),
                        "failures": result.failures,
                        "severity": "critical" if status == "fail" else "warning",
                        "query": result.node.compiled_code,
                    }
                )
        else:
            invocation.models += 1
        if status in ("error", "runtime error"):
            broken.append(f"{result.node.name}: {_first_line(result.message)}")
    if broken:
        raise BuildError(f"dbt {command[0]} failed at {'; '.join(broken[:3])}")
    return invocation


def _first_line(message: object) -> str:
    return " ".join(str(message).split())[:500]


def record(
    connection: psycopg.Connection[Any],
    invocation: Invocation,
    command: Sequence[str],
    target: str,
    promotion_id: int | None,
) -> None:
    """Write an invocation to ops.dbt_invocations."""
    connection.execute(
        """
        insert into ops.dbt_invocations (
            invocation_id, promotion_id, command, target, started_at, seconds, success, models,
            tests, detail
        )
        values (%s, %s, %s, %s, clock_timestamp() - make_interval(secs => %s), %s, %s, %s, %s, %s)
        on conflict (invocation_id) do nothing
        """,
        (
            invocation.invocation_id, promotion_id, " ".join(command), target, invocation.seconds,
            round(invocation.seconds, 4), not invocation.failed_tests, invocation.models,
            invocation.tests, Jsonb(
                {"failed_tests": invocation.failed_tests, "nodes": invocation.nodes}
            ),
        ),
    )  # fmt: skip
