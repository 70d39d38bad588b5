"""The simulator speaks SportsBettingDime's contract over HTTP, and the source reads all of it."""

from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest

from linehouse.landing.fetch import judge
from linehouse.settings import Mode
from linehouse.sources.base import Payload
from linehouse.sources.errors import (
    AccessRefusedError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.rows import Parsed
from linehouse.sources.sbd.source import SOURCE
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

SPORTS = ("basketball_nba", "baseball_mlb")


def ask(sandbox: SandboxServer, sport: str) -> httpx.Response:
    request = SOURCE.splits_request(sport)
    return sandbox.http.get(f"/sbd{request.path}", params=dict(request.params))


def day_of(sandbox: SandboxServer, sport: str) -> Parsed:
    request, answer = SOURCE.splits_request(sport), ask(sandbox, sport)
    assert judge(SOURCE, answer.status_code, answer.headers, answer.content) is None
    return SOURCE.parse(
        Payload(SOURCE.name, "splits", answer.content, None, sport_key=sport, params=request.params)
    )


def texts_in(value: Any, key: str) -> list[str]:
    if isinstance(value, list):
        return [text for entry in value for text in texts_in(entry, key)]
    if isinstance(value, dict):
        own = [value[key]] if key in value else []
        return own + [text for entry in value.values() for text in texts_in(entry, key)]
    return []


@pytest.mark.parametrize("sport", SPORTS)
def test_a_day_is_read_to_its_last_price_and_share(sandbox: SandboxServer, sport: str) -> None:
    document, parsed = ask(sandbox, sport).json(), day_of(sandbox, sport)
    assert document["group"] == "2026-04-18"
    assert len(parsed.games) == len(document["games"]) >= 4
    offered = texts_in(document, "american")
    assert "" in offered and None not in offered, "not offered is an empty text"
    assert len(parsed.lines) == len([text for text in offered if text])
    assert len(parsed.splits) == len(texts_in(document, "stakePercentage"))
    assert {line.bookmaker for line in parsed.lines} == {
        "betmgm",
        "caesars",
        "draftkings",
        "fanduel",
    }
    assert parsed.drift == []
    for split in parsed.splits:
        assert split.bookmaker is None
        assert (
            0 <= float(split.tickets_pct or -1) <= 100 and 0 <= float(split.money_pct or -1) <= 100
        )


def test_ids_have_a_12_hour_clock_and_identifiers_tell_games_apart(sandbox: SandboxServer) -> None:
    games = ask(sandbox, "baseball_mlb").json()["games"]
    hours = {game["_id"][9:11] for game in games}
    assert all(1 <= int(hour) <= 12 for hour in hours)
    assert len({game["identifier"] for game in games}) == len(games)


def test_some_clubs_have_names_of_the_vendors_own(sandbox: SandboxServer) -> None:
    names = {
        name
        for days in range(3)
        if sandbox.set_clock(FIRST_MOMENT + timedelta(days=days))
        for game in day_of(sandbox, "baseball_mlb").games
        for name in (game.home_team, game.away_team)
    }
    assert {"Cleveland Indians", "Oakland Athletics"} <= names and len(names) == 30


def test_the_day_turns_over_in_the_morning(sandbox: SandboxServer) -> None:
    for hours, day in ((0, 18), (16, 18), (18, 19)):
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
        games = day_of(sandbox, "baseball_mlb").games
        assert {game.game_date_et for game in games} == {date(2026, 4, day)}


def test_splits_are_written_after_the_start_too(sandbox: SandboxServer) -> None:
    sandbox.set_clock(FIRST_MOMENT + timedelta(hours=10))
    parsed = day_of(sandbox, "baseball_mlb")
    starts = {game.source_event_id: game.commence_at for game in parsed.games}
    late = 0
    for split in parsed.splits:
        start = starts[split.source_event_id]
        assert start is not None and split.updated_text is not None
        updated = datetime.fromisoformat(split.updated_text)
        assert updated <= FIRST_MOMENT + timedelta(hours=10)
        assert updated <= start + timedelta(hours=3)
        late += updated > start
    assert late > 10


def test_numbers_of_bets_are_null_in_some_totals(sandbox: SandboxServer) -> None:
    totals = [one for one in day_of(sandbox, "baseball_mlb").splits if one.market == "total"]
    silent = [one for one in totals if "market_bets" not in one.details]
    assert 0 < len(silent) < len(totals)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limited", RateLimitedError),
        ("server_error", UpstreamUnavailableError),
        ("bad_key", AccessRefusedError),
    ],
)
def test_errors_have_their_types(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    sandbox.fault(kind, upstream="sbd", **({"retry_after": 7} if kind == "rate_limited" else {}))
    answer = ask(sandbox, "baseball_mlb")
    found = judge(SOURCE, answer.status_code, answer.headers, answer.content)
    assert isinstance(found, error)
    if isinstance(found, RateLimitedError):
        assert found.retry_after_seconds == 7


def test_a_league_that_is_not_known_is_not_found(sandbox: SandboxServer) -> None:
    assert sandbox.http.get("/sbd/v2/matchups/cricket/betting-splits").status_code == 404


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html", UnreadablePayloadError),
        ("truncated", UnreadablePayloadError),
        ("renamed_field", DriftedSchemaError),
    ],
)
def test_spoiled_answers_are_named(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    sandbox.fault(kind, upstream="sbd")
    with pytest.raises(error):
        day_of(sandbox, "baseball_mlb")


def test_other_faults_show_in_the_rows(sandbox: SandboxServer) -> None:
    good = day_of(sandbox, "baseball_mlb")
    for kind, games in (
        ("extra_field", len(good.games)),
        ("duplicate_rows", len(good.games) + 1),
        ("half_missing", (len(good.games) + 1) // 2),
    ):
        sandbox.clear_faults()
        sandbox.fault(kind, upstream="sbd")
        bad = day_of(sandbox, "baseball_mlb")
        assert len(bad.games) == games
        assert bad.drift == (["games[].weather"] if kind == "extra_field" else [])


def test_its_address_in_the_sandbox(sandbox: SandboxServer) -> None:
    assert SOURCE.base_url(Mode.SANDBOX) == f"{sandbox.url}/sbd"
