"""All simulated upstreams together, over some days of both leagues: whatever they call a game and
whenever they are asked, it is one game; what cannot be told says why."""

from collections import Counter, defaultdict
from datetime import timedelta
from uuid import UUID

import pytest

from linehouse import database, identity
from linehouse.landing.of_source import land_source
from linehouse.settings import Mode
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

SOURCES = (
    "the_odds_api", "action_network", "sbd", "vsin", "mlb_stats_api", "espn", "api_basketball",
    "nba_stats", "goalserve",
)  # fmt: skip
HOURS = (0, 9)
"""Before the games, and when some are over and others on."""


@pytest.mark.slow
def test_every_source_of_the_simulator_names_each_game_once(
    fresh_database: Mode, sandbox: SandboxServer
) -> None:
    for hour in HOURS:
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hour))
        for name in SOURCES:
            landed = land_source(Mode.SANDBOX, name, f"{name} {hour}")
            assert landed.failed == [], landed.failed
    with database.connect(Mode.SANDBOX) as connection:
        connection.execute("update ops.batches set state = 'accepted' where parse_error is null")
        identity.take_into_force(connection)
        ids = connection.execute("select payload_id from ops.batches").fetchall()
        identity.resolve(connection, [payload_id for (payload_id,) in ids])
        rows = connection.execute(
            """
            select source, source_event_id, sport_key, game_id, anchor_date_et, matched_by, reason,
                reversed
            from ops.game_registry
            """
        ).fetchall()
    print(Counter((row[0], row[5]) for row in rows))
    assert [row for row in rows if row[3] is None] == []
    assert not any(row[7] for row in rows)
    by_game: dict[UUID, Counter[str]] = defaultdict(Counter)
    for source, _, _, game, *_ in rows:
        by_game[game][source] += 1
    assert max(max(names.values()) for names in by_game.values()) == 1

    day = FIRST_MOMENT.date()
    for sport, authority in (("baseball_mlb", "mlb_stats_api"), ("basketball_nba", "espn")):
        official = {row[3] for row in rows if row[2] == sport and row[0] == authority}
        of_the_day = [row for row in rows if row[2] == sport and row[4] == day]
        # a page without starts cannot say which game of a doubleheader is which
        assert {row[0] for row in of_the_day if row[5] == "untold"} <= {"vsin"}
        assert {row[3] for row in of_the_day if row[5] != "untold"} <= official
        games = {row[3] for row in of_the_day if row[0] == authority}
        for source in ("the_odds_api", "espn", "action_network"):
            assert len(games & {row[3] for row in of_the_day if row[0] == source}) > len(games) / 2
