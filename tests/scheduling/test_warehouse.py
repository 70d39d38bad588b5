"""Decisions over the warehouse as landing fills it from the simulator, on its virtual clock."""

from datetime import UTC, datetime, timedelta

import pytest

from linehouse import database
from linehouse.scheduling import calendar, decision, runs
from linehouse.scheduling.tiers import tier_of
from linehouse.scheduling.work import Work
from tests.fixtures.sandbox import FIRST_MOMENT

MLB, NBA = "baseball_mlb", "basketball_nba"
HOUR = timedelta(hours=1)


def decide(mode, now: datetime, work: Work = Work.ODDS, **more) -> decision.Decision:
    with decision.connect(mode) as connection:
        return decision.decide(connection, now, work, **more)


def wanted(found: decision.Decision) -> set[tuple[str, str]]:
    return {(one.sport_key, one.feed) for one in found.wanted}


def test_an_empty_warehouse_asks_for_the_lists_that_are_free(warehouse) -> None:
    found = decide(warehouse, FIRST_MOMENT)
    assert wanted(found) == {(MLB, "events"), (NBA, "events")}
    assert sum(one.cost for one in found.wanted) == 0
    assert (found.quota.left, found.quota.told_at) == (20_000, None)
    assert decide(warehouse, FIRST_MOMENT, Work.SCORES).wanted == ()


def test_from_the_lists_to_the_odds_to_the_next_fetch(warehouse, land) -> None:
    land(MLB, "events", FIRST_MOMENT)
    land(NBA, "events", FIRST_MOMENT)
    found = decide(warehouse, FIRST_MOMENT)
    assert wanted(found) == {(MLB, "odds"), (NBA, "odds")}
    land(MLB, "odds", FIRST_MOMENT)
    land(NBA, "odds", FIRST_MOMENT)
    after = decide(warehouse, FIRST_MOMENT)
    assert after.wanted == ()
    assert after.quota.used == 6
    assert after.quota.told_at == FIRST_MOMENT
    nearest = min(game.commence_at for game in after.calendar.of("scheduled"))
    tier = tier_of(nearest, FIRST_MOMENT)
    assert tier is not None and after.next_at <= FIRST_MOMENT + tier.every
    # when that moment has come, the fetch is due
    assert decide(warehouse, after.next_at).wanted


def test_a_fetch_under_way_is_not_asked_for_again(warehouse, land) -> None:
    land(MLB, "events", FIRST_MOMENT)
    due = decide(warehouse, FIRST_MOMENT)
    assert (MLB, "odds") in wanted(due)
    assumed = dict.fromkeys(due.wanted, FIRST_MOMENT)
    again = decide(warehouse, FIRST_MOMENT, assumed=assumed)
    assert again.wanted == ()
    assert FIRST_MOMENT < again.next_at <= FIRST_MOMENT + 6 * HOUR


def test_live_final_and_called_off_games_are_not_fetched_for(warehouse, land, ask) -> None:
    land(MLB, "odds", FIRST_MOMENT)
    known = decide(warehouse, FIRST_MOMENT).calendar
    last = max(game.commence_at for game in known.games)
    ask(
        "insert into raw_data.games_raw (payload_id, position, source, source_event_id, sport_key,"
        " observed_at, away_team, home_team, commence_at, state)"
        " select payload_id, position + 1000, source, source_event_id, sport_key,"
        " observed_at + interval '1 hour', away_team, home_team, commence_at,"
        " (array['postponed', 'cancelled', 'suspended', 'final', 'live'])[1 + position %% 5]"
        " from raw_data.games_raw where sport_key = %s",
        MLB,
    )
    found = decide(warehouse, FIRST_MOMENT + HOUR)
    assert {game.state.state for game in found.calendar.games} == {
        "postponed", "cancelled", "suspended", "final", "live",
    }  # fmt: skip
    assert [fetch for fetch in found.plan.fetches if fetch.sport_key == MLB] == []
    assert last > FIRST_MOMENT


