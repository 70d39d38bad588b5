"""staging.injuries: one row per source, player, team, season and interval of one report."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "injuries"
SINCE = "2026-11-20"

MAXIMUM_UNKNOWN = 0.2
"""Since 2026-11-20: share of reports whose status may be a word that the seed does not know."""
MINIMUM_ROWS = 50
"""Since 2026-11-20: a share of fewer rows than this says nothing."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.injuries",
        expectations=[
            no_rows(
                "intervals of one player do not overlap",
                """
                with followed as (
                    select *, lead(valid_from) over (
                        partition by team_season_id, source, coalesce(source_player_id, player_key)
                        order by valid_from, valid_to nulls last
                    ) as next_from
                    from {batch}
                )
                select team_season_id, source, player, valid_from, valid_to, next_from
                from followed
                where next_from < coalesce(valid_to, 'infinity') or valid_to <= valid_from
                """,
                since=SINCE,
                reason="a list says one thing of a player at one moment",
            ),
            no_rows(
                "shares of the team's points and minutes lie within 0 and 1",
                "select team_season_id, source, player, points_share, minutes_share from {batch}"
                " where points_share not between 0 and 1 or minutes_share not between 0 and 1",
                since=SINCE,
                reason="a part is no more than the whole; another team's figures are mixed in",
            ),
            no_rows(
                f"at most {MAXIMUM_UNKNOWN:.0%} of the reports have an unknown status",
                f"""
                with reports as (select * from {{batch}})
                select team_season_id, source, player, status_raw from reports
                where
                    status = 'unknown' and (
                        select avg((status = 'unknown')::int) > {MAXIMUM_UNKNOWN}
                        and count(*) >= {MINIMUM_ROWS} from reports
                    )
                """,
                severity="warning",
                since=SINCE,
                reason="a new word needs a row of the seed",
            ),
        ],
    )
