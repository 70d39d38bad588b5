"""What came of the games of a view, and where their markets closed. No strategy ever holds this."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from numpy.typing import NDArray

from linehouse.betting.games import Games, Status, codes, innings_played, numbers, times
from linehouse.betting.odds import Floats
from linehouse.betting.settlement import Market, Side
from linehouse.betting.settlement_rules import Rules
from linehouse.market import queries
from linehouse.market.games import ViewGames, eastern_days
from linehouse.market.prices import exact_prices
from linehouse.market.view import Bools, MarketView

FACTS = """
select
    games.game_id, games.league, games.season, games.status, games.home_score, games.away_score,
    games.game_date_et as played_date, games.known_on_et as known_date, games.commence_at,
    games.last_observed_at as seen_at, games.is_valid,
    coalesce(games.commence_at, games.first_observed_at) is not null as is_timed,
    array_to_string(games.validation_notes, ',') as notes,
    array_to_string(coalesce(periods.home_periods, unfinished.home_periods), ',')
        as home_periods,
    array_to_string(coalesce(periods.away_periods, unfinished.away_periods), ',')
        as away_periods,
    periods.scheduled_periods,
    halts.resumed_at, halts.home_score as halted_home, halts.away_score as halted_away,
    array_to_string(halts.home_periods, ',') as halted_home_periods,
    array_to_string(halts.away_periods, ',') as halted_away_periods
from curated.enhanced_games as games
left join staging.period_scores as periods on games.game_id = periods.game_id
left join staging.game_halts as halts on games.game_id = halts.game_id
left join staging.game_halts as unfinished
    on games.game_id = unfinished.game_id and games.status = 'suspended'
where games.game_id = any(%(games)s::uuid[])
"""

CLOSES = """
select
    game_id, source, bookmaker, market, period, side, point, price_american as american,
    price_decimal as decimal, is_primary_source, is_valid or %(as_filed)s as is_believed
from curated.closing_lines
where game_id = any(%(games)s::uuid[])
    and market in ('h2h', 'spreads', 'totals') and side in ('home', 'away', 'over', 'under')
