"""A result in words: figures as rows, what limits it as sentences, the command that makes it."""

import json
import shlex
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from linehouse.backtest.request import ASSUMED_AMERICAN, CAPS, BacktestRequest
from linehouse.backtest.result import BacktestResult
from linehouse.betting.staking import Sizing

OPTIONS = {
    "--minimum-stake": "minimum_stake",
    "--maximum-stake": "maximum_stake",
    "--day-cap": "cap",
    "--bankroll": "bankroll",
    "--price-age": "maximum_price_age_minutes",
    "--assumed-price": "assumed_american",
    "--seed": "seed",
    "--variants": "variants",
    "--learn-from": "learn_from",
}
"""Options of the command with what they set."""
FEW_DAYS = 30
"""Days of bets below which no figure says much."""


def figures(result: BacktestResult) -> list[dict[str, str]]:
    """The headline: `figure`, `value`, `95 % interval`, `of` (its sample)."""
    metrics, clv, luck = result.metrics, result.clv, result.luck
    bets, days = f"{metrics['bets']:,} bets", f"{metrics['days']:,} days"
    decided = metrics["won"] + metrics["half_won"] + metrics["half_lost"] + metrics["lost"]
    priced = clv["bets"]["price"]
    settled = [one for one in result.bets if one["result"] != "open"]
    compared = sum(one["clv_points"] is not None for one in settled)
    rows = [
        ("bets", f"{metrics['bets']:,}", "", _results(metrics)),
        ("turnover", f"{metrics['turnover']:,.2f}", "", bets),
        ("profit", f"{metrics['profit']:+,.2f}", "", bets),
        ("yield", percent(metrics["yield"]), interval(result, "yield"), f"{bets}, {days}"),
        ("ROI on bankroll", percent(metrics["roi"]), "", bets),
        ("win rate", percent(metrics["win_rate"], sign=False), interval(result, "win_rate", False),
         f"{decided:,} decided bets"),
        ("average price", number(metrics["average_decimal"], 3), "", bets),
        ("Sharpe, a year", number(metrics["sharpe_annual"]), "", days),
        ("Sortino", number(metrics["sortino"], 3), "", days),
        ("Calmar", number(metrics["calmar"]), "", days),
        ("deepest drawdown", percent(metrics["max_drawdown"], sign=False),
         "", f"{metrics['max_drawdown_days']} days"),
        ("profit factor", number(metrics["profit_factor"], 3), "", bets),
        ("longest streaks", f"{metrics['longest_winning_streak']} won,"
         f" {metrics['longest_losing_streak']} lost", "", ""),
        ("CLV, price", points(clv["mean_price_ev_pct"]), interval(result, "clv_price_ev_pct"),
         f"{priced:,} bets at the closing point"),
        ("CLV, no-vig", points(clv["mean_no_vig_ev_pct"]), interval(result, "clv_no_vig_ev_pct"),
         f"{priced:,} bets at the closing point"),
        ("CLV, points", number(clv["mean_points"], 3), "", f"{compared:,} bets"),
        ("beat the close", percent(clv["beat_close_share"], sign=False), "", f"{priced:,} bets"),
        ("luck", number(luck["luck"], 3), "",
         "the only variant tried on these days" if luck["variants"] == 1 else
         f"as the best of {luck['variants']} tries on these days"),
    ]  # fmt: skip
    return [
        {"figure": figure, "value": value, "95 % interval": between, "of": sample}
        for figure, value, between, sample in rows
    ]


def _results(metrics: Mapping[str, Any]) -> str:
    told = [
        f"{metrics[name]:,} {name.replace('_', ' ')}"
        for name in ("won", "half_won", "pushed", "half_lost", "lost", "voided")
        if metrics[name]
    ]
    return ", ".join(told)


def sentences(result: BacktestResult) -> list[str]:
    """What one must know before believing the figures: doubt first, then what was left out."""
    return [*doubts(result), *left_out(result)]


