"""Own rows beside the seeds: added or merged, or refused in a sentence that says what to mend."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from linehouse import database, own_seeds
from linehouse.identity.teams import Teams
from linehouse.promotion.add_own_seeds import add_own_seeds
from linehouse.promotion.declared import project_fingerprint, seeds_fingerprint
from linehouse.seasons import Seasons
from linehouse.settings import Mode, get_settings
from linehouse.sources.archives import oddsapi_csv

SPORTS = "sport_key,league,title,season_type,season_start_month,two_year_label\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of own rows, empty so far."""
    monkeypatch.setenv("LINEHOUSE_SEEDS", str(tmp_path))
    get_settings.cache_clear()
    return tmp_path


def write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")


def test_the_fingerprints_follow_own_rows(folder: Path) -> None:
    before = project_fingerprint(), seeds_fingerprint()
    write(folder, {"bookmakers": "key,title,role\nmy_book,My Book,retail\n"})
    after = project_fingerprint(), seeds_fingerprint()
    assert before[0] != after[0] and before[1] != after[1]
    (folder / "bookmakers.csv").unlink()
    assert (project_fingerprint(), seeds_fingerprint()) == before


def test_archives_know_own_teams(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(
        folder,
        {
            "sports": SPORTS + "americanfootball_nfl,nfl,NFL,season,8,true\n",
            "teams": "team_id,league,franchise,abbreviation\nnfl_kc,nfl,Chiefs,KC\n",
            "team_names": "team_id,full_name,first_season_start,last_season_start\n"
            "nfl_kc,Kansas City Chiefs,1963,\n",
        },
    )
    oddsapi_csv._sports_by_team.cache_clear()
    try:
        assert oddsapi_csv.sport_of_team("Kansas City Chiefs") == "americanfootball_nfl"
        assert oddsapi_csv.sport_of_team("Boston Celtics") == "basketball_nba"
    finally:
        oddsapi_csv._sports_by_team.cache_clear()


def test_seasons_are_those_of_own_rows_too(folder: Path) -> None:
    write(folder, {"sports": SPORTS + "basketball_ncaab,ncaab,NCAAB,season,11,true\n"})
    seasons = Seasons.from_seeds()
    for sport, day, label in (
        ("basketball_ncaab", date(2025, 10, 31), "2024-25"),
        ("basketball_ncaab", date(2026, 3, 20), "2025-26"),
        ("basketball_nba_preseason", date(2025, 9, 30), "2025-26"),
        ("basketball_nba", date(2020, 10, 1), "2019-20"),
        ("baseball_mlb", date(2026, 4, 18), "2026"),
    ):
        assert seasons.season_of(sport, day) == label, (sport, day)


REFUSED = {
    "players": ("player\nx\n", "players.csv belongs to no seed; there are sports.csv"),
    "bookmakers": ("key,colour\nmy_book,red\n", "the first line has 'colour'; the columns of"),
    "teams": (
        "team_id,league,franchise,abbreviation\nnfl_kc,nfl,Chiefs,KC\n",
        "league nfl stands in no row of sports; add it to sports.csv beside this file",
    ),
    "validation_rules": ("rule,parameters\nmine,{}\n", "mine is new, so it needs column entity"),
    "sports": (SPORTS + "a,b,C,season,may,false\n", "invalid input syntax for type integer"),
    "markets": (
        "source,source_market,market,period,priced\n,ml,h2h,full,true\n,ml,h2h,full,true\n",
        "ml is there twice",
    ),
    "team_names": ("full_name\nX\n", "the first line has no column team_id"),
}


def test_rows_are_added_or_merged_and_what_cannot_be_is_said(
    fresh_live_database: Mode, folder: Path
) -> None:
    with database.connect(fresh_live_database, "owner", autocommit=True) as connection:

        def count(seed: str) -> int:
            row = connection.execute(f"select count(*) from reference.{seed}").fetchone()
            assert row is not None
            return int(row[0])

        counts = {seed: count(seed) for seed in own_seeds.KEYS}
        for seed, (text, said) in REFUSED.items():
            write(folder, {seed: text})
            with pytest.raises(own_seeds.OwnSeedsError) as error:
                add_own_seeds(connection, own_seeds.files())
            assert said in str(error.value), seed
            (folder / f"{seed}.csv").unlink()
        assert {seed: count(seed) for seed in own_seeds.KEYS} == counts, "all or nothing"

        write(
            folder,
            {
                # as it was before there was a column `twice_a_day`
                "sports": SPORTS + "basketball_ncaab,ncaab,NCAAB,season,11,true\n",
                "bookmakers": "\ufeffkey,title,role\n"
                "my_book,My Book,retail\npinnacle,Pinny,sharp\n",
                "markets": """\
source,source_market,market,period,priced
,Money Line,h2h,full,true
""",
                "team_aliases": 'league,alias,source,team_id\nnba,"Dubs, The",,nba_gsw\n',
                "validation_rules": 'rule,parameters\nvig_unusual,"{""maximum_pct"": 20}"\n',
            },
        )
        assert add_own_seeds(connection, own_seeds.files()) == {
            "sports": 1,
            "bookmakers": 2,
            "markets": 1,
            "team_aliases": 1,
            "validation_rules": 1,
        }
        assert Teams.load(connection).twice_a_day == {"baseball_mlb", "baseball_mlb_preseason"}
        assert Seasons.load(connection) == Seasons.from_seeds()
        assert count("bookmakers") == counts["bookmakers"] + 1
        assert count("validation_rules") == counts["validation_rules"]
        assert connection.execute(
            "select title from reference.bookmakers where key = 'pinnacle'"
        ).fetchall() == [("Pinny",)]
        assert connection.execute(
            "select source is null, team_id from reference.team_aliases where alias = 'Dubs, The'"
        ).fetchall() == [(True, "nba_gsw")]
        ((parameters, severity),) = connection.execute(
            "select parameters, severity from reference.validation_rules where rule = 'vig_unusual'"
        ).fetchall()
        assert (parameters, severity) == ({"maximum_pct": 20, "minimum_pct": 2}, "warning")
