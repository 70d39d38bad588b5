"""What the season workbooks are read into, cell by cell."""

from datetime import date

import pytest

from linehouse.sources.archives.sbro.source import SOURCE
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError
from tests.archives.workbooks import (
    MLB_HEADINGS,
    NBA_HEADINGS,
    Workbook,
    mlb_game,
    nba_game,
    workbook_bytes,
)


def lines_of(parsed: object, event_id: str) -> dict[tuple[str, str], tuple[str | None, str | None]]:
    return {
        (line.market, line.outcome): (line.point, line.price)
        for line in parsed.lines
        if line.source_event_id == event_id
    }


def test_two_rows_are_a_game_with_the_visitor_first(nba_workbook: Workbook) -> None:
    parsed = SOURCE.parse(nba_workbook(*nba_game(1025, "NewYork", "Cleveland", finals=(88, 117))))
    (game,) = parsed.games
    assert (game.away_team, game.home_team) == ("NewYork", "Cleveland")
    assert (game.away_score, game.home_score, game.completed) == ("88", "117", True)
    assert (game.season, game.game_date_et) == ("2016-17", date(2016, 10, 25))
    assert game.source_event_id == "nba/2016-17/1025/newyork/cleveland/1"
    assert game.details["row"] == 2
    assert game.details["home"]["1st"] == "29"
    assert "Close" not in game.details["home"]
    assert game.neutral_site is None and game.status is None


def test_cells_stay_as_they_were_written(nba_workbook: Workbook) -> None:
    parsed = SOURCE.parse(
        nba_workbook(
            *nba_game(
                1025, "NewYork", "Cleveland", opening=("197.5u10", "pk"),
                closing=(189.5, "NL"), moneyline=("+145\u00a0", None), second_half=("95½", " "),
            )
        )
    )  # fmt: skip
    assert lines_of(parsed, "nba/2016-17/1025/newyork/cleveland/1") == {
        ("Open", "away"): ("197.5u10", None),
        ("Open", "home"): ("pk", None),
        ("Close", "away"): ("189.5", None),
        ("Close", "home"): ("NL", None),
        ("ML", "away"): (None, "+145\u00a0"),
        ("2H", "away"): ("95½", None),
        ("2H", "home"): (" ", None),
    }
    assert {line.market: line.label for line in parsed.lines} == {
        "Open": "open", "Close": "close", "ML": "close", "2H": None,
    }  # fmt: skip


def test_the_price_stands_right_of_its_total(mlb_workbook: Workbook) -> None:
    parsed = SOURCE.parse(mlb_workbook(*mlb_game(402, "SFO", "ARI")))
    assert lines_of(parsed, "mlb/2017/0402/sfo/ari/1") == {
        ("Open", "away"): (None, "-110"),
        ("Open", "home"): (None, "100"),
        ("Close", "away"): (None, "-120"),
        ("Close", "home"): (None, "110"),
        ("RunLine", "away"): ("-1.5", "140"),
        ("RunLine", "home"): ("1.5", "-160"),
        ("OpenOU", "away"): ("8", "-110"),
        ("OpenOU", "home"): ("8", "-110"),
        ("CloseOU", "away"): ("8.5", "-115"),
        ("CloseOU", "home"): ("8.5", "-105"),
    }


def test_headings_with_and_without_blanks_and_without_run_line(mlb_workbook: Workbook) -> None:
    with_run_line = mlb_game(402, "SFO", "ARI")
    joined = [h if h is None else h.replace(" ", "") for h in MLB_HEADINGS]
    assert SOURCE.parse(mlb_workbook(*with_run_line, headings=joined)).drift == []
    first = MLB_HEADINGS.index("Run Line")
    without = [
        tuple(row[:first]) + tuple(row[first + 2 :]) for row in (MLB_HEADINGS, *with_run_line)
    ]
    parsed = SOURCE.parse(mlb_workbook(*without[1:], headings=without[0]))
    assert {line.market for line in parsed.lines} == {"Open", "Close", "OpenOU", "CloseOU"}
    assert lines_of(parsed, "mlb/2017/0402/sfo/ari/1")["CloseOU", "home"] == ("8.5", "-105")


def test_columns_are_found_by_heading_not_by_place(nba_workbook: Workbook) -> None:
    order = [NBA_HEADINGS.index(h) for h in sorted(NBA_HEADINGS)]
    rows = [
        tuple(row[i] for i in order) for row in (NBA_HEADINGS, *nba_game(1025, "Utah", "Miami"))
    ]
    moved = SOURCE.parse(nba_workbook(*rows[1:], headings=rows[0]))
    assert moved.lines == SOURCE.parse(nba_workbook(*nba_game(1025, "Utah", "Miami"))).lines


