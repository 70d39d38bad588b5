"""Land bytes that are here already: files of archives, recorded answers."""

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID, uuid5

from linehouse import database
from linehouse.batches import REQUEST_NAMESPACE, canonical_request, told_by_name
from linehouse.landing import attempts
from linehouse.landing.arrival import Arrival, LandingResult
from linehouse.landing.over_http import DEFAULT_POLICY
from linehouse.landing.store import store
from linehouse.settings import Mode
from linehouse.sources.base import Payload, Source
from linehouse.sources.errors import UnreadablePayloadError


def land_payload(
    payload: Payload, source: Source, *, mode: Mode | str, run_key: str
) -> LandingResult:
    """Keep the bytes, parse and write the rows, like an answer of an upstream.

    The same bytes are a `duplicate`, whoever loads them, also under another file name unless that
    tells something else (another season). A payload that cannot be
    read becomes a batch with `parse_error` and without rows. Raises UnreadablePayloadError for one
    that is too large to keep, and ValueError for a feed that the source does not have.
    """
    if payload.feed not in source.payload_tables:
        raise ValueError(
            f"{source.name} has no feed {payload.feed!r}; there are "
            f"{', '.join(sorted(source.payload_tables))}"
        )
    key = _content_key(payload, source)
    with (
        database.connect(Mode(mode), autocommit=True) as connection,
        attempts.alone(connection, key),
    ):
        attempts.close_stale(connection, key)
        attempt = attempts.begin(
            connection,
            source=payload.source,
            feed=payload.feed,
            sport_key=payload.sport_key,
            url=payload.name,
            request_key=key,
            run_id=run_key,
        )
        arrival = Arrival(payload, received_at=datetime.now(UTC), run_id=run_key, url=payload.name)
        try:
            _check_size(payload)
            return store(connection, source, arrival, attempt)
        except Exception as error:
            attempts.note_failure(connection, attempt, error)
            raise


def _check_size(payload: Payload) -> None:
    limit = DEFAULT_POLICY.maximum_body_bytes
    if len(payload.body) > limit:
        raise UnreadablePayloadError(
            f"{payload.name or payload.feed} has {len(payload.body)} bytes; "
            f"at most {limit} can be kept as one payload: split it"
        )


def _content_key(payload: Payload, source: Source) -> UUID:
    """The same for every try to load this content, so that a later one closes what a killed one
    left open."""
    told = told_by_name(source, payload)
    what = canonical_request("", payload.params) if told is None else told
    digest = sha256(payload.body).hexdigest()
    return uuid5(REQUEST_NAMESPACE, "|".join((payload.source, payload.feed, what, digest)))
