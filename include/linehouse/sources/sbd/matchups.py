"""Reads SportsBettingDime's matchups, in either of the two shapes that are known.

The usual one is `{group, games[]}` with odds; the other `{data[]}`, whose games have `scheduled`
and `competitors` and no odds. All odds are texts, and what is not offered is an empty one. A game's
`_id` holds a 12-hour clock, so that both games of a doubleheader can have the same: `identifier`
tells them apart. The books' `consensus` is what the site's own users pick, not what is staked, and
is not read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from linehouse.days import eastern_day
from linehouse.sources.errors import DriftedSchemaError
from linehouse.sources.reading.answer_fields import (
    instant,
    mapping,
    note_drift,
    objects,
    optional_mapping,
    optional_objects,
    optional_verbatim,
    required,
    text,
    verbatim,
    wrong_type,
)
from linehouse.sources.reading.public_shares import where_told
from linehouse.sources.reading.verbatim_json import plain
from linehouse.sources.rows import Coverage, GameRow, LineRow, Parsed, SplitRow

SIDES = {"moneyline": ("away", "home"), "spread": ("away", "home"), "total": ("over", "under")}
"""Market to its sides, as the vendor calls them."""

PRESEASON = re.compile("pre-?season|spring", re.IGNORECASE)
"""In `comp`: games that are a sport of their own, as The Odds API has them."""

ROOT_FIELDS = frozenset({"group", "games", "data"})
GAME_FIELDS = frozenset(
    {
        "_id", "id", "identifier", "date", "scheduled", "comp", "gameday", "home", "away",
        "competitors", "sportsbooks", "bettingSplits",
    }
)  # fmt: skip
TEAM_FIELDS = frozenset(
    {
        "_id", "id", "code", "city", "team", "abbreviation", "market", "name", "stageName",
        "record", "streak", "conference", "parentConference", "betting_score",
        "betting_score_grade", "betting_score_label", "srRank",
    }
)  # fmt: skip
BOOK_FIELDS = frozenset(
    {
        "_id", "name", "displayName", "geos", "odds", "lines", "consensus", "deeplink", "logo",
        "logo_dark", "google_analytics_name",
    }
)  # fmt: skip
PRICE_FIELDS = frozenset({"american", "decimal", "fractional", "probability", "best"})
SHARE_FIELDS = frozenset({"bets", "betsPercentage", "stakePercentage"})


def parse_matchups(
    document: Any, *, sport_key: str | None = None, books: Sequence[str] = ()
) -> Parsed:
    """Games, lines and shares of a day. `books` are those asked for. Raises
    `DriftedSchemaError`."""
    if not isinstance(document, dict):
        raise wrong_type("answer", "an object", document)
    parsed = Parsed()
    drift: set[str] = set()
    note_drift(document, ROOT_FIELDS, "", drift)
    group = optional_verbatim(document, "group", "")
    listed = "data" if "data" in document and "games" not in document else "games"
    for game, path in objects(document, listed, ""):
        note_drift(game, GAME_FIELDS, "games[]", drift)
        row = _game(game, path, sport_key, group, drift)
        parsed.games.append(row)
        for book, at in optional_objects(game, "sportsbooks", path):
            note_drift(book, BOOK_FIELDS, "games[].sportsbooks[]", drift)
            parsed.lines.extend(_lines(book, at, row.source_event_id, drift))
        splits, at = optional_mapping(game, "bettingSplits", path), f"{path}.bettingSplits"
        note_drift(splits, SIDES.keys(), "games[].bettingSplits", drift)
        for market, sides in SIDES.items():
            shares = optional_mapping(splits, market, at)
            parsed.splits.extend(_splits(shares, f"{at}.{market}", row, market, sides, drift))
        if "sportsbooks" in game:
            parsed.coverage.append(
                Coverage(row.sport_key, tuple(SIDES), tuple(books) or None, row.source_event_id)
            )
    parsed.drift = sorted(drift)
    return parsed


def _game(
    game: Mapping[str, Any], path: str, sport_key: str | None, group: str | None, drift: set[str]
) -> GameRow:
    other_shape = "competitors" in game
    start_field = "scheduled" if other_shape else "date"
    start = text(game, start_field, path)
    commence_at = instant(start, f"{path}.{start_field}")
    teams, at = (
        (mapping(game, "competitors", path), f"{path}.competitors") if other_shape else (game, path)
    )
    home, away = mapping(teams, "home", at), mapping(teams, "away", at)
    for team in (home, away):
        note_drift(team, TEAM_FIELDS, "games[].team", drift)
    told_id = next((game[key] for key in ("identifier", "id", "_id") if game.get(key)), None)
    away_name, home_name = _name(away, f"{at}.away"), _name(home, f"{at}.home")
    # the other shape need not name its games: teams and start do
    event = str(told_id) if told_id else f"{start}-{_code(away)}@{_code(home)}"
    gameday = optional_verbatim(game, "gameday", path) or group
    day = _day(gameday, f"{path}.gameday") if gameday else eastern_day(commence_at)
    details: dict[str, Any] = {
        "sbd_id": game.get("_id"),
        "comp": game.get("comp"),
        "home_team_id": home.get("_id") or home.get("id"),
        "away_team_id": away.get("_id") or away.get("id"),
        "home_code": _code(home),
        "away_code": _code(away),
        "home_record": home.get("record"),
        "away_record": away.get("record"),
    }
    days = {day, eastern_day(commence_at)}
    if len(days) > 1:
        details["dates_et"] = sorted(one.isoformat() for one in days)
    played_in = sport_key or _sport(home, f"{at}.home")
    if PRESEASON.search(optional_verbatim(game, "comp", path) or ""):
        played_in = f"{played_in}_preseason"
    return GameRow(
        source_event_id=event,
        sport_key=played_in,
        away_team=away_name,
        home_team=home_name,
        commence_text=start,
        commence_at=commence_at,
        game_date_et=day,
        details={key: plain(value) for key, value in details.items() if value is not None},
    )


def _name(team: Mapping[str, Any], path: str) -> str:
    """City and name, the two texts as they stand."""
    city, name = ("market", "name") if "market" in team else ("city", "team")
    return f"{text(team, city, path)} {text(team, name, path)}"


def _code(team: Mapping[str, Any]) -> str | None:
    code = team.get("code") or team.get("abbreviation")
    return str(code) if code else None


def _sport(team: Mapping[str, Any], path: str) -> str:
    """Teams' ids begin with their league (`MLB_CHC`)."""
    leagues = {
        "MLB": "baseball_mlb",
        "NBA": "basketball_nba",
        "NFL": "americanfootball_nfl",
        "NHL": "icehockey_nhl",
    }
    league = verbatim(team, "_id", path).partition("_")[0]
    if league not in leagues:
        raise wrong_type(f"{path}._id", f"of one of {', '.join(leagues)}", league)
    return leagues[league]


