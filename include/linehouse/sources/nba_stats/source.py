"""NBA.com: scoreboards of a day, of today from the CDN, and whole seasons of results.

Endpoints: `/stats/scoreboardv3`, `/stats/leaguegamefinder` (and `/stats/scoreboardv2`, deprecated,
only read) on one host, `/static/json/liveData/scoreboard/todaysScoreboard_00.json` on the CDN.
Grain: one game; of leaguegamefinder also one team's figures of a game.
Cadence: the CDN while games are on; a day's scoreboard after it; seasons once, for history.
Key: none, but headers as a browser sends them: without them, and for addresses of data centres,
the service hangs instead of refusing. So time-outs are short and retries few.
Terms of use: those of NBA.com, personal use; undocumented, changes without notice. The CDN and
ESPN serve the same results where it does not answer.
"""

from collections.abc import Mapping
from datetime import date

from linehouse.seasons import Seasons
from linehouse.settings import Mode, get_settings
from linehouse.sources.base import Asking, Payload, Request
from linehouse.sources.errors import BadRequestError, RateLimitedError, UpstreamUnavailableError
from linehouse.sources.nba_stats.ids import LEAGUES, SEASON_TYPES, league_id
from linehouse.sources.nba_stats.scoreboard import parse_scoreboard
from linehouse.sources.nba_stats.tables import parse_game_finder, parse_scoreboard_v2
from linehouse.sources.past_feed import PastFeed
from linehouse.sources.reading.season_labels import our_label
from linehouse.sources.reading.verbatim_json import read_json
from linehouse.sources.rows import Parsed

SANDBOX_PREFIX = "/nba_stats"
BROWSER_HEADERS: Mapping[str, str] = {
    "user-agent": (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        "Chrome/140.0.0.0 Safari/537.36"
    ),
    "accept": "application/json, text/plain, */*",
    "accept-language": "en-US,en;q=0.9",
    "origin": "https://www.nba.com",
    "referer": "https://www.nba.com/",
}


COUNTING = ("2", "5", "4")
"""Regular season, play-in and play-offs, among `SEASON_TYPES`."""


