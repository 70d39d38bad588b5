"""Strategies by name, and what can be set about each."""

import sys
from pathlib import Path

import pytest

from linehouse import strategies as package
from linehouse.strategies import registry
from linehouse.strategies.parameters import Parameter, ParameterError, resolve

EXPECTED = {
    "flat": {"market": "h2h", "side": "home", "bookmaker": "fanduel"},
    "positive_ev": {
        "sharp_bookmakers": ("pinnacle", "circasports"),
        "retail_bookmakers": ("fanduel", "draftkings", "betmgm"),
        "minimum_ev_pct": 3.0,
        "markets": ("h2h", "spreads", "totals"),
    },
    "arbitrage": {"minimum_profit_pct": 1.0, "maximum_hold_pct": 10.0, "bookmakers": ()},
    "model": {
        "minimum_ev_pct": 5.0,
        "minimum_confidence_pct": 55.0,
        "bookmakers": ("fanduel", "draftkings", "betmgm"),
    },
    "fade_public": {},
    "follow_steam": {},
    "reverse_line_movement": {},
    "combination": {},
}


def test_all_strategies_are_there_with_the_defaults_that_they_had() -> None:
    assert set(registry.strategies()) == set(EXPECTED)
    for name, defaults in EXPECTED.items():
        found = registry.resolved(name)
        assert {key: found[key] for key in defaults} == defaults, name


def test_every_parameter_says_what_it_is() -> None:
    for one in registry.describe():
        assert one["description"].endswith(".")
        for parameter in one["parameters"]:
            assert parameter["description"] and parameter["allowed"], (one["name"], parameter)


def test_a_new_strategy_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Path(registry.strategies()["flat"].__file__ or "").read_text()  # type: ignore[attr-defined]
    (tmp_path / "my_own.py").write_text(source.replace('NAME = "flat"', 'NAME = "my_own"'))
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    registry.strategies.cache_clear()
    try:
        assert registry.get("my_own").NAME == "my_own"
    finally:
        registry.strategies.cache_clear()
        sys.modules.pop("linehouse.strategies.my_own", None)


@pytest.mark.parametrize(
    ("strategy", "given", "says"),
    [
        ("flat", {"side": "draw"}, "side is 'draw': it must be one of home, away, favourite"),
        ("flat", {"odds": 2}, "flat has no parameter odds; it has market, side"),
        ("arbitrage", {"maximum_hold_pct": 120}, "it must be a number from 0 to 100"),
        ("arbitrage", {"maximum_hold_pct": "many"}, "maximum_hold_pct is 'many'"),
        ("positive_ev", {"markets": "h2h,props"}, "it must be some of h2h, spreads, totals"),
        ("model", {"minimum_games": 3.5}, "it must be a whole number from 20"),
        ("model", {"minimum_ev_pct": float("nan")}, "it must be a number from 0 to 100"),
        ("model", {"minimum_ev_pct": True}, "it must be a number from 0 to 100"),
        ("combination", {"member_parameters": "x"}, "names with values"),
    ],
)
def test_a_wrong_parameter_says_what_would_do(
    strategy: str, given: dict[str, object], says: str
) -> None:
    with pytest.raises(ParameterError, match="^.*" + says.replace("(", r"\(")):
        registry.resolved(strategy, given)


def test_parameters_are_read_from_texts_as_a_command_gives_them() -> None:
    found = registry.resolved(
        "follow_steam", {"bookmakers": "fanduel, betmgm", "minimum_strength": "0.75"}
    )
    assert found["bookmakers"] == ("fanduel", "betmgm") and found["minimum_strength"] == 0.75
    flag = Parameter("careful", "flag", False, "Whether.")
    assert resolve("any", [flag], {"careful": "yes"}) == {"careful": True}
    with pytest.raises(ParameterError, match="true or false"):
        resolve("any", [flag], {"careful": "perhaps"})
