"""Commands that start, stop and show what runs: up, down, status, psql."""

import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from linehouse.cli.output import (
    AsJson,
    ForMode,
    err,
    fail,
    mode_or_default,
    out,
    print_json,
    print_rows,
    shown,
    warn_of_settings,
)
from linehouse.settings import get_settings

if TYPE_CHECKING:
    import psycopg

T = TypeVar("T")

Admin = Annotated[
    bool, typer.Option("--admin", help="As the server's superuser, or the user of DATABASE_URL.")
]


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("up")(up)
    app.command("down")(down)
    app.command("status")(status)
    app.command(
        "psql", context_settings={"ignore_unknown_options": True, "allow_extra_args": True}
    )(psql)


def psql(context: typer.Context, admin: Admin = False, mode: ForMode = None) -> None:
    """A psql prompt as role analyst, who reads curated and nothing else; arguments after `--`."""
    from linehouse.cli import session
    from linehouse.database import connect, dsn_parts
    from linehouse.runtime.postgres import EmbeddedPostgres

    chosen = mode_or_default(mode)
    settings = get_settings()
    server = EmbeddedPostgres(settings.home, settings.postgres_port)
    program = server.binaries / "psql"
    with session.warehouse(chosen):
        way = dsn_parts(chosen, "admin" if admin else "analyst")
        if not admin:
            with connect(chosen, "analyst") as connection:
                if writes := _writes(connection):
                    fail(
                        f"the role {way.user} can write ({writes}). Set LINEHOUSE_ANALYST_PASSWORD "
                        "to the password of the role analyst, or say --admin if you mean it"
                    )
        environment = os.environ | {
            "PGHOST": way.host,
            "PGPORT": str(way.port),
            "PGUSER": way.user,
            "PGPASSWORD": way.password,
            "PGDATABASE": way.dbname,
            "PGTZ": "UTC",
            "PGOPTIONS": "-c search_path=curated,public",
        }
        done = os.spawnve(os.P_WAIT, program, [str(program), *context.args], environment)
    sys.exit(done)


def _writes(connection: "psycopg.Connection[Any]") -> str | None:
    """Something that the session's role can change; None for one that can only read."""
    row = connection.execute(
        """
        select case when rolsuper then 'superuser' else coalesce(
            (
                select format('%I.%I', n.nspname, c.relname)
                from pg_class as c
                inner join pg_namespace as n on c.relnamespace = n.oid
                where
                    c.relkind in ('r', 'p', 'v')
                    and n.nspname !~ '^pg_'
                    and n.nspname <> 'information_schema'
                    and has_table_privilege(c.oid, 'insert, update, delete, truncate')
                limit 1
            ),
            (
                select format('schema %I', nspname)
                from pg_namespace
                where nspname !~ '^pg_' and has_schema_privilege(oid, 'create')
                limit 1
            )
        ) end
        from pg_roles
        where rolname = current_user
        """
    ).fetchone()
    return row[0] if row else None


def up(as_json: AsJson = False) -> None:
    """Start everything and wait until it works: PostgreSQL, Airflow, the simulated upstream."""
    from linehouse.runtime import processes

    warn_of_settings()
    done = _say_runtime_errors(
        lambda: processes.up(report=lambda text: err.print(text, style="dim", highlight=False))
    )
    if as_json:
        print_json(
            {
                "airflow": done.airflow_url,
                "user": done.login.user,
                "password_file": done.login.password_file,
                "first_run": done.first_run,
                "repaired": done.repaired,
                "seconds": done.seconds,
            }
        )
        return
    out.print(f"Airflow: [bold]{done.airflow_url}[/]", highlight=False)
    password = (
        f"password [bold]{done.login.password}[/] (shown this once)"
        if done.first_run
        else f"password in {done.login.password_file}"
    )
    out.print(f"login: {done.login.user}, {password}", highlight=False, soft_wrap=True)
    seconds = ", ".join(f"{name} {taken} s" for name, taken in done.seconds.items())
    out.print(f"took: {seconds}", highlight=False)


def down() -> None:
    """Stop everything that this copy has started."""
    from linehouse.runtime import processes

    left = _say_runtime_errors(
        lambda: processes.down(report=lambda text: err.print(text, style="dim", highlight=False))
    )
    if left:
        fail(f"could not be ended: {', '.join(left)}")
    out.print("nothing runs any more")


def status(
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Every feed, process and promotion.")
    ] = False,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """What runs, how fresh the data is, and what is wrong; non-zero where nothing runs."""
    from linehouse.runtime import processes
    from linehouse.serving import warehouse_status

    chosen = mode_or_default(mode)
    warn_of_settings()
    runs = processes.status()
    found = warehouse_status.overview(chosen) if runs.database_running else None
    if as_json:
        print_json({"running": asdict(runs), "warehouse": found})
    else:
        _print_status(runs, found, verbose)
    if not runs.running:
        raise typer.Exit(1)


def _print_status(runs: Any, found: dict[str, Any] | None, verbose: bool) -> None:
    unwell = [f"{name} {verdict}" for name, verdict in runs.health.items() if verdict != "healthy"]
    verdict = ("unwell: " + ", ".join(unwell)) if unwell else "healthy"
    out.print(
        f"Airflow {runs.airflow_url}: {verdict if runs.running else 'not running'}",
        highlight=False,
    )
    if verbose:
        print_rows("processes", [asdict(process) for process in runs.processes])
    if found is None:
        out.print("PostgreSQL: not running; start it with `linehouse up`")
        return
    database, quality = found["database"], found["quality"]
    out.print(f"{database['name']} ({found['mode']}): {database['size']}", highlight=False)
    states = ", ".join(f"{count} {state}" for state, count in found["batches"].items())
    out.print(f"batches: {states or 'none'}", highlight=False)
    for zone, counts in found["rows"].items():
        rows = ", ".join(f"{name} {count:,}" for name, count in counts.items())
        out.print(f"{zone}: {rows}", highlight=False)
    out.print(quality_sentence(quality), highlight=False)
    columns = ("source", "state", "last_success_at", "success_pct_24h", "quota_remaining")
    print_rows("sources", found["sources"], (*columns, "sentence"))
    if verbose:
        fed = ("source", "feed", "sport_key", "last_success_at", "success_pct_24h", "circuit")
        details = ("newest_observed_at", "expected_every", "last_failure_at")
        feeds = [feed for source in found["sources"] for feed in source["feeds"]]
        print_rows("feeds", feeds, (*fed, *details, "problem", "drift_24h"))
        told = ("promotion_id", "zone", "scope", "state", "started_at", "touched_games")
        seconds = ("touch_seconds", "build_seconds", "gate_seconds", "publish_seconds")
        print_rows("last promotions", found["promotions"], (*told, *seconds))


def quality_sentence(quality: dict[str, Any]) -> str:
    """Shares of lines (per cent) in words; those of an empty warehouse are None."""
    if quality["invalid_pct"] is None:
        return "no lines yet"
    return (
        f"lines with a warning {shown(quality['warning_pct'])} %, invalid"
        f" {shown(quality['invalid_pct'])} %, without a price"
        f" {shown(quality['price_missing_pct'])} %"
    )


def _say_runtime_errors(action: Callable[[], T]) -> T:
    """Run it; a RuntimeError of the runtime is a sentence for the user, not a traceback."""
    try:
        return action()
    except RuntimeError as error:
        fail(str(error))
