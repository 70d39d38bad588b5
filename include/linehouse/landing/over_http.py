"""Ask an upstream and land its answer."""

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar
from uuid import UUID

import psycopg
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from linehouse import database
from linehouse.batches import canonical_request, request_key
from linehouse.landing import attempts, circuit
from linehouse.landing.arrival import Arrival, LandingResult
from linehouse.landing.attempts import Attempt
from linehouse.landing.batch_rows import find, insert_payload
from linehouse.landing.fetch import Answer, FetchPolicy, fetch
from linehouse.landing.secrets import NO_SECRETS, Secrets
from linehouse.landing.store import store
from linehouse.settings import Mode
from linehouse.sources.base import HttpSource, Payload, Request
from linehouse.sources.errors import (
    CircuitOpenError,
    RateLimitedError,
    SourceError,
    UpstreamUnavailableError,
)

log = logging.getLogger(__name__)

SANDBOX_CLOCK_HEADER = "x-sandbox-now"
DEFAULT_POLICY = FetchPolicy()
DATABASE_PAUSES_SECONDS = (1.0, 2.0, 4.0, 8.0, 15.0)

Written = TypeVar("Written")


def land(
    request: Request,
    source: HttpSource,
    *,
    mode: Mode | str,
    run_key: str,
    policy: FetchPolicy = DEFAULT_POLICY,
    heed_circuit: bool = False,
) -> LandingResult:
    """Fetch, keep the bytes, parse and write the rows; once per `run_key` and request.

    Every request that is sent leaves one row in collection_log, `started` before it is sent, and
    every answer is kept, errors too (those without a batch). An answer that cannot be read becomes
    a batch with `parse_error` and without rows, for the raw gate to hold.

    Time-outs, refused connections, 5xx and rate limits are tried again `policy.retries` times;
    then, and for all other errors at once, the `SourceError` is raised. A request that this run
    has landed before, in this process or another, is not sent again: the result says `duplicate`.

    With `heed_circuit`, an upstream that has failed too often is not asked: the row says `skipped`,
    and `CircuitOpenError` until when. Once that time is over one request tries it, once; others of
    the same feed wait for how that ends.
    """
    mode = Mode(mode)
    key = request_key(run_key, request)
    with ExitStack() as stack:
        connection = stack.enter_context(database.connect(mode, autocommit=True))
        stack.enter_context(attempts.alone(connection, key))
        if attempts.close_stale(connection, key):
            log.warning("An earlier attempt at %s %s was interrupted", source.name, request.feed)
        landing = _Landing(connection, request, source, mode, run_key, key, policy)
        stack.callback(landing.close)
        known = find(connection, request=key)
        if known is not None:
            landing.note_known(known)
            return known
        is_trial = heed_circuit and stack.enter_context(landing.circuit())
        return Retrying(
            retry=retry_if_exception(landing.may_retry),
            wait=landing.wait_seconds,
            stop=stop_after_attempt(1 if is_trial else policy.retries + 1),
            sleep=policy.sleep,
            before_sleep=landing.say_retry,
            reraise=True,
        )(landing.attempt)


