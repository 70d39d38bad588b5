"""Scoreboards and season tables in NBA.com's form."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

from linehouse.sandbox.league.calendar import EASTERN, season_of
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.randomness import stream
from linehouse.sandbox.league.teams import Team
from linehouse.sandbox.upstreams.game_numbers import is_known

SPORT = "basketball_nba"
REGULAR = "Regular Season"
SEASON_TYPES = {
    "Pre Season": "1",
    REGULAR: "2",
    "All Star": "3",
    "Playoffs": "4",
    "PlayIn": "5",
    "IST Championship": "6",
}
TYPE_OF = {"regular": "2", "playoffs": "4"}
PLAY_IN = "5"
GAMES_A_DAY = 20
CODES_BY_ID = (
    "ATL", "BOS", "CLE", "NOP", "CHI", "DAL", "DEN", "GSW", "HOU", "LAC", "LAL", "MIA", "MIL",
    "MIN", "BKN", "NYK", "ORL", "IND", "PHI", "PHX", "POR", "SAC", "SAS", "OKC", "TOR", "UTA",
    "MEM", "WAS", "DET", "CHA",
)  # fmt: skip
"""Codes in the order of the vendor's team ids, which begin at this number:"""
FIRST_TEAM_ID = 1_610_612_737
PLACES = {"Los Angeles Clippers": "LA"}
"""Where the vendor's `teamCity` is another than the club's own."""
FINDER_HEADERS = (
    "SEASON_ID", "TEAM_ID", "TEAM_ABBREVIATION", "TEAM_NAME", "GAME_ID", "GAME_DATE", "MATCHUP",
    "WL", "MIN", "PTS", "FGM", "FGA", "FG_PCT", "FG3M", "FG3A", "FG3_PCT", "FTM", "FTA", "FT_PCT",
    "OREB", "DREB", "REB", "AST", "STL", "BLK", "TOV", "PF", "PLUS_MINUS",
)  # fmt: skip


