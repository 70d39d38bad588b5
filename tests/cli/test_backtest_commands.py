"""The commands about backtests, in this process, on two seasons of an archive."""

import csv
import json
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from linehouse.backtest.result import BacktestResult
from linehouse.settings import Mode
from linehouse.strategies import registry

Run = Callable[..., Result]
DAYS = ("--start", "2015-10-01", "--end", "2016-09-30")
UNDERDOGS = (
    *("--strategy", "flat", "--param", "bookmaker=sbro", "--param", "side=underdog"),
    *("--sport", "basketball_nba", *DAYS, "--price", "close"),
)


@pytest.fixture(scope="module")
def files(
    two_seasons: Mode, linehouse: Run, tmp_path_factory: pytest.TempPathFactory
) -> tuple[dict[str, Any], Path]:
    """What a run said, and the folder with its files."""
    folder = tmp_path_factory.mktemp("backtests")
    done = linehouse(
        "backtest", "run", *UNDERDOGS, "--output-json", str(folder / "run.json"),
        "--html", str(folder / "run.html"), "--json",
    )  # fmt: skip
    assert done.exit_code == 0, (done.output, done.exception)
    return json.loads(done.stdout), folder


def test_a_run_is_told_kept_and_written(
    files: tuple[dict[str, Any], Path], linehouse_json: Callable[..., dict[str, Any]]
) -> None:
    said, folder = files
    written = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert said["metrics"] == written["metrics"] and written["metrics"]["bets"] == 64
    assert said["intervals"]["yield"]["low"] < said["metrics"]["yield"]
    assert len(written["bets"]) == 64 and "bets" not in said
    (listed,) = linehouse_json("backtest", "list")["runs"]
    assert listed["run_id"] == said["run_id"] and listed["yield"] == said["metrics"]["yield"]
    shown = linehouse_json("backtest", "show", said["run_id"][:8], "--verbose")
    assert shown.pop("mode") == "sandbox" and shown == written


def test_what_is_exported_imported_and_exported_is_the_same_to_the_byte(
    files: tuple[dict[str, Any], Path], linehouse: Run
) -> None:
    said, folder = files
    first = folder / "run.json"
    for source, name in ((said["run_id"], "of_tables"), (str(first), "of_file")):
        done = linehouse("backtest", "export", source, "--output", str(folder / f"{name}.json"))
        assert done.exit_code == 0, done.output
        assert (folder / f"{name}.json").read_bytes() == first.read_bytes()
    assert linehouse("backtest", "export", str(first), "-o", str(folder / "b.csv")).exit_code == 0
    with (folder / "b.csv").open(encoding="utf-8", newline="") as rows:
        bets = list(csv.DictReader(rows))
    result = BacktestResult.from_json(first.read_text(encoding="utf-8"))
    assert [float(bet["profit"]) for bet in bets] == [bet["profit"] for bet in result.bets]


def test_the_command_in_the_report_makes_the_same_run(
    files: tuple[dict[str, Any], Path], linehouse: Run
) -> None:
    said, _ = files
    unusual = linehouse(
        "backtest", "run", *UNDERDOGS, "--sizing", "percentage", "--size", "0.013", "--bankroll",
        "777.5", "--limit", "per_day=0.04", "--limit", "per_book=0.5", "--book", "sbro",
        "--book", "fanduel", "--minimum-stake", "0.5", "--maximum-stake", "9.75", "--price-age",
        "30", "--seed", "3", "--assumed-price=-115", "--json",
    )  # fmt: skip
    found = json.loads(unusual.stdout)
    assert found["skipped"] == {"limit_per_day": 16} and found["request"]["books"]
    for told in (said, found):
        shown = linehouse("backtest", "show", told["run_id"]).stdout
        done = linehouse(*shlex.split(shown.split("again: linehouse ")[1]), "--json")
        assert done.exit_code == 0, done.output
        again = json.loads(done.stdout)
        assert again["run_id"] == told["run_id"] and again["metrics"] == told["metrics"]


