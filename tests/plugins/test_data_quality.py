"""The page about the quality of the data: registered, closed to strangers, right."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from linehouse import database
from linehouse.settings import Mode
from tests.plugins.conftest import LoadPlugin

GAME = "00000000-0000-0000-0000-000000000001"


@pytest.fixture
def plugin(load_plugin: LoadPlugin) -> Any:
    return load_plugin("data_quality")


def test_a_stranger_sees_nothing_and_airflow_has_a_menu_entry(plugin: Any) -> None:
    assert TestClient(plugin.app).get("/").status_code == 401
    (registered,) = plugin.DataQualityPage.fastapi_apps
    (entry,) = plugin.DataQualityPage.external_views
    assert registered["app"] is plugin.app
    assert entry["href"] == registered["url_prefix"] + "/"


def test_rules_that_rows_break_stand_on_the_page_with_the_share_of_valid_lines(
    logged_in: TestClient, fresh_database: Mode, no_live_database: None
) -> None:
    with database.connect(fresh_database) as connection:
        connection.execute(
            "insert into curated.game_quality (game_quality_id, game_id, source, seen_on_et,"
            " line_count, valid_line_count, warned_line_count, two_sided_line_count,"
            " bookmaker_count, market_count, row_quality_score, game_date_et,"
            " minutes_before_start)"
            " select gen_random_uuid(), %s, 'the_odds_api', seen_on, 200, valid, 3, 200, 8, 3,"
            " 0.97, '2026-04-18', looked from (values ('2026-04-17'::date, 200, 600),"
            " ('2026-04-18', 199, 12), ('2026-04-19', 199, null)) as days (seen_on, valid, looked)",
            (GAME,),
        )
        connection.execute(
            "insert into staging.validation_results (validation_id, game_id, batch_id, entity,"
            " entity_key, rule, severity, detail) select gen_random_uuid(), %s, gen_random_uuid(),"
            " 'betting_line', n::text, rule, severity, '<script>' from (values"
            " (1, 'price_missing', 'error'), (1, 'point_missing', 'error'),"
            " (2, 'vig_unusual', 'warning'), (3, 'vig_unusual', 'warning'))"
            " as broken (n, rule, severity)",
            (GAME,),
        )
    page = logged_in.get("/").text

    assert "99.67 % valid; rows left out of decisions: 1." in page
    assert "<td class='wrong'>price_missing</td>" in page
    assert "<td class='wrong'>point_missing</td>" in page, "one row broke both and counts once"
    assert "<td class=''>vig_unusual</td><td>warning</td><td>betting_line</td>" in page
    day = page[page.index("2026-04-18") :]
    day = day[: day.index("</tr>")]
    assert day.endswith("<td class='number'>8</td><td class='number'>12</td>"), "look before"
    assert "<script>" not in page
    assert "live" in page and "cannot be read" in page  # that database does not exist here
