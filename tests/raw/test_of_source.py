"""All that a source has to ask: lists first, then its events; each request on its own."""

import json
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from linehouse import database
from linehouse.backfill.games import calendar_of, range_feed, source_steps
from linehouse.batches import request_key
from linehouse.days import eastern_day
from linehouse.landing import FetchPolicy, SourceLanding, attempts, land, land_source
from linehouse.landing.due import due_feeds
from linehouse.landing.known_events import known_events
from linehouse.landing.of_source import Failure, policy_of, slates
from linehouse.orchestration.landing_pools import pools
from linehouse.promotion.raw_gate import _suite_module
from linehouse.settings import Mode, get_settings
from linehouse.sources import registry
from linehouse.sources.availability import http_sources, off_because
from linehouse.sources.base import Asking, KnownEvent, Request
from linehouse.sources.errors import BadRequestError, RateLimitedError
from linehouse.sources.feeds import CADENCES, cadence, feeds_of, figures_of, kinds_of
from linehouse.sources.past_feed import PastFeed
from tests.raw.conftest import Answer, Upstream, rows

NBA = "basketball_nba"
NOW = datetime(2026, 4, 18, 16, tzinfo=UTC)
DAY = date(2026, 4, 18)
HASTY = FetchPolicy(connect_seconds=1, read_seconds=0.4, retries=1, sleep=lambda _: None)


def history(event: int) -> bytes:
    side = {"side": "home", "period": "event", "history": []}
    return json.dumps({"15": {"event": {"spread": [side | {"event_id": event}]}}}).encode()


@pytest.fixture
def named(raw_database: Mode) -> Mode:
    """Action Network has named three games of the day, one of which was put off."""
    with database.connect(raw_database) as connection:
        for payload, (event, day, state) in enumerate(
            [
                ("101", DAY, "scheduled"),
                ("102", DAY, "scheduled"),
                ("103", DAY, "scheduled"),
                ("103", DAY + timedelta(days=1), "scheduled"),
            ]
        ):
            connection.execute(
                "insert into raw_data.games_raw (payload_id, position, source, source_event_id,"
                " sport_key, observed_at, away_team, home_team, game_date_et, commence_at, state,"
                " details) values (%s, 1, 'action_network', %s, %s, %s, 'A', 'B', %s, %s, %s,"
                """ '{"home_team_id": "7", "away_team_id": "9"}')""",
                [
                    payload,
                    event,
                    NBA,
                    NOW + timedelta(minutes=payload),
                    day,
                    datetime(2026, 4, 18, 23, tzinfo=UTC),
                    state,
                ],
            )
    return raw_database


def feeds_seen(upstream: Upstream) -> list[str]:
    return ["history" if "history" in one.path else "scoreboard" for one in upstream.seen]


def test_events_are_those_that_the_newest_payload_puts_on_the_day(named: Mode) -> None:
    at = datetime(2026, 4, 18, 23, tzinfo=UTC)
    with database.connect(named) as connection:
        assert known_events(connection, "action_network", NBA, DAY) == (
            KnownEvent("101", NBA, at, DAY, "scheduled", "7", "9"),
            KnownEvent("102", NBA, at, DAY, "scheduled", "7", "9"),
        )
        assert known_events(connection, "espn", NBA, DAY) == ()
        assert known_events(connection, "action_network", "baseball_mlb", DAY) == ()


def test_lists_are_asked_first_and_events_once_each(named: Mode, upstream: Upstream) -> None:
    upstream.play(Answer(b"{}"))
    told: list[tuple[int, int]] = []
    landed = land_source(
        named,
        "action_network",
        "run",
        sports=[NBA],
        now=NOW,
        policy=HASTY,
        on_progress=lambda done, known: told.append((done, known)),
    )
    seen = feeds_seen(upstream)
    assert seen == ["scoreboard"] * seen.count("scoreboard") + ["history"] * 2
    assert landed.requests == len(seen) == told[-1][0] == told[-1][1]
    assert "101" in upstream.seen[-2].path and "102" in upstream.seen[-1].path


