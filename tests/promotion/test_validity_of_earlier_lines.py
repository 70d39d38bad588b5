"""What is seen later makes no earlier line valid or invalid: a backtest may leave out by it."""

from datetime import datetime, timedelta
from typing import Any

from linehouse.settings import Mode
from tests.promotion.slate import FIRST_PITCH, Warehouse, events

EARLIER = (600, 240, 90)
"""Minutes before the first pitch, with a slate as it should be."""
LATER = (60, 30, 5, -20)
LINES = """
select game_id, bookmaker, market, period, side, valid_from, point, price_american, is_valid,
    validation_notes
from {table}
where valid_from <= %s
order by 1, 2, 3, 4, 5, 6
"""


def garbage(move: float) -> list[dict[str, Any]]:
    """The slate with two games at one book as no book has them, and half a market at another: what
    rules about lines flag, and still little enough for the batch to be accepted."""
    found = events(move)
    for number, game in enumerate(found[:2]):
        books = {book["key"]: book for book in game["bookmakers"]}
        markets = {one["key"]: one["outcomes"] for one in books["fanduel"]["markets"]}
        if number:
            for outcome in markets["spreads"]:
                outcome["point"] = 13.5  # no mirror, and far from before
            markets["totals"][0]["point"] = 99.5
            books["betmgm"]["markets"][0]["outcomes"].pop()
        else:
            markets["h2h"][0]["price"] = markets["h2h"][1]["price"] = -2500
            markets["totals"][0]["price"] = 7
    return found


def told(made: Warehouse, table: str, until: datetime) -> list[tuple[Any, ...]]:
    return list(made.ask(LINES.format(table=table), until))


def test_later_garbage_leaves_every_earlier_line_as_valid_as_it_was(fresh_database: Mode) -> None:
    made = Warehouse(fresh_database)
    for number, minutes in enumerate(EARLIER):
        body = garbage(0.01) if number == 1 else None
        made.take_in(FIRST_PITCH - timedelta(minutes=minutes), body=body)
    made.promote_both()
    until = FIRST_PITCH - timedelta(minutes=EARLIER[-1])
    tables = ("staging.betting_lines", "curated.betting_lines_enhanced")
    before = {table: told(made, table, until) for table in tables}
    for lines in before.values():
        verdicts = [line[-2] for line in lines]
        assert len(lines) > 6 * 4 * 3 * 2 and True in verdicts and False in verdicts

    for minutes in LATER:
        made.take_in(FIRST_PITCH - timedelta(minutes=minutes), body=garbage(minutes / 1000))
    made.promote_both()
    flagged = {
        rule
        for lines in [told(made, tables[0], FIRST_PITCH + timedelta(hours=1))]
        for line in lines
        if line[5] > until
        for rule in line[-1] or ()
    }
    assert {
        "points_do_not_mirror", "point_out_of_range", "same_price_far_from_even",
        "price_not_american", "one_sided_market", "spread_move_suspicious",
    } <= flagged  # fmt: skip
    for table in tables:
        after = told(made, table, until)
        # the verdict and all that it rests on; a warning may come to a line that is seen again
        assert [line[:-1] for line in after] == [line[:-1] for line in before[table]], table