@pytest.mark.parametrize("missing", ["ML", "VH", "Close", "3rd"])
def test_a_missing_column_is_named_with_its_sheet(nba_workbook: Workbook, missing: str) -> None:
    at = NBA_HEADINGS.index(missing)
    rows = [row[:at] + row[at + 1 :] for row in (NBA_HEADINGS, *nba_game(1025, "Utah", "Miami"))]
    with pytest.raises(DriftedSchemaError, match=rf"sheet 'Sheet1': column '{missing}' is missing"):
        SOURCE.parse(nba_workbook(*rows[1:], headings=rows[0]))


def test_a_lost_price_column_is_drift(mlb_workbook: Workbook) -> None:
    at = MLB_HEADINGS.index("Open OU") + 1
    rows = [row[:at] + row[at + 1 :] for row in (MLB_HEADINGS, *mlb_game(402, "SFO", "ARI"))]
    with pytest.raises(DriftedSchemaError, match=r"right of column 'OpenOU' stands 'Close OU'"):
        SOURCE.parse(mlb_workbook(*rows[1:], headings=rows[0]))


def test_an_unknown_column_is_reported_and_kept(nba_workbook: Workbook) -> None:
    rows = [(*row, 7) for row in nba_game(1025, "Utah", "Miami")]
    parsed = SOURCE.parse(nba_workbook(*rows, headings=(*NBA_HEADINGS, "OT")))
    assert parsed.drift == ["unknown column 'OT'"]
    assert parsed.games[0].details["away"]["OT"] == "7"


def test_bytes_that_are_no_workbook_and_a_sheet_without_games() -> None:
    with pytest.raises(UnreadablePayloadError, match="not a readable workbook"):
        SOURCE.parse(Payload("sbro", "sbro_nba", b"<html>", None, name="nba odds 2016-17.xlsx"))
    body = workbook_bytes([("A", "B"), (1, 2)])
    with pytest.raises(DriftedSchemaError, match="no heading row"):
        SOURCE.parse(Payload("sbro", "sbro_nba", body, None, name="nba odds 2016-17.xlsx"))


@pytest.mark.parametrize(
    ("name", "season"),
    [
        ("nba odds 2007-08.xlsx", "2007-08"),
        ("nba-odds-2019-20.xlsx", "2019-20"),
        ("NBA_2020_2021_odds.xlsx", "2020-21"),
        ("nba_archive 2021-22 (1).xlsx", "2021-22"),
    ],
)
def test_the_file_name_tells_the_nba_season(nba_workbook: Workbook, name: str, season: str) -> None:
    assert (
        SOURCE.parse(nba_workbook(*nba_game(1025, "Utah", "Miami"), name=name)).games[0].season
        == season
    )


@pytest.mark.parametrize("name", ["nba odds.xlsx", "nba odds 2017.xlsx", "nba odds 2007-10.xlsx"])
def test_a_name_without_season_says_what_to_do(nba_workbook: Workbook, name: str) -> None:
    with pytest.raises(DriftedSchemaError, match=r"rename it to hold two years such as 2016-17"):
        SOURCE.parse(nba_workbook(*nba_game(1025, "Utah", "Miami"), name=name))


def test_mlb_seasons_are_one_year(mlb_workbook: Workbook) -> None:
    game = mlb_game(402, "SFO", "ARI")
    assert SOURCE.parse(mlb_workbook(*game, name="mlb odds 2018.xlsx")).games[0].season == "2018"
    with pytest.raises(DriftedSchemaError, match="one year such as 2017"):
        SOURCE.parse(mlb_workbook(*game, name="mlb-odds-2017-2018.xlsx"))


def dates(parsed: object) -> list[str]:
    return [str(game.game_date_et) for game in parsed.games]


def test_the_year_turns_once_even_when_a_december_game_is_filed_late(
    nba_workbook: Workbook,
) -> None:
    days = [1222, 1231, 101, 1230, 102, 720]
    rows = [row for mmdd in days for row in nba_game(mmdd, "Utah", "Miami")]
    assert dates(SOURCE.parse(nba_workbook(*rows, name="nba odds 2020-21.xlsx"))) == [
        "2020-12-22", "2020-12-31", "2021-01-01", "2020-12-30", "2021-01-02", "2021-07-20",
    ]  # fmt: skip


def test_a_season_that_ends_in_october_stays_in_its_second_year(nba_workbook: Workbook) -> None:
    rows = [row for mmdd in (1022, 1231, 311, 730, 1011) for row in nba_game(mmdd, "Utah", "Miami")]
    assert dates(SOURCE.parse(nba_workbook(*rows, name="nba-odds-2019-20.xlsx"))) == [
        "2019-10-22", "2019-12-31", "2020-03-11", "2020-07-30", "2020-10-11",
    ]  # fmt: skip


def test_the_home_row_tells_the_date(mlb_workbook: Workbook, nba_workbook: Workbook) -> None:
    parsed = SOURCE.parse(nba_workbook(*nba_game(1231, "Utah", "Miami", home_mmdd=101)))
    assert dates(parsed) == ["2017-01-01"]
    assert parsed.games[0].details["away"]["Date"] == "1231"


