"""What stood at a moment, from a scan of raw rows; and a second source of the same games."""

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from slate import Warehouse

from linehouse.sources.base import Payload
from linehouse.sources.mapped_table import source as mapped_table
from linehouse.sources.mapped_table.yaml import read_mapping
from tests.dbt.interval_oracle import Snapshot

DESK = "night_desk"
DESK_BOOKS = ("pinnacle", "mybookieag")
"""One that the other source tells, too, and one that it does not."""
DESK_MAPPING = f"""
source: {DESK}
sport: {{constant: baseball_mlb}}
event:
  id: id
  home: home
  away: away
  start: {{column: start, time_zone: UTC}}
observed_at: {{column: seen, time_zone: UTC}}
lines:
  layout: long
  bookmaker: book
  market: {{column: market, values: {{ml: h2h, total: totals}}}}
  outcome: pick
  price: price
  point: point
"""
Line = tuple[str, str, str, str, Any, Any, datetime, bool]
"""Source, bookmaker, market, side, point, American price, when it was seen last until then, and
whether that was in play by the start that was told with it."""


def desk_payloads(
    rng: random.Random, snapshots: Sequence[Snapshot], teams: dict[str, tuple[str, str]]
) -> list[Payload]:
    """Captures of a person's own table, some minutes after every second snapshot: prices of their
    own, books and games that are not always there, starts as they had just been told."""
    rows = ["id,home,away,start,seen,book,market,pick,price,point"]
    for snapshot in snapshots[::2]:
        seen = snapshot.observed_at + timedelta(minutes=rng.choice((2, 4)))
        for event, start in snapshot.commence.items():
            home, away = teams[event]
            game = f"desk {event},{home},{away},{start:%Y-%m-%d %H:%M:%S},{seen:%Y-%m-%d %H:%M:%S}"
            for book in DESK_BOOKS:
                if rng.random() < 0.2:
                    continue
                prices = rng.choice(((-110, -110), (-125, 105), (100, -120)))
                rows += [
                    f"{game},{book},ml,{side},{price},"
                    for side, price in zip(("home", "away"), prices, strict=True)
                ]
                if rng.random() < 0.7:
                    point = rng.choice((8, 8.5))
                    rows += [
                        f"{game},{book},total,{side},-110,{point}" for side in ("over", "under")
                    ]
    table = "\n".join(rows).encode() + b"\n"
    return list(mapped_table.payloads(table, "desk.csv", read_mapping(DESK_MAPPING, "desk.yaml")))


def raw_rows(warehouse: Warehouse, game: Any) -> Sequence[tuple[Any, ...]]:
    """Every answer in force, with each raw line of the game in it, or none."""
    return warehouse.ask(
        """
        select c.source, c.observed_at, c.markets, c.bookmakers, g.home_team, g.commence_at,
            l.bookmaker, l.market, l.outcome, l.price::int, l.point::numeric
        from raw_data.payload_coverage as c
        inner join ops.batches as b on c.payload_id = b.payload_id and b.state = 'accepted'
        inner join ops.game_registry as r on r.game_id = %s and r.source = c.source
        left join raw_data.games_raw as g
            on c.payload_id = g.payload_id and r.source_event_id = g.source_event_id
        left join raw_data.betting_lines_raw as l
            on c.payload_id = l.payload_id and r.source_event_id = l.source_event_id
        """,
        game,
    )


def scanned(
    rows: Sequence[tuple[Any, ...]], at: datetime, tolerance: timedelta | None = None
) -> list[Line]:
    """Of each source, book and market the last answer until `at` that speaks about it."""
    looks: dict[tuple[str, datetime], tuple[set[str], set[str] | None]] = {}
    shown: dict[tuple[str, datetime, str, str], list[Line]] = {}
    for source, seen, markets, books, home, start, book, market, outcome, price, point in rows:
        if seen > at:
            continue
        looks[source, seen] = (set(markets), set(books) if books else None)
        if book is not None:
            side = outcome.lower()
            if side not in ("home", "away", "over", "under"):
                side = "home" if outcome == home else "away"
            shown.setdefault((source, seen, book, market), []).append(
                (source, book, market, side, point, price, seen, start <= seen)
            )
    found: list[Line] = []
    for source, book, market in {(source, book, market) for source, _, book, market in shown}:
        answered = [
            seen
            for (teller, seen), (markets, books) in looks.items()
            if teller == source and market in markets and (books is None or book in books)
        ]
        last = max(answered, default=None)
        if last is not None and (tolerance is None or last >= at - tolerance):
            found += shown.get((source, last, book, market), [])
    return sorted(found, key=lambda line: line[:4])
