"""staging.betting_lines against an oracle that walks through time, over series of snapshots."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from linehouse.sources.base import Payload
from tests.dbt.interval_oracle import Interval, Key, Snapshot, Value, intervals

SPORT = "baseball_mlb"
BOOKS = ("pinnacle", "fanduel", "bovada")
TEAMS = (
    ("Boston Red Sox", "New York Yankees"),
    ("Chicago Cubs", "Milwaukee Brewers"),
    ("Los Angeles Dodgers", "San Francisco Giants"),
    ("Atlanta Braves", "Miami Marlins"),
)
FIRST_SNAPSHOT = datetime(2026, 6, 1, 12, tzinfo=UTC)

Stage = Callable[[list[Payload]], psycopg.Connection]


def vendor(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def payload(snapshot: Snapshot, teams: dict[str, tuple[str, str]]) -> Payload:
    """The snapshot as The Odds API sends it, with a book's update time that always moves."""
    events = []
    for event, commence in snapshot.commence.items():
        home, away = teams[event]
        names = {"home": home, "away": away, "over": "Over", "under": "Under"}
        books: dict[str, dict[str, list[dict[str, object]]]] = {}
        for key, value in snapshot.lines.items():
            if key.event == event:
                outcome = {"name": names[key.side], "price": value.price}
                if value.point is not None:
                    outcome["point"] = value.point
                books.setdefault(key.bookmaker, {}).setdefault(key.market, []).append(outcome)
        events.append(
            {
                "id": event, "sport_key": SPORT, "sport_title": "MLB",
                "commence_time": vendor(commence), "home_team": home, "away_team": away,
                "bookmakers": [
                    {
                        "key": book, "title": book, "last_update": vendor(snapshot.observed_at),
                        "markets": [
                            {
                                "key": market, "last_update": vendor(snapshot.observed_at),
                                "outcomes": outcomes,
                            }
                            for market, outcomes in markets.items()
                        ],
                    }
                    for book, markets in books.items()
                ],
            }
        )  # fmt: skip
    params = {"oddsFormat": "american", "markets": ",".join(sorted(snapshot.markets))}
    if snapshot.bookmakers is not None:
        params["bookmakers"] = ",".join(sorted(snapshot.bookmakers))
    return Payload(
        "the_odds_api", "odds", json.dumps(events).encode(), snapshot.observed_at,
        sport_key=SPORT, params=params, status=200,
    )  # fmt: skip


def scores_payload(
    at: datetime, event: str, commence: datetime, teams: dict[str, tuple[str, str]]
) -> Payload:
    home, away = teams[event]
    body = [
        {
            "id": event, "sport_key": SPORT, "sport_title": "MLB",
            "commence_time": vendor(commence), "completed": False, "home_team": home,
            "away_team": away, "last_update": vendor(at),
            "scores": [{"name": home, "score": "3"}, {"name": away, "score": "1"}],
        }
    ]  # fmt: skip
    return Payload(
        "the_odds_api", "scores", json.dumps(body).encode(), at, sport_key=SPORT, status=200
    )


def world(
    rng: random.Random, moment: datetime = FIRST_SNAPSHOT
) -> tuple[list[Snapshot], dict[str, tuple[str, str]]]:
    """Snapshots from a moment on, in which events come late, vanish and return, starts move, books
    come and go, markets are not always asked for, and few prices move."""
    teams = {f"event{number}": pair for number, pair in enumerate(TEAMS)}
    starts = {event: moment + timedelta(hours=rng.uniform(1, 9)) for event in teams}
    starts = {event: start.replace(microsecond=0) for event, start in starts.items()}
    snapshots: list[Snapshot] = []
    current: dict[Key, Value] = {}
    for _ in range(24):
        moment += timedelta(minutes=rng.choice((5, 20, 45)))
        asked = rng.choice((("h2h", "spreads", "totals"), ("h2h", "spreads", "totals"), ("h2h",)))
        books = rng.choice((None, None, frozenset(BOOKS), frozenset(BOOKS[:2])))
        snapshot = Snapshot(moment, {}, {}, frozenset(asked), books)
        for event in teams:
            if rng.random() < 0.15:
                starts[event] += timedelta(minutes=rng.choice((-7, 3, 60)))
            if rng.random() < 0.15 or moment > starts[event] + timedelta(hours=3):
                continue
            snapshot.commence[event] = starts[event]
            for book in sorted(books or BOOKS):
                for market in asked:
                    if rng.random() < 0.15:
                        continue
                    sides = ("over", "under") if market == "totals" else ("home", "away")
                    if rng.random() < 0.3 or Key(event, book, market, sides[0]) not in current:
                        point = rng.choice((1.5, 2.5)) if market == "spreads" else 8.5
                        for number, side in enumerate(sides):
                            own = None if market == "h2h" else point
                            if market == "spreads" and number:
                                own = -point
                            current[Key(event, book, market, side)] = Value(
                                rng.choice((-110, -105, 100)), own
                            )
                    for side in sides:
                        key = Key(event, book, market, side)
                        snapshot.lines[key] = current[key]
        snapshots.append(snapshot)
    return snapshots, teams


