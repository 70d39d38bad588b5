"""Settings: what is read from the environment, and what is refused in a sentence."""

import os
import subprocess
import sys

import pytest

from linehouse.settings import Mode, Settings, SettingsError, get_settings


@pytest.fixture(autouse=True)
def settings_read_anew():
    get_settings.cache_clear()
    yield
    get_settings.cache_clear()


def test_an_empty_value_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEHOUSE_MODE", "")
    monkeypatch.setenv("ODDS_API_KEY", "")
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert settings.odds_api_key is None
    assert settings.mode is Mode.SANDBOX


def test_either_name_of_the_odds_key_makes_the_mode_live(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LINEHOUSE_MODE", raising=False)
    monkeypatch.delenv("ODDS_API_KEY", raising=False)
    monkeypatch.setenv("THE_ODDS_API_KEY", "0123456789abcdef")
    settings = Settings(_env_file=None)  # type: ignore[call-arg]
    assert settings.mode is Mode.LIVE
    assert "0123456789abcdef" not in repr(settings)


def test_a_setting_that_cannot_be_used_is_named_without_its_value(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LINEHOUSE_AIRFLOW_PORT", "s3cret")
    with pytest.raises(SettingsError, match="LINEHOUSE_AIRFLOW_PORT") as raised:
        get_settings()
    assert "s3cret" not in str(raised.value)


def test_a_command_refuses_an_unknown_mode_in_a_sentence() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "linehouse.cli", "status"],
        env={**os.environ, "LINEHOUSE_MODE": "paper", "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    said = answer.stdout + answer.stderr
    assert answer.returncode != 0
    assert "LINEHOUSE_MODE" in said and "sandbox" in said
    assert "Traceback" not in said
