"""Forty recorded snapshots of one pre-season through gates and both zones, in any order.

What is published is compared with the files themselves, read here without any of our parsers.
"""

import json
import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from linehouse import archives, database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw, hash_published, promote
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from tests.end_to_end import direct_count
from tests.fixtures.databases import replace_database

pytestmark = pytest.mark.slow

AFTERWARDS = datetime(2026, 4, 1, tzinfo=UTC)
STEP = 14
Line = tuple[str, str, str, str]  # event, bookmaker, market, side
Price = tuple[int, float | None]


@pytest.fixture(scope="module")
def series(real_data: Path) -> list[Path]:
    files = sorted((real_data / "payloads/the_odds_api/series_mlb_preseason").glob("*.json"))
    assert len(files) == 40
    return files


@pytest.fixture(scope="module")
def offered(series: list[Path]) -> dict[datetime, dict[Line, Price]]:
    """What each snapshot offers, straight from the files."""
    found = {}
    for file in series:
        capture = json.loads(file.read_text(encoding="utf-8"))
        found[datetime.fromisoformat(capture["last_updated"])] = {
            (
                event["id"], book["key"], market["key"],
                {event["home_team"]: "home", event["away_team"]: "away"}.get(
                    outcome["name"], outcome["name"].lower()
                ),
            ): (outcome["price"], outcome.get("point"))
            for event in capture["odds"]
            for book in event["bookmakers"]
            for market in book["markets"]
            for outcome in market["outcomes"]
        }  # fmt: skip
    return found


def take_in(files: Sequence[Path]) -> list[str]:
    """Land files, judge them, promote both zones; how each promotion ended. None may be held."""
    batches = []
    for file in files:
        ((source, payload),) = archives.payloads(file)
        landed = land_payload(payload, source, mode=Mode.SANDBOX, run_key="series")
        batches.append(landed.batch_id)
    held = [one.sentence for one in gate_raw(Mode.SANDBOX, batches) if not one.accepted]
    assert not held
    return [promote(Mode.SANDBOX, zone, as_of=AFTERWARDS).state for zone in ("staging", "curated")]


@pytest.fixture(scope="module")
def in_order(
    postgres_server: EmbeddedPostgres, _sandbox_template: str, series: list[Path]
) -> dict[str, str]:
    """The series told in order, a few snapshots at a time; it stays in the database."""
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    for start in range(0, len(series), STEP):
        assert take_in(series[start : start + STEP]) == ["published", "published"]
    return hash_published(Mode.SANDBOX)


def rows(query: str) -> list[tuple]:
    with database.connect(Mode.SANDBOX) as connection:
        return connection.execute(query).fetchall()


def test_at_every_moment_the_standing_lines_are_those_of_the_snapshot(
    in_order: dict[str, str], offered: dict[datetime, dict[Line, Price]]
) -> None:
    intervals = defaultdict(list)
    for *line, price, point, start, end in rows(
        "select r.source_event_id, l.bookmaker, l.market, l.side, l.price_american,"
        " l.point::float, l.valid_from, l.valid_to from staging.betting_lines as l"
        " inner join ops.game_registry as r using (game_id, source) order by l.valid_from"
    ):
        intervals[tuple(line)].append(((price, point), start, end))
    for moment, lines in offered.items():
        standing = {
            line: [
                price
                for price, start, end in found
                if start <= moment and (not end or moment < end)
            ]
            for line, found in intervals.items()
        }
        assert {line: found for line, found in standing.items() if found} == {
            line: [price] for line, price in lines.items()
        }, moment
    changes = 0
    moments = sorted(offered)
    for line, found in intervals.items():
        for (_, start, end), (_, later, _) in pairwise(found):
            assert end is not None and start < end <= later, line
        # a row for each time that it appears or its price moves, and for going in play
        seen = [offered[moment].get(line) for moment in moments]
        moved = sum(
            1 for before, now in pairwise([None, *seen]) if now is not None and now != before
        )
        assert moved <= len(found) <= moved + 1, line
        changes += moved
    quotes = sum(map(len, offered.values()))
    assert changes < quotes / 2, "most snapshots repeat what the one before said"


