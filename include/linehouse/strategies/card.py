"""The betting card: what the strategies choose from the market as it stands, through the gate."""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import pandas as pd
from psycopg.rows import dict_row

from linehouse import clock
from linehouse.betting.odds import american_from_decimal
from linehouse.betting.settlement import Market, Side
from linehouse.database import connect
from linehouse.days import EASTERN
from linehouse.market.decision import Decision
from linehouse.market.load import ViewRequest, load_view
from linehouse.market.view import MarketView
from linehouse.promotion import PromotionResult, publish_python
from linehouse.settings import Mode, get_settings
from linehouse.strategies import registry
from linehouse.strategies.base import Bet, Proposals
from linehouse.strategies.card_limits import AtStake, Veto, card_limits, within
from linehouse.strategies.price_life import times_to_live

log = logging.getLogger(__name__)

LONGEST_GAME = timedelta(days=1)
"""A game that began earlier is at stake no more, whatever its status says."""
AT_STAKE = """
select
    card.game_id::text as game_id, card.bookmaker, card.card_date_et as day,
    card.stake_units::float8 as units
from curated.betting_card as card
left join curated.enhanced_games as games using (game_id)
where
    card.commence_at <= %(at)s and card.commence_at > %(since)s
    and coalesce(games.status, 'live') not in ('final', 'cancelled', 'postponed')
order by card.card_id
"""


class CardError(ValueError):
    """A strategy of CARD_STRATEGIES that cannot choose the card."""


def choose(
    mode: Mode,
    run_id: str | None = None,
    strategies: Iterable[str] | None = None,
    *,
    at: datetime | None = None,
) -> PromotionResult:
    """Run the strategies on what is known now and publish their card.

    The card of every game that has not started is chosen anew; the rows of games that have
    started stay as they were. A bet that is chosen again at the same price keeps its row: when it
    was first chosen, and what was known then. What a limit of the settings vetoes is not on the
    card, and said in the log.

    Args:
        mode: whose warehouse.
        run_id: of the run that it is chosen in.
        strategies: their names; those of the settings if left out.
        at: now (UTC); by the clock of the mode if left out.

    Raises:
        CardError: no such strategy, or one that cannot choose the card.
        GateFailed: the card did not pass its gate; the published one stays.
    """
    names = tuple(get_settings().card_strategies if strategies is None else strategies)
    for name in names:
        _require_live(name)
    at = at or clock.now(mode)
    view, standing, at_stake = _read(mode, at)
    known = {row["card_id"]: row for row in standing}
    proposed = [bet for name in names for bet in propose(name, view)]
    proposed.sort(key=lambda bet: _card_id(bet) not in known)  # what stands goes first
    bets, vetoes = within(card_limits(), get_settings().bankroll_units, proposed, at_stake)
    for veto in vetoes:
        log.warning("Not on the card: %s", _in_words(veto))
    lives = times_to_live(mode, {UUID(bet.line_id) for bet in bets if bet.line_id}, at)
    rows = rows_of(bets, at, known, lives)
    touched = {UUID(str(row["game_id"])) for row in (*rows, *standing)}
    return publish_python(mode, {"betting_card": rows}, touched, run_id)


def _require_live(name: str) -> None:
    try:
        needs = registry.get(name).NEEDS
    except KeyError as error:
        raise CardError(f"CARD_STRATEGIES: {error.args[0]}") from None
    if "history" in needs:
        raise CardError(
            f"CARD_STRATEGIES: {name} learns from past results, which are not in the market as it"
            " stands; it bets in backtests alone"
        )


def _in_words(veto: Veto) -> str:
    bet = veto.bet
    point = "" if bet.point is None else f" {bet.point:g}"
    return (
        f"{bet.strategy} wanted {bet.stake_units:g} units on {bet.side}{point} ({bet.market},"
        f" {bet.away_team} at {bet.home_team}) at {bet.bookmaker}:"
        f" {veto.verdict.name.lower().replace('_', ' ')}"
    )


def propose(strategy: str, view: MarketView, given: Mapping[str, Any] | None = None) -> list[Bet]:
    """Bets of a strategy on a view: highest expected value first, those without one at the end; a
    stated value of 0 or less is no bet."""
    found = registry.get(strategy)
    parameters = registry.resolved(strategy, given)
    chosen = found.propose(view, parameters, None)
    ev_pct = 100 * (chosen.probability * view.decimal[chosen.rows] - 1)
    best_first = np.argsort(-ev_pct, kind="stable")
    best_first = best_first[~(ev_pct[best_first] <= 0)]
    chosen, ev_pct = chosen.chosen(best_first), ev_pct[best_first]
    told = found.explain(view, chosen, parameters)
    return [
        _bet(strategy, view, row, place, chosen, float(ev_pct[place]), told[place], parameters)
        for place, row in enumerate(chosen.rows.tolist())
    ]


