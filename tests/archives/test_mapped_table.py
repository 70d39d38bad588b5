"""A table with a mapping goes the way of every archive: landed, judged, promoted, read again."""

from pathlib import Path
from typing import Any

import pytest

from linehouse import archives, database, pipeline
from linehouse.landing.replay import reparse
from linehouse.promotion import gate_raw, promote
from linehouse.settings import PROJECT_ROOT, Mode

FOLDER = PROJECT_ROOT / "tests/payloads/mapped_table"
MAPPING = FOLDER / "closing_lines.yaml"
TABLE = FOLDER / "closing_lines.csv"


def ask(mode: Mode, query: str) -> list[tuple[Any, ...]]:
    with database.connect(mode) as connection:
        return connection.execute(query).fetchall()


def load(mode: Mode, path: Path, run: str, mapping: Path = MAPPING) -> list[dict[str, Any]]:
    return list(pipeline.land_archive(mode, path, None, run, mapping))


def test_a_mapped_table_shows_in_curated_and_is_read_again(
    fresh_live_database: Mode, tmp_path: Path
) -> None:
    mode = fresh_live_database
    (tmp_path / "mapping.yaml").write_bytes(MAPPING.read_bytes())
    (tmp_path / "lines 2016.csv").write_bytes(TABLE.read_bytes())
    ((landed),) = load(mode, tmp_path, "first", tmp_path / "mapping.yaml")
    assert (landed["outcome"], landed["rows"]) == ("landed", 2 + 24 + 2)
    ((again),) = load(mode, TABLE, "again")
    assert (again["outcome"], again["batch_id"]) == ("duplicate", landed["batch_id"])

    (verdict,) = gate_raw(mode, [landed["batch_id"]])
    assert verdict.accepted, verdict.sentence
    for zone in ("staging", "curated"):
        assert promote(mode, zone).state == "published"
    games = ask(
        mode,
        "select season, game_date_et::text, away_team, home_team, status, away_score, home_score,"
        " neutral_site, source from curated.enhanced_games order by commence_at",
    )
    assert games == [
        ("2016-17", "2016-10-25", "New York Knicks", "Cleveland Cavaliers", "final", 88, 117,
         False, "my_nba_archive"),
        ("2016-17", "2016-10-25", "Utah Jazz", "Portland Trail Blazers", "final", 104, 113,
         False, "my_nba_archive"),
    ]  # fmt: skip
    closing = ask(
        mode,
        """
        select bookmaker, market, side, point::float, price_american, is_valid, closed_at
        from curated.closing_lines where batch_id = (select batch_id from ops.batches)
            and game_id in (select game_id from curated.enhanced_games where home_score = 117)
            and market <> 'totals'
        order by bookmaker desc, market, side
        """,
    )
    assert closing == [
        ("pinnacle", "h2h", "away", None, 380, True, None),
        ("pinnacle", "h2h", "home", None, -450, True, None),
        ("pinnacle", "spreads", "away", 9.5, -102, True, None),
        ("pinnacle", "spreads", "home", -9.5, -108, True, None),
        ("bovada", "h2h", "away", None, 365, True, None),
        ("bovada", "h2h", "home", None, -480, True, None),
        ("bovada", "spreads", "away", 10, -110, True, None),
        ("bovada", "spreads", "home", -10, -110, True, None),
    ]
    openings = ask(
        mode,
        "select distinct side, point::float, price_american, valid_from, is_valid"
        " from staging.betting_lines where is_opening and abs(point) = 9 order by 1",
    )
    assert openings == [("away", 9, None, None, True), ("home", -9, None, None, True)]

    # the mapping lies beside the bytes: what was landed is read again without the file
    def read() -> list[tuple[Any, ...]]:
        return ask(
            mode,
            "select position, source_event_id, bookmaker, market, outcome, price, point, label"
            " from raw_data.betting_lines_raw order by position",
        )

    before = read()
    assert [str(one) for one in reparse(mode, "mapped_table")] == [landed["batch_id"]]
    assert read() == before and len(before) == 24


SPOILED = {
    "a sport that no seed knows": (
        ("{constant: basketball_nba}", "{constant: basketball_nbl}"),
        None,
        "every sport is known",
    ),
    "two prices of one line": (
        None,
        ("bovada,-480", "pinnacle,-480"),
        "no line has two prices",
    ),
    "columns of something else": (
        ("price: HomeML", "price: HomeTeam"),
        None,
        "of the cells are readable",
    ),
    "a team that plays itself": (
        ("away: AwayTeam", "away: HomeTeam"),
        None,
        "a game is played by two teams",
    ),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_table_that_was_mapped_wrongly_is_held(
    fresh_live_database: Mode, tmp_path: Path, what: str
) -> None:
    of_mapping, of_table, words = SPOILED[what]
    mapping, table = tmp_path / "mapping.yaml", tmp_path / "table.csv"
    for file, kept, change in ((mapping, MAPPING, of_mapping), (table, TABLE, of_table)):
        text = kept.read_text("utf-8")
        assert change is None or change[0] in text
        file.write_text(text.replace(*change) if change else text, encoding="utf-8")
    ((landed),) = load(fresh_live_database, table, "run", mapping)
    (verdict,) = gate_raw(fresh_live_database, [landed["batch_id"]])
    assert not verdict.accepted and words in verdict.sentence


def test_a_mapping_that_cannot_be_used_lands_nothing(
    fresh_live_database: Mode, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text("source: mine\n", encoding="utf-8")
    with pytest.raises(archives.ArchiveError, match=r"bad\.yaml: sport: is missing; event: is"):
        load(fresh_live_database, TABLE, "run", bad)
    with pytest.raises(archives.ArchiveError, match="say --format or --mapping, not both"):
        list(pipeline.land_archive(fresh_live_database, TABLE, "sbro_nba", "run", MAPPING))
    assert ask(fresh_live_database, "select count(*) from ops.batches") == [(0,)]
