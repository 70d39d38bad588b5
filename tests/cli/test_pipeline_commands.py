"""Commands that move and show data, on a real server and a real sandbox, without Airflow."""

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from typer.testing import Result

from linehouse.backtest import track_record
from linehouse.database import connect
from linehouse.days import eastern_day
from linehouse.promotion import hash_published
from linehouse.promotion import zones as declared
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import PROJECT_ROOT, Mode
from tests.fixtures.databases import replace_database
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

Json = Callable[..., dict[str, Any]]


FILLED = "linehouse_sandbox_filled"


@pytest.fixture(scope="module")
def first_run(
    postgres_server: EmbeddedPostgres,
    _sandbox_template: str,
    sandbox_server: SandboxServer,
    linehouse_json: Json,
) -> dict[str, Any]:
    """What the first full run said; its result is kept for every test to begin with."""
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    sandbox_server.reset()
    said: dict[str, Any] = linehouse_json("pipeline", "run", "--zone", "full")
    replace_database(postgres_server, FILLED, "linehouse_sandbox")
    return said


@pytest.fixture
def filled(
    postgres_server: EmbeddedPostgres, first_run: dict[str, Any], sandbox: SandboxServer
) -> dict[str, Any]:
    """What the first full run said; the sandbox database holds its result."""
    replace_database(postgres_server, "linehouse_sandbox", FILLED)
    return first_run


def one(query: str, *values: Any) -> Any:
    with connect(Mode.SANDBOX) as connection:
        row = connection.execute(query, values).fetchone()
    assert row is not None
    return row[0]


def curated_rows() -> dict[str, int]:
    """Every table and view of curated with its number of rows."""
    found = declared.zone(Mode.SANDBOX, "curated")
    names = [one.name for one in (*found.tables, *found.views)]
    return {name: one(f"select count(*) from curated.{name}") for name in names}


def test_a_full_run_ends_with_a_card_and_every_table_filled(
    filled: dict[str, Any], linehouse_json: Json
) -> None:
    assert filled["failure"] is None
    assert [step["step"] for step in filled["steps"]] == [
        "land",
        "gate_raw",
        "promote_staging",
        "promote_curated",
        "choose_card",
        "keep_track_record",
        "report_held",
    ]
    assert filled["through"] == "this process"
    assert filled["card"], "the sandbox has prices that beat the sharp books"
    assert [table for table, rows in curated_rows().items() if not rows] == []
    assert linehouse_json("card")["card"] == filled["card"]
    # what strategies chose keeps to what they may choose from
    assert (
        one(
            "select count(*) from curated.betting_card as card"
            " where ev_pct < 3 or commence_at <= chosen_at or not exists (select from"
            " curated.opportunities as price where price.line_id = card.line_id)"
        )
        == 0
    )
    assert (
        one(
            "select max(n) from (select count(*) as n from curated.betting_card"
            " group by game_id, market) as bets"
        )
        == 1
    )


def test_the_track_record_is_of_games_that_are_over_and_is_renewed_when_old(
    filled: dict[str, Any],
) -> None:
    with connect(Mode.SANDBOX) as connection:
        runs = connection.execute(
            "select strategy, sport_key, start_date_et, end_date_et, open_bets, variant_count"
            " from curated.strategy_results order by strategy, sport_key"
        ).fetchall()
    assert [run[:2] for run in runs] == list(
        itertools.product(("flat", "positive_ev"), ("baseball_mlb", "basketball_nba"))
    )
    day = eastern_day(FIRST_MOMENT)
    assert all(first < last < day for _, _, first, last, *_ in runs)
    assert {run[4:] for run in runs} == {(0, 2)}, "no bet is open; each sport has two variants"
    assert track_record.due(Mode.SANDBOX, FIRST_MOMENT) == []
    with connect(Mode.SANDBOX, "owner") as connection:
        connection.execute(
            "update curated.strategy_results set end_date_et = end_date_et - 28"
            " where strategy = 'flat' and sport_key = 'baseball_mlb'"
        )
    (again,) = track_record.due(Mode.SANDBOX, FIRST_MOMENT)
    assert (again.strategy, again.sport) == ("flat", "baseball_mlb")
    # a day's results count from the next morning at nine
    with connect(Mode.SANDBOX, "owner") as connection:
        connection.execute("delete from curated.strategy_results")
    for at, days in ((FIRST_MOMENT, 1), (FIRST_MOMENT.replace(hour=12), 2)):
        last = max(one.end for one in track_record.due(Mode.SANDBOX, at))
        assert last == day - timedelta(days=days)


