"""Names in the settings that no seed knows: a slip of the pen, or a sport to be added."""

from collections.abc import Iterable

from linehouse import own_seeds
from linehouse.settings import Settings

ODDS_SOURCES = ("", "the_odds_api")
"""Sources of seed rows that say how The Odds API names a market."""


def warnings(settings: Settings) -> list[str]:
    """A sentence for each setting that names what no seed knows, or nothing at all.

    It is no error: what an upstream sends of such a sport or market is kept as received, and can
    be read once rows of the user's own describe it. Own rows that cannot be used are a sentence.
    """
    try:
        sports = {row["sport_key"] for row in own_seeds.rows("sports")}
        markets = {
            row["source_market"]
            for row in own_seeds.rows("markets")
            if (row.get("source") or "") in ODDS_SOURCES
        }
    except own_seeds.OwnSeedsError as error:
        return [str(error)]
    found = (
        _of("SPORTS", "sport", settings.sports, sports, settings),
        _of("MARKETS", "market", settings.markets, markets, settings),
    )
    return [sentence for sentence in found if sentence is not None]


def _of(
    setting: str, kind: str, named: Iterable[str], known: set[str], settings: Settings
) -> str | None:
    named = list(named)
    if not named:
        return f"{setting} names no {kind}: none is asked for"
    unknown = [name for name in named if name not in known]
    if not unknown:
        return None
    return (
        f"{setting}: no seed knows the {kind} {', '.join(unknown)}; correct it, or describe it in"
        f" {settings.seeds / (kind + 's.csv')} (known are {', '.join(sorted(known))})"
    )
