"""The prompt for looking: nobody who can write gets in without saying so."""

from collections.abc import Callable

import pytest
from typer.testing import Result

from linehouse.database import dsn_parts
from linehouse.settings import Mode, get_settings


def test_the_pipelines_own_user_is_refused_and_the_analyst_let_in(
    fresh_database: Mode, monkeypatch: pytest.MonkeyPatch, linehouse: Callable[..., Result]
) -> None:
    looking = ("psql", "--mode", "sandbox", "--", "-qc", "select count(*) from betting_card")
    assert linehouse(*looking).exit_code == 0
    etl, analyst = dsn_parts(fresh_database, "etl"), dsn_parts(fresh_database, "analyst")
    monkeypatch.setenv(
        "DATABASE_URL",
        f"postgresql://{etl.user}:{etl.password}@{etl.host}:{etl.port}/linehouse",
    )
    try:
        get_settings.cache_clear()
        refused = linehouse(*looking)
        assert refused.exit_code == 1
        assert "linehouse_etl can write" in refused.stderr.replace("\n", " ")
        monkeypatch.setenv("LINEHOUSE_ANALYST_PASSWORD", analyst.password)
        get_settings.cache_clear()
        assert linehouse(*looking).exit_code == 0
    finally:
        get_settings.cache_clear()
