"""Prices in ESPN's scoreboard, of one book at a time.

Since 2025: `moneyline`, `pointSpread` and `total`, each with two sides, each side with `open` (the
first price) and `close`, which is simply the price of now and never the closing one. Earlier, or
where parts are missing: `details` ("BOS -9.5": a spread; "CHW -155": a moneyline), `overUnder`,
and prices inside `homeTeamOdds|awayTeamOdds`. Entries can be null, and so can their parts.

A line's bookmaker is the provider's id; market, outcome, price and point are the source's words.
Only the letter of a total (`o219.5`), which says what the outcome says, is taken off.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from linehouse.sources.reading.answer_fields import (
    mapping,
    note_drift,
    optional_mapping,
    optional_verbatim,
    verbatim,
    wrong_type,
)
from linehouse.sources.rows import LineRow

MARKETS = ("moneyline", "pointSpread", "total")
SIDES = {"moneyline": ("home", "away"), "pointSpread": ("home", "away"), "total": ("over", "under")}
LABELS = {"open": "open", "close": None}
ODDS_FIELDS = frozenset(
    {
        "provider", "details", "overUnder", "spread", "homeTeamOdds", "awayTeamOdds", "moneyline",
        "pointSpread", "total", "link", "header", "footer", "overOdds", "underOdds", "drawOdds",
        "moneylineWinner", "spreadWinner", "open", "current", "close", "links",
    }
)  # fmt: skip
PRICE_FIELDS = frozenset({"line", "odds", "link"})
MARKET_FIELDS = frozenset(
    {"displayName", "shortDisplayName", "home", "away", "draw", "over", "under"}
)

_DETAILS = re.compile(r"(?P<team>.+) (?P<number>[+-]\d+(?:\.\d+)?)")
LEAST_PRICE = 100
"""American prices are at least this far from 0; no spread is."""


def lines_of(
    competition: Mapping[str, Any], path: str, source_event_id: str, drift: set[str]
) -> list[LineRow]:
    """All lines of an event, in the order of the answer. Raises `DriftedSchemaError`."""
    odds = competition.get("odds")
    if odds is None:
        return []
    if not isinstance(odds, list):
        raise wrong_type(f"{path}.odds", "a list", odds)
    lines = []
    for position, entry in enumerate(odds):
        if entry is None:
            continue
        entry_path = f"{path}.odds[{position}]"
        if not isinstance(entry, dict):
            raise wrong_type(entry_path, "an object or null", entry)
        note_drift(entry, ODDS_FIELDS, "events[].competitions[].odds[]", drift)
        bookmaker = verbatim(mapping(entry, "provider", entry_path), "id", f"{entry_path}.provider")
        lines += [
            LineRow(source_event_id, bookmaker, market, outcome, price, point, label=label)
            for market, outcome, price, point, label in (
                *_sided(entry, entry_path, drift),
                *_summary(entry, entry_path),
            )
        ]
    return lines


_Cells = tuple[str, str, str | None, str | None, str | None]
"""Market, outcome, price, point, label."""


def _sided(entry: Mapping[str, Any], path: str, drift: set[str]) -> Iterator[_Cells]:
    for market, sides in SIDES.items():
        block = optional_mapping(entry, market, path)
        note_drift(block, MARKET_FIELDS, f"events[].competitions[].odds[].{market}", drift)
        for side in sides:
            prices = optional_mapping(block, side, f"{path}.{market}")
            note_drift(prices, LABELS.keys(), f"events[].competitions[].odds[].{market}.{side}",
                       drift)  # fmt: skip
            for told, label in LABELS.items():
                price = optional_mapping(prices, told, f"{path}.{market}.{side}")
                price_path = f"{path}.{market}.{side}.{told}"
                note_drift(price, PRICE_FIELDS, "events[].competitions[].odds[].price", drift)
                cells = (
                    optional_verbatim(price, "odds", price_path),
                    _point(optional_verbatim(price, "line", price_path), side),
                )
                if cells != (None, None):
                    yield market, side, *cells, label


def _point(line: str | None, side: str) -> str | None:
    """A total without the letter of its side; a letter that contradicts the side stays."""
    if line is not None and side in ("over", "under") and line[:1].lower() == side[0]:
        return line[1:].strip()
    return line


def _summary(entry: Mapping[str, Any], path: str) -> Iterator[_Cells]:
    """What stands outside of the three markets, as far as these do not say it."""
    told = {market for market in MARKETS if entry.get(market)}
    details = optional_verbatim(entry, "details", path)
    if details is not None and not told & {"moneyline", "pointSpread"}:
        found = _DETAILS.fullmatch(details)
        if found is None:
            yield "details", details, None, None, None
        elif abs(float(found["number"])) >= LEAST_PRICE:
            yield "details", found["team"], found["number"], None, None
        else:
            yield "details", found["team"], None, found["number"], None
    if "total" not in told:
        total = optional_verbatim(entry, "overUnder", path)
        prices = {side: optional_verbatim(entry, f"{side}Odds", path) for side in ("over", "under")}
        if any(prices.values()):
            for side, price in prices.items():
                yield "overUnder", side, price, total, None
        elif total is not None:
            yield "overUnder", "over", None, total, None
            yield "overUnder", "under", None, total, None
    for field, market in (("moneyLine", "moneyline"), ("spreadOdds", "pointSpread")):
        if market in told:
            continue
        for side in ("home", "away"):
            odds = optional_mapping(entry, f"{side}TeamOdds", path)
            price = optional_verbatim(odds, field, f"{path}.{side}TeamOdds")
            if price is not None:
                point = _spread(entry, side, path) if field == "spreadOdds" else None
                yield field, side, price, point, None


def _spread(entry: Mapping[str, Any], side: str, path: str) -> str | None:
    """The spread is told for the home side alone; the away side's is its mirror."""
    spread = optional_verbatim(entry, "spread", path)
    if spread is None or side == "home":
        return spread
    if not spread.strip("+-0."):
        return spread
    return spread[1:] if spread.startswith("-") else f"-{spread.removeprefix('+')}"
