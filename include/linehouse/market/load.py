"""Views from the warehouse: of a range of days, or now; everything for all games at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import psycopg
from numpy.typing import NDArray

from linehouse.betting.games import Times
from linehouse.days import eastern_day
from linehouse.market import queries
from linehouse.market.build import FEATURES, build_view
from linehouse.market.decision import Decision, looked_up, moments
from linehouse.market.games import eastern_days, mornings
from linehouse.market.prices import with_prices
from linehouse.market.view import MarketView

DEFAULT_AGE_MINUTES = 60.0
MORNING_HOUR = 9
"""From this Eastern hour on what `team_stats_daily` says of a morning is known."""
LINE = ["game_id", "bookmaker", "market", "period"]


@dataclass(frozen=True)
class ViewRequest:
    """What a view shows.

    Attributes:
        decision: when each game is decided.
        start, end: first and last slate day (US Eastern); of a decision now the days around it.
        sport_key: one sport, or all.
        books: where bets are allowed, or everywhere; other books are shown to compare.
        maximum_age_minutes: oldest usable price at the decision, by the last look at the source.
        as_filed: rows that broke a rule too.
        assumed_american: price of spreads and totals that have none; None leaves them out.
        features: with the figures of the teams.
        markets, periods: whose first line decides a game at `open`; None for any.
        bets_from: first slate day on which bets are allowed; games before it are there to learn
            from. None: the first one.
    """

    decision: Decision
    start: date | None = None
    end: date | None = None
    sport_key: str | None = None
    books: tuple[str, ...] | None = None
    maximum_age_minutes: float = DEFAULT_AGE_MINUTES
    as_filed: bool = False
    assumed_american: float | None = None
    features: bool = False
    bets_from: date | None = None
    markets: tuple[str, ...] | None = None
    periods: tuple[str, ...] | None = None

    def __post_init__(self) -> None:
        if self.decision.at is None and (self.start is None or self.end is None):
            raise ValueError("a view of the past needs its first and last day")
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError(f"from {self.start} to {self.end} are no days")
        if self.maximum_age_minutes <= 0:
            raise ValueError(f"prices of at most {self.maximum_age_minutes} minutes: none would do")

    @property
    def days(self) -> tuple[date, date]:
        """First and last slate day."""
        if self.start is not None and self.end is not None:
            return self.start, self.end
        assert self.decision.at is not None
        today = eastern_day(self.decision.at)
        return today - timedelta(days=1), today + timedelta(days=30)

    @property
    def first_line(self) -> dict[str, Any]:
        """What makes a line one that decides a game at `open`, as parameters."""
        asked = {"books": self.books, "markets": self.markets, "periods": self.periods}
        listed = {name: None if one is None else list(one) for name, one in asked.items()}
        return {**listed, "as_filed": self.as_filed}


@dataclass(frozen=True)
class LoadedView:
    """A view, and what is not in it.

    Attributes:
        view: of the games that are decided.
        games: how many games there are on the days of bets.
        left_out: number of prices and games of these days that are not in the view, by reason.
        taught: games in the view that are of earlier days, to learn from.
    """

    view: MarketView
    games: int
    left_out: dict[str, int] = field(default_factory=dict)
    taught: int = 0


def load_view(connection: psycopg.Connection[Any], request: ViewRequest) -> LoadedView:
    """The market as it was knowable when each game was decided. Reads only; set-based."""
    first, last = request.days
    games = queries.frame(
        connection, queries.GAMES, {"start": first, "end": last, "sport": request.sport_key}
    )
    known = games
    if request.decision.at is not None:  # now, what is flagged now is known
        known = games[games["is_valid"].astype(bool)]
    decided = _decided(connection, known, request)
    decided = decided[_in_range(decided, request)].reset_index(drop=True)
    put_off = _days(games) > np.datetime64(last, "D")
    games = games[~put_off | games["game_id"].isin(decided["game_id"])]
    betting = games.loc[_bet_on(games, request), "game_id"]
    count = len(betting)
    lines, left_out = _lines(connection, decided, request, betting)
    labelled = ~decided["start_told"] | decided["game_id"].isin(lines["game_id"])
    decided = decided[decided["decision_at"].notna() | labelled].reset_index(drop=True)
    may_bet = _bet_on(decided, request)
    _count(left_out, "games_not_decided", count - int(may_bet.sum()))
    decided = _with_features(connection, decided, request)
    timed = decided[decided["decision_at"].notna()]
    asked = _asked(timed)
    signals = queries.frame(connection, queries.SIGNALS, asked)
    splits = queries.frame(connection, queries.SPLITS, asked)
    if len(splits):
        lines = lines.merge(splits, how="left", on=["game_id", "market", "period", "side"])
    lines["allowed"] = lines["game_id"].isin(betting)
    if request.books is not None:
        lines["allowed"] &= lines["bookmaker"].isin(request.books)
    taught = int((~may_bet).sum())
    return LoadedView(build_view(decided, lines, signals), count, left_out, taught)


def _bet_on(games: pd.DataFrame, request: ViewRequest) -> NDArray[np.bool_]:
    """Games of days on which bets are allowed (g,)."""
    if request.bets_from is None:
        return np.ones(len(games), dtype=bool)
    return np.asarray(_days(games) >= np.datetime64(request.bets_from, "D"))


def _in_range(decided: pd.DataFrame, request: ViewRequest) -> NDArray[np.bool_]:
    """Games of the days, and those that were listed for a day of bets when they were decided and
    put off beyond the last (g,)."""
    first, last = (np.datetime64(day, "D") for day in request.days)
    if request.bets_from is not None:
        first = np.datetime64(request.bets_from, "D")
    listed = eastern_days(decided["commence_at"].to_numpy())
    return np.asarray((_days(decided) <= last) | ((listed >= first) & (listed <= last)))


def _days(games: pd.DataFrame) -> NDArray[np.datetime64]:
    """Slate days as last told (g,)."""
    return games["game_date"].to_numpy().astype("datetime64[D]")


def _asked(timed: pd.DataFrame) -> dict[str, Any]:
    """Games and their moments, as parameters."""
    zoned = timed["decision_at"].dt.tz_localize("UTC")
    at = [None if pd.isna(one) else one.isoformat() for one in zoned]
    return {"games": timed["game_id"].tolist(), "at": at}


def _decided(
    connection: psycopg.Connection[Any], games: pd.DataFrame, request: ViewRequest
) -> pd.DataFrame:
    """Games with their moments. Those without a start are decided by label, or not at all."""
    asked = {"games": games["game_id"].tolist()}
    starts = queries.frame(connection, queries.STARTS, asked)
    label, first_seen = request.decision.label, None
    if label is not None:
        first_seen = queries.frame(connection, queries.FIRST_SEEN, {**asked, **request.first_line})
    found = moments(request.decision, starts, first_seen)
    decided = games.merge(found, how="left", on="game_id")
    decided["start_told"] = decided["game_id"].isin(starts["game_id"])
    by_label = _by_label(decided, label, first_seen)
    decided = decided[decided["decision_at"].notna() | by_label]
    for name in ("decision_at", "commence_at"):
        decided[name] = decided[name].astype("datetime64[us]")
    return decided.reset_index(drop=True)


def _by_label(
    games: pd.DataFrame, label: str | None, watched: pd.DataFrame | None
) -> NDArray[np.bool_]:
    """Games that are decided by what is labelled so, if they have no moment (g,): those that nobody
    watched; at the close, those of which no start is told either."""
    if watched is None:
        return np.zeros(len(games), dtype=bool)
    timed = games["game_id"].isin(watched["game_id"])
    if label == "close":
        timed |= games["start_told"]
    return ~timed.to_numpy(dtype=bool)


def _lines(
    connection: psycopg.Connection[Any],
    decided: pd.DataFrame,
    request: ViewRequest,
    betting: "pd.Series[str]",
) -> tuple[pd.DataFrame, dict[str, int]]:
    """The line in force of each book, market, period and side; those left out of the games that
    are bet on, by reason."""
    timed = decided[decided["decision_at"].notna()]
    given = {**_asked(timed), "as_filed": request.as_filed}
    standing = queries.frame(connection, queries.STANDING, given)
    opened = queries.frame(connection, queries.OPENINGS, given)
    left_out: dict[str, int] = {}
    at = looked_up(standing["game_id"], timed["game_id"], timed["decision_at"])
    age = at - standing["observed_at"].to_numpy().astype("datetime64[us]")
    fresh = age <= pd.Timedelta(minutes=request.maximum_age_minutes).to_timedelta64()
    _count(left_out, "prices_too_old", ~fresh & standing["game_id"].isin(betting))
    standing = standing[fresh]
    if request.decision.label == "open" and not request.as_filed:
        untimed = decided.loc[decided["decision_at"].isna(), "game_id"]
        judged = queries.frame(connection, queries.JUDGED_BY_CLOSE, {"games": untimed.tolist()})
        _count(left_out, "openings_judged_by_close", judged["game_id"].isin(betting))
    if request.decision.label is not None:
        labelled = queries.frame(
            connection,
            queries.LABELLED,
            {**_asked(decided), "label": request.decision.label, "as_filed": request.as_filed},
        )
        is_wanted = labelled["at_opening"].astype(bool) == (request.decision.label == "open")
        first = labelled[labelled["at_opening"].astype(bool)]
        renamed = {"point": "opening_point", "decimal": "opening_decimal"}
        names = [*LINE, "source", "side", *renamed.values()]
        opened = _stacked(opened, first.rename(columns=renamed)[names])
        standing = _stacked(standing, labelled[is_wanted])
    standing = _one_source(standing)
    bet_on = standing["game_id"].isin(betting)
    standing, priceless = with_prices(standing, request.assumed_american)
    _count(left_out, "lines_without_price", priceless & bet_on)
    opened = opened.drop_duplicates([*LINE, "source", "side"])
    return standing.merge(opened, how="left", on=[*LINE, "source", "side"]), left_out


def _one_source(lines: pd.DataFrame) -> pd.DataFrame:
    """Of several sources that tell one book's line the most trusted, and one row a side."""
    told = [*LINE, "precedence"]
    best = lines[told].sort_values("precedence", kind="stable").drop_duplicates(LINE)
    chosen = lines.merge(best, on=told)
    return chosen.sort_values([*LINE, "side", "line_id"]).drop_duplicates([*LINE, "side"])