def _bet(
    strategy: str,
    view: MarketView,
    row: int,
    place: int,
    chosen: Proposals,
    ev_pct: float,
    rationale: str,
    parameters: Mapping[str, Any],
) -> Bet:
    games, game = view.games, int(view.game[row])
    point, quality = float(view.point[row]), float(view.quality[row])
    decimal, probability = float(view.decimal[row]), float(chosen.probability[place])
    share = float(chosen.share[place])
    stake = float(parameters.get("stake_units", get_settings().flat_stake_units))
    return Bet(
        strategy=strategy,
        game_id=games.game_id[game],
        sport_key=games.sport_key[game],
        commence_at=_utc(games.commence_at[game]),
        home_team=games.home_team[game],
        away_team=games.away_team[game],
        bookmaker=view.bookmaker[row],
        market=Market(view.market[row]).name.lower(),
        period=view.period[row],
        side=Side(view.side[row]).name.lower(),
        point=None if np.isnan(point) else point,
        price_american=round(american_from_decimal(decimal)),
        price_decimal=round(decimal, 6),
        probability=None if np.isnan(probability) else round(probability, 6),
        ev_pct=None if np.isnan(ev_pct) else round(ev_pct, 4),
        stake_units=stake if np.isnan(share) else round(stake * share, 6),
        rationale=rationale,
        confidence=float(chosen.confidence[place]),
        source_observed_at=_utc(view.observed_at[row]),
        batch_id=view.batch_id[row],
        quality_score=None if np.isnan(quality) else quality,
        line_id=view.line_id[row] or None,
        bundle=int(chosen.bundle[place]),
    )


def _utc(moment: np.datetime64) -> datetime:
    found: datetime = pd.Timestamp(moment).tz_localize("UTC").to_pydatetime()
    return found


def rows_of(
    bets: Iterable[Bet],
    at: datetime,
    standing: Mapping[UUID, dict[str, Any]],
    lives: Mapping[UUID, float] = MappingProxyType({}),
) -> list[dict[str, Any]]:
    """Rows of `curated.betting_card`; those that stand on it already are kept as they are.

    `lives`: seconds that a line is likely to stand yet, where that is known.
    """
    told = list(bets)
    ids = [_card_id(bet) for bet in told]
    bundles: dict[tuple[str, int], list[UUID]] = {}
    for bet, card_id in zip(told, ids, strict=True):
        if bet.bundle >= 0:
            bundles.setdefault((bet.strategy, bet.bundle), []).append(card_id)
    rows = []
    for bet, card_id in zip(told, ids, strict=True):
        together = bundles.get((bet.strategy, bet.bundle), [])
        line_id = UUID(bet.line_id) if bet.line_id else None
        fresh = {
            **{name: value for name, value in asdict(bet).items() if name != "bundle"},
            "card_id": card_id,
            "game_id": UUID(bet.game_id),
            "batch_id": UUID(bet.batch_id),
            "line_id": line_id,
            "bundle_id": _bundle_id(together) if together else None,
            "time_to_live_seconds": lives.get(line_id) if line_id else None,
            "card_date_et": bet.commence_at.astimezone(EASTERN).date(),
            "chosen_at": at,
        }
        stands = card_id in standing and (
            standing[card_id].get("bundle_id") == fresh["bundle_id"]
            and all(one in standing for one in together)
        )
        rows.append({name: standing[card_id][name] for name in fresh} if stands else fresh)
    return rows


def _bundle_id(card_ids: Iterable[UUID]) -> UUID:
    return uuid5(NAMESPACE_URL, "linehouse:bundle:" + "|".join(sorted(map(str, card_ids))))


def _card_id(bet: Bet) -> UUID:
    parts = (
        bet.strategy,
        bet.game_id,
        bet.bookmaker,
        bet.market,
        bet.period,
        bet.side,
        bet.point,
        bet.price_american,
    )
    return uuid5(NAMESPACE_URL, "linehouse:card:" + "|".join(map(str, parts)))


def _read(mode: Mode, at: datetime) -> tuple[MarketView, list[dict[str, Any]], list[AtStake]]:
    """The market as it stands, the card rows of games that have not started, and what is at stake
    on games that are not over, in one snapshot."""
    with connect(mode) as connection, connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("set transaction isolation level repeatable read, read only")
        loaded = load_view(connection, ViewRequest(Decision(at=at)))
        cursor.execute("select * from curated.betting_card where commence_at > %s", [at])
        standing = cursor.fetchall()
        cursor.execute(AT_STAKE, {"at": at, "since": at - LONGEST_GAME})
        return loaded.view, standing, [AtStake(**row) for row in cursor.fetchall()]
