"""Commands that try strategies on the past: backtest run, list-strategies."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linehouse.cli import backtest_results as results
from linehouse.cli import claims
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
    from linehouse.backtest.request import BacktestRequest
    from linehouse.backtest.result import BacktestResult


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="Try strategies on what was known before.", no_args_is_help=True)
    group.command("run")(run)
    group.command("show")(results.show)
    group.command("compare")(results.compare)
    group.command("export")(results.export)
    group.command("list")(results.list_runs)
    group.command("list-strategies")(list_strategies)
    group.command("examine-claim")(claims.examine_claim)
    app.add_typer(group, name="backtest")


def run(
    strategy: Annotated[str, typer.Option("--strategy", help="As list-strategies names it.")],
    start: Annotated[datetime, typer.Option("--start", formats=["%Y-%m-%d"], help="First day.")],
    end: Annotated[
        datetime, typer.Option("--end", formats=["%Y-%m-%d"], help="Last day (US Eastern).")
    ],
    param: Annotated[
        list[str] | None,
        typer.Option("--param", help="NAME=VALUE of the strategy; again for more."),
    ] = None,
    sport: Annotated[str | None, typer.Option("--sport", help="Sport key; all without it.")] = None,
    price: Annotated[
        str, typer.Option("--price", help="Decided at open, close, or hours before the start.")
    ] = "1",
    sizing: Annotated[
        str | None,
        typer.Option("--sizing", help="kelly (of stated probabilities), flat or percentage."),
    ] = None,
    size: Annotated[
        float | None,
        typer.Option("--size", help="Fraction of Kelly (0.25), units, or share (0.02)."),
    ] = None,
    minimum_stake: Annotated[
        float, typer.Option("--minimum-stake", help="Smaller stakes are not bet.")
    ] = 0.0,
    maximum_stake: Annotated[
        float | None, typer.Option("--maximum-stake", help="Larger stakes are cut to this.")
    ] = None,
    day_cap: Annotated[
        float | None,
        typer.Option("--day-cap", help="Share that a day's stakes may take; 0.25 for kelly."),
    ] = None,
    bankroll: Annotated[float, typer.Option("--bankroll", help="At the beginning.")] = 10_000.0,
    limit: Annotated[
        list[str] | None,
        typer.Option("--limit", help="Risk limit NAME=SHARE of the bankroll; again for more."),
    ] = None,
    book: Annotated[
        list[str] | None,
        typer.Option("--book", help="Bet only at this book; again for more."),
    ] = None,
    price_age: Annotated[
        float, typer.Option("--price-age", help="Oldest usable price, in minutes.")
    ] = 60.0,
    assumed: Annotated[
        float | None,
        typer.Option("--assumed-price", help="American price of spreads and totals without one."),
    ] = None,
    as_filed: Annotated[
        bool, typer.Option("--as-filed", help="Archives as filed: rows that broke a rule too.")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Of everything random.")] = 0,
    variants: Annotated[
        int, typer.Option("--variants", help="How many were tried elsewhere, this one among them.")
    ] = 1,
    learn_from: Annotated[
        datetime | None,
        typer.Option(
            "--learn-from",
            formats=["%Y-%m-%d"],
            help="First day that teaches a strategy that learns; without it all there is.",
        ),
    ] = None,
    output_json: Annotated[
        Path | None, typer.Option("--output-json", help="Where the whole result goes.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", help="Where the report goes.")] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Run a strategy on past games, keep the result, and say how sure it is."""
    chosen = mode_or_default(mode)
    request = _request(
        {
            "strategy": strategy,
            "start": start.date(),
            "end": end.date(),
            "parameters": _named("--param", param or []),
            "sport": sport,
            "price": price,
            "sizing": sizing,
            "size": size,
            "minimum_stake": minimum_stake,
            "maximum_stake": maximum_stake,
            "cap": day_cap,
            "bankroll": bankroll,
            "limits": _named("--limit", limit or []),
            "books": tuple(book) if book else None,
            "maximum_price_age_minutes": price_age,
            "assumed_american": assumed,
            "as_filed": as_filed,
            "seed": seed,
            "variants": variants,
            "learn_from": learn_from.date() if learn_from is not None else None,
        }
    )
    for path in (output_json, html):
        if path is not None and not path.absolute().parent.is_dir():
            fail(f"there is no folder {path.parent} for {path.name}", exit_code=2)
    result = _run(request, chosen)
    if output_json is not None:
        result.write(output_json)
    if html is not None:
        results.write_html(result, html)
    results.tell(result, chosen, as_json)


def _run(request: "BacktestRequest", mode: Mode) -> "BacktestResult":
    from linehouse.backtest import asking, store
    from linehouse.cli.progress import progress
    from linehouse.cli.session import warehouse

    with warehouse(mode), progress() as show:
        try:
            asking.require_data(request, mode)
        except asking.AskedError as error:
            fail(str(error), exit_code=2)
        return store.run_and_store(request, mode, lambda what, at, of: show(what, at, of))


def _request(asked: Mapping[str, Any]) -> "BacktestRequest":
    """A request, or a sentence that says what is wrong with it and status 2."""
    from linehouse.backtest import asking

    try:
        return asking.request_of(asked)
    except asking.AskedError as error:
        fail(str(error), exit_code=2)


def _named(option: str, given: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not (name and equals):
            fail(f"say {option} NAME=VALUE, not {one!r}", exit_code=2)
        if name in found:
            fail(f"{option} {name} is given twice", exit_code=2)
        found[name] = _value(name, value)
    return found


def _value(name: str, text: str) -> Any:
    """The text, or what it says where it is JSON of names and values."""
    if not text.startswith("{"):
        return text
    import json

    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        fail(f"--param {name}: {text!r} is no JSON ({error})", exit_code=2)


def list_strategies(as_json: AsJson = False) -> None:
    """Every strategy with its parameters, their defaults and what they may be."""
    from linehouse.strategies import registry

    found = registry.describe()
    if as_json:
        print_json({"strategies": found})
        return
    for one in found:
        out.print(f"[bold]{one['name']}[/]: {one['description']}", highlight=False)
        rows = [
            {
                "parameter": parameter["name"],
                "default": _default(parameter["default"]),
                "may be": parameter["allowed"],
                "": parameter["description"],
            }
            for parameter in one["parameters"]
        ]
        print_rows("", rows)


def _default(value: Any) -> str:
    if isinstance(value, tuple | list):
        return ",".join(map(str, value)) or "none"
    return "none" if value is None or value == {} else str(value)
