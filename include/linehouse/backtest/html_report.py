"""A result as one page that needs nothing else: figures, pictures, what was left out, how to make
it again."""

from collections import defaultdict
from html import escape
from math import sqrt
from typing import Any

from linehouse.backtest import charts
from linehouse.backtest.bet_table import PRICE_RANGES, TIERS
from linehouse.backtest.result import BacktestResult
from linehouse.backtest.wording import command, doubts, figures, left_out, percent

STYLE = """
body {font: 15px/1.55 system-ui, sans-serif; margin: 0 auto; padding: 2em 1.5em 4em;
max-width: 920px; color: #1c2430; background: #fff} h1 {font-size: 1.6em; margin: 0}
h2 {font-size: 1.15em; margin: 2.2em 0 .4em; border-bottom: 1px solid #d9dee5; padding-bottom: .2em}
h3 {font-size: 1em; margin: 1.4em 0 .2em} p, .about {color: #4a5666; margin: .3em 0}
table {border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums}
th, td {text-align: left; padding: .28em .8em .28em 0; border-bottom: 1px solid #e8ebf0;
vertical-align: middle} th {font-weight: 600; color: #4a5666} .n {text-align: right}
svg {width: 100%; height: auto; display: block} svg.bar {width: 150px; height: 16px}
svg text {font: 12px system-ui, sans-serif; fill: #4a5666} svg text.dark {fill: #1c2430}
svg text.small {font-size: 10px; fill: #4a5666} pre {background: #f4f6f9; padding: .8em 1em;
white-space: pre-wrap; overflow-wrap: anywhere; border-radius: 4px} ul {padding-left: 1.2em}
.cards {display: grid; grid-template-columns: repeat(auto-fit, minmax(165px, 1fr)); gap: .7em;
margin: 1.2em 0} .card {background: #f4f6f9; border-radius: 6px; padding: .7em .9em}
.card b {display: block; font-size: 1.35em} .card span {color: #4a5666; font-size: .86em;
display: block}
table.by {table-layout: fixed} table.by th:first-child {width: 24%}
table.by th:last-child {width: 165px}
.doubt {background: #fdf3e1; border-radius: 6px; padding: .6em 1em; margin: 1em 0}
.doubt p {color: #5a4311} td code {overflow-wrap: anywhere}
"""
CARDS = ("yield", "win rate", "CLV, price", "deepest drawdown", "luck")
DIMENSIONS = {
    "market": "Market", "bookmaker": "Book", "season": "Season", "tier": "Time before the start",
    "price_range": "Decimal price", "side": "Side",
}  # fmt: skip
COLUMN_OF = {"market": "market", "bookmaker": "bookmaker", "season": "season", "tier": "tier",
             "price_range": "price_range", "side": "side"}  # fmt: skip
ORDERS = {"tier": TIERS, "price_range": PRICE_RANGES}
"""Dimensions whose groups have an order of their own; a stored result has them by the alphabet."""
Z = 1.959963984540054


def page(result: BacktestResult) -> str:
    """The whole page."""
    asked = result.request
    title = f"{asked['strategy']}, {asked['start']} to {asked['end']}"
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>Backtest: {escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1><p>{escape(_subtitle(result))}</p>{_cards(result)}"
        f"<div class='doubt'>{''.join(f'<p>{escape(one)}</p>' for one in doubts(result))}</div>"
        f"{''.join(_sections(result))}</body></html>\n"
    )


def _subtitle(result: BacktestResult) -> str:
    asked = result.request
    price = asked["price"]
    when = f"at the {price}" if isinstance(price, str) else f"{price:g} h before the start"
    filed = ", archives as filed" if asked["as_filed"] else ""
    return (
        f"{asked['sport'] or 'all sports'}, decided {when}, stakes: {asked['sizing']}"
        f" {asked['size']:g}, bankroll {asked['bankroll']:,.2f}{filed}. Run {result.run_id}."
    )


def _cards(result: BacktestResult) -> str:
    rows = {row["figure"]: row for row in figures(result)}
    found = []
    for name in CARDS:
        row = rows[name]
        between = f"95 %: {row['95 % interval']}" if row["95 % interval"] not in ("", "-") else ""
        found.append(
            f"<div class='card'><span>{escape(name)}</span><b>{escape(row['value'])}</b>"
            f"<span>{escape(between)}</span><span>{escape(row['of'])}</span></div>"
        )
    return f"<div class='cards'>{''.join(found)}</div>"


