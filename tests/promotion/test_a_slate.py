"""One slate through both zones: what is published, and that nothing happens twice."""

from datetime import timedelta

from slate import BOOKS, NOON, TEAMS, Warehouse

from linehouse.promotion import hash_published


def test_a_slate_is_published_in_both_zones(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    staging, curated = warehouse.promote_both()
    assert (staging.state, curated.state) == ("published", "published")
    assert staging.touched_games == curated.touched_games == len(TEAMS)
    lines = len(TEAMS) * len(BOOKS) * 3 * 2
    assert warehouse.one("select count(*) from staging.betting_lines") == lines
    assert warehouse.one("select count(*) from curated.betting_lines_enhanced") == lines
    assert warehouse.one("select count(*) from curated.enhanced_games") == len(TEAMS)
    assert set(staging.seconds) == {"touch", "build", "gate", "publish"}


def test_with_nothing_pending_nothing_changes(published: Warehouse) -> None:
    before = hash_published(published.mode)
    assert published.promote("staging").state == "nothing"
    assert published.promote("curated").state == "nothing"
    assert hash_published(published.mode) == before


def test_a_rebuild_of_everything_writes_no_row(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.take_in(NOON + timedelta(hours=1), move=0.03)
    warehouse.promote_both()
    for result in warehouse.promote_both("all"):
        assert result.state == "published"
        assert (result.rows.inserted, result.rows.updated, result.rows.deleted) == (0, 0, 0)


def test_an_unchanged_price_makes_no_new_interval(published: Warehouse) -> None:
    lines = published.one("select count(*) from staging.betting_lines")
    published.take_in(NOON + timedelta(hours=1))
    result = published.promote("staging")
    assert published.one("select count(*) from staging.betting_lines") == lines
    assert result.rows.inserted <= 10  # the batch's own figures
    assert published.one("select min(observations) from staging.betting_lines") == 2


def test_a_game_that_left_the_snapshot_loses_its_standing_lines(published: Warehouse) -> None:
    published.take_in(NOON + timedelta(hours=1), games=len(TEAMS) - 1)
    result = published.promote("staging")
    assert result.touched_games == len(TEAMS), "the game that is not named is touched too"
    ended = published.ask(
        "select distinct home_team, valid_to from staging.betting_lines"
        " inner join staging.games using (game_id) where valid_to is not null"
    )
    assert ended == [(TEAMS[-1][0], NOON + timedelta(hours=1))]


def test_dbt_keeps_its_connections_from_node_to_node_and_leaves_none(published: Warehouse) -> None:
    def sessions() -> int:
        found: int = published.one(
            "select sessions from pg_stat_database where datname = current_database()"
        )
        return found

    published.take_in(NOON + timedelta(hours=1), move=0.03)
    before = sessions()
    published.promote("staging")
    nodes = published.one("select max(models + tests) from ops.dbt_invocations")
    assert nodes > 40
    assert sessions() - before < nodes / 2
    assert published.ask("select from pg_stat_activity where application_name = 'dbt'") == []