def test_a_date_that_is_no_day_is_reported_and_left_open(nba_workbook: Workbook) -> None:
    parsed = SOURCE.parse(nba_workbook(*nba_game(1131, "Utah", "Miami")))
    assert parsed.games[0].game_date_et is None
    assert parsed.drift == ["row 3: '1131' is no date"]


def test_neutral_sites_and_doubleheaders(nba_workbook: Workbook, mlb_workbook: Workbook) -> None:
    neutral = SOURCE.parse(nba_workbook(*nba_game(1112, "Utah", "Miami", vh=("N", "N")))).games[0]
    assert neutral.neutral_site is True and neutral.away_team == "Utah"
    rows = [*mlb_game(402, "SFO", "ARI"), *mlb_game(402, "SFO ", "ARI", rot=921)]
    games = SOURCE.parse(mlb_workbook(*rows)).games
    assert [game.event_ordinal for game in games] == [1, 2]
    assert [game.game_number for game in games] == [None, None]


def test_a_game_that_was_not_played_is_postponed(mlb_workbook: Workbook) -> None:
    game = SOURCE.parse(mlb_workbook(*mlb_game(606, "NYM", "PIT", finals=("NL", "NL")))).games[0]
    assert (game.away_score, game.completed, game.status) == ("NL", None, "postponed")


def test_a_lost_row_costs_one_game_and_is_reported(nba_workbook: Workbook) -> None:
    rows = [
        *nba_game(1025, "Utah", "Miami", rot=501),
        nba_game(1025, "Boston", "Chicago", rot=503)[1],
        *nba_game(1026, "Denver", "Dallas", rot=501),
        nba_game(1026, "Atlanta", "Orlando", rot=503)[0],
        *nba_game(1027, "Toronto", "Phoenix", rot=501),
    ]
    parsed = SOURCE.parse(nba_workbook(*rows))
    assert [g.home_team for g in parsed.games] == ["Miami", "Dallas", "Phoenix"]
    assert parsed.drift == [
        "row 4 (1025 H Chicago) has no second row beside it: no game",
        "row 7 (1026 V Atlanta) has no second row beside it: no game",
    ]


def test_a_mistyped_side_costs_no_game(nba_workbook: Workbook) -> None:
    rows = [
        *nba_game(1025, "Utah", "Miami", rot=501, vh=("V", "V")),
        *nba_game(1025, "Boston", "Chicago", rot=504, vh=("H", "H")),
        *nba_game(1026, "Denver", "Dallas", rot=501),
    ]
    parsed = SOURCE.parse(nba_workbook(*rows))
    assert [g.home_team for g in parsed.games] == ["Miami", "Chicago", "Dallas"]
    assert parsed.drift == ["rows 4 and 5: VH or Rot is mistyped"]


def test_repeated_headings_and_empty_rows_are_left_out_and_reported(nba_workbook: Workbook) -> None:
    rows = [
        *nba_game(1025, "Utah", "Miami"),
        NBA_HEADINGS,
        *nba_game(1026, "Denver", "Dallas"),
        (None,) * 13,
        ("\u00a0",) + (None,) * 12,
    ]
    parsed = SOURCE.parse(nba_workbook(*rows))
    assert [g.details["row"] for g in parsed.games] == [2, 5]
    assert parsed.drift[0] == "row 4 repeats the headings"
    assert parsed.drift[1].endswith("empty rows, the first is row 7")


def test_a_corrected_workbook_calls_its_games_the_same(mlb_workbook: Workbook) -> None:
    first = [*mlb_game(402, "SFO", "ARI"), *mlb_game(403, "BOS", "NYY", rot=903)]
    twice = [*mlb_game(402, "SFO", "ARI", rot=951), *mlb_game(402, "SFO", "ARI", rot=953)]
    before = SOURCE.parse(mlb_workbook(*first, *twice)).games
    inserted = mlb_game(401, "OAK", "LAA", rot=955)
    after = SOURCE.parse(mlb_workbook(*inserted, *first, *twice)).games
    assert [g.source_event_id for g in after[1:]] == [g.source_event_id for g in before]
    assert [g.source_event_id for g in before] == [
        "mlb/2017/0402/sfo/ari/1",
        "mlb/2017/0403/bos/nyy/1",
        "mlb/2017/0402/sfo/ari/2",
        "mlb/2017/0402/sfo/ari/3",
    ]
    assert [g.details["row"] for g in before] == [2, 4, 6, 8]


def test_only_the_first_worksheet_counts(nba_workbook: Workbook) -> None:
    game = nba_game(1025, "Utah", "Miami")
    body = workbook_bytes([NBA_HEADINGS, *game], [NBA_HEADINGS, *game])
    parsed = SOURCE.parse(Payload("sbro", "sbro_nba", body, None, name="nba odds 2016-17.xlsx"))
    assert len(parsed.games) == 1
    assert parsed.historical
