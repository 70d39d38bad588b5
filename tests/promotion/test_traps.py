"""The traps that a prototype fell into; each test is named after what must hold instead."""

import json
import threading
from datetime import timedelta

import psycopg
import pytest
from slate import BOOKS, NOON, TEAMS, Warehouse, events

from linehouse import database
from linehouse.promotion import GateFailed, deploy, gate_raw, hash_published, invoke, retract
from linehouse.promotion import build as building
from linehouse.promotion.gate import judge
from linehouse.promotion.lock import PromotionBusyError, promotion_lock
from linehouse.promotion.publish import PublishError, SchemaChangedError, publish
from linehouse.promotion.touch import Touched, make_candidate, touch
from linehouse.promotion.zones import dbt_folder, zone
from linehouse.settings import get_settings

pytestmark = pytest.mark.slow

LATER = NOON + timedelta(hours=1)


def half(body: list) -> list:
    """The same games, most of their books gone."""
    for event in body:
        event["bookmakers"] = event["bookmakers"][:1]
    return body


def unmirrored(body: list) -> list:
    """Spreads whose sides do not belong together, though each row alone looks right."""
    for event in body:
        for book in event["bookmakers"]:
            for outcome in book["markets"][1]["outcomes"]:
                outcome["point"] = book["markets"][1]["outcomes"][0]["point"]
    return body


