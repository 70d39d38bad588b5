"""Which points count for a bet: those of its period, in the game as it ended or was halted."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.betting.games import Games, Status, Times
from linehouse.betting.odds import Floats
from linehouse.betting.settlement_rules import WhenHalted


@dataclass(frozen=True)
class Counted:
    """What counts for each of `n` bets.

    Attributes:
        home, away: points of the period (n,); NaN where the facts do not tell them.
        so_far: points of both sides in the period that were certainly scored (n,), however little
            was played; NaN where not told.
        played: minutes or innings that count (n,); infinite for a final game of unknown length, NaN
            for a halted one.
        enough: the length from which the bet has action was reached (n,).
        halted: the game counts as halted: never resumed, or later than the book waits (n,).
        waiting: it was halted, and when it was last seen the book would still have waited (n,).
    """

    home: Floats
    away: Floats
    so_far: Floats
    played: Floats
    enough: NDArray[np.bool_]
    halted: NDArray[np.bool_]
    waiting: NDArray[np.bool_]


def counted(games: Games, game: NDArray[np.int64], rule: dict[str, Floats]) -> Counted:
    """Points that count for bets on `game` (n,) under the rules of each (see `Rule`)."""
    suspended = games.status[game] == Status.SUSPENDED
    late, _ = _too_late(games, games.resumed_at, games.resumed_on, game, rule)
    halted = suspended | late
    over, known = _too_late(games, games.seen_at, games.seen_on, game, rule)
    waiting = suspended & known & ~over
    home, away = games.home_score[game], games.away_score[game]
    played = _at(games.played, game)
    for told, now in (
        (games.halted_home, home), (games.halted_away, away), (games.halted_played, played),
    ):  # fmt: skip
        before = _at(told, game)
        now[late] = before[late]
        now[suspended & ~np.isnan(before)] = before[suspended & ~np.isnan(before)]
    played[~halted & np.isnan(played)] = np.inf

    needed = np.fmin(rule["minimum_played"], _at(games.scheduled, game))
    with np.errstate(invalid="ignore"):
        enough = played >= needed - np.where(home > away, rule["spared_when_home_leads"], 0)
    begins, ends = rule["first_segment"], rule["last_segment"]
    whole = (rule["overtime"] > 0) & (begins == 1)
    reverts = halted & (rule["when_halted"] == WhenHalted.LAST_FULL)
    if (whole & ~reverts).all():  # the score is all that it takes
        return Counted(home, away, home + away, played, enough, halted, waiting)

    lines = _Lines(games, game)
    with np.errstate(invalid="ignore"):
        full = np.floor(played / rule["segment_length"])
        _revert(home, away, reverts & (played > full), full, lines)
        shown = np.where(late, np.fmin(full, ends), ends)
    points = [
        np.where(
            rule["overtime"] > 0,
            score - side.between(1, begins - 1),
            side.between(begins, ends),
        )
        for side, score in ((lines.home, home), (lines.away, away))
    ]
    so_far = np.where(
        whole, home + away, lines.home.shown(begins, shown) + lines.away.shown(begins, shown)
    )
    return Counted(points[0], points[1], so_far, played, enough, halted, waiting)


def days_between(earlier: Times, later: Times) -> Floats:
    """Calendar days from one to the other (n,); NaN where one is unknown."""
    return np.asarray((later - earlier) / np.timedelta64(1, "D"), dtype=np.float64)


def hours_between(earlier: Times, later: Times) -> Floats:
    """Hours from one to the other (n,); NaN where one is unknown."""
    return np.asarray((later - earlier) / np.timedelta64(1, "h"), dtype=np.float64)


def _too_late(
    games: Games, at: Times | None, on: Times | None, game: NDArray[np.int64],
    rule: dict[str, Floats],
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:  # fmt: skip
    """Whether a moment of the games is later than the book waits for one that was halted (n,), and
    whether that is known."""
    late, known = (np.zeros(len(game), dtype=bool) for _ in range(2))
    for since, until, between, limit in (
        (games.started_on, on, days_between, rule["resume_within_days"]),
        (games.started_at, at, hours_between, rule["resume_within_hours"]),
    ):
        if since is not None and until is not None:
            passed = between(since, until)[game]
            late |= passed > limit
            known |= np.isfinite(passed) & np.isfinite(limit)
    return late, known


def _revert(
    home: Floats, away: Floats, within: NDArray[np.bool_], full: Floats, lines: "_Lines"
) -> None:
    """Put scores of games halted within an inning back to the last full one, unless the home side
    has tied it or taken the lead in its half."""
    home_before, away_before = lines.home.between(1, full), lines.away.between(1, full)
    with np.errstate(invalid="ignore"):
        answered = (home > home_before) & (home >= away)
    back = within & ~answered
    home[back], away[back] = home_before[back], away_before[back]


class _Lines:
    """Line scores of the games of `n` bets."""

    def __init__(self, games: Games, game: NDArray[np.int64]) -> None:
        home, away = games.home_segments, games.away_segments
        if home is None or away is None:
            home = away = np.empty((len(games), 0))
        elif home.shape[1]:
            # the home side does not bat in the last inning while it leads
            last = home.shape[1] - 1 - np.argmax(~np.isnan(away[:, ::-1]), axis=1)
            rows = np.arange(len(home))
            unbatted = np.isnan(home[rows, last]) & ~np.isnan(away[rows, last])
            home = home.copy()
            home[rows[unbatted], last[unbatted]] = 0
        self.home, self.away = _Line(home, game), _Line(away, game)


class _Line:
    """Points by segment of one side, summed over any range of them."""

    def __init__(self, segments: Floats, game: NDArray[np.int64]) -> None:
        nothing = np.zeros((len(segments), 1))
        self._game = game
        self._sums = np.hstack([nothing, np.nancumsum(segments, axis=1)])
        self._known = np.hstack([nothing, np.cumsum(~np.isnan(segments), axis=1)])

    def between(self, first: Any, last: Any) -> Floats:
        """Points of segments `first` to `last` (n,), 0 for none; NaN where one is unknown."""
        count = np.maximum(last - first + 1, 0)
        found, known = self._range(first, last)
        return np.where(known == count, found, np.nan)

    def shown(self, first: Any, last: Any) -> Floats:
        """Points of those of the segments that are known (n,); NaN where none is."""
        found, known = self._range(first, last)
        return np.where(known > 0, found, np.nan)

    def _range(self, first: Any, last: Any) -> tuple[Floats, Floats]:
        size = len(self._game)
        begin = self._place(np.broadcast_to(first, size) - 1)
        end = np.maximum(self._place(np.broadcast_to(last, size)), begin)
        found = self._sums[self._game, end] - self._sums[self._game, begin]
        return found, self._known[self._game, end] - self._known[self._game, begin]

    def _place(self, segment: Any) -> NDArray[np.int64]:
        inside = np.clip(np.nan_to_num(segment), 0, self._sums.shape[1] - 1)
        return inside.astype(np.int64)


def _at(values: Floats | None, game: NDArray[np.int64]) -> Floats:
    """Values of the games of `n` bets; NaN where there are none."""
    return np.full(len(game), np.nan) if values is None else values[game]
