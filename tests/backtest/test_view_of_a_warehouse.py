"""Views out of a promoted warehouse: what stood at each decision, and that nothing later counts."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from linehouse import database
from linehouse.backtest.outcomes import load_closes, load_outcomes, load_rules
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.run import run
from linehouse.market.decision import Decision
from linehouse.market.load import LoadedView, ViewRequest, load_view
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode
from linehouse.strategies import card, registry
from tests.backtest.planted import PAST_DAYS, plant
from tests.fixtures.databases import replace_database
from tests.promotion.slate import FIRST_PITCH, Warehouse, american

DAY = date(2026, 4, 18)
LOOKS = {
    # minutes before the first pitch, and how far the home sides have moved
    660: 0.0, 300: 0.01, 62: 0.03, 35: 0.06, 2: 0.09, -20: 0.2,
}  # fmt: skip


@pytest.fixture(scope="module")
def warehouse(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> Iterator[Warehouse]:
    """Six games, looked at four times before the pitch, once two minutes before and once after."""
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    made = Warehouse(Mode.SANDBOX)
    for minutes, move in LOOKS.items():
        made.land(FIRST_PITCH - timedelta(minutes=minutes), move=move)
    made.accept()
    made.promote_both()
    yield made


def loaded(warehouse: Warehouse, decision: Decision, **wanted: Any) -> LoadedView:
    request = ViewRequest(decision, DAY, DAY, **wanted)
    if decision.at is not None:
        request = ViewRequest(decision, **wanted)
    with database.connect(warehouse.mode) as connection:
        return load_view(connection, request)


def looked_at(found: LoadedView) -> set[float]:
    """Minutes before the pitch at which the prices were last seen."""
    pitch = np.datetime64(FIRST_PITCH.replace(tzinfo=None), "us")
    seen = (pitch - found.view.observed_at) / np.timedelta64(1, "m")
    return set(seen.tolist())


@pytest.mark.parametrize(
    ("decision", "minutes", "decided"),
    [
        (Decision(hours=1), 62, 60),
        (Decision(hours=0.5), 35, 30),
        (Decision(hours=5), 300, 300),
        (Decision(label="open"), 660, 660),
        (Decision(label="close"), 2, 1 / 60),
        (Decision(at=FIRST_PITCH - timedelta(minutes=45)), 62, 45),
    ],
    ids=["an hour", "half an hour", "at a look", "open", "close", "now"],
)
def test_a_view_shows_what_stood_at_its_moment(
    warehouse: Warehouse, decision: Decision, minutes: float, decided: float
) -> None:
    found = loaded(warehouse, decision)
    assert len(found.view.games) == 6 and len(found.view) == 6 * 4 * 3 * 2
    assert looked_at(found) == {minutes}
    at = FIRST_PITCH.replace(tzinfo=None) - timedelta(minutes=decided)
    assert set(found.view.games.decision_at) == {np.datetime64(at, "us")}
    (home,) = {
        round(float(price), 4)
        for price in found.view.decimal[
            (found.view.market == 0) & (found.view.side == 0) & found.view.at_books(["pinnacle"])
            & (found.view.games.home_team[found.view.game] == "New York Yankees")
        ]
    }  # fmt: skip
    price = american(0.38 + LOOKS[round(minutes)])
    assert home == round(1 + (price / 100 if price > 0 else -100 / price), 4)


def test_prices_that_are_too_old_are_counted_and_not_shown(warehouse: Warehouse) -> None:
    found = loaded(warehouse, Decision(hours=3))
    assert len(found.view) == 0 and found.left_out == {"prices_too_old": 144}
    again = loaded(warehouse, Decision(hours=3), maximum_age_minutes=121)
    assert looked_at(again) == {300} and again.left_out == {}


def test_a_started_game_is_no_longer_there(warehouse: Warehouse) -> None:
    found = loaded(warehouse, Decision(at=FIRST_PITCH))
    assert len(found.view.games) == 0 and len(found.view) == 0


def test_only_allowed_books_can_be_bet_at_and_the_others_are_compared(warehouse: Warehouse) -> None:
    found = loaded(warehouse, Decision(hours=1), books=("fanduel",)).view
    assert set(found.bookmaker[found.allowed]) == {"fanduel"}
    assert set(found.bookmaker) == {"pinnacle", "draftkings", "fanduel", "betmgm"}
    prob, sharps = found.sharp_prob(["pinnacle"])
    assert np.isfinite(prob).all() and (sharps == 1).all()


def test_the_card_is_chosen_from_the_same_view(warehouse: Warehouse) -> None:
    at = FIRST_PITCH - timedelta(minutes=60)
    live = loaded(warehouse, Decision(at=at)).view
    past = loaded(warehouse, Decision(hours=1)).view
    bets = card.propose("positive_ev", live, {"minimum_ev_pct": 0})
    assert bets, "the books of the slate differ by some per cent"
    wanted = {"minimum_ev_pct": 0, "retail_bookmakers": "fanduel,draftkings,betmgm"}
    chosen = registry.get("positive_ev").propose(
        past, registry.resolved("positive_ev", wanted), None
    )
    assert {bet.line_id for bet in bets} == set(past.line_id[chosen.rows])
    assert {bet.source_observed_at for bet in bets} == {FIRST_PITCH - timedelta(minutes=62)}


def test_rules_and_results_are_read_as_they_are_deployed(warehouse: Warehouse) -> None:
    with database.connect(warehouse.mode) as connection:
        rules = load_rules(connection)
        market = load_view(connection, ViewRequest(Decision(hours=1), DAY, DAY)).view
        results = load_outcomes(connection, market.games)
        found = load_closes(connection, market)
    rule = rules.of("mlb", "draftkings", "totals", "full")
    assert rule is not None and rule.decided_stands == 1 and rule.start_within_hours == 12
    assert len(results.games) == 6 and len(found.point) == len(market)


EVERY = {"maximum_price_age_minutes": 180.0}
SIGNALLED = {"parameters": {"bookmakers": "fanduel,draftkings"}, **EVERY}
MODEL = {
    "start": DAY - timedelta(days=PAST_DAYS), "sizing": "flat",
    "parameters": {
        "estimator": "logistic", "minimum_games": 60, "refit_days": 5, "minimum_ev_pct": 0.1,
        "minimum_confidence_pct": 1,
    },
}  # fmt: skip
REQUESTS = {
    "one book": {"strategy": "flat", "parameters": {"bookmaker": "fanduel"}, **EVERY},
    "best price": {
        "strategy": "flat", **EVERY,
        "parameters": {"bookmaker": "best", "market": "totals", "side": "over"},
    },
    "at open": {"strategy": "flat", "parameters": {"bookmaker": "best"}, "price": "open"},
    "value": {
        "strategy": "positive_ev", "parameters": {"minimum_ev_pct": 0}, "sizing": "flat", **EVERY,
    },
    "moved": {
        "strategy": "follow_steam", **EVERY,
        "parameters": {"evidence": "opening", "minimum_move_prob": 0.005},
    },
    "steam": {"strategy": "follow_steam", **SIGNALLED},
    "reverse": {"strategy": "reverse_line_movement", **SIGNALLED},
    "public": {"strategy": "fade_public", **SIGNALLED},
    "model": {"strategy": "model", **MODEL, **EVERY},
    "agreed": {
        "strategy": "combination", "sizing": "flat", **EVERY,
        "parameters": {
            "members": "flat,fade_public", "member_parameters": {"flat": {"side": "away"}},
        },
    },
}  # fmt: skip
AFTERWARDS = {
    "prices and points of lines first seen later": [
        "update curated.betting_lines_enhanced as lines set price_american = 900,"
        " price_decimal = 10, point = point + 7 from decided where {its} and valid_from > at"
    ],
    "which came before which, when what stood ended, and whether it was seen again": [
        "update curated.betting_lines_enhanced as lines"
        " set valid_from = valid_from + interval '3 minutes' from decided"
        " where {its} and valid_from > at",
        "update curated.betting_lines_enhanced as lines set valid_to = null,"
        " last_observed_at = valid_from from decided where {its} and valid_to > at",
        "update curated.line_looks as lines set looked_at = (select array_agg(one order by one)"
        " from unnest(looked_at) as looks (one) where one <= at) from decided where {its}",
    ],
    "openings and closes that a source tells afterwards": [
        f"""
        insert into curated.betting_lines_enhanced
        select (jsonb_populate_record(lines, jsonb_build_object(
            'line_id', gen_random_uuid(), 'bookmaker', books.key, 'price_american', 900,
            'price_decimal', 10, 'valid_from', null, 'valid_to', null,
            'first_observed_at', at + interval '1 second', 'is_opening', {opening},
            'is_closing', not {opening}
        ))).*
        from curated.betting_lines_enhanced as lines
        cross join (values ('fanduel'), ('williamhill_us')) as books (key)
        inner join decided on {{its}}
        where bookmaker = 'draftkings' and lines.valid_from is not null
            and lines.valid_from <= at and lines.is_opening
        """
        for opening in ("true", "false")
    ],
    "results, flags and starts that were told later": [
        "update curated.enhanced_games as lines set status = 'final', home_score = 9,"
        " away_score = 1, is_valid = false, commence_at = commence_at + interval '1 day'"
        " from decided where {its} and today",
        "insert into staging.start_times select lines.game_id, 2, at + interval '1 second', null,"
        " commence_at + interval '2 hours' from staging.start_times as lines, decided where {its}",
        "update staging.start_times as lines set told_to = at + interval '1 second'"
        " from decided where {its} and telling = 1",
    ],
    "other closes": ["update curated.closing_lines set price_american = 105, price_decimal = 2.05"],
    "signals, shares of the public and mornings of the teams": [
        "update staging.sharp_action_signals as lines set side = 'home', strength = 1"
        " from decided where {its} and detected_at > at",
        "insert into staging.sharp_action_signals select (jsonb_populate_record(lines,"
        " jsonb_build_object('signal_id', gen_random_uuid(), 'side', 'home', 'strength', 1,"
        " 'detected_at', at + interval '1 second'))).* from staging.sharp_action_signals as lines,"
        " decided where {its} and detected_at <= at",
        "update curated.betting_splits as lines set tickets_pct = 50, money_pct = 50,"
        " last_observed_at = last_observed_at + interval '1 day' from decided"
        " where {its} and valid_from > at",
        f"update curated.team_stats_daily set win_pct = 1 - win_pct, streak = -streak"
        f" where morning_et > '{DAY}'",
    ],
    "nothing is there any more": [
        "delete from curated.betting_lines_enhanced as lines using decided"
        " where {its} and valid_from > at",
        "delete from curated.closing_lines",
        "delete from staging.sharp_action_signals as lines using decided"
        " where {its} and detected_at > at",
        "delete from curated.betting_splits as lines using decided where {its} and valid_from > at",
        f"delete from curated.team_stats_daily where morning_et > '{DAY}'",
    ],
}
KNOWN = {
    "staging.sharp_action_signals": ("steam", "reverse"),
    "curated.betting_splits": ("public",),
    "curated.team_stats_daily": ("model",),
    "curated.betting_lines_enhanced": tuple(REQUESTS),
}
"""Without what was known then these bet otherwise: the comparison can fail."""
KNOWN_LATER = ("result", "result_reason", "profit", "bankroll_after", "settled_date_et", "closing",
               "clv_", "quality_notes", "bankroll_before", "stake")  # fmt: skip


def choices(mode: Mode, names: Iterable[str] = tuple(REQUESTS)) -> dict[str, list[dict[str, Any]]]:
    """Every bet of these requests, without what came of it."""
    return {
        name: [
            {name: value for name, value in bet.items() if not name.startswith(KNOWN_LATER)}
            for bet in run(
                BacktestRequest(**{"start": DAY, "end": DAY, "price": 1, **one}),  # type: ignore[arg-type]
                mode,
            ).bets
        ]
        for name, one in ((name, REQUESTS[name]) for name in names)
    }


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name, bets in other.items() if one[name] != bets}


def test_changing_shuffling_and_deleting_all_that_came_later_leaves_every_bet(
    warehouse: Warehouse,
) -> None:
    with database.connect(warehouse.mode, "owner") as connection:
        plant(connection)
        connection.commit()
        before = choices(warehouse.mode)
        assert all(len(bets) > 3 for bets in before.values()), {
            name: len(bets) for name, bets in before.items()
        }
        decided = {bet["decision_at"] for bet in before["one book"]}
        assert len(decided) == 2, "two moments of decision"
        for what, statements in AFTERWARDS.items():
            for statement in statements:
                connection.execute(statement.replace("{its}", "lines.game_id = decided.game_id"))
            connection.commit()
            assert differing(before, choices(warehouse.mode)) == set(), what
        for table, names in KNOWN.items():
            connection.execute(f"delete from {table}")
            connection.commit()
            assert differing(before, choices(warehouse.mode, names)) == set(names), table
