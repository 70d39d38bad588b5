"""Promotion of one slate on a short and on a long history: cost follows the batch, not the history.

A slate of 15 games is promoted from 14 snapshots; then everything about it, raw rows and published
ones, is multiplied into the past, day by day, until the history has the size asked for. On each
size, the next snapshots of today's slate are landed, gated and promoted through both zones, warm.
"""

import hashlib
import json
import os
import statistics
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from psycopg import sql

from bench._machine import machine
from bench._scratch import scratch_warehouse
from linehouse import database
from linehouse.landing import land_payload
from linehouse.promotion import deploy, gate_raw, promote, retract, warm
from linehouse.settings import Mode
from linehouse.sources.base import Payload
from linehouse.sources.the_odds_api.source import SOURCE

HISTORIES = (100_000, 10_000_000)
"""Raw rows. `LINEHOUSE_BENCH_ROWS=100000,1000000` tries others."""
SNAPSHOTS = 14
GAMES = 15
BOOKS = ("pinnacle", "circasports", "draftkings", "fanduel", "betmgm", "betrivers", "bovada", "x")
ROUNDS = 5
QUIET_SECONDS = 15
TARGET_RATIO = 1.25
START = datetime(2026, 4, 18, 4, 0, tzinfo=UTC)
FIRST_PITCH = START + timedelta(hours=19)
SHIFTED_BY_DAY = ("timestamp with time zone", "date")
KEPT = (
    "staging.teams",
    "curated.opportunities",
    "curated.betting_card",
    "curated.team_stats_daily",
    "curated.strategy_results",
    "curated.bets",
    "curated.profitability_metrics",
)


def measure() -> dict[str, Any]:
    """Seconds of one slate's promotion (both zones) at each size of history, and their ratio."""
    sizes = tuple(
        int(size) for size in os.environ.get("LINEHOUSE_BENCH_ROWS", "").split(",") if size
    )
    with scratch_warehouse() as mode:
        deploy(mode)
        warm(mode)
        land_first_slate(mode)
        figures = []
        days = 0
        for rows in sizes or HISTORIES:
            wanted = max(round(rows / _raw_rows(mode, today=True)) - 1, 0)
            multiply(mode, days + 1, wanted)
            days = wanted
            os.sync()  # a disk that still writes the history is not what is measured
            time.sleep(QUIET_SECONDS)
            figures.append(_measure_size(mode))
    ratio = figures[-1]["seconds"] / figures[0]["seconds"]
    return {
        "name": "promotion",
        "seconds": figures[-1]["seconds"],
        "ratio": round(ratio, 3),
        "target_ratio": TARGET_RATIO,
        "compared_to": f"the same slate on {figures[0]['raw_rows']:,} raw rows",
        "games": GAMES,
        "rounds": ROUNDS,
        "histories": figures,
        "measured_on": machine(),
    }


def _measure_size(mode: Mode) -> dict[str, Any]:
    steps: dict[str, list[float]] = {}
    totals: list[float] = []
    batches = []
    moved = []
    for number in range(ROUNDS + 1):
        at = START + timedelta(minutes=60 * SNAPSHOTS + 5 * number, seconds=time.time() % 60)
        started = time.perf_counter()
        batches.append(_land(mode, at, SNAPSHOTS + number))
        gate_raw(mode, batches[-1:], now=at)
        gated = time.perf_counter()
        results = [promote(mode, zone, as_of=at) for zone in ("staging", "curated")]
        if number == 0:
            continue  # the first one warms the caches
        totals.append(time.perf_counter() - gated)
        steps.setdefault("raw_gate_and_landing", []).append(gated - started)
        moved.append(sum(one.rows.inserted + one.rows.updated for one in results))
        for result in results:
            for step, seconds in result.seconds.items():
                steps.setdefault(f"{result.zone}_{step}", []).append(seconds)
    figures = {
        "raw_rows": _raw_rows(mode),
        "seconds": round(statistics.median(totals), 3),
        "steps": {name: round(statistics.median(values), 4) for name, values in steps.items()},
        "rows_written": round(statistics.median(moved)),
    }
    for batch in batches:  # the next size starts from the same slate
        retract(mode, batch, "benchmark", "bench")
    for zone in ("staging", "curated"):
        promote(mode, zone, as_of=START + timedelta(hours=SNAPSHOTS))
    return figures


def land_first_slate(mode: Mode) -> None:
    """Land and promote 14 snapshots of 15 games."""
    batches = [_land(mode, START + timedelta(hours=hour), hour) for hour in range(SNAPSHOTS)]
    gate_raw(mode, batches, now=START + timedelta(hours=SNAPSHOTS))
    for zone in ("staging", "curated"):
        promote(mode, zone, as_of=START + timedelta(hours=SNAPSHOTS))


def _land(mode: Mode, at: datetime, number: int) -> Any:
    result = land_payload(
        Payload(
            source="the_odds_api",
            feed="odds",
            body=json.dumps(_slate(mode, number)).encode(),
            observed_at=at,
            sport_key="baseball_mlb",
            params={
                "markets": "h2h,spreads,totals",
                "oddsFormat": "american",
                "bookmakers": ",".join(BOOKS),
            },
        ),
        SOURCE,
        mode=mode,
        run_key="bench",
    )
    return result.batch_id


