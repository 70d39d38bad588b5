"""What the public bets comes from three sites into staging, beside the odds, on the same games."""

from datetime import timedelta
from typing import Any

from linehouse import database
from linehouse.landing.of_source import land_source
from linehouse.promotion import gate_raw, promote
from linehouse.settings import Mode
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

SOURCES = ("the_odds_api", "action_network", "sbd", "vsin")
HOURS = (0, 5)
"""At the second, the first game of a doubleheader is over and the other is still to come."""


def rows(query: str) -> list[tuple[Any, ...]]:
    with database.connect(Mode.SANDBOX) as connection:
        return connection.execute(query).fetchall()


def test_shares_of_three_sites_stand_on_the_games_of_the_odds(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    for hours in HOURS:
        now = sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
        for source in SOURCES:
            landing = land_source(Mode.SANDBOX, source, f"after {hours} h")
            assert (landing.off, landing.failed) == (None, []), "in the sandbox all are on"
        verdicts = gate_raw(Mode.SANDBOX, now=now)
        assert [verdict.sentence for verdict in verdicts if not verdict.accepted] == []
        promote(Mode.SANDBOX, "staging")

    assert rows("select count(*) from staging.betting_splits where not is_valid") == [(0,)]
    shares = rows(
        """
        select source, market, count(distinct game_id) from staging.betting_splits
        where period = 'full' group by source, market order by source, market
        """
    )
    assert [(source, market) for source, market, _ in shares] == [
        (source, market)
        for source in ("action_network", "sbd", "vsin")
        for market in ("h2h", "spreads", "totals")
    ]
    assert min(games for _, _, games in shares) >= 18
    assert rows(
        """
        select distinct source, bookmaker from staging.betting_splits order by source, bookmaker
        """
    ) == [
        ("action_network", None),
        ("sbd", None),
        ("vsin", "circasports"),
        ("vsin", "draftkings"),
    ], "a consensus is of no book"
    assert rows(
        """
        select count(*) from (
            select from staging.betting_splits
            group by game_id, source, bookmaker, market, period, side, valid_from
            having count(*) > 1
        ) as repeated
        """
    ) == [(0,)]

    named = dict(
        rows(
            """
            select own.source, count(distinct own.game_id)
            from staging.game_sources as own
            inner join staging.game_sources as odds using (game_id)
            where odds.source = 'the_odds_api' group by own.source
            """
        )
    )
    assert named["action_network"] == named["sbd"] >= 20
    ((unmatched,),) = rows(
        "select count(*) from staging.validation_results where rule = 'unmatched_event'"
    )
    assert unmatched > 0 and named["vsin"] + unmatched == named["action_network"], (
        "a page without starts cannot tell the games of a doubleheader apart, and does not guess"
    )
    assert rows(
        "select distinct rule from staging.validation_results where rule = 'final_missing'"
    ) == [("final_missing",)], "that one is over is known, how it ended is not: flagged, not hidden"
    assert rows(
        """
        select count(*) from staging.games
        where status = 'final' and home_score is null and is_valid
        """
    ) == [(0,)]
