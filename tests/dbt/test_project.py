"""The project itself: unit tests pass, declarations are complete, its maths are the library's."""

import csv
import json
import re
from typing import Any

import pytest
import yaml
from jinja2 import Environment

from linehouse import database
from linehouse.betting import devig, odds
from linehouse.promotion import analyst_functions, invoke
from linehouse.promotion.touch import Touched, make_candidate
from linehouse.settings import PROJECT_ROOT, Mode

PROJECT = PROJECT_ROOT / "dbt"
READ = re.compile(r"(?:from|join)\s+(?:staging|curated)\.(\w+)")


@pytest.fixture
def models(fresh_database: Mode) -> list[dict[str, Any]]:
    """Models of the manifest that candidates defer to."""
    manifest = invoke.manifest(fresh_database, "candidate").writable_manifest().to_dict()
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def test_unit_tests_pass(fresh_database: Mode) -> None:
    with database.connect(fresh_database) as connection:
        for zone in ("staging", "curated"):
            make_candidate(connection, f"{zone}_candidate", Touched(0, "all"))
    invoke.run(fresh_database, "candidate", ["run", "--empty"])

    outcome = invoke.run(fresh_database, "candidate", ["test", "--select", "test_type:unit"])

    assert not outcome.failed_tests
    manifest = invoke.manifest(fresh_database, "candidate")
    assert len(manifest.unit_tests) >= 15


def test_every_model_says_its_grain_first_and_describes_every_column(
    models: list[dict[str, Any]],
) -> None:
    assert len(models) > 30
    for model in models:
        name = model["name"]
        assert model["config"]["contract"]["enforced"], name
        assert model["description"].startswith("One row per "), name
        assert "publish" in model["config"]["meta"], name
        for column in model["columns"].values():
            assert column["description"].endswith("."), (name, column["name"])
            assert column["data_type"], (name, column["name"])


def test_what_is_published_says_how(models: list[dict[str, Any]]) -> None:
    published = [model for model in models if model["config"]["meta"]["publish"]]
    assert {(model["config"]["schema"], model["alias"]) for model in published} == {
        ("staging", "teams"), ("staging", "games"), ("staging", "game_sources"),
        ("staging", "betting_lines"), ("staging", "line_movements"), ("staging", "moneylines"),
        ("staging", "spreads"), ("staging", "totals"), ("staging", "validation_results"),
        ("staging", "data_quality_metrics"), ("staging", "betting_splits"),
        ("staging", "injuries"), ("staging", "team_stats"), ("staging", "player_stats"),
        ("curated", "enhanced_games"), ("curated", "betting_lines_enhanced"),
        ("curated", "moneylines"), ("curated", "spreads"), ("curated", "totals"),
        ("curated", "closing_lines"), ("curated", "opportunities"), ("curated", "betting_card"),
        ("staging", "start_times"), ("staging", "sharp_action_signals"),
        ("curated", "betting_splits"), ("curated", "split_states"),
        ("curated", "movement_analysis"), ("curated", "lead_lags"),
        ("curated", "signal_outcomes"), ("curated", "betting_analysis"),
        ("staging", "line_looks"), ("curated", "line_looks"), ("curated", "bookmakers"),
        ("staging", "period_scores"), ("staging", "game_halts"),
        ("curated", "period_results"),
        ("curated", "team_stats_daily"), ("curated", "game_quality"),
        ("curated", "line_movements"), ("curated", "injuries"),
        ("curated", "season_completeness"),
        ("curated", "data_quality_daily"), ("curated", "quarantined_by_rule"),
        ("curated", "strategy_results"), ("curated", "bets"), ("curated", "profitability_metrics"),
    }  # fmt: skip
    slice_column = {
        "game": "game_id", "batch": "batch_id", "team_season": "team_season_id", "run": "run_id",
    }  # fmt: skip
    for model in published:
        if model["config"]["materialized"] == "view":
            continue
        meta, columns = model["config"]["meta"], set(model["columns"])
        assert set(meta["key"]) <= columns, model["name"]
        assert all(set(index) <= columns for index in meta["indexes"]), model["name"]
        assert slice_column.get(meta["slice"], "") in columns | {""}, model["name"]


def test_the_quality_of_the_inputs_reaches_every_output(models: list[dict[str, Any]]) -> None:
    without = {
        model["alias"]
        for model in models
        if model["config"]["schema"] == "curated"
        and model["config"]["materialized"] == "table"
        and model["config"]["meta"]["publish"]
        and not {"quality_score", "row_quality_score"} & set(model["columns"])
    }
    # looks, counts of valid moves, results of a season; bets name the warnings of their prices
    assert without == {
        "line_looks", "lead_lags", "team_stats_daily", "strategy_results", "profitability_metrics",
        "bets",
    }  # fmt: skip


