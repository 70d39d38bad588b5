"""The command line in this process."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result


@pytest.fixture(scope="session")
def linehouse() -> Callable[..., Result]:
    """Run a command; its output and exit code come back."""
    from linehouse.cli import app

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, list(arguments))

    return run


@pytest.fixture(scope="session")
def linehouse_json(linehouse: Callable[..., Result]) -> Callable[..., dict[str, Any]]:
    """Run a command with --json that must succeed, and read what it says."""

    def run(*arguments: str) -> dict[str, Any]:
        done = linehouse(*arguments, "--json")
        assert done.exit_code == 0, (done.output, done.exception)
        document: dict[str, Any] = json.loads(done.stdout)
        return document

    return run
