"""The simulator shows VSiN's pages over HTTP, and the source reads them to the last share."""

from datetime import date, timedelta

import httpx
import pytest

from linehouse.landing.fetch import judge
from linehouse.settings import Mode
from linehouse.sources.base import Asking, Payload, Request
from linehouse.sources.errors import (
    AccessRefusedError,
    DriftedSchemaError,
    RateLimitedError,
    SourceError,
    UnreadablePayloadError,
    UpstreamUnavailableError,
)
from linehouse.sources.rows import Parsed
from linehouse.sources.vsin.source import SOURCE
from tests.fixtures.sandbox import FIRST_MOMENT, SandboxServer

SPORTS = ("basketball_nba", "baseball_mlb")
DK, CIRCA = "splits_dk", "splits_circa"


def ask(sandbox: SandboxServer, request: Request) -> httpx.Response:
    return sandbox.http.get(f"/vsin{request.path}", params=dict(request.params))


def page(sandbox: SandboxServer, sport: str, feed: str = DK, view: str = "today") -> Parsed:
    request = SOURCE.page_request(feed, sport, view)
    answer = ask(sandbox, request)
    assert judge(SOURCE, answer.status_code, answer.headers, answer.content) is None
    return SOURCE.parse(Payload(SOURCE.name, feed, answer.content, None, sport_key=sport))


@pytest.mark.parametrize("sport", SPORTS)
@pytest.mark.parametrize("feed", [DK, CIRCA])
def test_a_page_is_read_to_its_last_row(sandbox: SandboxServer, sport: str, feed: str) -> None:
    answer = ask(sandbox, SOURCE.page_request(feed, sport))
    assert "text/html" in answer.headers["content-type"]
    parsed = page(sandbox, sport, feed)
    assert 2 * len(parsed.games) == answer.text.count('<tr class="sp-row') > 4
    assert {game.sport_key for game in parsed.games} == {sport}
    shown = answer.text.count("sp-badge-line") - answer.text.count(">-</span>")
    assert len(parsed.lines) == len(parsed.splits) == shown > 10
    assert parsed.drift == []
    assert {split.bookmaker for split in parsed.splits} == {"DK" if feed == DK else "CIRCA"}


def test_circa_lists_fewer_games_with_lines_and_bettors_of_its_own(sandbox: SandboxServer) -> None:
    dk, circa = page(sandbox, "baseball_mlb"), page(sandbox, "baseball_mlb", CIRCA)
    codes = {game.source_event_id for game in dk.games}
    assert {game.source_event_id for game in circa.games} < codes
    ours = {(one.source_event_id, one.market, one.outcome): one.money_pct for one in dk.splits}
    assert any(
        ours.get((one.source_event_id, one.market, one.outcome)) != one.money_pct
        for one in circa.splits
    )


def test_a_table_holds_the_days_of_its_view(sandbox: SandboxServer) -> None:
    days = {
        view: {game.game_date_et for game in page(sandbox, "baseball_mlb", view=view).games}
        for view in ("yesterday", "today", "tomorrow", "all")
    }
    assert days["today"] == {date(2026, 4, 18)} and days["tomorrow"] == {date(2026, 4, 19)}
    assert days["yesterday"] == {date(2026, 4, 17)}
    assert {date(2026, 4, 18), date(2026, 4, 19)} < days["all"]


def test_fresh_games_show_fifty_and_absent_markets_zero(sandbox: SandboxServer) -> None:
    request = SOURCE.page_request(DK, "baseball_mlb", "tomorrow")
    parsed = page(sandbox, "baseball_mlb", view="tomorrow")
    fresh = [one for one in parsed.splits if one.details]
    assert fresh and all(one.tickets_pct == one.money_pct == "50" for one in fresh)
    text = ask(sandbox, request).text
    assert ">-</span>" in text and ">0%</span>" in text
    assert all(one.tickets_pct != "0" for one in parsed.splits)


def test_states_follow_the_night(sandbox: SandboxServer) -> None:
    for hours, states in ((0, {"scheduled"}), (9, {"scheduled", "live", "final"}), (14, {"final"})):
        sandbox.set_clock(FIRST_MOMENT + timedelta(hours=hours))
        view = "today" if hours < 13 else "yesterday"
        games = page(sandbox, "baseball_mlb", view=view).games
        assert {game.state for game in games if game.game_date_et == date(2026, 4, 18)} >= states


def test_requests_ask_for_the_day(sandbox: SandboxServer) -> None:
    for request in SOURCE.requests(Asking("basketball_nba", FIRST_MOMENT, date(2026, 4, 19))):
        answer = ask(sandbox, request)
        parsed = SOURCE.parse(Payload(SOURCE.name, request.feed, answer.content, None))
        assert {game.game_date_et for game in parsed.games} == {date(2026, 4, 19)}


def test_between_seasons_the_page_has_no_table(sandbox: SandboxServer) -> None:
    sandbox.set_clock(FIRST_MOMENT.replace(month=8))
    assert page(sandbox, "basketball_nba").games == []


def test_what_the_vendor_does_not_offer_is_an_offer_with_200(sandbox: SandboxServer) -> None:
    answer = sandbox.http.get("/vsin/betting-splits/", params={"sport": "KBO"})
    assert answer.status_code == 200
    with pytest.raises(UnreadablePayloadError, match="without a table of splits: VSiN - Subscribe"):
        SOURCE.parse(Payload(SOURCE.name, "splits_dk", answer.content, None))


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
    sandbox.fault(kind, upstream="vsin")
    answer = ask(sandbox, SOURCE.page_request(DK, "baseball_mlb"))
    assert isinstance(judge(SOURCE, answer.status_code, answer.headers, answer.content), error)


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("html", UnreadablePayloadError),
        ("truncated", UnreadablePayloadError),
        ("renamed_field", DriftedSchemaError),
        ("sides_swapped", DriftedSchemaError),
    ],
)
def test_spoiled_pages_are_named(
    sandbox: SandboxServer, kind: str, error: type[SourceError]
) -> None:
    sandbox.fault(kind, upstream="vsin")
    with pytest.raises(error):
        page(sandbox, "baseball_mlb")


def test_other_faults_show_in_the_rows(sandbox: SandboxServer) -> None:
    good = page(sandbox, "baseball_mlb")
    for kind, games in (
        ("extra_field", len(good.games)),
        ("duplicate_rows", len(good.games) + 1),
        ("half_missing", (len(good.games) + 1) // 2),
    ):
        sandbox.clear_faults()
        sandbox.fault(kind, upstream="vsin")
        bad = page(sandbox, "baseball_mlb")
        assert len(bad.games) == games
        assert bad.drift == (["tr.sp-game-featured"] if kind == "extra_field" else [])


def test_its_address_in_the_sandbox(sandbox: SandboxServer) -> None:
    assert SOURCE.base_url(Mode.SANDBOX) == f"{sandbox.url}/vsin"
