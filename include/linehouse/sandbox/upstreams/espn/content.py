"""Events and prices in ESPN's form.

A game that is made up is an event of its own here: the one that was put off stays postponed. The
sides come in either order. Prices are there while an event is `pre`, and no longer.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from linehouse.sandbox.league.books import BookView, Quote
from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.randomness import uniform
from linehouse.sandbox.upstreams.espn.clubs import code_of, name_of, team_of

BOOK = "draftkings"
PROVIDER = {"id": "100", "name": "Draft Kings", "displayName": "Draft Kings", "priority": 1}
SLUGS = {"basketball_nba": "nba", "baseball_mlb": "mlb"}
REGULATION = {"basketball_nba": 4, "baseball_mlb": 9}
STARTERS_KNOWN = timedelta(hours=40)
STATUSES = {
    "scheduled": ("1", "STATUS_SCHEDULED", "pre", False),
    "live": ("2", "STATUS_IN_PROGRESS", "in", False),
    "final": ("3", "STATUS_FINAL", "post", True),
    "postponed": ("6", "STATUS_POSTPONED", "post", False),
    "suspended": ("16", "STATUS_SUSPENDED", "in", False),
    "cancelled": ("5", "STATUS_CANCELED", "post", False),
}
"""State of the league to type id, name, state, completed."""


def scoreboard(league: League, sport_key: str, first: date, last: date, at: datetime) -> Any:
    """All events of some Eastern days as they stood at a moment."""
    events = [
        event_of(league, game, at)
        for game in league.games_between(sport_key, first, last)
        if game.fixture.listed_from is None or at >= game.fixture.listed_from
    ]
    board: dict[str, Any] = {
        "leagues": [_league(sport_key, first)],
        "events": events,
        "provider": PROVIDER,
    }
    if first == last:
        board["day"] = {"date": first.isoformat()}
    return board


def event_of(league: League, game: Game, at: datetime) -> dict[str, Any]:
    """One event."""
    fixture = game.fixture
    state = league.status(game, at)
    status = _status(league, game, state, at)
    number = number_of(game.event_id)
    start = minute(game.told_start(at))
    sides = [_side(league, game, side, state, at) for side in ("home", "away")]
    if uniform(game.seed, "espn sides", game.event_id) < 0.3:
        sides.reverse()
    competition: dict[str, Any] = {
        "id": number,
        "uid": f"s:1~e:{number}",
        "date": start,
        "startDate": start,
        "attendance": 0,
        "type": {"id": "1", "abbreviation": "STD"},
        "timeValid": True,
        "neutralSite": False,
        "conferenceCompetition": fixture.home.conference == fixture.away.conference,
        "recent": state == "live",
        "venue": {"id": number[-4:], "fullName": f"{fixture.home.city} Arena"},
        "competitors": sides,
        "notes": _notes(league, game, at),
        "status": status,
        "broadcasts": [],
        "format": {"regulation": {"periods": REGULATION[game.sport_key]}},
    }
    odds = odds_of(league, game, at) if state == "scheduled" else None
    if odds is not None:
        competition["odds"] = [odds]
    away, home = name_of(fixture.away), name_of(fixture.home)
    return {
        "id": number,
        "uid": f"s:1~e:{number}",
        "date": start,
        "name": f"{away} at {home}",
        "shortName": f"{code_of(fixture.away)} @ {code_of(fixture.home)}",
        "season": _event_season(game),
        "competitions": [competition],
        "status": status,
    }


def odds_of(league: League, game: Game, at: datetime) -> dict[str, Any] | None:
    """DraftKings' prices of now and their opening; None while it shows none."""
    view = league.view(game, BOOK, at)
    if view is None or not view.quotes:
        return None
    now, opened = _by_market(view), _by_market(league.opening(game, BOOK))
    odds: dict[str, Any] = {"provider": PROVIDER}
    spread, total = now.get("spreads"), now.get("totals")
    if spread is not None and spread.first_point is not None:
        favourite, point = (
            (game.fixture.home, spread.first_point)
            if spread.first_point < 0
            else (game.fixture.away, -spread.first_point)
        )
        odds["details"] = f"{code_of(favourite)} {point:g}"
        odds["spread"] = spread.first_point
    if total is not None:
        odds["overUnder"] = total.first_point
    for market, name, sides in (
        ("h2h", "moneyline", ("home", "away")),
        ("spreads", "pointSpread", ("home", "away")),
        ("totals", "total", ("over", "under")),
    ):
        if market not in now:
            continue
        shown: dict[str, Any] = {"displayName": name}
        for place, side in enumerate(sides):
            shown[side] = {"close": _price(now[market], market, place)}
            if market in opened:
                shown[side]["open"] = _price(opened[market], market, place)
        odds[name] = shown
    return odds


