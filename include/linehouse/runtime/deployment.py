"""Bring a mode's database to what the code declares, when the code has changed since.

`python -m linehouse.runtime.deployment MODE...` does it in a process of its own.
"""

import hashlib
import sys

from linehouse import database
from linehouse.promotion.declared import project_fingerprint
from linehouse.runtime.layout import Layout
from linehouse.settings import Mode, get_settings


def ensure_deployed(mode: Mode) -> bool:
    """Deploy unless this very code was deployed to this very server; True if it was done now."""
    from linehouse.promotion.deploy import deploy

    stamp = _layout().run / f"deployed_{mode.value}"
    wanted = fingerprint(mode)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return False
    deploy(mode)
    stamp.write_text(wanted, encoding="utf-8")
    return True


def is_deployed(mode: Mode) -> bool:
    """Whether `ensure_deployed` would have nothing to do."""
    stamp = _layout().run / f"deployed_{mode.value}"
    return stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint(mode)


def fingerprint(mode: Mode) -> str:
    """A hash of the files that declare the schemas and of the server and database they go to."""
    digest = hashlib.sha256(project_fingerprint().encode())
    with database.connect(mode, "owner") as connection:
        row = connection.execute(
            "select system_identifier::text, d.oid::text, current_database() "
            "from pg_control_system(), pg_database d where d.datname = current_database()"
        ).fetchone()
    digest.update(repr(row).encode())
    return digest.hexdigest()


def _layout() -> Layout:
    layout = Layout(get_settings().home)
    layout.make()
    return layout


if __name__ == "__main__":
    for name in sys.argv[1:]:
        ensure_deployed(Mode(name))
