"""Which events of two teams are one game: every way of telling, and what cannot be told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linehouse.identity.facts import EventKey, Facts, pitcher_key
from linehouse.identity.games import Event, League, Settled
from linehouse.identity.ids import game_id
from linehouse.identity.settle import settle

MLB = League("mlb", {"mlb_stats_api": 1, "retrosheet": 2, "espn": 3}, True)
NBA = League("nba", {"nba_stats": 1, "espn": 2}, False)
HOME, AWAY = "mlb_stl", "mlb_chc"
EVE = date(2016, 7, 19)
D0, D1, D2 = date(2016, 7, 20), date(2016, 7, 21), date(2016, 7, 22)


def at(day: date, hour: float) -> int:
    """Seconds since 1970 of an hour of a day (UTC; the hours below are the same day in ET)."""
    noon = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour)
    return int(noon.timestamp())


def event(
    key: str,
    *days: date,
    home: str = HOME,
    away: str = AWAY,
    hours: tuple[float, ...] = (),
    starts: tuple[int, ...] = (),
    number: int | None = None,
    final: tuple[int, int] | None = None,
    innings: tuple[str, str] | None = None,
    pitchers: tuple[str, str] | None = None,
    off: bool = False,
) -> Event:
    """`source:event`; scores and the like as (home, away) of the source's own sides."""
    source, name = key.split(":")
    days = days or (D0,)
    return Event(
        source,
        name,
        home,
        away,
        Facts(
            anchor=days[0],
            dates=tuple(sorted(days)),
            starts=tuple(sorted(starts or (at(days[-1], hour) for hour in hours))),
            numbers=((days[-1], number),) if number else (),
            final=final,
            innings=innings,
            pitchers=pitchers,
            place=int(name) if name.isdigit() else None,
            is_off=off,
        ),
    )


def found(*events: Event, league: League = MLB) -> dict[str, Settled]:
    settled = settle(events, league)
    assert settled == settle(reversed(events), league)
    return {":".join(key): one for key, one in settled.items()}


def same(settled: dict[str, Settled], *keys: str) -> bool:
    return len({settled[key].game_id for key in keys}) == 1


def test_the_ordinary_game_has_the_id_that_it_always_had() -> None:
    for events in (
        [event("odds:a", hours=(23,))],
        [event("sbro:1")],
        [event("odds:a", hours=(23,)), event("mlb_stats_api:7", hours=(23.1,)), event("sbro:1")],
    ):
        assert {one.game_id for one in found(*events).values()} == {
            game_id("mlb", HOME, AWAY, D0, 1)
        }


def test_a_single_game_is_one_for_all_sources_whatever_they_tell_of_it() -> None:
    settled = found(
        event("mlb_stats_api:7", hours=(23,), number=1),
        event("retrosheet:x", final=(3, 2)),
        event("odds:a", hours=(23.2,)),
        event("vsin:v"),
        event("sbro:1", final=(3, 3)),
    )
    assert same(settled, *settled)
    assert not any(one.reason for one in settled.values())


def doubleheader() -> list[Event]:
    return [
        event("mlb_stats_api:71", hours=(17,), number=1, final=(4, 2)),
        event("mlb_stats_api:72", hours=(23,), number=2, final=(3, 2)),
    ]


def test_the_official_number_tells() -> None:
    settled = found(
        *doubleheader(),
        event("retrosheet:1", number=1, final=(4, 2)),
        event("retrosheet:2", number=2, final=(3, 2)),
    )
    assert same(settled, "mlb_stats_api:71", "retrosheet:1")
    assert same(settled, "mlb_stats_api:72", "retrosheet:2")
    assert settled["retrosheet:2"].matched_by == "official_number"
    assert settled["retrosheet:2"].game_id == game_id("mlb", HOME, AWAY, D0, 2)


def test_the_start_tells_and_order_does_not() -> None:
    settled = found(*doubleheader(), event("odds:a", hours=(23.3,)), event("odds:b", hours=(17.2,)))
    assert same(settled, "mlb_stats_api:72", "odds:a")
    assert same(settled, "mlb_stats_api:71", "odds:b")
    assert settled["odds:a"].matched_by == "start"


def test_the_final_tells_and_file_order_does_not() -> None:
    settled = found(*doubleheader(), event("sbro:1", final=(3, 2)), event("sbro:2", final=(4, 2)))
    assert same(settled, "mlb_stats_api:72", "sbro:1")
    assert same(settled, "mlb_stats_api:71", "sbro:2")
    assert settled["sbro:1"].matched_by == "score"