def test_a_game_gone_from_an_accepted_list_is_called_off_one_gone_from_a_held_list_is_not(
    warehouse, land, ask
) -> None:
    land(MLB, "events", FIRST_MOMENT)
    (gone,) = ask(
        "select source_event_id from raw_data.games_raw"
        " where commence_at > %s order by commence_at limit 1",
        FIRST_MOMENT + 5 * HOUR,
    )[0]
    land(MLB, "events", FIRST_MOMENT + HOUR)
    ask(
        "delete from raw_data.games_raw where source_event_id = %s and observed_at > %s",
        gone,
        FIRST_MOMENT,
    )

    def state() -> str:
        (game,) = (
            game
            for game in decide(warehouse, FIRST_MOMENT + 2 * HOUR).calendar.games
            if (calendar.ODDS_SOURCE, gone) in game.events
        )
        return game.state.state

    assert state() == "postponed"
    ask("update ops.batches set state = 'held' where observed_at > %s", FIRST_MOMENT)
    assert state() == "scheduled"


def test_scores_are_polled_only_for_games_that_run_or_have_just_ended(warehouse, land) -> None:
    """Saturday noon in the East: the first games start at 17:05 UTC."""
    land(MLB, "events", FIRST_MOMENT)
    land(NBA, "events", FIRST_MOMENT)
    before = decide(warehouse, FIRST_MOMENT, Work.SCORES)
    assert before.wanted == ()
    first = min(game.commence_at for game in before.calendar.games)
    assert before.next_at <= first
    later = first + HOUR
    running = decide(warehouse, later, Work.SCORES)
    in_play = {game.sport_key for game in before.calendar.games if game.commence_at <= later}
    assert {one.sport_key for one in running.wanted} == in_play
    assert [one.feed for one in running.wanted] == ["scores"] * len(running.wanted)
    for one in running.wanted:
        land(one.sport_key, "scores", later)
    polled = decide(warehouse, later + timedelta(minutes=1), Work.SCORES)
    assert polled.wanted == ()
    begun = [game for game in polled.calendar.games if first <= game.commence_at <= later]
    assert begun and {game.state.state for game in begun} == {"live"}
    assert polled.next_at <= later + timedelta(minutes=31)
    # when all results of the slate are told, nothing is asked until the next games begin
    morning = datetime(2026, 4, 19, 12, tzinfo=UTC)
    for sport in (MLB, NBA):
        land(sport, "scores", morning)
    done = decide(warehouse, morning, Work.SCORES)
    assert done.wanted == ()
    begun = [game for game in done.calendar.games if game.commence_at < morning]
    assert begun and {game.state.state for game in begun} == {"final"}


def test_the_quota_in_the_newest_answer_beats_every_count_of_ours(warehouse, land, sandbox) -> None:
    sandbox.credits(quota=500, used=0)
    land(MLB, "odds", FIRST_MOMENT)
    sandbox.credits(quota=500, used=400)  # spent by somebody else with the same key
    land(NBA, "odds", FIRST_MOMENT + HOUR)
    found = decide(warehouse, FIRST_MOMENT + HOUR)
    assert (found.quota.total, found.quota.used, found.quota.left) == (500, 403, 97)
    assert found.reserve == 20
    assert found.plan.situation.spendable == 77
    assert found.quota.resets_at == datetime(2026, 5, 1, tzinfo=UTC)
    # a new month: all of them are there again, nobody has said so yet
    in_may = decide(warehouse, datetime(2026, 5, 1, 0, 5, tzinfo=UTC))
    assert (in_may.quota.total, in_may.quota.left, in_may.quota.told_at) == (500, 500, None)


def test_of_requests_under_way_together_the_one_that_ended_last_tells_the_quota(
    warehouse, land, ask
) -> None:
    land(MLB, "odds", FIRST_MOMENT)
    land(NBA, "odds", FIRST_MOMENT)
    assert decide(warehouse, FIRST_MOMENT).quota.used == 6
    ask(
        "update raw_data.collection_log set finished_at = finished_at + interval '1 minute',"
        " quota_remaining = quota_remaining - 9, quota_used = quota_used + 9 where sport_key = %s",
        MLB,
    )
    assert decide(warehouse, FIRST_MOMENT).quota.used == 12


def test_nothing_is_sent_without_credits(warehouse, land, sandbox) -> None:
    land(MLB, "events", FIRST_MOMENT)
    sandbox.credits(quota=500, used=497)
    land(NBA, "odds", FIRST_MOMENT)
    found = decide(warehouse, FIRST_MOMENT)
    assert found.quota.left == 0
    assert {one.feed for one in found.wanted} <= {"events"}


