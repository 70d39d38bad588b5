"""What one form asks for, as requests: every strategy in every season, or over given days."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from linehouse.backtest.asking import AskedError, request_of, require_data
from linehouse.backtest.request import BacktestRequest
from linehouse.database import connect
from linehouse.settings import Mode
from linehouse.strategies import registry

SEASONS = """
select sport_key, season, min(game_date_et), max(game_date_et)
from curated.enhanced_games
where %(sport)s::text is null or sport_key = %(sport)s
group by sport_key, season
order by sport_key, season
"""
SAME_FOR_ALL = (
    "price", "sizing", "size", "minimum_stake", "maximum_stake", "cap", "bankroll", "limits",
    "books", "maximum_price_age_minutes", "as_filed", "assumed_american", "seed", "variants",
)  # fmt: skip
OF_THE_FORM = (
    "mode", "strategies", "parameters", "sport", "seasons", "from", "to", "learn_from",
)  # fmt: skip


def requests(form: Mapping[str, Any], mode: Mode) -> list[BacktestRequest]:
    """Requests of a form, strategy by strategy, each ready to be run on its own.

    Args:
        form: `strategies` (names), `parameters` (by strategy), `seasons` (labels) or `from` and
            `to` (days), all seasons without either; `sport`; `learn_from` (a day), for the
            strategies that learn; the rest as in `BacktestRequest`.
        mode: whose games.

    Raises:
        AskedError: what cannot be; nothing is run then.
    """
    if unknown := sorted(set(form) - {*SAME_FOR_ALL, *OF_THE_FORM}):
        known = ", ".join(sorted((*SAME_FOR_ALL, *OF_THE_FORM)))
        raise AskedError(f"there is no setting {', '.join(unknown)}; there are {known}")
    strategies = list(dict.fromkeys(form.get("strategies") or ()))
    if not strategies:
        raise AskedError("no strategy is named; `linehouse backtest list-strategies` lists them")
    parameters = form.get("parameters") or {}
    if strangers := sorted(set(parameters) - set(strategies)):
        raise AskedError(f"parameters are given for {', '.join(strangers)}, which is not asked for")
    if wrong := [name for name, given in parameters.items() if not isinstance(given, Mapping)]:
        raise AskedError(f"parameters of {wrong[0]} must be names with values")
    taught = {"learn_from": _day(form, "learn_from")}
    learning = [one for one in strategies if one in registry.strategies()
                and "history" in registry.get(one).NEEDS]  # fmt: skip
    if taught["learn_from"] is not None and not learning:
        raise AskedError("none of the strategies learns: learn_from has no meaning for them")
    same = {name: form[name] for name in SAME_FOR_ALL if form.get(name) not in (None, [])}
    found = [
        request_of(
            {
                **same,
                "strategy": strategy,
                "parameters": parameters.get(strategy, {}),
                "sport": sport,
                "start": first,
                "end": last,
                **(taught if strategy in learning else {}),
            }
        )
        for strategy in strategies
        for sport, first, last in _spans(form, mode)
    ]
    for sport, first, last in {(one.sport, one.start, one.end) for one in found}:
        asked = next(
            one for one in found if (one.sport, one.start, one.end) == (sport, first, last)
        )
        require_data(asked, mode)
    return found


def _spans(form: Mapping[str, Any], mode: Mode) -> Sequence[tuple[str | None, date, date]]:
    """Sport, first and last day of each run."""
    sport, seasons = form.get("sport") or None, list(form.get("seasons") or ())
    days = [_day(form, name) for name in ("from", "to")]
    if any(days):
        first, last = days
        if seasons:
            raise AskedError("say seasons, or a first and a last day, not both")
        if first is None or last is None:
            raise AskedError("say both the first and the last day")
        return [(sport, first, last)]
    with connect(mode) as connection:
        there = connection.execute(SEASONS, {"sport": sport}).fetchall()
    labels = sorted({season for _, season, *_ in there})
    if unknown := [one for one in seasons if one not in labels]:
        raise AskedError(
            f"{mode} has no season {', '.join(map(str, unknown))}"
            f"{f' of {sport}' if sport else ''}; it has {', '.join(labels) or 'none'}"
        )
    if not there:
        raise AskedError(f"{mode} has no games{f' of {sport}' if sport else ''}")
    return [(key, first, last) for key, season, first, last in there
            if not seasons or season in seasons]  # fmt: skip


def _day(form: Mapping[str, Any], name: str) -> date | None:
    told = form.get(name)
    if told is None or told == "":
        return None
    try:
        return date.fromisoformat(str(told))
    except ValueError:
        raise AskedError(f"{name} is {told!r}: a day is written 2017-01-31") from None
