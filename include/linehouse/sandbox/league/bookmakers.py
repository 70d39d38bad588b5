"""The bookmakers and their habits: margins, delays, errors of their own."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Bookmaker:
    """A bookmaker and its habits; overrounds are by sport and market."""

    key: str
    title: str
    regions: tuple[str, ...]
    sharp: bool
    delay_seconds: float
    """Median time from news to its new price."""
    error: float
    """Standard deviation of its own error, as a share of a usual retail bookmaker's."""
    overrounds: dict[str, tuple[float, float, float]] = field(hash=False)
    halves: bool
    """Whether it offers first halves and first five innings."""


def _book(
    key: str,
    title: str,
    regions: str,
    delay: float,
    error: float,
    nba: tuple[float, float, float],
    mlb: tuple[float, float, float],
    *,
    sharp: bool = False,
    halves: bool = True,
) -> Bookmaker:
    overrounds = {"basketball_nba": nba, "baseball_mlb": mlb}
    return Bookmaker(key, title, tuple(regions.split(",")), sharp, delay, error, overrounds, halves)


BOOKMAKERS = {
    book.key: book
    for book in (
        _book(
            "pinnacle",
            "Pinnacle",
            "eu",
            20,
            0.2,
            (1.0345, 1.0295, 1.0385),
            (1.0265, 1.0330, 1.0370),
            sharp=True,
        ),
        _book(
            "circasports",
            "Circa Sports",
            "us_ex",
            90,
            0.25,
            (1.0425, 1.0450, 1.0430),
            (1.0310, 1.0400, 1.0420),
            sharp=True,
            halves=False,
        ),
        _book(
            "draftkings",
            "DraftKings",
            "us",
            300,
            0.8,
            (1.0435, 1.0475, 1.0472),
            (1.0425, 1.0445, 1.0471),
        ),
        _book(
            "fanduel",
            "FanDuel",
            "us",
            240,
            0.75,
            (1.0418, 1.0474, 1.0471),
            (1.0405, 1.0450, 1.0475),
        ),
        _book(
            "betmgm", "BetMGM", "us", 720, 1.0, (1.0455, 1.0472, 1.0471), (1.0460, 1.0480, 1.0475)
        ),
        _book(
            "williamhill_us",
            "Caesars",
            "us",
            600,
            1.0,
            (1.0437, 1.0476, 1.0471),
            (1.0423, 1.0460, 1.0470),
        ),
        _book(
            "betrivers",
            "BetRivers",
            "us",
            900,
            1.1,
            (1.0510, 1.0530, 1.0540),
            (1.0440, 1.0520, 1.0560),
        ),
        _book(
            "bovada", "Bovada", "us", 1200, 1.2, (1.0437, 1.0471, 1.0471), (1.0430, 1.0465, 1.0471)
        ),
    )
}
