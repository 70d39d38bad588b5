"""A command knows which of its settings are not those of what runs."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from linehouse.runtime import started_with
from linehouse.runtime.layout import Layout
from linehouse.settings import Mode, get_settings


@pytest.fixture
def layout(tmp_path: Path) -> Layout:
    found = Layout(tmp_path / "home")
    found.make()
    return found


def test_other_values_are_named_and_none_is_written_down(layout: Layout) -> None:
    settings = get_settings().model_copy(update={"odds_api_key": SecretStr("MARKED-KEY-1")})
    assert started_with.differing(layout, settings) == []  # nothing is known yet
    started_with.remember(layout, settings)
    assert started_with.differing(layout, settings) == []
    other = settings.model_copy(
        update={
            "sports": ("baseball_mlb",),
            "odds_api_key": SecretStr("MARKED-KEY-2"),
            "mode_override": Mode.LIVE,  # every run is told its mode
        }
    )
    assert started_with.differing(layout, other) == ["ODDS_API_KEY", "SPORTS"]
    written = "".join(path.read_text() for path in layout.home.rglob("*") if path.is_file())
    assert "MARKED" not in written and "basketball_nba" not in written
