"""Views from frames: the last step of loading, and how tests and benchmarks make their own."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from linehouse.betting.games import codes, numbers, times
from linehouse.betting.settlement import Market, Side
from linehouse.market.games import ViewGames
from linehouse.market.signals import Signals
from linehouse.market.view import MarketView

GAME_COLUMNS = (
    "game_id", "sport_key", "league", "season", "game_date", "commence_at", "decision_at",
    "home_team", "away_team", "home_team_id", "away_team_id",
)  # fmt: skip
OPTIONAL: dict[str, Any] = {
    "period": "full", "point": np.nan, "assumed": False, "observed_at": None, "quality": np.nan,
    "source": "", "line_id": "", "batch_id": "", "notes": "", "opening_point": np.nan,
    "opening_decimal": np.nan, "tickets_pct": np.nan, "money_pct": np.nan, "allowed": True,
}  # fmt: skip
"""What a row says where its frame does not."""
FLAGS = ("assumed", "allowed")
TEXTS = ("bookmaker", "period", "source", "line_id", "batch_id", "notes")
NUMBERS = ("point", "decimal", "quality", "opening_point", "opening_decimal", "tickets_pct",
           "money_pct")  # fmt: skip
FEATURES = "feature_"
"""Columns of games that begin so are figures of the teams."""


def build_view(
    games: pd.DataFrame, lines: pd.DataFrame, signals: pd.DataFrame | None = None
) -> MarketView:
    """A view of the lines, whatever order the frames are in.

    Args:
        games: columns as `GAME_COLUMNS`, and features; one row a game.
        lines: `game_id`, `bookmaker`, `market`, `side`, `decimal`, and those of `OPTIONAL`.
        signals: `game_id`, `kind`, `market`, `period`, `side`, `detected_at`, `strength`,
            `confidence`, `move_prob`; those detected after the decision are refused.

    Raises:
        ValueError: a line of a game that is not there, two lines of one side at one book, or one
            that was observed after the decision.
    """
    ordered = _in_order(games)
    lines = lines.assign(
        **{name: value for name, value in OPTIONAL.items() if name not in lines.columns}
    )
    left_open = {name: OPTIONAL[name] for name in (*TEXTS, *FLAGS) if name in OPTIONAL}
    lines = lines.astype(dict.fromkeys(left_open, object)).fillna(left_open)
    place = _places(ordered, lines["game_id"])
    market, side = codes(lines["market"], Market), codes(lines["side"], Side)
    texts = {name: lines[name].to_numpy(dtype=object) for name in TEXTS}
    order = np.lexsort(
        (side, _ranks(texts["bookmaker"]), _ranks(texts["period"]), market, place)
    )  # fmt: skip
    keys = pd.DataFrame(
        {"g": place, "m": market, "p": texts["period"], "b": texts["bookmaker"], "s": side}
    )
    if (twice := keys.duplicated()).any():
        one = keys[twice].iloc[0]
        raise ValueError(
            f"two lines of one side at {one['b']}: {Market(one['m']).name.lower()} {one['p']} "
            f"{Side(one['s']).name.lower()} of game {ordered['game_id'].iloc[one['g']]}"
        )
    return MarketView(
        games=_games(ordered),
        game=place[order],
        market=market[order],
        side=side[order],
        assumed=lines["assumed"].to_numpy(dtype=bool)[order],
        allowed=lines["allowed"].to_numpy(dtype=bool)[order],
        observed_at=times(lines["observed_at"], "us")[order],
        **{name: column[order] for name, column in texts.items()},
        **{name: numbers(lines[name])[order] for name in NUMBERS},
        signals=_signals(ordered, signals),
    )


def allow(view: MarketView, books: Sequence[str] | None) -> MarketView:
    """The same view with bets allowed at these books only; None allows all."""
    allowed = np.ones(len(view), dtype=bool) if books is None else view.at_books(books)
    return replace(view, allowed=allowed)


def _in_order(games: pd.DataFrame) -> pd.DataFrame:
    """Games by day of decision, moment, slate day and id; the result hangs on nothing else."""
    frame = games.reset_index(drop=True)
    made = _games(frame)
    order = np.lexsort(
        (
            _ranks(made.game_id),
            _sortable(made.commence_at),
            _sortable(made.decision_at),
            made.decision_day.astype(np.int64),
        )
    )
    return frame.iloc[order].reset_index(drop=True)


def _games(frame: pd.DataFrame) -> ViewGames:
    features = {
        str(name).removeprefix(FEATURES): frame[name].to_numpy(dtype=np.float64)
        for name in frame.columns
        if str(name).startswith(FEATURES)
    }
    columns: Mapping[str, Any] = {name: frame[name] for name in GAME_COLUMNS}
    return ViewGames(**columns, features=features)


def _signals(games: pd.DataFrame, signals: pd.DataFrame | None) -> Signals:
    if signals is None or signals.empty:
        return Signals.none()
    place = _places(games, signals["game_id"])
    decided = times(games["decision_at"], "us")[place]
    age = (decided - times(signals["detected_at"], "us")) / np.timedelta64(1, "s")
    kind, period = (signals[name].to_numpy(dtype=object) for name in ("kind", "period"))
    market, side = codes(signals["market"], Market), codes(signals["side"], Side)
    order = np.lexsort((side, _ranks(period), market, age, _ranks(kind), place))
    return Signals(
        place[order],
        kind[order],
        market[order],
        side[order],
        period[order],
        np.asarray(age, dtype=np.float64)[order],
        *(numbers(signals[name])[order] for name in ("strength", "confidence", "move_prob")),
    )


def _places(games: pd.DataFrame, game_id: "pd.Series[Any]") -> NDArray[np.int64]:
    found = pd.Index(games["game_id"].astype(object)).get_indexer(pd.Index(game_id.astype(object)))
    if (found < 0).any():
        raise ValueError(f"{game_id.iloc[int(np.argmin(found))]} is no game of this view")
    return found.astype(np.int64)


def _ranks(values: NDArray[Any]) -> NDArray[np.int64]:
    """Numbers in the order of the texts (n,)."""
    found, _ = pd.factorize(values, sort=True)
    return found.astype(np.int64)


def _sortable(moments: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return moments.astype(np.int64)