class NbaStats:
    """What to ask NBA.com, and how to read its answers."""

    name = "nba_stats"
    parser_version = "1"
    payload_tables: Mapping[str, str] = {
        "scoreboard": "nba_stats",
        "scoreboard_v2": "nba_stats",
        "today": "nba_stats",
        "game_finder": "nba_stats",
    }
    sports = tuple(LEAGUES.values())
    kinds: Mapping[str, tuple[str, ...]] = {
        "scores": ("today", "scoreboard"),
        "stats": ("game_finder",),
    }
    past_feeds = (PastFeed("game_finder", "month", is_calendar=False), PastFeed("scoreboard"))
    may_be_empty = frozenset(payload_tables)
    """Off-season days have no games."""
    timeout_seconds = 20.0
    pause_seconds = 0.6
    retries = 1

    # Asking

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        """The scoreboard of the slate, and the CDN's of today; the season's results so far only
        where `game_finder` is asked for by name."""
        league = league_id(asking.sport_key)
        if league is None:
            return []
        wanted = [self.scoreboard_request(asking.sport_key, asking.day_et)]
        if league == "00":
            wanted.insert(0, self.today_request(asking.sport_key))
        if feed == "game_finder":
            season = Seasons.from_seeds().season_of(asking.sport_key, asking.day_et)
            wanted = [self.game_finder_request(season, asking.sport_key)]
        return [request for request in wanted if feed in (None, request.feed)]

    def scoreboard_request(self, sport_key: str, day_et: date) -> Request:
        """All games of an Eastern day."""
        return self._request(
            "scoreboard",
            "/stats/scoreboardv3",
            sport_key,
            {"GameDate": day_et.isoformat(), "LeagueID": _league(sport_key)},
        )

    def today_request(self, sport_key: str = "basketball_nba") -> Request:
        """The CDN's scoreboard; until about noon it still holds the day before."""
        path = f"/static/json/liveData/scoreboard/todaysScoreboard_{_league(sport_key)}.json"
        return self._request("today", path, sport_key, {})

    def game_finder_request(
        self,
        season: str,
        sport_key: str = "basketball_nba",
        *,
        season_type: str = "Regular Season",
        first: date | None = None,
        last: date | None = None,
    ) -> Request:
        """All results of a season (`2023-24`; the WNBA's `2024`) and of one kind of games (see
        `SEASON_TYPES`), narrowed to the days from `first` to `last` where they are given.

        Raises `BadRequestError` for a season or a kind that the vendor does not know.
        """
        label = our_label(season)
        if label is None:
            raise BadRequestError(f"{season!r} is no season; write 2023-24 or 2024")
        if season_type not in SEASON_TYPES.values():
            raise BadRequestError(
                f"no games are {season_type!r}: {', '.join(SEASON_TYPES.values())}"
            )
        params = {
            "PlayerOrTeam": "T",
            "LeagueID": _league(sport_key),
            "Season": label,
            "SeasonType": season_type,
        }
        for name, day in (("DateFrom", first), ("DateTo", last)):
            if day is not None:
                params[name] = day.strftime("%m/%d/%Y")
        return self._request("game_finder", "/stats/leaguegamefinder", sport_key, params)

    def past_requests(self, feed: str, sport_key: str, first: date, last: date) -> list[Request]:
        """Results of these days: each kind of games that count is asked for on its own."""
        known = Seasons.from_seeds()
        seasons = dict.fromkeys(known.season_of(sport_key, day) for day in (first, last))
        return [
            self.game_finder_request(
                season, sport_key, season_type=SEASON_TYPES[kind], first=first, last=last
            )
            for season in seasons
            for kind in COUNTING
        ]

    def _request(self, feed: str, path: str, sport_key: str, params: Mapping[str, str]) -> Request:
        return Request(self.name, feed, path, params, BROWSER_HEADERS, sport_key)

    def base_url(self, mode: Mode | None = None) -> str:
        """Address of the statistics; the sandbox's in sandbox mode."""
        settings = get_settings()
        if (mode or settings.mode) is Mode.SANDBOX:
            return settings.sandbox_url.rstrip("/") + SANDBOX_PREFIX
        return settings.nba_stats_base_url.rstrip("/")

    def feed_base_url(self, feed: str, mode: Mode | None = None) -> str:
        """Address of a feed: today's scoreboard is on another host than the rest."""
        settings = get_settings()
        if feed != "today" or (mode or settings.mode) is Mode.SANDBOX:
            return self.base_url(mode)
        return settings.nba_cdn_base_url.rstrip("/")

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        """There is no key."""
        return {}

    # Understanding the answer

    def raise_for_error(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Raise the `SourceError` that an answer stands for; return for one that holds data."""
        said = body[:200].decode("utf-8", "replace").strip()
        if status == 200:
            if body.lstrip()[:20].replace(b" ", b"").startswith(b'{"Message":'):
                raise UpstreamUnavailableError(f"NBA.com answered 200 with an error: {said}")
            return
        if status == 429:
            raise RateLimitedError(f"NBA.com answered 429: {said}")
        if status == 403:
            raise BadRequestError(
                "NBA.com answered 403: the CDN has no such file, or the statistics are refused to "
                f"this address: {said}"
            )
        if 400 <= status < 500 and status != 408:
            raise BadRequestError(f"NBA.com answered {status}: {said}")
        raise UpstreamUnavailableError(f"NBA.com answered {status}: {said}")

    def quota(self, headers: Mapping[str, str]) -> dict[str, float]:
        """Nothing is counted."""
        return {}

    def parse(self, payload: Payload) -> Parsed:
        """Read a payload; a pure function of it.

        Raises `UnreadablePayloadError` or `DriftedSchemaError`.
        """
        if payload.feed not in self.payload_tables:
            raise ValueError(f"{self.name} has no feed {payload.feed!r}")
        document = read_json(payload.body)
        if payload.feed == "game_finder":
            return parse_game_finder(document, payload.sport_key)
        if payload.feed == "scoreboard_v2":
            return parse_scoreboard_v2(document, payload.sport_key)
        return parse_scoreboard(document, payload.sport_key)


SOURCE = NbaStats()


def _league(sport_key: str) -> str:
    league = league_id(sport_key)
    if league is None:
        raise BadRequestError(f"NBA.com has no games of {sport_key}")
    return league
