"""The card of several strategies: bundles, bets without a probability, and limits."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from slate import NOON, TEAMS, Warehouse, events

from linehouse.promotion import GateFailed, publish_python
from linehouse.settings import get_settings
from linehouse.strategies import card

LOOK = timedelta(minutes=10)


def prices(away_at_betmgm: int) -> list[dict[str, Any]]:
    """The slate with an arbitrage on its first game: DraftKings' home side, BetMGM's away side."""
    told = events()
    for book, home, away in (("draftkings", 210, -220), ("betmgm", 120, away_at_betmgm)):
        (offer,) = (one for one in told[0]["bookmakers"] if one["key"] == book)
        for outcome, price in zip(offer["markets"][0]["outcomes"], (home, away), strict=True):
            outcome["price"] = price
    return told


def look(warehouse: Warehouse, number: int, away_at_betmgm: int) -> None:
    warehouse.take_in(NOON + number * LOOK, body=prices(away_at_betmgm))
    warehouse.promote_both()


def rows(warehouse: Warehouse, *columns: str) -> list[tuple[Any, ...]]:
    return list(
        warehouse.ask(
            f"select {', '.join(columns)} from curated.betting_card"
            " order by strategy, game_id, side, card_id"
        )
    )


def test_several_strategies_share_a_card(
    published: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def choose(*strategies: str, minutes: float) -> list[tuple[Any, ...]]:
        at = NOON + timedelta(minutes=minutes)
        assert card.choose(published.mode, strategies=strategies, at=at).state == "published"
        return rows(published, "card_id", "chosen_at", "stake_units", "bundle_id")

    look(published, 1, -150)
    first = choose("arbitrage", "flat", minutes=11)
    home, away = published.ask(
        "select bookmaker, price_american, probability, ev_pct, stake_units, bundle_id"
        " from curated.betting_card where strategy = 'arbitrage' order by bookmaker desc"
    )
    assert home[:4] == ("draftkings", 210, None, None) and away[:2] == ("betmgm", -150)
    assert home[5] == away[5] is not None
    # 1 unit is spread so that 3.1 and 5/3 pay the same: 1 / (1 / 3.1 + 3 / 5) = 1.0839
    assert home[4] + away[4] == pytest.approx(1, abs=1e-6)
    assert float(home[4]) * 3.1 == pytest.approx(1.083916, abs=1e-5)
    assert float(away[4]) * 5 / 3 == pytest.approx(1.083916, abs=1e-5)
    flat = published.ask(
        "select bundle_id, probability, stake_units from curated.betting_card"
        " where strategy = 'flat'"
    )
    assert flat == [(None, None, Decimal(1))] * len(TEAMS)

    assert choose("arbitrage", "flat", minutes=15) == first  # what stands keeps its row
    look(published, 2, -160)
    again = choose("arbitrage", "flat", minutes=21)
    bundled = [row for row in again if row[3] is not None]
    assert len(bundled) == 2 and not {row[3] for row in bundled} & {row[3] for row in first}
    assert {row[1] for row in bundled} == {NOON + timedelta(minutes=21)}  # both legs anew
    assert [row for row in again if row[3] is None] == [row for row in first if row[3] is None]

    # a leg that is not there is for the gate to see
    legs = published.ask("select game_id from curated.betting_card where bundle_id is not null")
    with pytest.raises(GateFailed, match="bets that belong together"):
        publish_python(published.mode, {"betting_card": alone(published)}, [legs[0][0]])

    # limits leave no way round: 2 units a game are what flat and the arbitrage want of the first
    monkeypatch.setenv("LIMIT_PER_GAME", "0.015")
    get_settings.cache_clear()
    choose("flat", "arbitrage", minutes=22)
    assert not published.ask("select from curated.betting_card where bundle_id is not null") or (
        published.one("select count(*) from curated.betting_card where strategy = 'flat'")
        == len(TEAMS) - 1
    )
    assert published.one(
        "select max(units) from (select sum(stake_units) as units from curated.betting_card"
        " group by game_id) as games"
    ) <= Decimal("1.5")
    monkeypatch.setenv("LIMIT_PER_DAY", "0.03")
    get_settings.cache_clear()
    choose("flat", minutes=23)
    assert published.one("select sum(stake_units) from curated.betting_card") == 3

    for wanted, sentence in (("model", "bets in backtests alone"), ("mdel", "no strategy is")):
        with pytest.raises(card.CardError, match=sentence):
            card.choose(published.mode, strategies=[wanted], at=NOON + 3 * LOOK)


def alone(warehouse: Warehouse) -> list[dict[str, Any]]:
    """One leg of the bundle, as a row to publish."""
    names = [
        name
        for (name,) in warehouse.ask(
            "select attname from pg_attribute where attrelid = 'curated.betting_card'::regclass"
            " and attnum > 0 and not attisdropped"
        )
    ]
    (row,) = warehouse.ask(
        f"select {', '.join(names)} from curated.betting_card where bundle_id is not null limit 1"
    )
    return [dict(zip(names, row, strict=True))]
