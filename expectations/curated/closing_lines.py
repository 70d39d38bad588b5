"""curated.closing_lines: one row per game, source, book, market, period and side."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "closing_lines"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.closing_lines",
        expectations=[
            no_rows(
                "a closing line was seen before the start",
                "select game_id, bookmaker, market, side, closed_at, seconds_before_start"
                " from {batch} where seconds_before_start < 0",
                since=SINCE,
                reason="a price in play knows the score",
            ),
            no_rows(
                "every closing line is a line that stood",
                f"""
                with closing as (select * from {{batch}}),
                lines as (
                    select l.line_id
                    from {candidate}.touched_games as t
                    cross join lateral (
                        select s.line_id from staging.betting_lines as s
                        where s.game_id = t.game_id and s.is_closing and s.in_play is not true
                        offset 0
                    ) as l
                )
                select c.game_id, c.bookmaker, c.market, c.side, c.line_id
                from closing as c left join lines as l on c.line_id = l.line_id
                where l.line_id is null
                """,
                since=SINCE,
                reason="every number leads back to its payload",
            ),
        ],
    )