def _day(value: str, path: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise wrong_type(path, "a date", value) from error


def _lines(
    book: Mapping[str, Any], path: str, source_event_id: str, drift: set[str]
) -> Iterator[LineRow]:
    name = verbatim(book, "name", path)
    odds, at = mapping(book, "odds", path), f"{path}.odds"
    note_drift(odds, SIDES.keys(), "games[].sportsbooks[].odds", drift)
    for market, sides in SIDES.items():
        offered, at_market = mapping(odds, market, at), f"{at}.{market}"
        for side in sides:
            cell, here = mapping(offered, side, at_market), f"{at_market}.{side}"
            prices, at_price, point = cell, here, None
            if market != "moneyline":
                required(cell, "points", here)
                point = _offered(cell, "points", here)
                prices, at_price = mapping(cell, "odds", here), f"{here}.odds"
            note_drift(prices, PRICE_FIELDS, "games[].sportsbooks[].odds[]", drift)
            required(prices, "american", at_price)
            price = _offered(prices, "american", at_price)
            if price is None and point is None:
                continue
            yield LineRow(source_event_id, name, market, side, price, point)


def _offered(entry: Mapping[str, Any], key: str, path: str) -> str | None:
    """A text; None where it is empty: not offered."""
    told = optional_verbatim(entry, key, path) if str(entry.get(key)).strip() else None
    return told.strip() if told is not None else None


def _splits(
    shares: Mapping[str, Any],
    path: str,
    game: GameRow,
    market: str,
    sides: Sequence[str],
    drift: set[str],
) -> Iterator[SplitRow]:
    if not shares:
        return
    note_drift(shares, {"updated", "bets", *sides}, f"games[].bettingSplits.{market}", drift)
    by_side = {side: mapping(shares, side, path) for side in sides}
    for side, told in by_side.items():
        note_drift(told, SHARE_FIELDS, f"games[].bettingSplits.{market}.{side}", drift)
        if not {"betsPercentage", "stakePercentage"} & told.keys():
            raise DriftedSchemaError(
                f"{path}.{side} has no share; there are {', '.join(sorted(told)) or 'no fields'}"
            )
    tickets, money = (
        where_told({side: _offered(told, field, path) for side, told in by_side.items()})
        for field in ("betsPercentage", "stakePercentage")
    )
    all_bets = optional_verbatim(shares, "bets", path)
    for side, told in by_side.items():
        if tickets[side] is None and money[side] is None:
            continue
        yield SplitRow(
            source_event_id=game.source_event_id,
            sport_key=game.sport_key,
            market=market,
            outcome=side,
            tickets_pct=tickets[side],
            money_pct=money[side],
            tickets=_offered(told, "bets", path),
            updated_text=optional_verbatim(shares, "updated", path),
            details={"market_bets": all_bets} if all_bets is not None else {},
        )
