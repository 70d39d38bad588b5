"""The reference page's baselines out of the backtest engine, as filed and without invalid rows."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from linehouse.backtest.engine import Simulation, simulate
from linehouse.backtest.outcomes import Outcomes, load_outcomes, load_rules
from linehouse.betting.settlement import Result, Side
from linehouse.betting.staking import Staking
from linehouse.market.decision import Decision
from linehouse.market.load import ViewRequest, load_view
from linehouse.market.view import MarketView
from linehouse.strategies import registry

SPORTS = {"N": "basketball_nba", "M": "baseball_mlb"}
Table = dict[str, dict[str, str]]
"""Figures as text by season and column."""


@dataclass(frozen=True)
class Archive:
    """All games of a sport, decided at a label."""

    view: MarketView
    outcomes: Outcomes
    rules: Any

    def bets(self, **parameters: Any) -> Simulation:
        """Flat bets of one unit from a purse that nothing empties."""
        flat = registry.get("flat")
        chosen = flat.propose(
            self.view, registry.resolved("flat", {"bookmaker": "sbro", **parameters}), None
        )
        return simulate(
            self.view, chosen, self.outcomes, self.rules, Staking("flat", 1.0), 1e6
        )  # fmt: skip


def load(connection: psycopg.Connection[Any], sport: str, label: str, as_filed: bool) -> Archive:
    request = ViewRequest(
        Decision(label=label), date(2007, 1, 1), date(2018, 1, 1), sport, as_filed=as_filed,
        assumed_american=-110,
    )  # fmt: skip
    view = load_view(connection, request).view
    return Archive(view, load_outcomes(connection, view.games, as_filed), load_rules(connection))


@dataclass(frozen=True)
class Filed:
    """Settled bets, by season; without void ones, whose games have no final on the page."""

    season: NDArray[Any]
    side: NDArray[np.int8]
    result: NDArray[np.int8]
    profit: NDArray[np.float64]
    overround: NDArray[np.float64]

    @classmethod
    def of(
        cls, found: Simulation, which: Callable[[MarketView, Any], Any] | None = None
    ) -> "Filed":
        rows = found.chosen.rows[found.settled]
        every = cls(
            found.view.games.season[found.view.game[rows]], found.view.side[rows],
            found.bets.result, found.bets.profit, found.view.overround[rows],
        )  # fmt: skip
        wanted = found.bets.result != Result.VOID
        return every.only(wanted if which is None else wanted & which(found.view, rows))

    def only(self, which: Any) -> "Filed":
        return Filed(*(getattr(self, name)[which] for name in self.__dataclass_fields__))

    @property
    def decided(self) -> "Filed":
        """Without ties: by the page's rules they are no bets."""
        return self.only(np.isin(self.result, (Result.WON, Result.LOST)))

    def count(self, season: str, *results: Result, side: Side | None = None) -> str:
        among = self.season == season
        if results:
            among &= np.isin(self.result, results)
        return str(int((among & ((self.side == side) if side is not None else True)).sum()))

    def mean(self, season: str, name: str = "profit") -> str:
        values = getattr(self, name)[self.season == season]
        return f"{values.mean():.4f}" if values.size else "nan"


def moneyline(archive: Archive) -> tuple[list[str], Callable[[str], dict[str, str]]]:
    """Seasons, and the figures on moneylines that N1 and M1 share."""
    home, away, favourite, underdog = (
        Filed.of(archive.bets(side=side)).decided
        for side in ("home", "away", "favourite", "underdog")
    )

    def row(season: str) -> dict[str, str]:
        n = int(home.count(season))
        home_fav, away_fav = (favourite.count(season, side=one) for one in (Side.HOME, Side.AWAY))
        return {
            "n": str(n),
            "home_wins": home.count(season, Result.WON),
            "home_fav": home_fav,
            "away_fav": away_fav,
            "equal": str(n - int(home_fav) - int(away_fav)),
            "fav_wins": favourite.count(season, Result.WON),
            "overround": home.mean(season, "overround"),
            "roi_home": home.mean(season),
            "roi_away": away.mean(season),
            "roi_fav": favourite.mean(season),
            "roi_dog": underdog.mean(season),
        }

    return sorted(set(home.season)), row


def nba(close: Archive) -> dict[str, Table]:
    """N1 and N2, as far as they are bets."""
    seasons, figures = moneyline(close)
    spread = Filed.of(close.bets(market="spreads"))
    favourite = Filed.of(close.bets(market="spreads", side="favourite"))
    total = Filed.of(close.bets(market="totals", side="over"))
    second = {}
    for season in seasons:
        home_fav, away_fav = (favourite.count(season, side=one) for one in (Side.HOME, Side.AWAY))
        second[season] = {
            "valid": spread.count(season),
            "home_fav": home_fav,
            "away_fav": away_fav,
            "pick": str(int(spread.count(season)) - int(home_fav) - int(away_fav)),
            "home_cover": spread.count(season, Result.WON),
            "away_cover": spread.count(season, Result.LOST),
            "push": spread.count(season, Result.PUSH),
            "roi_home_ats": spread.mean(season),
            "over": total.count(season, Result.WON),
            "under": total.count(season, Result.LOST),
            "tpush": total.count(season, Result.PUSH),
            "roi_over": total.mean(season),
        }
    return {"N1": {season: figures(season) for season in seasons}, "N2": second}


