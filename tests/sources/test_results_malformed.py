"""Whatever one value of an answer turns into, it is read, or refused as what it is: no parser of
results fails in a way of its own."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linehouse.settings import PROJECT_ROOT
from linehouse.sources import registry
from linehouse.sources.base import Payload
from linehouse.sources.errors import DriftedSchemaError, UnreadablePayloadError

PAYLOADS = PROJECT_ROOT / "tests" / "payloads"
SEEN_AT = datetime(2026, 4, 18, 1, tzinfo=UTC)
ANSWERS = [
    ("api_basketball", "games", "games", "basketball_nba"),
    ("api_basketball", "head_to_head", "head_to_head", "basketball_nba"),
    ("api_basketball", "team_statistics", "team_statistics", "basketball_nba"),
    ("api_basketball", "player_statistics", "player_statistics", "basketball_nba"),
    ("api_basketball", "season_statistics", "season_statistics", "basketball_nba"),
    ("api_basketball", "standings", "standings", "basketball_nba"),
    ("nba_stats", "scoreboard", "scoreboard", "basketball_nba"),
    ("nba_stats", "scoreboard_v2", "scoreboard_v2", "basketball_nba"),
    ("nba_stats", "game_finder", "game_finder", "basketball_nba"),
    ("goalserve", "schedule", "nba_schedule", "basketball_nba"),
    ("goalserve", "scores", "mlb_scores", "baseball_mlb"),
]
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["", " ", "x", "99.99.2026 99:99", "2026-13-01", "-", "0", "²", "12", "@"]),
    st.text(max_size=6),
    st.sampled_from([[], {}, [[]], [{}], [None], {"id": None}, ["x"]]),
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value below a document."""
    if at:
        yield at
    entries = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, entry in entries:
        yield from places(entry, (*at, key))


@pytest.mark.parametrize(("source", "feed", "name", "sport"), ANSWERS)
@settings(max_examples=100, deadline=None)
@given(data=st.data())
def test_one_wrong_value_is_read_or_refused(
    source: str, feed: str, name: str, sport: str, data: st.DataObject
) -> None:
    document = json.loads((PAYLOADS / source / f"{name}.json").read_bytes())
    spoiled = copy.deepcopy(document)
    *way, last = data.draw(st.sampled_from(list(places(document))))
    entry = spoiled
    for key in way:
        entry = entry[key]
    entry[last] = data.draw(JUNK)
    body = json.dumps(spoiled).encode()
    try:
        parsed = registry.get(source).parse(Payload(source, feed, body, SEEN_AT, sport_key=sport))
    except (DriftedSchemaError, UnreadablePayloadError):
        return
    for game in parsed.games:
        assert game.source_event_id.strip() and game.home_team.strip() and game.away_team.strip()
        assert game.completed is not True or (game.home_score and game.away_score)
    assert all(row.team.strip() for row in parsed.team_stats)
    assert all(row.player.strip() for row in parsed.player_stats)
