"""Positive expected value: retail prices that beat the no-vig price of the sharp books.

Sharp books (Pinnacle, Circa Sports) move first and hold little, so their price without its margin
is the best public estimate of a game. A retail book that pays more than that estimate is fair for
is worth a bet. Flat stakes; one bet per game and market, the one with the highest expected value.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pandas as pd

from linehouse.betting.odds import expected_value
from linehouse.settings import get_settings
from linehouse.strategies.base import Bet

NAME = "positive_ev"

SUSPICIOUS_EV_PCT = 10.0
"""Above this an edge is more often a stale or wrong price than a gift: confidence falls."""


def default_parameters() -> dict[str, Any]:
    """Books, least EV in per cent, markets, periods, flat stake, oldest usable price."""
    settings = get_settings()
    return {
        "sharp_bookmakers": settings.sharp_bookmakers,
        "retail_bookmakers": ("fanduel", "draftkings", "betmgm"),
        "minimum_ev_pct": settings.minimum_ev_pct,
        "markets": ("h2h", "spreads", "totals"),
        "periods": ("full",),
        "stake_units": settings.flat_stake_units,
        "maximum_price_age_minutes": 60,
    }


def propose(opportunities: pd.DataFrame, parameters: Mapping[str, Any], at: datetime) -> list[Bet]:
    """Bets on the opportunities as known at `at` (UTC), highest expected value first.

    Args:
        opportunities: rows of `curated.opportunities`.
        parameters: names as in `default_parameters`; those left out keep their defaults.
        at: the decision time; games that have started and prices older than
            `maximum_price_age_minutes` are left out.
    """
    chosen = {**default_parameters(), **parameters}
    if opportunities.empty:
        return []
    ev_pct = 100 * (
        opportunities["sharp_prob"].astype(float) * opportunities["price_decimal"].astype(float) - 1
    )
    oldest = at - timedelta(minutes=chosen["maximum_price_age_minutes"])
    usable = opportunities.assign(ev_pct=ev_pct)[
        (pd.to_datetime(opportunities["commence_at"], utc=True) > at)
        & (pd.to_datetime(opportunities["observed_at"], utc=True) >= oldest)
        & (pd.to_datetime(opportunities["observed_at"], utc=True) <= at)
        & opportunities["bookmaker"].isin(chosen["retail_bookmakers"])
        & ~opportunities["bookmaker"].isin(chosen["sharp_bookmakers"])
        & opportunities["market"].isin(chosen["markets"])
        & opportunities["period"].isin(chosen["periods"])
        & (ev_pct >= chosen["minimum_ev_pct"])
    ]
    best = usable.sort_values(
        ["ev_pct", "game_id", "market", "bookmaker", "side"],
        ascending=[False, True, True, True, True],
        key=lambda column: column if column.name == "ev_pct" else column.astype(str),
    ).drop_duplicates(["game_id", "market"])
    return [_bet(row, chosen, at) for row in best.to_dict("records")]


def _bet(row: Mapping[str, Any], parameters: Mapping[str, Any], at: datetime) -> Bet:
    probability, decimal = float(row["sharp_prob"]), float(row["price_decimal"])
    ev_pct = 100 * expected_value(probability, decimal)
    sharp_count = int(row["sharp_bookmaker_count"])
    quality = None if pd.isna(row["quality_score"]) else float(row["quality_score"])
    age = at - pd.Timestamp(row["observed_at"]).to_pydatetime()
    point = None if pd.isna(row["point"]) else float(row["point"])
    return Bet(
        strategy=NAME,
        game_id=str(row["game_id"]),
        sport_key=row["sport_key"],
        commence_at=pd.Timestamp(row["commence_at"]).to_pydatetime(),
        home_team=row["home_team"],
        away_team=row["away_team"],
        bookmaker=row["bookmaker"],
        market=row["market"],
        period=row["period"],
        side=row["side"],
        point=point,
        price_american=int(row["price_american"]),
        price_decimal=decimal,
        probability=round(probability, 6),
        ev_pct=round(ev_pct, 4),
        stake_units=float(parameters["stake_units"]),
        rationale=_rationale(row, point, probability, decimal, ev_pct, sharp_count),
        confidence=_confidence(
            ev_pct,
            sharp_count,
            age_share=age / timedelta(minutes=parameters["maximum_price_age_minutes"]),
            quality_score=quality,
        ),
        source_observed_at=pd.Timestamp(row["observed_at"]).to_pydatetime(),
        batch_id=str(row["batch_id"]),
        quality_score=quality,
        line_id=None if pd.isna(row.get("line_id")) else str(row["line_id"]),
    )


def _confidence(
    ev_pct: float, sharp_count: int, age_share: float, quality_score: float | None
) -> float:
    """0 to 1: half for one sharp book, three quarters for two; less for an old price (down to
    half at the age limit), for an edge too good to be true, and for data of low quality."""
    agreement = 1 - 0.5 ** max(sharp_count, 1)
    freshness = 1 - 0.5 * min(max(age_share, 0.0), 1.0)
    plausibility = min(1.0, SUSPICIOUS_EV_PCT / ev_pct) if ev_pct > 0 else 1.0
    quality = 1.0 if quality_score is None else min(max(quality_score, 0.0), 1.0)
    return round(agreement * freshness * plausibility * quality, 4)


def _rationale(
    row: Mapping[str, Any],
    point: float | None,
    probability: float,
    decimal: float,
    ev_pct: float,
    sharp_count: int,
) -> str:
    books = "one sharp book makes" if sharp_count == 1 else f"{sharp_count} sharp books make"
    return (
        f"{row['bookmaker']} pays {int(row['price_american']):+d} ({decimal:.3f}) on "
        f"{selection(row['market'], row['side'], point, row['home_team'], row['away_team'])}; "
        f"without margin {books} it {100 * probability:.1f} %, "
        f"so a unit staked is worth {ev_pct:+.1f} %."
    )


def selection(market: str, side: str, point: float | None, home_team: str, away_team: str) -> str:
    """A bet in words: `Boston Celtics -3.5`, `over 221.5`, `Boston Celtics to win`."""
    if market == "totals":
        return f"{side} {point:g}"
    team = home_team if side == "home" else away_team
    return f"{team} to win" if market == "h2h" else f"{team} {point:+g}"
