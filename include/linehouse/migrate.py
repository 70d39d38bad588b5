"""Bring the schema of a mode's database to a revision, from Python."""

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from linehouse import database
from linehouse.settings import PROJECT_ROOT, Mode


def _config(mode: Mode, drop_data: bool = False) -> Config:
    config = Config(PROJECT_ROOT / "alembic.ini")
    config.attributes["mode"] = mode
    config.attributes["drop_data"] = drop_data
    return config


def upgrade(mode: Mode, revision: str = "head") -> None:
    """Apply the migrations up to `revision`. Two at a time wait for each other."""
    command.upgrade(_config(mode), revision)


def downgrade(mode: Mode, revision: str = "base", *, drop_data: bool = False) -> None:
    """Undo the migrations down to `revision`.

    Raises RuntimeError where that would drop received payloads, unless `drop_data` is True.
    """
    command.downgrade(_config(mode, drop_data), revision)


def current(mode: Mode) -> str | None:
    """The revision that the database is at; None when it has no schema yet."""
    with database.engine(mode, "owner").connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision in `migrations/`."""
    return ScriptDirectory.from_config(_config(Mode.SANDBOX)).get_current_head()
