"""What a strategy is shown at a moment is what `lines_as_of` tells of it, whatever was told."""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from slate import Warehouse

from linehouse import database, pipeline
from linehouse.landing import land_payload
from linehouse.market import queries
from linehouse.market.load import _one_source
from linehouse.promotion import retract
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from linehouse.sources.the_odds_api.source import SOURCE
from tests.dbt.interval_oracle import Snapshot
from tests.dbt.test_intervals import payload, world
from tests.fixtures.databases import replace_database

ROUNDS = 40
MAPPING = """
source: my_line_log
sport: {constant: baseball_mlb}
season: {constant: "2026"}
observed_at: {column: seen, time_zone: UTC}
event: {id: event, home: home, away: away, start: {column: start, time_zone: UTC}}
lines:
  layout: long
  prices: american
  bookmaker: book
  market: {column: market, values: {h2h: h2h, spreads: spreads, totals: totals}}
  outcome: side
  price: price
  point: point
"""
AS_OF = """
select
    lines.game_id::text, lines.line_id::text, lines.seen_at, lines.is_valid, lines.in_play,
    lines.is_primary_source, looks.precedence is not null as is_book,
    lines.side in ('home', 'away', 'over', 'under') and lines.market in ('h2h', 'spreads', 'totals')
        as is_wanted
from unnest(%(games)s::uuid[], %(at)s::timestamptz[]) as wanted (game, at)
cross join lateral curated.lines_as_of(wanted.game, wanted.at) as lines
left join curated.line_looks as looks using (game_id, source, bookmaker, market, period)
"""


@dataclass
class Told:
    """A world of snapshots told by two sources, some of it taken back."""

    mode: Mode
    moments: list[tuple[list[str], list[str]]]
    """Games, and a moment for each, as parameters of the queries."""


def write_log(
    path: Path, snapshots: list[Snapshot], teams: dict[str, tuple[str, str]], rng: random.Random
) -> None:
    """The same games as another source saw them: a few minutes later, and not always alike."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(
            ["seen", "event", "home", "away", "start", "book", "market", "side", "price", "point"]
        )
        for snapshot in snapshots[::2]:
            seen = snapshot.observed_at + timedelta(minutes=2)
            for key, value in snapshot.lines.items():
                if rng.random() < 0.1:
                    continue
                price = rng.choice((value.price, value.price, -130))
                home, away = teams[key.event]
                start = snapshot.commence[key.event]
                rows.writerow([f"{seen:%Y-%m-%d %H:%M:%S}", key.event, home, away,
                               f"{start:%Y-%m-%d %H:%M:%S}", key.bookmaker, key.market, key.side,
                               price, value.point])  # fmt: skip


@pytest.fixture(scope="module")
def told(
    postgres_server: EmbeddedPostgres, _sandbox_template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Told]:  # fmt: skip
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    rng = random.Random(20261121)
    snapshots, teams = world(rng)
    folder = tmp_path_factory.mktemp("log")
    write_log(folder / "log.csv", snapshots, teams, rng)
    (folder / "log.yaml").write_text(MAPPING)
    warehouse = Warehouse(Mode.SANDBOX, now=datetime(2027, 1, 1, tzinfo=UTC))
    landed = [
        land_payload(payload(one, teams), SOURCE, mode=warehouse.mode, run_key="test").batch_id
        for one in snapshots
    ]
    logged = list(
        pipeline.land_archive(warehouse.mode, folder / "log.csv", None, "test", folder / "log.yaml")
    )
    assert [one["error"] for one in logged] == [None] * len(snapshots[::2])
    warehouse.execute("update ops.batches set state = 'accepted' where state = 'landed'")
    warehouse.promote_both()
    for batch in (*rng.sample(landed, 3), logged[4]["batch_id"]):
        retract(warehouse.mode, batch, "wrong", "somebody")
    warehouse.promote_both()
    games = [str(game) for (game,) in warehouse.ask("select game_id from staging.games")]
    first, last = snapshots[0].observed_at, snapshots[-1].observed_at
    span = last - first + timedelta(hours=1)
    rounds = [
        (games, [(first + rng.random() * span).isoformat() for _ in games]) for _ in range(ROUNDS)
    ]
    # the very moments of looks, and those just before them
    for one in rng.sample(snapshots, 6):
        for shift in (timedelta(), timedelta(microseconds=1)):
            rounds.append((games, [(one.observed_at - shift).isoformat()] * len(games)))
    yield Told(warehouse.mode, rounds)


COLUMNS = ["game_id", "line_id", "observed_at", "is_valid", "in_play", "is_primary", "is_book",
           "is_wanted"]  # fmt: skip


def asked(told: Told, games: list[str], at: list[str], as_filed: bool) -> tuple[Any, Any]:
    """What a strategy would be shown, and what an analyst is told."""
    given = {"games": games, "at": at, "as_filed": as_filed}
    with database.connect(told.mode) as connection:
        shown = queries.frame(connection, queries.STANDING, given)
        rows = connection.execute(AS_OF, {"games": games, "at": at}).fetchall()
    shown["observed_at"] = shown["observed_at"].dt.tz_localize("UTC")
    return shown, pd.DataFrame(rows, columns=COLUMNS)


def lines(rows: pd.DataFrame) -> set[tuple[str, datetime]]:
    """Lines with the last look at each."""
    seen = (one.to_pydatetime() for one in pd.to_datetime(rows["observed_at"], utc=True))
    return set(zip(rows["line_id"], seen, strict=True))


@pytest.mark.parametrize("as_filed", [False, True], ids=["valid rows", "as filed"])
def test_a_view_shows_the_lines_that_stood(told: Told, as_filed: bool) -> None:
    count = in_play = 0
    for games, at in told.moments:
        shown, rows = asked(told, games, at, as_filed)
        usable = rows["is_wanted"] & rows["is_book"] & (rows["is_valid"] | as_filed)
        assert lines(shown) == lines(rows[usable & ~rows["in_play"]]), (games, at)
        count += len(shown)
        in_play += int((usable & rows["in_play"]).sum())
    assert count > 1000 and in_play > 100


def test_of_several_sources_the_same_one_counts(told: Told) -> None:
    kept_of = dict.fromkeys(("the_odds_api", "my_line_log"), 0)
    passed_over = 0
    for games, at in told.moments:
        shown, rows = asked(told, games, at, as_filed=False)
        # where one source calls a game live and another does not, an analyst is told of the first
        before = ~rows["game_id"].isin(rows.loc[rows["in_play"], "game_id"])
        shown = shown[shown["game_id"].isin(rows.loc[before, "game_id"])]
        kept = _one_source(shown)
        primary = rows["is_primary"] & rows["is_wanted"] & rows["is_book"]
        assert lines(kept) == lines(rows[before & primary]), (games, at)
        passed_over += len(shown) - len(kept)
        for source in kept_of:
            kept_of[source] += int((kept["source"] == source).sum())
    assert passed_over > 200 and min(kept_of.values()) > 20