"""

RULES = "select * from reference.settlement_rules"
SEVEN_INNING_SEASONS, SEVEN = ("2020", "2021"), 7
"""Seasons of the MLB in which the games of doubleheaders were meant to last seven innings."""
KEYS = ["game_id", "bookmaker", "market", "period", "side"]


@dataclass(frozen=True)
class Outcomes:
    """What became of the `g` games of a view, in its order.

    Attributes:
        games: facts that settle bets; those of flagged games are unknown unless taken as filed.
        settled_on: day (US Eastern) on which a game was over and its result known (g,): its slate
            day, or a later one where it was resumed; never before its decision.
        flagged: rules that the game breaks, comma-separated (g,): its result is not believed.
    """

    games: Games
    settled_on: NDArray[np.datetime64]
    flagged: NDArray[Any]

    def __post_init__(self) -> None:
        if {len(self.settled_on), len(self.flagged)} != {len(self.games)}:
            raise ValueError("there must be one of everything a game")


@dataclass(frozen=True)
class Closes:
    """Where the market of each of `n` prices of a view closed, at its own book; NaN where unknown.

    Attributes:
        exists: the book has a closing line for the market (n,).
        point, decimal: of the same side (n,).
        other_decimal: of the other side at the closing point (n,).
        rejected: all closing lines that it has broke a rule, and are not told (n,); None: nowhere.
    """

    exists: Bools
    point: Floats
    decimal: Floats
    other_decimal: Floats
    rejected: Bools | None = None

    def __post_init__(self) -> None:
        told = [one for one in vars(self).values() if one is not None]
        if {len(one) for one in told} - {len(self.point)}:
            raise ValueError("there must be one of everything a price")

    @classmethod
    def none(cls, size: int) -> "Closes":
        """No closes at all."""
        unknown = np.full(size, np.nan)
        return cls(np.zeros(size, dtype=bool), unknown, unknown, unknown)


def load_rules(connection: psycopg.Connection[Any]) -> Rules:
    """The settlement rules as they are deployed."""
    with connection.cursor() as cursor:
        cursor.execute(RULES)
        names = [column.name for column in cursor.description or ()]
        rows = cursor.fetchall()
    return Rules(
        {
            name: "" if one is None else str(one).lower() if isinstance(one, bool) else str(one)
            for name, one in zip(names, row, strict=True)
        }
        for row in rows
    )


def load_outcomes(
    connection: psycopg.Connection[Any], games: ViewGames, as_filed: bool = False
) -> Outcomes:
    """Results of the games of a view.

    Args:
        connection: to the warehouse; read only.
        games: of the view.
        as_filed: believe flagged games, take one with two scores that nobody watched (an archive's)
            for final, and every final one for played in full.
    """
    found = queries.frame(connection, FACTS, {"games": games.game_id.tolist()})
    found = found.set_index("game_id").reindex(games.game_id)
    if found["league"].isna().any():
        raise ValueError("a game of the view is no longer in the warehouse: load the view anew")
    status = codes(found["status"], Status)
    home, away = numbers(found["home_score"]), numbers(found["away_score"])
    believed = found["is_valid"].to_numpy(dtype=bool)
    if as_filed:
        status[_over_as_filed(found, status, np.isfinite(home + away))] = Status.FINAL
    else:
        home, away = np.where(believed, home, np.nan), np.where(believed, away, np.nan)
    lines = _line_scores(found, ("home_periods", "away_periods"))
    halts = _line_scores(found, ("halted_home_periods", "halted_away_periods"))
    has_lines, baseball = lines[0].shape[1] > 0, found["league"].to_numpy() == "mlb"
    played_on, known_on = times(found["played_date"], "D"), times(found["known_date"], "D")
    seen_at, resumed_at = (times(found[name], "s") for name in ("seen_at", "resumed_at"))
    flags = found["notes"].fillna("").to_numpy(dtype=object)
    return Outcomes(
        Games(
            league=found["league"].to_numpy(dtype=object),
            status=status,
            home_score=home,
            away_score=away,
            home_segments=lines[0] if has_lines else None,
            away_segments=lines[1] if has_lines else None,
            played=None if as_filed else np.where(baseball, _length(found, lines), np.nan),
            scheduled=None if as_filed else numbers(found["scheduled_periods"]),
            started_at=times(found["commence_at"], "s"),
            started_on=played_on,
            resumed_at=resumed_at,
            resumed_on=eastern_days(resumed_at),
            halted_home=numbers(found["halted_home"]),
            halted_away=numbers(found["halted_away"]),
            halted_played=np.where(baseball, innings_played(*halts), np.nan),
            seen_at=seen_at,
            seen_on=eastern_days(seen_at),
        ),
        np.fmax(np.fmax(played_on, known_on), games.decision_day),
        np.where(believed, "", flags),
    )


def _over_as_filed(found: pd.DataFrame, status: NDArray[np.int8], scored: Bools) -> Bools:
    """Games that an archive has a score of (g,); what somebody watched is what its status says."""
    watched = found["is_timed"].to_numpy(dtype=bool)
    return scored & ~watched & ~np.isin(status, (Status.SCHEDULED, Status.LIVE))


def load_closes(
    connection: psycopg.Connection[Any], view: MarketView, as_filed: bool = False
) -> Closes:
    """The closing lines of the prices of a view, of the same source where it has one.

    Args:
        connection: to the warehouse; read only.
        view: whose prices they are.
        as_filed: lines that broke a rule too.
    """
    asked = {"games": view.games.game_id.tolist(), "as_filed": as_filed}
    found = queries.frame(connection, CLOSES, asked)
    believed = found["is_believed"].astype(bool)
    refused, found = found.loc[~believed, KEYS].drop_duplicates(), found[believed].copy()
    found["close"] = exact_prices(found["american"], found["decimal"])
    rows = pd.DataFrame(
        {
            "game_id": view.games.game_id[view.game],
            "bookmaker": view.bookmaker,
            "market": np.array([one.name.lower() for one in Market], dtype=object)[view.market],
            "period": view.period,
            "side": np.array([one.name.lower() for one in Side], dtype=object)[view.side],
            "source": view.source,
        }
    )
    found = found.merge(
        rows[["game_id", "bookmaker", "market", "period", "source"]].drop_duplicates().rename(
            columns={"source": "bet_source"}
        ),
        on=["game_id", "bookmaker", "market", "period"],
    )  # fmt: skip
    found["other"] = found["source"] != found["bet_source"]
    found["distrusted"] = ~found["is_primary_source"].astype(bool)
    found = found.sort_values([*KEYS, "other", "distrusted", "source"]).drop_duplicates(KEYS)
    sides = {"home": "away", "away": "home", "over": "under", "under": "over"}
    across = found.assign(side=found["side"].map(sides))
    both = found.merge(across, how="left", on=KEYS, suffixes=("", "_across"))
    # the other side counts at the same line alone
    mirrored = np.where(both["market"] == "spreads", -both["point_across"], both["point_across"])
    same = np.isnan(numbers(both["point"])) | (numbers(both["point"]) == mirrored)
    both["close_across"] = np.where(same, numbers(both["close_across"]), np.nan)
    joined = rows.merge(both, how="left", on=KEYS, suffixes=("", "_close"))
    exists = joined["is_primary_source"].notna().to_numpy()
    known = rows[KEYS].merge(refused.assign(refused=True), how="left", on=KEYS)
    rejected = known["refused"].notna().to_numpy() & ~exists
    return Closes(
        exists | rejected,
        numbers(joined["point"]),
        numbers(joined["close"]),
        numbers(joined["close_across"]),
        rejected,
    )


def _line_scores(found: pd.DataFrame, names: tuple[str, str]) -> list[Floats]:
    """Points by period of both sides (g, s) each, from texts such as `28,31,24,30`."""
    told = [[text.split(",") if text else [] for text in found[name].fillna("")] for name in names]
    width = max((len(points) for side in told for points in side), default=0)
    lines = [np.full((len(found), width), np.nan) for _ in names]
    for line, side in zip(lines, told, strict=True):
        for place, points in enumerate(side):
            line[place, : len(points)] = points
    return lines


def _length(found: pd.DataFrame, lines: list[Floats]) -> Floats:
    """Innings of the games whose line score is known (g,). A home side that does not lead bats to
    the end: a last half of it that is not told was left out. Where nobody tells how long a game
    was meant to last, seven innings of a season in which some were may be the whole of it."""
    innings = innings_played(lines[0], lines[1])
    behind = numbers(found["home_score"]) <= numbers(found["away_score"])
    innings = np.where(behind, np.ceil(innings), innings)
    untold = np.isnan(numbers(found["scheduled_periods"]))
    may_be_whole = untold & found["season"].isin(SEVEN_INNING_SEASONS).to_numpy()
    return np.where(may_be_whole & (innings >= SEVEN - 0.5), np.nan, innings)