@pytest.fixture(scope="module")
def counted(in_order: dict[str, str], series: list[Path]) -> direct_count.Counted:
    """Moves, leads and lags counted from the files alone; of the warehouse only which lines broke
    a rule is taken."""
    broken = rows(
        "select r.source_event_id, l.bookmaker, l.market, l.side, l.valid_from, l.valid_to"
        " from staging.betting_lines as l inner join ops.game_registry as r using (game_id, source)"
        " where not l.is_valid"
    )
    return direct_count.count(series, broken)


def test_moves_are_those_of_a_direct_count(
    in_order: dict[str, str], counted: direct_count.Counted
) -> None:
    """The home side or the over tells in movement_analysis; of all sides the lines themselves."""
    told = {
        tuple(row[:3]): row[3:]
        for row in rows(
            "select r.source_event_id, m.bookmaker, m.market, m.moves, m.point_moves,"
            " m.moves_first, m.moves_behind from curated.movement_analysis as m"
            " inner join ops.game_registry as r using (game_id, source)"
        )
    }
    assert told == counted.of_markets()
    changed = rows(
        """
        with lines as (
            select
                *,
                lag(line_id) over in_order is not null
                and (price_american, point) is distinct from
                (lag(price_american) over in_order, lag(point) over in_order) as is_move
            from curated.betting_lines_enhanced
            where is_valid and not in_play
            window in_order as (
                partition by game_id, source, bookmaker, market, period, side
                order by valid_from
            )
        )
        select r.source_event_id, bookmaker, market, side, count(*) filter (where is_move)
        from lines inner join ops.game_registry as r using (game_id, source)
        group by 1, 2, 3, 4
        """
    )
    assert {tuple(line): moves for *line, moves in changed} == counted.of_sides()
    print(counted.figures())


def test_leads_and_lags_are_those_of_a_direct_count(
    in_order: dict[str, str], counted: direct_count.Counted
) -> None:
    told = {
        tuple(row[:4]): tuple(map(float, row[4:]))
        for row in rows(
            "select r.source_event_id, l.market, l.leader, l.follower, l.follows,"
            " l.least_lag_seconds, l.greatest_lag_seconds, l.mean_lag_seconds"
            " from curated.lead_lags as l inner join ops.game_registry as r using (game_id)"
        )
    }
    expected = counted.leads()
    assert told.keys() == expected.keys()
    for pair, (follows, *lags) in expected.items():
        assert told[pair] == (follows, *(pytest.approx(lag, abs=0.001) for lag in lags)), pair
    assert sum(follows for follows, *_ in expected.values()) > 500


def test_nothing_in_play_is_closing(in_order: dict[str, str]) -> None:
    ((lines, in_play, closing, both),) = rows(
        "select count(*), count(*) filter (where in_play), count(*) filter (where is_closing),"
        " count(*) filter (where in_play and is_closing) from staging.betting_lines"
    )
    assert lines and in_play and closing
    assert both == 0
    ((closed, late),) = rows(
        "select count(*), count(*) filter (where closed_at >= commence_at)"
        " from curated.closing_lines"
    )
    assert closed == closing
    assert late == 0


def test_the_same_again_and_under_other_names_changes_nothing(
    in_order: dict[str, str], series: list[Path], tmp_path: Path
) -> None:
    assert take_in(series[::4]) == ["nothing", "nothing"]
    renamed = [tmp_path / f"{file.stem} (1).json" for file in series[::4]]
    for file, copy in zip(series[::4], renamed, strict=True):
        copy.write_bytes(file.read_bytes())
    assert take_in(renamed) == ["nothing", "nothing"]
    assert hash_published(Mode.SANDBOX) == in_order


@pytest.mark.parametrize("steps", [4, 1], ids=["shuffled", "all at once"])
def test_another_order_gives_the_same_zones(
    in_order: dict[str, str], fresh_database: Mode, series: list[Path], steps: int
) -> None:
    shuffled = random.Random(40).sample(series, len(series))
    size = len(series) // steps
    for start in range(0, len(series), size):
        take_in(shuffled[start : start + size])
    assert hash_published(fresh_database) == in_order
