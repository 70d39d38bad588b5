"""An examination as one page that needs nothing else."""

from html import escape
from math import log10, sqrt
from typing import Any

from linehouse.backtest.claims import telling
from linehouse.backtest.claims.examination import Examination
from linehouse.backtest.html_report import STYLE
from linehouse.backtest.svg import RED, Plot, spread

Z = 1.959963984540054
CHOICE = "rate"


def page(found: Examination) -> str:
    """The whole page."""
    title = f"A claim examined: {telling.claimed(found)}"
    asked, games = found.asked, found.games
    about = (
        f"Examined on {games['number']:,} games of {asked['sport'] or 'all sports'} on"
        f" {games['days']:,} days from {games['first_day']} to {games['last_day']}, at the closing"
        f" line, every bet at {asked['claim']['price_american']:+g} where the data has no price."
    )
    told = "".join(f"<p>{escape(one)}</p>" for one in telling.conclusion(found))
    return (
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width'>"
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1><p>{escape(about)}</p>{_cards(found)}"
        f"<div class='doubt'>{told}</div>{''.join(_sections(found))}</body></html>\n"
    )


def _cards(found: Examination) -> str:
    said, claim = found.record, found.asked["claim"]
    cards = [
        ("claimed", f"{claim['win_pct']:g} %",
         f"95 %: {telling.between(said['exact_low'], said['exact_high'])}",
         f"{said['wins']} of {said['bets']} bets"),
        ("break-even", telling.share(said["break_even"]), "", f"at {claim['price_american']:+g}"),
        ("luck, one rule", telling.chance(said["chance_coin"]), "", "that is a coin"),
    ]  # fmt: skip
    for one in found.afterwards:
        if one["how"] == CHOICE and one["rate"] is not None:
            cards.append(
                ("best filter, afterwards", telling.share(one["rate"]),
                 f"95 %: {telling.between(one['low'], one['high'])}",
                 f"{one['bets']:,} bets; before: {telling.share(one['before_rate'])}")
            )  # fmt: skip
    if (best := _default_model(found)) is not None:
        cards.append(
            (f"model ({best['estimator']})", telling.share(best["rate"]),
             f"95 %: {telling.between(best['low'], best['high'])}", f"{best['bets']:,} bets")
        )  # fmt: skip
    told = "".join(
        f"<div class='card'><span>{escape(name)}</span><b>{escape(value)}</b>"
        f"<span>{escape(interval)}</span><span>{escape(of)}</span></div>"
        for name, value, interval, of in cards
    )
    return f"<div class='cards'>{told}</div>"


def _default_model(found: Examination) -> dict[str, Any] | None:
    """The last estimator with the strategy's own filter."""
    rows = [
        one for one in found.learned
        if (one["minimum_ev_pct"], one["minimum_confidence_pct"]) == telling.OWN_FILTER
        and one["rate"] is not None
    ]  # fmt: skip
    return rows[-1] if rows else None


def _sections(found: Examination) -> list[str]:
    family, whole = found.family, found.family["whole"]
    kinds = ", ".join(f"{name} {count}" for name, count in family["dimensions"].items())
    alike = (
        ""
        if whole is None
        else f" The best of its {whole['filters']:,} filters with at least {whole['least']} bets"
        f" stands out without edge as the best of {whole['independent']:,.0f} independent rules"
        " does: filters share their bets."
    )
    closing = found.closing
    return [
        _list("What the claim does not tell", telling.unknown(found)),
        _table("1. What the numbers themselves say", telling.record_rows(found), ""),
        _picture(_interval_by_bets(found), "Where the interval of the claimed rate (shaded) lies"
                 " with so many bets (across, logarithmic), and break-even (dashed)."),
        _table("How often luck does it, by the rules that were tried", telling.tried_rows(found),
               "The probability that at least one of so many rules, each a coin on bets of its own,"
               " does as well." + alike),
        _table("2. What choosing among filters does on real games", telling.window_rows(found),
               f"The family: {family['size']:,} filters, one side under none, one or two conditions"
               f" of different kinds ({kinds}). Windows are whole days in a row and do not overlap;"
               " 'without edge' mirrors each day's results by a coin, again and again"
               f" ({found.asked['draws']:,} draws)."),
        _table("What the best filter did next", telling.afterwards_rows(found),
               "Chosen at the end of each window, bet in the next one; intervals from drawing"
               " days."),
        _picture(_before_and_after(found), "Each choice by the highest rate: what it was chosen"
                 " for (across) and what it did next (up, with 95 %); dashed: break-even."),
        _table("3. What the walk-forward model does", telling.learned_rows(found),
               "Fitted every 30 days on results that were known, asked about the next games. Each"
               " row is one more variant that was tried; none is corrected for the others."),
        _table("4. What the claim would need", telling.needed_rows(found),
               "Bets until the 95 % interval of the results lies above break-even; and, where"
               " every bet is compared with the closing line, until the mean of the points by"
               " which it beat the close lies above those that break even. Measured on"
               f" {closing['games']:,} games: a side with one point more than a fair close wins"
               f" {telling.share(closing['rate_a_point_better'])};"
               f" {telling.number(closing['points_to_break_even'])} points break even"
               + _moves(closing)),
        _again(found),
    ]  # fmt: skip


