"""What a form asks for: every strategy in every season; what is refused before anything runs."""

from datetime import date
from typing import Any

import pytest

from linehouse.backtest.asking import AskedError
from linehouse.backtest.planned import requests
from linehouse.settings import Mode

SEASONS = [(date(2015, 11, 2), date(2015, 11, 17)), (date(2016, 11, 1), date(2016, 11, 16))]


def test_strategies_times_seasons_each_with_its_own_parameters(two_seasons: Mode) -> None:
    found = requests(
        {"strategies": ["flat", "arbitrage"],
         "parameters": {"flat": {"side": "underdog", "bookmaker": "best"}},
         "price": "close", "sizing": None, "seed": 7, "maximum_stake": 50, "cap": 0.5,
         "minimum_stake": 2, "books": ["sbro"], "maximum_price_age_minutes": 30,
         "assumed_american": -105, "variants": 3, "mode": "sandbox"},
        two_seasons,
    )  # fmt: skip
    assert [(one.strategy, one.start, one.end) for one in found] == [
        (strategy, *days) for strategy in ("flat", "arbitrage") for days in SEASONS
    ]
    assert {one.sport for one in found} == {"basketball_nba"}
    assert {one.parameters["side"] for one in found[:2]} == {"underdog"}
    assert {(one.price, one.seed, one.variants) for one in found} == {("close", 7, 3)}
    assert {(one.minimum_stake, one.maximum_stake, one.cap) for one in found} == {(2, 50, 0.5)}
    assert {(one.books, one.maximum_price_age_minutes, one.assumed_american) for one in found} == {
        (("sbro",), 30, -105)
    }


def test_one_season_or_days_instead(two_seasons: Mode) -> None:
    (season,) = requests({"strategies": ["flat"], "seasons": ["2016-17"]}, two_seasons)
    assert (season.start, season.end) == SEASONS[1]
    (days,) = requests(
        {"strategies": ["flat"], "from": "2015-11-03", "to": "2016-11-05"}, two_seasons
    )
    assert (days.sport, days.start, days.end) == (None, date(2015, 11, 3), date(2016, 11, 5))


def test_only_those_that_learn_are_told_from_when_on(two_seasons: Mode) -> None:
    form = {"strategies": ["flat", "model"], "seasons": ["2016-17"], "learn_from": "2015-11-02"}
    flat, model = requests(form, two_seasons)
    assert (flat.learn_from, model.learn_from) == (None, SEASONS[0][0])


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"strategies": []}, "no strategy is named"),
        ({"max_stake": 5}, "there is no setting max_stake; there are as_filed, .*maximum_stake"),
        ({"strategies": ["flatt"]}, "there are: arbitrage"),
        ({"parameters": {"model": {}}}, "model, which is not asked for"),
        ({"parameters": {"flat": "home"}}, "must be names with values"),
        ({"parameters": {"flat": {"side": "up"}}}, "it must be one of home, away"),
        ({"seasons": ["1999-00"]}, "sandbox has no season 1999-00; it has 2015-16, 2016-17"),
        ({"sport": "curling"}, "sandbox has no games of curling"),
        ({"seasons": ["2016-17"], "from": "2016-11-01", "to": "2016-11-02"}, "not both"),
        ({"from": "2016-11-01"}, "both the first and the last day"),
        ({"from": "1. 11. 2016", "to": "2016-11-02"}, "a day is written 2017-01-31"),
        ({"from": "2012-11-01", "to": "2012-11-02"}, "sandbox has no games from 2012-11-01"),
        ({"learn_from": "2015-11-02"}, "none of the strategies learns"),
        ({"price": "noon"}, "open, close or a number of hours"),
        ({"sizing": "kelly"}, "choose flat or percentage"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_is_refused_with_a_sentence(
    two_seasons: Mode, form: dict[str, Any], said: str
) -> None:
    with pytest.raises(AskedError, match=said):
        requests({"strategies": ["flat"], **form}, two_seasons)