def test_out_of_season_there_is_one_free_look_a_day(warehouse, land) -> None:
    january = datetime(2026, 8, 5, 12, tzinfo=UTC)  # no basketball in August
    land(NBA, "events", january)
    found = decide(warehouse, january)
    assert {one for one in wanted(found) if one[0] == NBA} == set()
    from linehouse.settings import get_settings

    only_nba = get_settings().model_copy(update={"sports": (NBA,)})
    with decision.connect(warehouse) as connection:
        alone = decision.decide(connection, january, Work.ODDS, only_nba)
        assert (alone.wanted, alone.next_at) == ((), january + 24 * HOUR)
        next_day = decision.decide(connection, january + 24 * HOUR, Work.ODDS, only_nba)
    assert [(one.feed, one.cost) for one in next_day.wanted] == [("events", 0)]


def test_a_dry_run_says_what_it_would_ask_and_asks_nothing(
    warehouse, land, sandbox, setting, caplog
) -> None:
    land(MLB, "events", FIRST_MOMENT)
    assert {"sport_key": MLB, "feed": "odds"} in runs.due_requests(warehouse, Work.ODDS)
    setting(SCHEDULER_DRY_RUN="true")
    with caplog.at_level("INFO"):
        assert runs.due_requests(warehouse, Work.ODDS) == []
        assert runs.affordable_extra(warehouse, [MLB]) == []
    assert "Dry run, would ask odds of baseball_mlb (3 of 20000 credits)" in caplog.text


def test_games_are_moved_along_once_each(warehouse, land, ask, sandbox) -> None:
    land(MLB, "events", FIRST_MOMENT)
    first = runs.move_games(warehouse)
    assert set(first) == {"new to scheduled"}
    assert runs.move_games(warehouse) == {}
    evening = datetime(2026, 4, 18, 23, 30, tzinfo=UTC)
    land(MLB, "scores", evening)
    moved = runs.move_games(warehouse)
    assert moved["scheduled to live"] > 0 and moved["scheduled to final"] > 0
    morning = datetime(2026, 4, 19, 12, tzinfo=UTC)
    land(MLB, "scores", morning)
    assert runs.move_games(warehouse)["live to final"] > 0
    rows = ask(
        "select state, previous_state, since, evidence from ops.game_states"
        " where state = 'final' and since = %s",
        morning,
    )
    assert "live" in {row[1] for row in rows} <= {"live", "scheduled"}
    assert {row[3] for row in rows} == {"the_odds_api tells the result"}


@pytest.mark.parametrize("minutes", [0, 1, 179, 180, 181, 719, 720, 1439, 1440, 4319, 4320, 9000])
def test_sql_and_python_name_the_same_tier(ask, minutes: int) -> None:
    ((found,),) = ask("select raw_data.fetch_tier(%s::numeric / 60)", minutes)
    tier = tier_of(FIRST_MOMENT + timedelta(minutes=minutes), FIRST_MOMENT)
    assert found == (tier.name if tier else None)


def test_each_game_of_each_snapshot_has_its_tier_and_hours(ask, land) -> None:
    land(MLB, "odds", FIRST_MOMENT)
    land(MLB, "odds", FIRST_MOMENT + 20 * HOUR)
    rows = ask(
        "select observed_at, commence_at, hours_until_start, fetch_tier, line_count"
        " from raw_data.snapshot_games"
    )
    assert len({row[0] for row in rows}) == 2
    assert {row[3] for row in rows} >= {"closing", "pregame", "early"}
    for observed_at, commence_at, hours, tier, _ in rows:
        expected = tier_of(commence_at, observed_at)
        assert tier == (expected.name if expected else None)
        assert float(hours) == pytest.approx((commence_at - observed_at) / HOUR, abs=1e-3)
    assert (
        sum(row[4] for row in rows) == ask("select count(*) from raw_data.betting_lines_raw")[0][0]
    )


def test_the_etl_role_may_all_of_it(warehouse, ask, land) -> None:
    land(MLB, "events", FIRST_MOMENT)
    with database.connect(warehouse, "etl") as connection:
        read = connection.execute("select * from raw_data.snapshot_games").fetchall()
        connection.execute("delete from ops.game_states")
        ((left,),) = connection.execute("select count(*) from ops.game_states").fetchall()
    assert (len(read), left) == (ask("select count(*) from raw_data.games_raw")[0][0], 0)
    assert read
