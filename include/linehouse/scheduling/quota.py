"""Credits of The Odds API: what its newest answer says, until the first of the next month."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

# `observed_at` of a historical answer is the moment that it shows, and says nothing of the month
# that was charged. What counts is when the answer came, in the sandbox by the simulator's clock.
NEWEST = """
    with answers as (
        select
            log.attempt_id,
            log.finished_at,
            log.quota_remaining,
            log.quota_used,
            coalesce(
                (
                    substring(
                        payload.response_headers ->> 'x-sandbox-now',
                        '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.0-9]*(?:Z|[+]00:00)$'
                    )
                )::timestamptz,
                payload.received_at
            ) as told_at
        from raw_data.collection_log as log
        inner join raw_data.odds_api_responses as payload on log.payload_id = payload.payload_id
        where
            log.source = 'the_odds_api'
            and log.quota_remaining is not null
            and log.started_at > clock_timestamp() - interval '62 days'
    ),

    newest as (
        select * from answers
        where told_at <= %(now)s
        order by attempt_id desc
        limit %(at_once)s
    )

    select quota_remaining, quota_used, told_at from newest
    order by finished_at desc, attempt_id desc
    limit 1
"""
MOST_AT_ONCE = 10
"""Requests under way together: of so many begun last, the one that ended last knows of all."""


@dataclass(frozen=True)
class Quota:
    """Credits of one month, which is the month in UTC."""

    total: int
    used: int
    resets_at: datetime
    told_at: datetime | None
    """When the upstream said so; None: nothing was asked this month, the setting or the month
    before tells the total."""

    @property
    def left(self) -> int:
        return max(self.total - self.used, 0)


def read(connection: psycopg.Connection[Any], now: datetime, assumed_total: int) -> Quota:
    """The quota at a moment of the mode's clock. Fractions count against what is left."""
    resets_at = next_month(now)
    found = connection.execute(NEWEST, {"now": now, "at_once": MOST_AT_ONCE}).fetchone()
    if found is None:
        return Quota(assumed_total, 0, resets_at, None)
    remaining, used, told_at = found
    total = int(remaining + (used or 0)) if used is not None else assumed_total
    if next_month(told_at) != resets_at:
        return Quota(total, 0, resets_at, None)
    return Quota(total, total - int(remaining), resets_at, told_at)


def month_start(at: datetime) -> datetime:
    """Midnight (UTC) of the first."""
    return datetime(at.astimezone(UTC).year, at.astimezone(UTC).month, 1, tzinfo=UTC)


def next_month(at: datetime) -> datetime:
    """When credits are granted anew: midnight (UTC) of the next first."""
    start = month_start(at)
    return datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC)
