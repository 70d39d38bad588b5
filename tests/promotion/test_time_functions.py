"""What analysts ask about a moment, against a brute-force scan of the raw rows.

The moments lie in the night in which clocks are put back; starts move, books come and go, games are
in play, two sources tell of the same games, and batches are taken back.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pytest
from raw_scan import DESK, Line, desk_payloads, raw_rows, scanned
from slate import Warehouse

from linehouse import database
from linehouse.betting import odds
from linehouse.landing import land_payload
from linehouse.promotion import analyst_functions
from linehouse.promotion.hold import retract
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from linehouse.sources import registry
from linehouse.sources.base import Payload
from linehouse.sources.mapped_table.source import SOURCE as MAPPED_TABLE
from tests.dbt.test_intervals import payload, world
from tests.fixtures.databases import replace_database

MOMENTS = 120
NIGHT = datetime(2026, 11, 1, 3, 30, tzinfo=UTC)
"""Half an hour before midnight in New York, two and a half before its clocks are put back."""
NEW_YORK = ZoneInfo("America/New_York")


class Told:
    """A world of snapshots, told in two parts: what was known in between, and at the end."""

    found: Sequence[Line] = ()
    """Of all moments, as the first test finds them."""

    def __init__(self, warehouse: Warehouse) -> None:
        rng = random.Random(20261120)
        snapshots, teams = world(rng, NIGHT)
        payloads = [payload(snapshot, teams) for snapshot in snapshots]
        payloads += desk_payloads(rng, snapshots, teams)
        self.warehouse = warehouse
        self.last = snapshots[-1].observed_at
        self.cut = snapshots[len(snapshots) // 2].observed_at
        early = [one for one in payloads if one.observed_at and one.observed_at <= self.cut]
        late = [one for one in payloads if one not in early]
        rng.shuffle(early)
        rng.shuffle(late)
        self._take_in(early)
        self.games = [game for (game,) in warehouse.ask("select game_id from staging.games")]
        first = snapshots[0].observed_at - timedelta(minutes=30)
        span = (self.last - first) + timedelta(hours=1)
        self.moments = [
            (rng.choice(self.games), first + rng.random() * span) for _ in range(MOMENTS)
        ]
        self.moments += [(rng.choice(self.games), one.observed_at) for one in snapshots]
        self.known_early = {
            (game, at): as_of(warehouse, game, at) for game, at in self.moments if at <= self.cut
        }
        self._take_in(late)

    def _take_in(self, payloads: list[Payload]) -> None:
        for one in payloads:
            source = MAPPED_TABLE if one.source == DESK else registry.get(one.source)
            land_payload(one, source, mode=self.warehouse.mode, run_key="test")
        self.warehouse.now = datetime(2027, 1, 1, tzinfo=UTC)
        self.warehouse.execute("update ops.batches set state = 'accepted' where state = 'landed'")
        self.warehouse.promote_both()


@pytest.fixture(scope="module")
def told(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> Iterator[Told]:
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    yield Told(Warehouse(Mode.SANDBOX))


def as_of(
    warehouse: Warehouse, game: Any, at: datetime, tolerance: timedelta | None = None
) -> list[tuple[Any, ...]]:
    """All of lines_as_of."""
    with database.connect(warehouse.mode, "analyst") as connection:
        return _as_of(connection, game, at, tolerance)


def _as_of(
    connection: psycopg.Connection[Any], game: Any, at: datetime, tolerance: timedelta | None = None
) -> list[tuple[Any, ...]]:
    return connection.execute(
        "select * from curated.lines_as_of(%s, %s, %s)"
        " order by source, bookmaker, market, period, side",
        [game, at, tolerance],
    ).fetchall()


def brief(rows: list[tuple[Any, ...]]) -> list[Line]:
    """Of lines_as_of what a scan of raw rows gives."""
    return sorted(
        ((*row[2:5], row[6], row[7], row[9], row[15], row[17]) for row in rows),
        key=lambda line: line[:4],
    )


def as_scanned(told: Told) -> list[Line]:
    """Every moment's lines, each held against the scan."""
    found: list[Line] = []
    rows = {game: raw_rows(told.warehouse, game) for game in told.games}
    with database.connect(told.warehouse.mode, "analyst") as connection:
        for number, (game, at) in enumerate(told.moments):
            tolerance = (None, timedelta(minutes=5), timedelta(minutes=40))[number % 3]
            asked = at.astimezone(NEW_YORK) if number % 2 else at
            lines = brief(_as_of(connection, game, asked, tolerance))
            assert lines == scanned(rows[game], at, tolerance), (game, at, tolerance)
            found += lines
    return found


