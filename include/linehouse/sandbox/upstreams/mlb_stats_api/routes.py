"""The MLB Stats API, as its contract says: schedule, live feed, clubs, standings. No key."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from linehouse.sandbox.faults import Fault
from linehouse.sandbox.league.calendar import EASTERN, season_of
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.teams import MLB
from linehouse.sandbox.upstreams.contract import World
from linehouse.sandbox.upstreams.mlb_stats_api.clubs import FARM_CLUB, LEAGUES, full, short
from linehouse.sandbox.upstreams.mlb_stats_api.faults import spoil
from linehouse.sandbox.upstreams.mlb_stats_api.games import SPORT_KEY, Listing, listings, utc

COPYRIGHT = "Simulated. The real service's terms are at its own address."
MOST_DAYS = 40
FEED_DAYS_BACK, FEED_DAYS_AHEAD = 30, 5

Endpoint = Callable[[Request, datetime], Any]


class Refusal(Exception):
    """An answer that is an error in the vendor's form."""

    def __init__(self, status: int, number: int, message: str) -> None:
        super().__init__(message)
        self.status, self.number, self.message = status, number, message


class MlbStatsApiUpstream:
    """Endpoints and error bodies of the vendor."""

    name = "mlb_stats_api"

    def __init__(self, world: World) -> None:
        self._world = world

    def routes(self) -> Sequence[Route]:
        """The vendor's paths."""
        endpoints: dict[str, Endpoint] = {
            "/api/v1/schedule": self._schedule,
            "/api/v1/teams": self._teams,
            "/api/v1/standings": self._standings,
            "/api/v1.1/game/{pk:int}/feed/live": self._feed,
        }

        def guarded(endpoint: Endpoint) -> Any:
            async def answer(request: Request) -> Response:
                try:
                    document = endpoint(request, request.state.now)
                except Refusal as refusal:
                    return _error(refusal, request.state.now)
                return JSONResponse({"copyright": COPYRIGHT} | document)

            return answer

        return [Route(path, guarded(endpoint)) for path, endpoint in endpoints.items()]

    def faulty_response(self, fault: Fault) -> Response:
        """Error answers in the vendor's form; without keys and credits, 403 stands for both."""
        refusals = {
            "rate_limited": Refusal(429, 3, "Too many requests"),
            "server_error": Refusal(500, 1, "Internal error occurred"),
            "bad_key": Refusal(403, 4, "Forbidden"),
            "out_of_credits": Refusal(403, 4, "Forbidden"),
        }
        response = _error(refusals[fault.kind], self._world.clock.now())
        if fault.kind == "rate_limited" and fault.retry_after is not None:
            response.headers["retry-after"] = f"{fault.retry_after:g}"
        return response

    def spoil(self, document: Any, fault: Fault) -> Any:
        """A good answer with a fault in its content."""
        return spoil(document, fault)

    def settings(self) -> dict[str, Any]:
        """Nothing can be set."""
        return {}

    def change(self, values: dict[str, Any]) -> None:
        """Nothing can be set. Raises `ValueError`."""
        if values:
            raise ValueError("nothing can be set")

    # Endpoints

    def _schedule(self, request: Request, now: datetime) -> Any:
        params = request.query_params
        if "sportId" not in params:
            raise Refusal(400, 11, "Invalid Request: sportId or gamePk is required")
        first = _day(params.get("startDate") or params.get("date")) or _today(now)
        last = _day(params.get("endDate")) or first
        if not timedelta(0) <= last - first <= timedelta(days=MOST_DAYS):
            raise Refusal(400, 11, "Invalid Request: the range of dates is not valid")
        hydrate = set(params.get("hydrate", "").split(","))
        dates: list[dict[str, Any]] = []
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            listed = list(listings(self._world.league, day, now))
            if listed and params["sportId"] == "1":
                games = [listing.game_of_schedule(hydrate) for listing in listed]
                live = sum(listing.state == "live" for listing in listed)
                dates.append({"date": day.isoformat(), **_totals(len(games), live), "games": games})
        games_in_all = sum(len(one["games"]) for one in dates)
        live_in_all = sum(one["totalGamesInProgress"] for one in dates)
        return {**_totals(games_in_all, live_in_all), "dates": dates}

    def _teams(self, request: Request, now: datetime) -> Any:
        season = str(_today(now).year)
        teams: list[dict[str, Any]] = [full(team, season) for team in MLB]
        if "sportId" not in request.query_params:
            teams.insert(0, FARM_CLUB | {"season": int(season)})
        return {"teams": teams}

    def _standings(self, request: Request, now: datetime) -> Any:
        wanted = [part for part in request.query_params.get("leagueId", "").split(",") if part]
        if not wanted:
            raise Refusal(400, 11, "Invalid Request: leagueId is required")
        today = _today(now)
        year = request.query_params.get("season", str(today.year))
        season = season_of(SPORT_KEY, today)
        if season is None or season.label != year:
            return {"records": []}
        records = []
        for conference, (number, _, division) in LEAGUES.items():
            if str(number) in wanted:
                records.append(
                    {
                        "standingsType": "regularSeason",
                        "league": {"id": number, "link": f"/api/v1/league/{number}"},
                        "division": {"id": division, "link": f"/api/v1/divisions/{division}"},
                        "sport": {"id": 1, "link": "/api/v1/sports/1"},
                        "lastUpdated": utc(now),
                        "teamRecords": team_records(self._world.league, conference, year, now),
                    }
                )
        return {"records": records}

    def _feed(self, request: Request, now: datetime) -> Any:
        pk, today = request.path_params["pk"], _today(now)
        for back in range(-FEED_DAYS_AHEAD, FEED_DAYS_BACK):
            # The make-up game is found before the game that it makes up: it is the newer one.
            for listing in listings(self._world.league, today - timedelta(days=back), now):
                if listing.game_pk == pk:
                    return _feed_of(listing, now)
        raise Refusal(404, 10, "Object not found")


