"""Captured files of The Odds API: when they were taken, what they speak of, what they hold."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linehouse import archives
from linehouse.sources import oddsapi_csv, oddsapi_json, registry
from linehouse.sources.base import Coverage, DriftedSchemaError, Payload, UnreadablePayloadError
from tests.archives.workbooks import Workbook, mlb_game, nba_game

EVENT = {
    "id": "e1",
    "sport_key": "baseball_mlb",
    "sport_title": "MLB",
    "commence_time": "2026-04-16T16:40:00Z",
    "home_team": "Pittsburgh Pirates",
    "away_team": "Washington Nationals",
}
BOOK = {
    "key": "fanduel",
    "title": "FanDuel",
    "markets": [{"key": "h2h", "outcomes": [{"name": "Pittsburgh Pirates", "price": 146}]}],
}
ODDS = {**EVENT, "bookmakers": [BOOK]}
DAILY = (
    "event_id,home_team,away_team,commence_time,bookmaker,bookmaker_title,last_update,market,"
    "outcome_name,price,point,snapshot_utc"
)
SINGLE = (
    "event_id,sport_key,sport_title,commence_time,home_team,away_team,snapshot_time,market_type,"
    "bookmaker_key,bookmaker_title,last_update,market,outcome_name,price,point,implied_prob"
)
SCORES = (
    "event_id,sport_key,home_team,away_team,commence_time,completed,last_update,score_name,"
    "score_value"
)


def csv_payload(*lines: str, name: str = "odds.csv") -> Payload:
    body = ("\n".join(lines) + "\n").encode()
    return Payload("the_odds_api", "oddsapi_csv", body, None, name=name)


def json_payload(document: object) -> Payload:
    body = json.dumps(document).encode()
    return Payload("the_odds_api", "oddsapi_json", body, None, name="capture.json")


def daily_row(**changes: str) -> str:
    row = {
        "event_id": "e2", "home_team": "Charlotte Hornets", "away_team": "Dallas Mavericks",
        "commence_time": "2026-03-04T00:10:00Z", "bookmaker": "tab", "bookmaker_title": "TAB",
        "last_update": "2026-03-03T21:26:55Z", "market": "spreads",
        "outcome_name": "Dallas Mavericks", "price": "1.90", "point": "8.5",
        "snapshot_utc": "20260303_212706",
    } | changes  # fmt: skip
    return ",".join(row[column] for column in DAILY.split(","))


# CSV


def test_a_daily_file_names_its_instant_and_its_sport_by_the_teams() -> None:
    payload = csv_payload(DAILY, daily_row())
    assert oddsapi_csv.observed_at(payload.body, payload.name) == datetime(
        2026, 3, 3, 21, 27, 6, tzinfo=UTC
    )
    parsed = oddsapi_csv.SOURCE.parse(payload)
    (line,) = parsed.lines
    assert (line.price, line.point, line.price_format) == ("1.90", "8.5", "decimal")
    assert parsed.games[0].sport_key == "basketball_nba"
    assert parsed.coverage == [Coverage("basketball_nba", ("spreads",), ("tab",))]
    assert parsed.historical and parsed.drift == []


def test_the_single_snapshot_dialect_is_the_same_rows() -> None:
    row = (
        "e1,baseball_mlb,MLB,2026-04-16T16:40:00Z,Pittsburgh Pirates,Washington Nationals,"
        "2026-04-16T18:59:53.170159+00:00,main,fanduel,FanDuel,2026-04-16T18:59:38Z,h2h,"
        "Pittsburgh Pirates,2.46,,0.406504"
    )
    payload = csv_payload(SINGLE, row)
    taken = oddsapi_csv.observed_at(payload.body, payload.name)
    assert taken == datetime(2026, 4, 16, 18, 59, 53, 170159, tzinfo=UTC)
    parsed = oddsapi_csv.SOURCE.parse(payload)
    assert (parsed.lines[0].bookmaker, parsed.lines[0].point) == ("fanduel", None)
    assert parsed.games[0].commence_at < taken  # in play: kept, judged later


def test_scores_are_dated_by_their_last_update() -> None:
    rows = [
        "e1,baseball_mlb,A,B,2026-04-15T16:40:00Z,True,2026-04-16T10:12:17Z,A,6",
        "e1,baseball_mlb,A,B,2026-04-15T16:40:00Z,True,2026-04-16T10:12:17Z,B,7",
        "e3,baseball_mlb,C,D,2026-04-17T16:40:00Z,False,,,",
    ]
    payload = csv_payload(SCORES, *rows, name="baseball_mlb_scores.csv")
    assert oddsapi_csv.observed_at(payload.body, payload.name).hour == 10
    played, coming = oddsapi_csv.SOURCE.parse(payload).games
    assert (played.home_score, played.away_score, played.completed) == ("6", "7", True)
    assert (coming.home_score, coming.completed) == (None, False)


def test_rows_of_a_cross_join_lose_nothing_but_what_they_do_not_hold() -> None:
    parsed = oddsapi_csv.SOURCE.parse(
        csv_payload(
            DAILY,
            daily_row(),
            daily_row(bookmaker="", market="", outcome_name="", price="", point=""),
            daily_row(event_id="", home_team=""),
            daily_row(price=""),
        )
    )
    assert [line.price for line in parsed.lines] == ["1.90", None]
    assert parsed.drift == [
        "1 rows without an event: left out",
        "1 rows without bookmaker, market or outcome: no line",
    ]


def test_instants_a_few_seconds_apart_are_one_capture_and_hours_apart_are_not() -> None:
    near = csv_payload(DAILY, daily_row(), daily_row(snapshot_utc="20260303_212709"))
    assert oddsapi_csv.observed_at(near.body, near.name).second == 9
    assert oddsapi_csv.SOURCE.parse(near).drift == [
        "2 instants within one capture, the last counts"
    ]
    far = csv_payload(DAILY, daily_row(), daily_row(snapshot_utc="20260304_212709"))
    with pytest.raises(DriftedSchemaError, match="split it into one file per capture"):
        oddsapi_csv.observed_at(far.body, far.name)


@pytest.mark.parametrize(
    ("lines", "error", "message"),
    [
        (
            [DAILY.replace("price", "cost"), daily_row()],
            DriftedSchemaError,
            "column price is missing",
        ),
        ([DAILY, daily_row()[:60]], UnreadablePayloadError, "line 2.*may be cut off"),
        (
            [DAILY, daily_row(home_team="Springfield Isotopes")],
            DriftedSchemaError,
            "say which sport",
        ),
    ],
)
def test_a_broken_csv_says_what_is_wrong(
    lines: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        oddsapi_csv.SOURCE.parse(csv_payload(*lines))


# JSON


@pytest.mark.parametrize(
    ("document", "drift"),
    [
        ([ODDS], []),
        ({"timestamp": "2026-04-16T16:00:00Z", "previous_timestamp": None, "data": [ODDS]}, []),
        (
            {"last_updated": "2026-04-16T16:00:00+00:00", "sport": "x", "odds": [ODDS]},
            ["wrapper.sport"],
        ),
    ],
)
def test_every_wrapping_gives_the_same_rows(document: object, drift: list[str]) -> None:
    parsed = oddsapi_json.SOURCE.parse(json_payload(document))
    assert [(line.bookmaker, line.price, line.price_format) for line in parsed.lines] == [
        ("fanduel", "146", "american")
    ]
    assert parsed.coverage == [Coverage("baseball_mlb", ("h2h",), ("fanduel",))]
    assert parsed.drift == drift and parsed.historical


def test_one_event_speaks_for_itself_only() -> None:
    for document in (ODDS, {"timestamp": "2026-04-16T16:00:00Z", "data": ODDS}):
        (covered,) = oddsapi_json.SOURCE.parse(json_payload(document)).coverage
        assert covered.source_event_id == "e1"


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        ([-110, 100], "american"),
        ([1.9, 2.0], "decimal"),
        ([101, 2], "decimal"),
        ([150, 130], "american"),
    ],
)
def test_the_price_format_is_told_by_the_prices(prices: list[float], expected: str) -> None:
    assert oddsapi_json.price_format(prices) == expected


def test_the_time_is_the_envelopes_else_the_wrappers_else_the_names() -> None:
    def taken(document: object, name: str) -> str:
        return oddsapi_json.observed_at(json.dumps(document).encode(), name).isoformat()

    named = "20260310T024436Z_c11735c14.json"
    assert (
        taken({"timestamp": "2026-04-16T16:00:00Z", "data": [ODDS]}, named)[:13] == "2026-04-16T16"
    )
    assert taken({"last_updated": "2026-04-16T17:00:00.5+00:00", "odds": [ODDS]}, named)[:13] == (
        "2026-04-16T17"
    )
    assert taken([ODDS], named) == "2026-03-10T02:44:36+00:00"
    with pytest.raises(DriftedSchemaError, match="rename it to hold the UTC time"):
        taken([ODDS], "odds_20260310.json")


# Files


def test_formats_are_told_by_content_not_by_name(
    tmp_path: Path, nba_workbook: Workbook, mlb_workbook: Workbook
) -> None:

    files = {
        "a 2016-17.bin": (nba_workbook(*nba_game(1025, "Utah", "Miami")).body, "sbro_nba"),
        "b 2017.xlsx": (mlb_workbook(*mlb_game(402, "SFO", "ARI")).body, "sbro_mlb"),
        "c_20260310T024436Z.txt": (json.dumps([ODDS]).encode(), "oddsapi_json"),
        "d.csv": (csv_payload(DAILY, daily_row()).body, "oddsapi_csv"),
    }
    for name, (body, _) in files.items():
        (tmp_path / name).write_bytes(body)
    (tmp_path / ".hidden").write_text("x")
    found = list(archives.payloads(tmp_path))
    assert [payload.feed for _, payload in found] == [expected for _, expected in files.values()]
    assert [payload.name for _, payload in found] == list(files)
    assert [payload.observed_at is None for _, payload in found] == [True, True, False, False]
    for source, payload in found:
        assert source.parse(payload).games
        assert registry.for_feed(payload.source, payload.feed).payload_tables[payload.feed] == (
            "archive_files"
        )


def test_a_folder_with_an_unknown_file_is_refused_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv_payload(DAILY, daily_row()).body)
    (tmp_path / "notes.txt").write_text("hello")
    with pytest.raises(archives.ArchiveError, match=r"nothing was loaded: notes.txt: of no known"):
        list(archives.payloads(tmp_path))


def test_nothing_there_and_no_such_format(tmp_path: Path) -> None:
    with pytest.raises(archives.ArchiveError, match="no file to load"):
        list(archives.payloads(tmp_path / "missing"))
    with pytest.raises(
        archives.ArchiveError, match="no archive format 'excel'; there are sbro_nba"
    ):
        list(archives.payloads(tmp_path, "excel"))
