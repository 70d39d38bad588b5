"""A warehouse for each test of promotion: deployed, empty, with its own clock."""

import sys
from pathlib import Path

import pytest

from linehouse.settings import Mode

sys.path.insert(0, str(Path(__file__).parent))

from slate import Warehouse  # noqa: E402


@pytest.fixture
def warehouse(fresh_database: Mode) -> Warehouse:
    return Warehouse(fresh_database)
