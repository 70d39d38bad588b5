"""What each bookmaker posts on a game at a moment.

A bookmaker follows the news after its own delay, adds an error of its own that changes now and
then, and posts with its own margin. Sharp ones are quick and exact, the others lag, so that now
and then a price stands that is better than fair.
"""

import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from linehouse.sandbox.league.bookmakers import BOOKMAKERS as BOOKMAKERS
from linehouse.sandbox.league.bookmakers import Bookmaker
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.outcomes import Expectation
from linehouse.sandbox.league.posting import MARKETS as MARKETS
from linehouse.sandbox.league.posting import Quote as Quote
from linehouse.sandbox.league.posting import post_game, post_half
from linehouse.sandbox.league.randomness import stream, uniform

IN_PLAY_STEP_SECONDS = 40
IN_PLAY_OVERROUND = 0.02
SUSPENDED_SHARE = 0.12
OUTAGE_SHARE = 0.08
ERROR_SDS = {"basketball_nba": (0.35, 1.3), "baseball_mlb": (0.122, 0.16)}
"""A usual retail bookmaker's own error about the margin and the total: standard deviations."""
STEAM_SECONDS = 240
"""Within which every bookmaker follows a steam move."""
HALF_HOURS = 30
"""How long before a game its half is offered, at most."""


@dataclass(frozen=True)
class BookView:
    """What a bookmaker shows on a game at a moment."""

    updated_at: datetime
    """When it was last polled: advances also where no price changes."""
    quotes: tuple[Quote, ...]


