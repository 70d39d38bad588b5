"""Ids that follow from content, so that repeating, reordering or racing never makes a second copy.

A batch is one payload: one answer of an upstream or one file.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid5

from linehouse.sources.base import Payload, Request, Source

BATCH_NAMESPACE = UUID("6f0f5b52-3f0b-5d0e-9d57-1c1d3f8e6a01")
REQUEST_NAMESPACE = UUID("6f0f5b52-3f0b-5d0e-9d57-1c1d3f8e6a02")


def canonical_request(path: str, params: Mapping[str, str]) -> str:
    """What was asked, the same whatever the order of the parameters. Holds no secret."""
    return f"{path}?{urlencode(sorted(params.items()))}"


def told_by_name(source: Source, payload: Payload) -> str | None:
    """What of a file's name its source reads (a season); None for an answer to a request.

    A source that does not say, by a method `told_by_name`, may read all of it.
    """
    if payload.name is None:
        return None
    tell = getattr(source, "told_by_name", None)
    return tell(payload) if tell is not None else payload.name


def batch_id(
    payload: Payload, path: str, observed_at: datetime | None, told: str | None = None
) -> UUID:
    """Id of the batch that a payload is: source, feed, what its name tells or what was requested,
    time seen, bytes. The same file under another name that tells the same is the same batch.

    `observed_at` must know its time zone; None for archives that carry no times. `told` comes from
    `told_by_name`; None stands for the name itself.
    """
    seen = observed_at.astimezone(UTC).isoformat() if observed_at is not None else ""
    what = payload.name or canonical_request(path, payload.params) if told is None else told
    digest = hashlib.sha256(payload.body).hexdigest()
    return uuid5(BATCH_NAMESPACE, "|".join((payload.source, payload.feed, what, seen, digest)))


def request_key(run_key: str, request: Request) -> UUID:
    """Id of one request of one run: a task that is retried finds what it landed before."""
    return uuid5(
        REQUEST_NAMESPACE,
        "|".join(
            (
                run_key,
                request.source,
                request.feed,
                canonical_request(request.path, request.params),
            )
        ),
    )
