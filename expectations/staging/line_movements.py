"""staging.line_movements: one row per change of a line from one interval to the next."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "line_movements"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.line_movements",
        expectations=[
            no_rows(
                "a movement changes a price or a point",
                "select game_id, bookmaker, market, side, moved_at, from_point,"
                " from_price_american from {batch}"
                " where origin = 'observed' and (from_point, from_price_american)"
                " is not distinct from (to_point, to_price_american)",
                severity="warning",
                since=SINCE,
                reason="a line that was taken down and came back as it was did not move",
            ),
            no_rows(
                "there are no more movements than intervals",
                f"""
                with lines as (
                    select game_id, count(*) as intervals from {candidate}.betting_lines
                    group by game_id
                ),
                moves as (
                    select game_id, count(*) as moves from {{batch}}
                    where origin = 'observed' group by game_id
                )
                select m.game_id, m.moves, l.intervals from moves as m
                left join lines as l on m.game_id = l.game_id
                where m.moves > coalesce(l.intervals, 0)
                """,
                since=SINCE,
                reason="open, moves and close add up",
            ),
            no_rows(
                "nothing is known before it happened",
                "select game_id, source, bookmaker, market, side, moved_at, known_at from {batch}"
                " where is_valid and known_at < moved_at",
                since=SINCE,
                reason="a time of the future is another time zone, and would be used too early",
            ),
        ],
    )
