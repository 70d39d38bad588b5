"""What the limits of the card veto, with figures worked out by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from linehouse.backtest.limits import Limits
from linehouse.backtest.verdicts import Verdict
from linehouse.settings import SettingsError, get_settings
from linehouse.strategies.base import Bet
from linehouse.strategies.card_limits import AtStake, card_limits, within
from tests.strategies import test_card as card

EVENING = datetime(2026, 4, 18, 23, 0, tzinfo=UTC)
BET = replace(card.BET, game_id="a", sport_key="baseball_mlb", commence_at=EVENING, stake_units=2.0)
ELSEWHERE = replace(BET, game_id="b", bookmaker="draftkings")
LATE = replace(BET, game_id="c", bookmaker="betmgm", commence_at=EVENING + timedelta(hours=6))


@pytest.mark.parametrize(
    ("limits", "bets", "vetoed"),
    [
        (Limits(), [BET] * 50, {}),
        (Limits(per_bet=0.02), [BET, replace(BET, stake_units=2.01)], {1: Verdict.LIMIT_PER_BET}),
        # 4 units a game: the third on the same game is one too many, another game is not
        (
            Limits(per_game=0.04),
            [BET, ELSEWHERE, BET, replace(BET, bookmaker="betmgm")],
            {3: Verdict.LIMIT_PER_GAME},
        ),
        (
            Limits(per_book=0.02),
            [BET, ELSEWHERE, replace(BET, game_id="c")],
            {2: Verdict.LIMIT_PER_BOOK},
        ),
        # a game that begins at 1:00 in New York is of the next day
        (
            Limits(per_day=0.02),
            [BET, ELSEWHERE, LATE, replace(LATE, game_id="d")],
            {1: Verdict.LIMIT_PER_DAY, 3: Verdict.LIMIT_PER_DAY},
        ),
    ],
)
def test_what_is_within_the_limits(
    limits: Limits, bets: list[Bet], vetoed: dict[int, Verdict]
) -> None:
    kept, vetoes = within(limits, 100.0, bets)
    assert kept == [bet for place, bet in enumerate(bets) if place not in vetoed]
    assert [(one.bet, one.verdict) for one in vetoes] == [
        (bets[place], verdict) for place, verdict in vetoed.items()
    ]


def test_bets_of_games_that_are_not_over_count() -> None:
    limits = Limits(per_day=0.05, per_book=0.05)
    at_stake = [
        AtStake("z", "fanduel", date(2026, 4, 18), 4.0),
        AtStake("y", "caesars", date(2026, 4, 17), 9.0),  # of yesterday, at a book of its own
    ]
    kept, vetoes = within(limits, 100.0, [BET, ELSEWHERE, LATE], at_stake)
    assert kept == [LATE]
    assert [one.verdict for one in vetoes] == [Verdict.LIMIT_PER_BOOK, Verdict.LIMIT_PER_DAY]


def test_a_bundle_stands_or_falls_as_one_and_leaves_its_room_to_others() -> None:
    legs = [
        replace(BET, strategy="arbitrage", bundle=0, stake_units=1.0),
        replace(BET, strategy="arbitrage", bundle=0, stake_units=3.0, bookmaker="betmgm"),
    ]
    kept, vetoes = within(Limits(per_bet=0.02, per_game=0.02), 100.0, [*legs, BET])
    assert kept == [BET]  # the leg of one unit was taken back, or this would not fit
    assert [one.verdict for one in vetoes] == [Verdict.OTHER_LEG, Verdict.LIMIT_PER_BET]
    alike = [replace(leg, strategy="other", bundle=0) for leg in legs]
    assert within(Limits(per_bet=0.03, per_game=0.08), 100.0, [*legs, *alike])[1] == []


def test_limits_come_from_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not card_limits()
    monkeypatch.setenv("LIMIT_PER_DAY", "0.1")
    get_settings.cache_clear()
    assert card_limits() == Limits(per_day=0.1)
    monkeypatch.setenv("LIMIT_PER_DAY", "1.5")
    get_settings.cache_clear()
    with pytest.raises(SettingsError, match="LIMIT_PER_DAY"):
        card_limits()