def test_lines_as_of_a_moment_are_those_of_a_scan_of_the_raw_rows(told: Told) -> None:
    told.found = found = as_scanned(told)
    assert len(found) > 1000
    assert {line[0] for line in found} == {"the_odds_api", DESK}
    assert sum(line[7] for line in found) > 100, "in play"
    clocks_back = NIGHT.replace(hour=6, minute=0)
    for hour in (-1, 0):  # from one to two in New York, twice
        since = clocks_back + timedelta(hours=hour)
        assert sum(since <= line[6] < since + timedelta(hours=1) for line in found) > 50


def test_of_one_book_one_source_counts_at_a_moment(told: Told) -> None:
    chosen = {"the_odds_api": 0, DESK: 0}
    for game, at in told.moments[::3]:
        sources: dict[tuple[Any, ...], set[str]] = {}
        for row in as_of(told.warehouse, game, at):
            if row[18]:
                sources.setdefault((*row[3:6], row[17]), set()).add(row[2])
        for tellers in sources.values():
            (teller,) = tellers
            chosen[teller] += 1
    assert min(chosen.values()) > 20, chosen


def test_nothing_that_is_seen_later_changes_what_was_known(told: Told) -> None:
    assert sum(map(len, told.known_early.values())) > 300
    for (game, at), rows in told.known_early.items():
        assert as_of(told.warehouse, game, at) == rows, (game, at)


def test_a_price_is_paired_with_what_stood_beside_it_then(told: Told) -> None:
    """The other side may have moved since this one began: its row says another overround."""
    compared = differing = 0
    for game, at in told.moments[:40]:
        rows = told.warehouse.ask(
            "select a.source || a.bookmaker, a.market, a.side, a.price_decimal, a.no_vig_prob,"
            " a.overround, b.overround from curated.lines_as_of(%s, %s) as a"
            " inner join curated.betting_lines_enhanced as b using (line_id)",
            game,
            at,
        )
        prices: dict[tuple[str, str], list[Decimal]] = {}
        for book, market, _, price, *_ in rows:
            prices.setdefault((book, market), []).append(price)
        for book, market, _, price, fair, overround, at_its_beginning in rows:
            both = [float(one) for one in prices[(book, market)]]
            if fair is None:
                assert len(both) < 2 or market != "h2h"
                continue
            assert float(overround) == pytest.approx(odds.overround(both), abs=3e-6)
            assert float(fair) == pytest.approx(1 / float(price) / odds.overround(both), abs=3e-6)
            compared += 1
            differing += overround != at_its_beginning
    assert compared > 200
    assert differing > 5


