"""API-Basketball (API-Sports), version 1: games with quarters, figures of teams and players.

Endpoints: `/games`, `/games/h2h`, `/games/statistics/teams|players`, `/statistics`, `/standings`.
Grain: one game; one team or one player of a game; one team of a season or of a table.
Cadence: games every 15 s at the vendor, standings hourly; its odds only once a day, so they are
not asked for.
Key: header `x-apisports-key` (`API_BASKETBALL_KEY`), and no other header of our own. Cost: one
request each, counted by the day (100 without a paid plan) and by the minute (10).
Terms of use: a paid or free plan of the vendor; the free one covers few seasons and days.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from linehouse.seasons import Seasons
from linehouse.settings import Mode, get_settings
from linehouse.sources.api_basketball.errors import error_of, quota_of
from linehouse.sources.api_basketball.games import LEAGUES, parse_games, parse_head_to_head
from linehouse.sources.api_basketball.statistics import (
    parse_player_statistics,
    parse_season_statistics,
    parse_standings,
    parse_team_statistics,
)
from linehouse.sources.base import Asking, KnownEvent, Payload, Request
from linehouse.sources.errors import BadKeyError, BadRequestError, UnreadablePayloadError
from linehouse.sources.reading.season_labels import long_label
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Parsed

SANDBOX_KEY = "sandbox-api_basketball"
SANDBOX_PREFIX = "/api_basketball"
KEY_HEADER = "x-apisports-key"
GAMES_PER_REQUEST = 20
TEAM_IDS = {"basketball_nba": tuple(range(132, 162))}
"""The vendor's ids of a league's clubs, as far as they are known; its all-stars have others."""

_PARSERS = {
    "games": parse_games,
    "team_statistics": parse_team_statistics,
    "player_statistics": parse_player_statistics,
    "season_statistics": parse_season_statistics,
    "standings": parse_standings,
    "head_to_head": parse_head_to_head,
}


class ApiBasketball:
    """What to ask API-Basketball, and how to read its answers."""

    name = "api_basketball"
    parser_version = "1"
    payload_tables: Mapping[str, str] = dict.fromkeys(_PARSERS, "api_basketball")
    sports = tuple(LEAGUES.values())
    kinds: Mapping[str, tuple[str, ...]] = {
        "scores": ("games",),
        "stats": ("team_statistics", "player_statistics", "standings"),
    }
    """`season_statistics` and `head_to_head` are of no kind: whoever wants all of a kind does not
    want one request for every club or game, of the hundred that a day has without a paid plan."""
    figures = frozenset({"team_statistics", "player_statistics"})
    may_be_empty = frozenset(payload_tables)
    """Days without games, games without figures, tables before the first game."""
    pause_seconds = 0.2
    """A run asks fewer than the ten times a minute that are allowed without a paid plan; whoever
    asks for every club's season waits where `rateLimit` says so."""

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The games of the slate; figures of those of its games that are over; standings.

        `season_statistics` (one request a team) and `head_to_head` (one a game whose teams are
        known) are asked only by name, because of what a day allows.
        """
        sport = asking.sport_key
        if sport not in self.sports:
            return []
        season = Seasons.from_seeds().season_of(sport, asking.day_et)
        if feed == "season_statistics":
            return [
                self.season_statistics_request(sport, season, str(team))
                for team in TEAM_IDS.get(sport, ())
            ]
        if feed == "head_to_head":
            return [
                self.head_to_head_request(sport, *teams)
                for event in asking.events
                if (teams := _team_ids(event)) is not None
            ]
        over = [event.source_event_id for event in asking.events if event.state == "final"]
        wanted = [self.games_request(sport, asking.day_et)]
        for start in range(0, len(over), GAMES_PER_REQUEST):
            ids = over[start : start + GAMES_PER_REQUEST]
            wanted.append(self.team_statistics_request(sport, ids))
            wanted.append(self.player_statistics_request(sport, ids))
        wanted.append(self.standings_request(sport, season))
        return [request for request in wanted if feed in (None, request.feed)]

    def games_request(self, sport_key: str, day_et: date, season: str | None = None) -> Request:
        """The games of an Eastern day: the vendor dates them by the zone that is asked for."""
        season = season or Seasons.from_seeds().season_of(sport_key, day_et)
        return self._request(
            "games",
            "/games",
            sport_key,
            {
                "league": _league(sport_key),
                "season": _season(season),
                "date": day_et.isoformat(),
                "timezone": "America/New_York",
            },
        )

    def team_statistics_request(self, sport_key: str, game_ids: Sequence[str]) -> Request:
        """Figures of both teams of up to 20 games."""
        return self._request(
            "team_statistics", "/games/statistics/teams", sport_key, _games(game_ids)
        )

    def player_statistics_request(self, sport_key: str, game_ids: Sequence[str]) -> Request:
        """Figures of the players of up to 20 games."""
        return self._request(
            "player_statistics", "/games/statistics/players", sport_key, _games(game_ids)
        )

    def season_statistics_request(
        self, sport_key: str, season: str, team_id: str, until: date | None = None
    ) -> Request:
        """A team's figures of a season, as they stood at the end of a day where one is given."""
        params = {
            "league": _league(sport_key),
            "season": _season(season),
            "team": team_id,
        }
        if until is not None:
            params["date"] = until.isoformat()
        return self._request("season_statistics", "/statistics", sport_key, params)

    def standings_request(self, sport_key: str, season: str) -> Request:
        """All groups' tables of a season."""
        params = {"league": _league(sport_key), "season": _season(season)}
        return self._request("standings", "/standings", sport_key, params)

    def head_to_head_request(self, sport_key: str, team_id: str, other_team_id: str) -> Request:
        """All games of two teams against each other."""
        params = {"h2h": f"{team_id}-{other_team_id}", "league": _league(sport_key)}
        return self._request("head_to_head", "/games/h2h", sport_key, params)

    def _request(self, feed: str, path: str, sport_key: str, params: Mapping[str, str]) -> Request:
        return Request(self.name, feed, path, params, sport_key=sport_key)

    def base_url(self, mode: Mode | None = None) -> str:
        """Address before a request's path; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.api_basketball_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """No parameter is secret. Raises `BadKeyError` where there is no key."""
        self.secret_headers(mode)
        return {}

    def secret_headers(self, mode: Mode | None = None) -> Mapping[str, str]:
        """The key as header: the user's in live mode only. Raises `BadKeyError`."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return {KEY_HEADER: SANDBOX_KEY}
        key = settings.api_basketball_key
        if key is None or not key.get_secret_value():
            raise BadKeyError("API-Basketball needs a key: set API_BASKETBALL_KEY")
        return {KEY_HEADER: key.get_secret_value()}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the `SourceError` that an answer stands for, by the names in its `errors` first;
        return for an answer that holds data."""
        error = error_of(status, headers, body)
        if error is not None:
            raise error

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """Requests of the day that are `remaining` and `used`."""
        return quota_of(headers)

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it.

        Raises `UnreadablePayloadError` (no JSON object, or an error) or `DriftedSchemaError`.
        """
        if payload.feed not in self.payload_tables:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        document = read_json(payload.body)
        if not isinstance(document, dict):
            raise UnreadablePayloadError("no object with `response`")
        if document.get("errors"):
            raise UnreadablePayloadError(f"errors, no data: {str(document['errors'])[:200]}")
        return _PARSERS[payload.feed](document, payload.sport_key)


SOURCE = ApiBasketball()


def _league(sport_key: str) -> str:
    for league, sport in LEAGUES.items():
        if sport == sport_key:
            return league
    raise BadRequestError(f"API-Basketball is not asked about {sport_key}")


def _season(season: str) -> str:
    try:
        return long_label(season)
    except ValueError as error:
        raise BadRequestError(str(error)) from None


def _team_ids(event: KnownEvent) -> tuple[str, str] | None:
    """Home and away, where an earlier payload told both."""
    if event.home_team_id is None or event.away_team_id is None:
        return None
    return event.home_team_id, event.away_team_id


def _games(game_ids: Sequence[str]) -> dict[str, str]:
    if not 1 <= len(game_ids) <= GAMES_PER_REQUEST:
        raise BadRequestError(f"1 to {GAMES_PER_REQUEST} games at once, not {len(game_ids)}")
    return {"ids": "-".join(game_ids)}
