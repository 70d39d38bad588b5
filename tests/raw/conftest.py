"""A migrated database for each test, and an upstream that answers what it is told, over HTTP."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from psycopg import sql

from linehouse import database, migrate
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.settings import Mode, get_settings

TEMPLATE = "linehouse_raw_template"
OWN_VARIABLES = ("LINEHOUSE_HOME", "LINEHOUSE_POSTGRES_PORT", "LINEHOUSE_SANDBOX_URL")


def remake(server: EmbeddedPostgres, name: str, template: str) -> None:
    """Make a database anew from a template."""
    with server.connect(autocommit=True) as connection:
        connection.execute(
            sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name))
        )
        connection.execute(
            sql.SQL("create database {} owner linehouse_owner template {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        server.grant_database(connection, name)


@pytest.fixture(scope="session")
def migrated_template(postgres_server: EmbeddedPostgres) -> str:
    """A database with all migrations, to copy from."""
    remake(postgres_server, "linehouse_sandbox", "template1")
    migrate.upgrade(Mode.SANDBOX)
    with postgres_server.connect(autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = 'linehouse_sandbox'"
        )
        connection.execute(f"drop database if exists {TEMPLATE}")
        connection.execute(f"alter database linehouse_sandbox rename to {TEMPLATE}")
    return TEMPLATE


def emptied(server: EmbeddedPostgres, name: str, template: str) -> None:
    """A migrated database without rows: the one of the test before, where it is still there."""
    with server.connect(autocommit=True) as connection:
        ours = connection.execute(
            "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
            [name],
        ).fetchone()
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name]
        )
    if ours != (TEMPLATE,):
        remake(server, name, template)
        with server.connect(autocommit=True) as connection:
            connection.execute(f"comment on database {name} is '{TEMPLATE}'")
        return
    with server.connect(name) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in ('raw_data', 'ops') order by 1"
        ).fetchall()
        connection.execute(";".join(f"delete from {table}" for (table,) in tables))


@pytest.fixture
def raw_database(postgres_server: EmbeddedPostgres, migrated_template: str) -> Mode:
    """The sandbox database, migrated and empty."""
    emptied(postgres_server, "linehouse_sandbox", migrated_template)
    return Mode.SANDBOX


@pytest.fixture
def live_raw_database(postgres_server: EmbeddedPostgres, migrated_template: str) -> Mode:
    """The live database, migrated and empty."""
    emptied(postgres_server, "linehouse", migrated_template)
    return Mode.LIVE


@dataclass
class Answer:
    """One scripted answer of the upstream."""

    body: bytes = b"[]"
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    hang_seconds: float = 0.0
    trickle_seconds: float = 0.0
    """Pause after each byte of the body."""
    claimed_length: int | None = None
    """Content-Length, where it is a lie."""
    drop: bool = False
    """Close the connection without a word."""


@dataclass
class Seen:
    """One request as it arrived."""

    path: str
    headers: dict[str, str]


class Upstream:
    """Plays its script in order, the last answer for ever; remembers what it was asked."""

    def __init__(self) -> None:
        self.script: list[Answer] = [Answer()]
        self.seen: list[Seen] = []
        self.on_request: Callable[[], None] | None = None
        self._lock = threading.Lock()
        upstream = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                upstream._answer(self)

            def log_message(self, *arguments: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def play(self, *answers: Answer) -> None:
        """Replace the script and forget what was asked."""
        self.script = list(answers)
        self.seen = []

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.seen.append(Seen(handler.path, dict(handler.headers.items())))
            answer = self.script.pop(0) if len(self.script) > 1 else self.script[0]
        if self.on_request is not None:
            self.on_request()
        time.sleep(answer.hang_seconds)
        handler.close_connection = True
        if answer.drop:
            return
        try:
            handler.send_response(answer.status)
            length = answer.claimed_length
            handler.send_header(
                "content-length", str(len(answer.body) if length is None else length)
            )
            handler.send_header("connection", "close")
            for name, value in answer.headers.items():
                handler.send_header(name, value)
            handler.end_headers()
            if answer.trickle_seconds:
                for byte in answer.body:
                    handler.wfile.write(bytes([byte]))
                    handler.wfile.flush()
                    time.sleep(answer.trickle_seconds)
            else:
                handler.wfile.write(answer.body)
        except OSError:
            pass  # the client has gone


@pytest.fixture
def upstream(
    monkeypatch: pytest.MonkeyPatch, postgres_server: EmbeddedPostgres
) -> Iterator[Upstream]:
    """A running upstream that the sandbox address and the live address both point to."""
    server = Upstream()
    monkeypatch.setenv("LINEHOUSE_SANDBOX_URL", server.url)
    monkeypatch.setenv("ODDS_API_BASE_URL", server.url)
    get_settings.cache_clear()
    yield server
    server.close()
    get_settings.cache_clear()


@pytest.fixture
def live_key(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> str:
    """A user's key of The Odds API, set for this test."""
    key = "5ec4e7b0d1f2438a9e6b7c8d9f0a1b2c"
    monkeypatch.setenv("ODDS_API_KEY", key)
    get_settings.cache_clear()
    return key


def odds_body(events: int = 2, price: int = -110) -> bytes:
    """An answer of The Odds API's odds endpoint, two bookmakers and two markets an event."""

    def market(key: str, home: str, away: str, point: float | None) -> dict[str, Any]:
        outcomes: list[dict[str, Any]] = [
            {"name": home, "price": price},
            {"name": away, "price": 100},
        ]
        if point is not None:
            outcomes[0]["point"], outcomes[1]["point"] = point, -point
        return {"key": key, "last_update": "2026-04-18T15:59:30Z", "outcomes": outcomes}

    def event(number: int) -> dict[str, Any]:
        home, away = f"Home {number}", f"Away {number}"
        return {
            "id": f"{number:032x}",
            "sport_key": "baseball_mlb",
            "sport_title": "MLB",
            "commence_time": "2026-04-18T23:05:00Z",
            "home_team": home,
            "away_team": away,
            "bookmakers": [
                {
                    "key": book,
                    "title": book.title(),
                    "last_update": "2026-04-18T15:59:30Z",
                    "markets": [
                        market("h2h", home, away, None),
                        market("spreads", home, away, -1.5),
                    ],
                }
                for book in ("pinnacle", "draftkings")
            ],
        }

    # Spaces and a final newline: bytes that no JSON library would write by itself.
    return b" " + json.dumps([event(n) for n in range(1, events + 1)], indent=1).encode() + b"\n"


def rows(mode: Mode, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """All rows of a query, read as the runtime role."""
    with database.connect(mode) as connection:
        return connection.execute(query, parameters).fetchall()


def log_rows(mode: Mode) -> list[tuple[Any, ...]]:
    """Outcome and error type of every attempt, in order."""
    return rows(mode, "select outcome, error_type from raw_data.collection_log order by attempt_id")


def contents(mode: Mode) -> dict[str, list[str]]:
    """Every row of raw_data and ops as text, table by table, without the log of attempts."""
    with database.connect(mode, "owner") as connection:
        tables = connection.execute(
            "select schemaname || '.' || tablename from pg_tables"
            " where schemaname in ('raw_data', 'ops') and tablename <> 'collection_log'"
            " and tablename not like 'betting_lines_raw_%'"
        ).fetchall()
        return {
            name: sorted(
                str(row[0]) for row in connection.execute(f"select t::text from {name} as t")
            )
            for (name,) in tables
        }
