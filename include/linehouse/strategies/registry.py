"""Strategies by name."""

from types import ModuleType

from linehouse.strategies import positive_ev

STRATEGIES: dict[str, ModuleType] = {positive_ev.NAME: positive_ev}


def get(name: str) -> ModuleType:
    """The strategy of that name (see `strategies.base.Strategy` for what it offers).

    Raises:
        KeyError: no strategy has that name; the message lists those that exist.
    """
    try:
        return STRATEGIES[name]
    except KeyError:
        known = ", ".join(sorted(STRATEGIES))
        raise KeyError(f"no strategy is called {name!r}; there are: {known}") from None
