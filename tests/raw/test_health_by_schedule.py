"""A source is wrong when nothing came that its own schedule should have brought, and else not."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from linehouse import database
from linehouse.serving import source_health
from linehouse.settings import Mode, get_settings

NBA, MLB = "basketball_nba", "baseball_mlb"
Came = Callable[..., None]


@pytest.fixture
def came(live_raw_database: Mode, monkeypatch: pytest.MonkeyPatch) -> Came:
    """Write that feeds were answered so many hours ago, and nothing since."""
    for name in ("ODDS_API_KEY", "API_BASKETBALL_KEY"):
        monkeypatch.setenv(name, "k" * 32)
    monkeypatch.setenv("MLB_STATS_API_ENABLED", "true")
    monkeypatch.setenv("SPORTS", f"{NBA},{MLB}")
    get_settings.cache_clear()

    def write(source: str, sport_key: str | None = NBA, **hours: float) -> None:
        with database.connect(live_raw_database, "owner") as connection:
            connection.execute("delete from raw_data.collection_log where source = %s", [source])
            for feed, ago in hours.items():
                at = datetime.now(UTC) - timedelta(hours=ago)
                connection.execute(
                    "insert into raw_data.collection_log"
                    " (source, feed, sport_key, outcome, http_status, started_at, finished_at)"
                    " values (%s, %s, %s, 'landed', 200, %s, %s)",
                    [source, feed, sport_key, at, at],
                )

    return write


def health(source: str) -> tuple[str, str]:
    (found,) = (one for one in source_health.sources(Mode.LIVE) if one.source == source)
    return found.state, found.sentence


def test_one_that_follows_a_plan_is_late_when_not_even_its_free_list_came(came: Came) -> None:
    came("the_odds_api", odds=9, scores=24, events=3)
    assert health("the_odds_api") == ("ok", ""), "a night with the free plan"
    came("the_odds_api", odds=24 * 50, scores=24 * 51, event_odds=24 * 50, events=23)
    assert health("the_odds_api") == ("ok", ""), "out of season"
    came("the_odds_api", odds=60, scores=61, events=31)
    state, sentence = health("the_odds_api")
    assert state == "wrong"
    assert sentence.startswith("events of basketball_nba: nothing came since ")
    assert "list of games every day" in sentence and "more)" not in sentence, "said once"
    (found,) = (one for one in source_health.sources(Mode.LIVE) if one.source == "the_odds_api")
    assert {feed["expected_every"] for feed in found.feeds} == {None}


def test_what_was_fetched_once_by_hand_is_not_waited_for(came: Came) -> None:
    came("nba_stats", game_finder=80, scoreboard=0.1)
    came("api_basketball", season_statistics=80, head_to_head=200, games=1, standings=20)
    came("mlb_stats_api", MLB, live_feed=24 * 20, schedule=1)
    came("espn", "icehockey_nhl", scoreboard=300, injuries=300)
    for source in ("nba_stats", "api_basketball", "mlb_stats_api", "espn"):
        assert health(source) == ("ok", ""), source


@pytest.mark.parametrize("sport_key", [NBA, None])
def test_what_is_asked_by_itself_is_late_by_its_own_cadence(
    came: Came, sport_key: str | None
) -> None:
    came("espn", sport_key, scoreboard=6, injuries=35)
    assert health("espn") == ("ok", "")
    came("espn", sport_key, scoreboard=7, injuries=1)
    state, sentence = health("espn")
    assert state == "wrong" and "it is worth asking every 10 min" in sentence
    came("espn", sport_key, scoreboard=1, injuries=37)
    assert health("espn")[0] == "wrong"
