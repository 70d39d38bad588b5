"""House rules that decide when a bet stands and which points count, from the seed settlement_rules.

A row of the seed holds for its league and, where it names them, for one bookmaker, market and
period. Of all rows that hold for a bet each filled cell counts, the more special row's first:
bookmaker goes before period, period before market. A league needs a row for each of its periods.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

KEYS = ("bookmaker", "period", "market")
"""Most special first."""
ANY = "any"


class SettlementRuleError(ValueError):
    """A row of settlement rules that cannot be read: says which, where and what would do."""


class WhenHalted(IntEnum):
    """What a bet is worth on a game that was halted and not resumed in time."""

    VOID = 0
    SCORE = 1
    """Graded at the score as it stood, once enough was played."""
    LAST_FULL = 2
    """At the score after the last full inning, unless the home side has since tied it or leads."""


class Tied(IntEnum):
    """What a two-way moneyline is worth when the points are equal."""

    PUSH = 0
    LOSE = 1


@dataclass(frozen=True)
class Rule:
    """What holds for one league, bookmaker, market and period.

    Attributes:
        first_segment, last_segment: quarters or innings whose points count, from 1.
        overtime: points after the last scheduled segment count too.
        segment_length: minutes or innings of one segment: 12 for a quarter, 1 for an inning.
        minimum_played: minutes (basketball) or innings (baseball) from which the bet has action.
        spared_when_home_leads: how much less is enough while the home side leads.
        decided_stands: a total that is already over stands, however little was played.
        start_within_days, start_within_hours: how much later than listed the game may start, in
            Eastern calendar days (0: the same day) and hours; infinite where it does not matter.
        resume_within_days, resume_within_hours: the same from the first start to a resumption.
        when_halted, tied: see there.
    """

    first_segment: float
    last_segment: float
    overtime: float
    segment_length: float
    minimum_played: float
    spared_when_home_leads: float
    decided_stands: float
    start_within_days: float
    start_within_hours: float
    resume_within_days: float
    resume_within_hours: float
    when_halted: float
    tied: float

    def __post_init__(self) -> None:
        if not 1 <= self.first_segment <= self.last_segment:
            raise SettlementRuleError(
                f"segments {self.first_segment:g} to {self.last_segment:g} are no period"
            )
        if self.segment_length <= 0:
            raise SettlementRuleError(f"a segment of length {self.segment_length:g}")
        if self.minimum_played < 0 or not 0 <= self.spared_when_home_leads <= self.minimum_played:
            raise SettlementRuleError(
                f"a minimum of {self.minimum_played:g} with {self.spared_when_home_leads:g} spared"
            )
        limits = (self.start_within_days, self.start_within_hours)
        if min(*limits, self.resume_within_days, self.resume_within_hours) < 0:
            raise SettlementRuleError("a limit of days or hours below 0")


NAMES = tuple(field.name for field in fields(Rule))
WORDS: Mapping[str, Mapping[str, float]] = {
    "overtime": {"true": 1.0, "false": 0.0},
    "decided_stands": {"true": 1.0, "false": 0.0},
    "when_halted": {one.name.lower(): float(one) for one in WhenHalted},
    "tied": {one.name.lower(): float(one) for one in Tied},
}
"""Columns that hold a word."""
LIMITS = tuple(name for name in NAMES if "_within_" in name)


class Rules:
    """All rules, and the one that holds for a bet."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Read the rows of the seed, as text.

        Raises:
            SettlementRuleError: a cell that cannot be read, or a bet to which the rows give a rule
                with a hole in it.
        """
        self._rows: list[tuple[dict[str, str], dict[str, float]]] = []
        for number, row in enumerate(rows, 2):
            keys = {name: (row.get(name) or "").strip() for name in ("league", *KEYS)}
            if not keys["league"]:
                raise SettlementRuleError(f"settlement_rules, line {number}: no league")
            self._rows.append((keys, _cells(row, number)))
        self._rows.sort(key=lambda one: [bool(one[0][name]) for name in KEYS])
        self._periods = {(keys["league"], keys["period"]) for keys, _ in self._rows}
        self._found: dict[tuple[str, str, str, str], Rule | None] = {}
        for keys, _ in self._rows:
            if keys["period"]:
                self.of(keys["league"], keys["bookmaker"], keys["market"], keys["period"])

    def as_text(self) -> str:
        """Every row in one order: what settles alike is the same text, whatever the file's."""
        rows = [{**keys, **filled} for keys, filled in self._rows]
        return "\n".join(sorted(json.dumps(row, sort_keys=True) for row in rows))

    def of(self, league: str, bookmaker: str, market: str, period: str) -> Rule | None:
        """The rule of a bet; None for a league without rules, or a period that it does not have.

        Raises:
            SettlementRuleError: no row fills one of the cells.
        """
        wanted = (league, bookmaker, market, period)
        if wanted not in self._found:
            self._found[wanted] = self._merge(*wanted)
        return self._found[wanted]

    def _merge(self, league: str, bookmaker: str, market: str, period: str) -> Rule | None:
        if not period or (league, period) not in self._periods:
            return None
        bet = {"league": league, "bookmaker": bookmaker, "market": market, "period": period}
        cells: dict[str, float] = {}
        for keys, filled in self._rows:
            if all(not value or value == bet[name] for name, value in keys.items()):
                cells |= filled
        where = ", ".join(value or f"any {name}" for name, value in bet.items())
        if missing := [name for name in NAMES if name not in cells]:
            raise SettlementRuleError(
                f"settlement_rules: no row fills {', '.join(missing)} for {where}"
            )
        try:
            return Rule(**cells)
        except SettlementRuleError as error:
            raise SettlementRuleError(f"settlement_rules: {where}: {error}") from None

    def of_many(
        self, league: Any, bookmaker: Any, market: Any, period: Any
    ) -> tuple[dict[str, NDArray[np.float64]], NDArray[np.bool_]]:
        """Rules of many bets: each attribute of `Rule` as an array (n,), and where there is one.

        Arguments are arrays of text (n,), or categories of text.
        """
        inverse = np.zeros(len(league), dtype=np.int64)
        seen: list[tuple[Any, Any]] = []
        for column in (league, bookmaker, market, period):
            codes: Any
            values: Any
            if isinstance(column, pd.Categorical):
                codes, values = column.codes, column.categories
            else:
                codes, values = pd.factorize(np.asarray(column, dtype=object))
            inverse = inverse * (len(values) + 1) + codes
            seen.append((codes, values))
        _, first, place = np.unique(inverse, return_index=True, return_inverse=True)
        found = [
            self.of(*(str(values[codes[row]]) for codes, values in seen)) for row in first.tolist()
        ]
        table = {
            name: np.array([np.nan if one is None else getattr(one, name) for one in found])[place]
            for name in NAMES
        }
        return table, np.array([one is not None for one in found], dtype=bool)[place]


def _cells(row: Mapping[str, Any], number: int) -> dict[str, float]:
    filled = {}
    for name in NAMES:
        text = (row.get(name) or "").strip().lower()
        if not text:
            continue
        try:
            if name in WORDS:
                filled[name] = WORDS[name][text]
            else:
                filled[name] = np.inf if name in LIMITS and text == ANY else float(text)
        except (KeyError, ValueError):
            would_do = ", ".join(WORDS[name]) if name in WORDS else "a number"
            raise SettlementRuleError(
                f"settlement_rules, line {number}: {name} is {text!r}; it must be {would_do}"
                + (f" or {ANY}" if name in LIMITS else "")
            ) from None
    return filled
