"""An examination in words: rows for tables, and what the claim can and cannot show."""

import shlex
from typing import Any

from linehouse.backtest.claims.examination import Examination
from linehouse.backtest.wording import number, percent

Rows = list[dict[str, str]]
OWN_FILTER = (5.0, 55.0)
"""Least expected value and probability in per cent, as the strategy `model` has them."""


def claimed(found: Examination) -> str:
    """The claim in one sentence."""
    claim = found.asked["claim"]
    told = "" if claim["yield_pct"] is None else f", a yield of {claim['yield_pct']:+g} %"
    return f"{claim['win_pct']:g} % of {claim['bets']:,} {claim['market']} right{told}"


def record_rows(found: Examination) -> Rows:
    """What the numbers themselves say."""
    said, claim = found.record, found.asked["claim"]
    bets = f"{said['wins']} of {said['bets']} bets"
    rows = [
        ("rate, exact interval", share(said["wins"] / said["bets"]),
         between(said["exact_low"], said["exact_high"]), bets),
        ("rate, Wilson interval", share(said["wins"] / said["bets"]),
         between(said["wilson_low"], said["wilson_high"]), bets),
        (f"break-even at {claim['price_american']:+g}", share(said["break_even"]), "", "the price"),
        (f"yield of {claim['win_pct']:g} % at {claim['price_american']:+g}",
         percent(said["implied_yield"]),
         between(said["yield_low"], said["yield_high"], True), bets),
        ("chance for one rule that is a coin", chance(said["chance_coin"]), "", bets),
        ("chance for one rule at break-even", chance(said["chance_break_even"]), "", bets),
    ]  # fmt: skip
    return [
        {"figure": a, "value": b, "95 % interval": c, "of": d} for a, b, c, d in rows
    ]  # fmt: skip


def tried_rows(found: Examination) -> Rows:
    """How the chance grows with the rules that were tried."""
    return [
        {
            "rules tried": f"{one['rules']:,}",
            "independent": chance(one["independent"]),
            "alike as in the family": "-"
            if one["as_measured"] is None
            else chance(one["as_measured"]),
        }
        for one in found.tried
    ]


def window_rows(found: Examination) -> Rows:
    """How often the best filter looked as good."""
    return [
        {
            "games in a window": f"{one['games']:,}",
            "bets at least": f"{one['least']:,}",
            "filters": f"{one['filters']:,.0f}",
            "windows": str(one["windows"]),
            "best filter's rate": f"{share(one['best_median'])} ({share(one['best_low'])} to"
            f" {share(one['best_high'])})",
            "reached the claim": f"{one['reached']} of {one['windows']}"
            f" ({between(one['share_low'], one['share_high'])})",
            "without edge": f"median {share(one['null_median'])}; {share(one['null_share'])}"
            " reach it",
        }
        for one in found.windows
    ]


def afterwards_rows(found: Examination) -> Rows:
    """What the best filter did next."""
    words = {
        "rate": "highest rate in the window before",
        "errors": "stood out most over all games before",
    }
    return [
        {
            "chosen by": words[one["how"]],
            "choices": str(len(one["steps"])),
            "rate before": "-" if one["before_rate"] is None else share(one["before_rate"]),
            "rate afterwards": _with(one["rate"], one["low"], one["high"]),
            "yield afterwards": _with(one["yield"], one["yield_low"], one["yield_high"], True),
            "bets": f"{one['bets']:,} on {one['days']:,} days",
        }
        for one in found.afterwards
    ]


def learned_rows(found: Examination) -> Rows:
    """What the model did with each filter."""
    return [
        {
            "model": one["estimator"],
            "filter": _filter(one),
            "bets": f"{one['bets']:,} on {one['days']:,} days",
            "stated": "-" if one["stated"] is None else share(one["stated"]),
            "won": _with(one["rate"], one["low"], one["high"]),
            "yield": _with(one["yield"], one["yield_low"], one["yield_high"], True),
        }
        for one in found.learned
    ]


def needed_rows(found: Examination) -> Rows:
    """How many bets show which rate."""
    return [
        {
            "true rate": share(one["rate"]),
            "yield": percent(one["true_yield"]),
            "bets, half of all cases": f"{one['bets_even']:,}",
            "bets, 80 of 100 cases": f"{one['bets_likely']:,}",
            "points better than the close": number(one["points"]),
            "bets with a close, 80 of 100": "-"
            if one["closing_bets"] is None
            else f"{one['closing_bets']:,}",
        }
        for one in found.needed
    ]


