-- What is left out of every decision, and why? How good was each day?
-- One row per rule, those that leave out most rows first, with the share of all lines that are valid and the number of
-- rows that are left out, each once. By day and source:
-- select * from curated.data_quality_daily where metric = 'lines_valid_pct' order by day_et desc, source;
-- Reads: {{ ref('quarantined_by_rule') }}, {{ ref('data_quality_daily') }}
select
    rule,
    severity,
    entity,
    is_quarantined,
    row_count,
    game_count,
    example,
    description,
    lines_valid_pct,
    quarantined_row_count
from curated.quarantined_by_rule
order by is_quarantined and row_count > 0 desc, row_count desc, rule asc, entity asc