def number_of(event_id: str) -> str:
    """A number for an event, as text."""
    return f"40{int(event_id[:12], 16) % 10**9:09d}"


def minute(moment: datetime) -> str:
    """An instant as the source writes it: UTC, without seconds."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ")


def _league(sport_key: str, day: date) -> dict[str, Any]:
    nba = sport_key == "basketball_nba"
    year = day.year + 1 if nba and day.month >= 10 else day.year
    label = f"{year - 1}-{year % 100:02d}" if nba else str(year)
    return {
        "id": "46" if nba else "10",
        "abbreviation": SLUGS[sport_key].upper(),
        "slug": SLUGS[sport_key],
        "season": {"year": year, "displayName": label},
    }


def _event_season(game: Game) -> dict[str, Any]:
    label = game.fixture.season
    year = int(label[:4]) + ("-" in label)
    regular = game.fixture.season_type == "regular"
    return {
        "year": year,
        "type": 2 if regular else 3,
        "slug": "regular-season" if regular else "post-season",
    }


def _status(league: League, game: Game, state: str, at: datetime) -> dict[str, Any]:
    number, name, told, completed = STATUSES[state]
    return {
        "clock": 0.0,
        "displayClock": "0:00",
        "period": league.period(game, at) if state != "postponed" else 0,
        "type": {
            "id": number,
            "name": name,
            "state": told,
            "completed": completed,
            "description": name.removeprefix("STATUS_").replace("_", " ").title(),
            "detail": game.told_start(at).astimezone(EASTERN).strftime("%a, %B %-d at %-I:%M %p"),
        },
    }


def _side(league: League, game: Game, side: str, state: str, at: datetime) -> dict[str, Any]:
    fixture = game.fixture
    team = fixture.home if side == "home" else fixture.away
    away, home = league.line_score(game, at)
    line = home if side == "home" else away
    competitor: dict[str, Any] = {
        "id": team_of(game.sport_key, team)["id"],
        "type": "team",
        "order": 0 if side == "home" else 1,
        "homeAway": side,
        "team": team_of(game.sport_key, team),
        "score": str(sum(line)) if state not in ("scheduled", "postponed") else "0",
        "statistics": [],
        "records": [],
    }
    if line and state not in ("scheduled", "postponed"):
        competitor["linescores"] = [
            {"value": float(points), "displayValue": str(points), "period": number}
            for number, points in enumerate(line, 1)
        ]
    if state == "final":
        competitor["winner"] = sum(line) == max(sum(home), sum(away))
    if game.sport_key == "baseball_mlb" and at >= fixture.scheduled_at - STARTERS_KNOWN:
        pitchers = dict(zip(("away", "home"), league.starters(game), strict=True))
        pitcher = pitchers[side]
        if pitcher is not None:
            competitor["probables"] = [
                {
                    "name": "probableStartingPitcher",
                    "playerId": pitcher.id,
                    "athlete": {"id": str(pitcher.id), "displayName": pitcher.name},
                }
            ]
    return competitor


def _notes(league: League, game: Game, at: datetime) -> list[dict[str, str]]:
    """The headline of a doubleheader, which is where its number stands."""
    fixture = game.fixture
    if game.sport_key != "baseball_mlb":
        return []
    twice = any(
        one.fixture.home == fixture.home
        and one.fixture.game_number == 2
        and (one.fixture.listed_from is None or at >= one.fixture.listed_from)
        for one in league.games_on(game.sport_key, fixture.date_et)
    )
    if not twice:
        return []
    headline = f"Doubleheader - Game {fixture.game_number}"
    if fixture.makes_up is not None:
        headline += f" - Makeup from {fixture.makes_up:%B %-d}"
    return [{"type": "event", "headline": headline}]


def _by_market(view: BookView | None) -> dict[str, Quote]:
    return {quote.market: quote for quote in view.quotes} if view is not None else {}


def _price(quote: Quote, market: str, place: int) -> dict[str, str]:
    price = (quote.first_price, quote.second_price)[place]
    point = (quote.first_point, quote.second_point)[place]
    shown = {"odds": f"{price:+d}"}
    if market == "spreads" and point is not None:
        shown["line"] = f"{point:+g}"
    if market == "totals" and point is not None:
        shown["line"] = f"{'ou'[place]}{point:g}"
    return shown
