"""staging.games: one row per real game."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "games"
SINCE = "2026-11-20"

MINIMUM_VALID_SHARE = 0.95
"""Since 2026-11-20: seasons of archives have 0.99 and more."""
MINIMUM_ROWS = 50
"""Since 2026-11-20: a share of fewer rows than this says nothing."""


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="staging.games",
        expectations=[
            no_rows(
                "a game is played by two teams of one league",
                "select game_id, home_team_id, away_team_id from {batch}"
                " where home_team_id is null or away_team_id is null"
                " or home_team_id = away_team_id"
                " or split_part(home_team_id, '_', 1) <> split_part(away_team_id, '_', 1)",
                since=SINCE,
                reason="identity matches names to franchises of one league",
            ),
            no_rows(
                "every game is named by a source",
                "select game_id, source, home_team, away_team, game_date_et from {batch}"
                f" where game_id not in (select game_id from {candidate}.game_sources)",
                since=SINCE,
                reason="every row leads back to a payload",
            ),
            no_rows(
                "a valid final has a score and another has none to come",
                "select game_id, home_team, away_team, status, home_score, away_score from {batch}"
                " where is_valid and status = 'final'"
                " and (home_score is null or away_score is null"
                " or least(home_score, away_score) < 0)",
                since=SINCE,
                reason="results settle bets",
            ),
            no_rows(
                "a game's date is the day of its start in US Eastern",
                "select game_id, game_date_et, commence_at from {batch} where is_valid"
                " and commence_at is not null and game_date_et is not null"
                " and abs((commence_at at time zone 'America/New_York')::date - game_date_et) > 1",
                severity="warning",
                since=SINCE,
                reason="a game that was moved keeps its identity, and should be looked at",
            ),
            no_rows(
                f"at least {MINIMUM_VALID_SHARE:.0%} of the games are valid",
                f"""
                with games as (select * from {{batch}})
                select game_id, home_team, away_team, game_date_et, validation_notes from games
                where
                    not is_valid and (
                        select avg(is_valid::int) < {MINIMUM_VALID_SHARE}
                        and count(*) >= {MINIMUM_ROWS} from games
                    )
                """,
                since=SINCE,
                reason="single bad games are flagged; many of them are a fault of their own",
            ),
        ],
    )
