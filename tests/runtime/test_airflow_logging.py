"""What Airflow's processes write into their logs."""

import subprocess
import sys
from pathlib import Path

from linehouse.runtime.airflow import environment
from linehouse.runtime.layout import Layout
from linehouse.settings import get_settings

LOGGED = """
import logging
import linehouse.promotion.gx
from airflow.sdk.log import configure_logging

configure_logging()
noisy = logging.getLogger("great_expectations.expectations.expectation")
noisy.info("a key that is not a known field")
noisy.warning("an expectation that cannot be judged")
logging.getLogger("linehouse.landing").info("a request was sent")
"""


def test_great_expectations_does_not_drown_the_log_of_a_task(tmp_path: Path) -> None:
    layout = Layout(tmp_path / "home")
    layout.make()
    said = subprocess.run(
        [sys.executable, "-c", LOGGED],
        env=environment(get_settings(), layout),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    text = said.stdout + said.stderr
    assert "a key that is not a known field" not in text
    assert "an expectation that cannot be judged" in text
    assert "a request was sent" in text
