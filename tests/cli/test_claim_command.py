"""The command that examines a claim, in this process, on two seasons of an archive."""

from collections.abc import Callable
from pathlib import Path
from shlex import split
from typing import Any

import pytest
from typer.testing import Result

from linehouse.settings import Mode

CLAIM = (
    *("--win-pct", "60.6", "--bets", "24", "--yield-pct", "15.7", "--draws", "40"),
    *("--sport", "basketball_nba", "--start", "2015-10-01", "--end", "2017-09-30"),
    *("--estimators", "logistic"),
)


def test_a_claim_is_examined_and_written(
    two_seasons: Mode,
    linehouse: Callable[..., Result],
    linehouse_json: Callable[..., dict[str, Any]],
    tmp_path: Path,
) -> None:
    files = ("--html", str(tmp_path / "claim.html"), "--output-json", str(tmp_path / "claim.json"))
    found = linehouse_json("backtest", "examine-claim", *CLAIM, *files)
    assert found["record"]["wins"] == 15 and found["games"]["number"] > 100
    assert found["family"]["size"] > 100 and found["windows"] and found["verdict"] == "luck"
    assert {one["estimator"] for one in found["learned"]} == {"logistic"}
    assert "A claim examined" in (tmp_path / "claim.html").read_text(encoding="utf-8")
    told = linehouse("backtest", "examine-claim", *CLAIM)
    assert told.exit_code == 0, (told.output, told.exception)
    again = split(told.stdout.split("again: linehouse ")[1])
    assert linehouse_json(*again)["fingerprint"] == found["fingerprint"]
    totals = linehouse_json(
        "backtest", "examine-claim", *CLAIM, "--market", "totals", "--estimators", ""
    )
    assert totals["learned"] == [] and totals["family"]["dimensions"]["side"] == 2


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (("--bets", "5"), "fewer than 20 show nothing"),
        (("--market", "h2h"), "spreads and totals"),
        (("--estimators", "oracle"), "there are gradient_boosting, logistic"),
        (("--end", "2014-01-01"), "are no days"),
        (("--start", "2001-01-01", "--end", "2002-01-01"), "has no games from 2001-01-01"),
        (("--html", "/nowhere/claim.html"), "there is no folder /nowhere"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_examined_is_refused_with_what_is_allowed(
    two_seasons: Mode, linehouse: Callable[..., Result], changed: tuple[str, ...], said: str
) -> None:
    done = linehouse("backtest", "examine-claim", *CLAIM, *changed)
    assert done.exit_code == 2
    assert said in " ".join(done.stderr.split())