def test_promoting_again_changes_nothing(filled: dict[str, Any], linehouse_json: Json) -> None:
    before = hash_published(Mode.SANDBOX, ("staging",))
    again = linehouse_json("pipeline", "run", "--zone", "staging")
    assert [step["state"] for step in again["steps"]] == ["nothing"]
    assert hash_published(Mode.SANDBOX, ("staging",)) == before


def test_half_an_hour_later_a_second_run_goes_through_and_keeps_bets_that_stand(
    filled: dict[str, Any], sandbox: SandboxServer, linehouse_json: Json
) -> None:
    sandbox.set_clock(advance_seconds=1800)
    again = linehouse_json("pipeline", "run", "--zone", "full")
    assert again["failure"] is None
    chosen_before = {bet["card_id"]: bet for bet in filled["card"]}
    kept = {bet["card_id"]: bet for bet in again["card"] if bet["card_id"] in chosen_before}
    assert kept
    assert kept == {card_id: chosen_before[card_id] for card_id in kept}


def test_the_worked_queries_answer_an_analyst(filled: dict[str, Any]) -> None:
    """Every query of the docs finds rows, as the role that reads curated alone."""
    answers = {}
    with connect(Mode.SANDBOX, "analyst") as connection:
        for path in sorted((PROJECT_ROOT / "dbt" / "analyses").glob("*.sql")):
            cursor = connection.cursor(row_factory=dict_row)
            answers[path.stem] = cursor.execute(path.read_text(encoding="utf-8")).fetchall()
        assert all(answers.values()), {name: len(rows) for name, rows in answers.items()}
        for table in ("staging.betting_lines", "ops.batches", "raw_data.betting_lines_raw"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select from {table}")
            connection.rollback()

    starts = [row["commence_at"] for row in answers["q01_next_games"]]
    newest = one("select max(last_observed_at) from curated.enhanced_games")
    assert starts == sorted(starts) and starts[0] > newest
    books = answers["q02_every_book_at_a_moment"]
    assert {row["side"] for row in books} == {"home", "away"}
    assert any(row["is_sharp"] and abs(row["distance_to_sharp_prob"]) < 0.1 for row in books)
    holds = [row["synthetic_hold_pct"] for row in answers["q03_best_prices"]]
    assert holds == sorted(holds) and all(row["bookmakers"] for row in answers["q03_best_prices"])
    history = answers["q04_history_of_a_line"]
    assert history[0]["is_opening"] and history[-1]["is_closing"]
    moves = [abs(row["mean_move"]) for row in answers["q05_open_to_close"]]
    assert moves == sorted(moves, reverse=True) and moves[0] > 0
    beaten = answers["q06_beating_the_close"]
    assert {row["won"] for row in beaten} == {True, False}
    # picked by nobody, prices are worth about what the close says, less the margin
    assert -6 < sum(row["closing_value_pct"] for row in beaten) / len(beaten) < 3
    holds = {(row["bookmaker"], row["market"]): row for row in answers["q07_hold_by_bookmaker"]}
    assert holds[("pinnacle", "h2h")]["mean_hold_pct"] < holds[("fanduel", "h2h")]["mean_hold_pct"]
    bands = answers["q08_calibration_of_the_close"]
    assert sum(row["games"] for row in bands) == one(
        "select count(*) from curated.enhanced_games as g where winner <> 'tie' and is_valid"
        " and exists (select from curated.closing_lines as c where c.game_id = g.game_id"
        " and market = 'h2h' and period = 'full' and no_vig_prob is not null)"
    )
    form = answers["q09_form_before_the_game"]
    assert sum(row["is_home_today"] for row in form) * 2 == len(form)
    assert any(row["wins"] for row in form) and all(row["wins"] >= 0 for row in form)
    left_out = answers["q10_what_is_left_out"]
    assert sum(row["row_count"] for row in left_out if row["is_quarantined"]) == one(
        "select count(*) from staging.validation_results where severity <> 'warning'"
    )
    assert {row["quarantined_row_count"] for row in left_out} == {
        one(
            "select count(distinct (game_id, entity, entity_key)) from staging.validation_results"
            " where severity <> 'warning'"
        )
    }
    valid_pct = one(
        "select 100.0 * count(*) filter (where is_valid) / count(*) from staging.betting_lines"
    )
    assert {round(row["lines_valid_pct"], 3) for row in left_out} == {round(valid_pct, 3)}
    by_day = "select sum(value * sample_size) / sum(sample_size) from curated.data_quality_daily"
    by_day += " where metric = 'lines_valid_pct'"
    assert abs(one(by_day) - valid_pct) < 0.01
    halves = "select count(*), count(*) filter (where total_points > 0) from curated.period_results"
    with connect(Mode.SANDBOX) as connection:
        told, scored = connection.execute(halves).fetchone() or (0, 0)
    assert told > 20 and scored > told / 2


def test_trace_leads_from_a_closing_line_to_the_verbatim_price(
    filled: dict[str, Any], linehouse_json: Json, linehouse: Callable[..., Result]
) -> None:
    with connect(Mode.SANDBOX) as connection:
        row = connection.execute(
            "select game_id, bookmaker, market, side, price_american, batch_id, closed_at"
            " from curated.closing_lines inner join ops.batches as first using (batch_id)"
            " where is_valid and market = 'h2h' and first.observed_at < closed_at"
            " order by game_id, bookmaker, side limit 1"
        ).fetchone()
    assert row is not None
    game_id, bookmaker, market, side, price, batch_id, closed_at = row
    key = [f"game_id={game_id}", f"bookmaker={bookmaker}", f"market={market}", f"side={side}"]
    (found,) = linehouse_json("trace", "curated.closing_lines", *key)["traces"]
    payload, closing = found["payloads"]
    # the price stood from one payload to another: the line in force is traced to where it closed
    assert (payload["why"], closing["why"]) == ("first seen", "last seen")
    assert closing["batch"]["observed_at"] == closed_at.isoformat()
    (closing_line,) = closing["lines"]
    assert int(closing_line["price"]) == price
    assert payload["batch"]["batch_id"] == str(batch_id)
    assert payload["payload"]["payload_table"] == "raw_data.odds_api_responses"
    assert "apiKey" not in payload["payload"]["url"]
    (line,) = payload["lines"]
    assert int(line["price"]) == price
    assert line["bookmaker"] == bookmaker
    (game,) = payload["games"]
    assert line["outcome"] == game[f"{side}_team"]
    # the position leads to the row itself
    assert (
        one(
            "select price from raw_data.betting_lines_raw as line inner join ops.batches as batch"
            " using (payload_id) where batch_id = %s and position = %s",
            batch_id,
            line["position"],
        )
        == line["price"]
    )
    shown = linehouse("trace", "curated.closing_lines", *key)
    assert str(batch_id) in shown.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("trace", "curated.nothing", "a=b"), "there is no table curated.nothing"),
        (("trace", "pg_catalog.pg_class", "relname=x"), "there is no table pg_catalog.pg_class"),
        (("trace", "curated.closing_lines", "colour=red"), "no column colour"),
        (("trace", "curated.closing_lines", "bookmaker=nobody"), "has no row with"),
    ],
)
def test_trace_says_what_is_wrong(
    fresh_database: Mode, linehouse: Callable[..., Result], arguments: tuple[str, ...], says: str
) -> None:
    done = linehouse(*arguments)
    assert done.exit_code != 0
    assert says in str(done.exception)


