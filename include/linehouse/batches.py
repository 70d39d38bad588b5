"""Ids that follow from content, so that repeating, reordering or racing never makes a second copy.

A batch is one payload: one answer of an upstream or one file.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid5

from linehouse.sources.base import Payload, Request

BATCH_NAMESPACE = UUID("6f0f5b52-3f0b-5d0e-9d57-1c1d3f8e6a01")
REQUEST_NAMESPACE = UUID("6f0f5b52-3f0b-5d0e-9d57-1c1d3f8e6a02")


def canonical_request(path: str, params: Mapping[str, str]) -> str:
    """What was asked, the same whatever the order of the parameters. Holds no secret."""
    return f"{path}?{urlencode(sorted(params.items()))}"


def batch_id(payload: Payload, path: str, observed_at: datetime | None) -> UUID:
    """Id of the batch that a payload is: source, feed, name or request, time seen, bytes.

    `observed_at` must know its time zone; None for archives that carry no times.
    """
    seen = observed_at.astimezone(UTC).isoformat() if observed_at is not None else ""
    what = payload.name or canonical_request(path, payload.params)
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
