"""curated.movement_analysis: how the line of a game, book and market went."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "movement_analysis"
SINCE = "2026-11-20"
SERIES = "game_id, source, bookmaker, market, period"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.movement_analysis",
        expectations=[
            no_rows(
                "moves of points and of prices alone, and those of all tiers, add up",
                f"select {SERIES}, moves, point_moves, price_only_moves from {{batch}}"
                " where moves <> point_moves + price_only_moves or moves < moves_opening"
                " + moves_early + moves_sharp + moves_pregame + moves_closing"
                " or moves > greatest(lines - 1, 0)",
                since=SINCE,
                reason="open, moves and close add up",
            ),
            no_rows(
                "opening and closing points lie between the extremes",
                f"select {SERIES}, opening_point, closing_point, lowest_point, highest_point"
                " from {batch} where opening_point not between lowest_point and highest_point"
                " or closing_point not between lowest_point and highest_point",
                since=SINCE,
                reason="where it began and ended it has been",
            ),
            no_rows(
                "no move is both first and behind",
                f"select {SERIES}, moves, moves_first, moves_behind from {{batch}}"
                " where moves_first + moves_behind > moves",
                since=SINCE,
                reason="one of two leads",
            ),
        ],
    )