READERS = {
    "run_strategies": ("market", "strategies"),
    "backtest_strategies": ("market", "backtest"),
    "data_status_and_quality": ("serving/warehouse_status.py",),
    "data_quality_page": ("serving/data_quality.py",),
    "trace": ("trace.py",),
    "analysts": ("promotion/analyst_functions",),
}
WRITTEN = {"bets", "strategy_results", "profitability_metrics"}
"""What a backtest writes, and reads to see whether it did."""


def test_exposures_name_what_the_code_reads(models: list[dict[str, Any]]) -> None:
    told = yaml.safe_load((PROJECT / "models/exposures.yml").read_text("utf-8"))["exposures"]
    aliases = {model["name"]: model["alias"] for model in models}
    exposed = {
        exposure["name"]: {aliases[ref[5:-2]] for ref in exposure["depends_on"]}
        for exposure in told
    }
    for name, places in READERS.items():
        read: set[str] = set()
        for place in (PROJECT_ROOT / "include/linehouse" / place for place in places):
            for path in [place] if place.is_file() else sorted(place.rglob("*.[ps]*")):
                if path.suffix in (".py", ".sql"):
                    read |= set(READ.findall(path.read_text("utf-8")))
        read -= set(analyst_functions.names()) | WRITTEN
        assert read, name
        assert read <= exposed[name], (name, read - exposed[name])


def test_every_rule_that_a_model_names_is_in_the_seed_and_the_other_way_round() -> None:
    with (PROJECT / "seeds/validation_rules.csv").open(encoding="utf-8") as file:
        known = {row["rule"] for row in csv.DictReader(file)}
    sql = "\n".join(path.read_text("utf-8") for path in (PROJECT / "models").rglob("*.sql"))
    # the one name that is put together at run time
    made = "'price_not_' || lines.price_format"
    sql = sql.replace(made, "'price_not_american' 'price_not_decimal' 'price_not_fractional'")

    assert {rule for rule in known if f"'{rule}'" not in sql} == set()
    assert set(re.findall(r"'([a-z0-9_]+)' as rule", sql)) <= known
    judged = sql[sql.index("as broken_rules") - 6000 : sql.index("as broken_rules")]
    assert set(re.findall(r"then\s+'([a-z0-9_]+)'", judged)) <= known


def rendered(expression: str) -> str:
    """SQL of an expression that uses the project's number and odds macros."""
    files = (PROJECT / "macros" / name for name in ("numbers.sql", "odds.sql"))
    macros = "".join(path.read_text(encoding="utf-8") for path in files)
    return Environment(autoescape=False).from_string(macros + expression).render()


def test_prices_in_sql_are_those_of_the_library(fresh_database: Mode) -> None:
    prices = [-10000, -450, -150, -110, -101, -100, 100, 101, 105, 110, 150, 450, 10000]
    query = rendered(
        """
        select p::integer, d, {{ implied_prob('d') }}, {{ no_vig_prob('d', '1.8') }},
            {{ decimal_to_american('d') }}
        from unnest(%(prices)s::numeric[]) as p
        cross join lateral (select {{ american_to_decimal('p') }} as d) as q
        """
    )
    with database.connect(fresh_database) as connection:
        rows = connection.execute(query, {"prices": prices}).fetchall()

    assert len(rows) == len(prices)
    for american, decimal, implied, fair, back in rows:
        expected = odds.decimal_from_american(american)
        assert float(decimal) == pytest.approx(expected, abs=5e-7)
        assert float(implied) == pytest.approx(odds.implied_prob(expected), abs=1e-6)
        assert float(fair) == pytest.approx(devig.no_vig_market([expected, 1.8])[0], abs=1e-6)
        assert back == (100 if american == -100 else american)


def test_text_that_is_not_wholly_a_number_stays_unread(fresh_database: Mode) -> None:
    texts = {
        "-110": -110, "+145\u00a0": 145, " 7½": 7.5, "½": 0.5, "8.": 8, ".5": 0.5, "197.5u10": None,
        "": None, "-": None, "NL": None, "1e5": None, "--1": None, "99999999999": None, "NaN": None,
        "Infinity": None, "1,5": None,
    }  # fmt: skip
    query = rendered(
        "select t, {{ clean_number('t') }} from jsonb_array_elements_text(%(texts)s::jsonb) as t",
    )
    with database.connect(fresh_database) as connection:
        rows = connection.execute(query, {"texts": json.dumps(list(texts))}).fetchall()

    assert {text: None if n is None else float(n) for text, n in rows} == texts