class _Landing:
    """One request of one run, tried as often as its policy says."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        request: Request,
        source: HttpSource,
        mode: Mode,
        run_key: str,
        key: UUID,
        policy: FetchPolicy,
    ) -> None:
        self.connection = connection
        self.request = request
        self.source = source
        self.mode = mode
        self.run_key = run_key
        self.key = key
        self.policy = policy
        self.opened: circuit.Opening | None = None

    # Trying

    @contextmanager
    def circuit(self) -> Iterator[bool]:
        """As `circuit.heeded`; leaves a row for a request that is not sent."""
        try:
            fingerprint = secrets_of(self.source, self.mode).fingerprint()
        except SourceError:  # the attempt will say so
            yield False
            return
        feed = self.request.feed
        try:
            with circuit.heeded(self.connection, self.source.name, feed, fingerprint) as is_trial:
                yield is_trial
        except CircuitOpenError as error:
            attempts.finish(
                self.connection, self._begin(), "skipped", error=error, ask_again_at=error.until
            )
            raise

    def attempt(self) -> LandingResult:
        """Send the request once; land the answer or raise its error. Leaves an outcome row."""
        try:
            secrets = secrets_of(self.source, self.mode)
            base_url = base_url_of(self.source, self.request.feed, self.mode)
        except SourceError as error:
            attempts.finish(self.connection, self._begin(), "failed", error=error)
            raise
        attempt = self._begin(secrets.fingerprint())
        answer = fetch(self.request, self.source, base_url, secrets, self.policy)
        arrival = self._arrival(answer)
        try:
            if answer.failure is None:
                return self._surely(lambda: store(self.connection, self.source, arrival, attempt))
        except Exception as error:
            attempts.note_failure(self.connection, attempt, error)
            raise
        self._surely(lambda: self._keep_error_answer(answer, arrival, attempt))
        raise answer.failure

    def note_known(self, known: LandingResult) -> None:
        """The outcome row of a request that needed no sending."""
        attempts.finish(
            self.connection,
            self._begin(),
            "duplicate",
            batch_id=known.batch_id,
            payload_id=known.payload_id,
            event_count=known.event_count,
        )

    def may_retry(self, error: BaseException) -> bool:
        """Time-outs, 5xx and rate limits; no pause longer than the policy allows."""
        if self.opened is not None or self.policy.remaining_seconds() <= 1.0:
            return False
        if isinstance(error, RateLimitedError):
            asked = error.retry_after_seconds or 0.0
            longest = min(self.policy.longest_retry_after_seconds, self.policy.remaining_seconds())
            return asked <= longest
        return isinstance(error, UpstreamUnavailableError)

    def wait_seconds(self, state: RetryCallState) -> float:
        """Retry-After where the upstream says it; else exponential, half of it random."""
        error = state.outcome.exception() if state.outcome is not None else None
        doubled: float = self.policy.backoff_seconds * 2 ** (state.attempt_number - 1)
        backoff = min(doubled, self.policy.longest_backoff_seconds) * random.uniform(0.5, 1.0)
        if isinstance(error, RateLimitedError) and error.retry_after_seconds is not None:
            times = 2 ** (state.attempt_number - 1) if error.doubles else 1
            return error.retry_after_seconds * times + random.uniform(0.0, 0.1) * backoff
        return backoff

    def say_retry(self, state: RetryCallState) -> None:
        """Log why and when the next attempt comes."""
        error = state.outcome.exception() if state.outcome is not None else None
        log.warning(
            "%s %s: attempt %d failed (%s); next in %.1f s",
            self.source.name,
            self.request.feed,
            state.attempt_number,
            error,
            state.upcoming_sleep,
        )

    # Writing

    def _surely(self, write: Callable[[], Written]) -> Written:
        """Write what an upstream sent. A database that restarts meanwhile is waited for, since the
        answer cannot be had again; writing twice does no harm, because all of it is keyed."""
        pauses = iter(DATABASE_PAUSES_SECONDS)
        while True:
            try:
                if self.connection.closed:
                    self.connection = database.connect(self.mode, autocommit=True)
                return write()
            except psycopg.OperationalError:
                pause = next(pauses, None)
                if pause is None or not self.connection.closed:
                    raise
                log.warning("The database went away; trying again in %.0f s", pause)
                time.sleep(pause)

    def close(self) -> None:
        """Give back a connection that took the place of a lost one."""
        self.connection.close()

    def _begin(self, key_fingerprint: str | None = None) -> Attempt:
        return attempts.begin(
            self.connection,
            source=self.request.source,
            feed=self.request.feed,
            sport_key=self.request.sport_key,
            url=canonical_request(self.request.path, self.request.params),
            request_key=self.key,
            run_id=self.run_key,
            key_fingerprint=key_fingerprint,
        )

    def _arrival(self, answer: Answer) -> Arrival:
        payload = Payload(
            source=self.request.source,
            feed=self.request.feed,
            body=answer.body,
            observed_at=_observed_at(answer, self.mode),
            sport_key=self.request.sport_key,
            params=dict(self.request.params),
            headers=dict(answer.headers),
            status=answer.status,
            url=answer.url,
        )
        return Arrival(
            payload,
            received_at=answer.received_at,
            run_id=self.run_key,
            path=self.request.path,
            url=answer.url,
            latency_ms=answer.latency_ms,
            quota=self._quota(answer),
            request_key=self.key,
        )

    def _quota(self, answer: Answer) -> dict[str, float]:
        try:
            return self.source.quota(answer.headers)
        except Exception:  # a counter that cannot be read must not cost the payload
            log.exception("The quota headers of %s cannot be read", self.source.name)
            return {}

    def _keep_error_answer(self, answer: Answer, arrival: Arrival, attempt: Attempt) -> None:
        assert answer.failure is not None
        opened = self.opened = circuit.opened_by(
            self.connection,
            self.source,
            self.request.feed,
            answer.failure,
            self.mode,
            self.policy.longest_retry_after_seconds,
        )
        if opened is not None:
            whom = self.source.name if opened.scope == "source" else self.request.feed
            log.warning("%s is left alone until %s", whom, opened.until.isoformat())
        with self.connection.transaction():
            payload_id = None
            if answer.status is not None:
                payload_id = insert_payload(
                    self.connection,
                    self.source.payload_tables[self.request.feed],
                    arrival,
                    observed_at=arrival.payload.observed_at,
                )
            attempts.finish(
                self.connection,
                attempt,
                "failed",
                error=answer.failure,
                http_status=answer.status,
                url=answer.url,
                latency_ms=answer.latency_ms,
                quota=arrival.quota,
                payload_id=payload_id,
                circuit=opened.scope if opened is not None else None,
                ask_again_at=opened.until if opened is not None else None,
            )


def base_url_of(source: HttpSource, feed: str, mode: Mode) -> str:
    """The address of a feed: few sources have one on another host than the rest."""
    of_feed = getattr(source, "feed_base_url", None)
    return of_feed(feed, mode) if of_feed is not None else source.base_url(mode)


def secrets_of(source: HttpSource, mode: Mode) -> Secrets:
    """The secrets of a source in a holder that shows none of them."""
    secret_headers = getattr(source, "secret_headers", None)
    params = source.secret_params(mode)
    headers = secret_headers(mode) if secret_headers is not None else {}
    if getattr(source, "key_in_path", False):
        return Secrets(headers=headers, path=params)
    return Secrets(params, headers) if params or headers else NO_SECRETS


def _observed_at(answer: Answer, mode: Mode) -> datetime:
    """When the upstream's state was seen: on receipt; in the sandbox by the simulator's clock."""
    told = answer.headers.get(SANDBOX_CLOCK_HEADER)
    if mode is Mode.SANDBOX and told is not None:
        try:
            seen = datetime.fromisoformat(told)
        except ValueError:
            log.warning("The sandbox tells no time that can be read: %r", told)
        else:
            return seen.astimezone(UTC) if seen.tzinfo else seen.replace(tzinfo=UTC)
    return answer.received_at
