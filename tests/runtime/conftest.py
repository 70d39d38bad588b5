"""Servers and homes of their own, for tests that break them."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from linehouse.runtime import marked
from linehouse.runtime.layout import Layout
from linehouse.runtime.postgres import EmbeddedPostgres
from tests.fixtures.network import free_port


@pytest.fixture
def own_folder() -> Iterator[Path]:
    """A folder with a short path that any user may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="lh-"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def own_server(own_folder: Path) -> Iterator[EmbeddedPostgres]:
    """A server that no other test knows, made but not started."""
    server = EmbeddedPostgres(own_folder / "home", free_port())
    yield server
    server.stop("immediate")
    marked.end(marked.find(Layout(own_folder / "home")))
    shutil.rmtree(server.folder, ignore_errors=True)
    shutil.rmtree(server.socket_folder, ignore_errors=True)
