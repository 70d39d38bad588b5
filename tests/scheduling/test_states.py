"""Where a game stands, by what each source says and by the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from linehouse.scheduling.states import Claim, state_of

START = datetime(2026, 4, 18, 23, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
MORNING = START - 10 * HOUR
ODDS, MLB = "the_odds_api", "mlb_stats_api"


def odds(seen: datetime = MORNING, **said) -> Claim:
    return Claim(ODDS, seen, said.pop("start", START), **said)


def mlb(state: str, seen: datetime = MORNING, **said) -> Claim:
    return Claim(MLB, seen, said.pop("start", START), state=state, told_at=seen, **said)


@pytest.mark.parametrize(
    ("claims", "now", "state"),
    [
        ([odds()], START - HOUR, "scheduled"),
        ([odds()], START, "live"),
        ([odds(START + HOUR, completed=False, has_score=True)], START + HOUR, "live"),
        ([odds(START + 3 * HOUR, completed=True, has_score=True)], START + 4 * HOUR, "final"),
        ([odds(), mlb("final", START + 3 * HOUR)], START + 3 * HOUR, "final"),
        ([odds(), mlb("postponed")], START - HOUR, "postponed"),
        ([odds(), mlb("cancelled")], START - HOUR, "cancelled"),
        ([odds(), mlb("suspended", START + HOUR)], START + 2 * HOUR, "suspended"),
        ([odds(), mlb("live", START + HOUR)], START + 2 * HOUR, "live"),
        ([odds(), mlb("scheduled")], START - HOUR, "scheduled"),
        # a completed game stays final whatever an older list says
        ([mlb("postponed", MORNING), odds(START + 4 * HOUR, completed=True)], START, "final"),
    ],
)
def test_the_claims_give_the_state(claims: list[Claim], now: datetime, state: str) -> None:
    assert state_of(claims, now).state == state


def test_a_game_that_left_the_list_before_its_start_was_called_off() -> None:
    listed_at = {ODDS: START - 2 * HOUR}
    found = state_of([odds()], START - HOUR, listed_at)
    assert (found.state, "lists it no more" in found.evidence) == ("postponed", True)
    assert state_of([odds(START - 2 * HOUR)], START - HOUR, listed_at).state == "scheduled"
    # running and finished games leave the list as they should
    assert state_of([odds()], START + HOUR, {ODDS: START + HOUR}).state == "live"


def test_a_game_that_another_source_still_names_has_not_left() -> None:
    claims = [odds(), mlb("scheduled", START - HOUR)]
    assert state_of(claims, START - HOUR, {ODDS: START - 2 * HOUR}).state == "scheduled"


def test_a_postponed_game_that_is_listed_for_another_day_is_on_again() -> None:
    made_up = odds(MORNING + 8 * HOUR, start=START + 24 * HOUR)
    assert state_of([mlb("postponed"), made_up], START - HOUR).state == "scheduled"
    shortly_after = odds(MORNING + HOUR)
    assert state_of([mlb("postponed"), shortly_after], START - HOUR).state == "postponed"