def _with_features(
    connection: psycopg.Connection[Any], decided: pd.DataFrame, request: ViewRequest
) -> pd.DataFrame:
    """Games with the figures of both teams as of the last morning before the decision."""
    if not request.features or decided.empty:
        return decided
    at: Times = decided["decision_at"].to_numpy().astype("datetime64[us]")
    listed_at = decided["commence_at"].to_numpy().astype("datetime64[us]")
    slate = decided["game_date"].to_numpy().astype("datetime64[D]")
    listed = np.where(np.isnat(listed_at), slate, eastern_days(listed_at))
    # what is labelled as opening stood at an unknown time, perhaps the evening before
    without_time = slate - np.timedelta64(int(request.decision.label == "open"), "D")
    morning = np.where(np.isnat(at), without_time, mornings(at, MORNING_HOUR))
    for whose in ("home", "away"):
        found = queries.frame(
            connection,
            queries.TEAMS,
            {
                "place": list(range(len(decided))),
                "games": decided["game_id"].tolist(),
                "teams": decided[f"{whose}_team_id"].tolist(),
                "seasons": decided["season"].tolist(),
                "mornings": [str(one) for one in morning],
                "listed": [str(one) for one in listed],
            },
        ).drop(columns="team_id")
        found = found.set_index("place").add_prefix(f"{FEATURES}{whose}_")
        decided = decided.join(found)
    return decided


def _stacked(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Rows of both; an empty frame has no say in the types."""
    parts: Sequence[pd.DataFrame] = [one for one in (first, second) if len(one)]
    return pd.concat(parts, ignore_index=True) if parts else first


def _count(left_out: dict[str, int], why: str, which: Any) -> None:
    if number := int(np.sum(which)):
        left_out[why] = number
