"""The betting card: what the strategies choose from `curated.opportunities`, through the gate."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pandas as pd
from psycopg.rows import dict_row

from linehouse import clock
from linehouse.database import connect
from linehouse.days import EASTERN
from linehouse.promotion import PromotionResult, publish_python
from linehouse.settings import Mode
from linehouse.strategies import registry
from linehouse.strategies.base import Bet


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
    opportunities, standing = _read(mode, at)
    bets = [
        bet
        for name in strategies
        for bet in registry.get(name).propose(
            opportunities, registry.get(name).default_parameters(), at
        )
    ]
    rows = rows_of(bets, at, {row["card_id"]: row for row in standing})
    touched = {UUID(str(row["game_id"])) for row in (*rows, *standing)}
    return publish_python(mode, {"betting_card": rows}, touched, run_id)


def rows_of(
    bets: Iterable[Bet], at: datetime, standing: Mapping[UUID, dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows of `curated.betting_card`; those that stand on it already are kept as they are."""
    rows = []
    for bet in bets:
        card_id = _card_id(bet)
        fresh = {
            **asdict(bet),
            "card_id": card_id,
            "game_id": UUID(bet.game_id),
            "batch_id": UUID(bet.batch_id),
            "line_id": UUID(bet.line_id) if bet.line_id else None,
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


def _read(mode: Mode, at: datetime) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """Opportunities, and the card rows of games that have not started, in one snapshot."""
    with connect(mode) as connection, connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        cursor.execute("select * from curated.opportunities where commence_at > %s", [at])
        opportunities = pd.DataFrame(cursor.fetchall())
        cursor.execute("select * from curated.betting_card where commence_at > %s", [at])
        return opportunities, cursor.fetchall()
