"""The track record that the warehouse keeps by itself: the card's strategies over each season.

One run for each strategy and sport, over the newest season with games that somebody watched before
their start and that are over; made where there is none yet, and anew every four weeks while the
season goes on. They are runs like any other: the same gate, and each counts as one that was tried.
"""

from datetime import date, datetime, timedelta

from linehouse import clock
from linehouse.backtest import store, tables
from linehouse.backtest.request import BacktestRequest
from linehouse.backtest.result import BacktestResult
from linehouse.database import connect
from linehouse.days import eastern_day
from linehouse.market.load import MORNING_HOUR
from linehouse.settings import Mode, get_settings

BASELINE = "flat"
"""Tried besides the strategies that the card is chosen by: it knows nothing."""
RENEWED_AFTER = timedelta(days=28)
SEASONS = """
select distinct on (games.sport_key)
    games.sport_key, min(games.game_date_et), max(games.game_date_et)
from curated.enhanced_games as games
where
    games.status = 'final' and games.game_date_et < %s
    and exists (
        select from curated.closing_lines as closing
        where closing.game_id = games.game_id and closing.closed_at is not null
    )
group by games.sport_key, games.season
order by games.sport_key, max(games.game_date_et) desc
"""
STANDS = """
select exists (
    select from curated.strategy_results
    where variant_id = %s and start_date_et <= %s and end_date_et > %s
)
"""


def due(mode: Mode, at: datetime | None = None) -> list[BacktestRequest]:
    """What is not told yet, or was told four weeks ago; nothing where no game is over.

    A day's results count from the next morning, as in `team_stats_daily`, so that no game of the
    last day is still played.

    Args:
        mode: whose games.
        at: the moment; without it the clock of the mode.

    Raises:
        KeyError: CARD_STRATEGIES names no strategy.
        SandboxUnreachableError: no moment is given, and the simulator does not tell its own.
    """
    this_morning = eastern_day((at or clock.now(mode)) - timedelta(hours=MORNING_HOUR))
    with connect(mode) as connection:
        seasons: list[tuple[str, date, date]] = connection.execute(
            SEASONS, [this_morning]
        ).fetchall()
        strategies = dict.fromkeys((BASELINE, *get_settings().card_strategies))
        wanted = [
            BacktestRequest(strategy, first, last, sport=sport_key)
            for sport_key, first, last in seasons
            for strategy in strategies
        ]
        return [
            request
            for request in wanted
            if connection.execute(
                STANDS,
                [
                    tables.variant_id(request.as_dict()),
                    request.start,
                    request.end - RENEWED_AFTER,
                ],
            ).fetchone()
            == (False,)
        ]


def bring_up_to_date(mode: Mode, task: str | None = None) -> list[BacktestResult]:
    """Run what is due and publish it; the results as they are stored.

    Args:
        mode: whose warehouse.
        task: the run of a DAG that asks, for ops.promotions.

    Raises:
        GateFailed: a result breaks an expectation; the text says which.
    """
    return [store.run_and_store(request, mode, task=task) for request in due(mode)]