def team_records(
    league: League, conference: str, season: str, now: datetime
) -> list[dict[str, Any]]:
    """One league's clubs by their record; "-" where the source has no number to show."""
    totals = [
        (team, league.team_totals(SPORT_KEY, team, season, now))
        for team in MLB
        if team.conference == conference
    ]
    totals.sort(key=lambda pair: (pair[1].losses - pair[1].wins, pair[0].name))
    _, leader = totals[0]
    records = []
    for rank, (team, total) in enumerate(totals, 1):
        behind = (leader.wins - total.wins + total.losses - leader.losses) / 2
        back = f"{behind:.1f}" if behind else "-"
        pct = _pct(total.wins, total.games)
        records.append(
            {
                "team": short(team),
                "season": season,
                "divisionRank": str(rank),
                "leagueRank": str(rank),
                "gamesPlayed": total.games,
                "gamesBack": back,
                "wildCardGamesBack": "-",
                "leagueGamesBack": back,
                "divisionGamesBack": back,
                "leagueRecord": {
                    "wins": total.wins,
                    "losses": total.losses,
                    "ties": 0,
                    "pct": pct,
                },
                "lastUpdated": utc(now),
                "runsAllowed": total.points_against,
                "runsScored": total.points_for,
                "divisionLeader": rank == 1,
                "wins": total.wins,
                "losses": total.losses,
                "runDifferential": total.points_for - total.points_against,
                "winningPercentage": pct,
            }
        )
    return records


def _feed_of(listing: Listing, now: datetime) -> dict[str, Any]:
    fixture, pk = listing.fixture, listing.game_pk
    linescore = listing.linescore()
    figures = {
        side: {"teamStats": {"batting": {"runs": total["runs"], "hits": total["hits"]}}}
        if total
        else {"teamStats": {}}
        for side, total in linescore["teams"].items()
    }
    times = {
        "dateTime": utc(listing.told_start),
        "originalDate": (fixture.makes_up or fixture.date_et).isoformat(),
        "officialDate": fixture.date_et.isoformat(),
        "dayNight": "night",
    }
    if listing.listed_on != fixture.date_et:
        times |= {
            "resumedFromDate": fixture.date_et.isoformat(),
            "resumedFromDateTime": utc(listing.game.starts_at),
        }
    return {
        "gamePk": pk,
        "link": f"/api/v1.1/game/{pk}/feed/live",
        "metaData": {"wait": 10, "timeStamp": now.strftime("%Y%m%d_%H%M%S")},
        "gameData": {
            "game": {
                "pk": pk,
                "type": "R" if fixture.season_type == "regular" else "D",
                "doubleHeader": listing.doubleheader,
                "gameNumber": fixture.game_number,
                "season": fixture.season,
            },
            "datetime": times,
            "status": listing.status(),
            "teams": {
                "away": full(fixture.away, fixture.season),
                "home": full(fixture.home, fixture.season),
            },
            "venue": {"id": 5000 + pk % 100, "name": f"{fixture.home.city} Park"},
            "probablePitchers": listing.starters(),
        },
        "liveData": {
            "plays": {"allPlays": []},
            "linescore": linescore,
            "boxscore": {"teams": figures},
        },
    }


def _error(refusal: Refusal, now: datetime) -> Response:
    body = {
        "messageNumber": refusal.number,
        "message": refusal.message,
        "timestamp": f"{now:%Y-%m-%dT%H:%M:%S.%f}Z",
        "traceId": None,
    }
    return JSONResponse(body, refusal.status)


def _totals(games: int, live: int) -> dict[str, int]:
    return {
        "totalItems": games,
        "totalEvents": 0,
        "totalGames": games,
        "totalGamesInProgress": live,
    }


def _today(now: datetime) -> date:
    return now.astimezone(EASTERN).date()


def _day(value: str | None) -> date | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise Refusal(400, 11, f"Invalid Request: {value} is no date") from None


def _pct(wins: int, games: int) -> str:
    """`.611`; `1.000` for a club that never lost, `-` for one that has not played."""
    if not games:
        return "-"
    return f"{wins / games:.3f}".removeprefix("0")
