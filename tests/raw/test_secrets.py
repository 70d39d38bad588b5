"""The key goes out with the request and is nowhere else."""

import io
import json
import logging
import traceback
from dataclasses import replace
from urllib.parse import quote

import httpx
import pytest
from psycopg import sql
from pydantic import AliasChoices

from linehouse import database
from linehouse.landing import FetchPolicy, land, land_source
from linehouse.landing.over_http import secrets_of
from linehouse.landing.secrets import Secrets, SecretTransport
from linehouse.settings import Mode, Settings, get_settings
from linehouse.sources.availability import http_sources
from linehouse.sources.base import HttpSource
from linehouse.sources.errors import BadKeyError, SourceError
from linehouse.sources.the_odds_api.source import SOURCE, TheOddsApi
from tests.raw.conftest import Answer, Upstream, odds_body, rows

REQUEST = SOURCE.odds_request("baseball_mlb")
POLICY = FetchPolicy(connect_seconds=1, read_seconds=0.3, sleep=lambda _: None)


def dump(mode: Mode) -> str:
    """Everything that the database holds, as text; bytes also as the text they spell."""
    out = io.StringIO()
    with database.connect(mode, "owner") as connection:
        tables = connection.execute(
            "select schemaname, tablename from pg_tables where schemaname in ('raw_data', 'ops')"
        ).fetchall()
        for name in tables:
            table = sql.Identifier(*name)
            with connection.cursor().copy(
                sql.SQL("copy (select * from {}) to stdout").format(table)
            ) as copy:
                for chunk in copy:
                    out.write(bytes(chunk).decode())
        holding = connection.execute(
            "select table_name from information_schema.columns"
            " where table_schema = 'raw_data' and column_name = 'body'"
        ).fetchall()
        for (name,) in holding:
            payloads = connection.execute(
                sql.SQL("select body, response_headers::text from raw_data.{}").format(
                    sql.Identifier(name)
                )
            )
            for body, headers in payloads:
                out.write(bytes(body).decode("utf-8", "replace") + headers)
    return out.getvalue()


ECHO = b'{"message": "The key %s is not known", "error_code": "INVALID_KEY"}'


def scripts(key: str) -> dict[str, list[Answer]]:
    return {
        "success": [Answer(odds_body())],
        "echo in an error": [Answer(ECHO % key.encode(), status=401)],
        "echo in a redirect": [
            Answer(b"", 301, {"location": f"https://elsewhere/v4?apiKey={key}&a=b"})
        ],
        "echo in good data": [Answer(odds_body().replace(b"Home 1", key.encode()))],
        "server error": [Answer(key.encode(), 500)],
        "hang": [Answer(hang_seconds=1)],
        "drop": [Answer(drop=True)],
        "unreadable": [Answer(b"<html>" + key.encode())],
        "truncated": [Answer(b"[" + key.encode(), claimed_length=900)],
    }


@pytest.mark.parametrize("script", list(scripts("x")))
def test_the_key_is_in_no_table_no_log_and_no_exception(
    live_raw_database: Mode,
    upstream: Upstream,
    live_key: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    script: str,
) -> None:
    upstream.play(*scripts(live_key)[script])
    text = ""
    with caplog.at_level(logging.DEBUG):
        try:
            text = repr(land(REQUEST, SOURCE, mode=live_raw_database, run_key="r1", policy=POLICY))
        except SourceError as error:
            assert error.__traceback__ is not None
            error.__traceback__ = error.__traceback__.tb_next  # this test's own frame has the key
            chain = traceback.TracebackException.from_exception(error, capture_locals=True)
            text = "".join(chain.format()) + repr(error) + repr(vars(error))
            while error is not None:
                assert not isinstance(error, httpx.HTTPError)
                error = error.__context__  # type: ignore[assignment]
    assert f"apiKey={live_key}" in upstream.seen[0].path, "the upstream must get the key"
    written = dump(live_raw_database)
    assert "the_odds_api" in written
    captured = capfd.readouterr()
    for place, found in {
        "database": written,
        "exception": text,
        "log": caplog.text,
        "output": captured.out + captured.err,
    }.items():
        assert live_key not in found, f"the key is in the {place}"


