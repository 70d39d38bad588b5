"""Results in their tables: published whole, repeated without a change, rebuilt to the byte."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
import yaml

from linehouse import database
from linehouse.backtest import store
from linehouse.backtest.bet_table import COLUMNS
from linehouse.backtest.limits import Limits
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.synthetic import synthetic_market
from linehouse.backtest.tables import variant_id
from linehouse.promotion import GateFailed, hash_published
from linehouse.settings import PROJECT_ROOT, Mode
from tests.backtest.asking import asked

FIRST = {"start": date(2015, 10, 1), "end": date(2016, 9, 30)}
SECOND = {"start": date(2016, 10, 1), "end": date(2017, 9, 30)}
TABLES = ("strategy_results", "bets", "profitability_metrics")


def run(mode: Mode, side: str = "home", market: str = "h2h", **wanted: Any) -> BacktestResult:
    parameters = {"bookmaker": "sbro", "side": side, "market": market}
    asked: dict[str, Any] = {"price": "close", "as_filed": True, **FIRST, **wanted}
    request = BacktestRequest("flat", parameters=parameters, sport="basketball_nba", **asked)
    return store.run_and_store(request, mode)


def one(mode: Mode, query: str, *values: Any) -> Any:
    with database.connect(mode) as connection:
        row = connection.execute(query.encode(), values).fetchone()
    assert row is not None
    return row if len(row) > 1 else row[0]


@pytest.fixture(scope="module")
def favourites(two_seasons: Mode) -> BacktestResult:
    """The first run of the module: nothing else was tried by then."""
    found = run(two_seasons, "favourite", "spreads")
    assert found.luck["variants"] == 1
    return found


def test_the_declared_columns_of_bets_are_those_of_the_engine_in_its_words() -> None:
    declared = yaml.safe_load(
        (PROJECT_ROOT / "dbt/models/curated/bets/bets.yml").read_text(encoding="utf-8")
    )["models"][0]["columns"]
    told = {column["name"]: " ".join(column["description"].split()) for column in declared}
    assert list(told) == ["run_id", "bet_number", *COLUMNS]
    assert {name: told[name] for name in COLUMNS} == COLUMNS


def test_a_result_is_published_and_rebuilt_to_the_byte(
    two_seasons: Mode, favourites: BacktestResult
) -> None:
    assert favourites.metrics["bets"] == 64 and favourites.metrics["pushed"] > 0
    assert store.load(favourites.run_id, two_seasons).to_json() == favourites.to_json()
    assert store.load(favourites.run_id[:6], two_seasons).run_id == favourites.run_id
    number, profit, stakes, lines = one(
        two_seasons,
        "select count(*), sum(profit), sum(stake), count(*) filter (where exists (select from"
        " curated.betting_lines_enhanced as l where l.line_id = b.line_id and l.batch_id ="
        " b.batch_id)) from curated.bets as b where run_id = %s",
        favourites.run_id,
    )
    assert number == lines == 64 and stakes == favourites.metrics["turnover"]
    assert profit == pytest.approx(favourites.metrics["profit"])
    of_sides = one(
        two_seasons,
        "select sum(bets) from curated.profitability_metrics"
        " where run_id = %s and dimension = 'side'",
        favourites.run_id,
    )
    assert of_sides == 64
    for nobody in ("00000000", "", "%", "_", favourites.run_id[:6] + "%"):
        with pytest.raises(store.UnknownRunError, match="backtest list"):
            store.load(nobody, two_seasons)
    (newest,) = store.newest(two_seasons)
    assert newest["run_id"] == UUID(favourites.run_id) and "content" not in newest


def test_times_probabilities_and_closes_come_back_as_they_were(two_seasons: Mode) -> None:
    made = synthetic_market(300, 5, 0.05, 0.5)
    found = asked(
        made.view, made.outcomes, "positive_ev", made.closes, start=date(2024, 1, 1),
        end=date(2024, 12, 31), limits=Limits(per_game=0.2),
    )  # fmt: skip
    bets = [{**bet, "game_id": str(uuid5(NAMESPACE_URL, bet["game_id"]))} for bet in found.bets]
    assert bets[0]["decision_at"] and bets[0]["probability"] and bets[0]["line_id"] == ""
    kept = store.keep(replace(found, bets=bets), two_seasons)
    assert kept.to_json() == replace(found, bets=bets).to_json()
    assert store.load(found.run_id, two_seasons).to_json() == kept.to_json()
    assert kept.calibration is not None and kept.clv["bets"]["price"] == len(bets)


def test_repeating_a_run_changes_nothing(two_seasons: Mode, favourites: BacktestResult) -> None:
    before = hash_published(two_seasons, ("curated",))
    again = run(two_seasons, "favourite", "spreads")
    assert again.to_json() == store.load(favourites.run_id, two_seasons).to_json()
    assert hash_published(two_seasons, ("curated",)) == before


def test_every_variant_on_the_same_days_counts_for_the_luck_of_all(
    two_seasons: Mode, favourites: BacktestResult
) -> None:
    underdogs = run(two_seasons, "underdog", "spreads")
    overs = run(two_seasons, "over", "totals")
    assert (underdogs.luck["variants"], overs.luck["variants"]) == (2, 3)
    counted = [store.load(one.run_id, two_seasons).luck for one in (favourites, underdogs, overs)]
    assert {luck["variants"] for luck in counted} == {3}
    assert counted[1]["luck"] > underdogs.luck["luck"] > 0
    # another seed is no other try, and other days that do not overlap nothing to choose among
    later = run(two_seasons, "over", "totals", **SECOND)
    assert later.luck["variants"] == 1
    assert run(two_seasons, "over", "totals", seed=1).luck["variants"] == 3
    # who chooses among days that overlap has tried once more
    chosen = {"start": date(2015, 11, 4), "end": date(2015, 11, 15)}
    assert run(two_seasons, "over", "totals", **chosen).luck["variants"] == 4
    assert store.load(favourites.run_id, two_seasons).luck["variants"] == 4
    assert run(two_seasons, "over", "totals", **chosen).luck["variants"] == 4


def test_a_part_that_is_not_said_makes_no_other_variant(favourites: BacktestResult) -> None:
    request = favourites.request
    assert variant_id({**request, "of_a_later_release": None}) == variant_id(request)
    assert variant_id({**request, "of_a_later_release": 1}) != variant_id(request)
    assert variant_id({**request, "seed": 9, "end": "2016-01-01"}) == variant_id(request)


def test_other_data_is_another_run(two_seasons: Mode, favourites: BacktestResult) -> None:
    with database.connect(two_seasons, "owner") as connection:
        connection.execute(
            "update curated.enhanced_games set home_score = home_score + 20 where game_id ="
            " (select game_id from curated.bets where run_id = %s and result = 'lost' limit 1)",
            [favourites.run_id],
        )
    revised = run(two_seasons, "favourite", "spreads")
    assert revised.run_id != favourites.run_id
    assert revised.fingerprint != favourites.fingerprint
    assert store.load(favourites.run_id, two_seasons).bets == favourites.bets
    variants = one(
        two_seasons,
        "select count(distinct variant_id) from curated.strategy_results"
        " where run_id = any(%s::uuid[])",
        [revised.run_id, favourites.run_id],
    )
    assert variants == 1


def test_a_close_that_broke_a_rule_is_no_missing_one(two_seasons: Mode) -> None:
    before = run(two_seasons, as_filed=False)
    assert set(before.clv["bets"]) >= {"price", "rejected_close"}
    with database.connect(two_seasons, "owner") as connection:
        connection.execute(
            "update curated.closing_lines set is_valid = false where market = 'h2h' and game_id ="
            " (select game_id from curated.bets where run_id = %s and clv_coverage = 'price'"
            " order by bet_number limit 1)",
            [before.run_id],
        )
    after = run(two_seasons, as_filed=False)
    changed = {
        name: after.clv["bets"][name] - before.clv["bets"][name] for name in before.clv["bets"]
    }
    assert {name: by for name, by in changed.items() if by} == {"price": -1, "rejected_close": 1}
    assert after.clv["computed_share"] < before.clv["computed_share"]
    assert after.run_id != before.run_id
    filed = run(two_seasons, as_filed=True)
    assert filed.clv["bets"]["rejected_close"] == 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda found: {"metrics": {**found.metrics, "profit": 1e6, "yield": 1e6 / 6400}},
         "sums of its bets|follow"),
        (lambda found: {"bets": [{**found.bets[0], "decision_at": "2016-01-01T00:00:00.000000Z",
                                  "commence_at": "2016-01-01T00:00:00.000000Z"},
                                 *found.bets[1:]]}, "decided before its game"),
        (lambda found: {"bets": [found.bets[1], *found.bets[1:]]}, "no bet counts twice"),
    ],
    ids=["a profit that no bet made", "a bet after the start", "a bet twice"],
)  # fmt: skip
def test_what_does_not_hold_is_not_published(
    two_seasons: Mode, favourites: BacktestResult, spoil: Any, said: str
) -> None:
    spoilt = replace(favourites, run_id="11111111-1111-5111-8111-111111111111", **spoil(favourites))
    with pytest.raises(GateFailed, match=said):
        store.keep(spoilt, two_seasons)
    with pytest.raises(store.UnknownRunError):
        store.load(spoilt.run_id, two_seasons)
