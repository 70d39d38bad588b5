"""The planner never passes the budget, spends closing first, and is silent out of season."""

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linehouse.scheduling.planner import plan
from linehouse.scheduling.plans import Costs, Plan, Situation, Start
from linehouse.scheduling.results import Polling, poll_due_at
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
    st.sampled_from([0, 1, 3]),
    st.dictionaries(st.sampled_from(SPORTS), st.floats(0, 20)),
)
def test_no_calendar_makes_a_plan_pass_its_budget(
    starts: list[Start], spendable: int, cost: int, look: int, usual: dict[str, float]
) -> None:
    starts = [replace(start, event_id=str(number)) for number, start in enumerate(starts)]
    found = plan(
        Situation(
            NOW,
            RESET,
            spendable,
            Costs(dict.fromkeys(SPORTS, cost), events=dict.fromkeys(SPORTS, look) if look else {}),
            starts,
            usual_games=usual,
            begun=[start for start in starts if start.commence_at <= NOW],
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


def evening(number: int, **more) -> Situation:
    """So many games at ten-minute intervals from 20 hours on, sold one by one at 3 credits; the
    month ends after them."""
    starts = [
        replace(start, event_id=f"event {place}")
        for place, start in enumerate(games(*(20 + place / 6 for place in range(number))))
    ]
    costs = Costs(more.pop("odds", {"baseball_mlb": 3}), events={"baseball_mlb": 3})
    last = starts[-1].commence_at
    return Situation(more.pop("now", NOW), last, more.pop("spendable"), costs, starts, **more)


def looks_of(found: Plan) -> dict[str | None, list[datetime]]:
    looks: dict[str | None, list[datetime]] = {}
    for fetch in found.fetches:
        if fetch.feed == "event_odds":
            assert (fetch.tier, fetch.cost) == ("closing", 3)
            looks.setdefault(fetch.event_id, []).append(fetch.at)
    return looks


def test_halves_are_looked_at_game_by_game_in_the_closing_tier() -> None:
    situation = evening(6, spendable=1_000)
    looks = looks_of(plan(situation))
    for start in situation.starts:
        times = looks[start.event_id]
        assert times == [start.commence_at - timedelta(minutes=30 * n) for n in range(6, 0, -1)]
    # where the last look is young enough, or half an hour is not over, there is none
    later = replace(
        situation,
        now=situation.starts[0].commence_at - timedelta(minutes=20),
        last_looks={"event 0": situation.starts[0].commence_at - timedelta(minutes=25)},
    )
    assert "event 0" not in looks_of(plan(later))


def test_scarce_credits_go_to_the_list_first_then_to_games_drawn_by_lot() -> None:
    alone = plan(evening(40, spendable=10_000, odds={"baseball_mlb": 3}))
    main = sum(fetch.cost for fetch in alone.fetches if fetch.feed == "odds")
    scarce = evening(40, spendable=main + 45)
    found = plan(scarce)
    assert found.whole_table and found.cost <= main + 45
    looks = looks_of(found)
    assert 10 <= len(looks) <= 15
    assert all(len(times) == 1 for times in looks.values())
    # a plan made anew draws the same ones, whose turn it is not over
    again = looks_of(plan(replace(scarce, now=NOW + timedelta(hours=1))))
    assert again.keys() <= looks.keys() or looks.keys() <= again.keys()
    drawn = sorted(int(event.split()[1]) for event in looks if event)
    assert drawn[0] < 13 and drawn[-1] > 26, "from the whole evening"
    poor = plan(replace(scarce, spendable=20))
    assert not looks_of(poor) and poor.coverage.games == 40


def test_where_the_list_offers_no_market_only_games_are_looked_at() -> None:
    found = plan(evening(6, spendable=1_000, odds={}))
    assert {fetch.feed for fetch in found.fetches} == {"event_odds", "scores"}
    assert found.coverage.closing_pct == 100.0


def test_a_sport_that_is_not_configured_is_left_alone() -> None:
    hockey = games(3, 4, sport="icehockey_nhl")
    found = plan(situation(hockey + games(5), 500))
    assert {fetch.sport_key for fetch in found.fetches} == {"baseball_mlb"}


def test_a_game_without_a_result_is_not_polled_for_days() -> None:
    """It was called off after the last list: nobody ever tells its result."""
    start, now, polled = NOW, NOW, []
    while True:
        due = poll_due_at([start], polled[-1] if polled else None, now, Polling.IN_PLAY)
        if due is None or len(polled) > 50:
            break
        polled.append(due)
        now = due
    in_play = [timedelta(minutes=30 * number) for number in range(13)]
    later = [timedelta(hours=26), timedelta(hours=50)]
    assert [at - start for at in polled] == in_play + later


def test_games_that_have_begun_are_polled_within_what_the_plan_holds() -> None:
    begun = games(-2, -1.9, -30)
    rich = plan(situation([], 20_000, begun=begun))
    assert rich.polling is Polling.IN_PLAY
    assert rich.fetches[0].at == NOW and rich.fetches[0].feed == "scores"
    assert 0 < rich.cost <= rich.allowance
    poor = plan(situation([], 30, begun=begun, usual_games={"baseball_mlb": 15.0}))
    assert poor.polling is Polling.RARELY and poor.fetches == ()
    overdue = plan(situation([], 30, begun=games(-61), usual_games={"baseball_mlb": 15.0}))
    assert [(fetch.at, fetch.cost) for fetch in overdue.fetches] == [(NOW, 2)]
    assert plan(situation([], 5, begun=games(-61), usual_games={"x": 15.0})).fetches == ()
