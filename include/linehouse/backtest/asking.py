"""What a person asks for, made into a request; what is wrong with it is one sentence.

The command, Airflow's form and tests ask through this, so that all refuse alike.
"""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from linehouse.backtest.limits import LimitError, Limits
from linehouse.backtest.request import BacktestRequest, RequestError
from linehouse.betting.odds import InvalidOddsError
from linehouse.database import connect
from linehouse.market.decision import DecisionError
from linehouse.settings import Mode
from linehouse.strategies.parameters import ParameterError


class AskedError(ValueError):
    """A backtest that cannot be run as asked; the text says why and what is allowed."""


def request_of(asked: Mapping[str, Any]) -> BacktestRequest:
    """The request that is meant. Raises `AskedError`."""
    try:
        if isinstance(asked.get("limits"), Mapping):
            asked = {**asked, "limits": _limits(asked["limits"])}
        request = BacktestRequest.from_dict(asked)
    except KeyError as error:
        raise AskedError(str(error.args[0])) from None
    except (DecisionError, InvalidOddsError, LimitError, ParameterError, RequestError) as error:
        raise AskedError(str(error)) from None
    except (TypeError, ValueError) as error:
        raise AskedError(f"a backtest cannot be asked so: {error}") from None
    return request


def _limits(given: Mapping[str, Any]) -> Limits:
    known = [item.name for item in fields(Limits)]
    if unknown := sorted(set(given) - set(known)):
        raise LimitError(f"there is no limit {', '.join(unknown)}; there are {', '.join(known)}")
    found = {}
    for name, share in given.items():
        try:
            found[name] = None if share is None else float(share)
        except (TypeError, ValueError):
            raise LimitError(f"limit {name} is {share!r}: it must be a number") from None
    return Limits(**found)


def require_data(request: BacktestRequest, mode: Mode) -> None:
    """Say so where there is nothing to bet on. Raises `AskedError`."""
    with connect(mode) as connection:
        sports = connection.execute(
            "select sport_key, min(game_date_et), max(game_date_et), count(*)"
            " from curated.enhanced_games group by sport_key order by sport_key"
        ).fetchall()
        if request.sport is not None and request.sport not in {sport for sport, *_ in sports}:
            known = ", ".join(sport for sport, *_ in sports) or "none"
            raise AskedError(f"{mode} has no games of {request.sport!r}; it has {known}")
        row = connection.execute(
            "select exists (select from curated.enhanced_games"
            " where game_date_et between %s and %s and (%s::text is null or sport_key = %s))",
            (request.start, request.end, request.sport, request.sport),
        ).fetchone()
    if row is None or not row[0]:
        asked = [one for one in sports if request.sport in (None, one[0])]
        there = "; ".join(f"{sport} from {first} to {last}" for sport, first, last, _ in asked)
        raise AskedError(
            f"{mode} has no games from {request.start} to {request.end}; it has {there or 'none'}"
        )
