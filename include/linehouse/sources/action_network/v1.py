"""Action Network's scoreboard of version 1: a flat list of odds rows for each game.

One row is a book's whole offer in one period. Mind the names: `spread_home` is the point and
`spread_home_line` the price; `over` and `under` are prices. Public shares are the books' own here;
the consensus' are read, else the first that are told.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from linehouse.sources.action_network.games import (
    CONSENSUS_BOOK,
    GAME_FIELDS,
    MARKETS,
    OPENING_BOOK,
    asked_date,
    market_name,
    read_game,
)
from linehouse.sources.base import Payload
from linehouse.sources.reading.answer_fields import (
    note_drift,
    objects,
    optional_objects,
    optional_verbatim,
    text,
    verbatim,
)
from linehouse.sources.reading.public_shares import where_told
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed, SplitRow

SIDES = (
    # market, side, field of the price, field of the point
    ("moneyline", "away", "ml_away", None),
    ("moneyline", "home", "ml_home", None),
    ("moneyline", "draw", "draw", None),
    ("spread", "away", "spread_away_line", "spread_away"),
    ("spread", "home", "spread_home_line", "spread_home"),
    ("total", "over", "over", "total"),
    ("total", "under", "under", "total"),
)
SHARE_PREFIXES = {"moneyline": "ml", "spread": "spread", "total": "total"}
TEAM_TOTALS = ("away_total", "away_over", "away_under", "home_total", "home_over", "home_under")
ROW_FIELDS = frozenset(
    [
        *("num_bets", "book_id", "type", "inserted", "line_status", "meta"),
        *TEAM_TOTALS,
        *(field for _, _, *fields in SIDES for field in fields if field),
        *(
            f"{prefix}_{side}_{what}"
            for market, prefix in SHARE_PREFIXES.items()
            for side in (("over", "under") if market == "total" else ("home", "away"))
            for what in ("public", "money")
        ),
    ]
)


def parse_scoreboard_v1(document: Mapping[str, Any], payload: Payload) -> Parsed:
    """Games, lines and shares of a scoreboard of version 1. Raises `DriftedSchemaError`."""
    parsed = Parsed()
    drift: set[str] = set()
    books = tuple(book for book in payload.params.get("bookIds", "").split(",") if book)
    for game, path in objects(document, "games", ""):
        row = read_game(
            game,
            path,
            drift,
            asked_sport=payload.sport_key,
            asked_day=asked_date(payload.params),
            known=GAME_FIELDS | {"odds"},
        )
        offers = list(optional_objects(game, "odds", path))
        parsed.games.append(row)
        for offer, at in offers:
            note_drift(offer, ROW_FIELDS, "games[].odds[]", drift)
            parsed.lines.extend(_lines(offer, at, row.source_event_id))
        parsed.splits.extend(_splits(offers, row))
        periods = dict.fromkeys(text(offer, "type", at) for offer, at in offers)
        parsed.coverage.append(
            Coverage(
                row.sport_key,
                tuple(_name(market, period) for period in periods for market in MARKETS),
                books or None,
                row.source_event_id,
            )
        )
    parsed.drift = sorted(drift)
    return parsed


def _lines(offer: Mapping[str, Any], path: str, source_event_id: str) -> Iterator[LineRow]:
    book, period = verbatim(offer, "book_id", path), text(offer, "type", path)
    for market, side, price_field, point_field in SIDES:
        price = optional_verbatim(offer, price_field, path)
        point = optional_verbatim(offer, point_field, path) if point_field else None
        if price is None and point is None:
            continue
        yield LineRow(
            source_event_id=source_event_id,
            bookmaker=book,
            market=_name(market, period),
            outcome=side,
            price=price,
            point=point,
            label="open" if book == OPENING_BOOK else None,
            last_update=optional_verbatim(offer, "inserted", path),
        )


def _splits(offers: list[tuple[Mapping[str, Any], str]], row: GameRow) -> Iterator[SplitRow]:
    current = [one for one in offers if verbatim(one[0], "book_id", one[1]) != OPENING_BOOK]
    current.sort(key=lambda one: verbatim(one[0], "book_id", one[1]) != CONSENSUS_BOOK)
    seen = set()
    for offer, path in current:
        for market, prefix in SHARE_PREFIXES.items():
            name = _name(market, text(offer, "type", path))
            sides = ("over", "under") if market == "total" else ("away", "home")
            tickets, money = (
                where_told(
                    {
                        side: optional_verbatim(offer, f"{prefix}_{side}_{what}", path)
                        for side in sides
                    }
                )
                for what in ("public", "money")
            )
            if name in seen or not any([*tickets.values(), *money.values()]):
                continue
            seen.add(name)
            for side in sides:
                if tickets[side] is None and money[side] is None:
                    continue
                yield SplitRow(
                    source_event_id=row.source_event_id,
                    sport_key=row.sport_key,
                    market=name,
                    outcome=side,
                    tickets_pct=tickets[side],
                    money_pct=money[side],
                    updated_text=optional_verbatim(offer, "inserted", path),
                )


def _name(market: str, period: str) -> str:
    """`live` is a period of its own here: the full game in play."""
    return market_name(market, "game" if period == "live" else period, live=period == "live")
