"""How good the data is: rows by the rule that they break, and the days by source."""

from dataclasses import dataclass
from typing import Any

from psycopg.rows import dict_row

from linehouse.database import connect
from linehouse.settings import Mode

DAYS = 14


@dataclass(frozen=True)
class Quality:
    """What is known of one mode's lines."""

    valid_pct: float | None
    """Lines that break no rule of severity error or critical, in per cent; None without lines."""
    quarantined: int
    """Rows that such rules leave out of every decision, each once."""
    rules: list[dict[str, Any]]
    """Rules that rows break, those that leave rows out first."""
    days: list[dict[str, Any]]
    """The newest days of observation by source."""


def quality(mode: Mode) -> Quality:
    """What the page in Airflow shows. Raises psycopg.Error."""
    with connect(mode) as connection, connection.cursor(row_factory=dict_row) as cursor:
        rules = cursor.execute(
            "select * from curated.quarantined_by_rule"
            " order by is_quarantined desc, row_count desc, rule, entity"
        ).fetchall()
        days = cursor.execute(
            """
            select
                day_et,
                source,
                max(sample_size) filter (where metric = 'lines_valid_pct') as lines,
                max(value) filter (where metric = 'lines_valid_pct') as valid_pct,
                max(value) filter (where metric = 'lines_two_sided_pct') as two_sided_pct,
                max(value) filter (where metric = 'row_quality_score') as row_quality,
                max(value) filter (where metric = 'bookmakers_per_game') as books_a_game,
                max(value) filter (where metric = 'minutes_before_start') as minutes_before
            from curated.data_quality_daily
            where metric not like 'batch%%'
                and (day_et is null or day_et > (
                    select max(seen_on_et) from curated.game_quality
                ) - %s)
            group by day_et, source
            order by day_et desc nulls last, source
            """,
            (DAYS,),
        ).fetchall()
    return Quality(
        valid_pct=rules[0]["lines_valid_pct"] if rules else None,
        quarantined=rules[0]["quarantined_row_count"] if rules else 0,
        rules=[rule for rule in rules if rule["row_count"]],
        days=days,
    )
