-- What is left out of every decision, and why? How good was each day?
-- One row per rule that rows broke, most rows first, with the share of all lines that are valid. The same by day and
-- source: select * from curated.data_quality_daily where metric = 'lines_valid_pct' order by day_et desc, source;
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
    lines_valid_pct
from curated.quarantined_by_rule
where row_count > 0
order by is_quarantined desc, row_count desc, rule asc, entity asc