def test_one_of_two_is_told_by_its_final() -> None:
    settled = found(*doubleheader(), event("sbro:1", final=(3, 2)))
    assert same(settled, "mlb_stats_api:72", "sbro:1")


def test_the_line_score_tells_games_that_ended_alike() -> None:
    first, second = (
        ('["0","1","0","2"]', '["1","0","0","0"]'),
        ('["3","0","0","0"]', '["0","0","0","1"]'),
    )
    settled = found(
        event("retrosheet:1", number=1, final=(3, 1), innings=first),
        event("retrosheet:2", number=2, final=(3, 1), innings=second),
        event("sbro:1", final=(3, 1), innings=second),
        event("sbro:2", final=(3, 1), innings=('["0","1","0","2"]', '["1","0","0","x"]')),
    )
    assert same(settled, "retrosheet:2", "sbro:1") and same(settled, "retrosheet:1", "sbro:2")
    assert settled["sbro:1"].matched_by == "line_score"


def test_the_starting_pitchers_tell() -> None:
    settled = found(
        event("retrosheet:1", number=1, pitchers=("Jorge De La Rosa", "Jon Lester")),
        event("retrosheet:2", number=2, pitchers=("Adam Wainwright", "Jake Arrieta")),
        event("sbro:1", pitchers=("AWAINWRIGHT-R", "JARRIETA-R")),
        event("sbro:2", pitchers=("JDELAROSA-L", "JLESTER-L")),
    )
    assert same(settled, "retrosheet:2", "sbro:1") and same(settled, "retrosheet:1", "sbro:2")
    assert settled["sbro:1"].matched_by == "pitchers"


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Jorge De La Rosa", "jdelarosa"), ("De La Rosa, Jorge", "jdelarosa"),
        ("JDELAROSA-L", "jdelarosa"), ("R.A. Dickey", "rdickey"), ("Hyun-Jin Ryu", "hryu"),
        ("José Berríos", "jberrios"), ("Lance McCullers Jr.", "lmccullers"),
        ("TBD", None), ("Undecided", None),
    ],
)  # fmt: skip
def test_a_pitcher_is_the_same_in_every_spelling(name: str, key: str | None) -> None:
    assert pitcher_key(name) == key


def test_the_last_is_told_by_what_is_left_over() -> None:
    """A second game whose start is not set yet; a result with a typing slip."""
    settled = found(
        event("espn:1", hours=(17,)),
        event("espn:2"),
        event("odds:a", hours=(17.1,)),
        event("odds:b", hours=(20.5,)),
    )
    assert same(settled, "espn:2", "odds:b") and settled["odds:b"].matched_by == "left_over"
    settled = found(*doubleheader(), event("sbro:1", final=(4, 2)), event("sbro:2", final=(8, 2)))
    assert same(settled, "mlb_stats_api:72", "sbro:2")
    assert settled["sbro:2"].matched_by == "left_over"


def test_what_is_left_over_does_not_fit_where_the_result_is_another() -> None:
    settled = found(*doubleheader(), event("sbro:1", final=(3, 2)), event("sbro:2", final=(9, 7)))
    assert settled["sbro:2"].matched_by == "untold"
    assert settled["sbro:2"].game_id == game_id("mlb", HOME, AWAY, D0, 2, "sbro")


def test_what_cannot_be_told_stands_under_its_source_with_reason_and_suggestions() -> None:
    settled = found(*doubleheader(), event("vsin:1"), event("vsin:2"))
    assert len({one.game_id for one in settled.values()}) == 4
    assert settled["vsin:1"].game_id == game_id("mlb", HOME, AWAY, D0, 1, "vsin")
    assert settled["vsin:1"].reason == (
        "vsin lists 2 of that day, other sources name 2, and nothing tells which is which"
    )
    assert "mlb_stats_api 71 (2016-07-20, 2 to 4)" in settled["vsin:1"].suggestions


def test_one_without_start_is_none_of_two() -> None:
    settled = found(*doubleheader(), event("vsin:1"))
    assert settled["vsin:1"].matched_by == "untold"


def test_two_without_anything_keep_to_their_source_as_ever() -> None:
    settled = found(event("sbro:1"), event("sbro:2"))
    assert settled["sbro:2"].game_id == game_id("mlb", HOME, AWAY, D0, 2, "sbro")
    assert settled["sbro:1"].reason is None  # there is no other source to tell it from
    settled = found(event("sbro:1"), event("sbro:2"), event("vsin:1"), event("vsin:2"))
    assert len({one.game_id for one in settled.values()}) == 4
    assert settled["vsin:1"].reason == (
        "vsin lists 2 of that day, and nothing tells which is which of sbro"
    )


