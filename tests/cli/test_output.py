"""How commands speak to people."""

import pytest

from linehouse.cli.output import print_rows
from linehouse.cli.running import quality_sentence


def test_a_title_is_one_line_however_narrow_its_table(capsys: pytest.CaptureFixture[str]) -> None:
    title = "Planned until 2026-04-25 15:03Z, by tier"
    print_rows(title, [{"tier": "a", "n": 1}])
    assert capsys.readouterr().out.splitlines()[0].strip() == title


def test_shares_of_no_lines_are_not_shares() -> None:
    none = dict.fromkeys(("warning_pct", "invalid_pct", "price_missing_pct"))
    assert quality_sentence(none) == "no lines yet"
    some = {"warning_pct": 1.5, "invalid_pct": 0.0, "price_missing_pct": 0.25}
    assert quality_sentence(some) == (
        "lines with a warning 1.5 %, invalid 0 %, without a price 0.25 %"
    )
