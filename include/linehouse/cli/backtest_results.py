"""Commands about results of backtests: show, compare, export, list."""

import csv
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from linehouse.cli.output import (
    AsJson,
    ForMode,
    err,
    fail,
    mode_or_default,
    out,
    print_json,
    print_rows,
)
from linehouse.settings import Mode

if TYPE_CHECKING:
    from linehouse.backtest.result import BacktestResult

RunOrFile = Annotated[
    str, typer.Argument(help="Id of a stored run or its beginning, or a JSON file of a result.")
]
KINDS = (".json", ".csv", ".html")
SHORT_ID = 8


def show(
    run_or_file: RunOrFile,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Breakdowns, calibration and every bet.")
    ] = False,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """A result, from the tables or from a file."""
    chosen = mode_or_default(mode)
    tell(_result(run_or_file, chosen), chosen, as_json, verbose)


def compare(
    runs: Annotated[list[str], typer.Argument(help="Ids of stored runs, or JSON files.")],
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Results side by side, and whether the best of them can be luck."""
    from linehouse.backtest.comparison import compared

    if len(runs) < 2:
        fail("say at least two runs or files to compare", exit_code=2)
    chosen = mode_or_default(mode)
    found = compared([_result(one, chosen) for one in runs])
    if as_json:
        print_json(found)
        return
    print_rows(
        "Backtests",
        [{name: _told(name, value) for name, value in row.items()} for row in found["runs"]],
    )
    for note in found["notes"]:
        out.print(note, highlight=False)


def export(
    run_or_file: RunOrFile,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="F.json (whole), F.csv (bets), F.html (report).")
    ],
    mode: ForMode = None,
) -> None:
    """Write a result: JSON that rebuilds it in full, its bets as CSV, or the report."""
    if output.suffix not in KINDS:
        fail(f"{output.name} ends in none of {', '.join(KINDS)}", exit_code=2)
    if not output.absolute().parent.is_dir():
        fail(f"there is no folder {output.parent} for {output.name}", exit_code=2)
    result = _result(run_or_file, mode_or_default(mode))
    if output.suffix == ".json":
        result.write(output)
    elif output.suffix == ".html":
        write_html(result, output)
    else:
        _write_csv(result, output)
    err.print(str(output), style="dim", highlight=False, soft_wrap=True)


def list_runs(
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many.")] = 30,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """The newest stored runs with their figures."""
    from linehouse.backtest import store
    from linehouse.cli.session import warehouse

    chosen = mode_or_default(mode)
    with warehouse(chosen):
        rows = store.newest(chosen, limit)
    if as_json:
        print_json({"mode": chosen.value, "runs": rows})
        return
    print_rows(
        f"Backtests ({chosen.value})",
        [
            {
                "run": str(row["run_id"])[:SHORT_ID],
                "strategy": row["strategy"],
                "days": f"{row['start_date_et']} to {row['end_date_et']}",
                "price": row["price"],
                "bets": row["bets"],
                "yield %": _percent(row["yield"]),
                "95 %": _between(row["yield_low"], row["yield_high"]),
                "variants": row["variant_count"],
                "luck": _share(row["luck_prob"]),
            }
            for row in rows
        ],
    )


def _result(run_or_file: str, mode: Mode) -> "BacktestResult":
    from linehouse.backtest import store
    from linehouse.backtest.result import BacktestResult, ResultError
    from linehouse.cli.session import warehouse

    path = Path(run_or_file)
    if path.suffix == ".json" or path.is_file():
        if not path.is_file():
            fail(f"there is no file {path}", exit_code=2)
        try:
            return BacktestResult.from_json(path.read_text(encoding="utf-8"))
        except (ResultError, UnicodeDecodeError) as error:
            fail(f"{path}: {error}", exit_code=2)
    with warehouse(mode):
        try:
            return store.load(run_or_file, mode)
        except store.UnknownRunError as error:
            fail(str(error), exit_code=2)


def write_html(result: "BacktestResult", path: Path) -> None:
    """Write the report of a result."""
    from linehouse.backtest.html_report import page

    path.write_text(page(result), encoding="utf-8")


def _write_csv(result: "BacktestResult", path: Path) -> None:
    from linehouse.backtest.bet_table import COLUMNS

    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(COLUMNS))
        writer.writeheader()
        for bet in result.bets:
            writer.writerow({**bet, "quality_notes": "; ".join(bet["quality_notes"])})


def tell(
    result: "BacktestResult", mode: Mode, as_json: bool, verbose: bool = False
) -> None:  # fmt: skip
    """A result on the terminal, or as JSON: with every bet where `verbose`."""
    from linehouse.backtest.wording import command, figures, sentences

    if as_json:
        content = {name: value for name, value in vars(result).items() if name != "bets"}
        print_json({"mode": mode.value, **content, "bets": result.bets} if verbose else
                   {"mode": mode.value, **content})  # fmt: skip
        return
    asked = result.request
    out.print(
        f"[bold]{asked['strategy']}[/] {asked['start']} to {asked['end']}, run {result.run_id}"
        + (": simulated games, not real ones" if mode is Mode.SANDBOX else ""),
        highlight=False,
        soft_wrap=True,
    )
    print_rows("Figures", figures(result))
    if verbose:
        for dimension, groups in result.breakdowns.items():
            rows = [
                {
                    dimension.replace("_", " "): label,
                    "bets": one["bets"],
                    "turnover": round(one["turnover"], 2),
                    "profit": round(one["profit"], 2),
                    "yield %": _percent(one["yield"]),
                    "win rate": _share(one["win_rate"]),
                }
                for label, one in groups.items()
            ]
            print_rows(f"By {dimension.replace('_', ' ')}", rows)
        told = ("game_date_et", "home_team", "away_team", "bookmaker", "market", "side", "point",
                "price_american", "stake", "result", "profit", "rationale")  # fmt: skip
        print_rows("Bets", result.bets, told)
    for sentence in sentences(result):
        out.print(sentence, highlight=False, soft_wrap=True, markup=False)
    out.print(f"again: {command(result)}", highlight=False, soft_wrap=True, markup=False)


def _told(name: str, value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return round(value, 4)
    return value


def _percent(value: float | None) -> str:
    return "-" if value is None else f"{100 * value:+.2f}"


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _between(low: float | None, high: float | None) -> str:
    return "-" if low is None or high is None else f"{100 * low:+.2f} to {100 * high:+.2f}"