class BookOnGame:
    """One bookmaker's view of one game, from its opening to the game's end."""

    def __init__(self, game: Game, book: Bookmaker) -> None:
        self._game, self._book = game, book
        random = stream(game.seed, "book", book.key, game.event_id)
        nba = game.sport_key == "basketball_nba"
        if nba:
            early, late = (60, 72) if book.sharp else (36, 70)
        else:
            early, late = (34, 60) if book.sharp else (18, 40)
        self.opens_at = game.fixture.scheduled_at - timedelta(hours=random.uniform(early, late))
        self._poll_seconds = random.choice((30, 45, 60))
        self._poll_phase = random.randrange(self._poll_seconds)
        margin_sd, total_sd = ERROR_SDS[game.sport_key]
        self._error_sd = book.error * margin_sd, book.error * total_sd
        self._outages = self._draw_outages(random)
        self._steps = self._draw_steps(random)
        self._quotes: dict[int, tuple[Quote, ...]] = {}

    def view(self, at: datetime) -> BookView | None:
        """What it shows at a moment; None while it has no price at all."""
        game = self._game
        if at < self.opens_at or at >= game.ends_at:
            return None
        updated_at = self._last_poll(at)
        if at >= game.starts_at:
            quotes = self._in_play(at)
        else:
            position = max(bisect.bisect_right(self._steps, at, key=lambda step: step[0]) - 1, 0)
            if position not in self._quotes:
                expectation = self._steps[position][1]
                self._quotes[position] = post_game(self._book, game.sport_key, expectation)
            quotes = self._quotes[position]
            for market, begins, ends in self._outages:
                if begins <= at < ends:
                    quotes = tuple(quote for quote in quotes if quote.market != market)
                    updated_at = min(updated_at, self._last_poll(begins))
            asleep = game.planted.stale
            if (
                asleep is not None
                and asleep.told
                and asleep.bookmaker == self._book.key
                and asleep.begins_at <= at < asleep.ends_at
            ):
                updated_at = max(self._last_poll(asleep.begins_at), self.opens_at)
        return BookView(updated_at, quotes) if quotes else None

    def half_view(self, at: datetime) -> BookView | None:
        """What it shows on the first half, or on the first five innings, before the game."""
        game = self._game
        opens_at = game.fixture.scheduled_at - timedelta(hours=HALF_HOURS)
        if not self._book.halves or not max(self.opens_at, opens_at) <= at < game.starts_at:
            return None
        position = max(bisect.bisect_right(self._steps, at, key=lambda step: step[0]) - 1, 0)
        quotes = post_half(self._book, game.sport_key, self._steps[position][1])
        return BookView(self._last_poll(at), quotes)

    def change_times(self) -> list[datetime]:
        """When its pre-game prices may have changed, its opening first."""
        return [at for at, _ in self._steps]

    def outage_times(self) -> list[tuple[str, datetime, datetime]]:
        """Market, begin and end of each time at which it showed no price of one."""
        return list(self._outages)

    def _last_poll(self, at: datetime) -> datetime:
        seconds = int(at.timestamp()) - self._poll_phase
        polled = seconds - seconds % self._poll_seconds + self._poll_phase
        return datetime.fromtimestamp(polled, UTC)

    def _draw_outages(self, random: Random) -> list[tuple[str, datetime, datetime]]:
        if random.random() >= OUTAGE_SHARE:
            return []
        begins = self._game.fixture.scheduled_at - timedelta(hours=random.uniform(0.2, 20))
        return [
            (random.choice(MARKETS), begins, begins + timedelta(minutes=random.uniform(10, 120)))
        ]

    def _draw_steps(self, random: Random) -> list[tuple[datetime, Expectation]]:
        """(from, expected by this bookmaker), at each moment when either part changes."""
        game = self._game
        changes: list[tuple[datetime, str, float, float]] = []
        for news in game.news:
            delay = self._book.delay_seconds * random.lognormvariate(0, 0.7)
            if news.kind == "steam":
                most = 60 if self._book.sharp else STEAM_SECONDS
                delay = most * uniform(game.seed, "steam", self._book.key, game.event_id)
            changes.append((news.at + timedelta(seconds=delay), "news", news.margin, news.total))
        margin_sd, total_sd = self._error_sd
        at = self.opens_at
        while at < game.starts_at:
            changes.append((at, "error", random.gauss(0, margin_sd), random.gauss(0, total_sd)))
            at += timedelta(hours=0.3 + random.expovariate(1 / 5))
        changes += self._slips()
        asleep = game.planted.stale
        if asleep is not None and asleep.bookmaker == self._book.key:
            changes = [
                (asleep.ends_at if asleep.begins_at < at < asleep.ends_at else at, kind, by, also)
                for at, kind, by, also in changes
            ]
        margin, total = game.opening.margin, game.opening.total
        error, slip = (0.0, 0.0), 0.0
        steps: list[tuple[datetime, Expectation]] = []
        for moment, kind, by_margin, by_total in sorted(changes):
            if kind == "news":
                margin, total = margin + by_margin, total + by_total
            elif kind == "error":
                error = by_margin, by_total
            else:
                slip += by_margin
            expectation = Expectation(margin + error[0] + slip, total + error[1])
            if moment <= self.opens_at:
                steps = [(self.opens_at, expectation)]
            elif steps and steps[-1][0] == moment:
                steps[-1] = (moment, expectation)
            else:
                steps.append((moment, expectation))
        return steps

    def _slips(self) -> list[tuple[datetime, str, float, float]]:
        slip = self._game.planted.arbitrage
        if slip is None or slip.bookmaker != self._book.key:
            return []
        return [
            (slip.begins_at, "slip", slip.margin, 0.0),
            (slip.ends_at, "slip", -slip.margin, 0.0),
        ]

    def _in_play(self, at: datetime) -> tuple[Quote, ...]:
        game = self._game
        number = int((at - game.starts_at).total_seconds() // IN_PLAY_STEP_SECONDS)
        key = -1 - number
        if key in self._quotes:
            return self._quotes[key]
        step_at = game.starts_at + timedelta(seconds=number * IN_PLAY_STEP_SECONDS)
        if game.status_at(step_at) == "suspended":
            return ()
        score = game.score_at(step_at)
        labels = (game.seed, "in play", self._book.key, game.event_id, number)
        shown: tuple[Quote, ...] = ()
        if uniform(*labels) >= SUSPENDED_SHARE + (0.6 if score.played > 0.97 else 0.0):
            random = stream(*labels, "error")
            expectation = Expectation(
                game.expectation.margin + random.gauss(0, self._error_sd[0]),
                game.expectation.total + random.gauss(0, self._error_sd[1]),
            )
            shown = tuple(
                quote
                for quote in post_game(
                    self._book, game.sport_key, expectation, score, IN_PLAY_OVERROUND
                )
                if uniform(*labels, quote.market) >= SUSPENDED_SHARE / 2
            )
        self._quotes[key] = shown
        return shown
