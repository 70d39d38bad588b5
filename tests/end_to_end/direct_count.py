"""Moves of recorded lines, and who moved first, counted from the files as they are: no parser,
model or macro of ours.

The rules are those that the models' descriptions state. A move is a look before the start, as that
look tells it, at which price or point of a side differ from those that were last shown; a line that
is not shown in between has not moved. Towards which side the home side's (or the over's) line moved
is told by its chance without margin, brought to a point of none by what half a point is worth. A
book follows another that moved the same way at an earlier look, at most an hour before; two that
move in one look follow nobody.
"""

import csv
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

from linehouse.settings import PROJECT_ROOT

HOUR, ZERO = timedelta(hours=1), timedelta()
Market = tuple[str, str, str]  # event, bookmaker, market
Side = tuple[str, str, str, str]
Shown = tuple[int, float | None]  # American price, point


@dataclass(frozen=True)
class Look:
    """What a side showed at a moment; `value` is None where the other side is no valid line."""

    at: datetime
    shown: Shown
    value: float | None


@dataclass(frozen=True)
class Move:
    """A change of the home side or the over; `way` is 0 where only both margins changed."""

    at: datetime
    way: int
    is_point_move: bool


class Counted:
    """Looks at every side of every line before its start, and what follows from them."""

    def __init__(self, looks: dict[Side, list[Look]]) -> None:
        self._changes = {side: list(_changes(seen)) for side, seen in looks.items()}
        self._moves: dict[Market, list[Move]] = {
            side[:3]: [_move(one, two) for one, two in pairwise(changes)]
            for side, changes in self._changes.items()
            if side[3] in ("home", "over")
        }

    def of_sides(self) -> dict[Side, int]:
        """Number of moves of each side."""
        return {side: len(changes) - 1 for side, changes in self._changes.items()}

    def of_markets(self) -> dict[Market, tuple[int, int, int, int]]:
        """Moves, moves of the point, moves that led and that followed, of each book's market."""
        found = {}
        for market, moves in self._moves.items():
            first = behind = 0
            for move in moves:
                others = [
                    other for book, other in self._others(market) if other.way == move.way != 0
                ]
                is_behind = any(HOUR >= move.at - other.at > ZERO for other in others)
                behind += is_behind
                first += not is_behind and any(
                    HOUR >= other.at - move.at > ZERO for other in others
                )
            found[market] = len(moves), sum(one.is_point_move for one in moves), first, behind
        return found

    def leads(self) -> dict[tuple[str, str, str, str], tuple[int, float, float, float]]:
        """Event, market, leader and follower to the number of moves, and the least, greatest and
        mean seconds from the leader's last move the same way."""
        lags: dict[tuple[str, str, str, str], list[float]] = defaultdict(list)
        for (event, book, market), moves in self._moves.items():
            for move in moves:
                last: dict[str, datetime] = {}
                for leader, other in self._others((event, book, market)):
                    if other.way == move.way != 0 and HOUR >= move.at - other.at > ZERO:
                        last[leader] = max(last.get(leader, other.at), other.at)
                for leader, at in last.items():
                    lags[event, market, leader, book].append((move.at - at).total_seconds())
        return {
            pair: (len(found), min(found), max(found), sum(found) / len(found))
            for pair, found in lags.items()
        }

    def figures(self) -> str:
        """The counts in a sentence."""
        sides, markets, leads = self.of_sides(), self.of_markets(), self.leads()
        by_leader: dict[str, int] = defaultdict(int)
        for (_, _, leader, _), (follows, *_) in leads.items():
            by_leader[leader] += follows
        return (
            f"{sum(sides.values())} moves of {len(sides)} sides;"
            f" {sum(one[0] for one in markets.values())} of {len(markets)} markets by the home side"
            f" or the over, {sum(one[1] for one in markets.values())} of them of the point,"
            f" {sum(one[2] for one in markets.values())} that led and"
            f" {sum(one[3] for one in markets.values())} that followed;"
            f" {sum(follows for follows, *_ in leads.values())} pairs of moves;"
            f" leaders {sorted(by_leader.items(), key=lambda one: -one[1])[:5]}"
        )

    def _others(self, market: Market) -> Iterable[tuple[str, Move]]:
        event, book, name = market
        for other, moves in self._by_event[event, name].items():
            if other != book:
                yield from ((other, move) for move in moves)

    @cached_property
    def _by_event(self) -> dict[tuple[str, str], dict[str, list[Move]]]:
        found: dict[tuple[str, str], dict[str, list[Move]]] = defaultdict(dict)
        for (event, book, market), moves in self._moves.items():
            found[event, market][book] = moves
        return found


def count(files: Sequence[Path], broken: Iterable[Sequence[Any]]) -> Counted:
    """Count over captures. `broken` are the intervals of lines that broke a rule: event, bookmaker,
    market, side, from, to; what they show is left out."""
    invalid: dict[Side, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    for event, bookmaker, market, side, since, until in broken:
        invalid[event, bookmaker, market, side].append((since, until))
    looks: dict[Side, list[Look]] = defaultdict(list)
    captures = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    for capture in sorted(captures, key=lambda one: datetime.fromisoformat(one["last_updated"])):
        at = datetime.fromisoformat(capture["last_updated"])
        for event in capture["odds"]:
            if datetime.fromisoformat(event["commence_time"]) > at:
                for side, look in _shown(event, at, invalid):
                    looks[side].append(look)
    return Counted(looks)


def _shown(event: dict[str, Any], at: datetime, invalid: dict[Side, Any]) -> Iterable[Any]:
    names = {event["home_team"]: "home", event["away_team"]: "away"}
    for book in event["bookmakers"]:
        for market in book["markets"]:
            shown = {}
            for outcome in market["outcomes"]:
                side = names.get(outcome["name"], outcome["name"].lower())
                line = (event["id"], book["key"], market["key"], side)
                if not any(
                    since <= at and (until is None or at < until) for since, until in invalid[line]
                ):
                    shown[side] = outcome["price"], outcome.get("point")
            chances = {side: _implied(price) for side, (price, _) in shown.items()}
            for side, (price, point) in shown.items():
                value = None
                if len(chances) == 2:
                    fair = round(chances[side] / sum(chances.values()), 6)
                    value = round(fair + _worth(market["key"], point), 6)
                yield (
                    (event["id"], book["key"], market["key"], side),
                    Look(at, (price, point), value),
                )


def _changes(looks: Sequence[Look]) -> Iterable[Look]:
    """The first look, and those that show something else than the one before."""
    before: Shown | None = None
    for look in looks:
        if look.shown != before:
            yield look
        before = look.shown


def _move(one: Look, two: Look) -> Move:
    way = 0
    if one.value is not None and two.value is not None and round(two.value - one.value, 6):
        way = 1 if two.value > one.value else -1
    return Move(two.at, way, one.shown[1] != two.shown[1])


def _implied(price: int) -> float:
    return 100 / (100 + price) if price > 0 else -price / (100 - price)


def _worth(market: str, point: float | None) -> float:
    """What a point is worth in MLB, in probability."""
    if point is None:
        return 0.0
    return 2 * _half_points()[market] * (-point if market == "spreads" else point)


@cache
def _half_points() -> dict[str, float]:
    with (PROJECT_ROOT / "dbt/seeds/market_scales.csv").open(encoding="utf-8") as file:
        rows = [
            row
            for row in csv.DictReader(file)
            if row["league"] == "mlb" and row["period"] == "full"
        ]
    return {row["market"]: float(row["half_point_prob"]) for row in rows}
