"""When every row of a zone is made anew, and when nothing is."""

from pathlib import Path

import pytest
from slate import TEAMS, Warehouse

from linehouse.promotion import analyst_functions, deploy, hash_published
from linehouse.promotion.declared import project_fingerprint, rows_fingerprint
from linehouse.promotion.lock import promotion_lock
from linehouse.promotion.parameters import schedule_rebuild
from linehouse.settings import get_settings

pytestmark = pytest.mark.slow


def rebuilds(warehouse: Warehouse) -> list[str]:
    return [
        key
        for (key,) in warehouse.ask(
            "select key from ops.parameters where key like 'rebuild%' order by key"
        )
    ]


def test_a_rebuild_of_nothing_is_no_failure(warehouse: Warehouse) -> None:
    with promotion_lock(warehouse.mode) as connection:
        schedule_rebuild(connection, ["staging", "curated"])
    staging, curated = warehouse.promote_both()
    assert (staging.state, curated.state) == ("published", "published")
    assert rebuilds(warehouse) == []
    assert warehouse.promote("staging").state == "nothing"


@pytest.mark.parametrize(
    ("name", "value", "zone_name"),
    [
        ("MINIMUM_EV_PCT", "7.5", "curated"),
        ("SHARP_BOOKMAKERS", "draftkings", "staging"),
        ("REJECT_INVALID_ODDS", "true", "staging"),
    ],
)
def test_a_changed_setting_makes_its_zone_anew(
    published: Warehouse,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    zone_name: str,
) -> None:
    assert rebuilds(published) == []
    monkeypatch.setenv(name, value)
    get_settings.cache_clear()
    try:
        first = published.promote("staging")
        assert first.state == ("published" if zone_name == "staging" else "nothing")
        assert published.promote("curated").touched_games == len(TEAMS)
        assert rebuilds(published) == []
        assert published.promote("curated").state == "nothing"
    finally:
        monkeypatch.undo()
        get_settings.cache_clear()


def test_a_changed_model_makes_its_zone_anew_and_an_unchanged_one_nothing(
    published: Warehouse,
) -> None:
    before = hash_published(published.mode)
    published.execute("create function curated.left_over() returns int return 1", role="owner")
    assert deploy(published.mode, force=True).rebuild == []
    functions = published.ask(
        "select proname::text from pg_proc where pronamespace = 'curated'::regnamespace"
    )
    assert {name for (name,) in functions} == set(analyst_functions.names())
    published.execute(
        "update ops.parameters set value = 'of another day' where key = 'deployed_rows_curated'",
        role="owner",
    )
    assert deploy(published.mode, force=True).rebuild == ["curated"]
    assert published.promote("staging").state == "nothing"
    assert published.promote("curated").touched_games == len(TEAMS)
    assert hash_published(published.mode) == before
    assert published.promote("curated").state == "nothing"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("folder", ["plain", "promotion", "target"])
def test_a_changed_file_is_noticed_wherever_the_project_lies(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder
    model = root / "dbt" / "models" / "curated" / "bets.sql"
    variables = root / "dbt" / "dbt_project.yml"
    write(variables, "vars: {minutes: 60, others: 1}\n")
    write(model, "select 1 -- a bet\n")
    deployed, rows = project_fingerprint(root), rows_fingerprint("curated", root)
    write(model, "select   1 -- still a bet\n")
    assert project_fingerprint(root) != deployed
    assert rows_fingerprint("curated", root) == rows, "comments and layout change no row"
    write(model, "select 2\n")
    assert rows_fingerprint("curated", root) != rows
    write(model, "select {{ var('minutes') }}\n")
    rows, staging = rows_fingerprint("curated", root), rows_fingerprint("staging", root)
    write(variables, "vars: {minutes: 60, others: 2}\n")
    assert rows_fingerprint("curated", root) == rows, "no model names the other variable"
    write(variables, "vars: {minutes: 61, others: 2}\n")
    assert rows_fingerprint("curated", root) != rows
    assert rows_fingerprint("staging", root) == staging
    write(root / "dbt" / "target" / "made.sql", "select 3\n")
    now = project_fingerprint(root)
    write(root / "dbt" / "target" / "made.sql", "select 4\n")
    assert project_fingerprint(root) == now, "what dbt makes is not declared"