def test_starts_far_apart_are_two_games_where_teams_may_meet_twice_a_day() -> None:
    afternoon, night = event("odds:a", hours=(17,)), event("espn:1", hours=(23,))
    assert not same(found(afternoon, night), "odds:a", "espn:1")
    assert same(found(afternoon, night, league=NBA), "odds:a", "espn:1")
    held_up = event("odds:a", hours=(17,), final=(2, 1)), event("espn:1", hours=(23,), final=(2, 1))
    assert same(found(*held_up), "odds:a", "espn:1")


def test_two_events_of_one_source_are_never_one_game() -> None:
    settled = found(
        event("espn:1", hours=(23,)), event("odds:a", hours=(23,)), event("odds:b", hours=(23,))
    )
    assert len({one.game_id for one in settled.values()}) == 3
    assert {settled[key].matched_by for key in ("odds:a", "odds:b")} == {"untold"}


def test_a_postponed_game_stays_the_same_and_its_make_up_joins_it() -> None:
    settled = found(
        event("mlb_stats_api:7", D0, D2, hours=(17,), number=1),
        event("mlb_stats_api:8", D2, hours=(23,), number=2),
        event("odds:old", D0, hours=(23,), off=True),
        event("odds:new", D2, hours=(17.1,)),
        event("odds:other", D2, hours=(23.1,)),
        event("sbro:1", D2, final=(5, 4)),
    )
    assert same(settled, "mlb_stats_api:7", "odds:old", "odds:new")
    assert same(settled, "mlb_stats_api:8", "odds:other")
    assert settled["odds:new"].game_id == game_id("mlb", HOME, AWAY, D0, 1)
    assert settled["sbro:1"].matched_by == "untold"


def test_a_start_moved_over_midnight_leaves_the_game_the_same() -> None:
    settled = found(
        event("odds:a", D0, D1, starts=(at(D0, 23), at(D1, 4.5))),
        event("espn:1", D0, hours=(23,)),
        event("espn:2", D1, hours=(23,)),
        event("odds:b", D1, hours=(23,)),
    )
    assert same(settled, "odds:a", "espn:1") and same(settled, "odds:b", "espn:2")


def test_a_suspended_game_frozen_as_a_tie_is_the_finished_one() -> None:
    settled = found(
        event("retrosheet:x", D0, D1, final=(2, 4)),
        event("retrosheet:y", D1, final=(5, 0)),
        event("sbro:1", D0, final=(2, 2)),
        event("sbro:2", D1, final=(5, 0)),
    )
    assert same(settled, "retrosheet:x", "sbro:1") and same(settled, "retrosheet:y", "sbro:2")


def test_a_game_filed_a_day_early_is_told_by_the_same_result() -> None:
    settled = found(
        event("retrosheet:x", D0, final=(0, 2)),
        event("retrosheet:y", D1, final=(3, 2)),
        event("sbro:1", D0, final=(0, 2)),
        event("sbro:2", D0, final=(3, 2)),
    )
    assert same(settled, "retrosheet:y", "sbro:2")
    assert settled["sbro:2"].matched_by == "neighbouring_day"


@pytest.mark.parametrize(
    "other",
    [
        [event("retrosheet:y", D1, final=(3, 1))],  # another result
        [event("retrosheet:y", D1, final=(3, 2)), event("retrosheet:z", EVE, final=(3, 2))],
        [event("retrosheet:y", D1, final=(3, 2)), event("sbro:3", D1, final=(3, 2))],  # taken
        [event("retrosheet:y", D1, final=(3, 2), innings=("[0,0,3,0]", "[1,1,0,0]"))],
        [event("retrosheet:y", D1)],  # not over
    ],
)  # fmt: skip
def test_neighbouring_days_are_never_guessed(other: list[Event]) -> None:
    filed = event("sbro:2", D0, final=(3, 2), innings=("[3,0,0,0]", "[0,0,1,1]"))
    settled = found(filed, *other)
    assert settled["sbro:2"].matched_by == "teams_and_date"
    assert not any(
        settled[key].game_id == settled["sbro:2"].game_id for key in settled if key != "sbro:2"
    )
    assert "no trusted source has a game of these teams on 2016-07-20" in (
        settled["sbro:2"].reason or ""
    )


def test_a_game_of_the_day_itself_goes_before_one_of_the_next_day() -> None:
    """With two of that day left, it is one of them whose result nobody can explain."""
    settled = found(
        *doubleheader(), event("espn:9", D1, final=(9, 7)), event("sbro:1", final=(9, 7))
    )
    assert settled["sbro:1"].matched_by == "untold"


