"""How long a price is likely to stand yet, from how long others at its book and market stood."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from linehouse.database import connect
from linehouse.days import eastern_day
from linehouse.settings import Mode

DAYS = 14
"""Games of so many days are compared with."""
FEWEST = 20
"""Fewer prices that stood as long tell nothing."""

LIVES = """
with chosen as (
    select
        line_id, bookmaker, market, period, extract(epoch from %(at)s - valid_from) as stood
    from curated.betting_lines_enhanced
    where line_id = any(%(lines)s) and valid_from <= %(at)s
),

past as materialized (
    select
        bookmaker, market, period,
        extract(
            epoch from least(coalesce(valid_to, commence_at), commence_at) - valid_from
        ) as life
    from curated.betting_lines_enhanced
    where
        game_date_et between %(first)s and %(last)s
        and commence_at <= %(at)s and valid_from < commence_at and is_valid
        and (bookmaker, market, period) in (select bookmaker, market, period from chosen)
)

select
    chosen.line_id,
    percentile_cont(0.5) within group (order by past.life - chosen.stood)::float8 as seconds
from chosen
inner join past
    on
        chosen.bookmaker = past.bookmaker and chosen.market = past.market
        and chosen.period = past.period and past.life >= chosen.stood
group by chosen.line_id
having count(*) >= %(fewest)s
"""


def times_to_live(mode: Mode, lines: Collection[UUID], at: datetime) -> dict[UUID, float]:
    """Seconds by line: when half of the prices were gone that had stood as long.

    They are compared with prices of the same book, market and period before games of the last
    fourteen days; one that stood to the start lived to the start. As coarse as the looks at the
    source are; a line for which too few tell is left out.

    Args:
        mode: whose warehouse.
        lines: ids in curated.betting_lines_enhanced.
        at: now; nothing later is compared with.
    """
    if not lines:
        return {}
    today = eastern_day(at)
    known = {
        "lines": list(lines),
        "at": at,
        "first": today - timedelta(days=DAYS),
        "last": today,
        "fewest": FEWEST,
    }
    with connect(mode) as connection:
        return dict(connection.execute(LIVES, known).fetchall())
