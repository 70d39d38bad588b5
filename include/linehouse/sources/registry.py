"""Every source that Linehouse knows, by name."""

from importlib import import_module
from typing import cast

from linehouse.sources.base import Source

MODULES = {
    "the_odds_api": "linehouse.sources.the_odds_api.source",
    "oddsapi_csv": "linehouse.sources.archives.oddsapi_csv",
    "oddsapi_json": "linehouse.sources.archives.oddsapi_json",
    "sbro": "linehouse.sources.archives.sbro.source",
    "retrosheet": "linehouse.sources.archives.retrosheet",
    "mapped_table": "linehouse.sources.mapped_table.source",
    "mlb_stats_api": "linehouse.sources.mlb_stats_api.source",
    "nba_stats": "linehouse.sources.nba_stats.source",
    "espn": "linehouse.sources.espn.source",
    "action_network": "linehouse.sources.action_network.source",
    "sbd": "linehouse.sources.sbd.source",
    "vsin": "linehouse.sources.vsin.source",
    "api_basketball": "linehouse.sources.api_basketball.source",
    "goalserve": "linehouse.sources.goalserve.source",
}
"""Archives of The Odds API are modules of their own; the rows they give bear its name. The results
of past games are asked of the first that is on and tells them."""


def get(name: str) -> Source:
    """The source of that name. Raises `KeyError` with the names that there are."""
    try:
        module = MODULES[name]
    except KeyError:
        raise KeyError(f"no source {name!r}; there are {', '.join(sorted(MODULES))}") from None
    return cast(Source, import_module(module).SOURCE)


def for_feed(source_name: str, feed: str) -> Source:
    """Whatever reads this feed of this source, as a stored batch names them; a source that
    `reads_any_source` reads its feeds under any name.

    Raises `KeyError` when nothing does.
    """
    for name in MODULES:
        source = get(name)
        known = source.name == source_name or getattr(source, "reads_any_source", False)
        if known and feed in source.payload_tables:
            return source
    raise KeyError(f"no source reads feed {feed!r} of {source_name!r}")


def names() -> list[str]:
    """All names, sorted."""
    return sorted(MODULES)
