"""Which books an answer of The Odds API speaks about when nobody kept what was asked for.

The vendor is asked by region, and gives all books of a region that have lines. So a capture with
several books of a region was asked for that region, and speaks about its other books too: one that
is not there has taken its lines down. It says nothing about books of regions that it does not show.
"""

from collections.abc import Iterable
from functools import lru_cache

BOOKS_THAT_TELL = 3
"""So many books that only one region has tell that it was asked for; fewer may have been asked for
by name."""

REGIONS = {
    "us": "betmgm betonlineag betrivers betus bovada draftkings fanatics fanduel lowvig mybookieag"
    " williamhill_us barstool circasports foxbet gtbets intertops pointsbetus sugarhouse superbook"
    " twinspires unibet_us wynnbet",
    "us2": "ballybet betanysports betparx espnbet fliff hardrockbet hardrockbet_az hardrockbet_fl"
    " hardrockbet_oh rebet tipico_us windcreek",
    "us_ex": "betopenly kalshi novig polymarket prophetx",
    "uk": "betfair_ex_uk betfair_sb_uk betvictor betway boylesports casumo coral grosvenor"
    " ladbrokes_uk leovegas livescorebet matchbook mrgreen paddypower skybet smarkets sport888"
    " unibet_uk virginbet williamhill",
    "eu": "betanysports betclic_fr betfair_ex_eu betonlineag betsson betvictor codere_it coolbet"
    " everygame gtbets leovegas_se marathonbet matchbook mybookieag nordicbet onexbet"
    " parionssport_fr pinnacle pmu_fr sport888 suprabets tipico_de unibet_fr unibet_it unibet_nl"
    " unibet_se williamhill winamax_de winamax_fr",
    "au": "bet365_au betfair_ex_au betr_au betright bluebet boombet dabble_au ladbrokes_au neds"
    " playup pointsbetau sportsbet tab tabtouch topsport unibet",
}
"""The vendor's list as of 2026-11-20, with books that it had before; a book that is in none speaks
for itself alone."""


def spoken_about(seen: Iterable[str]) -> tuple[str, ...]:
    """Books whose absence a capture that shows `seen` tells, `seen` first, in a fixed order."""
    shown = tuple(dict.fromkeys(seen))
    asked: set[str] = set()
    for books, telling in _books_by_region():
        if len(telling.intersection(shown)) >= BOOKS_THAT_TELL:
            asked |= books
    return (*shown, *sorted(asked.difference(shown)))


@lru_cache
def _books_by_region() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Per region all of its books, and those that no other region has."""
    regions = [frozenset(books.split()) for books in REGIONS.values()]
    return tuple(
        (books, books.difference(*(other for other in regions if other is not books)))
        for books in regions
    )
