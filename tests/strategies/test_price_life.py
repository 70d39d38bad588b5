"""How long a price is likely to stand yet, by hand from what stood before."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from linehouse import database
from linehouse.settings import Mode
from linehouse.strategies.price_life import times_to_live

AT = datetime(2026, 4, 18, 21, 0, tzinfo=UTC)
LATER = datetime(2026, 4, 19, 2, 0, tzinfo=UTC)
YESTERDAY = datetime(2026, 4, 18, 2, 0, tzinfo=UTC)


def line(
    connection: psycopg.Connection[Any], start: datetime, begins: datetime, ends: datetime | None,
    book: str = "fanduel", market: str = "h2h",
) -> UUID:  # fmt: skip
    """A line at a book; returns its id."""
    line_id = uuid4()
    connection.execute(
        "insert into curated.betting_lines_enhanced (line_id, game_id, bookmaker, market, period,"
        " commence_at, game_date_et, valid_from, valid_to, is_valid)"
        " values (%s, %s, %s, %s, 'full', %s, %s, %s, %s, true)",
        (line_id, uuid4(), book, market, start, (start - timedelta(hours=4)).date(), begins, ends),
    )
    return line_id


@pytest.fixture
def chosen(fresh_database: Mode) -> dict[int, UUID]:
    """Lines of tonight's games by how many minutes they stand. Before yesterday's games 25 stood
    for 10, 20, ... 240 minutes, the last of them to the start."""
    with database.connect(fresh_database, "owner") as connection:
        for minutes in range(10, 250, 10):
            begins = YESTERDAY - timedelta(hours=10)
            line(connection, YESTERDAY, begins, begins + timedelta(minutes=minutes))
        line(connection, YESTERDAY, YESTERDAY - timedelta(minutes=250), None)
        for elsewhere in ({"book": "draftkings"}, {"market": "totals"}):
            line(connection, YESTERDAY, YESTERDAY - timedelta(days=2), None, **elsewhere)
        # not knowable, too old, and what stands before tonight's games
        line(connection, LATER + timedelta(days=1), AT - timedelta(days=3), None)
        month_ago = YESTERDAY - timedelta(days=30)
        line(connection, month_ago, month_ago - timedelta(days=2), None)
        return {
            minutes: line(connection, LATER, AT - timedelta(minutes=minutes), None)
            for minutes in (0, 60, 70)
        }


def test_half_of_the_prices_that_stood_as_long_were_gone_by_then(
    fresh_database: Mode, chosen: dict[int, UUID]
) -> None:
    found = times_to_live(fresh_database, chosen.values(), AT)
    # from the beginning the median of 10 to 250; after an hour that of 60 to 250, less the hour;
    # only 19 prices stood for 70 minutes
    assert found == {chosen[0]: 130 * 60, chosen[60]: 95 * 60}
    assert times_to_live(fresh_database, [], AT) == {}
