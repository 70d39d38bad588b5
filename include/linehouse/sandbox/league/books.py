"""Bookmakers: what each posts on a game at a moment.

A bookmaker follows the news after its own delay, adds an error of its own that changes now and
then, and posts with its own margin. Sharp ones are quick and exact, the others lag, so that now
and then a price stands that is better than fair.
"""

import bisect
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.outcomes import Expectation, Score, chances
from linehouse.sandbox.league.prices import half_point, prices_american
from linehouse.sandbox.league.randomness import stream, uniform

MARKETS = ("h2h", "spreads", "totals")
IN_PLAY_STEP_SECONDS = 40
IN_PLAY_OVERROUND = 0.02
SUSPENDED_SHARE = 0.12
OUTAGE_SHARE = 0.08


@dataclass(frozen=True)
class Bookmaker:
    """A bookmaker and its habits; overrounds are by sport and market."""

    key: str
    title: str
    regions: tuple[str, ...]
    sharp: bool
    delay_seconds: float
    """Median time from news to its new price."""
    error: float
    """Standard deviation of its own error, as a share of a usual retail bookmaker's."""
    overrounds: dict[str, tuple[float, float, float]] = field(hash=False)


def _book(
    key: str,
    title: str,
    regions: str,
    delay: float,
    error: float,
    nba: tuple[float, float, float],
    mlb: tuple[float, float, float],
    *,
    sharp: bool = False,
) -> Bookmaker:
    overrounds = {"basketball_nba": nba, "baseball_mlb": mlb}
    return Bookmaker(key, title, tuple(regions.split(",")), sharp, delay, error, overrounds)


BOOKMAKERS = {
    book.key: book
    for book in (
        _book(
            "pinnacle",
            "Pinnacle",
            "eu",
            20,
            0.2,
            (1.0345, 1.0295, 1.0385),
            (1.0265, 1.0330, 1.0370),
            sharp=True,
        ),
        _book(
            "circasports",
            "Circa Sports",
            "us_ex",
            90,
            0.25,
            (1.0425, 1.0450, 1.0430),
            (1.0310, 1.0400, 1.0420),
            sharp=True,
        ),
        _book(
            "draftkings",
            "DraftKings",
            "us",
            300,
            0.8,
            (1.0435, 1.0475, 1.0472),
            (1.0425, 1.0445, 1.0471),
        ),
        _book(
            "fanduel",
            "FanDuel",
            "us",
            240,
            0.75,
            (1.0418, 1.0474, 1.0471),
            (1.0405, 1.0450, 1.0475),
        ),
        _book(
            "betmgm", "BetMGM", "us", 720, 1.0, (1.0455, 1.0472, 1.0471), (1.0460, 1.0480, 1.0475)
        ),
        _book(
            "williamhill_us",
            "Caesars",
            "us",
            600,
            1.0,
            (1.0437, 1.0476, 1.0471),
            (1.0423, 1.0460, 1.0470),
        ),
        _book(
            "betrivers",
            "BetRivers",
            "us",
            900,
            1.1,
            (1.0510, 1.0530, 1.0540),
            (1.0440, 1.0520, 1.0560),
        ),
        _book(
            "bovada", "Bovada", "us", 1200, 1.2, (1.0437, 1.0471, 1.0471), (1.0430, 1.0465, 1.0471)
        ),
    )
}


@dataclass(frozen=True)
class Quote:
    """One two-way market: home and away, or over and under."""

    market: str
    first_price: int
    second_price: int
    first_point: float | None
    second_point: float | None


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
        self._error_sd = book.error * (0.55 if nba else 0.14), book.error * (1.2 if nba else 0.20)
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
                self._quotes[position] = self._post(self._steps[position][1], None, 0.0)
            quotes = self._quotes[position]
            for market, begins, ends in self._outages:
                if begins <= at < ends:
                    quotes = tuple(quote for quote in quotes if quote.market != market)
                    updated_at = min(updated_at, self._last_poll(begins))
        return BookView(updated_at, quotes) if quotes else None

    def change_times(self) -> list[datetime]:
        """When its pre-game prices may have changed, its opening first."""
        return [at for at, _ in self._steps]

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
            changes.append((news.at + timedelta(seconds=delay), "news", news.margin, news.total))
        margin_sd, total_sd = self._error_sd
        at = self.opens_at
        while at < game.starts_at:
            changes.append((at, "error", random.gauss(0, margin_sd), random.gauss(0, total_sd)))
            at += timedelta(hours=0.3 + random.expovariate(1 / 5))
        margin, total = game.opening.margin, game.opening.total
        error = 0.0, 0.0
        steps = []
        for moment, kind, by_margin, by_total in sorted(changes):
            if kind == "news":
                margin, total = margin + by_margin, total + by_total
            else:
                error = by_margin, by_total
            expectation = Expectation(margin + error[0], total + error[1])
            if moment <= self.opens_at:
                steps = [(self.opens_at, expectation)]
            else:
                steps.append((moment, expectation))
        return steps

    def _in_play(self, at: datetime) -> tuple[Quote, ...]:
        game = self._game
        number = int((at - game.starts_at).total_seconds() // IN_PLAY_STEP_SECONDS)
        key = -1 - number
        if key in self._quotes:
            return self._quotes[key]
        score = game.score_at(game.starts_at + timedelta(seconds=number * IN_PLAY_STEP_SECONDS))
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
                for quote in self._post(expectation, score, IN_PLAY_OVERROUND)
                if uniform(*labels, quote.market) >= SUSPENDED_SHARE / 2
            )
        self._quotes[key] = shown
        return shown

    def _post(
        self, expectation: Expectation, score: Score | None, more_overround: float
    ) -> tuple[Quote, ...]:
        sport = self._game.sport_key
        fair = chances(sport, expectation, score)
        overrounds = [rate + more_overround for rate in self._book.overrounds[sport]]
        spread = self._spread(fair.even_margin(), fair.home_wins(), in_play=score is not None)
        total = half_point(fair.even_total())
        win = prices_american(fair.home_wins(), overrounds[0])
        cover = prices_american(fair.home_covers(spread), overrounds[1])
        over = prices_american(fair.goes_over(total), overrounds[2])
        return (
            Quote("h2h", *win, None, None),
            Quote("spreads", *cover, spread, -spread + 0.0),
            Quote("totals", *over, total, total),
        )

    def _spread(self, even_margin: float, home_wins: float, *, in_play: bool) -> float:
        if self._game.sport_key == "basketball_nba":
            return half_point(-even_margin)
        if in_play and abs(even_margin) >= 1:
            return -even_margin + (0.5 if even_margin < 0 else -0.5)
        return -1.5 if home_wins >= 0.5 else 1.5
