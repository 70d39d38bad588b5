"""The betting card: what the strategies choose from the market as it stands, through the gate."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import pandas as pd
from psycopg.rows import dict_row

from linehouse import clock
from linehouse.betting.odds import american_from_decimal
from linehouse.betting.settlement import Market, Side
from linehouse.database import connect
from linehouse.days import EASTERN
from linehouse.market.decision import Decision
from linehouse.market.load import ViewRequest, load_view
from linehouse.market.view import MarketView
from linehouse.promotion import PromotionResult, publish_python
from linehouse.settings import Mode, get_settings
from linehouse.strategies import registry
from linehouse.strategies.base import Bet, Proposals
from linehouse.strategies.price_life import times_to_live


def choose(
    mode: Mode, run_id: str | None = None, strategies: Iterable[str] = ("positive_ev",)
) -> PromotionResult:
    """Run the strategies on what is known now and publish their card.

    The card of every game that has not started is chosen anew; the rows of games that have
    started stay as they were. A bet that is chosen again at the same price keeps its row: when it
    was first chosen, and what was known then.

    Raises:
        GateFailed: the card did not pass its gate; the published one stays.
    """
    at = clock.now(mode)
    view, standing = _read(mode, at)
    bets = [bet for name in strategies for bet in propose(name, view)]
    lives = times_to_live(mode, {UUID(bet.line_id) for bet in bets if bet.line_id}, at)
    rows = rows_of(bets, at, {row["card_id"]: row for row in standing}, lives)
    touched = {UUID(str(row["game_id"])) for row in (*rows, *standing)}
    return publish_python(mode, {"betting_card": rows}, touched, run_id)


def propose(strategy: str, view: MarketView, given: Mapping[str, Any] | None = None) -> list[Bet]:
    """Bets of a strategy that states probabilities on a view, highest expected value first."""
    found = registry.get(strategy)
    parameters = registry.resolved(strategy, given)
    chosen = found.propose(view, parameters, None)
    ev_pct = 100 * (chosen.probability * view.decimal[chosen.rows] - 1)
    best_first = np.argsort(-ev_pct, kind="stable")
    chosen, ev_pct = chosen.chosen(best_first), ev_pct[best_first]
    told = found.explain(view, chosen, parameters)
    return [
        _bet(strategy, view, row, place, chosen, float(ev_pct[place]), told[place], parameters)
        for place, row in enumerate(chosen.rows.tolist())
    ]


def _bet(
    strategy: str,
    view: MarketView,
    row: int,
    place: int,
    chosen: Proposals,
    ev_pct: float,
    rationale: str,
    parameters: Mapping[str, Any],
) -> Bet:
    games, game = view.games, int(view.game[row])
    point, quality = float(view.point[row]), float(view.quality[row])
    decimal = float(view.decimal[row])
    return Bet(
        strategy=strategy,
        game_id=games.game_id[game],
        sport_key=games.sport_key[game],
        commence_at=_utc(games.commence_at[game]),
        home_team=games.home_team[game],
        away_team=games.away_team[game],
        bookmaker=view.bookmaker[row],
        market=Market(view.market[row]).name.lower(),
        period=view.period[row],
        side=Side(view.side[row]).name.lower(),
        point=None if np.isnan(point) else point,
        price_american=round(american_from_decimal(decimal)),
        price_decimal=round(decimal, 6),
        probability=round(float(chosen.probability[place]), 6),
        ev_pct=round(ev_pct, 4),
        stake_units=float(parameters.get("stake_units", get_settings().flat_stake_units)),
        rationale=rationale,
        confidence=float(chosen.confidence[place]),
        source_observed_at=_utc(view.observed_at[row]),
        batch_id=view.batch_id[row],
        quality_score=None if np.isnan(quality) else quality,
        line_id=view.line_id[row] or None,
    )


def _utc(moment: np.datetime64) -> datetime:
    found: datetime = pd.Timestamp(moment).tz_localize("UTC").to_pydatetime()
    return found


def rows_of(
    bets: Iterable[Bet],
    at: datetime,
    standing: Mapping[UUID, dict[str, Any]],
    lives: Mapping[UUID, float] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Rows of `curated.betting_card`; those that stand on it already are kept as they are.

    `lives`: seconds that a line is likely to stand yet, where that is known.
    """
    rows = []
    for bet in bets:
        card_id = _card_id(bet)
        line_id = UUID(bet.line_id) if bet.line_id else None
        fresh = {
            **asdict(bet),
            "card_id": card_id,
            "game_id": UUID(bet.game_id),
            "batch_id": UUID(bet.batch_id),
            "line_id": line_id,
            "time_to_live_seconds": lives.get(line_id) if line_id else None,
            "card_date_et": bet.commence_at.astimezone(EASTERN).date(),
            "chosen_at": at,
        }
        rows.append(
            {name: standing[card_id][name] for name in fresh} if card_id in standing else fresh
        )
    return rows


def _card_id(bet: Bet) -> UUID:
    parts = (
        bet.strategy,
        bet.game_id,
        bet.bookmaker,
        bet.market,
        bet.period,
        bet.side,
        bet.point,
        bet.price_american,
    )
    return uuid5(NAMESPACE_URL, "linehouse:card:" + "|".join(map(str, parts)))


def _read(mode: Mode, at: datetime) -> tuple[MarketView, list[dict[str, Any]]]:
    """The market as it stands, and the card rows of games that have not started, in one
    snapshot."""
    with connect(mode) as connection, connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        loaded = load_view(connection, ViewRequest(Decision(at=at)))
        cursor.execute("select * from curated.betting_card where commence_at > %s", [at])
        return loaded.view, cursor.fetchall()