def test_books_are_compared_and_the_best_price_is_found(told: Told) -> None:
    holds = 0
    for game, at in told.moments[:40]:
        lines = [row for row in as_of(told.warehouse, game, at) if row[4] == "spreads" and row[18]]
        compared = told.warehouse.ask(
            "select in_play, side, point, bookmaker, price_decimal, is_best_price, no_vig_prob,"
            " sharp_prob, is_sharp from curated.compare_bookmakers(%s, 'spreads', %s)",
            game,
            at,
        )
        assert len(compared) == len(lines)
        best = told.warehouse.ask(
            "select in_play, side, point, price_decimal, bookmakers, bookmakers_offering,"
            " synthetic_hold_pct from curated.best_prices(%s, 'spreads', %s)",
            game,
            at,
        )
        prices: dict[tuple[bool, str, Decimal], dict[str, Decimal]] = {}
        for phase, side, point, book, price, *_ in compared:
            prices.setdefault((phase, side, point), {})[book] = price
        assert {row[:3] for row in best} == set(prices)
        for phase, side, point, price, books, offering, hold in best:
            offered = prices[(phase, side, point)]
            assert price == max(offered.values())
            assert books == sorted(book for book in offered if offered[book] == price)
            assert offering == len(offered)
            other = prices.get((phase, "away" if side == "home" else "home", -point))
            assert (hold is None) == (other is None)
            if other:
                expected = 100 * odds.hold([float(price), float(max(other.values()))])
                assert float(hold) == pytest.approx(expected, abs=1e-3)
                holds += 1
        for phase, side, point, _, price, is_best, *_ in compared:
            assert is_best == (price == max(prices[(phase, side, point)].values()))
        for *where, _, _, _, fair, sharp, is_sharp in compared:
            if is_sharp and fair is not None:
                sharps = [c[6] for c in compared if list(c[:3]) == where and c[8] and c[6]]
                assert float(sharp) == pytest.approx(float(sum(sharps) / len(sharps)), abs=1e-6)
    assert holds > 10


def test_the_history_of_a_line_adds_up_to_its_last_point(told: Told) -> None:
    rows = told.warehouse.ask(
        "select period, side, point, point_change, valid_from, valid_to, in_play"
        " from curated.line_history(%s, 'fanduel', 'spreads')",
        told.games[0],
    )
    assert len(rows) > 4
    assert rows == sorted(rows, key=lambda row: (row[0], row[1], row[4]))
    for side, in_play in {(row[1], row[6]) for row in rows}:
        of_side = [row for row in rows if row[1] == side and row[6] == in_play]
        assert of_side[0][3] is None
        assert of_side[0][2] + sum(row[3] for row in of_side[1:]) == of_side[-1][2]


def test_games_between_two_days_include_both(told: Told) -> None:
    (day,) = {d for (d,) in told.warehouse.ask("select game_date_et from curated.enhanced_games")}
    for first, last, games in ((0, 0, 4), (-1, 0, 4), (0, 1, 4), (1, 2, 0), (-2, -1, 0)):
        found = told.warehouse.ask(
            "select game_id from curated.games_between(%s, %s)",
            day + timedelta(days=first),
            day + timedelta(days=last),
        )
        assert len(found) == games


def test_functions_read_as_the_caller_who_can_make_none(told: Told) -> None:
    mode = told.warehouse.mode
    properties = told.warehouse.ask(
        "select proname::text, provolatile, proparallel, prosecdef,"
        " obj_description(oid, 'pg_proc')"
        " from pg_proc where pronamespace = 'curated'::regnamespace"
    )
    assert {name for name, *_ in properties} == set(analyst_functions.names())
    for name, volatility, parallel, as_owner, description in properties:
        assert volatility in "is", name  # stable or immutable
        assert parallel == "s", name
        assert not as_owner, name
        assert description.startswith("One "), name
    with database.connect(mode, "analyst") as connection:
        connection.execute("set transaction read write")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("create function curated.own() returns int return 1")


def test_what_was_taken_back_was_never_known(told: Told) -> None:
    batches = told.warehouse.ask(
        "select batch_id from ops.batches where source = %s order by observed_at limit 2", DESK
    )
    batches = [
        *batches,
        *told.warehouse.ask(
            "select batch_id from ops.batches where source <> %s order by observed_at"
            " offset 4 limit 3",
            DESK,
        ),
    ]
    for (batch,) in batches:
        assert retract(told.warehouse.mode, batch, "a test", "nobody")
    told.warehouse.promote_both()
    assert len(set(told.found) - set(as_scanned(told))) > 20
