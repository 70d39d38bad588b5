"""Connections to the warehouse: which server, which database, which role.

A mode has its own database (`linehouse`, `linehouse_sandbox`), a purpose its own role. The server
is the embedded one unless DATABASE_URL names another.
"""

import os
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import psycopg
import sqlalchemy
from sqlalchemy.engine import URL, make_url

from linehouse.runtime import credentials
from linehouse.runtime.layout import Layout
from linehouse.settings import Mode, get_settings

Role = Literal["owner", "etl", "analyst", "admin", "airflow"]

ROLE_NAMES: dict[Role, str] = {
    "owner": "linehouse_owner",
    "etl": "linehouse_etl",
    "analyst": "analyst",
    "admin": "postgres",
    "airflow": "airflow",
}
NO_LARGE_OBJECTS = (
    "revoke execute on function lo_creat(integer), lo_create(oid), lo_from_bytea(oid, bytea),"
    " lo_import(text), lo_import(text, oid) from public"
)
"""For a superuser in the database: nothing here uses large objects, and else anybody who may
connect, an analyst too, could fill the disk with them."""
_LOCKS = ", ".join(
    f"pg_{tried}advisory_{extent}lock{shared}({key})"
    for tried in ("", "try_")
    for extent in ("", "xact_")
    for shared in ("", "_shared")
    for key in ("bigint", "integer, integer")
)
NO_LOCKS = (
    f"revoke execute on function {_LOCKS} from public;"
    f" grant execute on function {_LOCKS} to linehouse_owner, linehouse_etl"
)
"""For a superuser in the database, where both roles exist: else anybody who may connect, an analyst
too, could hold the lock that promotions wait for."""
SANDBOX_SUFFIX = "_sandbox"
DEFAULT_DATABASE = "linehouse"


@dataclass(frozen=True)
class DsnParts:
    """One way into one database; the password stays out of its repr."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    dbname: str

    def url(self, driver: str = "psycopg") -> URL:
        """SQLAlchemy URL for `driver` (`psycopg`, `psycopg2`)."""
        return URL.create(
            f"postgresql+{driver}",
            username=self.user,
            password=self.password,
            host=self.host,
            port=self.port,
            database=self.dbname,
        )

    def connect_arguments(self) -> dict[str, Any]:
        """Keyword arguments for `psycopg.connect`: session in UTC, our name in pg_stat_activity."""
        return {
            "host": self.host,
            "port": self.port,
            "user": self.user,
            "password": self.password,
            "dbname": self.dbname,
            "options": "-c timezone=UTC",
            "application_name": os.environ.get("PGAPPNAME", "linehouse"),
            "connect_timeout": 10,
        }


def database_name(mode: Mode, base: str = DEFAULT_DATABASE) -> str:
    """The database of a mode: the base name for live, with `_sandbox` behind it for sandbox."""
    base = base.removesuffix(SANDBOX_SUFFIX)
    return base + SANDBOX_SUFFIX if mode is Mode.SANDBOX else base


def dsn_parts(mode: Mode, role: Role = "etl") -> DsnParts:
    """Host, port, user, password, database for `role` in the database of `mode`.

    With DATABASE_URL its server and database name are used (the sandbox has `_sandbox` behind
    the name). Its user serves every role, unless `LINEHOUSE_OWNER_PASSWORD`,
    `LINEHOUSE_ETL_PASSWORD` or `LINEHOUSE_ANALYST_PASSWORD` is set: then that role is itself.
    Raises FileNotFoundError where the embedded server was never made.
    """
    settings = get_settings()
    if settings.database_url is not None:
        url = make_url(settings.database_url.get_secret_value())
        of_role = {
            "owner": settings.owner_password,
            "etl": settings.etl_password,
            "analyst": settings.analyst_password,
        }.get(role)
        role_password = of_role.get_secret_value() if of_role else None
        return DsnParts(
            host=url.host or "localhost",
            port=url.port or 5432,
            user=ROLE_NAMES[role] if role_password else url.username or ROLE_NAMES[role],
            password=role_password or url.password or "",
            dbname=database_name(mode, url.database or DEFAULT_DATABASE),
        )
    layout = Layout(settings.home)
    return DsnParts(
        host="127.0.0.1",
        port=settings.postgres_port,
        user=ROLE_NAMES[role],
        password=credentials.read(layout.secrets, f"postgres_{ROLE_NAMES[role]}"),
        dbname=database_name(mode),
    )


def connect(mode: Mode, role: Role = "etl", **options: Any) -> psycopg.Connection[Any]:
    """A new psycopg connection (READ COMMITTED, UTC); `options` go to `psycopg.connect`."""
    return psycopg.connect(**{**dsn_parts(mode, role).connect_arguments(), **options})


def engine(mode: Mode, role: Role = "etl") -> sqlalchemy.Engine:
    """The SQLAlchemy engine (psycopg 3) of this process for `role` in the database of `mode`."""
    parts = dsn_parts(mode, role)
    return _engine(parts.url().render_as_string(hide_password=False), os.getpid())


@lru_cache(maxsize=16)
def _engine(url: str, pid: int) -> sqlalchemy.Engine:
    """Per process: a connection inherited through fork must never be used by the child."""
    return sqlalchemy.create_engine(
        url,
        pool_size=get_settings().database_pool_size,
        pool_pre_ping=True,
        connect_args={
            "options": "-c timezone=UTC",
            "application_name": os.environ.get("PGAPPNAME", "linehouse"),
            "connect_timeout": 10,
        },
    )
