"""Captured files of The Odds API: when they were taken, what they speak of, what they hold."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from linehouse import archives
from linehouse.sources import registry
from linehouse.sources.archives import oddsapi_csv, oddsapi_json
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.reading.price_formats import price_format
from linehouse.sources.rows import Coverage
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


def captures(payload: Payload) -> list[Payload]:
    return list(oddsapi_csv.captures(payload.body, payload.name or ""))


def taken_at(payload: Payload) -> datetime:
    (capture,) = captures(payload)
    assert capture.body == payload.body and capture.observed_at is not None
    return capture.observed_at


# CSV


def test_a_daily_file_names_its_instant_and_its_sport_by_the_teams() -> None:
    payload = csv_payload(DAILY, daily_row())
    assert taken_at(payload) == datetime(2026, 3, 3, 21, 27, 6, tzinfo=UTC)
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
    taken = taken_at(payload)
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
    assert taken_at(payload).hour == 10
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


def test_instants_a_few_seconds_apart_are_one_capture_unless_a_line_is_there_twice() -> None:
    other = daily_row(snapshot_utc="20260303_212709", outcome_name="Charlotte Hornets")
    near = csv_payload(DAILY, daily_row(), other)
    assert taken_at(near).second == 9
    assert oddsapi_csv.SOURCE.parse(near).drift == [
        "2 instants within one capture, the last counts"
    ]
    polled = csv_payload(DAILY, daily_row(), other, daily_row(snapshot_utc="20260303_212736"))
    assert [p.observed_at.second for p in captures(polled)] == [9, 36]
    far = csv_payload(DAILY, daily_row(), daily_row(snapshot_utc="20260304_212709"))
    with pytest.raises(DriftedSchemaError, match="each is a payload of its own"):
        oddsapi_csv.SOURCE.parse(far)


def test_a_file_of_many_captures_is_a_payload_for_each_with_its_rows_as_written() -> None:
    ends = ("\r\n", "\n")
    rows = [
        daily_row(snapshot_utc="20260304_212709", bookmaker_title='"Tab,\nthe book"'),
        daily_row(),
        daily_row(snapshot_utc="20260304_212709", outcome_name="Charlotte Hornets", price="1.80"),
        daily_row(bookmaker="neds"),
    ]
    for end in ends:
        body = ("\ufeff" + end.join([DAILY, *rows]) + end).encode()
        first, second = captures(Payload("the_odds_api", "oddsapi_csv", body, None, name="m.csv"))
        assert [first.name, second.name] == [
            "m.csv#2026-03-03T21:27:06Z", "m.csv#2026-03-04T21:27:09Z",
        ]  # fmt: skip
        assert first.body.decode() == "\ufeff" + end.join([DAILY, rows[1], rows[3]]) + end
        assert second.body.decode() == "\ufeff" + end.join([DAILY, rows[0], rows[2]]) + end
        assert [line.bookmaker for line in oddsapi_csv.SOURCE.parse(first).lines] == ["tab", "neds"]
        prices = [line.price for line in oddsapi_csv.SOURCE.parse(second).lines]
        assert prices == ["1.90", "1.80"]


def test_a_file_that_grows_gives_the_same_payloads_again() -> None:
    """So that loading it anew lands only what was added."""
    later = [daily_row(snapshot_utc=f"2026030{day}_212709") for day in (4, 5)]
    before = captures(csv_payload(DAILY, daily_row(), later[0]))
    after = captures(csv_payload(DAILY, daily_row(), *later))
    assert after[:2] == before
    (alone,) = captures(csv_payload(DAILY, daily_row()))
    assert (alone.body, alone.observed_at) == (after[0].body, after[0].observed_at)


def test_rows_without_an_instant_among_captures_are_reported_after_the_others() -> None:
    payload = csv_payload(
        DAILY, daily_row(), daily_row(snapshot_utc="20260304_212709"), daily_row(snapshot_utc="")
    )
    given = []
    with pytest.raises(DriftedSchemaError, match="1 rows do not tell which of its 2 captures"):
        for one in oddsapi_csv.captures(payload.body, "odds.csv"):
            given.append(one)
    assert len(given) == 2


@pytest.mark.parametrize(
    ("prices", "expected"),
    [
        (["-110", "+150"], "american"),
        (["1.90", "2.05"], "decimal"),
        (["150", "130"], "american"),
        (["-110.0", "120.0"], "american"),
        (["-115", "-105", "100", "5"], "american"),
        (["12.5", "1.04", "101.0"], "decimal"),
    ],
)
def test_prices_are_american_or_decimal_as_the_file_has_them(
    prices: list[str], expected: str
) -> None:
    rows = [daily_row(price=price, bookmaker=f"b{n}") for n, price in enumerate(prices)]
    lines = oddsapi_csv.SOURCE.parse(csv_payload(DAILY, *rows)).lines
    assert [line.price for line in lines] == prices
    assert {line.price_format for line in lines} == {expected}


@pytest.mark.parametrize(
    "renamed",
    [
        {"snapshot_utc": "snapshot_time"},
        {"snapshot_utc": "timestamp"},
        {"snapshot_utc": "fetched_at"},
        {"event_id": "id", "outcome_name": "name", "bookmaker": "bookmaker_key"},
        {"event_id": "Event ID", "home_team": "homeTeam", "commence_time": " Commence Time "},
        {"last_update": "market_last_update", "market": "Market", "price": "Odds", "point": "LINE"},
    ],
)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_headings_are_known_by_other_names_in_any_case_and_order(
    renamed: dict[str, str], delimiter: str
) -> None:
    plain = csv_payload(DAILY, daily_row(), daily_row(outcome_name="Charlotte Hornets"))
    table = [line.split(",") for line in plain.body.decode().splitlines()]
    table[0] = [renamed.get(heading, heading) for heading in table[0]]
    turned = csv_payload(*(delimiter.join(row[::-1]) for row in table))
    assert archives.detect(turned.body, "x.csv") == "oddsapi_csv"
    assert taken_at(turned) == taken_at(plain)
    assert oddsapi_csv.SOURCE.parse(turned) == oddsapi_csv.SOURCE.parse(plain)


def test_a_frame_written_with_its_index_and_nan_is_the_same_rows() -> None:
    headings = f",{DAILY},Unnamed: 12"
    body = csv_payload(
        headings,
        f"0,{daily_row(market='h2h', point='nan')},",
        f"1,{daily_row(bookmaker='NaN', market='None', outcome_name='', price='nan')},",
    )
    parsed = oddsapi_csv.SOURCE.parse(body)
    assert [(line.market, line.point) for line in parsed.lines] == [("h2h", None)]
    assert parsed.drift == ["1 rows without bookmaker, market or outcome: no line"]


@pytest.mark.parametrize(
    ("written", "heading"),
    [
        ("2026-03-03T21:27:06Z", "fetched_at"),
        ("2026-03-03 16:27:06-05:00", "timestamp"),
        ("2026-03-03 21:27:06 UTC", "snapshot_time"),
        ("1772573226", "timestamp"),
        ("1772573226000", "timestamp"),
        ("2026-03-03 21:27:06", "snapshot_utc"),
        ("2026-03-03T21:27:06", "fetched_at"),
    ],
)
def test_instants_however_they_are_written(written: str, heading: str) -> None:
    payload = csv_payload(DAILY.replace("snapshot_utc", heading), daily_row(snapshot_utc=written))
    assert taken_at(payload) == datetime(2026, 3, 3, 21, 27, 6, tzinfo=UTC)


def test_a_local_time_is_not_taken_for_utc() -> None:
    payload = csv_payload(
        DAILY.replace("snapshot_utc", "fetched_at"), daily_row(snapshot_utc="2026-03-03 16:27:06")
    )
    with pytest.raises(DriftedSchemaError, match="names no time zone; if it is UTC, call"):
        taken_at(payload)


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
    assert price_format(prices) == expected


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


def test_a_file_that_cannot_be_loaded_stops_none_of_the_others(tmp_path: Path) -> None:
    body = csv_payload(DAILY, daily_row()).body
    (tmp_path / "a.txt").write_text("hello")
    (tmp_path / "b.csv").write_bytes(body)
    (tmp_path / "c.csv").write_bytes(body.replace(b"20260303_212706", b""))
    (tmp_path / "d.xlsx").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "e.csv").write_bytes(body.replace(b"tab", b"neds"))
    found = []
    with pytest.raises(archives.NotLoadedError) as refusal:
        for _, payload in archives.payloads(tmp_path):
            found.append(payload.name)
    assert found == ["b.csv", "e.csv"]
    assert [sentence.split(":")[0] for sentence in refusal.value.sentences] == [
        "a.txt", "c.csv", "d.xlsx",
    ]  # fmt: skip


def test_a_file_too_large_to_be_read_whole_is_named_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "all.csv").open("wb") as file:
        file.truncate(archives.LARGEST_FILE_BYTES + 1)
    with pytest.raises(archives.NotLoadedError, match=r"all\.csv: 1,073,741,825 bytes.*split it"):
        list(archives.payloads(tmp_path))


def test_nothing_there_and_no_such_format(tmp_path: Path) -> None:
    with pytest.raises(archives.ArchiveError, match="no file to load"):
        list(archives.payloads(tmp_path / "missing"))
    with pytest.raises(
        archives.ArchiveError, match="no archive format 'excel'; there are sbro_nba"
    ):
        list(archives.payloads(tmp_path, "excel"))
