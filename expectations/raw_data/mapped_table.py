"""Batches of tables that a mapping describes. One file, or one capture of it, is one batch."""

from great_expectations.core.expectation_suite import ExpectationSuite

from expectations import no_rows
from expectations.raw_data import RawBatch
from expectations.raw_data.archives import has_games, readable_cells
from expectations.raw_data.readable import (
    SINCE,
    games_name_two_teams,
    no_contradicting_lines,
    no_duplicate_games,
    no_duplicate_lines,
    no_unknown_fields,
    payload_is_readable,
)

TABLE = "betting_lines_raw"

FRACTION = r"^([0-9]+/[0-9]+|evens?|evs)$"
MINIMUM_KNOWN_SHARE = 0.95
"""Since 2026-11-20: the share of games that every earlier system wanted to be usable."""


def suite(batch: RawBatch) -> ExpectationSuite:
    """The suite of one file. Rows that the mapping cannot read are named among unknown fields;
    where they are many, the batch is not readable."""
    return ExpectationSuite(
        name=f"raw_data.{batch.source}.{batch.feed}",
        expectations=[
            payload_is_readable(batch),
            no_unknown_fields(batch),
            no_contradicting_lines(batch),
            no_duplicate_lines(batch, severity="warning"),
            no_duplicate_games(batch),
            games_name_two_teams(batch),
            has_games(batch),
            readable_cells(batch, also=FRACTION),
            _known_sports(batch),
            _known_teams(batch),
        ],
    )


def not_judged(batch: RawBatch) -> dict[str, str]:
    """Expectations that say nothing about this batch, and why."""
    return {
        "volume against the last snapshot": "what a person's table holds is never usual",
        "the snapshot is of now": "an archive is of another time",
    }


def _known_sports(batch: RawBatch) -> object:
    return no_rows(
        "every sport is known",
        "select distinct g.sport_key from raw_data.games_raw as g"
        f" where g.payload_id = {batch.payload_id}"
        " and not exists (select from reference.sports as s where s.sport_key = g.sport_key)",
        since=SINCE,
        reason="a mapping that names the sport otherwise than the seeds would leave every game"
        " without a league",
    )


def _known_teams(batch: RawBatch) -> object:
    return no_rows(
        f"at least {MINIMUM_KNOWN_SHARE:.0%} of the games are of known teams",
        f"""
        with games as (
            select g.source_event_id, g.away_team, g.home_team, (
                select count(distinct a.team_id) from reference.team_aliases as a
                inner join reference.sports as s
                    on s.sport_key = g.sport_key and a.league = s.league
                where
                    coalesce(nullif(a.source, ''), g.source) = g.source
                    and lower(regexp_replace(a.alias, '\\s', '', 'g')) in (
                        lower(regexp_replace(g.away_team, '\\s', '', 'g')),
                        lower(regexp_replace(g.home_team, '\\s', '', 'g'))
                    )
            ) >= 2 as known
            from raw_data.games_raw as g where g.payload_id = {batch.payload_id}
        )
        select source_event_id, away_team, home_team from games
        where not known and (select avg(known::int) from games) < {MINIMUM_KNOWN_SHARE}
        """,
        severity="warning",
        since=SINCE,
        reason="columns that hold something else than teams; spellings are added by a seed, and"
        " the games are matched then",
    )
