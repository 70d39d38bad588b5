"""What analysts read, of few rows made by hand: in play, several sources of one book, odd rows."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row

from linehouse import database
from linehouse.betting import odds
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import PROJECT_ROOT, Mode
from tests.fixtures.databases import replace_database

GAME = "00000000-0000-0000-0000-000000000001"
SECOND = "00000000-0000-0000-0000-000000000002"
BATCH = "00000000-0000-0000-0000-00000000000b"


def moment(clock: str) -> datetime:
    """Of the evening; the game starts at 23:00."""
    hour, minute = clock.split(":")
    return datetime(2026, 3, 1, int(hour), int(minute), tzinfo=UTC)


class Told:
    """Rows as a promotion would publish them, never committed."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def game(self, game: str = GAME, **values: Any) -> None:
        self._insert(
            "enhanced_games",
            {
                "game_id": game, "sport_key": "baseball_mlb", "league": "mlb", "season": "2026",
                "season_type": "regular", "game_date_et": "2026-03-01",
                "commence_at": moment("23:00"), "home_team": "Home", "away_team": "Away",
                "home_team_id": "mlb_home", "away_team_id": "mlb_away", "status": "scheduled",
                "last_observed_at": moment("21:00"), "source": "s", "batch_id": BATCH,
                "is_valid": True, "validation_notes": [], "went_final": False, "sources": 1,
                "line_count": 2, "bookmaker_count": 1, **values,
            },
        )  # fmt: skip

    def line(
        self, book: str, prices: Sequence[int], since: str | None, until: str | None = None,
        *, market: str = "h2h", point: float | None = None, source: str = "s", **values: Any,
    ) -> None:  # fmt: skip
        """Both sides of one line; `point` is the home side's."""
        sides = ("over", "under") if market == "totals" else ("home", "away")
        both = sum(1 / odds.decimal_from_american(price) for price in prices)
        for side, price in zip(sides, prices, strict=True):
            decimal = odds.decimal_from_american(price)
            own = -point if point is not None and side == "away" else point
            self._insert(
                "betting_lines_enhanced",
                {
                    "line_id": psycopg.sql.SQL("gen_random_uuid()"), "game_id": GAME,
                    "sport_key": "baseball_mlb", "season": "2026", "game_date_et": "2026-03-01",
                    "commence_at": moment("23:00"), "home_team": "Home", "away_team": "Away",
                    "source": source, "bookmaker": book, "market": market, "period": "full",
                    "side": side, "point": own, "price_american": price,
                    "price_decimal": decimal, "implied_prob": 1 / decimal,
                    "no_vig_prob": 1 / decimal / both, "overround": both,
                    "valid_from": since and moment(since), "valid_to": until and moment(until),
                    "first_observed_at": since and moment(since),
                    "last_observed_at": until and moment(until), "is_best_price": False,
                    "is_opening": False, "is_closing": False, "in_play": False,
                    "batch_id": BATCH, "is_valid": True, "validation_notes": [],
                    "is_primary_source": True, **values,
                },
            )  # fmt: skip

    def looks(
        self, book: str, *clocks: str, market: str = "h2h", source: str = "s", trust: int = 1
    ) -> None:
        self._insert(
            "line_looks",
            {
                "game_id": GAME, "source": source, "bookmaker": book, "market": market,
                "period": "full", "looked_at": [moment(clock) for clock in clocks],
                "precedence": f"{trust:05}{source}",
            },
        )  # fmt: skip

    def ask(self, query: str, *parameters: Any) -> list[dict[str, Any]]:
        return (
            self.connection.cursor(row_factory=dict_row)
            .execute(query, list(parameters) or None)
            .fetchall()
        )

    def worked(self, name: str) -> list[dict[str, Any]]:
        """A worked query's rows."""
        (path,) = (PROJECT_ROOT / "dbt" / "analyses").glob(f"{name}_*.sql")
        return self.ask(path.read_text(encoding="utf-8"))

    def _insert(self, table: str, values: dict[str, Any]) -> None:
        sql = psycopg.sql
        made = [
            value if isinstance(value, sql.Composable) else sql.Literal(value)
            for value in values.values()
        ]
        self.connection.execute(
            sql.SQL("insert into curated.{} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, values)),
                sql.SQL(", ").join(made),
            )
        )