def test_only_the_feeds_that_are_named(named: Mode, upstream: Upstream) -> None:
    upstream.play(Answer(b"{}"))
    land_source(named, "action_network", "a", ["history"], [NBA], now=NOW, policy=HASTY)
    assert feeds_seen(upstream) == ["history"] * 2
    upstream.play(Answer(b"{}"))
    land_source(named, "action_network", "b", None, [NBA], now=NOW, policy=HASTY, among=[])
    assert upstream.seen == []
    with pytest.raises(ValueError, match=r"no feed colours; there are scoreboard"):
        land_source(named, "action_network", "c", ["colours"], now=NOW)
    with pytest.raises(KeyError, match="no source 'sbro' is asked over HTTP"):
        land_source(named, "sbro", "d", now=NOW)


def test_a_request_that_is_refused_stops_none_of_the_others(
    named: Mode, upstream: Upstream
) -> None:
    upstream.play(Answer(b"no", status=404), Answer(b"{}"))
    landed = land_source(named, "action_network", "run", sports=[NBA], now=NOW, policy=HASTY)
    assert len(landed.failed) == 1 and len(landed.batch_ids) == landed.requests - 1
    assert landed.failed[0].startswith("action_network scoreboard of basketball_nba at 2026")


def test_a_request_that_another_process_has_stops_none_of_the_others(
    named: Mode, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "LONGEST_WAIT_FOR_ANOTHER", "50ms")
    upstream.play(Answer(b"{}"))
    (scoreboard,) = registry.get("action_network").requests(Asking(NBA, NOW, eastern_day(NOW)))
    with (
        database.connect(named, autocommit=True) as other,
        attempts.alone(other, request_key("run", scoreboard)),
    ):
        landed = land_source(named, "action_network", "run", sports=[NBA], now=NOW)
    assert len(landed.failed) == 1 and "another process has it: LockNotAvail" in landed.failed[0]
    assert len(landed.batch_ids) == landed.requests - 1 > 0


def test_the_pause_that_was_asked_for_is_told_with_all_that_failed() -> None:
    landing = SourceLanding("x")
    for error in (BadRequestError("no"), RateLimitedError("a", 30.0), RateLimitedError("b", 90.0)):
        landing.failures.append(Failure("it", error))
    with pytest.raises(RateLimitedError) as raised:
        landing.raise_failure()
    assert raised.value.retry_after_seconds == 90.0


def test_a_pause_that_no_upstream_told_doubles(named: Mode, upstream: Upstream) -> None:
    slept: list[float] = []
    policy = replace(HASTY, retries=3, backoff_seconds=0.0, sleep=slept.append)
    upstream.play(Answer(b"", 429))
    (request,) = registry.get("action_network").requests(Asking(NBA, NOW, eastern_day(NOW)))
    with pytest.raises(RateLimitedError):
        land(request, registry.get("action_network"), mode=named, run_key="r", policy=policy)
    assert slept == [5.0, 10.0, 20.0]


def test_silence_ends_the_turn_of_its_feed_and_no_more(named: Mode, upstream: Upstream) -> None:
    upstream.play(Answer(hang_seconds=1))
    began = time.monotonic()
    landed = land_source(named, "action_network", "run", ["history"], [NBA], now=NOW, policy=HASTY)
    assert time.monotonic() - began < 4
    assert landed.requests == 1 and len(upstream.seen) == 2, "one request, tried twice"
    assert len(landed.failed) == 2
    assert "not sent after no answer in time" in landed.failed[1]


def test_what_is_left_when_the_time_is_over_is_not_sent(named: Mode, upstream: Upstream) -> None:
    upstream.play(Answer(b"{}", hang_seconds=0.3))
    began = time.monotonic()
    landed = land_source(
        named, "action_network", "run", sports=[NBA], now=NOW, policy=HASTY, seconds=0.2
    )
    assert time.monotonic() - began < 3
    assert any("the time for this source was over" in sentence for sentence in landed.failed)