def test_01_a_candidate_belongs_to_one_promotion_alone(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    with promotion_lock(warehouse.mode) as connection:
        touched = touch(connection, "staging", "pending", as_of=NOON, run_id=None)
        mine = building.build(
            connection, warehouse.mode, zone(warehouse.mode, "staging"), touched.promotion_id
        )
        assert mine.schema == f"staging_candidate_{touched.promotion_id}"
        with connection.transaction():  # another one begins, as if this one had been given up
            make_candidate(connection, "staging_candidate", Touched(0, "pending"))
        assert building.count_rows(connection, mine.schema, ["games"]) == {"games": len(TEAMS)}
        with connection.transaction():
            assert publish(connection, mine).inserted == sum(mine.rows.values())


def test_02_a_candidate_that_lost_rows_since_its_gate_is_not_published(
    warehouse: Warehouse,
) -> None:
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    before = hash_published(warehouse.mode)
    warehouse.take_in(LATER, move=0.02)
    with promotion_lock(warehouse.mode) as connection:
        touched = touch(connection, "staging", "pending", as_of=LATER, run_id=None)
        candidate = building.build(
            connection, warehouse.mode, zone(warehouse.mode, "staging"), touched.promotion_id
        )
        kinds = connection.execute(
            "select distinct relpersistence from pg_class"
            " where relnamespace = %s::regnamespace and relkind = 'r'",
            (candidate.schema,),
        ).fetchall()
        assert kinds == [("p",)], "logged: a crash must not empty it"
        connection.execute(f"truncate {candidate.schema}.betting_lines")
        with pytest.raises(PublishError, match="were gated"), connection.transaction():
            publish(connection, candidate)
    assert hash_published(warehouse.mode) == before


def test_03_a_batch_without_half_its_rows_is_held_by_its_own_rows(published: Warehouse) -> None:
    before = hash_published(published.mode)
    batch = published.land(LATER, half(events()))
    (verdict,) = gate_raw(published.mode, [batch], now=LATER)
    assert not verdict.accepted
    assert "of their usual lines" in verdict.sentence and f"{len(TEAMS)} rows" in verdict.sentence
    assert "e.g. " in verdict.sentence and verdict.sentence.count("\n") == 0
    assert published.promote("staging").state == "nothing"
    assert hash_published(published.mode) == before


def test_04_a_blocked_batch_does_not_poison_the_next_good_one(published: Warehouse) -> None:
    before = hash_published(published.mode)
    bad = published.take_in(LATER, body=unmirrored(events(0.01)))
    with pytest.raises(GateFailed, match="valid") as blocked:
        published.promote("staging")
    assert hash_published(published.mode) == before
    assert "e.g. game_id=" in blocked.value.sentence
    assert published.ask("select batch_id from ops.batches where state = 'held'") == [(bad,)]
    published.take_in(LATER + timedelta(hours=1), move=0.02)
    assert published.promote("staging").state == "published"
    assert published.one("select count(*) from staging.betting_lines where batch_id = %s", bad) == 0


def test_05_a_batch_that_is_accepted_late_is_still_pending(warehouse: Warehouse) -> None:
    first = warehouse.land(NOON)
    second = warehouse.land(LATER, move=0.02)
    warehouse.accept(second)
    warehouse.promote("staging")
    warehouse.accept(first)
    result = warehouse.promote("staging")
    assert result.state == "published" and result.rows.inserted + result.rows.updated > 0
    assert warehouse.one("select min(valid_from) from staging.betting_lines") == NOON


def test_06_promotions_wait_for_one_another_and_see_each_others_work(
    warehouse: Warehouse,
) -> None:
    with promotion_lock(warehouse.mode) as connection:
        with pytest.raises(PromotionBusyError), promotion_lock(warehouse.mode, wait_seconds=1):
            pass
        assert connection.execute("show transaction_isolation").fetchone() == ("read committed",)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    with promotion_lock(warehouse.mode, wait_seconds=1):
        pass


def test_07_only_slices_read_raw_data(warehouse: Warehouse) -> None:
    nodes = invoke.manifest(warehouse.mode, "candidate").nodes.values()
    readers: dict[str, set[str]] = {}
    by_slice = set()
    for node in nodes:
        if node.resource_type.value == "model" and not node.name.startswith("slice_"):
            for one in node.depends_on.nodes:
                if "source.linehouse.raw_data." in one:
                    readers.setdefault(one.rpartition(".")[2], set()).add(node.name)
            if any(".slice_" in one for one in node.depends_on.nodes):
                by_slice.add(node.name)
    # rows of payloads that a slice has fixed, which one model alone reads, once
    alone = {
        "betting_splits_raw": "int_split_observations",
        "line_movements_raw": "int_told_movements",
        "injuries_raw": "injuries",
        "team_stats_raw": "team_stats",
        "player_stats_raw": "player_stats",
    }
    for table, model in alone.items():
        assert readers.pop(table) == {model} and model in by_slice
    assert set().union(*readers.values()) <= {
        "int_unmatched_events",  # of this promotion's own batches, which no slice of a game has
        "data_quality_metrics",  # the same
        "int_sbro__neighbours",  # whole files: a season is one batch
    }


def test_08_what_leaves_is_found_by_the_touched_games(published: Warehouse) -> None:
    before = hash_published(published.mode)
    batch = published.take_in(LATER, move=0.05)
    published.promote_both()
    assert hash_published(published.mode) != before
    retract(published.mode, batch, "wrong", "me")
    published.promote_both()
    assert hash_published(published.mode) == before


def test_08_retracting_the_only_batch_of_games_takes_them_out(warehouse: Warehouse) -> None:
    empty = hash_published(warehouse.mode)
    batch = warehouse.take_in(NOON)
    warehouse.promote_both()
    retract(warehouse.mode, batch, "wrong", "me")
    staging, curated = warehouse.promote_both()
    assert (staging.state, curated.state) == ("published", "published")
    after = hash_published(warehouse.mode)
    same = {name for name in empty if not name.endswith(".teams")}
    assert {name: after[name] for name in same} == {name: empty[name] for name in same}


def test_08_a_gate_over_nothing_fails(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    with promotion_lock(warehouse.mode) as connection:
        touched = touch(connection, "staging", "pending", as_of=NOON, run_id=None)
        candidate = building.build(
            connection, warehouse.mode, zone(warehouse.mode, "staging"), touched.promotion_id
        )
        for table in candidate.rows:
            connection.execute(f"truncate {candidate.schema}.{table}")
        candidate.rows = dict.fromkeys(candidate.rows, 0)
        verdict = judge(connection, warehouse.mode, candidate)
    assert not verdict.passed
    assert f"has evidence is there” does not hold for {len(TEAMS)} rows" in verdict.sentence


def test_10_publish_never_scans_a_published_table(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    warehouse.execute("alter table staging.betting_lines drop constraint if exists x", role="owner")
    columns = ", ".join(
        name
        for (name,) in warehouse.ask(
            "select attname from pg_attribute where attrelid = 'staging.betting_lines'::regclass"
            " and attnum > 0 and not attisdropped and attname not in ('line_id', 'game_id')"
        )
    )
    warehouse.execute(  # much history that no statistics know of
        f"insert into staging.betting_lines (line_id, game_id, {columns})"
        f" select gen_random_uuid(), gen_random_uuid(), {columns} from staging.betting_lines,"
        " generate_series(1, 300)"
    )
    scans = (
        "select seq_scan from pg_stat_user_tables where relid = 'staging.betting_lines'::regclass"
    )
    warehouse.take_in(LATER, move=0.01)
    before = warehouse.one(scans)
    with promotion_lock(warehouse.mode) as connection:
        touched = touch(connection, "staging", "pending", as_of=LATER, run_id=None)
        candidate = building.build(
            connection, warehouse.mode, zone(warehouse.mode, "staging"), touched.promotion_id
        )
        with connection.transaction():
            publish(connection, candidate)
    assert warehouse.one(scans) == before


def test_11_raw_lines_carry_no_index_by_event(warehouse: Warehouse) -> None:
    indexed = warehouse.ask(
        "select indexdef from pg_indexes where schemaname = 'raw_data'"
        " and tablename like 'betting_lines_raw%%' and indexdef like '%%source_event_id%%'"
    )
    assert indexed == []
    assert warehouse.one(
        "select count(*) from pg_indexes where tablename = 'payload_events'"
        " and indexdef like '%%(source, source_event_id)'"
    )


def test_12_other_zones_are_read_as_published_in_this_database(warehouse: Warehouse) -> None:
    state = json.loads(
        (dbt_folder(warehouse.mode) / "published" / "manifest.json").read_text(encoding="utf-8")
    )
    games = state["nodes"]["model.linehouse.games"]
    assert (games["database"], games["schema"]) == ("linehouse_sandbox", "staging")
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    with promotion_lock(warehouse.mode) as connection:
        touched = touch(connection, "curated", "pending", as_of=NOON, run_id=None)
        candidate = building.build(
            connection, warehouse.mode, zone(warehouse.mode, "curated"), touched.promotion_id
        )
        assert candidate.rows["enhanced_games"] == len(TEAMS)
        assert "games" not in building.built_tables(connection, candidate.schema)


def test_13_a_promotion_runs_nothing_of_another_zone(warehouse: Warehouse) -> None:
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    (detail,) = warehouse.ask(
        "select detail from ops.dbt_invocations where promotion_id is not null"
    )
    nodes = invoke.manifest(warehouse.mode, "candidate").nodes
    assert not [name for name in detail[0]["nodes"] if "sbro" in name], "no game is of the archive"
    for name in detail[0]["nodes"]:
        used = [nodes[one] for one in nodes[name].depends_on.nodes if one in nodes]
        assert not [one.name for one in [nodes[name], *used] if "curated" in one.tags], name


def test_14_changed_parameters_make_dbt_parse_nothing(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = invoke.manifest(warehouse.mode, "candidate")
    monkeypatch.setenv("MINIMUM_EV_PCT", "7.5")
    get_settings.cache_clear()
    warehouse.take_in(NOON)
    warehouse.promote("staging")
    get_settings.cache_clear()
    assert warehouse.one("select value from ops.parameters where key = 'minimum_ev_pct'") == "7.5"
    assert invoke.manifest(warehouse.mode, "candidate") is before


@pytest.mark.parametrize("statement", ["truncate", "drop table", "alter table"])
def test_15_the_runtime_role_cannot_empty_published_tables(
    warehouse: Warehouse, statement: str
) -> None:
    tail = " add column x int" if statement == "alter table" else ""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        warehouse.execute(f"{statement} staging.games{tail}")


def test_15_deploying_again_keeps_every_row(published: Warehouse) -> None:
    before = hash_published(published.mode)
    forced = deploy(published.mode, force=True)
    assert forced.changed and forced.rebuild == []
    assert hash_published(published.mode) == before
    assert not deploy(published.mode).changed, "the same project is deployed once"
    assert hash_published(published.mode) == before


def test_16_a_changed_column_is_refused_until_it_is_deployed(published: Warehouse) -> None:
    before = hash_published(published.mode)
    published.execute("alter table staging.games drop column neutral_site cascade", role="owner")
    without = hash_published(published.mode)
    published.take_in(LATER)
    with pytest.raises(SchemaChangedError, match="new neutral_site boolean"):
        published.promote("staging")
    assert hash_published(published.mode) == without
    result = deploy(published.mode, force=True)
    assert "staging.games: added column neutral_site boolean" in result.tables
    assert result.rebuild == ["staging"]
    assert published.promote("staging").touched_games == len(TEAMS)
    after = hash_published(published.mode)
    assert (
        after["staging.game_sources"].split(":")[0] == before["staging.game_sources"].split(":")[0]
    )
    assert published.one("select count(*) from ops.parameters where key like 'rebuild%%'") == 0


def test_17_constraints_of_contracts_have_no_names(warehouse: Warehouse) -> None:
    for node in invoke.manifest(warehouse.mode, "candidate").nodes.values():
        for constraint in getattr(node, "constraints", []):
            assert constraint.name is None, node.name
        for column in node.columns.values():
            assert all(one.name is None for one in column.constraints), node.name


def test_18_views_stand_over_published_tables_and_are_not_built(published: Warehouse) -> None:
    expected = len(TEAMS) * len(BOOKS) * 2
    assert published.one("select count(*) from staging.moneylines") == expected
    assert published.ask("select count(*) from curated.spreads", role="analyst") == [(expected,)]
    deploy(published.mode, force=True)
    assert published.ask("select count(*) from curated.spreads", role="analyst") == [(expected,)]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        published.ask("select count(*) from staging.games", role="analyst")


def test_19_the_published_manifest_names_the_schemas_that_are_read(warehouse: Warehouse) -> None:
    for name in ("staging", "curated"):
        declared = zone(warehouse.mode, name)
        for table in declared.tables:
            described = warehouse.one(
                "select obj_description(%s::regclass)", f"{name}.{table.name}"
            )
            assert described == table.description.strip()


def test_20_promotions_run_no_unit_tests_nor_what_contracts_enforce(published: Warehouse) -> None:
    nodes = invoke.manifest(published.mode, "candidate").nodes
    details = published.ask("select detail from ops.dbt_invocations")
    assert len(details) == 2
    for (detail,) in details:
        for name in detail["nodes"]:
            assert not name.startswith("unit_test."), name
            assert not building._enforced_by_contract(nodes[name], nodes), name


def test_readers_never_see_two_tables_disagree(published: Warehouse) -> None:
    pairs = {
        "staging": (
            "select count(*) from staging.betting_lines where batch_id in"
            " (select batch_id from staging.data_quality_metrics)",
            "select count(*) from staging.betting_lines",
        ),
        "curated": (
            "select sum(line_count) from curated.enhanced_games",
            "select count(*) from curated.betting_lines_enhanced",
        ),
    }
    seen: dict[str, set[tuple[int, int]]] = {zone_name: set() for zone_name in pairs}
    done = threading.Event()

    def read_in_one_statement() -> None:
        with database.connect(published.mode, autocommit=True) as connection:
            while not done.wait(0.005):
                for zone_name, (one, other) in pairs.items():
                    row = connection.execute(f"select ({one}), ({other})").fetchone()
                    seen[zone_name].add(row)  # type: ignore[arg-type]

    def read_in_repeatable_read() -> None:
        with database.connect(published.mode, autocommit=True) as connection:
            while not done.wait(0.005):
                with connection.transaction():
                    connection.execute("set transaction isolation level repeatable read")
                    for zone_name, queries in pairs.items():
                        rows = [connection.execute(query).fetchone() for query in queries]
                        seen[zone_name].add(tuple(row[0] for row in rows if row))  # type: ignore[arg-type]

    readers = [
        threading.Thread(target=read) for read in (read_in_one_statement, read_in_repeatable_read)
    ]
    for reader in readers:
        reader.start()
    for hour in range(1, 4):
        published.take_in(NOON + timedelta(hours=hour), move=0.01 * hour)
        published.promote_both()
    done.set()
    for reader in readers:
        reader.join()
    for zone_name, found in seen.items():
        assert len(found) >= 3, f"readers saw several states of {zone_name}"
        assert all(one == other for one, other in found), zone_name
