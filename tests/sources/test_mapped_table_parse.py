"""Any table, read as its mapping says, and not a cell further."""

import json
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from openpyxl import Workbook
from pyarrow import parquet

from linehouse import archives
from linehouse.batches import batch_id, told_by_name
from linehouse.settings import PROJECT_ROOT
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.mapped_table import source as mapped_table
from linehouse.sources.mapped_table.yaml import MappingError, read_mapping
from linehouse.sources.rows import Parsed

FOLDER = PROJECT_ROOT / "tests/payloads/mapped_table"
LONG = """
source: my_captures
sport: {column: sport, values: {NBA: basketball_nba}}
event:
  home: home
  away: away
  start: {column: tip, time_zone: America/New_York}
observed_at: {column: seen, format: epoch_seconds}
lines:
  layout: long
  prices: fractional
  bookmaker: {constant: my_book}
  market: {column: market, values: {ML: h2h, 1H TOT: totals_h1}}
  outcome: {column: pick, values: {H: home, A: away, O: over, U: under}}
  price: odds
  point: line
"""
HEAD = "sport,home,away,tip,seen,market,pick,odds,line\n"
GAME = "NBA,Utah Jazz,Miami Heat,2026-03-03 19:00,"
BY_TEAM = """
source: my_team_log
sport: {constant: baseball_mlb}
season: {constant: "2016"}
event:
  team: team
  opponent: opp
  venue: {column: loc, home: [H, ""], away: "@", neutral: N}
  date: {column: day, format: "%Y%m%d"}
  game_number: dh
  team_score: runs
  opponent_score: opp_runs
lines:
  layout: wide
  prices: decimal
  bookmaker: {constant: my_book}
  columns: [{market: h2h, side: team, price: close, label: close}]
"""


def payloads(mapping: str, body: bytes, name: str = "table.csv") -> list[Payload]:
    return list(mapped_table.payloads(body, name, read_mapping(mapping, "mapping.yaml")))


def parsed(mapping: str, text: str) -> Parsed:
    (payload,) = payloads(mapping, text.encode())
    return mapped_table.SOURCE.parse(payload)


def example() -> tuple[Payload, Parsed]:
    ((source, payload),) = archives.payloads(
        FOLDER / "closing_lines.csv", mapping=FOLDER / "closing_lines.yaml"
    )
    return payload, source.parse(payload)


def test_the_documented_example_is_read_row_by_row() -> None:
    payload, read = example()
    assert (payload.source, payload.feed) == ("my_nba_archive", "mapped_table")
    assert payload.observed_at is None and read.historical
    assert payload.body == (FOLDER / "closing_lines.csv").read_bytes()

    first = read.games[0]
    assert len(read.games) == 2, "two books of a game are one game"
    assert first.source_event_id == "g1" and first.season == "2016-17"
    assert first.commence_at == datetime(2016, 10, 25, 23, 30, tzinfo=UTC)
    assert first.commence_text == "10/25/2016 19:30" and first.game_date_et == date(2016, 10, 25)
    assert (first.away_score, first.home_score, first.neutral_site) == ("88", "117", False)
    assert first.details["periods_home"] == ["28", "20", "34", "35"]

    assert len(read.lines) == 3 * 8
    spreads = [
        (line.bookmaker, line.outcome, line.point, line.price, line.label)
        for line in read.lines
        if line.source_event_id == "g1" and line.market == "spreads"
    ]
    assert spreads == [
        ("pinnacle", "home", "-9.5", "-108", "close"),
        ("pinnacle", "away", "9.5", "-102", "close"),
        ("pinnacle", "home", "-9", None, "open"),
        ("pinnacle", "away", "9", None, "open"),
        ("bovada", "home", "-10", "-110", "close"),
        ("bovada", "away", "10", "-110", "close"),
        ("bovada", "home", "-9", None, "open"),
        ("bovada", "away", "9", None, "open"),
    ]
    assert [(s.source_event_id, s.tickets_pct, s.money_pct) for s in read.splits] == [
        ("g1", "61", "70"),
        ("g2", "55", "49"),
    ], "a row for each book repeats the shares"
    assert read.drift == ["unknown column 'Referee'"]


