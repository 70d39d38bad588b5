"""A small slate of games and its snapshots, as The Odds API answers, for the tests of promotion."""

import hashlib
import json
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from linehouse import database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw, promote
from linehouse.settings import Mode
from linehouse.sources.base import Payload
from linehouse.sources.the_odds_api.source import SOURCE

NOON = datetime(2026, 4, 18, 12, 0, tzinfo=UTC)
FIRST_PITCH = NOON + timedelta(hours=11)
BOOKS = ("pinnacle", "draftkings", "fanduel", "betmgm")
TEAMS = (
    ("New York Yankees", "Boston Red Sox"),
    ("Los Angeles Dodgers", "San Diego Padres"),
    ("Chicago Cubs", "St. Louis Cardinals"),
    ("Houston Astros", "Seattle Mariners"),
    ("Atlanta Braves", "New York Mets"),
    ("Toronto Blue Jays", "Tampa Bay Rays"),
)

Change = Callable[[list[dict[str, Any]]], list[dict[str, Any]] | None]


def event_id(number: int) -> str:
    return hashlib.md5(f"event {number}".encode()).hexdigest()


def american(prob: float) -> int:
    """A price with some margin for a fair probability."""
    held = min(max(prob * 1.022, 0.05), 0.95)
    decimal = 1 / held
    return round((decimal - 1) * 100) if decimal >= 2 else -round(100 / (decimal - 1))


def events(move: float = 0.0, games: int = len(TEAMS)) -> list[dict[str, Any]]:
    """The slate as one answer. `move` shifts every home side's probability."""
    found = []
    for number, (home, away) in enumerate(TEAMS[:games]):
        prob = (0.62 if number % 2 else 0.38) + move
        spread = -1.5 if prob > 0.5 else 1.5
        found.append(
            {
                "id": event_id(number),
                "sport_key": "baseball_mlb",
                "sport_title": "MLB",
                "commence_time": f"{FIRST_PITCH:%Y-%m-%dT%H:%M:%SZ}",
                "home_team": home,
                "away_team": away,
                "bookmakers": [
                    {
                        "key": book,
                        "title": book,
                        "last_update": f"{NOON:%Y-%m-%dT%H:%M:%SZ}",
                        "markets": _markets(home, away, prob + 0.004 * place, spread),
                    }
                    for place, book in enumerate(BOOKS)
                ],
            }
        )
    return found


def _markets(home: str, away: str, prob: float, spread: float) -> list[dict[str, Any]]:
    return [
        {
            "key": "h2h",
            "outcomes": [
                {"name": home, "price": american(prob)},
                {"name": away, "price": american(1 - prob)},
            ],
        },
        {
            "key": "spreads",
            "outcomes": [
                {"name": home, "price": -110, "point": spread},
                {"name": away, "price": -110, "point": -spread},
            ],
        },
        {
            "key": "totals",
            "outcomes": [
                {"name": "Over", "price": -108, "point": 8.5},
                {"name": "Under", "price": -112, "point": 8.5},
            ],
        },
    ]


@dataclass
class Warehouse:
    """A deployed, empty database with a clock of its own."""

    mode: Mode
    now: datetime = NOON
    landed: list[uuid.UUID] = field(default_factory=list)

    def land(
        self,
        at: datetime,
        body: list[dict[str, Any]] | bytes | None = None,
        *,
        move: float = 0.0,
        games: int = len(TEAMS),
        books: Sequence[str] = BOOKS,
    ) -> uuid.UUID:
        """Land one sport-wide snapshot of `books` seen at `at`; returns its batch."""
        if body is None:
            body = events(move, games)
        result = land_payload(
            Payload(
                source="the_odds_api",
                feed="odds",
                body=body if isinstance(body, bytes) else json.dumps(body).encode(),
                observed_at=at,
                sport_key="baseball_mlb",
                params={
                    "markets": "h2h,spreads,totals",
                    "oddsFormat": "american",
                    "bookmakers": ",".join(books),
                },
            ),
            SOURCE,
            mode=self.mode,
            run_key="test",
        )
        assert result.batch_id is not None
        self.now = max(self.now, at)
        self.landed.append(result.batch_id)
        return result.batch_id

    def accept(self, *batch_ids: uuid.UUID) -> None:
        """Run the raw gate; every batch must pass."""
        for verdict in gate_raw(self.mode, batch_ids or self.landed, now=self.now):
            assert verdict.accepted, verdict.sentence

    def take_in(self, at: datetime, **kwargs: Any) -> uuid.UUID:
        """Land a snapshot and let the raw gate accept it."""
        batch_id = self.land(at, **kwargs)
        self.accept(batch_id)
        return batch_id

    def promote(self, zone: str, scope: Any = "pending") -> Any:
        return promote(self.mode, zone, scope=scope, as_of=self.now)

    def promote_both(self, scope: Any = "pending") -> tuple[Any, Any]:
        return self.promote("staging", scope), self.promote("curated", scope)

    def ask(self, query: str, *parameters: Any, role: Any = "etl") -> Sequence[tuple[Any, ...]]:
        """Rows of a query."""
        with database.connect(self.mode, role) as connection:
            return connection.execute(query, parameters or None).fetchall()

    def one(self, query: str, *parameters: Any) -> Any:
        """The only value of a query."""
        (row,) = self.ask(query, *parameters)
        (value,) = row
        return value

    def execute(self, statement: str, *parameters: Any, role: Any = "etl") -> None:
        with database.connect(self.mode, role) as connection:
            connection.execute(statement, parameters or None)
