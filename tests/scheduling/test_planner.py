"""The planner never passes the budget, spends closing first, and is silent out of season."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linehouse.scheduling.planner import Costs, Situation, Start, plan
from linehouse.scheduling.results import Polling
from linehouse.scheduling.tiers import NAMES

NOW = datetime(2026, 4, 3, 14, tzinfo=UTC)
RESET = datetime(2026, 5, 1, tzinfo=UTC)
SPORTS = ("baseball_mlb", "basketball_nba")


def situation(starts: list[Start], spendable: int, **more) -> Situation:
    resets_at = more.pop("resets_at", RESET)
    return Situation(
        NOW, resets_at, spendable, Costs(dict.fromkeys(SPORTS, 3), scores=2), starts, **more
    )


def games(*hours: float, sport: str = "baseball_mlb") -> list[Start]:
    return [Start(sport, NOW + timedelta(hours=hour)) for hour in hours]


calendars = st.lists(
    st.builds(
        Start,
        st.sampled_from(SPORTS),
        st.integers(-60, 60 * 24 * 30).map(lambda m: NOW + timedelta(minutes=m)),
        st.booleans(),
    ),
    max_size=40,
)


@settings(max_examples=120, deadline=None)
@given(
    calendars,
    st.integers(0, 400),
    st.sampled_from([1, 3, 6, 10]),
    st.dictionaries(st.sampled_from(SPORTS), st.floats(0, 20)),
)
def test_no_calendar_makes_a_plan_pass_its_budget(
    starts: list[Start], spendable: int, cost: int, usual: dict[str, float]
) -> None:
    found = plan(
        Situation(
            NOW,
            RESET,
            spendable,
            Costs(dict.fromkeys(SPORTS, cost)),
            starts,
            usual_games=usual,
        )
    )
    assert found.cost <= found.allowance <= spendable
    assert found.expected_cost <= spendable
    assert all(NOW <= fetch.at <= RESET for fetch in found.fetches)
    offered = [start for start in starts if start.is_offered and start.commence_at > NOW]
    for fetch in found.fetches:
        if fetch.feed == "odds":
            assert any(
                start.sport_key == fetch.sport_key
                and fetch.at < start.commence_at <= fetch.at + timedelta(days=7)
                for start in offered
            )


def test_nothing_is_planned_out_of_season() -> None:
    assert plan(situation([], 20_000)).fetches == ()
    far = plan(situation(games(24 * 9, 24 * 10), 20_000))
    assert far.fetches == ()


def test_a_game_only_other_sources_know_is_not_fetched_for() -> None:
    unknown = Start("baseball_mlb", NOW + timedelta(hours=2), is_offered=False)
    assert plan(situation([unknown], 20_000)).fetches == ()


def test_the_lookahead_is_a_setting() -> None:
    near = plan(situation(games(50), 20_000, lookahead=timedelta(days=1)))
    assert near.fetches == ()
    assert plan(situation(games(50), 20_000, lookahead=timedelta(days=3))).fetches


def test_with_enough_credits_the_whole_table_is_the_plan() -> None:
    found = plan(situation(games(10, 10.5), 20_000))
    assert found.whole_table
    assert found.coverage.closing_pct == 100.0
    assert found.polling is Polling.IN_PLAY
    assert {fetch.tier for fetch in found.fetches} == {"closing", "pregame", "results"}


def test_credits_go_to_closing_first_then_to_the_nearest_tier() -> None:
    """Two games far apart, the last of the month: more credits reach further tiers."""
    calendar = games(10, 60)
    last = {"resets_at": calendar[-1].commence_at}
    reached: list[set[str]] = []
    for credits in (0, 3, 6, 30, 60, 90):
        found = plan(situation(calendar, credits, **last))
        reached.append({fetch.tier for fetch in found.fetches if fetch.feed == "odds"})
    assert reached[:3] == [set(), {"closing"}, {"closing"}]
    for before, after in itertools.pairwise(reached):
        assert before <= after
    assert plan(situation(calendar, 6, **last)).coverage.closing_pct == 100.0
    for tiers in reached:
        if tiers:
            assert {NAMES.index(tier) for tier in tiers} == set(range(len(tiers)))


def test_days_not_known_yet_keep_their_share() -> None:
    """Less than four days of the month are known: the others are as full as they, or as usual."""
    calendar = games(*(24 * day + hour for day in range(4) for hour in (5, 8, 9)))
    known, later = 3.375, (RESET - NOW) / timedelta(days=1) - 3.375
    found = plan(situation(calendar, 280))
    assert found.share == pytest.approx(known / (known + later))
    assert 0 < found.cost <= found.allowance == int(280 * found.share)
    more = plan(situation(calendar, 280, usual_games={"baseball_mlb": 15.0}))
    assert more.share == pytest.approx(12 / (12 + 15 * later))
    assert more.allowance < found.allowance


def test_a_month_that_is_known_whole_is_planned_whole() -> None:
    """Another source's calendar tells of the games that The Odds API does not list yet."""
    calendar = games(*(24 * day + 5 for day in range(3)))
    far = [
        Start("baseball_mlb", start.commence_at + timedelta(days=3 * number), is_offered=False)
        for number in range(1, 9)
        for start in calendar
    ]
    found = plan(situation(calendar + far, 270))
    assert found.share == pytest.approx(3 / 27, rel=0.05)


def test_what_a_plan_says_per_day_and_tier_is_what_it_costs() -> None:
    found = plan(situation(games(5, 8, 30, 33, sport="basketball_nba") + games(6, 29), 500))
    assert sum(cost for _, cost in found.per_tier().values()) == found.cost
    assert sum(cost for _, cost in found.per_day_and_tier().values()) == found.cost
    assert sum(count for count, _ in found.per_tier().values()) == len(found.fetches)