def as_workbook(rows: list[list[str]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    into = BytesIO()
    book.save(into)
    return into.getvalue()


def as_parquet(rows: list[dict[str, Any]]) -> bytes:
    into = BytesIO()
    parquet.write_table(pyarrow.Table.from_pylist(rows), into)
    return into.getvalue()


@pytest.mark.parametrize("kind", ["json", "records", "jsonl", "xlsx", "parquet", "semicolons"])
def test_every_kind_of_file_tells_the_same(kind: str) -> None:
    lines = (FOLDER / "closing_lines.csv").read_text("utf-8").splitlines()
    table = [line.split(",") for line in lines]
    rows = [dict(zip(table[0], row, strict=True)) for row in table[1:]]
    mapping = (FOLDER / "closing_lines.yaml").read_text("utf-8")
    body = {
        "json": lambda: json.dumps(rows).encode(),
        "records": lambda: json.dumps({"data": {"games": rows}}).encode(),
        "jsonl": lambda: "\n".join(json.dumps(row) for row in rows).encode(),
        "xlsx": lambda: as_workbook(table),
        "parquet": lambda: as_parquet(rows),
        "semicolons": lambda: b"\xef\xbb\xbf" + "\r\n".join(map(";".join, table)).encode(),
    }[kind]()
    if kind == "records":
        mapping += "table: {records: data.games}\n"
    (payload,) = payloads(mapping, body, f"table.{kind}")
    read, expected = mapped_table.SOURCE.parse(payload), example()[1]
    assert (read.lines, read.splits, read.coverage, read.drift) == (
        expected.lines,
        expected.splits,
        expected.coverage,
        expected.drift,
    )
    told = [{**vars(game), "details": None} for game in read.games]
    assert told == [{**vars(game), "details": None} for game in expected.games]


def test_numbers_of_json_stay_as_they_are_written() -> None:
    body = (
        '{"sport": "NBA", "home": "Utah Jazz", "away": "Miami Heat", "tip": "2026-03-04T00:00:00Z",'
        ' "seen": 1772500000, "market": "1H TOT", "pick": "O", "odds": "10/11", "line": 110.50}\n'
    )
    (line,) = parsed(LONG, body).lines
    assert (line.market, line.outcome, line.point) == ("totals_h1", "over", "110.50")
    assert (line.price, line.price_format) == ("10/11", "fractional")


def test_each_capture_is_a_payload_of_its_own_lines_as_they_were_written() -> None:
    text = (
        HEAD
        + f"{GAME}1772500000,ML,H,10/11,\n"
        + f"{GAME}1772503600,ML,H,4/5,\n"
        + f'{GAME}1772500030, ML ,A,"1/1",\n'  # half a minute later: the same capture
        + f"{GAME}1772503600,ML,A,11/10,"  # no end of line
    )
    first, second = payloads(LONG, text.encode())
    assert [one.observed_at for one in (first, second)] == [
        datetime.fromtimestamp(1772500030, UTC),
        datetime.fromtimestamp(1772503600, UTC),
    ]
    assert second.name == "table.csv#2026-03-03T02:06:40Z"
    assert first.body.decode() == "".join(text.splitlines(keepends=True)[n] for n in (0, 1, 3))
    lines = [mapped_table.SOURCE.parse(one).lines for one in (first, second)]
    assert [[line.price for line in one] for one in lines] == [["10/11", "1/1"], ["4/5", "11/10"]]
    whole = Payload("my_captures", "mapped_table", text.encode(), None, params=first.params)
    with pytest.raises(DriftedSchemaError, match="holds 2 captures; each is a payload of its own"):
        mapped_table.SOURCE.parse(whole)

    objects = [dict(zip(HEAD.strip().split(","), r.split(","), strict=True))
               for r in text.replace('"', "").splitlines()[1:]]  # fmt: skip
    again = payloads(LONG, json.dumps(objects).encode(), "table.json")
    assert [one.observed_at for one in again] == [one.observed_at for one in (first, second)]
    assert [mapped_table.SOURCE.parse(one).lines for one in again] == [[*one] for one in lines], (
        "rows of JSON become JSON lines of their cells"
    )


def test_a_row_of_one_team_is_turned_by_its_venue() -> None:
    read = parsed(
        BY_TEAM,
        "team,opp,loc,day,dh,runs,opp_runs,close\n"
        "BOS,NYY,@,20160601,1,3,5,2.10\n"
        "NYY,BOS,H,20160601,1,5,3,1.80\n"
        "NYY,BOS,H,20160601,2,0,1,1.95\n",
    )
    assert [
        (game.source_event_id, game.away_team, game.home_team, game.away_score, game.home_score)
        for game in read.games
    ] == [
        ("2016-06-01|BOS|NYY|1", "BOS", "NYY", "3", "5"),
        ("2016-06-01|BOS|NYY|2", "BOS", "NYY", "1", "0"),
    ]
    assert [game.game_number for game in read.games] == [1, 2]
    assert [(line.outcome, line.price, line.label) for line in read.lines] == [
        ("away", "2.10", "close"),
        ("home", "1.80", "close"),
        ("home", "1.95", "close"),
    ]


def rows_of(*odd: str) -> str:
    """A table in which few enough rows are odd for the others to be read."""
    good = [f"T{n},U{n},H,20160601,0,1,2,1.9" for n in range(60)]
    return "\n".join(["team,opp,loc,day,dh,runs,opp_runs,close", *odd, *good]) + "\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("BOS,,H,20160601,0,1,2,1.9", "no opponent: the cell of 'opp' is empty"),
        ("BOS,NYY,?,20160601,0,1,2,1.9", "venue '?' is none of those that the mapping names"),
        ("BOS,NYY,N,20160601,0,1,2,1.9", "it is not told who is filed as home (neutral_home)"),
        ("BOS,NYY,H,June 1,0,1,2,1.9", "'June 1' is no day as '%Y%m%d' has it"),
        ("BOS,NYY,H,,0,1,2,1.9", "tells neither an id of the game nor its day"),
        ("BOS,NYY,H,20160601,9,1,2,1.9", "'9' is no number of a game"),
        ("BOS,NYY,H,20160601", "4 cells under 8 headings"),
        ("U3,T3,@,20160601,0,7,1,1.9", None),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_nothing_is_guessed(
    row: str, said: str | None
) -> None:
    read = parsed(BY_TEAM, rows_of(row))
    if said is None:  # the same game with another score: the later row is left out
        said, number = "row 6 is not read: contradicts row 2 of the same game", 60
    else:
        said, number = said, 60
        assert all("BOS" not in (game.home_team, game.away_team) for game in read.games)
        assert any(one.startswith("row 2 is not read: ") for one in read.drift)
    assert len(read.games) == number
    assert any(said in one for one in read.drift), read.drift


def test_too_many_unreadable_rows_stop_the_file() -> None:
    odd = ["BOS,NYY,?,20160601,0,1,2,1.9"] * 10
    with pytest.raises(
        DriftedSchemaError, match="10 of 70 rows cannot be read by the mapping: row"
    ):
        payloads(BY_TEAM, rows_of(*odd).encode())


@pytest.mark.parametrize("seen", ["", "noon"])
def test_a_row_of_no_capture_is_told_after_the_captures_were_taken(seen: str) -> None:
    rows = [f"{GAME}{1772500000 + 3600 * n},ML,H,10/11," for n in range(30)]
    text = HEAD + "\n".join([*rows, f"{GAME}{seen},ML,H,10/11,"]) + "\n"
    given = mapped_table.payloads(text.encode(), "t.csv", read_mapping(LONG, "m"))
    taken = [next(given) for _ in range(30)]
    assert len({one.observed_at for one in taken}) == 30
    with pytest.raises(DriftedSchemaError, match="30 captures were taken; of none of them: row 32"):
        next(given)


def test_a_row_that_only_tells_when_it_was_seen_stays_with_its_capture() -> None:
    rows = [f"{GAME}{1772500000 + 3600 * (n // 15)},ML,H,10/11,{n}" for n in range(30)]
    rows[3] = rows[3].replace("Utah Jazz", "")
    first, _ = payloads(LONG, (HEAD + "\n".join(rows) + "\n").encode())
    assert rows[3].encode() in first.body


@pytest.mark.parametrize(
    ("tip", "read"),
    [
        ("2026-03-08 01:30", datetime(2026, 3, 8, 6, 30, tzinfo=UTC)),
        ("2026-03-08 03:30", datetime(2026, 3, 8, 7, 30, tzinfo=UTC)),
        ("2026-03-08 02:30", None),
        ("2026-11-01 01:30", None),
        ("2026-03-08T01:30:00Z", datetime(2026, 3, 8, 1, 30, tzinfo=UTC)),
        ("2026-03-08 01:30:00 UTC", datetime(2026, 3, 8, 1, 30, tzinfo=UTC)),
        ("2026-03-08", None),
    ],
)
def test_local_times_are_turned_to_utc_unless_a_clock_shows_them_twice_or_never(
    tip: str, read: datetime | None
) -> None:
    text = HEAD + GAME.replace("2026-03-03 19:00", tip) + "1772500000,ML,H,10/11,\n"
    if read is None:
        with pytest.raises(DriftedSchemaError, match="cannot be read by the mapping: row 2"):
            payloads(LONG, text.encode())
    else:
        assert parsed(LONG, text).games[0].commence_at == read


def test_the_bytes_and_what_the_mapping_says_decide_the_batch() -> None:
    def batch(mapping: str, name: str = "t.csv") -> object:
        (payload,) = payloads(mapping, text.encode(), name)
        told = told_by_name(mapped_table.SOURCE, payload)
        return batch_id(payload, "", payload.observed_at, told)

    text = HEAD + f"{GAME}1772500000,ML,H,10/11,\n"
    same = batch(LONG)
    assert batch(LONG, "other name.csv") == same
    assert batch("# a remark\n" + LONG.replace("price: odds", "price:   odds")) == same
    assert batch(LONG.replace("1H TOT: totals_h1", "1H TOT: totals")) != same


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("source: my_captures", "source: My Captures"), "source: "),
        (("home: home", "hone: home"), "event.hone: is no setting of a mapping"),
        (("  home: home\n", ""), "event: say home and away, or team, opponent and venue"),
        (("America/New_York", "America/Boston"), "'America/Boston' is no time zone"),
        (("epoch_seconds", "seconds"), "observed_at.format: 'seconds' is no format; write iso"),
        (("epoch_seconds", '"%d.%m. %H:%M"'), "does not tell the year"),
        (("epoch_seconds", '"%Y-%m-%d %H:%M"'), "name no time zone; say time_zone"),
        (("prices: fractional", "prices: hongkong"), "lines.long.prices: Input should be"),
        (("ML: h2h", "ML: winner"), "lines.long: market winner is none of h2h, h2h_h1"),
        (("  price: odds\n", ""), "lines.long.price: is missing"),
        (("  point: line", "  price: other"), "says 'price' twice"),
        (("layout: long", "layout: tall"), "lines: "),
        ((LONG, "- a\n- b"), "holds no settings; begin with source, sport and event"),
        ((LONG, "a: ["), "no YAML"),
    ],
)
def test_a_mapping_that_cannot_be_used_says_where_and_why(
    change: tuple[str, str], said: str
) -> None:
    assert change[0] in LONG
    with pytest.raises(MappingError) as error:
        read_mapping(LONG.replace(*change), "nba.yaml")
    assert str(error.value).startswith("mapping nba.yaml: ") and said in str(error.value)


