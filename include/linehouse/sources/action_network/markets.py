"""Prices and public shares of a game on Action Network's scoreboard of version 2.

Shape: `markets` is book -> period -> market -> outcomes. The public's shares (`bet_info`) are one
consensus that is copied to every book, and are read once for each side. The opening line stands
under a book of its own, whose outcomes lack `is_live`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linehouse.sources.action_network.games import (
    CONSENSUS_BOOK,
    MARKETS,
    OPENING_BOOK,
    market_name,
)
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.answer_fields import (
    mapping,
    note_drift,
    objects,
    optional_mapping,
    optional_verbatim,
    required,
    text,
)
from linehouse.sources.reading.public_shares import where_told
from linehouse.sources.rows import GameRow, LineRow, SplitRow

PROPS_PREFIX = "core_bet_type_"
OUTCOME_FIELDS = frozenset(
    {
        "outcome_id", "market_id", "event_type", "event_id", "league_id", "book_id",
        "book_parent_id", "core_book_id", "type", "option_type_id", "side", "period",
        "team_id", "odds", "value", "is_live", "deeplink_id", "line_status", "bet_info",
        "prop_type_id", "odds_coefficient_score", "is_alt_market", "player_id",
        "competitor_id",
    }
)  # fmt: skip
LINE_STATUSES = frozenset({"normal", "opener"})


@dataclass(frozen=True)
class Shares:
    """What one outcome says of the public; shares in per cent."""

    tickets_pct: str | None = None
    money_pct: str | None = None
    tickets: str | None = None
    money: str | None = None


@dataclass(frozen=True)
class Outcome:
    """One priced side of a market at a book."""

    book: str
    period: str
    market: str
    side: str
    price: str | None
    point: str | None
    opening: bool
    live: bool
    alternate: bool
    shares: Shares | None


def read_outcomes(
    game: Mapping[str, Any], path: str, row: GameRow, drift: set[str]
) -> Iterator[Outcome]:
    """The outcomes of a game's main markets, in payload order; props are skipped, and so is a game
    with nothing on offer. Raises `DriftedSchemaError`."""
    books, at_books = optional_mapping(game, "markets", path), f"{path}.markets"
    for book in books:
        periods, at_book = mapping(books, book, at_books), f"{at_books}.{book}"
        for period in periods:
            markets, at_period = mapping(periods, period, at_book), f"{at_book}.{period}"
            for market in markets:
                if market.startswith(PROPS_PREFIX):
                    continue
                if market not in MARKETS:
                    drift.add(f"games[].markets[].{market}")
                    continue
                for outcome, at in objects(markets, market, at_period):
                    yield _outcome(outcome, at, row, (book, period, market), drift)


def lines_of(outcomes: list[Outcome], source_event_id: str) -> Iterator[LineRow]:
    """One line for each outcome."""
    for one in outcomes:
        yield LineRow(
            source_event_id=source_event_id,
            bookmaker=one.book,
            market=market_name(one.market, one.period, live=one.live, alternate=one.alternate),
            outcome=one.side,
            price=one.price,
            point=one.point,
            label="open" if one.opening else None,
        )


def splits_of(outcomes: list[Outcome], row: GameRow, drift: set[str]) -> Iterator[SplitRow]:
    """The consensus, once for each market and side; none where it says nothing."""
    told: dict[tuple[str, str], dict[str, list[Outcome]]] = defaultdict(lambda: defaultdict(list))
    for one in outcomes:
        if one.shares is not None and not one.live and not one.alternate:
            told[one.market, one.period][one.side].append(one)
    for (market, period), sides in told.items():
        consensus = {side: _consensus(found, drift) for side, found in sides.items()}
        tickets = where_told({side: shares.tickets_pct for side, shares in consensus.items()})
        money = where_told({side: shares.money_pct for side, shares in consensus.items()})
        for side, shares in consensus.items():
            if tickets[side] is None and money[side] is None:
                continue
            yield SplitRow(
                source_event_id=row.source_event_id,
                sport_key=row.sport_key,
                market=market_name(market, period),
                outcome=side,
                tickets_pct=tickets[side],
                money_pct=money[side],
                tickets=shares.tickets,
                money=shares.money,
            )


def _outcome(
    outcome: Mapping[str, Any],
    path: str,
    row: GameRow,
    place: tuple[str, str, str],
    drift: set[str],
) -> Outcome:
    note_drift(outcome, OUTCOME_FIELDS, "games[].markets[].outcomes[]", drift)
    book, period, market = place
    side = text(outcome, "side", path)
    for field, expected in (
        ("book_id", book),
        ("event_id", row.source_event_id),
        ("type", market),
        ("period", period),
    ):
        said = optional_verbatim(outcome, field, path)
        if said is not None and said != expected:
            raise DriftedSchemaError(f"{path}.{field} is {said}, but stands under {expected}")
    _check_side(outcome, path, row, side)
    status = optional_verbatim(outcome, "line_status", path)
    if status is not None and status not in LINE_STATUSES:
        drift.add(f"games[].markets[].outcomes[].line_status={status}")
    required(outcome, "odds", path)
    required(outcome, "value", path)
    return Outcome(
        book=book,
        period=period,
        market=market,
        side=side,
        price=optional_verbatim(outcome, "odds", path),
        point=optional_verbatim(outcome, "value", path) if market != "moneyline" else None,
        opening="is_live" not in outcome or book == OPENING_BOOK,
        live=outcome.get("is_live") is True,
        alternate=outcome.get("is_alt_market") is True,
        shares=_shares(outcome, path),
    )


def _check_side(outcome: Mapping[str, Any], path: str, row: GameRow, side: str) -> None:
    """A side that names the other team's id would be a bargain that nobody offers."""
    team = optional_verbatim(outcome, "team_id", path)
    plays = {row.details[f"{one}_team_id"]: one for one in ("home", "away")}.get(team, side)
    if side in ("home", "away") and plays != side:
        raise DriftedSchemaError(f"{path}.side is {side}, but team {team} plays {plays}")


def _shares(outcome: Mapping[str, Any], path: str) -> Shares | None:
    if outcome.get("bet_info") is None:
        return None
    info, at = mapping(outcome, "bet_info", path), f"{path}.bet_info"
    tickets, money = optional_mapping(info, "tickets", at), optional_mapping(info, "money", at)
    return Shares(
        tickets_pct=optional_verbatim(tickets, "percent", f"{at}.tickets"),
        money_pct=optional_verbatim(money, "percent", f"{at}.money"),
        tickets=_counted(optional_verbatim(tickets, "value", f"{at}.tickets")),
        money=_counted(optional_verbatim(money, "value", f"{at}.money")),
    )


def _counted(told: str | None) -> str | None:
    """Numbers of bets are mostly not told, which the vendor writes as 0."""
    return None if told == "0" else told


def _consensus(found: list[Outcome], drift: set[str]) -> Shares:
    shares = [(one.book != CONSENSUS_BOOK, one.shares) for one in found if one.shares is not None]
    if len({one for _, one in shares}) > 1:
        drift.add("games[].markets[].outcomes[].bet_info (differs among books)")
    return min(shares, key=lambda one: one[0])[1]