def _sections(result: BacktestResult) -> list[str]:
    closing, what = charts.closing_value(result)
    return [
        _section("Bankroll", charts.equity(result), "The line is what happened. The shaded area"
                 " holds 95 % of the paths that draw as many days, with replacement, from the same"
                 " days: how differently it could have gone with luck of the same kind."),
        _section("Drawdown", charts.drawdown(result), "How far the bankroll lay below its highest"
                 " value so far."),
        _table("Figures", ("figure", "value", "95 % interval", "of"),
               [list(map(escape, row.values())) for row in figures(result)],
               "Pushes and voids are bets. Intervals come from drawing days, not bets, because"
               " the bets of a day share its news."),
        _section("Calibration", charts.calibration(result), "What the strategy said (across)"
                 " and how many of those bets won (up), with 95 % intervals; on the dashed line"
                 " both agree." + _scores(result)),
        _section("Closing line value and result", closing, f"Bets in groups by {what} (across)"
                 " and what they yielded (up), with 95 % intervals by day. Value at the close shows"
                 " long before profit does."),
        _section("Months", charts.months(result), "Yield by month of the decision, with the number"
                 " of bets."),
        *_breakdowns(result),
        _list("What was left out, and why", left_out(result)),
        _table("Parameters", ("parameter", "value"),
               [[f"<code>{escape(name)}</code>", f"<code>{escape(_shown(value))}</code>"]
                for name, value in result.request["parameters"].items()], ""),
        _again(result),
    ]  # fmt: skip


def _section(title: str, content: str, about: str) -> str:
    if not content:
        return ""
    return f"<h2>{escape(title)}</h2><p>{escape(about)}</p>{content}"


def _table(title: str, columns: tuple[str, ...], rows: list[list[str]], about: str) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(one)}</th>" for one in columns)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    note = f"<p>{escape(about)}</p>" if about else ""
    return f"<h2>{escape(title)}</h2>{note}<table><tr>{head}</tr>{body}</table>"


def _list(title: str, items: list[str]) -> str:
    told = "".join(f"<li>{escape(one)}</li>" for one in items)
    return f"<h2>{escape(title)}</h2><ul>{told}</ul>"


def _scores(result: BacktestResult) -> str:
    found = result.calibration
    if found is None:
        return ""
    return (
        f" Brier score {found['brier']:.4f}, log loss {found['log_loss']:.4f}, mean distance"
        f" {100 * found['error']:.1f} points, stated less won {100 * found['bias']:+.1f} points,"
        f" of {found['bets']:,} bets."
    )


def _breakdowns(result: BacktestResult) -> list[str]:
    if not result.metrics["bets"]:
        return []
    found = [
        "<h2>Where it came from</h2><p>Yield of the settled bets by what they have in common, with"
        " 95 % intervals (a day counts as one). Among many rows some look good by luck.</p>"
    ]
    for dimension, title in DIMENSIONS.items():
        halves = _half_intervals(result, COLUMN_OF[dimension])
        rows = _in_order(dimension, result.breakdowns[dimension])
        ends = [abs(one["yield"]) + (halves.get(label) or 0) for label, one in rows.items()]
        most = min(max(ends, default=1.0), 1.0) or 1.0
        body = "".join(
            f"<tr><td>{escape(label)}</td><td class='n'>{one['bets']:,}</td>"
            f"<td class='n'>{one['profit']:+,.2f}</td><td class='n'>{percent(one['yield'])}</td>"
            f"<td class='n'>{_half(halves.get(label))}</td>"
            f"<td class='n'>{percent(one['win_rate'], sign=False)}</td>"
            f"<td>{charts.bar(one['yield'], halves.get(label) or 0.0, most)}</td></tr>"
            for label, one in rows.items()
        )
        found.append(
            f"<h3>{title}</h3><table class='by'><tr><th></th><th class='n'>bets</th>"
            "<th class='n'>profit</th><th class='n'>yield</th><th class='n'>±</th>"
            "<th class='n'>won</th><th></th></tr>"
            f"{body}</table>"
        )
    return found


def _in_order(dimension: str, rows: dict[str, Any]) -> dict[str, Any]:
    order = ORDERS.get(dimension, ())
    return dict(
        sorted(rows.items(), key=lambda row: order.index(row[0]) if row[0] in order else len(order))
    )


def _half(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:.1f} %"


def _half_intervals(result: BacktestResult, column: str) -> dict[str, float | None]:
    """Half the 95 % interval of the yield of each group: that of a ratio over days (n days,
    `n / (n - 1)` for few); None for fewer than two days."""
    sums: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for bet in result.bets:
        if bet["profit"] is not None:
            day = sums[bet[column]][bet["settled_date_et"]]
            day[0] += bet["profit"]
            day[1] += bet["stake"]
    found: dict[str, float | None] = {}
    for label, days in sums.items():
        n, whole = len(days), sum(stake for _, stake in days.values())
        mean = sum(profit for profit, _ in days.values()) / whole
        if n < 2:
            found[label] = None
            continue
        squares = sum((profit - mean * stake) ** 2 for profit, stake in days.values())
        found[label] = Z * sqrt(n / (n - 1) * squares) / whole
    return found


def _again(result: BacktestResult) -> str:
    return (
        "<h2>How to make it again</h2><p>The same command on the same data gives the same run, to"
        f" the byte.</p><pre>{escape(command(result))}</pre><p>Data: SHA-256"
        f" {escape(result.fingerprint)}</p>"
    )


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "none"
    return str(value)
