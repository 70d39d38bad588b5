"""Each fault spoils what it should, as often as it should, and the source names it rightly."""

import time
from collections import Counter

import httpx
import pytest

from linehouse.settings import Mode
from linehouse.sources.base import Payload
from linehouse.sources.errors import (
    BadKeyError,
    DriftedSchemaError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.the_odds_api.source import SOURCE
from tests.fixtures.sandbox import EIGHT_BOOKS, FIRST_MOMENT, SandboxServer

ODDS = "/v4/sports/basketball_nba/odds"
THREE = {"markets": "h2h,spreads,totals", "bookmakers": EIGHT_BOOKS, "oddsFormat": "american"}


def payload(answer: httpx.Response, feed: str = "odds") -> Payload:
    return Payload(SOURCE.name, feed, answer.content, FIRST_MOMENT, sport_key="basketball_nba")


def keys(answer: httpx.Response) -> Counter[tuple[str, ...]]:
    lines = SOURCE.parse(payload(answer)).lines
    return Counter(
        (line.source_event_id, line.bookmaker, line.market, line.outcome) for line in lines
    )


@pytest.mark.parametrize(
    ("kind", "narrow", "status", "error"),
    [
        ("rate_limited", {}, 429, RateLimitedError),
        ("server_error", {}, 500, UpstreamUnavailableError),
        ("bad_key", {}, 401, BadKeyError),
        ("out_of_credits", {}, 401, QuotaExhaustedError),
    ],
)
def test_error_answers(
    sandbox: SandboxServer,
    kind: str,
    narrow: dict[str, float],
    status: int,
    error: type[SourceError],
) -> None:
    sandbox.fault(kind, count=2, **narrow)
    for _ in range(2):
        answer = sandbox.get(ODDS, **THREE)
        assert answer.status_code == status
        with pytest.raises(error):
            SOURCE.raise_for_error(status, answer.headers, answer.content)
    assert sandbox.get(ODDS, **THREE).status_code == 200


def test_retry_after_is_told_only_when_asked_for(sandbox: SandboxServer) -> None:
    for asked in (None, 1.5):
        sandbox.clear_faults()
        sandbox.fault("rate_limited", **({} if asked is None else {"retry_after": asked}))
        answer = sandbox.get(ODDS, **THREE)
        with pytest.raises(RateLimitedError) as caught:
            SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
        assert caught.value.retry_after_seconds == asked


def test_error_answers_cost_nothing(sandbox: SandboxServer) -> None:
    for kind in ("rate_limited", "server_error", "bad_key", "html"):
        sandbox.fault(kind, count=1)
        sandbox.get(ODDS, **THREE)
    assert SOURCE.quota(sandbox.get("/v4/sports").headers)["used"] == 0


@pytest.mark.parametrize("kind", ["html", "truncated"])
def test_bodies_that_cannot_be_read_come_with_200(sandbox: SandboxServer, kind: str) -> None:
    sandbox.fault(kind, count=1)
    answer = sandbox.get(ODDS, **THREE)
    assert answer.status_code == 200
    SOURCE.raise_for_error(answer.status_code, answer.headers, answer.content)
    with pytest.raises(UnreadablePayloadError):
        SOURCE.parse(payload(answer))


def test_a_hanging_answer_outlasts_the_clients_patience(sandbox: SandboxServer) -> None:
    sandbox.fault("hang", seconds=30, count=1)
    before = time.monotonic()
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(sandbox.url + "/the_odds_api" + ODDS, timeout=0.4, trust_env=False)
    assert time.monotonic() - before < 5
    assert sandbox.get(ODDS, **THREE).status_code == 200, "others are served meanwhile"


@pytest.mark.parametrize("feed", ["odds", "scores", "events"])
def test_a_renamed_required_field_drifts(sandbox: SandboxServer, feed: str) -> None:
    sandbox.fault("renamed_field")
    answer = sandbox.get(f"/v4/sports/basketball_nba/{feed}", **THREE)
    with pytest.raises(DriftedSchemaError, match=r"\.(price|commence_time) is missing"):
        SOURCE.parse(payload(answer, feed))


def test_an_extra_field_is_reported_and_changes_nothing_else(sandbox: SandboxServer) -> None:
    good = SOURCE.parse(payload(sandbox.get(ODDS, **THREE)))
    sandbox.fault("extra_field")
    drifted = SOURCE.parse(payload(sandbox.get(ODDS, **THREE)))
    assert good.drift == []
    assert drifted.drift == ["bookmakers[].markets[].outcomes[].limit", "venue_capacity"]
    assert drifted.lines == good.lines


def test_duplicate_rows_share_their_key(sandbox: SandboxServer) -> None:
    good = keys(sandbox.get(ODDS, **THREE))
    assert set(good.values()) == {1}
    sandbox.fault("duplicate_rows")
    doubled = keys(sandbox.get(ODDS, **THREE))
    assert doubled.keys() == good.keys()
    assert set(doubled.values()) == {1, 2}


def test_half_of_the_rows_are_missing(sandbox: SandboxServer) -> None:
    good = len(sandbox.get(ODDS, **THREE).json())
    sandbox.fault("half_missing")
    assert len(sandbox.get(ODDS, **THREE).json()) == (good + 1) // 2


def test_swapped_sides_give_each_team_the_others_price_and_point(sandbox: SandboxServer) -> None:
    def prices() -> dict[tuple[str, ...], tuple[str | None, str | None]]:
        return {
            (line.source_event_id, line.bookmaker, line.market, line.outcome): (
                line.price,
                line.point,
            )
            for line in SOURCE.parse(payload(sandbox.get(ODDS, **THREE))).lines
        }

    good = prices()
    sandbox.fault("sides_swapped")
    swapped = prices()
    teams = {event["id"]: event for event in sandbox.odds("basketball_nba")}
    assert swapped.keys() == good.keys()
    for (event_id, book, market, outcome), value in swapped.items():
        other = outcome
        if market != "totals":
            event = teams[event_id]
            home, away = event["home_team"], event["away_team"]
            other = away if outcome == home else home
        assert value == good[event_id, book, market, other]


def test_faults_are_narrowed_by_upstream_path_sport_and_count(sandbox: SandboxServer) -> None:
    sandbox.fault("server_error", upstream="another")
    assert sandbox.get(ODDS, **THREE).status_code == 200
    sandbox.fault("server_error", upstream="the_odds_api", path="/scores", sport="baseball_mlb")
    assert sandbox.get(ODDS, **THREE).status_code == 200
    assert sandbox.get("/v4/sports/basketball_nba/scores").status_code == 200
    assert sandbox.get("/v4/sports/baseball_mlb/odds", **THREE).status_code == 200
    assert sandbox.get("/v4/sports/baseball_mlb/scores").status_code == 500
    sandbox.clear_faults()
    assert sandbox.get("/v4/sports/baseball_mlb/scores").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "earthquake"},
        {"kind": "html", "color": 1},
        {"kind": "html", "count": "twice"},
        {"kind": "html", "count": 0},
        {"kind": "html", "path": 7},
        {"kind": "hang", "seconds": "long"},
        {"kind": "hang", "seconds": -1},
        {},
        [],
    ],
)
def test_unknown_faults_are_refused(sandbox: SandboxServer, body: object) -> None:
    answer = sandbox.http.post("/__sandbox__/faults", json=body)
    assert answer.status_code == 422
    assert sandbox.http.get("/__sandbox__/faults").json() == []


