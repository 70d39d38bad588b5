"""Strategies by name: every module of this package that names itself one."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, cast

import linehouse.strategies
from linehouse.strategies.base import Strategy
from linehouse.strategies.parameters import resolve


@cache
def strategies() -> dict[str, Strategy]:
    """All strategies, in alphabetical order. A new one is one more file in this package.

    Raises:
        TypeError: a module that names itself a strategy and lacks something.
    """
    found: dict[str, Strategy] = {}
    for module_info in iter_modules(linehouse.strategies.__path__):
        module = import_module(f"{linehouse.strategies.__name__}.{module_info.name}")
        if not hasattr(module, "NAME"):
            continue
        wanted = (*Strategy.__annotations__, "books", "propose", "explain")
        if missing := [name for name in wanted if not hasattr(module, name)]:
            raise TypeError(f"strategy {module.__name__} lacks {', '.join(missing)}")
        if module.NAME in found:
            raise TypeError(f"two strategies are called {module.NAME!r}")
        found[module.NAME] = cast(Strategy, module)
    return dict(sorted(found.items()))


def get(name: str) -> Strategy:
    """The strategy of that name.

    Raises:
        KeyError: no strategy has that name; the message lists those that exist.
    """
    try:
        return strategies()[name]
    except KeyError:
        known = ", ".join(strategies())
        raise KeyError(f"no strategy is called {name!r}; there are: {known}") from None


def resolved(name: str, given: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All parameters of a strategy, checked.

    Raises:
        KeyError: no such strategy.
        ParameterError: no such parameter, a value that it cannot take, or values that contradict
            each other.
    """
    strategy = get(name)
    found = resolve(name, strategy.PARAMETERS, given or {})
    check = getattr(strategy, "check", None)
    if check is not None:
        check(found)
    return found


def states_probability(name: str, parameters: Mapping[str, Any]) -> bool:
    """Whether bets of a strategy with these parameters state probabilities of winning."""
    strategy = get(name)
    by_parameters = getattr(strategy, "states_probability", None)
    return bool(strategy.STATES_PROBABILITY if by_parameters is None else by_parameters(parameters))


def describe() -> list[dict[str, Any]]:
    """Every strategy with its parameters, for lists and forms."""
    return [
        {
            "name": one.NAME,
            "description": one.DESCRIPTION,
            "states_probability": one.STATES_PROBABILITY,
            "parameters": [
                {
                    "name": parameter.name,
                    "kind": parameter.kind,
                    "default": parameter.value(),
                    "allowed": parameter.allowed,
                    "description": parameter.description,
                }
                for parameter in one.PARAMETERS
            ],
        }
        for one in strategies().values()
    ]
