"""What the simulator says of sports that a source covers and the league has not: no games."""

import pytest

from linehouse.days import eastern_day
from linehouse.landing.fetch import judge
from linehouse.settings import Mode
from linehouse.sources.availability import http_source
from linehouse.sources.base import Asking, Payload
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

SIMULATED = ("basketball_nba", "baseball_mlb")
SOURCES = ("action_network", "api_basketball", "goalserve", "nba_stats", "sbd", "vsin")


@pytest.mark.parametrize("name", SOURCES)
def test_a_sport_without_games_is_answered_readably(sandbox: SandboxServer, name: str) -> None:
    source = http_source(name)
    others = [sport for sport in source.sports if sport not in SIMULATED]  # type: ignore[attr-defined]
    assert others
    for sport in others:
        requests = source.requests(Asking(sport, FIRST_MOMENT, eastern_day(FIRST_MOMENT)))
        assert requests
        for request in requests:
            headers = dict(request.headers)
            if hasattr(source, "secret_headers"):
                headers |= source.secret_headers(Mode.SANDBOX)
            secret = dict(source.secret_params(Mode.SANDBOX))
            answer = sandbox.http.get(
                f"/{name}{request.path}".format(**secret),
                params=dict(request.params) | ({} if "{key}" in request.path else secret),
                headers=headers,
            )
            refused = judge(source, answer.status_code, answer.headers, answer.content)
            assert refused is None, (sport, request.path, refused)
            parsed = source.parse(
                Payload(
                    name, request.feed, answer.content, None,
                    sport_key=sport, params=request.params, url=str(answer.url),
                )
            )  # fmt: skip
            assert not parsed.games and not parsed.lines and not parsed.splits, (sport, request)
