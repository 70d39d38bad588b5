"""A plan: what it is for, what it sends, what it costs; and the file that a person reads and edits.

Historical odds show all games of a sport at a moment, whatever it is asked for, so that a moment
serves every selected game near it. Moments lie on the grid that the vendor keeps.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from linehouse.backfill.selection import PastGame
from linehouse.days import EASTERN
from linehouse.sources.base import Request

GRID_SINCE = datetime(2022, 9, 18, tzinfo=UTC)
"""From then on the vendor keeps a snapshot every 5 minutes, every 10 before."""
FIRST_SNAPSHOT = datetime(2020, 6, 6, tzinfo=UTC)
BEFORE_THE_START = timedelta(minutes=5)
"""A closing snapshot is asked for so long before the start."""
DEFAULT_HOURS = (24.0, 0.0)


class PlanFileError(ValueError):
    """A plan's file that cannot be used; says where and why."""


@dataclass(frozen=True)
class Step:
    """One request of a plan."""

    request: Request
    month: date
    """First day of the month (US Eastern) that it belongs to."""
    cost: int
    """Credits, at most."""
    games: int = 0
    """Selected games that it is for."""


@dataclass(frozen=True)
class BackfillPlan:
    """Steps month by month, and what they are for."""

    steps: tuple[Step, ...]
    about: Mapping[str, Any] = field(default_factory=dict)
    """Days, sports, selection, seed, numbers of games; JSON types only."""
    games: tuple[PastGame, ...] = ()
    plan_id: int | None = None

    @property
    def cost(self) -> int:
        """Credits of all steps, at most."""
        return sum(step.cost for step in self.steps)

    def per_month(self) -> dict[date, tuple[int, int]]:
        """Requests and credits of each month."""
        months: dict[date, tuple[int, int]] = {}
        for step in self.steps:
            number, credits = months.get(step.month, (0, 0))
            months[step.month] = (number + 1, credits + step.cost)
        return months


def moments(games: Iterable[PastGame], hours: Sequence[float]) -> dict[tuple[str, datetime], int]:
    """(sport, moment) of the snapshots that show the games so many hours before their starts, each
    with its number of games; moments before the vendor's first snapshot are left out."""
    found: dict[tuple[str, datetime], int] = {}
    for game in games:
        for before in hours:
            at = game.commence_at - max(timedelta(hours=before), BEFORE_THE_START)
            if at >= FIRST_SNAPSHOT:
                key = (game.sport_key, on_the_grid(at))
                found[key] = found.get(key, 0) + 1
    return found


def on_the_grid(at: datetime) -> datetime:
    """The moment of the snapshot at or just before this one."""
    minutes = 5 if at >= GRID_SINCE else 10
    return at.astimezone(UTC).replace(
        minute=at.minute - at.minute % minutes, second=0, microsecond=0
    )


def month_of(day: date) -> date:
    """First day of a date's month."""
    return day.replace(day=1)