@pytest.fixture(scope="module")
def deployed(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> Mode:
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    return Mode.SANDBOX


@pytest.fixture
def told(deployed: Mode) -> Iterator[Told]:
    with database.connect(deployed, "owner") as connection:
        yield Told(connection)
        connection.rollback()


def test_a_price_in_play_is_never_set_against_one_from_before_the_start(told: Told) -> None:
    told.line("fanduel", (-110, -110), "20:00", "23:30")
    told.line("fanduel", (-600, 400), "23:30", in_play=True)
    told.line("betmgm", (-110, -110), "20:00")
    told.looks("fanduel", "20:00", "23:30")
    told.looks("betmgm", "20:00", "22:55")

    best = told.ask("select * from curated.best_prices(%s, 'h2h', %s)", GAME, moment("23:40"))
    compared = told.ask(
        "select * from curated.compare_bookmakers(%s, 'h2h', %s)", GAME, moment("23:40")
    )

    assert {(row["in_play"], row["side"]): row["bookmakers"] for row in best} == {
        (phase, side): [book]
        for phase, book in ((False, "betmgm"), (True, "fanduel"))
        for side in ("home", "away")
    }
    assert min(row["synthetic_hold_pct"] for row in best) > 4
    for row in compared:
        assert row["is_best_price"]
        assert row["consensus_prob"] == row["no_vig_prob"], row["bookmaker"]


def test_of_one_book_one_source_counts_before_the_game_and_one_in_play(told: Told) -> None:
    told.line("fanduel", (-110, -110), "20:00")
    told.line("fanduel", (-120, 100), "20:30", "23:30", source="t")
    told.line("fanduel", (-600, 400), "23:30", source="t", in_play=True)
    told.looks("fanduel", "20:00")
    told.looks("fanduel", "20:30", "23:30", source="t", trust=2)

    def counting(clock: str) -> list[tuple[str, bool]]:
        return [
            (row["source"], row["in_play"])
            for row in told.ask(
                "select source, in_play from curated.lines_as_of(%s, %s)"
                " where is_primary_source and side = 'home' order by in_play",
                GAME,
                moment(clock),
            )
        ]

    assert counting("22:00") == [("s", False)]
    assert counting("23:40") == [("s", False), ("t", True)]


def test_what_another_source_shows_later_leaves_no_trace_in_what_was_known(told: Told) -> None:
    """A disagreement, and a quality that it lowers, are found out by the second source's look."""
    told.line("fanduel", (-110, -110), "20:00", validation_notes=["vig_unusual"])
    told.looks("fanduel", "20:00")
    asked = "select * from curated.lines_as_of(%s, %s) order by side"
    before = told.ask(asked, GAME, moment("20:30"))
    assert [row["validation_notes"] for row in before] == [["vig_unusual"]] * 2

    told.line("fanduel", (-300, 250), "21:00", source="t")
    told.looks("fanduel", "21:00", source="t", trust=2)
    told.connection.execute(
        "update curated.betting_lines_enhanced set row_quality_score = 0.8, validation_notes"
        " = '{vig_unusual,sources_disagree,duplicate_observation}' where source = 's'"
    )

    assert told.ask(asked, GAME, moment("20:30")) == before


def test_changes_of_a_line_are_told_of_what_counts_in_one_phase(told: Told) -> None:
    spreads: dict[str, Any] = {"market": "spreads"}
    told.line("bovada", (-110, -110), None, point=-2, is_opening=True, **spreads)
    told.line("bovada", (-110, -110), "10:00", "11:00", point=-3, **spreads)
    told.line("bovada", (-110, -110), "11:00", "12:00", point=-33, is_valid=False, **spreads)
    told.line("bovada", (-110, -110), "12:00", "23:10", point=-3.5, **spreads)
    told.line("bovada", (-110, -110), "23:10", "23:20", point=-9, in_play=True, **spreads)
    told.line("bovada", (-110, -110), "23:20", point=-10, in_play=True, **spreads)

    rows = told.ask(
        "select label, point, point_change from curated.line_history(%s, 'bovada', 'spreads')"
        " where side = 'home'",
        GAME,
    )

    assert [(row["label"], row["point"], row["point_change"]) for row in rows] == [
        ("open", -2, None), (None, -3, -1), (None, -33, None), (None, -3.5, -0.5),
        (None, -9, None), (None, -10, -1),
    ]  # fmt: skip


def test_a_book_that_two_sources_tell_counts_once_in_what_the_next_games_are_worth(
    told: Told,
) -> None:
    told.game()
    for since, source, prices in (("10:00", "t", (-150, 130)), ("11:00", "s", (-110, -110))):
        told.line("fanduel", prices, since, source=source)
    told.line("betmgm", (-110, -110), "10:00")
    told.looks("fanduel", "10:00", source="t", trust=2)
    told.looks("fanduel", "11:00")
    told.looks("betmgm", "10:00")

    (row,) = told.worked("q01")

    assert (row["bookmakers"], float(row["home_win_prob"])) == (2, 0.5)


@pytest.mark.parametrize("status", ["cancelled", "postponed", "live", "final"])
def test_a_game_that_is_not_scheduled_is_no_coming_one(told: Told, status: str) -> None:
    told.game(status=status)
    told.line("fanduel", (-110, -110), "10:00")
    told.looks("fanduel", "10:00", "20:30")

    assert told.worked("q01") == []
    assert told.worked("q03") == []
    told.connection.execute("update curated.enhanced_games set status = 'scheduled'")
    assert len(told.worked("q01")) == 1
    assert len(told.worked("q03")) == 2


def test_a_book_counts_once_in_the_moves_of_the_week(told: Told) -> None:
    """One source alone may tell of it, two may; a source's own average of books is none."""
    told.game(status="final", went_final=True, home_score=5, away_score=3, winner="home")
    for book, source, opening, closing, counts in (
        ("pinnacle", "s", -3, -3, True),
        ("fanduel", "s", -3, -5, True),
        ("fanduel", "t", -4, -8, False),
        ("action_network_consensus", "t", -3, -9, False),
    ):
        line: dict[str, Any] = {"market": "spreads", "source": source, "is_primary_source": counts}
        if book == "fanduel":
            line["is_primary_source"] = True  # when they began, one hour after the other
        told.line(book, (-110, -110), "10:00", point=opening, is_opening=True, **line)
        told.line(book, (-110, -110), "11:00", point=closing, is_closing=True, **line)
        told.connection.execute(
            "insert into curated.closing_lines (game_id, source, bookmaker, market, period, side,"
            " point, is_valid, validation_notes, is_primary_source, closed_at, batch_id, sport_key,"
            " season, game_date_et, line_id) select game_id, source, bookmaker, market, period,"
            " side, point, true, '{}', %s, valid_from, batch_id, sport_key, season, game_date_et,"
            " line_id from curated.betting_lines_enhanced as lines where is_closing"
            " and (bookmaker, source) = (%s, %s)",
            [counts, book, source],
        )

    (row,) = told.worked("q05")

    assert (row["bookmakers"], float(row["mean_move"])) == (2, -1)
    assert (row["opening_point"], row["closing_point"]) == (-3, -5)


def test_the_second_game_of_a_day_has_its_teams_form(told: Told) -> None:
    """Of the first alone, which has begun, team_stats_daily knows the id."""
    told.game(game_number=1, commence_at=moment("18:00"), status="live")
    told.game(SECOND, game_number=2)
    for team, is_home in (("mlb_home", True), ("mlb_away", False)):
        told.connection.execute(
            "insert into curated.team_stats_daily (team_season_id, team_id, season, league,"
            " morning_et, games, wins, losses, points_for, points_against, home_games, home_wins,"
            " away_games, away_wins, last_5_wins, last_10_wins, streak, games_last_7_days,"
            " games_today, game_id_today, opponent_team_id, is_home_today, rest_days, travel_km)"
            " values (%s || '|2026', %s, '2026', 'mlb', '2026-03-01', 3, 2, 1, 9, 8, 1, 1, 2, 1,"
            " 2, 2, 1, 3, 2, %s, %s, %s, 0, 300)",
            [team, team, GAME, "mlb_away" if is_home else "mlb_home", is_home],
        )

    rows = told.worked("q09")

    assert [(row["team"], row["opponent"], row["is_home_today"]) for row in rows] == [
        ("Away", "Home", False),
        ("Home", "Away", True),
    ]
    assert {row["rest_days"] for row in rows} == {0}
    assert {row["travel_km"] for row in rows} == {None}, "the way was that to the first game"


def test_analysts_read_movements_and_injuries_as_staging_has_them(deployed: Mode) -> None:
    with database.connect(deployed, "owner") as connection:
        columns = {
            name: [
                column.name
                for column in connection.execute(f"select * from staging.{name}").description or ()
            ]
            for name in ("line_movements", "injuries")
        }
    with database.connect(deployed, "analyst") as connection:
        for name, of_staging in columns.items():
            read = connection.execute(f"select * from curated.{name}").description or ()
            assert sorted(column.name for column in read) == sorted(of_staging)


def test_the_questions_of_the_overview_can_be_asked(deployed: Mode, told: Told) -> None:
    overview = (PROJECT_ROOT / "dbt/models/overview.md").read_text(encoding="utf-8")
    query, *more = re.findall(r"```sql\n(.*?);\n```", overview, re.DOTALL)
    told.game(status="final", went_final=True)
    told.line("fanduel", (-110, -110), "20:00", market="spreads", point=-1.5)
    told.looks("fanduel", "20:00", "20:30", market="spreads")

    rows = told.ask(query)

    assert [(row["side"], row["point"], row["age_seconds"]) for row in rows] == [
        ("home", -1.5, 1800), ("away", 1.5, 1800),
    ]  # fmt: skip

    assert len(more) == 4
    with database.connect(deployed, "analyst") as connection:
        for another in more:
            assert connection.execute(another).description
