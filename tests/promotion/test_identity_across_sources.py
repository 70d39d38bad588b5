"""The registry over several sources: a function of the set of batches in force, whatever their
order and however they were put together; what a change touches; decisions of persons."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from slate import NOON, Warehouse

from linehouse import database, identity
from linehouse.landing import land_payload
from linehouse.sources.base import Payload
from linehouse.sources.rows import Coverage, GameRow, Parsed

DAY = date(2026, 4, 18)
NIGHT = NOON + timedelta(hours=11)
"""19:00 in the east."""
STL, CHC = "St. Louis Cardinals", "Chicago Cubs"


@dataclass
class Told:
    """A source and what one payload of it says."""

    name: str
    games: Sequence[GameRow]
    parser_version: str = "1"

    @property
    def payload_tables(self) -> dict[str, str]:
        return {"files": "archive_files"}

    def parse(self, payload: Payload) -> Parsed:
        return Parsed(games=list(self.games), coverage=[Coverage("baseball_mlb")])


def row(
    event: str,
    start: datetime | None = None,
    *,
    day: date | None = None,
    away: str = CHC,
    home: str = STL,
    final: tuple[int, int] | None = None,
    **more: Any,
) -> GameRow:
    """A game as a source names it; `final` as (away, home)."""
    return GameRow(
        event,
        "baseball_mlb",
        away,
        home,
        commence_at=start,
        game_date_et=day or (None if start else DAY),
        away_score=str(final[0]) if final else None,
        home_score=str(final[1]) if final else None,
        completed=True if final else None,
        state="final" if final else more.pop("state", None),
        **more,
    )


def land(warehouse: Warehouse, source: str, *games: GameRow, seen: datetime = NOON) -> UUID:
    body = f"{source} {games}".encode()
    payload = Payload(source, "files", body, seen, name=f"{hash(body)}")
    landed = land_payload(payload, Told(source, games), mode=warehouse.mode, run_key="test")
    assert landed.batch_id is not None
    return landed.batch_id


def settle(warehouse: Warehouse, batches: Iterable[UUID], state: str = "accepted") -> set[UUID]:
    """Bring batches into a state and the registry up to it; returns the games concerned."""
    with database.connect(warehouse.mode) as connection:
        connection.execute(
            "update ops.batches set state = %s where batch_id = any(%s)", (state, list(batches))
        )
        identity.take_into_force(connection)
        rows = connection.execute(
            "select payload_id from ops.batches where batch_id = any(%s)", (list(batches),)
        ).fetchall()
        return identity.resolve(connection, [payload_id for (payload_id,) in rows])


def forget(warehouse: Warehouse) -> None:
    """As if nothing had been accepted yet."""
    warehouse.execute(
        "delete from ops.game_registry; delete from ops.event_days;"
        " update ops.batches set state = 'landed'"
    )


REGISTRY = """
    select source, source_event_id, game_id, ordinal, matched_by, reversed, reason, suggestions,
        facts, array(
            select d.pairing || d.date_et from ops.event_days as d
            where d.source = r.source and d.source_event_id = r.source_event_id order by 1
        )
    from ops.game_registry as r order by 1, 2
