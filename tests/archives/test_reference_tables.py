"""All real season workbooks, from files to curated: the games and figures that the reference page
gives come out of SQL on curated alone, every known defect is flagged, no clean game is lost."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from linehouse import archives, database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw, promote
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from tests.archives import engine_baselines, reference_facts
from tests.fixtures.databases import replace_database

# fmt: off
# ruff: noqa: E501
KNOWN_DEFECTS = [
    # date, away, home, rule, what it makes invalid
    ("2009-11-06", "Atlanta Hawks", "Charlotte Bobcats", "price_not_american", "h2h close"),
    ("2013-02-02", "Chicago Bulls", "Atlanta Hawks", "price_not_american", "h2h close"),
    ("2015-01-07", "New York Knicks", "Washington Wizards", "same_price_far_from_even", "h2h close"),
    ("2008-03-30", "Dallas Mavericks", "Golden State Warriors", "favourite_disagrees", "h2h close"),
    ("2008-03-30", "Dallas Mavericks", "Golden State Warriors", "overround_out_of_range", "h2h close"),
    ("2013-02-20", "New Orleans Hornets", "Cleveland Cavaliers", "favourite_disagrees", "spreads close"),
    ("2008-03-30", "Miami Heat", "Boston Celtics", "closing_line_missing", None),
    ("2016-11-17", "Chicago Bulls", "Utah Jazz", "point_out_of_range", "totals open"),
    ("2008-03-16", "Los Angeles Lakers", "Houston Rockets", "unparseable_cell", "totals open"),
    ("2012-04-21", "Washington Wizards", "Miami Heat", "opening_placeholder", "spreads open"),
    ("2012-04-24", "Phoenix Suns", "Utah Jazz", "opening_placeholder", "totals open"),
    ("2010-12-19", "Indiana Pacers", "Boston Celtics", "second_half_line_in_opening", "totals open"),
    ("2015-02-09", "Los Angeles Clippers", "Dallas Mavericks", "line_pair_unreadable", "spreads open"),
    ("2016-12-14", "Cleveland Cavaliers", "Memphis Grizzlies", "open_close_move_suspicious", None),
    ("2016-12-13", "New York Knicks", "Phoenix Suns", "score_out_of_range", "game"),
    ("2012-12-26", "New York Knicks", "Phoenix Suns", "tied_final", "game"),
    ("2011-01-30", "Charlotte Bobcats", "Los Angeles Clippers", "row_dates_differ", None),
    ("2010-07-01", "Cincinnati Reds", "Chicago Cubs", "row_dates_differ", None),
    ("2007-12-24", "Miami Heat", "Cleveland Cavaliers", "dark_day", "game"),
    ("2010-12-24", "Portland Trail Blazers", "Golden State Warriors", "dark_day", "game"),
    ("2010-05-03", "Utah Jazz", "Los Angeles Lakers", "matchup_on_consecutive_days", None),
    ("2017-05-06", "Cleveland Cavaliers", "Toronto Raptors", "matchup_on_consecutive_days", None),
    ("2017-05-06", "San Antonio Spurs", "Houston Rockets", "matchup_on_consecutive_days", None),
    ("2017-05-07", "Golden State Warriors", "Utah Jazz", "spread_out_of_line_with_series", None),
    ("2017-05-06", "Boston Celtics", "Washington Wizards", "spread_out_of_line_with_series", None),
    ("2016-06-06", "New York Mets", "Pittsburgh Pirates", "final_missing", "game"),
    ("2016-09-29", "Chicago Cubs", "Pittsburgh Pirates", "tied_suspended", None),
    ("2017-07-01", "Cleveland Indians", "Detroit Tigers", "points_do_not_mirror", "spreads close"),
    ("2017-09-02", "Cleveland Indians", "Detroit Tigers", "overround_out_of_range", "spreads close"),
]
# fmt: on
INVALID_GAMES = {("basketball_nba", 10), ("baseball_mlb", 1)}
"""Two scores, eight games on 24 December; one postponed game that was filed with NL."""


MOVES = {
    ("basketball_nba", "h2h"): (12_896, 16),
    ("basketball_nba", "spreads"): (12_897, 12),
    ("basketball_nba", "totals"): (12_897, 6),
    ("baseball_mlb", "h2h"): (19_721, 1),
    ("baseball_mlb", "spreads"): (9_856, 5),
    ("baseball_mlb", "totals"): (19_721, 0),
}
"""Games with lines by sport and market, and those of which a line that broke a rule is no end of a
move: five NBA openings are a placeholder, seven closes name another favourite than the moneyline."""


Page = dict[str, list[dict[str, str]]]


@pytest.fixture(scope="module")
def page(real_data: Path) -> Page:
    """The tables of the reference page."""
    path = real_data.parent / "REFERENCE_FACTS.md"
    if not path.is_file():
        pytest.skip(f"no reference page at {path}")
    return reference_facts.read_tables(path)


@pytest.fixture(scope="module")
def live(postgres_server: EmbeddedPostgres, _live_template: str, page: Page) -> Mode:
    """The live database as deployed and empty, which the first test fills for all of them."""
    replace_database(postgres_server, "linehouse", _live_template)
    return Mode.LIVE


@pytest.mark.slow
def test_the_archives_reproduce_the_reference_page(live: Mode, page: Page, real_data: Path) -> None:
    mode, expected = live, page
    assert {name: len(rows) for name, rows in expected.items()} == {
        "N1": 10, "N2": 10, "M1": 8, "M2": 8,
    }  # fmt: skip

    landed = list(_land(mode, real_data))
    assert [result.outcome for result in landed] == ["landed"] * 18
    verdicts = gate_raw(mode, [result.batch_id for result in landed])
    assert [verdict.sentence for verdict in verdicts if not verdict.accepted] == []
    for zone in ("staging", "curated"):
        promoted = promote(mode, zone)
        print(zone, {step: round(seconds, 1) for step, seconds in promoted.seconds.items()})
        assert promoted.touched_games == 32_618
    assert {result.outcome for result in _land(mode, real_data)} == {"duplicate"}

    with database.connect(mode, "analyst") as connection:
        _compare(connection, expected)
        _find_defects(connection)
        _lose_nothing(connection)
        _move_from_opening_to_close(connection, expected["N2"])


@pytest.mark.slow
def test_the_backtest_engine_reproduces_the_reference_page(live: Mode, page: Page) -> None:
    with database.connect(live) as connection:
        if not connection.execute("select 1 from curated.enhanced_games limit 1").fetchone():
            pytest.fail("the archives are not promoted: the test before this one does that")
        found = engine_baselines.tables(connection)
        assert {name: len(rows) for name, rows in found.items()} == {
            "N1": 10, "N2": 10, "M1": 8, "M2": 8,
        }  # fmt: skip
        differing = engine_baselines.differing(page, found)
        assert not differing, "\n".join(differing)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sport", "differ", "shortened"), [("basketball_nba", 113, 0), ("baseball_mlb", 8, 74)]
)
def test_without_invalid_rows_every_bet_that_differs_has_its_flag_or_is_of_a_shortened_game(
    live: Mode, sport: str, differ: int, shortened: int
) -> None:
    with database.connect(live) as connection:
        unexplained, number, void = engine_baselines.unexplained(connection, sport)
    assert not unexplained, "\n".join(unexplained)
    assert (number, void) == (differ, shortened)


@pytest.mark.parametrize("label", ["close", "open"])
def test_what_a_view_says_of_a_team_never_holds_its_day(live: Mode, label: str) -> None:
    with database.connect(live) as connection:
        wrong = engine_baselines.results_counted(connection, label)
    assert not wrong, "\n".join(wrong)


def _land(mode: Mode, real_data: Path) -> Iterator[Any]:
    for folder in ("sbro_nba", "sbro_mlb"):
        for source, payload in archives.payloads(real_data / "archives" / folder):
            yield land_payload(payload, source, mode=mode, run_key="reference")


def _compare(
    connection: psycopg.Connection[Any], expected: dict[str, list[dict[str, str]]]
) -> None:
    differing: list[str] = []
    for name, rows in expected.items():
        as_filed = reference_facts.query(connection, name, only_valid=False)
        differing += [f"{name} {s}" for s in reference_facts.differences(rows, as_filed)]
        without_invalid = reference_facts.query(connection, name, only_valid=True)
        for sentence in reference_facts.differences(as_filed, without_invalid):
            print(f"{name}, invalid rows left out: {sentence} as filed")
        for filed, kept in zip(as_filed, without_invalid, strict=True):
            count = {"N1": "n", "N2": "valid", "M1": "n", "M2": "valid_tot"}[name]
            assert 0 <= int(filed[count]) - int(kept[count]) <= 12, (name, filed["season"])
    assert not differing, "\n".join(differing)


def _move_from_opening_to_close(
    connection: psycopg.Connection[Any], expected: list[dict[str, str]]
) -> None:
    """As filed the moves are the page's; movement_analysis has every one of them but those of lines
    that broke a rule, each of which says which."""
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute((reference_facts.QUERIES / "moves.sql").read_text("utf-8")).fetchall()
    for row in expected:
        of_season = [r for r in rows if r["on_page"] and r["season"] == row["season"]]
        filed = [r["filed_move"] for r in of_season]
        mean = sum(map(abs, filed)) / Decimal(len(filed))
        assert (str(len(filed)), str(sum(move != 0 for move in filed)), f"{mean:.4f}") == (
            row["open_valid"], row["moved"], row["mean_abs_move"],
        ), row["season"]  # fmt: skip
        left_out = [r for r in of_season if r["kept_move"] is None]
        kept = [r["kept_move"] for r in of_season if r["kept_move"] is not None]
        assert all(r["rules"] for r in left_out)
        assert sum(kept) + sum(r["filed_move"] for r in left_out) == sum(filed)
        print(
            f"{row['season']}: {len(kept)} of {len(filed)} moves kept, mean"
            f" {sum(map(abs, kept)) / Decimal(len(kept)):.4f} of {row['mean_abs_move']}, largest"
            f" {max(map(abs, kept))} of {max(map(abs, filed))} points"
        )
    unexplained = [r for r in rows if r["differs"] and not r["rules"]]
    assert not unexplained, unexplained[:5]
    assert not [r for r in rows if r["rules"] and not r["differs"] and r["filed_move"] is not None]
    assert not any(r["moves"] for r in rows), "two labels without times are no observed move"
    found = Counter((r["sport_key"], r["market"]) for r in rows)
    differing = Counter((r["sport_key"], r["market"]) for r in rows if r["differs"])
    assert {key: (found[key], differing[key]) for key in found} == MOVES


def _find_defects(connection: psycopg.Connection[Any]) -> None:
    missing = []
    for day, away, home, rule, invalid in KNOWN_DEFECTS:
        games = connection.execute(
            """
            select
                g.is_valid as game_valid,
                %(rule)s = any(g.validation_notes) as game_flagged,
                array_agg(distinct l.market || case when l.is_opening then ' open' else ' close' end)
                    filter (where %(rule)s = any(l.validation_notes)) as flagged,
                array_agg(distinct l.market || case when l.is_opening then ' open' else ' close' end)
                    filter (where %(rule)s = any(l.validation_notes) and not l.is_valid) as left_out
            from curated.enhanced_games as g
            inner join curated.betting_lines_enhanced as l using (game_id)
            where g.game_date_et = %(day)s and g.away_team = %(away)s and g.home_team = %(home)s
            group by g.game_id
            """,
            {"rule": rule, "day": day, "away": away, "home": home},
        ).fetchall()
        if not any(
            (game_flagged or flagged)
            and game_valid == (invalid != "game")
            and (invalid in left_out if invalid not in (None, "game") else not left_out)
            for game_valid, game_flagged, flagged, left_out in (
                (valid, by_game, by_line or [], out or []) for valid, by_game, by_line, out in games
            )
        ):
            missing.append(f"{day} {away} at {home}: {rule} should concern {invalid}: {games}")
    assert not missing, "\n".join(missing)


def _lose_nothing(connection: psycopg.Connection[Any]) -> None:
    invalid = connection.execute(
        "select sport_key, count(*) from curated.enhanced_games where not is_valid group by 1"
    ).fetchall()
    assert set(invalid) == INVALID_GAMES
    swapped = connection.execute(
        """
        select count(*) from curated.betting_lines_enhanced
        where sport_key = 'basketball_nba' and period = 'full' and is_valid
            and (
                (market = 'spreads' and abs(point) > 30) or (market = 'totals' and point < 140)
            )
        """
    ).fetchone()
    assert swapped == (0,)
    share = connection.execute("select avg(is_valid::int) from curated.closing_lines").fetchone()
    assert share is not None and share[0] > 0.999
