"""Every team of both leagues is known under every spelling that a source writes it in: as the
simulated upstreams serve some days of each season, and as the recorded answers have it."""

import csv
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from linehouse.identity import Teams, normalise
from linehouse.landing.fetch import FetchPolicy, fetch
from linehouse.landing.over_http import base_url_of, secrets_of
from linehouse.settings import PROJECT_ROOT, Mode
from linehouse.sources import registry
from linehouse.sources.base import Asking, Payload
from linehouse.sources.errors import UnreadablePayloadError
from linehouse.sources.rows import Parsed
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

LEAGUES = {"basketball_nba": "nba", "baseball_mlb": "mlb"}
DAYS = [FIRST_MOMENT - timedelta(days=number) for number in range(4, 10)]
"""Of April, when both leagues play and every team within a few days."""


def seeded() -> Teams:
    """The spellings as the seeds have them."""
    by_alias: dict[tuple[str, str | None, str], str] = {}
    with (PROJECT_ROOT / "dbt/seeds/team_aliases.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            key = (row["league"], row["source"] or None, normalise(row["alias"]))
            by_alias[key] = row["team_id"]
    return Teams({}, by_alias, {})


TEAMS = seeded()


def names(parsed: Parsed) -> Iterable[tuple[str, str]]:
    """(sport, spelling) of every team in a payload."""
    for game in parsed.games:
        yield game.sport_key, game.home_team
        yield game.sport_key, game.away_team
    for rows in (parsed.injuries, parsed.team_stats):
        for row in rows:
            yield row.sport_key, row.team


@pytest.mark.parametrize(
    "name",
    [
        "the_odds_api", "action_network", "sbd", "vsin", "mlb_stats_api", "espn", "api_basketball",
        "nba_stats", "goalserve",
    ],
)  # fmt: skip
def test_every_team_is_known_as_the_simulator_serves_it(sandbox: SandboxServer, name: str) -> None:
    source: Any = registry.get(name)
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for moment in sorted(DAYS):
        sandbox.set_clock(moment)
        for sport in LEAGUES:
            if sport not in getattr(source, "sports", LEAGUES):
                continue
            asking = Asking(sport, moment, moment.date())
            for request in source.requests(asking):
                base_url = base_url_of(source, request.feed, Mode.SANDBOX)
                secrets = secrets_of(source, Mode.SANDBOX)
                answer = fetch(request, source, base_url, secrets, FetchPolicy(retries=0))
                assert answer.failure is None, answer.failure
                payload = Payload(
                    name, request.feed, answer.body, moment, sport_key=sport,
                    params=request.params, headers=answer.headers, status=answer.status,
                )  # fmt: skip
                try:
                    parsed = source.parse(payload)
                except UnreadablePayloadError:
                    assert name == "vsin"  # on days without games it shows another page
                    continue
                for sport_key, spelling in names(parsed):
                    league = LEAGUES[sport_key]
                    found[league][spelling] = TEAMS.team_id(league, name, spelling)
    unknown = {
        (league, spelling)
        for league in found
        for spelling, team in found[league].items()
        if not team
    }
    assert unknown == set()
    assert found
    for league, spellings in found.items():
        assert len(set(spellings.values())) == 30, league


def test_a_spelling_that_nobody_has_is_unknown() -> None:
    assert TEAMS.team_id("nba", "espn", "Seattle Storm") is None
    assert TEAMS.team_id("mlb", "espn", "TBD") is None  # no code of Tampa Bay here