def test_every_answer_tells_the_virtual_instant(sandbox: SandboxServer) -> None:
    sandbox.fault("server_error", path="/scores")
    for path in (ODDS, "/v4/sports/basketball_nba/scores", "/v4/nothing"):
        answer = sandbox.get(path, **THREE)
        assert answer.headers["x-sandbox-now"] == "2026-04-18T15:00:00.000000Z"
        assert answer.headers["date"] == "Sat, 18 Apr 2026 15:00:00 GMT"


def test_the_source_asks_the_sandbox_with_the_sandboxs_key(
    sandbox: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from linehouse.settings import get_settings

    monkeypatch.setenv("ODDS_API_KEY", "the-users-own-key")
    get_settings.cache_clear()
    try:
        assert SOURCE.base_url(Mode.SANDBOX) == sandbox.url + "/the_odds_api"
        assert SOURCE.base_url(Mode.LIVE) == "https://api.the-odds-api.com"
        key = SOURCE.secret_params(Mode.SANDBOX)
        assert "the-users-own-key" not in key.values()
        assert SOURCE.secret_params(Mode.LIVE) == {"apiKey": "the-users-own-key"}
        request = SOURCE.odds_request("basketball_nba")
        answer = httpx.get(
            SOURCE.base_url(Mode.SANDBOX) + request.path, params={**request.params, **key}
        )
        assert answer.status_code == 200
        assert "the-users-own-key" not in repr(request)
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()
