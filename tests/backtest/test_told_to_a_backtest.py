"""What a warehouse tells a backtest: labels beside what was watched, and how games ended."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest

from linehouse import database
from linehouse.backtest.engine import PastResults
from linehouse.backtest.outcomes import load_closes, load_outcomes
from linehouse.backtest.request import BacktestRequest
from linehouse.betting.settlement import Reason, Result
from linehouse.market.decision import Decision
from linehouse.market.games import mornings
from linehouse.market.load import LoadedView, ViewRequest, load_view
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from tests.backtest.asking import simulated
from tests.fixtures.databases import replace_database
from tests.promotion.slate import FIRST_PITCH, Warehouse

DAY = date(2026, 4, 18)
LOOKS = (660, 300, 62, 2, -20)
"""Minutes before the first pitch; the last one in play."""
Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def watched(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> Warehouse:
    """Two games, looked at five times."""
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    made = Warehouse(Mode.SANDBOX)
    for minutes in LOOKS:
        made.land(FIRST_PITCH - timedelta(minutes=minutes), games=2)
    made.accept()
    made.promote_both()
    return made


@pytest.fixture
def connection(watched: Warehouse) -> Iterator[Connection]:
    """What a test writes is gone after it."""
    with database.connect(watched.mode, "owner") as made:
        yield made
        made.rollback()


def label(
    connection: Connection, label: str, told: int | None, book: str = "williamhill_us"
) -> None:
    """A moneyline at 10 labelled `open` or `close` that was told so many minutes before the
    pitch."""
    at = None if told is None else FIRST_PITCH - timedelta(minutes=told)
    connection.execute(
        """
        insert into curated.betting_lines_enhanced
        select (jsonb_populate_record(lines, jsonb_build_object(
            'line_id', gen_random_uuid(), 'bookmaker', %(book)s::text, 'price_american', 900,
            'price_decimal', 10, 'valid_from', null, 'valid_to', null,
            'first_observed_at', %(at)s::timestamptz, 'last_observed_at', %(at)s::timestamptz,
            'is_opening', %(label)s = 'open', 'is_closing', %(label)s = 'close'
        ))).*
        from curated.betting_lines_enhanced as lines
        where bookmaker = 'draftkings' and market = 'h2h' and is_opening and valid_from is not null
        """,
        {"book": book, "label": label, "at": at},
    )


def loaded(connection: Connection, decision: Decision, **wanted: Any) -> LoadedView:
    return load_view(connection, ViewRequest(decision, DAY, DAY, **wanted))


def minutes_before(found: LoadedView) -> set[float]:
    """Minutes before the pitch at which the games are decided."""
    pitch = np.datetime64(FIRST_PITCH.replace(tzinfo=None), "us")
    return set(((pitch - found.view.games.decision_at) / np.timedelta64(1, "m")).tolist())


@pytest.mark.parametrize("told", [400, 900, None])
def test_an_opening_that_another_source_tells_is_no_price_of_a_watched_game(
    connection: Connection, told: int | None
) -> None:
    label(connection, "open", told)
    found = loaded(connection, Decision(label="open"))
    assert minutes_before(found) == {660} and len(found.view) == 2 * 4 * 3 * 2
    assert (found.view.decimal < 10).all()


def test_a_close_that_is_labelled_counts_unless_it_was_told_after_the_start(
    connection: Connection,
) -> None:
    label(connection, "close", None, "betus")
    label(connection, "close", 1, "williamhill_us")
    label(connection, "close", -200, "barstool")
    found = loaded(connection, Decision(label="close")).view
    assert set(found.bookmaker[found.decimal == 10]) == {"betus", "williamhill_us"}
    assert np.isfinite(found.age_seconds[found.at_books(["williamhill_us"])]).all()


def test_an_opening_that_a_source_tells_is_known_from_then_on(connection: Connection) -> None:
    label(connection, "open", 400, "draftkings")
    connection.execute(
        "update curated.betting_lines_enhanced set is_opening = valid_from is null"
        " where bookmaker = 'draftkings'"
    )
    for hours, known in ((1, True), (5, True), (8, False)):
        found = loaded(connection, Decision(hours=hours), maximum_age_minutes=700).view
        rows = found.at_books(["draftkings"]) & (found.market == 0)
        assert rows.sum() == 4
        assert (found.opening_decimal[rows] == 10).all() == known, hours


def test_a_watched_game_that_is_not_decided_is_not_decided_by_its_labels(
    connection: Connection,
) -> None:
    label(connection, "open", None)
    found = loaded(connection, Decision(label="open"), books=("barstool",))
    assert len(found.view.games) == 0 and found.left_out == {"games_not_decided": 2}
    connection.execute("delete from curated.betting_lines_enhanced where valid_from is not null")
    found = loaded(connection, Decision(label="open"))  # as an archive, which nobody watched
    assert len(found.view) == 4 and np.isnat(found.view.games.decision_at).all()
    connection.execute("delete from curated.betting_lines_enhanced")
    found = loaded(connection, Decision(label="open"))
    assert len(found.view.games) == 0 and found.left_out == {"games_not_decided": 2}


def test_no_figure_of_several_books_and_no_other_market_decides_when_a_game_opens(
    connection: Connection,
) -> None:
    connection.execute(
        """
        with made as (
            insert into curated.line_looks
            select (jsonb_populate_record(
                looks, '{"bookmaker": "espn_consensus", "precedence": null}'
            )).*
            from curated.line_looks as looks where bookmaker = 'draftkings'
        )
        insert into curated.betting_lines_enhanced
        select (jsonb_populate_record(lines, jsonb_build_object(
            'line_id', gen_random_uuid(), 'bookmaker', 'espn_consensus',
            'valid_from', valid_from - interval '1 hour'
        ))).*
        from curated.betting_lines_enhanced as lines where bookmaker = 'draftkings'
        """
    )
    connection.execute(
        "update curated.betting_lines_enhanced set valid_from = valid_from - interval '10 minutes'"
        " where market = 'spreads' and is_opening"
    )
    assert minutes_before(loaded(connection, Decision(label="open"))) == {670}
    for wanted in ({"markets": ("h2h",)}, {"markets": ("h2h", "totals"), "periods": ("full",)}):
        assert minutes_before(loaded(connection, Decision(label="open"), **wanted)) == {660}
    nothing = loaded(connection, Decision(label="open"), periods=("h1",))
    assert nothing.left_out == {"games_not_decided": 2}


FINAL = {"status": "final", "home_score": 3, "away_score": 2, "is_valid": True}
SIX = {"home_periods": "{0,1,0,0,2,0}", "away_periods": "{1,0,0,0,0,1}"}
SEVEN = {"home_periods": "{0,1,0,0,2,0,0}", "away_periods": "{1,0,0,0,0,1,0}"}
NINE = {"home_periods": "{0,1,0,0,2,0,0,0}", "away_periods": "{1,0,0,0,0,1,0,0,0}"}


def settled(
    connection: Connection,
    game: dict[str, Any],
    line: dict[str, Any] | None = None,
    halt: dict[str, Any] | None = None,
    as_filed: bool = False,
) -> dict[str, tuple[Result, Reason]]:
    """What became of bets on a game's home side, its over 8.5 and its under, and why."""
    connection.execute("savepoint before")
    found = loaded(connection, Decision(hours=1), books=("draftkings",)).view
    for name, value in game.items():
        connection.execute(f"update curated.enhanced_games set {name} = %s", (value,))
    for table, columns in (("period_scores", line), ("game_halts", halt)):
        for name in ("home_periods", "away_periods") if columns else ():
            columns[name] = columns.get(name)
        if columns:
            names, marks = ", ".join(columns), ", ".join("%s" for _ in columns)
            connection.execute(
                f"insert into staging.{table} (game_id, league, source, batch_id, {names})"
                f" select game_id, league, source, batch_id, {marks} from curated.enhanced_games",
                [*columns.values()],
            )
    results = load_outcomes(connection, found.games, as_filed)
    connection.execute("rollback to savepoint before")
    told = {}
    for name, market, side in (("home", 0, 0), ("over", 2, 2), ("under", 2, 3)):
        rows = np.flatnonzero(
            (found.market == market) & (found.side == side) & found.at_books(["draftkings"])
        )
        made = simulated(found, results, rows[:1]).settlement
        told[name] = (Result(made.result[0]), Reason(made.reason[0]))
    return told