def _moves(closing: dict[str, Any]) -> str:
    if closing["share_moved_so_far"] is None:
        return "."
    return (
        f", the claim is {telling.number(closing['points_of_the_claim'])} points, and"
        f" {telling.share(closing['share_moved_so_far'])} of {closing['moves']:,} lines move so"
        f" far from open to close (standard deviation"
        f" {telling.number(closing['move_spread'])} points)."
    )


def _interval_by_bets(found: Examination) -> str:
    said, claim = found.record, found.asked["claim"]
    rate, marks = claim["win_pct"] / 100, (25, 50, 100, 200, 1000, 2000, 5000, 10_000, 20_000)
    steps = [25 * 800 ** (step / 60) for step in range(61)]
    half = [Z * sqrt(rate * (1 - rate) / bets) for bets in steps]
    low, high = ([100 * (rate + way * one) for one in half] for way in (-1, 1))
    xs = [log10(bets) for bets in steps]
    shown = sorted({*marks, claim["bets"]})
    plot = Plot(
        (xs[0], xs[-1]), spread([*low, *high], 100 * said["break_even"]),
        [(log10(bets), f"{bets:,}") for bets in shown if 25 <= bets <= 20_000], "{:g} %".format,
        height=220,
    )  # fmt: skip
    plot.band(xs, low, high)
    plot.line(xs, [100 * rate] * len(xs))
    plot.straight((xs[0], 100 * said["break_even"]), (xs[-1], 100 * said["break_even"]))
    return plot.render("Interval of the claimed rate by the number of bets")


def _before_and_after(found: Examination) -> str:
    steps = [
        step for one in found.afterwards if one["how"] == CHOICE for step in one["steps"]
        if step["after_rate"] is not None and step["after_bets"] >= 5
    ]  # fmt: skip
    if not steps:
        return ""
    before = [100 * one["before_rate"] for one in steps]
    after = [100 * one["after_rate"] for one in steps]
    half = [100 * Z * 0.5 / sqrt(one["after_bets"]) for one in steps]
    even = 100 * found.record["break_even"]
    plot = Plot(
        spread(before), spread([20.0, 80.0, *after]), None, "{:g} %".format, "{:g} %".format
    )
    plot.straight((plot.x_range[0], even), (plot.x_range[1], even))
    for step, x, y, one in zip(steps, before, after, half, strict=True):
        plot.point(
            x, y, y - one, y + one,
            f"{step['name']}: {x:.1f} % of {step['before_bets']} before, {y:.1f} % of"
            f" {step['after_bets']} from {step['begins']} to {step['ends']}",
        )  # fmt: skip
    mean = sum(after) / len(after)
    plot.line(list(plot.x_range), [mean, mean], RED)
    return plot.render("Rate of the best filter before (across) and afterwards (up)")


def _table(title: str, rows: telling.Rows, about: str) -> str:
    if not rows:
        return ""
    head = "".join(f"<th>{escape(name)}</th>" for name in rows[0])
    body = "".join(
        f"<tr>{''.join(f'<td>{escape(value)}</td>' for value in row.values())}</tr>" for row in rows
    )
    note = f"<p>{escape(about)}</p>" if about else ""
    return f"<h2>{escape(title)}</h2>{note}<table><tr>{head}</tr>{body}</table>"


def _picture(content: str, about: str) -> str:
    return f"<p>{escape(about)}</p>{content}" if content else ""


def _list(title: str, items: list[str]) -> str:
    told = "".join(f"<li>{escape(one)}</li>" for one in items)
    return f"<h2>{escape(title)}</h2><ul>{told}</ul>"


def _again(found: Examination) -> str:
    left = "; ".join(f"{why}: {count:,}" for why, count in found.games["left_out"].items())
    return (
        "<h2>How to make it again</h2><p>The same command on the same data gives the same report."
        f" Games left out: {escape(left or 'none')}.</p><pre>{escape(telling.command(found))}</pre>"
        f"<p>Data: SHA-256 {escape(found.fingerprint)}</p>"
    )
