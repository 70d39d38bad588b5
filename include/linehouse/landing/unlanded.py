"""Ask an upstream without landing what it says: as polite, and as open about failures."""

from linehouse import database
from linehouse.batches import canonical_request
from linehouse.landing import attempts, circuit
from linehouse.landing.fetch import Answer, FetchPolicy, fetch
from linehouse.landing.over_http import base_url_of, secrets_of
from linehouse.settings import Mode
from linehouse.sources.base import HttpSource, Request
from linehouse.sources.errors import CircuitOpenError


def ask(
    request: Request,
    source: HttpSource,
    *,
    mode: Mode,
    run_id: str,
    policy: FetchPolicy,
    has_failed: bool = False,
) -> Answer:
    """The answer to one request, with data or 304. The circuit is heeded, and opened by failures.

    collection_log has a row for what was skipped and what failed, and for the first answer after
    that (`duplicate`: nothing of it was landed), which ends the row of failures and closes the
    circuit. A look every minute would else be most of the log. `has_failed`: whether the request
    before this one had.

    Raises: `CircuitOpenError` where nothing was sent, else the `SourceError` of the answer;
    `psycopg.OperationalError` where the warehouse does not answer: nothing is sent then either.
    """
    secrets = secrets_of(source, mode)
    fingerprint = secrets.fingerprint()
    base_url = base_url_of(source, request.feed, mode)
    with database.connect(mode, autocommit=True) as connection:

        def begin() -> attempts.Attempt:
            return attempts.begin(
                connection,
                source=source.name,
                feed=request.feed,
                sport_key=request.sport_key,
                url=canonical_request(request.path, request.params),
                request_key=None,
                run_id=run_id,
                key_fingerprint=fingerprint,
            )

        try:
            with circuit.heeded(connection, source.name, request.feed, fingerprint) as is_trial:
                answer = fetch(request, source, base_url, secrets, policy)
                failure = None if answer.status == 304 else answer.failure
                if failure is not None:
                    opened = circuit.opened_by(
                        connection,
                        source,
                        request.feed,
                        failure,
                        mode,
                        policy.longest_retry_after_seconds,
                    )
                    attempts.finish(
                        connection,
                        begin(),
                        "failed",
                        error=failure,
                        http_status=answer.status,
                        url=answer.url,
                        latency_ms=answer.latency_ms,
                        circuit=opened.scope if opened else None,
                        ask_again_at=opened.until if opened else None,
                    )
                elif is_trial or has_failed:
                    attempts.finish(
                        connection,
                        begin(),
                        "duplicate",
                        http_status=answer.status,
                        url=answer.url,
                        latency_ms=answer.latency_ms,
                    )
        except CircuitOpenError as error:
            attempts.finish(connection, begin(), "skipped", error=error, ask_again_at=error.until)
            raise
        if failure is not None:
            raise failure
        return answer
