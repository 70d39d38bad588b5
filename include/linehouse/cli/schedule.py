"""Commands about what is fetched when: quota, events."""

from datetime import timedelta
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
    warn_of_settings,
)
from linehouse.settings import Mode, get_settings

HOURS_SHOWN = 1


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    app.command("quota")(quota)
    app.command("events")(events)


def quota(mode: ForMode = None, as_json: AsJson = False) -> None:
    """The month's credits, what they are planned for, and how many closing lines that gives."""
    from linehouse.sources.availability import http_source, off_because

    chosen = mode_or_default(mode)
    found = _decision(chosen)
    off = off_because(http_source("the_odds_api"), chosen)
    told = {"off": off, **_quota_of(found)}
    if as_json:
        print_json({"mode": chosen.value, **told})
        return
    if off:
        out.print(f"Nothing is asked: {off}", highlight=False)
    said = f"as told {shown(told['told_at'])}" if told["told_at"] else "as set, none used yet"
    out.print(
        f"{told['left']:,} of {told['total']:,} credits left, {told['used']:,} used ({said});"
        f" granted anew {shown(told['resets_at'])}",
        highlight=False,
    )
    out.print(
        f"of those left {told['expected_cost']:,} are planned for and {told['reserve']:,} a reserve"
        " that no schedule touches",
        highlight=False,
    )
    plan = told["plan"]
    print_rows(f"Planned until {shown(plan['until'])}, by tier", plan["tiers"])
    print_rows("By day (US Eastern) and tier", plan["days"])
    expected = plan["coverage"]
    if expected["games"]:
        out.print(
            f"Of {expected['games']} known games {expected['closing_pct']} % get a snapshot in"
            f" their last 30 minutes, {expected['near_pct']} % in their last 3 hours.",
            highlight=False,
        )
    else:
        out.print("No game is known that is still to start.")


def events(
    days: Annotated[int, typer.Option("--days", min=1, max=31, help="How far ahead.")] = 7,
    team: Annotated[
        str | None, typer.Option("--team", help="Only games of teams with this in their name.")
    ] = None,
    sport: Annotated[str | None, typer.Option("--sport", help="A sport's key.")] = None,
    mode: ForMode = None,
    as_json: AsJson = False,
) -> None:
    """Upcoming games, each with its tier and its next fetch."""
    chosen = mode_or_default(mode)
    sports = get_settings().sports
    if sport is not None and sport not in sports:
        fail(f"no sport {sport!r} in SPORTS; there are {', '.join(sports)}", exit_code=2)
    rows = [
        row
        for row in _events_of(_decision(chosen), timedelta(days=days))
        if (sport is None or row["sport_key"] == sport)
        and (team is None or team.casefold() in f"{row['away_team']}|{row['home_team']}".casefold())
    ]
    if as_json:
        print_json({"mode": chosen.value, "events": rows})
        return
    print_rows(
        f"Events of the next {days} days ({chosen.value})",
        [row | {"game": f"{row['away_team']} at {row['home_team']}"} for row in rows],
        {
            "commence_at": "start (UTC)",
            "sport_key": "sport",
            "game": "game",
            "state": "state",
            "tier": "tier",
            "hours_until_start": "hours",
            "next_fetch_at": "next fetch",
        },
    )


def _decision(mode: Mode) -> Any:
    from linehouse.cli.session import upstream, warehouse
    from linehouse.scheduling import runs
    from linehouse.scheduling.work import Work

    warn_of_settings()
    with warehouse(mode), upstream(mode):
        return runs.decide_now(mode, Work.ODDS)


def _quota_of(found: Any) -> dict[str, Any]:
    """Credits and the plan, as --json has them."""
    from linehouse.scheduling.tiers import NAMES

    plan, credits = found.plan, found.quota
    tiers = plan.per_tier()
    order = [*NAMES, *sorted(tiers.keys() - set(NAMES))]
    days = plan.per_day_and_tier()
    return {
        "at": found.now,
        "total": credits.total,
        "used": credits.used,
        "left": credits.left,
        "told_at": credits.told_at,
        "resets_at": credits.resets_at,
        "reserve": found.reserve,
        "expected_cost": plan.expected_cost,
        "plan": {
            "until": min(found.now + plan.situation.lookahead, credits.resets_at),
            "credits": plan.cost,
            "allowance": plan.allowance,
            "known_share": round(plan.share, 4),
            "whole_table": plan.whole_table,
            "scores": plan.polling.value,
            "tiers": [
                {"tier": tier, "fetches": tiers[tier][0], "credits": tiers[tier][1]}
                for tier in order
                if tier in tiers
            ],
            "days": [
                {"day": day.isoformat(), "tier": tier, "fetches": count, "credits": cost}
                for (day, tier), (count, cost) in sorted(
                    days.items(), key=lambda item: (item[0][0], order.index(item[0][1]))
                )
            ],
            "coverage": {
                "games": plan.coverage.games,
                "closing_pct": plan.coverage.closing_pct,
                "near_pct": plan.coverage.near_pct,
            },
        },
    }


def _events_of(found: Any, ahead: timedelta) -> list[dict[str, Any]]:
    from linehouse.scheduling.states import LIVE, SCHEDULED
    from linehouse.scheduling.tiers import hours_until, tier_of

    plan = found.plan
    fetches = [fetch for fetch in plan.fetches if fetch.feed != "scores"]
    rows = []
    for game in found.calendar.games:
        is_live = game.state.state == LIVE
        if not is_live and not found.now < game.commence_at <= found.now + ahead:
            continue
        is_fetched = game.state.state == SCHEDULED and game.is_offered
        tier = tier_of(game.commence_at, found.now, plan.situation.lookahead)
        following = (
            fetch.at
            for fetch in fetches
            if fetch.sport_key == game.sport_key
            and fetch.event_id in (None, game.event_id)
            and fetch.at < game.commence_at
        )
        rows.append(
            {
                "commence_at": game.commence_at,
                "sport_key": game.sport_key,
                "away_team": game.away_team,
                "home_team": game.home_team,
                "state": game.state.state,
                "evidence": game.state.evidence,
                "tier": tier.name if tier and is_fetched else None,
                "hours_until_start": round(hours_until(game.commence_at, found.now), HOURS_SHOWN),
                "next_fetch_at": min(following, default=None) if is_fetched else None,
                "game_id": game.game_id,
            }
        )
    return rows