def doubts(result: BacktestResult) -> list[str]:
    """What the figures cannot show."""
    found, metrics, between = [], result.metrics, result.intervals.get("yield")
    if not metrics["bets"]:
        return ["No bet was settled: there is nothing to judge."]
    if between is not None and between["low"] <= 0 <= between["high"]:
        found.append("The interval of the yield holds 0: this may be neither profit nor loss.")
    if metrics["days"] < FEW_DAYS:
        found.append(
            f"{metrics['days']} days of bets are few: intervals from so few days are too narrow."
        )
    luck = result.luck["luck"]
    if metrics["profit"] <= 0:
        found.append("It made no profit: there is none for luck to explain.")
    elif luck is None:
        found.append("Too few days tell whether luck made this.")
    else:
        others = result.luck["variants"]
        found.append(
            f"Luck alone would do at least as well with a probability of {luck:.3f}"
            + (" (nothing else was tried on these days)." if others == 1 else
               f", as the best of {others} tries without any edge.")
        )  # fmt: skip
    return found


def left_out(result: BacktestResult) -> list[str]:
    """What took no part, and why."""
    games = result.games
    found = [
        f"Games: {games['listed']:,} on these days, {games['decided']:,} decided,"
        f" {games['with_bets']:,} with a bet."
    ]
    found += [
        f"{count:,} proposals were not placed: {reason.replace('_', ' ')}."
        for reason, count in result.skipped.items()
    ]
    found += [f"{note[0].upper()}{note[1:]}." for note in result.notes]
    missing = {
        name: count for name, count in result.clv["bets"].items()
        if name not in ("price", "points") and count
    }  # fmt: skip
    found += [
        f"{count:,} bets have no closing line value: {name.replace('_', ' ')}."
        for name, count in missing.items()
    ]
    return found


def command(result: BacktestResult) -> str:
    """The command that makes the same result from the same data."""
    asked = result.request
    words = ["linehouse", "backtest", "run", "--strategy", asked["strategy"]]
    for name, value in asked["parameters"].items():
        words += ["--param", f"{name}={_text(value)}"]
    if asked["sport"]:
        words += ["--sport", asked["sport"]]
    words += ["--start", asked["start"], "--end", asked["end"]]
    price = asked["price"]
    words += ["--price", str(price)]
    words += ["--sizing", asked["sizing"], "--size", str(asked["size"])]
    follows = {item.name: item.default for item in fields(BacktestRequest)} | {
        "cap": CAPS.get(Sizing(asked["sizing"]), 1.0),
        "assumed_american": ASSUMED_AMERICAN if asked["as_filed"] else None,
    }
    for option, name in OPTIONS.items():
        if asked.get(name, follows[name]) != follows[name]:
            words += [option, str(asked[name])]
    for name, share in asked["limits"].items():
        words += [] if share is None else ["--limit", f"{name}={share}"]
    for book in asked["books"] or ():
        words += ["--book", book]
    words += ["--as-filed"] if asked["as_filed"] else []
    return shlex.join(words)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ",".join(map(str, value))
    return json.dumps(value) if isinstance(value, dict) else str(value)


def percent(share: float | None, sign: bool = True) -> str:
    """A share as per cent."""
    return "-" if share is None else f"{100 * share:{'+' if sign else ''}.2f} %"


def points(pct: float | None) -> str:
    """A figure that is per cent already."""
    return "-" if pct is None else f"{pct:+.2f} %"


def number(value: float | None, digits: int = 2) -> str:
    """A number, or a dash where it cannot be told."""
    return "-" if value is None else f"{value:,.{digits}f}"


def interval(result: BacktestResult, name: str, sign: bool = True) -> str:
    """From where to where a figure lies, in per cent."""
    found = result.intervals.get(name)
    if found is None:
        return "-"
    told = points if name.startswith("clv") else lambda value: percent(value, sign)
    return f"{told(found['low'])} to {told(found['high'])}"