GRADED = {
    "home": (Result.WON, Reason.GRADED), "over": (Result.LOST, Reason.GRADED),
    "under": (Result.WON, Reason.GRADED),
}  # fmt: skip
SHORT = {
    **GRADED,
    "over": (Result.VOID, Reason.SHORTENED),
    "under": (Result.VOID, Reason.SHORTENED),
}


@pytest.mark.parametrize(
    ("line", "changes", "wanted"),
    [
        (NINE, {}, GRADED),
        (NINE, {"home_score": 2, "away_score": 3}, GRADED | {"home": (Result.LOST, Reason.GRADED)}),
        (SIX, {}, SHORT),
        (SEVEN, {}, SHORT),
        (SEVEN | {"scheduled_periods": 7}, {}, GRADED),
        (SIX | {"scheduled_periods": 7}, {}, SHORT),
        (SEVEN | {"scheduled_periods": 9}, {"season": "2021"}, SHORT),
        (SEVEN, {"season": "2021"}, GRADED),  # it may have been meant to last seven
        (SIX, {"season": "2021"}, SHORT),
        (None, {}, GRADED),
    ],
)
def test_a_shortened_game_is_no_game_of_nine_innings(
    connection: Connection, line: dict[str, Any] | None, changes: dict[str, Any], wanted: Any
) -> None:
    assert settled(connection, {**FINAL, **changes}, line) == wanted
    filed = settled(connection, {**FINAL, **changes}, line, as_filed=True)
    assert {reason for _, reason in filed.values()} == {Reason.GRADED}


