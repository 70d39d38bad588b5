"""Risk limits of the card: what they veto is not on it. Nothing gets past them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from linehouse.backtest.limits import Exposure, Limits
from linehouse.backtest.verdicts import Verdict
from linehouse.days import eastern_day
from linehouse.settings import get_settings
from linehouse.strategies.base import Bet


@dataclass(frozen=True)
class Veto:
    """A bet that a limit keeps off the card."""

    bet: Bet
    verdict: Verdict


@dataclass(frozen=True)
class AtStake:
    """A bet of the card whose game has begun and is not over."""

    game_id: str
    bookmaker: str
    day: date
    """Eastern day of the game."""
    units: float


def card_limits() -> Limits:
    """The limits of the settings."""
    settings = get_settings()
    return Limits(
        settings.limit_per_bet,
        settings.limit_per_day,
        settings.limit_per_game,
        settings.limit_per_book,
    )


def within(
    limits: Limits, bankroll: float, bets: Sequence[Bet], at_stake: Iterable[AtStake] = ()
) -> tuple[list[Bet], list[Veto]]:
    """The bets that the limits allow, and those that they veto.

    Args:
        limits: shares of the bankroll; a day is the Eastern day of the games.
        bankroll: in units.
        bets: earlier ones go first; bets of a bundle stand or fall together.
        at_stake: bets that were placed before and count.
    """
    if not limits:
        return list(bets), []
    open_bets = list(at_stake)
    games = _numbers([one.game_id for one in open_bets] + [bet.game_id for bet in bets])
    books = _numbers([one.bookmaker for one in open_bets] + [bet.bookmaker for bet in bets])
    exposure = Exposure(limits, len(games), len(books))
    vetoes: dict[int, Verdict] = {}
    by_day = sorted(range(len(bets)), key=lambda place: _day(bets[place]))
    days = {day: list(places) for day, places in groupby(by_day, lambda place: _day(bets[place]))}
    for day in sorted(days.keys() | {one.day for one in open_bets}):
        exposure.begin_day()
        for one in open_bets:
            if one.day == day:
                exposure.place(one.units, games[one.game_id], books[one.bookmaker])
        for together in _together(bets, days.get(day, [])):
            placed: list[int] = []
            for place in together:
                bet = bets[place]
                where = (games[bet.game_id], books[bet.bookmaker])
                found = exposure.judge(bet.stake_units, *where, bankroll)
                if found is not Verdict.PLACED:
                    vetoes |= dict.fromkeys(together, Verdict.OTHER_LEG) | {place: found}
                    break
                exposure.place(bet.stake_units, *where)
                placed.append(place)
            if len(placed) < len(together):
                for place in placed:
                    bet = bets[place]
                    where = (games[bet.game_id], books[bet.bookmaker])
                    exposure.place(-bet.stake_units, *where)
    kept = [bet for place, bet in enumerate(bets) if place not in vetoes]
    return kept, [Veto(bets[place], verdict) for place, verdict in sorted(vetoes.items())]


def _together(bets: Sequence[Bet], places: Iterable[int]) -> list[list[int]]:
    """Places of bets that stand or fall together, each group where its first bet is."""
    groups: dict[Any, list[int]] = {}
    for place in places:
        bet = bets[place]
        key = place if bet.bundle < 0 else (bet.strategy, bet.bundle)
        groups.setdefault(key, []).append(place)
    return list(groups.values())


def _day(bet: Bet) -> date:
    return eastern_day(bet.commence_at)


def _numbers(names: Iterable[str]) -> Mapping[str, int]:
    return {name: place for place, name in enumerate(dict.fromkeys(names))}
