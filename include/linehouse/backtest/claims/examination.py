"""A claimed record examined: from the claim to everything that can be said of it."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from linehouse.backtest.claims import afterwards, filters, learned, needed, record, search, stretch
from linehouse.backtest.claims.record import Claim, ClaimError
from linehouse.backtest.claims.sides import Sides, sides_of
from linehouse.backtest.outcomes import Closes, Outcomes, load_outcomes, load_rules
from linehouse.backtest.run import fingerprint_of
from linehouse.betting.settlement_rules import Rules
from linehouse.database import connect
from linehouse.market.load import load_view
from linehouse.market.view import MarketView
from linehouse.settings import Mode
from linehouse.strategies.estimators import ESTIMATORS

Progress = Callable[[str, int, int], None]
STEPS = ("games", "the record itself", "filters", "afterwards", "model", "what is needed")
FORMAT = 1
STRETCHES = 300
"""Draws for the best stretch anywhere; each looks at every day and filter."""
WINDOWS = ((1, 8), (1, 4), (1, 2), (3, 2), (3, 1), (6, 1))
"""Windows of so many times the claimed bets, and filters with bets of at least the claimed number
over so much."""
SIGNIFICANT = 0.05


@dataclass(frozen=True)
class Asked:
    """On which games a claim is examined.

    Attributes:
        claim: what was told.
        start, end: first and last slate day (US Eastern).
        sport: sport key, or all.
        estimators: models that are tried, by name; none leaves the part out.
        seed: of everything random.
        draws: of results without edge.
    """

    claim: Claim
    start: date
    end: date
    sport: str | None = None
    estimators: tuple[str, ...] = ("logistic", "gradient_boosting")
    seed: int = 0
    draws: int = 1000

    def __post_init__(self) -> None:
        if self.start > self.end:
            raise ClaimError(f"from {self.start} to {self.end} are no days")
        if unknown := sorted(set(self.estimators) - set(ESTIMATORS)):
            raise ClaimError(
                f"there is no estimator {', '.join(unknown)}; there are {', '.join(ESTIMATORS)}"
            )
        if not 20 <= self.draws <= 100_000:
            raise ClaimError(f"{self.draws} draws: at least 20 and at most 100,000")


@dataclass(frozen=True)
class Examination:
    """What was found; all of it plain, as JSON has it.

    Attributes:
        asked: the claim and the games.
        fingerprint: of the games, lines and results (SHA-256).
        games: `number`, `days`, `first_day`, `last_day`, `left_out` by reason.
        record: see `record.Record`.
        tried: see `record.Tried`, a row for each number of rules.
        family: `size`, `dimensions`, and `whole` (`search.Whole`).
        windows: see `search.Reached`, a row for each kind of window.
        anywhere: see `stretch.Anywhere`.
        afterwards: see `afterwards.Afterwards`, by the rate before and by errors.
        verdict: `luck` where the family shows nothing that luck does not, else `edge`.
        learned: see `learned.Learned`, a row for each estimator and filter.
        needed: see `needed.Needed`, a row for each rate.
        closing: `points_per_win_pct` and the like: what points at the close are worth.
    """

    asked: dict[str, Any]
    fingerprint: str
    games: dict[str, Any]
    record: dict[str, Any]
    tried: list[dict[str, Any]]
    family: dict[str, Any]
    windows: list[dict[str, Any]]
    anywhere: dict[str, Any] | None
    afterwards: list[dict[str, Any]]
    verdict: str
    learned: list[dict[str, Any]]
    needed: list[dict[str, Any]]
    closing: dict[str, Any]
    format: int = field(default=FORMAT)

    def to_json(self) -> str:
        """The whole of it."""
        content = {item.name: getattr(self, item.name) for item in fields(self)}
        return json.dumps(
            content, sort_keys=True, ensure_ascii=False, allow_nan=False, indent=1
        ) + "\n"  # fmt: skip

    def write(self, path: Path) -> None:
        """Write it to a file, whole or not at all."""
        beside = path.with_name(path.name + ".part")
        beside.write_text(self.to_json(), encoding="utf-8")
        beside.replace(path)


def examine(asked: Asked, mode: Mode, progress: Progress | None = None) -> Examination:
    """Load the games, and examine the claim on them. One snapshot is read, nothing is written.

    Raises:
        ClaimError: there is no game with a line and a result.
    """
    if progress is not None:
        progress(STEPS[0], 0, len(STEPS))
    request = _request(asked, next(iter(asked.estimators), "logistic"))
    with connect(mode) as connection:
        connection.execute("set transaction isolation level repeatable read, read only")
        view = load_view(connection, request.view).view
        outcomes = load_outcomes(connection, view.games)
        rules = load_rules(connection)
    return examine_on(asked, view, outcomes, rules, progress)


def examine_on(
    asked: Asked,
    view: MarketView,
    outcomes: Outcomes,
    rules: Rules,
    progress: Progress | None = None,
) -> Examination:
    """The same on what is in memory."""

    def begin(step: int) -> None:
        if progress is not None:
            progress(STEPS[step], step, len(STEPS))

    claim = asked.claim
    sides, scale = sides_of(view, outcomes, rules, claim.market, asked.start)
    if not len(sides):
        raise ClaimError(
            f"no game from {asked.start} to {asked.end} has a closing line of {claim.market} with"
            " both sides, and a result"
        )
    begin(1)
    said = record.record_of(claim)
    begin(2)
    family = filters.family_of(sides)
    whole = search.whole(family, claim.bets // 4, asked.seed, asked.draws)
    share = whole.independent / whole.filters if whole is not None else None
    reached = [
        search.reached(
            family, claim.rate, times * claim.bets, claim.bets // part, asked.seed, asked.draws
        )
        for times, part in WINDOWS
    ]
    anywhere = stretch.anywhere(
        family, claim.rate, claim.bets, asked.seed, min(asked.draws, STRETCHES)
    )
    begin(3)
    after = [
        afterwards.afterwards(family, claim.bets, claim.bets // 4, claim.decimal, asked.seed, how)
        for how in afterwards.HOW
    ]
    begin(4)
    models = [
        row
        for name in asked.estimators
        for row in learned.learned(view, outcomes, rules, _request(asked, name))
    ]
    begin(5)
    return Examination(
        asked=_plain(asked),
        fingerprint=fingerprint_of(view, outcomes, Closes.none(len(view)), rules),
        games=_games(sides),
        record=asdict(said),
        tried=[asdict(one) for one in record.tried(said, share)],
        family={
            "size": len(family),
            "dimensions": family.dimensions,
            "whole": None if whole is None else asdict(whole),
        },
        windows=[asdict(one) for one in reached if one.windows and one.filters],
        anywhere=None if anywhere is None else asdict(anywhere),
        afterwards=[_told(asdict(one)) for one in after],
        verdict=_verdict(whole, after, claim.break_even),
        learned=[_told(asdict(one)) for one in models],
        needed=[_told(asdict(one)) for one in needed.needed(claim.rate, claim.decimal, scale)],
        closing=_closing(scale, claim),
    )


def _request(asked: Asked, estimator: str) -> Any:
    claim = asked.claim
    return learned.request_of(
        claim.market, asked.sport, asked.start, asked.end, "close", claim.price_american,
        estimator, asked.seed,
    )  # fmt: skip


def _verdict(
    whole: search.Whole | None, after: list[afterwards.Afterwards], break_even: float
) -> str:
    """An edge is what luck rarely makes of the best of all, and what lasts once it was chosen."""
    lasting = any(one.how == "errors" and (one.low or 0.0) > break_even for one in after)
    rare = whole is not None and whole.chance < SIGNIFICANT
    return "edge" if rare and lasting else "luck"


def _games(sides: Sides) -> dict[str, Any]:
    days = sorted(set(sides.day.astype(str).tolist()))
    return {
        "number": sides.games,
        "days": len(days),
        "first_day": days[0],
        "last_day": days[-1],
        "left_out": sides.left_out,
    }


def _closing(scale: needed.ClosingScale, claim: Claim) -> dict[str, Any]:
    return {
        "games": scale.games,
        "rate_a_point_better": scale.rate(1.0),
        "rate_two_points_better": scale.rate(2.0),
        "points_to_break_even": scale.points(claim.break_even),
        "points_of_the_claim": scale.points(claim.rate),
        "moves": int(scale.moves.size),
        "move_spread": scale.move_spread,
        "mean_move_size": float(abs(scale.moves).mean()) if scale.moves.size else None,
        "share_moved_so_far": None
        if not scale.moves.size or scale.points(claim.rate) is None
        else float((abs(scale.moves) >= (scale.points(claim.rate) or 0.0)).mean()),
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """With names that JSON's readers know: `yield_` is `yield`."""
    return {name.rstrip("_"): value for name, value in row.items()}


def _plain(asked: Asked) -> dict[str, Any]:
    return {
        "claim": asdict(asked.claim),
        "start": asked.start.isoformat(),
        "end": asked.end.isoformat(),
        "sport": asked.sport,
        "estimators": list(asked.estimators),
        "seed": asked.seed,
        "draws": asked.draws,
    }
