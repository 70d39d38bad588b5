"""Commands that read: data status, data quality, card, trace."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer

from linehouse.cli.output import (
    AsJson,
    ForMode,
    fail,
    mode_or_default,
    out,
    print_json,
    print_rows,
    shown,
)


class Shown(StrEnum):
    """Which zones a command shows."""

    RAW = "raw"
    STAGING = "staging"
    CURATED = "curated"
    ALL = "all"


ForZone = Annotated[Shown, typer.Option("--zone", help="raw, staging, curated or all.")]
SHOWN = {
    "promotions": {
        "promotion_id": "id",
        "scope": "scope",
        "state": "state",
        "started_at": "started",
        "touched_games": "games",
        "build_seconds": "build s",
        "gate_seconds": "gate s",
        "publish_seconds": "publish s",
        "rows_inserted": "inserted",
        "rows_updated": "updated",
        "rows_deleted": "deleted",
    }
}
"""What people see of a section with many columns; --json has them all."""
CARD_COLUMNS = {
    "commence_at": "start (UTC)",
    "game": "game",
    "bet": "bet",
    "bookmaker": "book",
    "price_american": "price",
    "ev_pct": "EV %",
    "stake_units": "stake",
    "strategy": "strategy",
    "confidence": "conf.",
    "lives": "lives (min)",
}


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    group = typer.Typer(help="What the zones hold and how good it is.", no_args_is_help=True)
    group.command("status")(status)
    group.command("quality")(quality)
    group.command("docs")(docs)
    app.add_typer(group, name="data")
    app.command("card")(card)
    app.command("trace")(trace)


def status(zone: ForZone = Shown.ALL, mode: ForMode = None, as_json: AsJson = False) -> None:
    """Rows, batches and promotions of each zone."""
    _show(zone, mode, as_json, "zone_status")


def quality(zone: ForZone = Shown.ALL, mode: ForMode = None, as_json: AsJson = False) -> None:
    """Failed expectations and broken rules of each zone."""
    _show(zone, mode, as_json, "zone_quality")


def docs(mode: ForMode = None, as_json: AsJson = False) -> None:
    """Make the pages about the newest verdicts (Great Expectations' Data Docs) and about all tables
    and columns (dbt docs), and say where they are."""
    from linehouse.cli.session import warehouse
    from linehouse.promotion import build_data_docs
    from linehouse.promotion.dbt_docs import build_dbt_docs

    chosen = mode_or_default(mode)
    with warehouse(chosen):
        page = build_data_docs(chosen)
        tables = build_dbt_docs(chosen, anew=True)
    if as_json:
        print_json({"mode": chosen.value, "page": str(page), "tables": str(tables)})
    else:
        for one in (page, tables):
            out.print(one.as_uri(), highlight=False, soft_wrap=True)


def _show(zone: Shown, mode: ForMode, as_json: bool, query: str) -> None:
    from linehouse.cli.session import warehouse
    from linehouse.serving import warehouse_status

    chosen = mode_or_default(mode)
    zones = warehouse_status.ZONES if zone is Shown.ALL else (zone.value,)
    with warehouse(chosen):
        found = {name: getattr(warehouse_status, query)(chosen, name) for name in zones}
    if as_json:
        print_json({"mode": chosen.value, "zones": found})
        return
    for name, sections in found.items():
        out.rule(f"{name} ({chosen.value})")
        for title, section in sections.items():
            if isinstance(section, dict):
                section = [{"what": what, "count": count} for what, count in section.items()]
            print_rows(title.replace("_", " "), section, SHOWN.get(title))


def card(
    mode: ForMode = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also the bets of games that have started.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """The betting card."""
    from linehouse.cli.session import warehouse
    from linehouse.serving import warehouse_status

    chosen = mode_or_default(mode)
    with warehouse(chosen):
        bets = warehouse_status.card(chosen, upcoming_only=not everything)
    if as_json:
        print_json({"mode": chosen.value, "card": bets})
    else:
        print_card(chosen.value, bets)


def print_card(mode: str, bets: list[dict[str, Any]]) -> None:
    """The card as a table; simulated games say so."""
    from linehouse.strategies.wording import selection

    note = ": simulated games, not real ones" if mode == "sandbox" else ""
    rows = [
        bet
        | {
            "game": f"{bet['away_team']} at {bet['home_team']}",
            "bet": selection(
                bet["market"],
                bet["side"],
                None if bet["point"] is None else float(bet["point"]),
                bet["home_team"],
                bet["away_team"],
            ),
            "price_american": f"{bet['price_american']:+d}",
            "lives": None
            if bet["time_to_live_seconds"] is None
            else round(bet["time_to_live_seconds"] / 60),
        }
        for bet in bets
    ]
    print_rows(f"Betting card ({mode}{note})", rows, CARD_COLUMNS)


def trace(
    table: Annotated[str, typer.Argument(help="zone.table, for example curated.closing_lines")],
    key: Annotated[
        list[str], typer.Argument(help="column=value, as many as name the row you mean")
    ],
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """The payload rows behind a published row."""
    from linehouse.cli.session import warehouse
    from linehouse.trace import trace as trace_row

    chosen = mode_or_default(mode)
    pairs = [part.partition("=") for part in key]
    if wrong := [name for name, equals, _ in pairs if not equals]:
        fail(f"say column=value, not {wrong[0]!r}", exit_code=2)
    with warehouse(chosen):
        traces = trace_row(chosen, table, {name: value for name, _, value in pairs})
    if as_json:
        print_json({"mode": chosen.value, "traces": [asdict(found) for found in traces]})
        return
    for found in traces:
        out.rule(f"{found.table} ({chosen.value})")
        print_rows("row", [{"column": name, "value": shown(v)} for name, v in found.row.items()])
        for rows in found.payloads:
            out.print(
                f"{rows.why}: batch [bold]{rows.batch['batch_id']}[/] ({rows.batch['source']}"
                f" {rows.batch['feed']}, {rows.batch['state']}, taken"
                f" {shown(rows.batch['observed_at'])})"
            )
            print_rows(
                "payload", [{"field": name, "value": shown(v)} for name, v in rows.payload.items()]
            )
            print_rows("lines as the source wrote them", rows.lines)
            print_rows("games as the source wrote them", rows.games)
