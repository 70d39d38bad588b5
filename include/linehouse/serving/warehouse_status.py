"""What an operator asks first: how much there is, how fresh it is, and what is wrong with it."""

from dataclasses import asdict
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from linehouse.database import connect
from linehouse.serving import source_health
from linehouse.settings import Mode

ZONES = ("raw", "staging", "curated")
COUNTED = {
    "staging": ("games", "betting_lines", "line_movements", "validation_results"),
    "curated": (
        "enhanced_games",
        "betting_lines_enhanced",
        "closing_lines",
        "opportunities",
        "betting_card",
        "strategy_results",
    ),
}


def overview(mode: Mode) -> dict[str, Any]:
    """Size, batches by state, rows per zone, last promotions and the health of each source."""
    with connect(mode) as connection:
        return {
            "mode": mode.value,
            "database": _one(
                connection,
                "select current_database() as name,"
                " pg_size_pretty(pg_database_size(current_database())) as size,"
                " pg_database_size(current_database()) as size_bytes",
            ),
            "batches": _batches_by_state(connection),
            "rows": {zone: _counts(connection, zone) for zone in COUNTED},
            "promotions": _last_promotions(connection),
            "sources": [asdict(source) for source in source_health.sources(mode)],
            "quality": _quality_shares(connection),
        }


def zone_status(mode: Mode, zone: str) -> dict[str, Any]:
    """What one zone (`raw`, `staging`, `curated`) holds and what waits for it."""
    with connect(mode) as connection:
        if zone == "raw":
            return {
                "batches": _batches_by_state(connection),
                "held": _all(
                    connection,
                    "select batch_id, source, feed, observed_at, state_reason from ops.batches"
                    " where state = 'held' order by state_changed_at desc limit 50",
                ),
                "sources": _all(
                    connection,
                    "select source, feed, sport_key, count(*) as batches,"
                    " sum(row_count)::bigint as rows, sum(event_count)::bigint as events,"
                    " max(observed_at) as newest_observed_at from ops.batches"
                    " group by source, feed, sport_key order by source, feed, sport_key",
                ),
            }
        return {
            "rows": _counts(connection, zone),
            "promotions": [
                promotion
                for promotion in _last_promotions(connection, limit=20)
                if promotion["zone"] == zone
            ],
            "held_games": _all(
                connection,
                "select game_id, reason, held_at from ops.held_games where zone = %s"
                " order by held_at desc limit 50",
                zone,
            ),
        }


def zone_quality(mode: Mode, zone: str) -> dict[str, Any]:
    """What is wrong in one zone: gate verdicts, and the rules that its rows broke."""
    with connect(mode) as connection:
        quality: dict[str, Any] = {
            "failed_expectations": _all(
                connection,
                "select judged_at, suite, expectation, severity, unexpected_count, element_count,"
                " example from ops.gate_results where zone = %s and not success"
                " order by judged_at desc limit 50",
                "raw_data" if zone == "raw" else zone,
            )
        }
        if zone == "raw":
            quality["drift"] = _all(
                connection,
                "select source, feed, unnest(drift) as field, count(*) as batches,"
                " max(landed_at) as last_seen_at from ops.batches"
                " group by source, feed, field order by batches desc limit 50",
            )
            quality["unreadable"] = _all(
                connection,
                "select batch_id, source, feed, parse_error_type, parse_error from ops.batches"
                " where parse_error is not null order by landed_at desc limit 50",
            )
        if zone == "staging":
            quality["broken_rules"] = _all(
                connection,
                "select rule, severity, entity, count(*) as rows, max(detail) as example"
                " from staging.validation_results group by rule, severity, entity"
                " order by rows desc",
            )
            quality["metrics"] = _all(
                connection,
                "select source, table_name, metric, round(avg(value), 4) as mean,"
                " min(value) as least, sum(sample_size)::bigint as sample_size"
                " from staging.data_quality_metrics group by source, table_name, metric"
                " order by source, table_name, metric",
            )
        if zone == "curated":
            quality["rows_with_a_broken_rule"] = _all(
                connection,
                "select note as rule, rules.severity, count(*) as rows"
                " from curated.betting_lines_enhanced as lines"
                " cross join unnest(lines.validation_notes) as note"
                " left join reference.validation_rules as rules on note = rules.rule"
                " group by note, rules.severity order by rows desc",
            )
        return quality


def card(mode: Mode, upcoming_only: bool = True) -> list[dict[str, Any]]:
    """The betting card, the best expected value first; all bets ever chosen if asked for."""
    with connect(mode) as connection:
        return _all(
            connection,
            "select card_date_et, commence_at, away_team, home_team, market, side, point,"
            " bookmaker, price_american, round(probability, 4) as probability,"
            " round(ev_pct, 2) as ev_pct, stake_units, confidence, time_to_live_seconds,"
            " rationale, strategy, card_id,"
            " game_id, chosen_at from curated.betting_card"
            " where not %s or commence_at > coalesce((select value::timestamptz"
            " from ops.parameters where key = 'as_of'), now())"
            " order by ev_pct desc nulls last, commence_at, bundle_id, card_id",
            upcoming_only,
        )


def _batches_by_state(connection: psycopg.Connection[Any]) -> dict[str, int]:
    return dict(
        connection.execute(
            "select state, count(*) from ops.batches group by state order by state"
        ).fetchall()
    )


def _counts(connection: psycopg.Connection[Any], zone: str) -> dict[str, int]:
    counts = {}
    for table in COUNTED[zone]:
        found = connection.execute(
            sql.SQL("select count(*) from {}").format(sql.Identifier(zone, table))
        ).fetchone()
        counts[table] = found[0] if found else 0
    return counts


def _last_promotions(connection: psycopg.Connection[Any], limit: int = 5) -> list[dict[str, Any]]:
    return _all(
        connection,
        "select promotion_id, zone, scope, state, started_at, touched_games, touch_seconds,"
        " build_seconds, gate_seconds, publish_seconds, rows_inserted, rows_updated,"
        " rows_deleted, verdict from ops.promotions order by promotion_id desc limit %s",
        limit,
    )


def _quality_shares(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """Lines with a warning, invalid lines and lines without a price, in per cent of all."""
    return _one(
        connection,
        "select round(100.0 * avg((is_valid and cardinality(validation_notes) > 0)::int), 2)"
        " as warning_pct, round(100.0 * avg((not is_valid)::int), 2) as invalid_pct,"
        " round(100.0 * avg((price_american is null)::int), 2) as price_missing_pct"
        " from staging.betting_lines",
    )


def _all(connection: psycopg.Connection[Any], query: Any, *values: Any) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values or None).fetchall()


def _one(connection: psycopg.Connection[Any], query: Any, *values: Any) -> dict[str, Any]:
    return _all(connection, query, *values)[0]
