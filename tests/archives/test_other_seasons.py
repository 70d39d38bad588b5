"""Seasons that are in no folder here, in the ways in which their workbooks are written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from linehouse import archives, database, pipeline
from linehouse.promotion import promote
from linehouse.settings import Mode
from linehouse.sources.archives.sbro.source import SOURCE
from tests.archives.workbooks import (
    MLB_HEADINGS,
    NBA_HEADINGS,
    Cells,
    mlb_game,
    nba_game,
    workbook_bytes,
    xls_bytes,
)

NBA_TEAMS = (
    "Atlanta", "Boston", "Brooklyn", "Charlotte", "Chicago", "Cleveland", "Dallas", "Denver",
    "Detroit", "GoldenState", "Houston", "Indiana", "LAClippers", "LALakers", "Memphis", "Miami",
    "Milwaukee", "Minnesota", "NewOrleans", "NewYork", "OklahomaCity", "Orlando", "Philadelphia",
    "Phoenix", "Portland", "Sacramento", "SanAntonio", "Toronto", "Utah", "Washington",
)  # fmt: skip
NBA_SPACED = {
    "GoldenState": "Golden State", "LAClippers": "LA Clippers", "OklahomaCity": "Oklahoma City",
    "LALakers": "LA Lakers", "NewYork": "New York ", "SanAntonio": "San Antonio\u00a0",
}  # fmt: skip
MLB_TEAMS = (
    "ARI", "ATL", "BAL", "BOS", "CUB", "CIN", "CLE", "COL", "CWS", "DET", "HOU", "KAN", "LAA",
    "LAD", "MIA", "MIL", "MIN", "NYM", "NYY", "OAK", "PHI", "PIT", "SDG", "SEA", "SFO", "STL",
    "TAM", "TEX", "TOR", "WAS",
)  # fmt: skip
MLB_OTHERWISE = {
    "BOS": "BRS", "CUB": "CHC", "CWS": "CHW", "KAN": "KCR", "LAD": "LOS", "MIA": "FLA",
    "SDG": "SDP", "SFO": "SFG", "TAM": "TBR", "WAS": "WSH",
}  # fmt: skip


@dataclass(frozen=True)
class Season:
    """A season as its file is called and written, and what is in it."""

    file: str
    days: tuple[date, ...]
    """Days with a game of every team."""
    label: str
    write: Callable[[list[Cells], Cells], bytes] = lambda rows, headings: workbook_bytes(
        [headings, *rows]
    )
    spelled: bool = False
    """With the other spellings of its teams."""
    more: tuple[Cells, ...] = ()
    games_more: int = 0

    @property
    def sport(self) -> str:
        return "nba" if "-" in self.label else "mlb"

    def body(self) -> bytes:
        headings = NBA_HEADINGS if self.sport == "nba" else MLB_HEADINGS
        return self.write([*self._rows(), *self.more], headings)

    def _rows(self) -> list[Cells]:
        teams = NBA_TEAMS if self.sport == "nba" else MLB_TEAMS
        other = NBA_SPACED if self.sport == "nba" else MLB_OTHERWISE
        names = [other.get(team, team) if self.spelled else team for team in teams]
        game = nba_game if self.sport == "nba" else mlb_game
        rows: list[Cells] = []
        for number, day in enumerate(self.days):
            turned = names[number % 15 + 1 :] + names[: number % 15 + 1]
            for pair in range(15):
                rows += game(
                    day.month * 100 + day.day, turned[pair], turned[29 - pair], rot=501 + 2 * pair
                )
        return rows

    @property
    def games(self) -> int:
        return 15 * len(self.days) + self.games_more


def every(first: date, last: date, days: int) -> tuple[date, ...]:
    """Every so many days; never 24 December, when the NBA does not play."""
    found = [first + timedelta(n) for n in range(0, (last - first).days + 1, days)]
    return (*(day for day in found if (day.month, day.day) != (12, 24)), last)


def floating(rows: list[Cells], headings: Cells) -> bytes:
    """Every number as a text with a decimal point, nothing as NaN, headings with blanks behind."""

    def cell(value: object) -> object:
        if value is None:
            return "NaN"
        return f"{value}.0" if isinstance(value, int) else value

    return workbook_bytes(
        [
            [f"{heading}  " if heading else None for heading in headings],
            *([cell(row[0]), cell(row[1]), *row[2:-1], cell(row[-1])] for row in rows),
        ]
    )


def with_an_empty_column(rows: list[Cells], headings: Cells) -> bytes:
    return workbook_bytes([[], [None, *headings], *([None, *row] for row in rows)])


def from_a_frame(rows: list[Cells], headings: Cells) -> bytes:
    """As a program writes a table with its index and names for what has none."""
    named = [h or f"Unnamed: {n}" for n, h in enumerate(headings)]
    return workbook_bytes([[None, *named], *([n, *row] for n, row in enumerate(rows))])


def with_dates(rows: list[Cells], headings: Cells) -> bytes:
    """Days as dates; the spreadsheet has put the year of its typing into them."""
    return workbook_bytes(
        [
            headings,
            *([datetime(2024, int(str(r[0])[:-2]), int(str(r[0])[-2:])), *r[1:]] for r in rows),
        ]
    )


def older_kind(rows: list[Cells], headings: Cells) -> bytes:
    return xls_bytes([headings, *rows])


FOOTER: tuple[Cells, ...] = (
    (None,) * 13,
    ("Source: Sportsbook Reviews Online",),
    (None, None, None, "Lines are for information only"),
    (None, None, None, "See the terms"),
    ("NaN",) * 13,
)
PLAY_IN = tuple(
    row
    for day, away, home, rot in (
        (518, "Charlotte", "Indiana", 101), (518, "Washington", "Boston", 103),
        (519, "GoldenState", "LALakers", 105), (519, "SanAntonio", "Memphis", 107),
        (521, "Memphis", "GoldenState", 109),
    )
    for row in nba_game(day, away, home, rot=rot)
)  # fmt: skip
BUBBLE = tuple(
    row
    for number, (away, home) in enumerate((("Utah", "NewOrleans"), ("LAClippers", "LALakers")))
    for row in nba_game(730, away, home, rot=701 + 2 * number, vh=("N", "N"))
)


def seven_innings(*, rot: int) -> list[Cells]:
    """A game of a doubleheader in 2020 and 2021: nothing in the last two innings."""
    away, home = mlb_game(815, "SFO", "OAK", rot=rot, closing_total=(7, -110, 7, -110))
    return [(*row[:12], "x", "x", *row[14:]) for row in (away, home)]


NBA_SEASONS = [
    Season("nba odds 2017-18.xlsx", every(date(2017, 10, 17), date(2018, 6, 8), 15), "2017-18"),
    Season(
        "nba odds 2018-19.xlsx", every(date(2018, 10, 16), date(2019, 6, 13), 15), "2018-19",
        write=floating, spelled=True,
    ),
    Season(
        "nba odds 2019-20.xlsx",
        (*every(date(2019, 10, 22), date(2020, 3, 11), 15),
         *every(date(2020, 8, 2), date(2020, 10, 11), 15)),
        "2019-20", more=BUBBLE, games_more=2,
    ),
    Season(
        "nba-odds-2020-21.xlsx", every(date(2020, 12, 22), date(2021, 7, 20), 15), "2020-21",
        write=with_an_empty_column, more=PLAY_IN, games_more=5,
    ),
    Season(
        "nba_odds_2021_22 (1).xlsx", every(date(2021, 10, 19), date(2022, 6, 16), 15), "2021-22",
        write=from_a_frame, spelled=True,
    ),
    Season(
        "NBA Odds 2022-2023.xls", every(date(2022, 10, 18), date(2022, 11, 20), 15), "2022-23",
        write=older_kind,
    ),
    Season(
        "nba odds 2023 - 24.xlsx", every(date(2023, 10, 24), date(2024, 6, 17), 15), "2023-24",
        more=FOOTER,
    ),
]  # fmt: skip
MLB_SEASONS = [
    Season("mlb-odds-2018.xlsx", every(date(2018, 3, 29), date(2018, 10, 28), 15), "2018"),
    Season(
        "mlb odds 2019.xlsx", every(date(2019, 3, 20), date(2019, 10, 30), 15), "2019",
        write=from_a_frame, spelled=True, more=FOOTER,
    ),
    Season(
        "mlb odds 2020.xlsx", every(date(2020, 7, 23), date(2020, 10, 27), 15), "2020",
        write=with_an_empty_column,
        more=(*seven_innings(rot=991), *seven_innings(rot=993)), games_more=2,
    ),
    Season(
        "mlb-odds-2021.xlsx", every(date(2021, 4, 1), date(2021, 11, 2), 15), "2021",
        write=with_dates, more=(*seven_innings(rot=991), *seven_innings(rot=993)), games_more=2,
    ),
]  # fmt: skip
SEASONS = [*NBA_SEASONS, *MLB_SEASONS]


@pytest.mark.parametrize("season", SEASONS, ids=lambda season: season.file)
def test_a_season_is_read_whole_with_its_own_dates(season: Season, tmp_path: Path) -> None:
    (tmp_path / season.file).write_bytes(season.body())
    ((source, payload),) = archives.payloads(tmp_path)
    parsed = source.parse(payload)
    assert len(parsed.games) == season.games
    assert {game.season for game in parsed.games} == {season.label}
    days = {game.game_date_et for game in parsed.games}
    assert set(season.days) <= days and max(days - {None}) == max(season.days)
    assert len({game.source_event_id for game in parsed.games}) == season.games
    assert all(game.completed for game in parsed.games)
    assert not [d for d in parsed.drift if "unknown" in d or "no second row" in d], parsed.drift
    notes = sum("no half of a game" in d for d in parsed.drift)
    assert notes >= 3 if season.more is FOOTER else notes == 0


@pytest.mark.parametrize(
    ("dates", "years"),
    [
        ((1029, 1225, 1031, 1231, 105), (2019, 2019, 2019, 2019, 2020)),  # a day mistyped in autumn
        ((1222, 1231, 101, 720), (2019, 2019, 2020, 2020)),
        ((1022, 1231, 101, 1011), (2019, 2019, 2020, 2020)),  # to October of the next year
        ((1231, 101, 1230, 102), (2019, 2020, 2019, 2020)),  # filed late
    ],
)
def test_the_year_turns_once_and_in_winter(dates: tuple[int, ...], years: tuple[int, ...]) -> None:
    rows = [row for day in dates for row in nba_game(day, "Utah", "Miami")]
    body = workbook_bytes([NBA_HEADINGS, *rows])
    payload = archives.FORMATS["sbro_nba"].payloads(body, "nba odds 2019-20.xlsx")
    games = SOURCE.parse(next(iter(payload))).games
    assert tuple(game.game_date_et.year for game in games if game.game_date_et) == years


@pytest.mark.slow
def test_every_season_comes_to_curated_with_all_its_games_and_no_unknown_team(
    fresh_live_database: Mode, tmp_path: Path
) -> None:
    mode = fresh_live_database
    for season in SEASONS:
        (tmp_path / season.file).write_bytes(season.body())
    done = list(pipeline.land_archive(mode, tmp_path, None, "load"))
    assert [one["error"] for one in done] == [None] * len(SEASONS)
    summary = pipeline.gate(mode, [one["batch_id"] for one in done])
    assert summary.held == [] and len(summary.accepted) == len(SEASONS)
    for zone in ("staging", "curated"):
        assert promote(mode, zone).state == "published"
    with database.connect(mode, "analyst") as connection:
        games = dict(
            connection.execute(
                "select season, count(*) from curated.enhanced_games group by season"
            ).fetchall()
        )
        teams = dict(
            connection.execute(
                "select season, count(distinct team) from curated.enhanced_games"
                " cross join lateral (values (home_team_id), (away_team_id)) as t (team)"
                " group by season"
            ).fetchall()
        )
        invalid = connection.execute(
            "select season, game_date_et, validation_notes from curated.enhanced_games"
            " where not is_valid"
        ).fetchall()
        closing = dict(
            connection.execute(
                "select season, count(*) from curated.closing_lines where is_valid group by season"
            ).fetchall()
        )
    with database.connect(mode) as connection:
        unmatched = connection.execute(
            "select entity_key, detail from staging.validation_results"
            " where rule = 'unmatched_team'"
        ).fetchall()
    assert unmatched == []
    assert games == {season.label: season.games for season in SEASONS}
    assert set(teams.values()) == {30}
    assert invalid == []
    assert closing == {season.label: 6 * season.games for season in SEASONS}
