"""What kinds of data a source's feeds bring, and how often each is worth asking for."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from linehouse.sources.base import Source

KINDS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "odds": {
        "the_odds_api": ("odds",),
        "action_network": ("scoreboard", "history"),
        "espn": ("scoreboard",),
        "sbd": ("splits",),
        "vsin": ("splits_dk", "splits_circa"),
    },
    "scores": {
        "the_odds_api": ("scores",),
        "action_network": ("scoreboard",),
        "api_basketball": ("games",),
        "espn": ("scoreboard",),
        "goalserve": ("scores",),
        "mlb_stats_api": ("schedule",),
        "nba_stats": ("today", "scoreboard"),
    },
    "splits": {
        "action_network": ("scoreboard",),
        "sbd": ("splits",),
        "vsin": ("splits_dk", "splits_circa"),
    },
    "play": {"mlb_stats_api": ("live_feed",)},
    "injuries": {"espn": ("injuries",)},
    "stats": {
        "api_basketball": (
            "games",
            "team_statistics",
            "player_statistics",
            "season_statistics",
            "standings",
            "head_to_head",
        ),
        "mlb_stats_api": ("teams", "standings"),
        "nba_stats": ("game_finder",),
    },
}
"""Kind to its sources and their feeds, in the order in which they are asked."""

CADENCES: Mapping[str, timedelta] = {
    "odds": timedelta(minutes=30),
    "splits": timedelta(minutes=15),
    "scores": timedelta(minutes=10),
    "play": timedelta(minutes=10),
    "injuries": timedelta(hours=12),
    "stats": timedelta(days=1),
}
"""How often a kind is worth asking for while games are near. A feed of several kinds follows the
first of these that it has, in the order of the most frequent."""
QUIET = timedelta(hours=6)
"""How often scores, splits and odds are worth asking for while no game is near."""
NEAR = {"odds", "splits", "scores", "play"}
OTHERWISE = timedelta(days=1)


def kinds_of(source: Source, feed: str) -> tuple[str, ...]:
    """The kinds that a feed brings; none for one that only leads to others."""
    return tuple(kind for kind, sources in KINDS.items() if feed in sources.get(source.name, ()))


def feeds_of(source: Source, kind: str) -> tuple[str, ...]:
    """The feeds of a source that bring this kind. Raises `KeyError` for an unknown kind."""
    return tuple(feed for feed in KINDS[kind].get(source.name, ()) if feed in source.payload_tables)


def cadence(source: Source, feed: str, *, games_near: bool = True) -> timedelta:
    """How often a feed is worth asking for; the source's own `cadences` go first."""
    own: Mapping[str, timedelta] = getattr(source, "cadences", {})
    kinds = kinds_of(source, feed)
    every = own.get(feed) or min((CADENCES[kind] for kind in kinds), default=OTHERWISE)
    if games_near or not NEAR.intersection(kinds):
        return every
    return max(every, QUIET)


def fastest(source: Source, feeds: Iterable[str] | None = None) -> timedelta:
    """How often a source has something worth asking for."""
    return min(cadence(source, feed) for feed in feeds or source.payload_tables)
