"""The public: which share of tickets and money it puts on each side, and when.

It leans on favourites, on overs and on big names, whatever the price. Money is less one-sided than
tickets and follows, in part, the side that the line has moved to: larger bets know more.
"""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from linehouse.sandbox.league.calendar import Fixture
from linehouse.sandbox.league.outcomes import Expectation
from linehouse.sandbox.league.randomness import stream, uniform
from linehouse.sandbox.league.teams import Team

if TYPE_CHECKING:
    from linehouse.sandbox.league.game import Game

BIG_NAMES = {
    "Los Angeles Lakers": 1.0,
    "Golden State Warriors": 0.9,
    "Boston Celtics": 0.8,
    "New York Knicks": 0.8,
    "Dallas Mavericks": 0.6,
    "Philadelphia 76ers": 0.5,
    "New York Yankees": 1.0,
    "Los Angeles Dodgers": 1.0,
    "Boston Red Sox": 0.7,
    "Chicago Cubs": 0.7,
    "New York Mets": 0.6,
    "Philadelphia Phillies": 0.6,
    "Atlanta Braves": 0.5,
}
PUBLIC_HOURS = 16.0
"""Hours in which the number of tickets grows to e times."""


@dataclass(frozen=True)
class PublicView:
    """Shares of the home side, or of the over, in per cent (0 to 100), and the number of
    tickets."""

    tickets_home_or_over_pct: float
    money_home_or_over_pct: float
    tickets: int


def popularity(seed: int, team: Team) -> float:
    """How big a name a club is, 0 to 1."""
    small = 0.35 * uniform(seed, "popularity", team.name)
    return max(BIG_NAMES.get(team.name, 0.0), small)


def lean(seed: int, fixture: Fixture, opening: Expectation, market: str) -> float:
    """Log odds with which a ticket is on the home side, or on the over, of a market (h2h, spreads,
    totals)."""
    nba = fixture.sport_key == "basketball_nba"
    own = stream(seed, "public", fixture.event_id, market).gauss(0, 0.35)
    names = popularity(seed, fixture.home) - popularity(seed, fixture.away)
    favourite = math.tanh(opening.margin / (7.0 if nba else 0.9))
    if market == "h2h":
        return 0.95 * favourite + 0.45 * names + own
    if market == "spreads":
        return 0.45 * favourite + 0.55 * names + own
    usual = 226.0 if nba else 8.7
    return 0.4 + (0.02 if nba else 0.12) * (opening.total - usual) + own


def public_view(game: "Game", market: str, at: datetime) -> PublicView:
    """What the public has bet by a moment: zeros before the first tickets, 72 h before the start.
    After the start it stays what it was."""
    if market not in ("h2h", "spreads", "totals"):
        raise ValueError(f"the public bets on h2h, spreads and totals, not on {market!r}")
    start = game.fixture.scheduled_at
    at = min(at, game.starts_at)
    hours = (start - at) / timedelta(hours=1)
    if hours > 72:
        return PublicView(0.0, 0.0, 0)
    hours = max(hours, 0.0)
    nba = game.sport_key == "basketball_nba"
    size = 0.3 + popularity(game.seed, game.fixture.home) + popularity(game.seed, game.fixture.away)
    size *= (
        {"h2h": 9_000, "spreads": 11_000, "totals": 6_000}[market]
        if nba
        else ({"h2h": 12_000, "spreads": 2_500, "totals": 4_500}[market])
    )
    tickets = max(int(size * math.exp(-hours / PUBLIC_HOURS)), 3)
    leaning = lean(game.seed, game.fixture, game.opening, market)
    # Early tickets are few and wander: the later the hour, the closer to what it will be
    hour = int(hours)
    wander = (
        0.7
        * math.sqrt(hours / 72)
        * (uniform(game.seed, "wander", game.event_id, market, hour // 3) - 0.5)
    )
    now, opened = game.expectation_at(at), game.opening
    if market == "totals":
        moved = (now.total - opened.total) / (2.5 if nba else 0.4)
    else:
        moved = (now.margin - opened.margin) / (1.6 if nba else 0.3)
    whales = stream(game.seed, "money", game.event_id, market).gauss(0, 0.3)
    money = 0.7 * (leaning + wander) + 0.75 * math.tanh(moved) + whales
    return PublicView(_pct(leaning + wander), _pct(money), tickets)


def _pct(log_odds: float) -> float:
    return round(100 / (1 + math.exp(-log_odds)), 1)