def test_the_report_needs_nothing_else_and_says_what_limits_it(
    files: tuple[dict[str, Any], Path],
) -> None:
    said, folder = files
    page = (folder / "run.html").read_text(encoding="utf-8")
    assert not re.search(r"""(src|href)=|@import|url\(|<script""", page)
    addresses = set(re.findall(r"https?://[^\s\"'<]+", page))
    assert addresses <= {"http://www.w3.org/2000/svg"}
    low = 100 * said["intervals"]["yield"]["low"]
    for words in (
        f"{100 * said['metrics']['yield']:+.2f} %", f"{low:+.2f} %", "64 bets, 16 days",
        "prices of unknown time", "Parameters", "underdog", said["fingerprint"],
        "linehouse backtest run --strategy flat", "16 days of bets are few",
    ):  # fmt: skip
        assert words in page, words
    titles = re.findall(r'aria-label="([^"]+)"', page)
    assert [title.split()[0] for title in titles] == ["Bankroll", "Distance", "Yield"]


def test_several_are_compared_with_what_their_best_is_worth(
    files: tuple[dict[str, Any], Path], linehouse: Run, tmp_path: Path
) -> None:
    said, folder = files
    favourites = [word.replace("underdog", "favourite") for word in UNDERDOGS]
    other = tmp_path / "other.json"
    ran = linehouse("backtest", "run", *favourites, "--output-json", str(other))
    assert ran.exit_code == 0, ran.output
    done = linehouse("backtest", "compare", said["run_id"], str(other), "--json")
    found = json.loads(done.stdout)
    assert [row["yield"] for row in found["runs"]] == sorted(
        (row["yield"] for row in found["runs"]), reverse=True
    )
    assert {row["variants"] for row in found["runs"]} == {3}  # with the unusual one
    assert 0 < found["reality_check"] <= 1
    later = ["2016-10-01" if word == "2015-10-01" else word for word in UNDERDOGS]
    later = ["2017-09-30" if word == "2016-09-30" else word for word in later]
    assert linehouse("backtest", "run", *later, "--output-json", str(other)).exit_code == 0
    told = linehouse("backtest", "compare", str(folder / "run.json"), str(other)).stdout
    assert "not comparable" in told


def test_every_strategy_is_listed_with_its_parameters(
    linehouse: Run, linehouse_json: Callable[..., dict[str, Any]]
) -> None:
    found = linehouse_json("backtest", "list-strategies")["strategies"]
    assert [one["name"] for one in found] == list(registry.strategies())
    told = linehouse("backtest", "list-strategies").stdout
    assert "minimum_ev_pct" in told and "home, away, favourite, underdog, over, under" in told


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--strategy", "flatt"), "no strategy is called 'flatt'; there are: arbitrage"),
        (("--param", "sdie=home"), "flat has no parameter sdie; it has market, side"),
        (("--param", "market=h3h"), "one of h2h, spreads, totals"),
        (("--param", "market"), "say --param NAME=VALUE, not 'market'"),
        (("--price", "noon"), "open, close or a number of hours"),
        (("--sizing", "kelly"), "choose flat or percentage"),
        (("--bankroll", "0"), "it must be a number above 0"),
        (("--limit", "per_week=1"), "per_week; there are per_bet, per_day, per_game, per_book"),
        (("--limit", "per_day=2"), "it must be above 0 and at most 1"),
        (("--sport", "curling"), "it has basketball_nba"),
        (("--end", "2015-01-01"), "are no days"),
        (("--start", "2013-01-01", "--end", "2014-01-01"), "basketball_nba from 2015-11-02 to"),
        (("--output-json", "/nowhere/run.json"), "there is no folder /nowhere"),
    ],
    ids=lambda value: value[-1] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_asked_is_refused_with_what_is_allowed(
    two_seasons: Mode, linehouse: Run, changed: tuple[str, ...], said: str
) -> None:
    done = linehouse("backtest", "run", *UNDERDOGS, *changed)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "nothing"), "no backtest 'nothing' in sandbox"),
        (("show", "nothing.json"), "there is no file nothing.json"),
        (("compare", "one"), "at least two"),
        (("export", "one", "-o", "bets.txt"), "none of .json, .csv, .html"),
    ],
    ids=["run", "file", "one", "kind"],
)
def test_what_is_not_there_is_named(
    two_seasons: Mode, linehouse: Run, arguments: tuple[str, ...], said: str
) -> None:
    done = linehouse("backtest", *arguments)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
