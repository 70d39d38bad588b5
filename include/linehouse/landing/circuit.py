"""The circuit breaker: an upstream that fails is left alone for a while, then tried once.

It has no state of its own: a failure that opens it says so in its row of collection_log
(`circuit`: for its feed, or for the whole source; `ask_again_at`: until when), and a later answer
closes it. One feed that fails closes none of the others; where two feeds fail in a row the source
does. A key that has changed closes it too.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import takewhile
from typing import Any, Literal

import psycopg

from linehouse.settings import Mode
from linehouse.sources.base import HttpSource
from linehouse.sources.errors import (
    AccessRefusedError,
    BadKeyError,
    CircuitOpenError,
    QuotaExhaustedError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)

FAILURES = 5
"""So many attempts in a row that brought no answer (or a refusal for their number)."""
PAUSE = timedelta(minutes=10)
REFUSED_KEYS = 2
"""One refused request can be a path that the plan does not hold."""
BARRED = 3
"""So many refusals in a row that are about us, not about what was asked."""
REFUSAL_PAUSE = timedelta(hours=1)
LOOKED_BACK = 50
LONGEST_TRIAL = "2min"

ILL = frozenset({UpstreamUnavailableError.__name__, RateLimitedError.__name__})
REFUSED = frozenset({BadKeyError.__name__})
SHUT_OUT = frozenset({AccessRefusedError.__name__})

LIMITS = (
    (ILL, FAILURES, PAUSE),
    (REFUSED, REFUSED_KEYS, REFUSAL_PAUSE),
    (SHUT_OUT, BARRED, REFUSAL_PAUSE),
)
"""Errors that belong together, how many in a row open the circuit, and for how long."""


@dataclass(frozen=True)
class Past:
    """An earlier attempt of a source: its feed, and its error's type (None: it was answered)."""

    feed: str
    error_type: str | None


@dataclass(frozen=True)
class Opening:
    """For whom a failure opens the circuit, and until when (UTC)."""

    scope: Literal["feed", "source"]
    until: datetime


def opening(
    feed: str,
    error: SourceError,
    past: Sequence[Past],
    now: datetime,
    *,
    quota_reset: datetime,
    longest_retry_after_seconds: float,
) -> Opening | None:
    """What this failure of `feed` opens, after what went before (newest first); None: nothing.

    An empty quota opens it for the source until `quota_reset`, a demand to wait longer than a task
    would for as long as it says.
    """
    if isinstance(error, QuotaExhaustedError):
        return Opening("source", quota_reset)
    if isinstance(error, RateLimitedError):
        asked = error.retry_after_seconds or 0.0
        if asked > longest_retry_after_seconds:
            return Opening("source", now + timedelta(seconds=asked))
    kind = type(error).__name__
    for kinds, limit, pause in LIMITS:
        if kind not in kinds:
            continue
        feeds = [feed, *_in_a_row(past, kinds)]
        if len(feeds) >= limit and len(set(feeds)) > 1:
            return Opening("source", now + pause)
        if 1 + len(_in_a_row((one for one in past if one.feed == feed), kinds)) >= limit:
            return Opening("feed", now + pause)
    return None


def opened_by(
    connection: psycopg.Connection[Any],
    source: HttpSource,
    feed: str,
    error: SourceError,
    mode: Mode,
    longest_retry_after_seconds: float,
) -> Opening | None:
    """What this failure opens by what the log holds of its source."""
    rows = connection.execute(
        """
        select feed, error_type from (
            select feed, case when outcome = 'failed' then error_type end as error_type, finished_at
            from raw_data.collection_log
            where
                source = %(source)s and finished_at > now() - interval '2 days'
                and (
                    (outcome = 'failed' and error_type = any(%(errors)s))
                    or (outcome in ('landed', 'duplicate') and http_status is not null)
                )
            order by finished_at desc
            limit %(limit)s
        ) as latest
        order by finished_at desc
        """,
        {
            "source": source.name,
            "limit": LOOKED_BACK,
            "errors": [kind.__name__ for kind in SourceError.__subclasses__()],
        },
    ).fetchall()
    now = datetime.now(UTC)
    return opening(
        feed,
        error,
        [Past(*row) for row in rows],
        now,
        quota_reset=_quota_reset(source, mode, now),
        longest_retry_after_seconds=longest_retry_after_seconds,
    )


@contextmanager
def heeded(
    connection: psycopg.Connection[Any], source: str, feed: str, fingerprint: str | None
) -> Iterator[bool]:
    """Within the block a request of the feed may be sent; yields whether it is the one that tries
    an upstream which had been left alone. Others wait for how that one ends.

    Raises `CircuitOpenError` saying until when.
    """
    if not _open_rows(connection, source, feed, fingerprint):
        yield False
        return
    connection.execute(f"set lock_timeout = '{LONGEST_TRIAL}'")
    lock = f"circuit:{source}"
    try:
        connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", [lock])
    except psycopg.errors.LockNotAvailable:
        raise CircuitOpenError(f"{source} is being tried by another request") from None
    finally:
        connection.execute("reset lock_timeout")
    try:
        still_open = _open_rows(connection, source, feed, fingerprint)
        yield bool(still_open)
    finally:
        if not connection.closed:
            connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [lock])


def _open_rows(
    connection: psycopg.Connection[Any], source: str, feed: str, fingerprint: str | None
) -> bool:
    """Whether failures have opened the circuit and no answer has closed it since; their pause is
    over, or else `CircuitOpenError`."""
    row = connection.execute(
        """
        select failed.ask_again_at, failed.circuit, failed.error
        from raw_data.collection_log as failed
        where
            failed.source = %(source)s and failed.ask_again_at is not null
            and failed.outcome = 'failed'
            and failed.finished_at > now() - interval '35 days'
            and (failed.circuit = 'source' or failed.feed = %(feed)s)
            and failed.key_fingerprint is not distinct from %(fingerprint)s
            and not exists (
                select from raw_data.collection_log as answered
                where
                    answered.source = failed.source
                    and (failed.circuit = 'source' or answered.feed = failed.feed)
                    and answered.outcome in ('landed', 'duplicate')
                    and answered.http_status is not null
                    and answered.finished_at > failed.finished_at
            )
        order by failed.ask_again_at desc
        limit 1
        """,
        {"source": source, "feed": feed, "fingerprint": fingerprint},
    ).fetchone()
    if row is None:
        return False
    until, scope, error = row
    if until > datetime.now(UTC):
        whom = source if scope == "source" else f"{source} {feed}"
        raise CircuitOpenError(
            f"{whom} is left alone until {until:%Y-%m-%d %H:%M:%SZ}, because it failed: {error}",
            until,
        )
    return True


def _in_a_row(past: Iterable[Past], kinds: frozenset[str]) -> list[str]:
    return [one.feed for one in takewhile(lambda one: one.error_type in kinds, past)]


def _quota_reset(source: HttpSource, mode: Mode, now: datetime) -> datetime:
    """When the upstream grants credits again. The sandbox's month passes as its clock is set."""
    if mode is Mode.SANDBOX:
        return now + PAUSE
    told = getattr(source, "quota_reset", None)
    if told is not None:
        reset: datetime = told(now)
        return reset
    return datetime.combine(now.date() + timedelta(days=1), time(), UTC)
