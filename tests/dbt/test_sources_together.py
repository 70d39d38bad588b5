"""Lines, splits and histories of all sources at once, from the simulator to curated."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from linehouse import database
from linehouse.landing.of_source import land_source
from linehouse.promotion import gate_raw, promote
from linehouse.settings import Mode
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

SOURCES = ("the_odds_api", "action_network", "espn", "sbd", "vsin")


def ask(mode: Mode, query: str) -> Sequence[tuple[Any, ...]]:
    with database.connect(mode) as connection:
        return connection.execute(query).fetchall()


def one(mode: Mode, query: str) -> Any:
    ((value,),) = ask(mode, query)
    return value


@pytest.mark.slow
def test_a_book_that_several_sources_tell_counts_once(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    mode = fresh_database
    for number, minutes in enumerate((0, 90)):
        sandbox.set_clock(FIRST_MOMENT + timedelta(minutes=minutes))
        batches: list[str] = []
        for source in SOURCES:
            landed = land_source(mode, source, f"run {number}", sports=["baseball_mlb"])
            assert not landed.failed, landed.failed
            batches += landed.batch_ids
        verdicts = gate_raw(mode, batches, now=sandbox.now())
        assert [v.sentence for v in verdicts if not v.accepted] == []
        for zone in ("staging", "curated"):
            assert promote(mode, zone, as_of=sandbox.now()).state == "published"

    told = {source for (source,) in ask(mode, "select distinct source from staging.betting_lines")}
    assert told == set(SOURCES)
    unread = ask(
        mode,
        "select distinct rule, detail from staging.validation_results"
        " where rule in ('outcome_unexpected', 'split_side_unexpected', 'price_missing')"
        " or rule = 'unknown_market' and detail !~ '(alternate|core_bet|first_?inning)'",
    )
    assert unread == []

    # of a book, market and period one source counts at a moment, never a figure of several books
    counted = ask(
        mode,
        """
        select game_id, bookmaker, market, period, valid_from, count(distinct source)
        from curated.betting_lines_enhanced where is_primary_source and valid_from is not null
        group by game_id, bookmaker, market, period, valid_from having count(distinct source) > 1
        """,
    )
    assert counted == []
    by_several = ask(
        mode,
        """
        select distinct bookmaker from curated.betting_lines_enhanced
        where is_primary_source and source = 'the_odds_api' and (game_id, bookmaker, market) in (
            select game_id, bookmaker, market from curated.betting_lines_enhanced
            where source <> 'the_odds_api' and not is_primary_source and is_valid
        )
        """,
    )
    assert {"draftkings", "fanduel", "betmgm"} <= {book for (book,) in by_several}
    assert (
        one(
            mode,
            "select count(*) from curated.betting_lines_enhanced where is_primary_source"
            " and bookmaker in ('action_network_open', 'action_network_consensus')",
        )
        == 0
    )
    assert (
        one(
            mode,
            "select count(*) from curated.betting_lines_enhanced"
            " where is_best_price and not is_primary_source",
        )
        == 0
    )
    assert one(
        mode,
        """
        select count(*) from (
            select distinct on (game_id, market, period, side, bookmaker) *
            from curated.opportunities
            order by game_id, market, period, side, bookmaker, source
        ) as distinct_books
        """,
    ) == one(mode, "select count(*) from curated.opportunities")

    # openings that a source tells are labelled, known from when they were told, and no intervals
    openings = ask(
        mode,
        "select distinct source, label, valid_from is null, is_opening, observations"
        " from staging.betting_lines where label is not null order by 1",
    )
    assert {row[:4] for row in openings} == {
        ("action_network", "open", True, True),
        ("espn", "open", True, True),
    }
    assert all(row[4] <= 2 for row in openings)

    # what the public bets, before the start, both sides of it
    splits = dict(
        ask(
            mode,
            "select source, count(*) from staging.betting_splits where is_valid and is_pre_game"
            " group by source",
        )
    )
    assert set(splits) == {"action_network", "sbd", "vsin"} and min(splits.values()) > 20
    books = ask(mode, "select distinct source, bookmaker from staging.betting_splits")
    assert set(books) == {
        ("action_network", None), ("sbd", None), ("vsin", "draftkings"), ("vsin", "circasports"),
    }  # fmt: skip

    # histories reach back before we looked, and are known only since
    told_moves = ask(
        mode,
        "select count(*), min(known_at), bool_and(moved_at <= known_at),"
        " bool_or(from_price_american is not null)"
        " from staging.line_movements where origin = 'told' and is_valid",
    )
    ((count, first_known, in_order, has_moves),) = told_moves
    assert count > 20 and first_known >= FIRST_MOMENT and in_order and has_moves

    periods = {
        p for (p,) in ask(mode, "select distinct period from curated.betting_lines_enhanced")
    }
    assert {"full", "f5"} <= periods