def unknown(found: Examination) -> list[str]:
    """What the claim does not tell, as far as its own numbers show it."""
    said, claim = found.record, found.asked["claim"]
    told = [
        f"Whether {claim['bets']:,} are the games that were looked at, those that passed a filter,"
        " or the bets; how many were pushes; at which prices, books and times; on which days; and"
        " how many filters were tried before this one was told of.",
    ]
    if not said["fits"]:
        told.append(
            f"No whole number of wins is {claim['win_pct']:g} % of {claim['bets']:,}: the nearest"
            f" are {said['wins'] - 1} and {said['wins']}"
            f" ({100 * (said['wins'] - 1) / said['bets']:.2f} and"
            f" {100 * said['wins'] / said['bets']:.2f} %)."
            + ("" if said["nearest_that_fits"] is None else
               f" At most {said['nearest_that_fits']} bets were decided, or it was cut instead"
               f" of rounded; it is examined as {said['wins']} of {said['bets']}.")
        )  # fmt: skip
    if said["yield_from_rate"]:
        told.append(
            f"The yield of {claim['yield_pct']:+g} % is {claim['win_pct']:g} % at an assumed"
            f" {claim['price_american']:+g} ({percent(said['implied_yield'])}): an identity and no"
            " second piece of evidence."
            + (f" It comes from the rounded rate: no more than {said['yield_fits']} decided bets"
               " have both figures."
               if said["yield_fits"] not in (None, said["nearest_that_fits"], said["bets"]) else "")
        )  # fmt: skip
    elif claim["yield_pct"] is not None:
        told.append(
            f"The yield of {claim['yield_pct']:+g} % does not follow from the rate at"
            f" {claim['price_american']:+g}, which gives {percent(said['implied_yield'])}:"
            " other prices, stakes or pushes are in it, and are not told."
        )
    return told


def conclusion(found: Examination) -> list[str]:
    """What the sample can show, and what it cannot."""
    said, games = found.record, found.games
    claim = found.asked["claim"]
    rate = share(said["exact_low"])
    one_rule = (
        f"It can show that a single rule, fixed before the first game, was no coin: luck gives such"
        f" a record with a probability of {chance(said['chance_coin'])}, and the exact interval"
        f" ({between(said['exact_low'], said['exact_high'])}) "
        + (f"lies above the break-even of {share(said['break_even'])}, though only from {rate} on."
           if said["exact_low"] > said["break_even"] else
           f"holds the break-even of {share(said['break_even'])}: profit was not shown.")
    )  # fmt: skip
    found_sentences = [one_rule]
    small = [one for one in found.windows if one["games"] == claim["bets"]]
    if small:
        told = "; ".join(
            f"{one['least']} bets: {one['reached']} of {one['windows']} windows"
            f" (without any edge {share(one['null_share'])})"
            for one in small
        )
        found_sentences.append(
            f"It cannot show it of a filter that was chosen on those games. The best of"
            f" {found.family['size']:,} plain filters reached {claim['win_pct']:g} % on windows of"
            f" {claim['bets']} games with at least {told}."
        )
    if found.anywhere is not None:
        one = found.anywhere
        often = f"{share(one['chance'])} ({between(one['chance_low'], one['chance_high'])})"
        found_sentences.append(
            f"On {one['bets']} bets of one filter, begun on its best day: the best stretch of any"
            f" of {one['filters']:,} filters in {games['number']:,} games won {share(one['rate'])}"
            f" ({one['best']}, {one['begins']} to {one['ends']}). Without any edge the best has a"
            f" median of {share(one['null_median'])}, and reaches the claim in {often} of"
            f" {one['draws']} such histories."
        )
    found_sentences.append(
        "Nothing in the claim tells a record of bets that were chosen before their games from one"
        " of bets that were chosen with knowledge of their results: the best of many filters, a"
        " model tested on what it was fitted on, a close or a result among what it was shown."
    )
    for one in found.afterwards:
        if one["how"] == "rate" and one["rate"] is not None:
            found_sentences.append(
                f"What was chosen so did not last: {share(one['before_rate'])} before,"
                f" {share(one['rate'])} ({between(one['low'], one['high'])}) on the next"
                f" {one['bets']:,} bets."
                if (one["low"] or 0) <= said["break_even"]
                else f"What was chosen so lasted: {share(one['rate'])}"
                f" ({between(one['low'], one['high'])}) on the next {one['bets']:,} bets."
            )
    found_sentences += [
        f"The model {one['estimator']} with the strategy's own filter ({_filter(one)}) won"
        f" {share(one['rate'])} ({between(one['low'], one['high'])}) of {one['decided']:,} decided"
        f" bets, where it had stated {share(one['stated'])}."
        for one in found.learned
        if (one["minimum_ev_pct"], one["minimum_confidence_pct"]) == OWN_FILTER and one["rate"]
    ]
    found_sentences += _of_the_close(found)
    whole = found.family["whole"]
    if whole is not None:
        found_sentences.append(
            f"Over all games the filter that stands out most is '{whole['best']}':"
            f" {share(whole['rate'])} of {whole['bets']:,} bets; the best of such a family stands"
            f" out as much without any edge with a probability of {chance(whole['chance'])}."
            + (" The family shows nothing but luck." if found.verdict == "luck" else
               " It lasted on games after it was chosen: the family shows an edge.")
        )  # fmt: skip
    return found_sentences


