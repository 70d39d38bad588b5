"""The fetches chosen for closing lines are the best there are, against all subsets."""

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from linehouse.scheduling import closing

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
# starts a few minutes, half an hour or three hours apart are where choices differ
apart = st.sampled_from([0, 1, 5, 25, 30, 35, 140, 145, 175, 180, 185])
minutes = st.one_of(
    st.lists(st.integers(1, 480), min_size=1, max_size=9),
    st.lists(apart, min_size=1, max_size=9).map(
        lambda gaps: list(itertools.accumulate(gaps, initial=1))
    ),
)


def worth(starts: list[datetime], fetches: tuple[datetime, ...]) -> float:
    total = 0.0
    for start in starts:
        before = [at for at in fetches if at < start]
        total += closing.value(start - max(before)) if before else 0.0
    return total


@settings(max_examples=150, deadline=None)
@given(minutes)
@example([280, 281, 316, 456])
def test_no_choice_of_as_many_fetches_covers_more(offsets: list[int]) -> None:
    starts = [NOW + timedelta(minutes=offset) for offset in offsets]
    parts = closing.blocks("baseball_mlb", starts, None, NOW)
    moments = sorted({max(NOW, start - closing.LEAD) for start in starts})
    for count in range(4):
        chosen = closing.spend(parts, {"baseball_mlb": 3}, 3 * count + 2)
        assert len(chosen) <= count
        best = max(
            worth(starts, some)
            for number in range(count + 1)
            for some in itertools.combinations(moments, number)
        )
        assert worth(starts, tuple(at for at, _ in chosen)) >= best - 1e-6


@given(minutes)
def test_each_further_fetch_gains_less(offsets: list[int]) -> None:
    """What makes the best gain per credit the best spending of all credits."""
    starts = [NOW + timedelta(minutes=offset) for offset in offsets]
    for block in closing.blocks("baseball_mlb", starts, None, NOW):
        values = [value for value, _ in block.best(9)]
        gains = [after - before for before, after in itertools.pairwise(values)]
        assert gains == sorted(gains, reverse=True) or all(
            later <= earlier + 1e-6 for earlier, later in itertools.pairwise(gains)
        )


def test_one_fetch_goes_before_the_largest_cluster() -> None:
    evening = [NOW + timedelta(hours=10, minutes=extra) for extra in (40, 45, 50, 55, 60)]
    matinee = [NOW + timedelta(hours=1)]
    parts = closing.blocks("baseball_mlb", matinee + evening, None, NOW)
    assert len(parts) == 2
    assert closing.spend(parts, {"baseball_mlb": 3}, 5) == [
        (evening[0] - closing.LEAD, "baseball_mlb")
    ]


def test_what_the_last_fetch_shows_is_not_bought_again() -> None:
    start = NOW + timedelta(minutes=20)
    parts = closing.blocks("baseball_mlb", [start], NOW, NOW)
    assert closing.spend(parts, {"baseball_mlb": 3}, 100) == []