def _slate(mode: Mode, number: int) -> list[dict[str, Any]]:
    """An answer with 48 rows a game; four in ten of its prices move from one to the next."""
    with database.connect(mode) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "select min(full_name) from reference.team_names inner join reference.teams"
                " using (team_id) where league = 'mlb' and last_season_start is null"
                " group by team_id order by 1"
            )
        ]
    return [
        {
            "id": hashlib.md5(f"game {game}".encode()).hexdigest(),
            "sport_key": "baseball_mlb",
            "sport_title": "MLB",
            "commence_time": f"{FIRST_PITCH:%Y-%m-%dT%H:%M:%SZ}",
            "home_team": names[2 * game],
            "away_team": names[2 * game + 1],
            "bookmakers": [
                {
                    "key": book,
                    "title": book,
                    "last_update": f"{START:%Y-%m-%dT%H:%M:%SZ}",
                    "markets": _markets(names[2 * game], names[2 * game + 1], game, place, number),
                }
                for place, book in enumerate(BOOKS)
            ],
        }
        for game in range(GAMES)
    ]


def _markets(home: str, away: str, game: int, book: int, number: int) -> list[dict[str, Any]]:
    step = 2 * ((game + book + 2 * number // 5 * 3) % 7) + book % 2
    prices = {"h2h": (-140 - step, 126 + step), "spreads": (-110 - step, -106 + step // 2)}
    points = {"h2h": (None, None), "spreads": (-1.5, 1.5), "totals": (8.5, 8.5)}
    prices["totals"] = (-112 + step // 2, -107 - step // 2)
    return [
        {
            "key": market,
            "outcomes": [
                {"name": name, "price": price} | ({"point": point} if point is not None else {})
                for name, price, point in zip(
                    ("Over", "Under") if market == "totals" else (home, away),
                    prices[market],
                    points[market],
                    strict=True,
                )
            ],
        }
        for market in ("h2h", "spreads", "totals")
    ]


def _raw_rows(mode: Mode, today: bool = False) -> int:
    where = "where payload_id < 1000000" if today else ""
    with database.connect(mode) as connection:
        row = connection.execute(
            f"select count(*) from raw_data.betting_lines_raw {where}"
        ).fetchone()
    return int(row[0]) if row else 0


def multiply(
    mode: Mode,
    first_day: int,
    last_day: int,
    zones: tuple[str, ...] = ("raw_data", "staging", "curated"),
) -> None:
    """Copy today's slate, raw and published, to each of the days before it; or some zones of it."""
    if last_day < first_day:
        return
    with database.connect(mode, "owner") as connection:
        tables = connection.execute(
            """
            select schemaname, tablename from pg_tables
            where
                (schemaname in ('staging', 'curated')
                or schemaname || '.' || tablename in (
                    'raw_data.games_raw', 'raw_data.betting_lines_raw', 'raw_data.payload_events',
                    'raw_data.payload_coverage', 'ops.batches', 'ops.game_registry',
                    'ops.promotion_batches'
                )) and schemaname || '.' || tablename <> all (%s)
            union select 'raw_data', 'betting_lines_raw' order by 1, 2
            """,
            (list(KEPT),),
        ).fetchall()
        for schema, table in tables:
            if schema not in (*zones, "ops"):
                continue
            _copy_back(connection, schema, table, first_day, last_day)
        connection.commit()
        connection.autocommit = True
        connection.execute("vacuum (analyze)")


def _copy_back(connection: Any, schema: str, table: str, first_day: int, last_day: int) -> None:
    columns = connection.execute(
        """
        select column_name, data_type from information_schema.columns
        where table_schema = %s and table_name = %s and is_generated = 'NEVER'
        order by ordinal_position
        """,
        (schema, table),
    ).fetchall()
    names = [name for name, _ in columns]
    query = sql.SQL(
        "insert into {table} ({names}) select {values} from {table} as t"
        " cross join generate_series({first}, {last}) as day where {today}"
    ).format(
        table=sql.Identifier(schema, table),
        names=sql.SQL(", ").join(map(sql.Identifier, names)),
        values=sql.SQL(", ").join(_moved(name, kind) for name, kind in columns),
        first=sql.Literal(first_day),
        last=sql.Literal(last_day),
        today=_today(names),
    )
    connection.execute(query)


def _moved(name: str, kind: str) -> sql.Composable:
    column = sql.Identifier("t", name)
    if kind == "uuid":
        return sql.SQL("md5({}::text || day)::uuid").format(column)
    if name == "payload_id":
        return sql.SQL("{} + day::bigint * 1000000").format(column)
    if name in ("source_event_id", "entity_key"):
        return sql.SQL("{} || '-' || day").format(column)
    if name == "season":
        return sql.SQL("to_char({}::date - day, 'YYYY')").format(sql.Literal(START.date()))
    if name == "looked_at":
        return sql.SQL(
            "array(select m - day * interval '1 day' from unnest({}) as m order by m)"
        ).format(column)
    if kind in SHIFTED_BY_DAY and name not in ("landed_on", "landed_at"):
        return sql.SQL("({} - day * interval '1 day')").format(column) + (
            sql.SQL("::date") if kind == "date" else sql.SQL("")
        )
    return sql.SQL("{}").format(column)


def _today(names: list[str]) -> sql.Composable:
    """Rows of the slate itself, not of days that were multiplied before."""
    if "payload_id" in names:
        return sql.SQL("t.payload_id < 1000000")
    own_games = "select game_id from ops.game_registry where source_event_id !~ '-'"
    own_batches = "select batch_id from ops.batches where payload_id < 1000000"
    if "source_event_id" in names:
        return sql.SQL("t.source_event_id !~ '-'")
    if "game_id" in names:
        return sql.SQL("t.game_id in ({})").format(sql.SQL(own_games))
    return sql.SQL("t.batch_id in ({})").format(sql.SQL(own_batches))


if __name__ == "__main__":
    print(json.dumps(measure()))