def scoreboard(league: League, league_id: str, day: date, at: datetime) -> dict[str, Any]:
    """All games of an Eastern day as they stood at a moment."""
    games = league.games_on(SPORT, day) if league_id == "00" else ()
    return {
        "meta": {"version": 1, "request": "sandbox", "time": at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")},
        "scoreboard": {
            "gameDate": day.isoformat(),
            "leagueId": league_id,
            "leagueName": "National Basketball Association",
            "games": [game_of(league, game, at) for game in games if is_known(game, at)],
        },
    }


def game_of(league: League, game: Game, at: datetime) -> dict[str, Any]:
    """A game. `gameEt` is the Eastern clock with a `Z` that is false, as the vendor writes it."""
    state, period = league.status(game, at), league.period(game, at)
    start = game.told_start(at)
    away, home = league.line_score(game, at)
    eastern = start.astimezone(EASTERN)
    return {
        "gameId": game_id_of(league, game),
        "gameCode": f"{game.fixture.date_et:%Y%m%d}/"
        f"{game.fixture.away.abbreviation}{game.fixture.home.abbreviation}",
        "gameStatus": {"live": 2, "final": 3}.get(state, 1),
        "gameStatusText": _status_text(state, period, eastern),
        "period": period,
        "gameClock": "PT05M30.00S" if state == "live" else "",
        "gameTimeUTC": start.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "gameEt": eastern.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "regulationPeriods": 4,
        "ifNecessary": False,
        "seriesGameNumber": "",
        "gameLabel": "",
        "gameSubLabel": "",
        "seriesText": "",
        "seriesConference": "",
        "poRoundDesc": "",
        "gameSubtype": "",
        "isNeutral": False,
        "homeTeam": _side(game.fixture.home, home, state),
        "awayTeam": _side(game.fixture.away, away, state),
    }


def finder_results(
    league: League,
    league_id: str,
    season: str | None,
    season_type: str,
    days: tuple[date | None, date | None],
    at: datetime,
) -> dict[str, Any]:
    """Two rows for each game that has begun, newest day first; W and L once it is over."""
    rows: list[list[Any]] = []
    wanted, (first, last) = SEASON_TYPES[season_type], days
    games = _season_games(league, season, at) if league_id == "00" else ()
    for game in games:
        day, state = game.fixture.date_et, league.status(game, at)
        if (first and day < first) or (last and day > last) or state not in ("live", "final"):
            continue
        if _type_of(game) == wanted and is_known(game, at):
            rows += _finder_rows(league, game, state, at)
    rows.sort(key=lambda row: row[5], reverse=True)
    return {
        "name": "LeagueGameFinderResults",
        "headers": list(FINDER_HEADERS),
        "rowSet": rows,
    }


def game_id_of(league: League, game: Game) -> str:
    """`0022500171`: league, type, season, number; here the number says the day and the place."""
    day = game.fixture.date_et
    place = league.games_on(SPORT, day).index(game)
    year = int(game.fixture.season[:4])
    number = (day - date(year, 9, 1)).days * GAMES_A_DAY + place
    return f"00{_type_of(game)}{year % 100:02}{number:05}"


def team_id(team: Team) -> int:
    """The vendor's id of a club."""
    return FIRST_TEAM_ID + CODES_BY_ID.index(team.abbreviation)


def _finder_rows(league: League, game: Game, state: str, at: datetime) -> Iterable[list[Any]]:
    fixture, score = game.fixture, game.score_at(at)
    codes = fixture.home.abbreviation, fixture.away.abbreviation
    season_id = f"{_type_of(game)}{fixture.season[:4]}"
    for team, own, other, matchup in (
        (fixture.home, score.home, score.away, "{} vs. {}".format(*codes)),
        (fixture.away, score.away, score.home, "{1} @ {0}".format(*codes)),
    ):
        result = None if state != "final" else "W" if own > other else "L"
        yield [
            season_id,
            team_id(team),
            team.abbreviation,
            _full_name(team),
            game_id_of(league, game),
            fixture.date_et.isoformat(),
            matchup,
            result,
            240 + 25 * (game.result.periods - 4) if state == "final" else 120,
            own,
            *_figures(game, team, own),
            float(own - other),
        ]


def _figures(game: Game, team: Team, points: int) -> list[Any]:
    """Baskets that add up to the points, and the rest as it may be."""
    random = stream(game.seed, "finder", game.event_id, team.name)
    threes = points // 9
    free = min(14 + (points - threes) % 2, points - threes)
    field = (points - threes - free) // 2
    shots: list[Any] = []
    for made, per_made in ((field, 2.1), (threes, 2.8), (free, 1.25)):
        attempts = round(made * per_made)
        shots += [made, attempts, round(made / attempts, 3) if attempts else None]
    offence, defence = random.randint(5, 15), random.randint(25, 40)
    return [
        *shots,
        offence,
        defence,
        offence + defence,
        random.randint(18, 34),
        random.randint(4, 12),
        random.randint(1, 9),
        random.randint(8, 19),
        random.randint(14, 26),
    ]


def _season_games(league: League, season: str | None, at: datetime) -> Iterable[Game]:
    if season is None or not season[:4].isdigit():
        return ()
    found = season_of(SPORT, date(int(season[:4]), 12, 1))
    if found is None or found.label != season:
        return ()
    today = at.astimezone(EASTERN).date()
    return league.games_between(SPORT, found.starts, min(today, date(int(season[:4]) + 1, 8, 31)))


def _side(team: Team, periods: tuple[int, ...], state: str) -> dict[str, Any]:
    """A side; the four quarters are always there, as zeros before they begin."""
    begun = state in ("live", "final", "suspended")
    shown = (periods if begun else ()) + (0,) * (4 - len(periods if begun else ()))
    return {
        "teamId": team_id(team),
        "teamName": team.nickname,
        "teamCity": PLACES.get(team.name, team.city),
        "teamTricode": team.abbreviation,
        "teamSlug": team.nickname.lower().replace(" ", "-"),
        "wins": 0,
        "losses": 0,
        "score": sum(periods) if begun else 0,
        "seed": 0,
        "inBonus": None,
        "timeoutsRemaining": 0,
        "periods": [
            {"period": number, "periodType": "REGULAR" if number <= 4 else "OVERTIME", "score": one}
            for number, one in enumerate(shown, 1)
        ],
    }


def _status_text(state: str, period: int, eastern: datetime) -> str:
    if state == "final":
        return "Final" if period <= 4 else f"Final/OT{period - 4 if period > 5 else ''}"
    if state == "live":
        return f"Q{period} 5:30 " if period <= 4 else f"OT{period - 4} 5:30 "
    if state == "scheduled":
        return f"{eastern.hour % 12 or 12}:{eastern:%M} {'pm' if eastern.hour >= 12 else 'am'} ET"
    return "PPD"


def _type_of(game: Game) -> str:
    return TYPE_OF.get(game.fixture.season_type, PLAY_IN)


def _full_name(team: Team) -> str:
    return f"{PLACES.get(team.name, team.city)} {team.nickname}"