def odds_steps(games: Sequence[PastGame], hours: Sequence[float]) -> list[Step]:
    """Historical odds of The Odds API for the games."""
    from linehouse.sources.the_odds_api.source import SOURCE

    steps = []
    for (sport_key, at), number in sorted(moments(games, hours).items(), key=lambda one: one[0][1]):
        request = SOURCE.historical_odds_request(sport_key, at)
        month = month_of(at.astimezone(EASTERN).date())
        steps.append(Step(request, month, SOURCE.cost(request), number))
    return steps


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Month by month, each request once: what is free first, so that games are known early."""
    seen: dict[tuple[Any, ...], Step] = {}
    for step in steps:
        request = step.request
        key = (request.source, request.feed, request.path, *sorted(request.params.items()))
        if key in seen:
            step = replace(seen[key], games=seen[key].games + step.games)
        seen[key] = step
    return tuple(sorted(seen.values(), key=lambda step: (step.month, step.cost > 0)))


# The file


def write(plan: BackfillPlan, path: Path) -> None:
    """The plan as YAML (JSON where the name ends so): requests can be taken out, added, changed."""
    document = {
        "plan": plan.plan_id,
        "credits": plan.cost,
        "about": dict(plan.about),
        "games": [
            f"{game.commence_at:%Y-%m-%dT%H:%MZ} {game.sport_key}: "
            f"{game.away_team} at {game.home_team}"
            for game in plan.games
        ],
        "requests": [
            {
                "source": step.request.source,
                "feed": step.request.feed,
                "sport_key": step.request.sport_key,
                "month": step.month.isoformat(),
                "credits": step.cost,
                "games": step.games,
                "path": step.request.path,
                "params": dict(step.request.params),
                **({"headers": dict(step.request.headers)} if step.request.headers else {}),
            }
            for step in plan.steps
        ],
    }
    if path.suffix == ".json":
        text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    else:
        head = (
            "# A backfill. `linehouse backfill execute THIS_FILE` sends the requests that are not"
            " done yet.\n# Take requests out, change or add some; `credits`, `games` and `about`"
            " are only said.\n# Without any request that is not done, the plan is given up.\n"
        )
        text = head + yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(path.suffix + ".tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def read(path: Path) -> BackfillPlan:
    """The plan of a file as it was edited. Costs are counted anew, not believed.

    Raises:
        PlanFileError: it is no plan, or a request in it is incomplete.
        FileNotFoundError: there is no such file.
    """
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))  # JSON is YAML
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise PlanFileError(f"{path.name} cannot be read: {error}") from None
    if not isinstance(document, dict) or not isinstance(document.get("requests"), list):
        raise PlanFileError(f"{path.name} is no plan of a backfill: it has no list `requests`")
    steps = [_step(path.name, number, one) for number, one in enumerate(document["requests"], 1)]
    plan_id = document.get("plan")
    if plan_id is not None and not isinstance(plan_id, int):
        raise PlanFileError(f"{path.name}: `plan` is the plan's number or left out")
    return BackfillPlan(in_order(steps), document.get("about") or {}, (), plan_id)


def _step(name: str, number: int, told: Any) -> Step:
    where = f"{name}, request {number}"
    if not isinstance(told, dict):
        raise PlanFileError(f"{where} is not a mapping")
    if missing := [key for key in ("source", "feed", "path", "month") if not told.get(key)]:
        raise PlanFileError(f"{where} has no {', '.join(missing)}")
    params, headers = told.get("params") or {}, told.get("headers") or {}
    if not isinstance(params, dict) or not isinstance(headers, dict):
        raise PlanFileError(f"{where}: params and headers are mappings")
    try:
        month = month_of(date.fromisoformat(str(told["month"])))
    except ValueError:
        raise PlanFileError(f"{where}: month is a date (2025-04-01)") from None
    games = told.get("games") or 0
    if not isinstance(games, int):
        raise PlanFileError(f"{where}: games is a whole number")
    request = Request(
        str(told["source"]),
        str(told["feed"]),
        str(told["path"]),
        {str(key): str(value) for key, value in params.items()},
        {str(key): str(value) for key, value in headers.items()},
        sport_key=told.get("sport_key"),
    )
    return Step(request, month, cost_of(request, where), games)


def cost_of(request: Request, where: str = "the request") -> int:
    """Credits of a request, at most; 0 for a source that counts none.

    Raises:
        PlanFileError: no source of that name has that feed, or it is an archive's.
    """
    from linehouse.sources import registry
    from linehouse.sources.availability import http_sources, is_asked

    try:
        source = registry.for_feed(request.source, request.feed)
    except KeyError as error:
        raise PlanFileError(f"{where}: {error.args[0]}") from None
    if not is_asked(source):
        there = ", ".join(http_sources())
        raise PlanFileError(
            f"{where}: {request.source} {request.feed} comes in files and cannot be asked (files"
            f" are loaded with `linehouse load-archive`); sources that can be asked are {there}"
        )
    cost = getattr(source, "cost", None)
    return int(cost(request)) if cost is not None else 0