def test_a_game_that_was_resumed_too_late_is_what_it_was_when_it_was_halted(
    connection: Connection,
) -> None:
    def resumed(hours: float, **halt: Any) -> dict[str, tuple[Result, Reason]]:
        told = {"resumed_at": FIRST_PITCH + timedelta(hours=hours), **halt}
        return settled(connection, FINAL, dict(NINE), told)

    void = dict.fromkeys(GRADED, (Result.VOID, Reason.HALTED))
    assert resumed(36, home_score=1, away_score=1) == GRADED
    assert resumed(37, home_score=1, away_score=1) == void
    over = {"over": (Result.WON, Reason.GRADED), "under": (Result.LOST, Reason.GRADED)}
    assert resumed(37, home_score=4, away_score=5) == void | over, "decided when it was halted"
    unknown = (Result.OPEN, Reason.POINTS_UNKNOWN)
    assert resumed(37) == void | {"over": unknown, "under": unknown}


def test_a_result_is_told_and_paid_after_the_day_on_which_it_was_known(
    connection: Connection,
) -> None:
    found = loaded(connection, Decision(hours=1)).view
    connection.execute(
        "update curated.enhanced_games set status = 'final', home_score = 3, away_score = 2,"
        " is_valid = true, known_on_et = '2026-05-20' where home_team = 'New York Yankees'"
    )
    results = load_outcomes(connection, found.games)
    place = int(np.flatnonzero(found.games.home_team == "New York Yankees")[0])
    assert str(results.settled_on[place]) == "2026-05-20"
    past = PastResults(results)
    assert past.before(np.datetime64("2026-05-20"))[0].tolist() == []
    assert past.before(np.datetime64("2026-05-21"))[0].tolist() == [place]


def test_as_filed_finishes_games_of_archives_and_none_that_somebody_watched(
    connection: Connection,
) -> None:
    scores = {"home_score": 3, "away_score": 2, "is_valid": True}
    nobody = {"commence_at": None, "first_observed_at": None}
    not_over = (Result.OPEN, Reason.NOT_OVER)
    for status in ("live", "scheduled"):
        for changes in ({}, nobody):
            found = settled(connection, {**scores, "status": status, **changes}, as_filed=True)
            assert set(found.values()) == {not_over}, (status, changes)
    halted = {**scores, "status": "suspended"}
    for hours, wanted in ((35, not_over), (37, (Result.VOID, Reason.HALTED))):
        seen = {"last_observed_at": FIRST_PITCH + timedelta(hours=hours)}
        assert settled(connection, halted | seen)["home"] == wanted, "for 36 hours books wait"
        assert settled(connection, halted | seen, as_filed=True)["home"] == wanted
    assert settled(connection, {**scores, "status": "suspended", **nobody}, as_filed=True) == GRADED


def test_a_price_quoted_in_decimals_is_bet_and_closed_as_quoted(connection: Connection) -> None:
    for table in ("betting_lines_enhanced", "closing_lines"):
        connection.execute(
            f"update curated.{table} set price_decimal = 1.95, price_american = -105"
            " where bookmaker = 'fanduel'"
        )
    found = loaded(connection, Decision(hours=1)).view
    of_book = found.at_books(["fanduel"])
    assert set(found.decimal[of_book]) == {1.95}
    closes = load_closes(connection, found)
    assert set(closes.decimal[of_book & closes.exists]) == {1.95}
    assert (closes.exists & of_book).any()


