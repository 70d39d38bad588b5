"""What comes in, and what is told about it afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from linehouse.sources.base import Payload


@dataclass(frozen=True)
class LandingResult:
    """What became of one request or file."""

    batch_id: UUID
    payload_id: int
    outcome: str
    """`landed`, or `duplicate`: it was there before, and nothing changed."""
    state: str
    row_count: int
    event_count: int
    observed_at: datetime | None
    drift: tuple[str, ...] = ()
    parse_error: str | None = None
    """Why the payload could not be read; its bytes are kept, and there are no rows."""
    parse_error_type: str | None = None
    http_status: int | None = None
    quota: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Arrival:
    """A payload as it came, and how."""

    payload: Payload
    received_at: datetime
    run_id: str
    path: str = ""
    url: str | None = None
    latency_ms: int | None = None
    quota: dict[str, float] = field(default_factory=dict)
    request_key: UUID | None = None