def rows(connection: psycopg.Connection) -> list[Interval]:
    found = connection.execute(
        """
        select
            r.source_event_id, l.bookmaker, l.market, l.side, l.valid_from, l.price_american,
            l.point::float, l.in_play, l.last_observed_at, l.told_commence_at, l.valid_to,
            l.observations,
            l.is_opening, l.is_closing
        from staging_candidate.betting_lines as l
        inner join ops.game_registry as r on l.game_id = r.game_id and l.source = r.source
        """
    ).fetchall()
    return sorted(Interval(Key(*row[:4]), row[4], Value(row[5], row[6]), *row[7:]) for row in found)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_intervals_are_those_of_a_walk_through_time(seed: int, staged: Stage) -> None:
    rng = random.Random(seed)
    snapshots, teams = world(rng)
    payloads = [payload(snapshot, teams) for snapshot in snapshots]
    witnesses: dict[str, list[datetime]] = {}
    last = snapshots[-1]
    event, commence = next(iter(last.commence.items()), ("event0", last.observed_at))
    witnessed = max(last.observed_at, commence) + timedelta(hours=1)
    payloads.append(scores_payload(witnessed, event, commence, teams))
    witnesses[event] = [witnessed]
    rng.shuffle(payloads)

    found = rows(staged(payloads))

    expected = intervals(snapshots, witnesses)
    assert [vars(row) for row in found] == [vars(row) for row in expected]
    assert any(row.in_play for row in found)
    assert not any(row.is_opening and row.in_play for row in found)
    assert any(row.is_closing for row in found)
    assert any(row.valid_to for row in found)
    assert not any(row.is_closing and row.in_play for row in found)


def test_the_recorded_series_of_a_pre_season_gives_the_same_intervals(
    real_data: Path, staged: Stage
) -> None:
    snapshots, payloads = [], []
    for path in sorted((real_data / "payloads/the_odds_api/series_mlb_preseason").glob("*.json")):
        at = datetime.strptime(path.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        events = json.loads(path.read_text(encoding="utf-8"))["odds"]
        snapshot = Snapshot(at, {}, {})
        for event in events:
            snapshot.commence[event["id"]] = datetime.fromisoformat(event["commence_time"])
            sides = {event["home_team"]: "home", event["away_team"]: "away"}
            for book in event["bookmakers"]:
                for market in book["markets"]:
                    for outcome in market["outcomes"]:
                        side = sides.get(outcome["name"], outcome["name"].lower())
                        key = Key(event["id"], book["key"], market["key"], side)
                        snapshot.lines[key] = Value(outcome["price"], outcome.get("point"))
        snapshots.append(snapshot)
        payloads.append(
            Payload(
                "the_odds_api", "odds", json.dumps(events).encode(), at,
                sport_key="baseball_mlb_preseason", status=200,
                params={"oddsFormat": "american", "markets": "h2h,spreads,totals"},
            )
        )  # fmt: skip
    assert len(snapshots) == 40

    found = rows(staged(payloads))

    assert [vars(row) for row in found] == [vars(row) for row in intervals(snapshots)]