def test_openings_that_only_their_close_makes_wrong_are_counted(connection: Connection) -> None:
    label(connection, "open", None)
    connection.execute("delete from curated.betting_lines_enhanced where valid_from is not null")
    connection.execute(
        "update curated.betting_lines_enhanced set is_valid = false, validation_notes ="
        " array['open_close_move_impossible', 'price_missing'] where side = 'home'"
    )
    at_open = Decision(label="open")
    assert loaded(connection, at_open).left_out == {"openings_judged_by_close": 2}
    assert loaded(connection, at_open, as_filed=True).left_out == {}
    assert loaded(connection, Decision(label="close")).left_out == {}


@pytest.mark.parametrize(
    ("strategy", "parameters", "markets", "periods"),
    [
        ("flat", {"market": "totals", "side": "over", "period": "h1"}, ("totals",), ("h1",)),
        ("positive_ev", {"markets": "h2h,spreads"}, {"h2h", "spreads"}, ("full",)),
        ("combination", {"members": "flat,fade_public"}, {"h2h", "spreads", "totals"}, ("full",)),
        ("combination", {"members": "flat,model"}, ("h2h",), None),
    ],
)
def test_a_request_names_the_lines_that_open_a_game(
    strategy: str, parameters: dict[str, Any], markets: Any, periods: Any
) -> None:
    shown = BacktestRequest(strategy, DAY, DAY, parameters, price="open").view
    assert set(shown.markets or ()) == set(markets)
    assert shown.periods == periods


def test_a_game_that_was_put_off_beyond_the_last_day_keeps_its_bets(connection: Connection) -> None:
    told_anew = FIRST_PITCH - timedelta(minutes=30)
    connection.execute("update staging.start_times set told_to = %s", (told_anew,))
    connection.execute(
        "insert into staging.start_times select game_id, 2, %s, null,"
        " commence_at + interval '3 days' from staging.start_times",
        (told_anew,),
    )
    connection.execute(
        "update curated.enhanced_games set game_date_et = game_date_et + 3,"
        " commence_at = commence_at + interval '3 days', status = 'final', home_score = 3,"
        " away_score = 2, is_valid = true"
    )
    found = loaded(connection, Decision(hours=1))
    assert found.games == 2 and minutes_before(found) == {60}
    rows = np.flatnonzero(found.view.at_books(["betmgm"]))
    made = simulated(found.view, load_outcomes(connection, found.view.games), rows).settlement
    assert set(made.reason) == {Reason.PLAYED_LATE}
    # decided after it was put off, or of other days, it is none of the day
    assert loaded(connection, Decision(hours=0.25)).games == 0
    before = ViewRequest(Decision(hours=1), DAY - timedelta(days=9), DAY - timedelta(days=1))
    assert load_view(connection, before).games == 0


def test_shares_of_a_source_that_fell_silent_count_for_a_day(connection: Connection) -> None:
    connection.execute(
        "insert into curated.betting_splits (split_id, game_id, game_date_et, source, market,"
        " period, side, tickets_pct, valid_from, last_observed_at, is_valid, batch_id)"
        " select gen_random_uuid(), game_id, game_date_et, 'vsin', 'h2h', 'full', 'home', 80,"
        " %(at)s - interval '3 days', %(at)s - interval '20 hours', true, batch_id"
        " from curated.enhanced_games",
        {"at": FIRST_PITCH},
    )
    for hours, shown in ((1, 2 * 4), (5, 2 * 4)):
        told = loaded(connection, Decision(hours=hours)).view.tickets_pct
        assert np.isfinite(told).sum() == shown, hours
    connection.execute(
        "update curated.betting_splits set last_observed_at = last_observed_at - interval '6 hours'"
    )
    for hours, shown in ((1, 0), (5, 2 * 4)):
        told = loaded(connection, Decision(hours=hours)).view.tickets_pct
        assert np.isfinite(told).sum() == shown, hours


def test_a_morning_comes_by_the_clock_also_when_clocks_are_changed() -> None:
    told = {
        "2026-11-01T13:59": "2026-10-31", "2026-11-01T14:00": "2026-11-01",
        "2026-03-08T12:59": "2026-03-07", "2026-03-08T13:00": "2026-03-08",
        "2026-07-01T12:59": "2026-06-30", "2026-07-01T13:00": "2026-07-01",
    }  # fmt: skip
    found = mornings(np.array(list(told), dtype="datetime64[us]"), 9)
    assert [str(day) for day in found] == list(told.values())