def _of_the_close(found: Examination) -> list[str]:
    """What comparing with the close would have shown."""
    closing, claim = found.closing, found.asked["claim"]
    row = next((one for one in found.needed if one["rate"] == claim["win_pct"] / 100), None)
    if row is None or row["points"] is None or row["closing_bets"] is None:
        return []
    return [
        f"Bets that truly win {claim['win_pct']:g} % beat a fair close by"
        f" {number(row['points'])} points in the mean; {share(closing['share_moved_so_far'])} of"
        f" {closing['moves']:,} lines moved so far from open to close. Compared with the close,"
        f" about {row['closing_bets']} bets would show what takes {row['bets_likely']:,} by their"
        " results. The claim tells of no close."
    ]


def _filter(row: dict[str, Any]) -> str:
    return f"EV {row['minimum_ev_pct']:g} %, p {row['minimum_confidence_pct']:g} %"


def command(found: Examination) -> str:
    """The command that makes it again."""
    asked, claim = found.asked, found.asked["claim"]
    words = ["linehouse", "backtest", "examine-claim", "--win-pct", f"{claim['win_pct']:g}"]
    words += ["--bets", str(claim["bets"]), "--market", claim["market"]]
    words += ["--price-american", f"{claim['price_american']:g}"]
    words += [] if claim["yield_pct"] is None else ["--yield-pct", f"{claim['yield_pct']:g}"]
    words += ["--sport", asked["sport"]] if asked["sport"] else []
    words += ["--start", asked["start"], "--end", asked["end"]]
    words += ["--estimators", ",".join(asked["estimators"])]
    words += ["--seed", str(asked["seed"]), "--draws", str(asked["draws"])]
    return shlex.join(words)


def share(value: Any) -> str:
    """A share as per cent with one decimal."""
    return "-" if value is None else f"{100 * value:.1f} %"


def between(low: Any, high: Any, sign: bool = False) -> str:
    """From where to where, in per cent."""
    if low is None or high is None:
        return "-"
    return (
        f"{100 * low:+.1f} to {100 * high:+.1f} %" if sign
        else f"{100 * low:.1f} to {100 * high:.1f} %"
    )  # fmt: skip


def chance(value: float) -> str:
    """A probability: as per cent, or as one in so many where it is small."""
    if value >= 0.001:
        return f"{100 * value:.3g} %"
    return "less than 1 in 10,000,000" if value < 1e-7 else f"1 in {_rounded(1 / value):,}"


def _rounded(value: float) -> int:
    """To two digits."""
    size = 10 ** max(0, len(str(int(value))) - 2)
    return int(round(value / size) * size)


def _with(value: Any, low: Any, high: Any, sign: bool = False) -> str:
    if value is None:
        return "-"
    told = f"{100 * value:+.1f} %" if sign else share(value)
    return f"{told} ({between(low, high, sign)})"