def mlb(close: Archive, opening: Archive) -> dict[str, Table]:
    """M1 and M2, as far as they are bets; totals and run lines by the page's rule P8."""
    seasons, figures = moneyline(close)
    at_open = Filed.of(opening.bets()).decided
    over, under = (
        Filed.of(close.bets(market="totals", side=side), _is_total) for side in ("over", "under")
    )
    run_line = Filed.of(close.bets(market="spreads"), lambda v, rows: _run_line(close, rows))
    first, second = {}, {}
    for season in seasons:
        first[season] = figures(season) | {
            "n_open": at_open.count(season),
            "roi_home_open": at_open.mean(season),
        }
        second[season] = {
            "valid_tot": over.count(season),
            "over": over.count(season, Result.WON),
            "under": over.count(season, Result.LOST),
            "tpush": over.count(season, Result.PUSH),
            "roi_over": over.mean(season),
            "roi_under": under.mean(season),
            "valid_rl": run_line.count(season),
            "home_rl_cover": run_line.count(season, Result.WON),
            "roi_home_rl": run_line.mean(season),
        }
    return {"M1": first, "M2": second}


def _is_total(view: MarketView, rows: Any) -> Any:
    return (view.point[rows] >= 4) & (view.point[rows] <= 20)


def _run_line(close: Archive, rows: Any) -> Any:
    games, game = close.outcomes.games, close.view.game[rows]
    return (np.abs(close.view.point[rows]) == 1.5) & (
        games.home_score[game] != games.away_score[game]
    )


def tables(connection: psycopg.Connection[Any]) -> dict[str, Table]:
    """All four tables, as filed."""
    close, opening = (
        load(connection, SPORTS["M"], label, as_filed=True) for label in ("close", "open")
    )
    return nba(load(connection, SPORTS["N"], "close", as_filed=True)) | mlb(close, opening)


def differing(page: dict[str, list[dict[str, str]]], found: dict[str, Table]) -> list[str]:
    """One sentence for each figure that the engine makes and the page has otherwise."""
    return [
        f"{name} {row['season']} {column}: {value} instead of {row[column]}"
        for name, rows in page.items()
        for row in rows
        for column, value in found[name][row["season"]].items()
        if value != row[column]
    ]


STRATEGIES: list[dict[str, str]] = [
    {}, {"side": "away"}, {"side": "favourite"}, {"side": "underdog"}, {"market": "spreads"},
    {"market": "totals", "side": "over"},
]  # fmt: skip


SHORTENED = """
select game_id from staging.period_scores
where league = 'mlb' and cardinality(away_periods) < 9
"""


def unexplained(connection: psycopg.Connection[Any], sport: str) -> tuple[list[str], int, int]:
    """Bets that differ between rows as filed and valid rows, and that nothing explains: neither a
    flag nor that the game was shortened, by its line score, and the bet is void.

    Returns:
        One sentence for each, how many differ by flags, and how many by shortened games.
    """
    shortened = {str(game) for (game,) in connection.execute(SHORTENED)}
    filed, gated = (load(connection, sport, "close", as_filed) for as_filed in (True, False))
    flags = dict(zip(gated.view.games.game_id, gated.outcomes.flagged, strict=True))
    found, number, void = [], 0, 0
    for parameters in STRATEGIES:
        as_filed, valid = (_settled(archive, parameters) for archive in (filed, gated))
        for key in sorted(as_filed.keys() ^ valid.keys() | _changed(as_filed, valid)):
            if key[0] in shortened and valid.get(key, ("", ""))[1] == Result.VOID:
                void += 1
                continue
            number += 1
            line = as_filed.get(key, ("", "", ""))[2]
            if not (line or flags[key[0]]):
                found.append(f"{parameters} {key}: as filed {as_filed.get(key)}, {valid.get(key)}")
    return found, number, void


def _changed(first: dict[Any, Any], second: dict[Any, Any]) -> set[Any]:
    return {key for key in first.keys() & second.keys() if first[key][:2] != second[key][:2]}


def _settled(
    archive: Archive, parameters: dict[str, str]
) -> dict[tuple[str, int], tuple[float, int, str]]:
    """Price, result and rules broken by either side, of each bet by game and side."""
    found = archive.bets(**parameters)
    view, rows = archive.view, found.chosen.rows[found.settled]
    notes = view.notes[rows] + view.notes[view.other[rows]]
    keys = zip(view.games.game_id[view.game[rows]], view.side[rows].tolist(), strict=True)
    return dict(
        zip(
            keys,
            zip(view.decimal[rows].tolist(), found.bets.result.tolist(), notes, strict=True),
            strict=True,
        )
    )


def results_counted(connection: psycopg.Connection[Any], label: str) -> list[str]:
    """Teams of NBA games in 2015-16 of which the view's figures count other results than those of
    days before the decision; for openings, which may be from the evening before, before that one.
    """
    request = ViewRequest(
        Decision(label=label), date(2015, 10, 1), date(2016, 7, 1), SPORTS["N"], features=True
    )
    view = load_view(connection, request).view
    games, flagged = view.games, load_outcomes(connection, view.games).flagged
    until = games.game_date - np.timedelta64(int(label == "open"), "D")
    wrong = []
    for side in ("home", "away"):
        told = games.features[f"{side}_games"]
        for place, team in enumerate(getattr(games, f"{side}_team_id")):
            played = (games.home_team_id == team) | (games.away_team_id == team)
            known = int((played & (flagged == "") & (games.game_date < until[place])).sum())
            if known != np.nan_to_num(told[place]):
                wrong.append(f"{team} on {games.game_date[place]}: {told[place]}, not {known}")
    return wrong
