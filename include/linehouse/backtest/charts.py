"""The pictures of a report, each from a result; an empty text where there is nothing to show."""

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from linehouse.backtest.luck import bootstrap_by_day
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.returns import returns_of
from linehouse.backtest.svg import BLUE, GREEN, RED, Plot, picture, shade, spread

DRAWS = 1000
BINS = 6
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
CELL, ROW = 66, 34
Floats = NDArray[np.float64]


def band(path: Floats, seed: int, draws: int = DRAWS) -> tuple[Floats, Floats]:
    """Where 95 % of the paths lie that draw as many days from the same days, low and high (m + 1,).

    Args:
        path: m + 1 bankrolls, the first before any bet; a day drawn brings its return.
        seed: same seed, same band.
        draws: how many.
    """
    returns = returns_of(path)
    rng = np.random.default_rng(seed)
    ends = np.empty((draws, returns.size))
    for place in range(draws):
        ends[place] = np.cumprod(1 + rng.choice(returns, returns.size))
    low, high = path[0] * np.quantile(ends, [0.025, 0.975], axis=0)
    return np.append(path[0], low), np.append(path[0], high)


def equity(result: BacktestResult) -> str:
    """The bankroll after each day of settlement, with its band."""
    days, path = _path(result)
    if not days:
        return ""
    xs = list(range(len(path)))
    low, high = band(path, result.request["seed"])
    plot = Plot((0, len(path) - 1), spread([*low, *high, *path]), _marks(days), "{:,.0f}".format)
    plot.band(xs, low.tolist(), high.tolist())
    plot.straight((0, path[0]), (len(path) - 1, path[0]))
    plot.line(xs, path.tolist())
    return plot.render("Bankroll by day, with the range of paths from the same days")


def drawdown(result: BacktestResult) -> str:
    """How far the bankroll lay below its peak, in per cent."""
    days, path = _path(result)
    if not days:
        return ""
    below = 100 * (path / np.maximum.accumulate(path) - 1)
    xs = list(range(len(path)))
    plot = Plot(
        (0, len(path) - 1), (min(float(below.min()) * 1.08, -1.0), 0), _marks(days),
        "{:g} %".format, height=170,
    )  # fmt: skip
    plot.band(xs, below.tolist(), [0.0] * len(xs), "#f3d0cc")
    plot.line(xs, below.tolist(), RED)
    return plot.render("Distance of the bankroll from its peak, in per cent")


def calibration(result: BacktestResult) -> str:
    """Stated probabilities against the shares that won."""
    found = result.calibration
    if found is None:
        return ""
    every = [value for one in found["bins"] for value in (one["stated"], one["low"], one["high"])]
    low, high = spread([100 * value for value in every])
    low, high = max(low, 0), min(high, 100)
    plot = Plot(
        (low, high), (low, high), None, "{:g} %".format, "{:g} %".format, width=520, height=380
    )
    plot.straight((low, low), (high, high))
    for one in found["bins"]:
        stated, won, least, most = (100 * one[name] for name in ("stated", "won", "low", "high"))
        plot.point(
            stated, won, least, most,
            f"{one['bets']} bets said to win {stated:.1f} %: {won:.1f} % won"
            f" ({least:.1f} to {most:.1f})",
        )  # fmt: skip
    return plot.render("Stated probability (across) against the share that won (up)")


def closing_value(result: BacktestResult) -> tuple[str, str]:
    """Yield of bets by their closing line value, and which value that is: a name and a unit."""
    for name, what, unit in (
        ("clv_price_ev_pct", "value of the price at the close", " %"),
        ("clv_points", "points better than the close", ""),
    ):
        bets = [one for one in result.bets if one[name] is not None and one["profit"] is not None]
        groups = _groups(np.array([one[name] for one in bets], dtype=np.float64))
        if len(groups) > 1:
            return _by_value(bets, name, groups, unit, result.request["seed"]), what
    return "", ""


def _groups(values: Floats) -> list[NDArray[np.int64]]:
    """Places of values in groups of nearly equal size; equal values stay together."""
    if not values.size:
        return []
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    place = np.searchsorted(edges, values, side="right")
    return [np.flatnonzero(place == one) for one in np.unique(place)]