def test_a_repeated_run_sends_nothing_again(named: Mode, upstream: Upstream) -> None:
    upstream.play(Answer(b"{}"))
    first = land_source(named, "action_network", "run", sports=[NBA], now=NOW, policy=HASTY)
    upstream.play(Answer(b"{}"))
    again = land_source(named, "action_network", "run", sports=[NBA], now=NOW, policy=HASTY)
    assert upstream.seen == []
    assert again.batch_ids == first.batch_ids


def test_a_source_says_how_long_it_is_waited_for() -> None:
    for source in http_sources().values():
        policy = policy_of(source, seconds=5)
        wanted = getattr(source, "timeout_seconds", None)
        assert wanted is None or policy.read_seconds <= policy.total_seconds <= wanted
        assert policy.retries <= getattr(source, "retries", 3)
        assert 0 < policy.remaining_seconds() <= 5


def test_the_slate_of_last_night_is_asked_about_until_the_morning() -> None:
    assert slates(datetime(2026, 4, 18, 16, tzinfo=UTC)) == [DAY]
    assert slates(datetime(2026, 4, 19, 5, tzinfo=UTC)) == [DAY, DAY + timedelta(days=1)]
    assert slates(datetime(2026, 4, 19, 3, tzinfo=UTC)) == [DAY]  # 11 p.m. Eastern


# On and off

SWITCHES = ("ACTION_NETWORK_ENABLED", "MLB_STATS_API_ENABLED", "VSIN_ENABLED")
KEYS = ("ODDS_API_KEY", "API_BASKETBALL_KEY", "GOALSERVE_KEY")


def reasons(mode: Mode, monkeypatch: pytest.MonkeyPatch, **values: str) -> Mapping[str, str]:
    for name in (*SWITCHES, *KEYS):
        monkeypatch.setenv(name, values.get(name, ""))
    get_settings.cache_clear()
    found = {name: off_because(source, mode) for name, source in http_sources().items()}
    return {name: reason for name, reason in found.items() if reason is not None}


def test_in_the_sandbox_every_source_is_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(Mode.SANDBOX, monkeypatch) == {}


def test_what_terms_restrict_and_what_has_no_key_is_off_and_says_how_to_turn_it_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    off = reasons(Mode.LIVE, monkeypatch)
    for name in (*SWITCHES, *KEYS):
        said = [reason for reason in off.values() if name in reason]
        assert said, f"nobody says that {name} turns it on"
    everything = dict.fromkeys(SWITCHES, "true") | dict.fromkeys(KEYS, "k" * 32)
    assert reasons(Mode.LIVE, monkeypatch, **everything) == {}


