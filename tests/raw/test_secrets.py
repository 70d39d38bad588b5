"""The key goes out with the request and is nowhere else."""

import io
import json
import logging
import traceback
from urllib.parse import quote

import httpx
import pytest
from psycopg import sql

from linehouse import database
from linehouse.landing import FetchPolicy, land
from linehouse.landing.secrets import Secrets, SecretTransport
from linehouse.settings import Mode, get_settings
from linehouse.sources.base import BadKeyError, SourceError
from linehouse.sources.the_odds_api import SOURCE, TheOddsApi
from tests.raw.conftest import Answer, Upstream, odds_body

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
        payloads = connection.execute(
            "select body, response_headers::text from raw_data.odds_api_responses"
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


@pytest.mark.parametrize("key", ["a b/c+d=e%f", "abcdefgh", "päßpäßpäß"])
def test_every_spelling_of_a_key_is_masked(key: str) -> None:
    secrets = Secrets({"apiKey": key, "other": key[:8]})
    text = (
        f"GET /x?apiKey={quote(key)}&y={key} {quote(key, safe='')} {httpx.QueryParams({'k': key})}"
    )
    masked = secrets.redact(text)
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