"""


def games(warehouse: Warehouse) -> dict[str, UUID]:
    return dict(warehouse.ask("select source_event_id, game_id from ops.game_registry"))


def told_by_many(warehouse: Warehouse) -> list[UUID]:
    """Four days of one series, by six sources in many batches: a postponed game and its make-up,
    a doubleheader, a game filed a day early, one with sides exchanged, one that is moved over
    midnight, one that nobody can tell, spellings that nobody knows."""
    days = [DAY + timedelta(days=n) for n in range(4)]
    starts = [NIGHT + timedelta(days=n) for n in range(4)]
    later = {"seen": NOON + timedelta(days=3)}
    noon = starts[2] - timedelta(hours=6)
    made_up = {"dates_et": [days[1].isoformat(), days[2].isoformat()]}
    return [
        land(warehouse, "mlb_stats_api", row("g0", starts[0]), row("g1", starts[1])),
        land(warehouse, "mlb_stats_api", row("g2", starts[2]), row("g3", starts[3])),
        land(
            warehouse, "mlb_stats_api",
            row("g1", noon, game_number=1, details=made_up, final=(1, 0)),
            row("g2", starts[2], game_number=2, final=(4, 3)),
            row("g0", starts[0], final=(3, 2)),
            **later,
        ),
        land(warehouse, "the_odds_api", *(row(f"o{n}", starts[n]) for n in range(4))),
        land(warehouse, "the_odds_api", row("o1b", noon + timedelta(minutes=5)), **later),
        land(warehouse, "the_odds_api", row("o3", starts[3] + timedelta(hours=6)), **later),
        land(warehouse, "action_network", row("a0", starts[0], away=STL, home=CHC)),
        land(warehouse, "sbro", row("s0", final=(3, 2)), row("s1", day=days[2], final=(9, 8))),
        land(
            warehouse, "sbro",
            row("s2", day=days[2], final=(4, 3)), row("s3", day=days[2], final=(1, 0)),
        ),
        land(warehouse, "vsin", row("v2", day=days[2]), row("v3", day=days[2])),
        land(warehouse, "vsin", row("x", starts[0], home="All-Stars")),
        land(warehouse, "retrosheet", row("r3", day=days[3], final=(9, 8))),
    ]  # fmt: skip


def test_order_and_batching_never_show(warehouse: Warehouse) -> None:
    batches = told_by_many(warehouse)
    settle(warehouse, batches)
    expected = warehouse.ask(REGISTRY)
    told = {one[1]: one for one in expected}
    assert {one[4] for one in expected} >= {
        "teams_and_date", "start", "score", "exchanged", "neighbouring_day", "untold", "unmatched",
    }  # fmt: skip
    for one, other in (("g1", "o1"), ("g1", "o1b"), ("g2", "s2"), ("g1", "s3"), ("g3", "s1")):
        assert told[one][2] == told[other][2], (one, other)
    for seed in range(6):
        forget(warehouse)
        chance = random.Random(seed)
        left = list(batches)
        chance.shuffle(left)
        while left:
            taken, left = left[: seed % 3 + 1], left[seed % 3 + 1 :]
            settle(warehouse, taken)
        assert warehouse.ask(REGISTRY) == expected, f"seed {seed}"


def test_what_is_retracted_leaves_no_trace(warehouse: Warehouse) -> None:
    batches = told_by_many(warehouse)
    for seed in range(4):
        forget(warehouse)
        chance = random.Random(seed)
        kept = sorted(chance.sample(batches, 7))
        settle(warehouse, kept)
        expected = warehouse.ask(REGISTRY)
        settle(warehouse, batches)
        dropped = [batch for batch in batches if batch not in kept]
        chance.shuffle(dropped)
        for batch in dropped:
            settle(warehouse, [batch], "retracted")
        assert warehouse.ask(REGISTRY) == expected, f"seed {seed}"


def test_a_moved_event_touches_its_old_game_and_its_new_one(warehouse: Warehouse) -> None:
    settle(warehouse, [land(warehouse, "sbro", row("s1", final=(4, 3)))])
    other = settle(warehouse, [land(warehouse, "feed", row("far", NIGHT + timedelta(days=9)))])
    settle(warehouse, [land(warehouse, "feed", row("f1", NIGHT - timedelta(hours=6)))])
    before = games(warehouse)
    assert before["s1"] == before["f1"]
    concerned = settle(
        warehouse,
        [
            land(
                warehouse, "retrosheet",
                row("r1", final=(5, 0), game_number=1), row("r2", final=(4, 3), game_number=2),
            )
        ],
    )  # fmt: skip
    after = games(warehouse)
    assert after["s1"] == after["r2"] and after["f1"] not in (after["r1"], after["r2"])
    assert concerned == {before["s1"], after["r1"], after["r2"], after["f1"]}
    assert not concerned & other


def test_what_does_not_change_is_not_written(warehouse: Warehouse) -> None:
    settle(warehouse, [land(warehouse, "feed", row("f1", NIGHT))])
    before = warehouse.one("select resolved_at from ops.game_registry")
    settle(warehouse, [land(warehouse, "espn", row("e1", NIGHT))])
    feed = "select resolved_at from ops.game_registry where source = 'feed'"
    assert warehouse.one(feed) == before
    assert len(set(games(warehouse).values())) == 1


def test_the_first_names_that_are_known_count(warehouse: Warehouse) -> None:
    """A bracket of the playoffs names its teams later."""
    settle(warehouse, [land(warehouse, "espn", row("e", NIGHT, home="TBD"))])
    assert games(warehouse) == {"e": None}
    settle(warehouse, [land(warehouse, "espn", row("e", NIGHT), seen=NIGHT)])
    assert games(warehouse)["e"] is not None


def test_a_name_that_changed_hands_means_the_team_of_its_season(warehouse: Warehouse) -> None:
    for year, team in ((2001, "nba_cha"), (2010, "nba_nop"), (2015, "nba_cha")):
        one = GameRow(
            f"{year}", "basketball_nba", "Bulls", "Hornets", game_date_et=date(year, 12, 5)
        )
        settle(warehouse, [land(warehouse, "feed", one)])
        query = "select home_team_id from ops.game_registry where source_event_id = %s"
        assert warehouse.one(query, f"{year}") == team


def decide(warehouse: Warehouse, event: str, target: str) -> None:
    warehouse.execute(
        """
        insert into ops.manual_matches
            (source, source_event_id, other_source, other_source_event_id, decided_by, reason)
        values ('vsin', %s, 'espn', %s, 'a person', 'the same pitchers')
        on conflict (source, source_event_id)
        do update set other_source_event_id = excluded.other_source_event_id
        """,
        event,
        target,
    )


@pytest.mark.slow
def test_a_decision_is_followed_as_soon_as_it_is_made_and_no_longer(warehouse: Warehouse) -> None:
    settle(
        warehouse,
        [
            land(warehouse, "espn", row("e1", NIGHT - timedelta(hours=6)), row("e2", NIGHT)),
            land(
                warehouse, "vsin",
                row("v1"), row("v2"), row("v3", home="Cards", away="Northsiders"),
            ),
        ],
    )  # fmt: skip
    assert warehouse.promote("staging").state == "published"
    assert warehouse.promote("staging").state == "nothing"
    before = games(warehouse)
    assert len(set(before.values())) == 5
    unmatched = "select entity_key from staging.validation_results where rule = 'unmatched_team'"
    assert warehouse.ask(unmatched) == [("vsin|v3",)]

    decide(warehouse, "v1", "e2")
    decide(warehouse, "v3", "e1")
    assert warehouse.promote("staging").state == "published"
    assert warehouse.promote("staging").state == "nothing"
    after = games(warehouse)
    assert after["v1"] == after["e2"] == before["e2"] and after["v3"] == before["e1"]
    assert warehouse.ask(unmatched) == []
    published = dict(warehouse.ask("select source_event_id, game_id from staging.game_sources"))
    assert published == after
    matched_by = "select matched_by from staging.game_sources where source_event_id = 'v1'"
    assert warehouse.one(matched_by) == "manual"
    team = "select home_team_id from staging.games where game_id = %s"
    assert warehouse.one(team, after["v3"]) == "mlb_stl"

    decide(warehouse, "v1", "e1")
    warehouse.promote("staging")
    assert games(warehouse)["v1"] == before["e1"]
    warehouse.execute("delete from ops.manual_matches")
    warehouse.promote("staging")
    assert games(warehouse) == before
    assert warehouse.ask(unmatched) == [("vsin|v3",)]


@pytest.mark.slow
def test_a_game_takes_each_fact_from_whom_it_trusts_and_turns_exchanged_sides(
    warehouse: Warehouse,
) -> None:
    later = NIGHT + timedelta(hours=4)
    settle(
        warehouse,
        [
            land(warehouse, "mlb_stats_api", row("g", NIGHT, state="live"), seen=NIGHT),
            land(warehouse, "espn", row("e", NIGHT, final=(5, 3)), seen=later),
            land(warehouse, "goalserve", row("s", final=(5, 4)), seen=later),
            land(
                warehouse, "feed",
                row("f", NIGHT + timedelta(minutes=45), away=STL, home=CHC, final=(3, 5)),
                seen=later,
            ),
        ],
    )  # fmt: skip
    warehouse.promote("staging")
    (game,) = warehouse.ask(
        "select status, away_team, home_team, away_score, home_score, commence_at, is_valid,"
        " validation_notes from staging.games"
    )
    notes = ["home_away_exchanged", "scores_disagree", "starts_disagree"]
    assert game == ("final", CHC, STL, 5, 3, NIGHT, True, notes)
    detail = "select detail from staging.validation_results where rule = 'scores_disagree'"
    assert warehouse.one(detail) == "espn 5 to 3, goalserve 5 to 4, feed 5 to 3"
