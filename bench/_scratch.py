"""A server and a warehouse for one benchmark, made in a temporary folder and removed afterwards."""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linehouse import migrate
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode, get_settings


@contextmanager
def scratch_warehouse() -> Iterator[Mode]:
    """The sandbox database, migrated and empty, on a durable server of its own."""
    folder = Path(tempfile.mkdtemp(prefix="lhb-"))
    folder.chmod(0o711)  # root's server runs as another user
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = EmbeddedPostgres(folder / "home", port)
    names = ("LINEHOUSE_HOME", "LINEHOUSE_POSTGRES_PORT", "DATABASE_URL")
    before = {name: os.environ.pop(name, None) for name in names}
    os.environ |= {"LINEHOUSE_HOME": str(server.layout.home), "LINEHOUSE_POSTGRES_PORT": str(port)}
    get_settings.cache_clear()
    try:
        server.start()
        migrate.upgrade(Mode.SANDBOX)
        yield Mode.SANDBOX
    finally:
        server.stop("immediate")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(server.socket_folder, ignore_errors=True)
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        get_settings.cache_clear()
