"""Franchises, their names and their spellings."""

import csv
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from linehouse.settings import PROJECT_ROOT
from linehouse.sources import registry
from linehouse.sources.base import Payload


@lru_cache
def seed(name: str) -> list[dict[str, str]]:
    with (PROJECT_ROOT / "dbt" / "seeds" / f"{name}.csv").open(
        newline="", encoding="utf-8"
    ) as file:
        return list(csv.DictReader(file))


def normalise(text: str) -> str:
    return "".join(text.split()).casefold()


def team_of(league: str, spelling: str, source: str = "") -> str | None:
    found = {
        (row["source"]): row["team_id"]
        for row in seed("team_aliases")
        if row["league"] == league and normalise(row["alias"]) == normalise(spelling)
    }
    return found.get(source, found.get(""))


def test_there_are_thirty_franchises_in_each_league() -> None:
    assert Counter(row["league"] for row in seed("teams")) == {"nba": 30, "mlb": 30}


def test_a_spelling_means_one_team() -> None:
    rows = seed("team_aliases")
    keys = Counter((row["league"], normalise(row["alias"]), row["source"]) for row in rows)
    assert [key for key, count in keys.items() if count > 1] == []
    assert {row["team_id"] for row in rows} == {row["team_id"] for row in seed("teams")}


def test_every_franchise_has_one_name_in_every_season_since_2007() -> None:
    for team in seed("teams"):
        spans = [
            (int(row["first_season_start"]), int(row["last_season_start"] or 9999))
            for row in seed("team_names")
            if row["team_id"] == team["team_id"]
        ]
        for season in range(2007, 2027):
            assert sum(first <= season <= last for first, last in spans) == 1, (team, season)


@pytest.mark.parametrize(
    ("team_id", "season", "name"),
    [
        ("nba_okc", 2007, "Seattle SuperSonics"),
        ("nba_okc", 2008, "Oklahoma City Thunder"),
        ("nba_bkn", 2011, "New Jersey Nets"),
        ("nba_bkn", 2012, "Brooklyn Nets"),
        ("nba_cha", 2013, "Charlotte Bobcats"),
        ("nba_cha", 2014, "Charlotte Hornets"),
        ("nba_nop", 2012, "New Orleans Hornets"),
        ("nba_nop", 2013, "New Orleans Pelicans"),
        ("mlb_mia", 2011, "Florida Marlins"),
        ("mlb_mia", 2012, "Miami Marlins"),
        ("mlb_cle", 2021, "Cleveland Indians"),
        ("mlb_cle", 2022, "Cleveland Guardians"),
        ("mlb_ath", 2024, "Oakland Athletics"),
        ("mlb_ath", 2025, "Athletics"),
        ("mlb_tb", 2007, "Tampa Bay Devil Rays"),
        ("mlb_wsh", 2004, "Montreal Expos"),
    ],
)
def test_a_name_holds_for_its_seasons(team_id: str, season: int, name: str) -> None:
    (held,) = [
        row["full_name"]
        for row in seed("team_names")
        if row["team_id"] == team_id
        and int(row["first_season_start"]) <= season <= int(row["last_season_start"] or 9999)
    ]
    assert held == name


@pytest.mark.parametrize(
    ("league", "spelling", "team_id"),
    [
        ("nba", "LA Clippers", "nba_lac"),
        ("nba", "LAClippers", "nba_lac"),
        ("nba", "Golden State", "nba_gsw"),
        ("nba", "Oklahoma City", "nba_okc"),
        ("nba", "Seattle", "nba_okc"),
        ("nba", "NewJersey", "nba_bkn"),
        ("mlb", "LOS", "mlb_lad"),
        ("mlb", "LAD", "mlb_lad"),
        ("mlb", "LAA", "mlb_laa"),
        ("mlb", "CUB", "mlb_chc"),
        ("mlb", "CHC", "mlb_chc"),
        ("mlb", "SFG", "mlb_sf"),
        ("mlb", "BRS", "mlb_bos"),
        ("mlb", "KAN", "mlb_kc"),
        ("mlb", "TBR", "mlb_tb"),
        ("mlb", "WSH", "mlb_wsh"),
        ("mlb", "St. Louis Cardinals", "mlb_stl"),
        ("mlb", "Athletics", "mlb_ath"),
    ],
)
def test_spellings_of_the_sources(league: str, spelling: str, team_id: str) -> None:
    assert team_of(league, spelling) == team_id


def test_a_source_can_mean_another_team_by_the_same_code() -> None:
    assert team_of("mlb", "CHA", "retrosheet") == "mlb_cws"
    assert team_of("nba", "CHA", "sbro") == "nba_cha"


def test_every_spelling_in_the_real_archives_is_known(real_data: Path) -> None:
    found = set()
    for feed, league in (("sbro_nba", "nba"), ("sbro_mlb", "mlb")):
        for file in sorted((real_data / "archives" / feed).glob("*.xlsx")):
            payload = Payload("sbro", feed, file.read_bytes(), None, name=file.name)
            for game in registry.get("sbro").parse(payload).games:
                found |= {(league, game.away_team), (league, game.home_team)}
    assert len(found) > 60
    assert {(league, name) for league, name in found if team_of(league, name) is None} == set()