def _by_value(
    bets: list[dict[str, Any]], name: str, groups: list[NDArray[np.int64]], unit: str, seed: int
) -> str:
    values = np.array([one[name] for one in bets])
    profit, stake = (np.array([one[column] for one in bets]) for column in ("profit", "stake"))
    day = np.array([one["settled_date_et"] for one in bets], dtype="datetime64[D]")
    found = []
    for at in groups:
        mean = float(values[at].mean())
        between = bootstrap_by_day(day[at], profit[at], stake[at], seed, draws=DRAWS)
        found.append((mean, between.value * 100, between.low * 100, between.high * 100, len(at)))
    plot = Plot(
        spread([one[0] for one in found]), spread([v for one in found for v in one[1:4]], 0.0),
        None, "{:+g} %".format, lambda value: f"{value:+g}{unit}",
    )  # fmt: skip
    plot.straight((plot.x_range[0], 0), (plot.x_range[1], 0))
    for mean, value, low, high, count in found:
        plot.point(
            mean, value, low, high,
            f"{count} bets, mean {mean:+.2f}{unit}: yield {value:+.1f} %"
            f" ({low:+.1f} to {high:+.1f})",
        )  # fmt: skip
    return plot.render("Closing line value (across) against yield (up)")


def months(result: BacktestResult) -> str:
    """Yield by month, a year a row: colour for the yield, the number of bets below it."""
    found = result.breakdowns["month"]
    if not found:
        return ""
    years = sorted({label[:4] for label in found})
    most = max(0.05, min(0.5, max(abs(one["yield"]) for one in found.values())))
    cells = [
        f'<text x="{70 + CELL * place + CELL / 2}" y="14" text-anchor="middle">{month}</text>'
        for place, month in enumerate(MONTHS)
    ]
    for row, year in enumerate(years):
        top = 22 + ROW * row
        cells.append(f'<text x="60" y="{top + 21}" text-anchor="end">{year}</text>')
        for place, month in enumerate(MONTHS, 1):
            one = found.get(f"{year}-{place:02d}")
            if one is None:
                continue
            left, told = 70 + CELL * (place - 1), f"{100 * one['yield']:+.1f} %"
            cells.append(
                f"<g><title>{month} {year}: {told}, {one['bets']} bets, profit"
                f' {one["profit"]:+,.2f}</title><rect x="{left}" y="{top}" width="{CELL - 3}"'
                f' height="{ROW - 3}" rx="3" fill="{shade(one["yield"], most)}"'
                f' stroke="#d9dee5"/><text x="{left + CELL / 2 - 1}" y="{top + 14}"'
                f' text-anchor="middle" class="dark">{told}</text>'
                f'<text x="{left + CELL / 2 - 1}" y="{top + 26}" text-anchor="middle"'
                f' class="small">n {one["bets"]}</text></g>'
            )
    return picture(
        70 + CELL * 12 + 6, 26 + ROW * len(years), "Yield and number of bets by month",
        "".join(cells),
    )  # fmt: skip


def bar(value: float, half: float, most: float) -> str:
    """A yield as a bar from the middle, with its interval: a small picture for a table's cell."""
    width, middle = 150, 75
    at = middle + max(-1.0, min(1.0, value / most)) * (middle - 3)
    low, high = (
        middle + max(-1.0, min(1.0, end / most)) * (middle - 3)
        for end in (value - half, value + half)
    )
    colour = GREEN if value > 0 else RED
    return (
        f'<svg class="bar" viewBox="0 0 {width} 16" aria-hidden="true">'
        f'<line x1="{middle}" x2="{middle}" y1="0" y2="16" stroke="#aab4c0"/>'
        f'<rect x="{min(at, middle):.1f}" y="4" width="{abs(at - middle):.1f}" height="8"'
        f' fill="{colour}" opacity=".55"/>'
        f'<line x1="{low:.1f}" x2="{high:.1f}" y1="8" y2="8" stroke="{BLUE}" stroke-width="1.4"/>'
        "</svg>"
    )


def _path(result: BacktestResult) -> tuple[list[str], Floats]:
    return (
        [day["date_et"] for day in result.equity[1:]],
        np.array([day["bankroll"] for day in result.equity], dtype=np.float64),
    )


def _marks(days: list[str], about: int = 6) -> list[tuple[float, str]]:
    """Some days as ticks; place 0 is before the first."""
    step = max(1, len(days) // about)
    style = "%d %b %Y" if len(days) < 60 else "%b %Y"
    return [
        (place + 1, date.fromisoformat(days[place]).strftime(style))
        for place in range(step // 2, len(days), step)
    ]
