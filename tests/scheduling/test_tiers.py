"""Tiers are spans of elapsed hours: at their borders, over both changes of the clocks."""

from datetime import UTC, date, datetime, timedelta

import pytest

from linehouse.days import EASTERN
from linehouse.scheduling.planner import plan, table
from linehouse.scheduling.plans import Costs, Situation, Start
from linehouse.scheduling.tiers import TIERS, due_of, tier_of

START = datetime(2026, 4, 18, 23, 10, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("hours", "tier", "pause"),
    [
        (168, "opening", timedelta(hours=48)),
        (72.01, "opening", timedelta(hours=48)),
        (72, "opening", timedelta(hours=48)),
        (71.99, "early", timedelta(hours=24)),
        (24, "early", timedelta(hours=24)),
        (23.99, "sharp", timedelta(hours=12)),
        (12, "sharp", timedelta(hours=12)),
        (11.99, "pregame", timedelta(hours=3)),
        (3, "pregame", timedelta(hours=3)),
        (2.99, "closing", timedelta(minutes=30)),
        (0.01, "closing", timedelta(minutes=30)),
    ],
)
def test_hours_until_the_start_name_the_tier(hours: float, tier: str, pause: timedelta) -> None:
    found = tier_of(START, START - timedelta(hours=hours))
    assert found is not None
    assert (found.name, found.every) == (tier, pause)


def test_a_game_that_has_begun_or_is_too_far_off_has_no_tier() -> None:
    assert tier_of(START, START) is None
    assert tier_of(START, START + timedelta(hours=1)) is None
    assert tier_of(START, START - timedelta(days=8), WEEK) is None


def fetch_hours(
    start: datetime, first: datetime, last_fetch: datetime | None = None
) -> list[float]:
    """Hours before its start at which a lone game is fetched."""
    hours, now = [], first
    while (due := due_of([start], last_fetch, now, WEEK)) is not None:
        hours.append(round((start - due) / timedelta(hours=1), 2))
        last_fetch = now = due
    return hours


LONE_GAME = [168, 120, 72, 48, 24, 12, 9, 6, 3, 2.5, 2, 1.5, 1, 0.5]


def test_a_lone_game_is_fetched_fourteen_times_in_its_last_week() -> None:
    assert fetch_hours(START, START - timedelta(days=9)) == LONE_GAME


def test_a_fetch_by_hand_puts_the_next_one_off() -> None:
    by_hand = START - timedelta(hours=4)
    assert fetch_hours(START, by_hand, by_hand)[0] == 3.0
    shortly = START - timedelta(hours=2)
    assert fetch_hours(START, shortly, shortly) == [1.5, 1.0, 0.5]


def test_a_game_known_late_is_fetched_at_once() -> None:
    assert fetch_hours(START, START - timedelta(minutes=20))[0] == 0.33


CHANGES = [date(2026, 3, 8), date(2026, 11, 1)]


@pytest.mark.parametrize("day", [date(2026, 3, 4), *CHANGES])
@pytest.mark.parametrize("hour", [13, 22])
def test_a_change_of_the_clocks_adds_and_loses_no_fetch_of_a_game(day: date, hour: int) -> None:
    start = datetime(day.year, day.month, day.day, hour, 5, tzinfo=EASTERN).astimezone(UTC)
    assert fetch_hours(start, start - timedelta(days=9)) == LONE_GAME


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 7), 24), (date(2026, 3, 8), 23), (date(2026, 11, 1), 25)]
)
def test_a_day_of_23_or_25_hours_has_the_fetches_of_its_hours(day: date, hours: int) -> None:
    """Games every hour round the clock: the closing tier's pause is all that counts."""
    begins = datetime(day.year, day.month, day.day, tzinfo=EASTERN).astimezone(UTC)
    tomorrow = day + timedelta(days=1)
    ends = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=EASTERN).astimezone(UTC)
    assert ends - begins == timedelta(hours=hours)
    starts = [
        Start("baseball_mlb", begins + timedelta(minutes=10, hours=number)) for number in range(60)
    ]
    situation = Situation(
        now=begins,
        resets_at=begins + timedelta(days=20),
        spendable=100_000,
        costs=Costs({"baseball_mlb": 3}),
        starts=starts,
        last_fetch={"baseball_mlb": begins - timedelta(minutes=30)},
    )
    asked = [fetch for fetch in table(situation, starts, ends) if begins <= fetch.at < ends]
    assert len(asked) == 2 * hours
    counted = plan(situation).per_day_and_tier()
    assert counted[(day, "closing")] == (2 * hours, 6 * hours)


def test_the_view_of_the_warehouse_has_the_same_bounds() -> None:
    """Held together with the function of migration 0006 by test_warehouse; the words are here."""
    assert [(tier.name, tier.from_hours) for tier in TIERS] == [
        ("closing", 0),
        ("pregame", 3),
        ("sharp", 12),
        ("early", 24),
        ("opening", 72),
    ]