def test_the_request_log_of_the_http_library_is_there_but_without_the_key(
    live_raw_database: Mode, upstream: Upstream, live_key: str, caplog: pytest.LogCaptureFixture
) -> None:
    upstream.play(Answer(odds_body()))
    with caplog.at_level(logging.INFO, "httpx"):  # Airflow, where imported, quietens it
        land(REQUEST, SOURCE, mode=live_raw_database, run_key="r1")
    assert "HTTP Request: GET" in caplog.text and live_key not in caplog.text


def test_bytes_without_the_key_are_left_alone() -> None:
    body = odds_body()
    assert Secrets({"apiKey": "k" * 32}).redact_body(body) == body


@pytest.mark.parametrize("key", ["12345678", "hunter2!", 'päßword"/'])
def test_a_short_key_is_masked_in_bodies_too(key: str) -> None:
    for echoed in (key, json.dumps(key)[1:-1], quote(key)):
        body = f'{{"message": "unknown key {echoed}"}}'.encode()
        assert Secrets({"apiKey": key}).redact_body(body) == b'{"message": "unknown key ***"}'


def test_a_key_too_short_to_be_told_from_data_is_refused(
    live_raw_database: Mode,
    upstream: Upstream,
    live_key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ODDS_API_KEY", "h2h")
    get_settings.cache_clear()
    with pytest.raises(BadKeyError, match=r"has 3 characters.*copied whole"):
        land(REQUEST, SOURCE, mode=live_raw_database, run_key="r1", policy=POLICY)
    assert upstream.seen == []
    assert "BadKeyError" in dump(live_raw_database)


@pytest.mark.parametrize("kind", ["params", "headers", "path"])
@pytest.mark.parametrize(
    "key", ["abcdefgh\nijkl", "abcdefgh\x0bijkl", "abcdefgh\x00ijkl", "abcdefgh\x7fijkl"]
)
def test_a_key_with_a_character_that_no_key_has_is_refused_and_not_shown(
    kind: str, key: str
) -> None:
    with pytest.raises(BadKeyError, match="x-key holds a line end or a character") as refused:
        Secrets(**{kind: {"x-key": key}})
    assert "abcdefgh" not in str(refused.value) and "ijkl" not in str(refused.value)


@pytest.mark.parametrize("key", ["abcdefgh é", "abcdefghijk ", " abcdefghijk"])
def test_a_header_takes_no_key_with_a_blank_at_its_end_or_letters_beyond_ascii(key: str) -> None:
    with pytest.raises(BadKeyError, match="x-key"):
        Secrets(headers={"x-key": key})
    Secrets({"apiKey": key})


def test_a_key_from_a_file_is_sent_without_its_line_end(
    live_raw_database: Mode, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_BASKETBALL_BASE_URL", upstream.url)
    monkeypatch.setenv("API_BASKETBALL_KEY", "abcdefghijk\n")
    get_settings.cache_clear()
    upstream.play(Answer(b'{"errors": [], "response": []}'))
    landed = land_source(live_raw_database, "api_basketball", "r", sports=["basketball_nba"])
    assert landed.failed == []
    assert upstream.seen[0].headers["x-apisports-key"] == "abcdefghijk"
    monkeypatch.setenv("API_BASKETBALL_KEY", "abcde\x0bfghijk")
    get_settings.cache_clear()
    refused = land_source(live_raw_database, "api_basketball", "r2", sports=["basketball_nba"])
    assert {type(failure.error) for failure in refused.failures} == {BadKeyError}
    assert "fghijk" not in "".join(refused.failed) + dump(live_raw_database)
    (opened,) = rows(
        live_raw_database, "select count(*) from raw_data.collection_log where circuit is not null"
    )
    assert opened == (0,), "nothing was refused by the upstream"


@pytest.mark.parametrize(
    "key", ["a b/c+d=e%f", "abcdefgh", "päßpäßpäß", "abc'd\\efgh", "abc\"d'efgh"]
)
def test_every_spelling_of_a_key_is_masked(key: str) -> None:
    secrets = Secrets({"apiKey": key, "other": key[:8]})
    text = (
        f"GET /x?apiKey={quote(key)}&y={key} {quote(key, safe='')} {httpx.QueryParams({'k': key})}"
    )
    text += f" {key!r} {key.encode()!r}"
    masked = secrets.redact(text)
    assert repr(key)[1:-1] not in masked and repr(key.encode())[2:-1] not in masked
    assert key not in masked and quote(key, safe="") not in masked
    assert key not in repr(secrets) and key not in repr(vars(secrets).get("x", ""))


def test_secrets_are_added_below_the_client() -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    secrets = Secrets({"apiKey": "k1-of-test"}, {"x-key": "k2-of-test"})
    transport = SecretTransport(httpx.MockTransport(answer), secrets)
    with httpx.Client(transport=transport) as client:
        response = client.get("https://upstream/v4", params={"a": "1"})
    assert dict(sent[0].url.params) == {"a": "1", "apiKey": "k1-of-test"}
    assert sent[0].headers["x-key"] == "k2-of-test"
    assert "k1-of-test" not in str(response.url) and "x-key" not in response.request.headers


def test_a_sandbox_run_never_sends_the_users_key(
    raw_database: Mode, upstream: Upstream, live_key: str
) -> None:
    upstream.play(Answer(odds_body()))
    land(REQUEST, TheOddsApi(), mode=raw_database, run_key="r1")
    assert live_key not in upstream.seen[0].path


# Every source that is asked over HTTP


SOURCES = http_sources()
MARK = "marked-key-4d7e90b2c5a1"


@pytest.fixture
def marked_keys(upstream: Upstream, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Every key that settings know is marked, every source is on and asks the upstream here."""
    keys = {}
    for name, field in Settings.model_fields.items():
        aliases = field.validation_alias
        names = aliases.choices if isinstance(aliases, AliasChoices) else [aliases]
        if name.endswith("_key"):
            keys[name] = f"{MARK}-{name}"
            monkeypatch.setenv(str(names[0]), keys[name])
        elif name.endswith("_enabled"):
            monkeypatch.setenv(str(names[0]), "true")
        elif name.endswith("_base_url"):
            monkeypatch.setenv(str(names[0]), upstream.url)
    get_settings.cache_clear()
    return keys


def keyed(source: HttpSource, mode: Mode) -> bool:
    return bool(secrets_of(source, mode).fingerprint())


def test_three_sources_have_keys_in_a_query_a_header_and_a_path(
    marked_keys: dict[str, str],
) -> None:
    kinds = {}
    for name, source in SOURCES.items():
        secrets = secrets_of(source, Mode.LIVE)
        kinds[name] = {
            kind for kind in ("params", "headers", "path") if getattr(secrets, kind, None)
        }
    assert kinds["the_odds_api"] == {"params"}
    assert kinds["api_basketball"] == {"headers"}
    assert kinds["goalserve"] == {"path"}
    assert sum(map(bool, kinds.values())) == len(marked_keys)


@pytest.mark.parametrize("script", ["success", "echo", "server error", "hang", "redirect"])
@pytest.mark.parametrize("name", sorted(SOURCES))
def test_no_sources_key_is_in_a_table_a_log_or_an_exception(
    live_raw_database: Mode,
    upstream: Upstream,
    marked_keys: dict[str, str],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    name: str,
    script: str,
) -> None:
    source = SOURCES[name]
    secrets = secrets_of(source, live_raw_database)
    of_source = {**secrets.params, **secrets.headers, **secrets.path}
    shown = " ".join(of_source.values()) or "none"  # an upstream can echo what it was sent
    answers = {
        "success": Answer(b"{}"),
        "echo": Answer(f"unknown keys: {shown}".encode(), status=403, headers={"x-key": shown}),
        "server error": Answer(shown.encode(), status=500),
        "hang": Answer(hang_seconds=1),
        "redirect": Answer(b"", 301, {"location": f"https://elsewhere/{shown}?key={shown}"}),
    }
    upstream.play(answers[script])
    hasty = replace(POLICY, retries=0)
    with caplog.at_level(logging.DEBUG):
        landed = land_source(live_raw_database, name, "run", policy=hasty, seconds=2.0)
    text = repr(landed)
    for failure in landed.failures:
        chain = traceback.TracebackException.from_exception(failure.error, capture_locals=True)
        text += "".join(chain.format()) + repr(vars(failure.error))
    assert upstream.seen, landed
    sent = upstream.seen[0].path + str(upstream.seen[0].headers)
    assert (MARK in sent) == keyed(source, live_raw_database), "the upstream must get its key"
    if name == "goalserve":
        assert "{key}" in dump(live_raw_database) and "%7Bkey" not in sent
    captured = capfd.readouterr()
    for place, found in {
        "database": dump(live_raw_database),
        "result": text,
        "log": caplog.text,
        "output": captured.out + captured.err,
    }.items():
        assert MARK not in found, f"a key is in the {place}"
