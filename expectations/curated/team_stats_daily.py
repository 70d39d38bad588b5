"""curated.team_stats_daily: one row per team, season and morning."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows

TABLE = "team_stats_daily"
SINCE = "2026-11-20"


def suite(candidate: str) -> ExpectationSuite:
    """The suite; `candidate` is the schema that is judged."""
    return ExpectationSuite(
        name="curated.team_stats_daily",
        expectations=[
            no_rows(
                "games are won, lost or tied, at home or away",
                "select team_season_id, morning_et, games, wins, losses from {batch}"
                " where wins + losses > games or home_games + away_games <> games"
                " or home_wins + away_wins <> wins or last_5_wins > least(games, 5)"
                " or last_10_wins > least(games, 10) or last_5_wins > last_10_wins",
                since=SINCE,
                reason="figures of one team add up, or a result counted twice",
            ),
            no_rows(
                "what is known only grows from morning to morning",
                "select team_season_id, morning_et from (select *, lag(games) over w as before,"
                " lag(morning_et) over w as day_before from {batch}"
                " window w as (partition by team_season_id order by morning_et)) as days"
                " where games < before or morning_et <> day_before + 1",
                since=SINCE,
                reason="a result that is known one morning is known the next; no day is left out",
            ),
            no_rows(
                "a team rests since a game that was played before",
                "select team_season_id, morning_et, rest_days from {batch}"
                " where rest_days < 0 or last_game_date_et >= morning_et or streak not"
                " between -games and games",
                since=SINCE,
                reason="nothing of the day itself is known that morning",
            ),
        ],
    )