def test_a_column_that_is_not_there_is_named_with_the_nearest_that_is() -> None:
    text = HEAD.replace("odds", "odd") + f"{GAME}1772500000,ML,H,10/11,\n"
    with pytest.raises(DriftedSchemaError) as error:
        payloads(LONG, text.encode())
    assert "the mapping names column 'odds' (is it 'odd'?), which is not there" in str(error.value)
    constant = LONG.replace("{constant: my_book}", "pinnacle")
    with pytest.raises(DriftedSchemaError, match=r"'pinnacle'.*is written \{constant: \.\.\.\}"):
        payloads(constant, (HEAD + f"{GAME}1772500000,ML,H,10/11,\n").encode())


@pytest.mark.parametrize(
    "body", [b"", b"a,b\n", b"\xff\xfe\x00", b'[{"a": 1}', b"PAR1 and no more", b'a,b\n"1,2\n']
)
def test_bytes_that_are_no_table_are_refused(body: bytes) -> None:
    with pytest.raises((UnreadablePayloadError, DriftedSchemaError)):
        payloads(LONG, body)


def test_an_archive_bears_no_name_of_a_source_that_linehouse_reads(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text(LONG.replace("my_captures", "sbro"), encoding="utf-8")
    with pytest.raises(archives.ArchiveError, match="'sbro' is one that Linehouse reads by itself"):
        archives.mapping_at(file)
