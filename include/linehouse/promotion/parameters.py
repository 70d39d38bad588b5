"""What models read from ops.parameters, and which zones must be made anew because it changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg

from linehouse.settings import get_settings

REBUILD_KEY = "rebuild_{zone}"
REBUILT_BY = {
    "sharp_bookmakers": ("staging", "curated"),
    "minimum_ev_pct": ("curated",),
    "reject_invalid_odds": ("staging",),
}
"""Parameter to the zones whose rows follow from it; curated also takes up what staging writes."""


def set_parameters(connection: psycopg.Connection[Any], as_of: datetime) -> None:
    """What models read instead of dbt variables, which would make dbt parse everything again.

    A changed setting schedules a rebuild of the zone whose rows follow from it.
    """
    settings = get_settings()
    values = {
        "as_of": as_of.isoformat(),
        "sharp_bookmakers": ",".join(settings.sharp_bookmakers),
        "minimum_ev_pct": str(settings.minimum_ev_pct),
        "reject_invalid_odds": str(settings.reject_invalid_odds).lower(),
    }
    before = dict(
        connection.execute(
            "select key, value from ops.parameters where key = any(%s)", (list(values),)
        ).fetchall()
    )
    connection.execute(
        """
        insert into ops.parameters (key, value)
        select * from unnest(%s::text[], %s::text[])
        on conflict (key) do update set value = excluded.value
        where parameters.value is distinct from excluded.value
        """,
        (list(values), list(values.values())),
    )
    schedule_rebuild(
        connection,
        {
            zone
            for key, zones in REBUILT_BY.items()
            if before.get(key, values[key]) != values[key]
            for zone in zones
        },
    )


def schedule_rebuild(connection: psycopg.Connection[Any], zones: Iterable[str]) -> None:
    """Let the next promotion of these zones make every row anew."""
    connection.execute(
        "insert into ops.parameters (key, value) select unnest(%s::text[]), 'true'"
        " on conflict (key) do update set value = excluded.value",
        ([REBUILD_KEY.format(zone=zone) for zone in sorted(zones)],),
    )


def rebuild_is_due(connection: psycopg.Connection[Any], zone: str) -> bool:
    """Whether every row of a zone must be made anew: columns, models, seeds or settings changed."""
    row = connection.execute(
        "select exists (select from ops.parameters where key = %s)",
        (REBUILD_KEY.format(zone=zone),),
    ).fetchone()
    return bool(row and row[0])


def rebuild_is_done(connection: psycopg.Connection[Any], zone: str) -> None:
    """Every row of a zone was made anew."""
    connection.execute(
        "delete from ops.parameters where key = %s", (REBUILD_KEY.format(zone=zone),)
    )
