"""Action Network's history of one event's lines: every price that a book showed, with its time.

Shape: book -> period -> market -> sides, each with `history`. The answer does not name its event;
the address that was asked does.
"""

import re
from collections.abc import Mapping
from typing import Any

from linehouse.sources.action_network.games import MARKETS, OPENING_BOOK, market_name
from linehouse.sources.action_network.markets import PROPS_PREFIX
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.answer_fields import (
    mapping,
    note_drift,
    objects,
    optional_verbatim,
    required,
    text,
)
from linehouse.sources.rows import MovementRow, Parsed

ADDRESS = re.compile(r"/markets/event/(\d+)/history(?:$|\?)")
SIDE_FIELDS = frozenset(
    {
        "side", "team_id", "period", "history", "outcome_id", "market_id", "event_id",
        "event_type", "league_id", "book_id", "book_parent_id", "core_book_id", "type",
        "option_type_id", "odds", "value", "is_live", "line_status", "bet_info",
        "deeplink_id", "odds_coefficient_score", "is_alt_market", "player_id",
        "competitor_id", "prop_type_id",
    }
)  # fmt: skip
PRICE_FIELDS = frozenset({"odds", "value", "updated_at", "line_status", "is_live"})


def parse_history(document: Mapping[str, Any], payload: Payload) -> Parsed:
    """Movements of one event, in payload order. Raises `DriftedSchemaError`."""
    asked = ADDRESS.search(payload.url or "")
    if asked is None or payload.sport_key is None:
        raise DriftedSchemaError("a history does not name its event, and its address is not known")
    event, sport_key = asked.group(1), payload.sport_key
    parsed = Parsed()
    drift: set[str] = set()
    for book in document:
        periods = mapping(document, book, "")
        for period in periods:
            markets, at = mapping(periods, period, book), f"{book}.{period}"
            for market in markets:
                if market.startswith(PROPS_PREFIX):
                    continue
                if market not in MARKETS:
                    drift.add(f"[][].{market}")
                    continue
                for side, path in objects(markets, market, at):
                    note_drift(side, SIDE_FIELDS, "[][][][]", drift)
                    parsed.movements += _movements(
                        side, path, (event, sport_key, book, period, market), drift
                    )
    parsed.drift = sorted(drift)
    return parsed


def _movements(
    side: Mapping[str, Any], path: str, place: tuple[str, str, str, str, str], drift: set[str]
) -> list[MovementRow]:
    event, sport_key, book, period, market = place
    team = optional_verbatim(side, "team_id", path)
    movements = []
    for price, at in objects(side, "history", path):
        note_drift(price, PRICE_FIELDS, "[][][][].history[]", drift)
        required(price, "odds", at)
        status = optional_verbatim(price, "line_status", at)
        point = optional_verbatim(price, "value", at) if market != "moneyline" else None
        details = {"line_status": status, "team_id": team}
        movements.append(
            MovementRow(
                source_event_id=event,
                sport_key=sport_key,
                bookmaker=book,
                market=market_name(market, period, live=price.get("is_live") is True),
                outcome=text(side, "side", path),
                moved_text=text(price, "updated_at", at),
                price=optional_verbatim(price, "odds", at),
                point=point,
                label="open" if book == OPENING_BOOK or status == "opener" else None,
                details={key: told for key, told in details.items() if told is not None},
            )
        )
    return movements
