"""What any landed batch must keep to, whatever its source: read as its schema says, keys once.

Rows of each kind have their own expectations in `rows_of_kinds`.
"""

from typing import Any

from expectations import no_rows
from expectations.raw_data import LINES, RawBatch

SINCE = "2026-11-20"
MINIMUM_VALID_SHARE = 0.95
"""Since 2026-11-20: the share that every earlier system promised; captured answers reach 1.0."""


def payload_is_readable(batch: RawBatch) -> Any:
    return no_rows(
        "the payload is read as its schema says",
        "select b.feed, b.parse_error_type as error, b.parse_error as detail"
        f" from ops.batches as b where b.batch_id = '{batch.batch_id}'"
        " and b.parse_error is not null",
        since=SINCE,
        reason="rows of a payload that changed its shape would mean something else",
    )


def common(batch: RawBatch) -> list[Any]:
    """Of every batch; rows of each kind have more to keep to (`rows_of_kinds`)."""
    return [payload_is_readable(batch), no_unknown_fields(batch)]


def holds_rows(batch: RawBatch) -> Any:
    """Of feeds that cannot be empty; the gate adds it by itself."""
    return no_rows(
        "the answer holds rows",
        "select b.feed, b.sport_key, b.observed_at from ops.batches as b"
        f" where b.batch_id = '{batch.batch_id}' and b.parse_error is null and b.row_count = 0",
        since=SINCE,
        reason="an empty answer of this feed is a failure: its source never sends one in earnest",
    )


def no_unknown_fields(batch: RawBatch) -> Any:
    return no_rows(
        "no field is unknown",
        "select d.field from ops.batches as b cross join lateral unnest(b.drift) as d (field)"
        f" where b.batch_id = '{batch.batch_id}'",
        severity="warning",
        since=SINCE,
        reason="a new field is news from the upstream and hurts nothing",
    )


KEY = "source_event_id, bookmaker, market, outcome, label, description"
SAME_POINT = """case when l.market like 'alternate%' or not exists (
    select from reference.markets as m where m.source_market = l.market
) then l.point end"""
"""Props and alternative lines stand at many points; a market that is read stands at one."""


def no_duplicate_lines(batch: RawBatch, *, severity: Any = "critical") -> Any:
    return no_rows(
        "no line is named twice",
        f"select {KEY}, count(*) as copies, min(price) as price, max(price) as other_price"
        f" from ({batch.rows(LINES)}) as l"
        f" group by {KEY}, {SAME_POINT} having count(*) > 1",
        severity=severity,
        since=SINCE,
        reason="which of two prices held cannot be told",
    )


def no_contradicting_lines(batch: RawBatch) -> Any:
    """For archives, where a row that is merely repeated is only a warning."""
    return no_rows(
        "no line has two prices",
        f"select {KEY}, point, count(*) as copies, min(price) as price, max(price) as other_price"
        f" from ({batch.rows(LINES)}) as l"
        f" group by {KEY}, point having count(distinct price) > 1",
        since=SINCE,
        reason="which of two prices held cannot be told; a repeated row says the same twice",
    )


def no_duplicate_games(batch: RawBatch) -> Any:
    return no_rows(
        "no event is named twice",
        "select source_event_id, count(*) as copies, min(home_team) as home_team"
        f" from raw_data.games_raw where payload_id = {batch.payload_id}"
        " group by source_event_id having count(*) > 1",
        since=SINCE,
        reason="an event has one start and one score",
    )


def games_name_two_teams(batch: RawBatch) -> Any:
    return no_rows(
        "a game is played by two teams",
        "select source_event_id, home_team, away_team from raw_data.games_raw"
        f" where payload_id = {batch.payload_id}"
        " and (btrim(home_team) = '' or btrim(away_team) = '' or home_team = away_team)",
        since=SINCE,
        reason="sides cannot be told apart otherwise",
    )