def test_status_of_the_zones_counts_what_is_there(
    filled: dict[str, Any], linehouse_json: Json
) -> None:
    zones = linehouse_json("data", "status")["zones"]
    assert zones["raw"]["batches"] == {"accepted": one("select count(*) from ops.batches")}
    for zone in ("staging", "curated"):
        for table, count in zones[zone]["rows"].items():
            assert count == one(f"select count(*) from {zone}.{table}")
    quality = linehouse_json("data", "quality", "--zone", "staging")["zones"]["staging"]
    assert quality["metrics"]
    curated = linehouse_json("data", "quality", "--zone", "curated")["zones"]["curated"]
    broken = curated["rows_with_a_broken_rule"]
    assert {rule["severity"] for rule in broken} <= {"warning", "error"}
    assert sum(rule["rows"] for rule in broken) == one(
        "select sum(cardinality(validation_notes)) from curated.betting_lines_enhanced"
    )


def test_a_retracted_batch_leaves_the_zones(filled: dict[str, Any], linehouse_json: Json) -> None:
    batch_id = one(
        "select batch_id from curated.closing_lines where is_valid order by batch_id limit 1"
    )
    done = linehouse_json("retract", str(batch_id), "--reason", "prices of another game")
    assert done["decision"] == "retract"
    assert one("select state from ops.batches where batch_id = %s", batch_id) == "retracted"
    for table in ("staging.betting_lines", "curated.betting_lines_enhanced"):
        assert one(f"select count(*) from {table} where batch_id = %s", batch_id) == 0


def test_reading_stored_bytes_anew_gives_the_same_zones(
    filled: dict[str, Any], linehouse_json: Json
) -> None:
    before = hash_published(Mode.SANDBOX, ("staging",))
    done = linehouse_json("reparse", "the_odds_api")
    assert done["accepted"] == one("select count(*) from ops.batches where source = 'the_odds_api'")
    assert hash_published(Mode.SANDBOX, ("staging",)) == before
