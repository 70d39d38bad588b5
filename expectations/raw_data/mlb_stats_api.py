"""Batches of the MLB Stats API: schedule, live feeds, clubs, standings."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch, slates
from expectations.raw_data.readable import MINIMUM_VALID_SHARE, SINCE, common
from expectations.raw_data.rows_of_kinds import NUMBER, of_games, of_team_stats

TABLE = "games_raw"


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one batch."""
    expectations = common(batch)
    if batch.feed in ("schedule", "live_feed"):
        expectations += [*of_games(batch), _innings_add_up(batch), _put_off_without_score(batch)]
    if batch.feed == "schedule":
        expectations += slates.expectations(batch, "mlb_stats_api")[:1]
    if batch.feed in ("teams", "standings", "live_feed"):
        expectations += of_team_stats(batch)
    if batch.feed == "standings":
        expectations.append(_wins_add_up(batch))
    return ExpectationSuite(name=f"raw_data.{batch.source}.{batch.feed}", expectations=expectations)


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    if batch.feed == "schedule":
        return {slates.LINES_CONTINUE: "it tells no lines"}
    return {slates.GAMES_CONTINUE: "it is about one game, or about clubs"}


def _innings_add_up(batch: RawBatch) -> object:
    """A list of innings that shifted would be graded as first halves."""
    runs = " and ".join(
        f"""coalesce((
            select sum(r::int) = g.{side}_score::int
            from jsonb_array_elements_text(g.details -> 'periods_{side}') as r
            where r ~ '^[0-9]+$'
        ), true)"""
        for side in ("home", "away")
    )
    return no_rows(
        f"the innings of at least {MINIMUM_VALID_SHARE:.0%} of the finished games make their score",
        f"""
        with judged as (
            select g.source_event_id, g.home_team, g.home_score, g.away_score, g.details,
                g.home_score ~ '{NUMBER}' and g.away_score ~ '{NUMBER}' and {runs} as valid
            from raw_data.games_raw as g
            where
                g.payload_id = {batch.payload_id} and g.completed
                and g.details ? 'periods_home' and g.details ? 'periods_away'
        )
        select source_event_id, home_team, home_score, away_score from judged
        where
            valid is not true
            and (select avg((valid is true)::int) from judged) < {MINIMUM_VALID_SHARE}
        """,
        since=SINCE,
        reason="the first five innings are graded from this list",
    )


def _put_off_without_score(batch: RawBatch) -> object:
    return no_rows(
        "a game that was put off is not finished",
        "select source_event_id, home_team, status, home_score from raw_data.games_raw"
        f" where payload_id = {batch.payload_id} and state in ('postponed', 'cancelled')"
        " and (completed or home_score is not null)",
        since=SINCE,
        reason="its abstract state is Final; bets on it would be graded",
    )


def _wins_add_up(batch: RawBatch) -> object:
    return no_rows(
        "wins and losses make the games played",
        f"""
        select team, stats ->> 'gamesPlayed' as games, stats ->> 'wins' as wins,
            stats ->> 'losses' as losses
        from raw_data.team_stats_raw
        where
            payload_id = {batch.payload_id} and scope = 'standings'
            and (stats ->> 'wins')::int + (stats ->> 'losses')::int
            + coalesce((stats #>> '{{leagueRecord,ties}}')::int, 0)
            <> (stats ->> 'gamesPlayed')::int
        """,
        severity="warning",
        since=SINCE,
        reason="a club's line of another day, or of another club",
    )