def test_a_source_that_is_off_is_not_asked(
    live_raw_database: Mode, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("VSIN_BASE_URL", "GOALSERVE_BASE_URL"):
        monkeypatch.setenv(name, upstream.url)
    get_settings.cache_clear()
    for name, reason in reasons(Mode.LIVE, monkeypatch).items():
        landed = land_source(live_raw_database, name, "run")
        assert landed.off == reason and landed.requests == 0
    assert upstream.seen == []
    assert rows(live_raw_database, "select count(*) from raw_data.collection_log") == [(0,)]


# What is due


def test_what_a_source_declares_of_its_feeds_is_there() -> None:
    for name, source in http_sources().items():
        kinds = getattr(source, "kinds", {})
        assert kinds and kinds.keys() <= CADENCES.keys(), name
        past = [one.feed for one in getattr(source, "past_feeds", ())]
        declared = {*figures_of(source), *past, *getattr(source, "cadences", {})}
        declared |= {feed for kind in kinds for feed in feeds_of(source, kind)}
        assert declared <= source.payload_tables.keys(), name
    assert kinds_of(registry.get("espn"), "scoreboard") == ("odds", "scores")
    assert feeds_of(registry.get("nba_stats"), "scores") == ("today", "scoreboard")
    with pytest.raises(KeyError):
        feeds_of(registry.get("espn"), "colours")


class Another:
    """A source that no part of the project has heard of, but for its line in the registry."""

    name = "another"
    payload_tables: Mapping[str, str] = {"games": "espn_scoreboard", "season": "espn_scoreboard"}
    kinds: Mapping[str, tuple[str, ...]] = {"scores": ("games",)}
    sports = ("icehockey_nhl",)
    slots = 3
    past_feeds = (PastFeed("season", "season", is_calendar=False), PastFeed("games"))
    suite = "espn"

    def requests(self, asking: Asking, feed: str | None = None) -> list[Request]:
        wanted = Request(self.name, "games", f"/{asking.day_et}", sport_key=asking.sport_key)
        return [wanted] if feed in (None, "games") else []

    def past_requests(self, feed: str, sport_key: str, first: date, last: date) -> list[Request]:
        return [Request(self.name, feed, f"/{first}/{last}", sport_key=sport_key)]

    def secret_params(self, mode: Mode | None = None) -> Mapping[str, str]:
        return {}


SOURCE = Another()


def test_a_line_in_the_registry_is_all_that_a_source_needs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(registry.MODULES, "another", __name__)
    assert pools()["land_another"] == 3
    assert feeds_of(http_sources()["another"], "scores") == ("games",)
    assert _suite_module("another", "games").__name__.endswith(".espn")
    found = calendar_of(Mode.LIVE, "icehockey_nhl")
    assert found is not None and found[0].name == "another" and found[1] == "games"
    source = found[0]
    assert range_feed(source) == "season"
    days = [date(2025, 12, 31), date(2026, 1, 1)]
    paths = {
        feed: [step.request.path for step in source_steps(source, feed, NBA, days)]
        for feed in ("games", "season")
    }
    assert paths == {
        "games": ["/2025-12-31", "/2026-01-01"],
        "season": ["/2025-12-31/2026-01-01"],
    }


def test_a_feed_is_due_when_it_has_not_landed_for_as_long_as_it_is_worth(
    raw_database: Mode, upstream: Upstream
) -> None:
    espn = registry.get("espn")
    assert cadence(espn, "scoreboard") == timedelta(minutes=10)
    assert cadence(espn, "scoreboard", games_near=False) == timedelta(hours=6)
    assert cadence(espn, "injuries", games_near=False) == timedelta(hours=12)
    assert due_feeds(raw_database, "espn", NBA, NOW) == ["scoreboard", "injuries"]
    with database.connect(raw_database) as connection:
        for number, feed in enumerate(("scoreboard", "injuries")):
            connection.execute(
                "insert into ops.batches (batch_id, payload_id, payload_table, source, feed,"
                " sport_key, observed_at) values (gen_random_uuid(), %s, 'espn_scoreboard',"
                " 'espn', %s, %s, %s)",
                [number, feed, NBA, NOW - timedelta(minutes=11)],
            )
    assert due_feeds(raw_database, "espn", NBA, NOW) == [], "no game is near"
    assert due_feeds(raw_database, "espn", "baseball_mlb", NOW) == ["scoreboard", "injuries"]
    with database.connect(raw_database) as connection:
        connection.execute(
            "insert into raw_data.games_raw (payload_id, position, source, source_event_id,"
            " sport_key, away_team, home_team, commence_at)"
            " values (9, 1, 'espn', 'x', %s, 'A', 'B', %s)",
            [NBA, NOW + timedelta(hours=7)],
        )
    assert due_feeds(raw_database, "espn", NBA, NOW) == ["scoreboard"]
    assert "injuries" in due_feeds(raw_database, "espn", NBA, NOW + timedelta(hours=12))
