"""Every source that Linehouse knows, by name."""

from importlib import import_module
from typing import cast

from linehouse.sources.base import Source

MODULES = {
    "the_odds_api": "linehouse.sources.the_odds_api",
}


def get(name: str) -> Source:
    """The source of that name. Raises `KeyError` with the names that there are."""
    try:
        module = MODULES[name]
    except KeyError:
        raise KeyError(f"no source {name!r}; there are {', '.join(sorted(MODULES))}") from None
    return cast(Source, import_module(module).SOURCE)


def names() -> list[str]:
    """All names, sorted."""
    return sorted(MODULES)
