"""The command that examines a record which somebody claims."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from linehouse.cli.output import (
    AsJson,
    ForMode,
    fail,
    mode_or_default,
    out,
    print_json,
    print_rows,
)
from linehouse.settings import Mode

if TYPE_CHECKING:
    from linehouse.backtest.claims.examination import Asked, Examination


def examine_claim(
    win_pct: Annotated[float, typer.Option("--win-pct", help="Bets won, in per cent, as told.")],
    bets: Annotated[int, typer.Option("--bets", help="Of so many, as told.")],
    start: Annotated[datetime, typer.Option("--start", formats=["%Y-%m-%d"], help="First day.")],
    end: Annotated[
        datetime, typer.Option("--end", formats=["%Y-%m-%d"], help="Last day (US Eastern).")
    ],
    sport: Annotated[str | None, typer.Option("--sport", help="Sport key; all without it.")] = None,
    market: Annotated[str, typer.Option("--market", help="spreads or totals.")] = "spreads",
    price_american: Annotated[
        float, typer.Option("--price-american", help="Of every bet, as told or assumed.")
    ] = -110.0,
    yield_pct: Annotated[
        float | None, typer.Option("--yield-pct", help="Profit over stakes in per cent, as told.")
    ] = None,
    estimators: Annotated[
        str, typer.Option("--estimators", help="Models to try, with commas; empty: none.")
    ] = "logistic,gradient_boosting",
    seed: Annotated[int, typer.Option("--seed", min=0, help="Of everything random.")] = 0,
    draws: Annotated[int, typer.Option("--draws", help="Of results without any edge.")] = 1000,
    output_json: Annotated[
        Path | None, typer.Option("--output-json", help="Where the whole of it goes.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Where the report goes.")] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Hold a claimed record against real games: what such a sample can show, and what not."""
    from linehouse.backtest.claims.examination import Asked
    from linehouse.backtest.claims.record import Claim, ClaimError

    chosen = mode_or_default(mode)
    try:
        asked = Asked(
            Claim(win_pct, bets, market, price_american, yield_pct),
            start.date(),
            end.date(),
            sport,
            tuple(one.strip() for one in estimators.split(",") if one.strip()),
            seed,
            draws,
        )
    except ClaimError as error:
        fail(str(error), exit_code=2)
    for path in (output_json, html):
        if path is not None and not path.absolute().parent.is_dir():
            fail(f"there is no folder {path.parent} for {path.name}", exit_code=2)
    found = _examined(asked, chosen)
    if output_json is not None:
        found.write(output_json)
    if html is not None:
        from linehouse.backtest.claims.page import page

        html.write_text(page(found), encoding="utf-8")
    if as_json:
        print_json({"mode": chosen.value, **vars(found)})
        return
    _tell(found, chosen)


def _examined(asked: "Asked", mode: Mode) -> "Examination":
    from linehouse.backtest import asking
    from linehouse.backtest.claims.examination import examine
    from linehouse.backtest.claims.record import ClaimError
    from linehouse.backtest.request import BacktestRequest
    from linehouse.cli.progress import progress
    from linehouse.cli.session import warehouse

    with warehouse(mode), progress() as show:
        try:
            asking.require_data(
                BacktestRequest("flat", asked.start, asked.end, sport=asked.sport), mode
            )
            return examine(asked, mode, lambda what, at, of: show(what, at, of))
        except (asking.AskedError, ClaimError) as error:
            fail(str(error), exit_code=2)


def _tell(found: "Examination", mode: Mode) -> None:
    from linehouse.backtest.claims import telling

    games = found.games
    out.print(
        f"[bold]{telling.claimed(found)}[/], examined on {games['number']:,} games from"
        f" {games['first_day']} to {games['last_day']}"
        + (": simulated games, not real ones" if mode is Mode.SANDBOX else ""),
        highlight=False,
        soft_wrap=True,
    )
    for title, rows in (
        ("What the numbers themselves say", telling.record_rows(found)),
        ("How often luck does it", telling.tried_rows(found)),
        ("What choosing among filters does", telling.window_rows(found)),
        ("What the best filter did next", telling.afterwards_rows(found)),
        ("What the walk-forward model does", telling.learned_rows(found)),
        ("What the claim would need", telling.needed_rows(found)),
    ):
        print_rows(title, rows)
    for sentence in (*telling.unknown(found), *telling.conclusion(found)):
        out.print(sentence, highlight=False, soft_wrap=True, markup=False)
    out.print(f"again: {telling.command(found)}", highlight=False, soft_wrap=True, markup=False)
