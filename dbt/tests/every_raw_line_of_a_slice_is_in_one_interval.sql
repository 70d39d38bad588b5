-- Observations that the intervals do not count are lines that readers never see: nothing unread is lost.
with observations as (
    select * from {{ ref('int_line_observations') }}
),

intervals as (
    select * from {{ ref('int_line_intervals') }}
),

seen as (
    select count(*) as observations from observations
),

counted as (
    select coalesce(sum(observations), 0) as observations from intervals
)

select
    seen.observations as seen,
    counted.observations as counted
from seen
cross join counted
where seen.observations <> counted.observations
