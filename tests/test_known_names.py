"""Sports and markets of the settings that no seed knows are said in a sentence."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from linehouse import known_names
from linehouse.cli import app
from linehouse.settings import Settings, get_settings


def told(**values: object) -> list[str]:
    return known_names.warnings(get_settings().model_copy(update=values))


@pytest.fixture(autouse=True)
def own_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("LINEHOUSE_SEEDS", str(tmp_path))
    get_settings.cache_clear()
    yield tmp_path
    get_settings.cache_clear()


def test_the_settings_of_the_project_itself_are_known() -> None:
    fields = Settings.model_fields
    defaults = {name: fields[name].default for name in ("sports", "markets")}
    assert told(**defaults) == []
    halves = ("h2h_h1", "spreads_1st_5_innings")
    assert told(markets=halves, sports=("baseball_mlb_preseason",)) == []


def test_what_no_seed_knows_is_named_with_what_there_is(own_seeds: Path) -> None:
    sports, markets = told(sports=("basketball_nba", "foo_bar"), markets=("h2h", "nonsense"))
    assert sports.startswith("SPORTS: no seed knows the sport foo_bar; correct it, or describe it")
    assert str(own_seeds / "sports.csv") in sports and "baseball_mlb" in sports
    assert markets.startswith("MARKETS: no seed knows the market nonsense;")
    # another source's name of a market is none that The Odds API can be asked for
    assert len(told(markets=("event/moneyline",))) == 1
    assert told(sports=()) == ["SPORTS names no sport: none is asked for"]


def test_rows_of_ones_own_make_a_sport_known(own_seeds: Path) -> None:
    (own_seeds / "sports.csv").write_text(
        "sport_key,league,title,season_type,season_start_month,two_year_label\n"
        "foo_bar,foo,Foo,season,5,false\n"
    )
    assert told(sports=("foo_bar",)) == []
    (own_seeds / "sport.csv").write_text("sport_key\n")
    (sentence,) = told(sports=("foo_bar",))
    assert "sport.csv belongs to no seed" in sentence


def test_a_command_says_it_on_standard_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SPORTS", "basketball_nba,foo_bar")
    get_settings.cache_clear()
    done = CliRunner().invoke(app, ["fetch", "odds", "--source", "nobody"])
    assert done.exit_code == 2
    assert done.stderr.count("no seed knows the sport foo_bar") == 1
    assert "foo_bar" not in done.stdout