def test_a_trusted_source_has_the_first_place_of_the_day() -> None:
    settled = found(event("espn:1", hours=(23,)), event("odds:a", hours=(17,)))
    assert (settled["espn:1"].ordinal, settled["odds:a"].ordinal) == (1, 2)


def test_home_and_away_exchanged_are_told_by_the_result() -> None:
    settled = found(
        event("retrosheet:x", final=(3, 2)),
        event("sbro:1", home=AWAY, away=HOME, final=(2, 3)),
    )
    assert same(settled, "retrosheet:x", "sbro:1")
    assert settled["sbro:1"].reversed and settled["sbro:1"].matched_by == "exchanged"
    assert not settled["retrosheet:x"].reversed


def test_home_and_away_exchanged_are_told_by_the_start() -> None:
    settled = found(
        event("espn:1", hours=(23,)), event("odds:a", home=AWAY, away=HOME, hours=(23.2,))
    )
    assert same(settled, "espn:1", "odds:a") and settled["odds:a"].reversed


@pytest.mark.parametrize(
    "exchanged",
    [
        event("sbro:1", home=AWAY, away=HOME, final=(3, 2)),  # the other side won
        event("sbro:1", home=AWAY, away=HOME),
        event("odds:1", home=AWAY, away=HOME, hours=(17,)),
    ],
)
def test_exchanged_sides_are_never_guessed(exchanged: Event) -> None:
    settled = found(event("espn:x", hours=(23,), final=(3, 2)), exchanged)
    assert not same(settled, *settled)
    assert "the other way round" in (settled[":".join(exchanged.key)].reason or "")


def test_a_doubleheader_of_which_one_game_has_the_other_team_at_bat_last() -> None:
    settled = found(
        event("mlb_stats_api:71", hours=(17,), number=1, final=(4, 2)),
        event("mlb_stats_api:72", hours=(23,), number=2, final=(2, 3), home=AWAY, away=HOME),
        event("sbro:1", final=(3, 2)),
        event("sbro:2", final=(4, 2)),
    )
    assert same(settled, "mlb_stats_api:71", "sbro:2")
    assert same(settled, "mlb_stats_api:72", "sbro:1") and settled["sbro:1"].reversed


def test_a_series_is_not_one_game() -> None:
    days = [D0, D1, D2]
    settled = found(
        *(event(f"espn:{n}", day, hours=(23,)) for n, day in enumerate(days)),
        *(event(f"odds:{n}", day, hours=(23,)) for n, day in enumerate(days)),
        *(event(f"sbro:{n}", day, final=(3, 2)) for n, day in enumerate(days)),
    )
    for n in range(3):
        assert same(settled, f"espn:{n}", f"odds:{n}", f"sbro:{n}")
    assert len({one.game_id for one in settled.values()}) == 3


@st.composite
def days_of_two_teams(draw: Any) -> list[Event]:
    """A few days of two teams as several sources tell them, with gaps and exchanged sides."""
    events: dict[EventKey, Event] = {}
    for source in ("mlb_stats_api", "retrosheet", "espn", "odds", "action", "sbro", "vsin"):
        for name in range(draw(st.integers(0, 3))):
            days = draw(
                st.lists(st.sampled_from([D0, D1, D2]), min_size=1, max_size=2, unique=True)
            )
            one = event(
                f"{source}:{name}",
                *days,
                hours=tuple(draw(st.lists(st.sampled_from([17, 17.5, 20, 23]), max_size=1))),
                number=draw(st.sampled_from([None, None, 1, 2])),
                final=draw(st.sampled_from([None, (3, 2), (2, 3), (5, 5), (4, 1)])),
            )
            if draw(st.integers(0, 4)) == 0:
                one = Event(one.source, one.source_event_id, AWAY, HOME, one.facts)
            events[one.key] = one
    return list(events.values())


UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@UNHURRIED
@given(days_of_two_teams(), st.randoms())
def test_the_order_of_evidence_never_shows(events: list[Event], random: Any) -> None:
    first = settle(events, MLB)
    shuffled = list(events)
    random.shuffle(shuffled)
    assert settle(shuffled, MLB) == first
    assert set(first) == {one.key for one in events}


@UNHURRIED
@given(days_of_two_teams())
def test_no_source_names_a_game_twice_on_one_day(events: list[Event]) -> None:
    by_key = {one.key: one for one in events}
    settled = settle(events, MLB)
    for key, one in settled.items():
        for other, two in settled.items():
            if key < other and one.game_id == two.game_id:
                mine, theirs = by_key[key], by_key[other]
                assert key[0] != other[0] or not set(mine.facts.dates) & set(theirs.facts.dates)
                assert (mine.home != theirs.home) == (one.reversed != two.reversed)
