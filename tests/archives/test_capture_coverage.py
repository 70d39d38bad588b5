"""What a capture says of books that it does not show, up to the lines that end by it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from linehouse import database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw, promote
from linehouse.settings import Mode
from linehouse.sources.archives import oddsapi_json
from linehouse.sources.base import Payload
from linehouse.sources.reading.bookmaker_regions import spoken_about
from tests.dbt.interval_oracle import Key, Snapshot, Value, intervals

US = ("draftkings", "fanduel", "betmgm", "bovada")
AU = ("sportsbet", "neds", "tab", "playup")
TEAMS = {
    "e1": ("Boston Red Sox", "New York Yankees"),
    "e2": ("Chicago Cubs", "Milwaukee Brewers"),
}
NOON = datetime(2026, 6, 1, 16, tzinfo=UTC)
START = NOON + timedelta(hours=7)


@pytest.mark.parametrize(
    ("seen", "also", "not_about"),
    [
        (US, ("betrivers", "williamhill_us"), ("pinnacle", "sportsbet", "ballybet")),
        (AU, ("betr_au", "unibet"), ("draftkings", "pinnacle")),
        (US[:2], (), ("betmgm", "bovada")),  # as few may have been asked for by name
        ((*US, "pinnacle"), ("betrivers",), ("coolbet",)),
        (("betonlineag", "mybookieag", "gtbets"), (), ("draftkings", "coolbet")),  # in two regions
        (("a_new_book", *US), ("betrivers",), ("sportsbet",)),
        ((), (), US),
    ],
)
def test_a_region_is_spoken_about_where_books_of_it_alone_are_seen(
    seen: tuple[str, ...], also: tuple[str, ...], not_about: tuple[str, ...]
) -> None:
    books = spoken_about(seen)
    assert books[: len(seen)] == seen
    assert set(also) <= set(books) and not set(not_about) & set(books)
    assert len(set(books)) == len(books)
    assert bool(also) == (len(books) > len(seen))


def snapshot(hours: float, asked: tuple[str, ...], shown: dict[str, dict[str, int]]) -> Snapshot:
    """A capture of an asked region that shows, by event and book, the home price."""
    lines = {
        Key(event, book, "h2h", side): Value(price if side == "home" else -price - 20, None)
        for event, books in shown.items()
        for book, price in books.items()
        for side in ("home", "away")
    }
    return Snapshot(
        NOON + timedelta(hours=hours),
        dict.fromkeys(shown, START),
        lines,
        markets=frozenset({"h2h"}),
        bookmakers=frozenset(asked),
    )


def prices(books: tuple[str, ...], home: int) -> dict[str, int]:
    return dict.fromkeys(books, home)


SERIES = [
    snapshot(0, US, {"e1": prices(US, 110), "e2": prices(US, 130)}),
    snapshot(1, AU, {"e1": prices(AU, 112), "e2": prices(AU, 132)}),
    # bovada takes its lines down, and puts them up again; others do not answer for it
    snapshot(2, US, {"e1": prices(US[:3], 110), "e2": prices(US[:3], 130)}),
    snapshot(2.5, ("pinnacle",), {"e1": {"pinnacle": 108}}),
    snapshot(3, AU, {"e1": prices(AU, 112), "e2": prices(AU, 135)}),
    snapshot(4, US, {"e1": prices(US, 110), "e2": prices(US, 130)}),
    # e2 is gone from one region
    snapshot(5, US, {"e1": prices(US, 115)}),
    # and fanduel before the start: it has no closing line
    snapshot(6, US, {"e1": prices(("draftkings", "betmgm", "bovada"), 115)}),
    snapshot(6.5, AU, {"e1": prices(AU, 112), "e2": prices(AU, 135)}),
    snapshot(7.5, US, {"e1": prices(US, 150)}),
]


def capture(one: Snapshot) -> Payload:
    events = []
    for event, commence in one.commence.items():
        names = dict(zip(("home", "away"), TEAMS[event], strict=True))
        books: dict[str, list[dict[str, object]]] = {}
        for key, value in one.lines.items():
            if key.event == event:
                outcome = {"name": names[key.side], "price": value.price}
                books.setdefault(key.bookmaker, []).append(outcome)
        events.append(
            {
                "id": event, "sport_key": "baseball_mlb", "sport_title": "MLB",
                "commence_time": commence.isoformat(), "home_team": names["home"],
                "away_team": names["away"],
                "bookmakers": [
                    {"key": book, "title": book, "markets": [{"key": "h2h", "outcomes": outcomes}]}
                    for book, outcomes in books.items()
                ],
            }
        )  # fmt: skip
    document = {"timestamp": one.observed_at.isoformat(), "data": events}
    (payload,) = oddsapi_json.captures(json.dumps(document).encode(), "capture.json")
    return payload


def test_lines_end_with_the_captures_that_were_asked_for_them(fresh_live_database: Mode) -> None:
    mode = fresh_live_database
    landed = [
        land_payload(capture(one), oddsapi_json.SOURCE, mode=mode, run_key="test").batch_id
        for one in reversed(SERIES)
    ]
    verdicts = gate_raw(mode, landed)
    assert [verdict.sentence for verdict in verdicts if not verdict.accepted] == []
    promote(mode, "staging")
    with database.connect(mode) as connection:
        found = connection.execute(
            "select s.source_event_id, l.bookmaker, l.market, l.side, l.valid_from, l.valid_to,"
            " l.price_american, l.is_closing from staging.betting_lines as l"
            " inner join staging.game_sources as s using (game_id) order by 1, 2, 3, 4, 5"
        ).fetchall()
    expected = [
        (*row.key, row.valid_from, row.valid_to, row.value.price, row.is_closing)
        for row in intervals(SERIES)
    ]
    assert found == expected

    def of(event: str, book: str) -> list[tuple[float, float | None, bool]]:
        hours = timedelta(hours=1)
        return [
            ((row[4] - NOON) / hours, row[5] and (row[5] - NOON) / hours, row[7])
            for row in found
            if row[:2] == (event, book) and row[3] == "home"
        ]

    assert of("e2", "bovada") == [(0, 2, False), (4, 5, False)]
    assert of("e1", "fanduel") == [(0, 5, False), (5, 6, False), (7.5, None, False)]
    assert of("e1", "sportsbet") == [(1, None, True)], "captures of another region end nothing"
    assert of("e1", "pinnacle") == [(2.5, None, True)]
