-- Observations that the intervals do not count are lines that readers never see: nothing unread is lost.
with observations as (
    select * from {{ ref('int_line_observations') }}
),

intervals as (
    select * from {{ ref('int_line_intervals') }}
),

seen as (
    select
        game_id,
        count(*) as observations
    from observations
    group by game_id
),

counted as (
    select
        game_id,
        sum(observations) as observations
    from intervals
    group by game_id
)

select
    coalesce(seen.game_id, counted.game_id) as game_id,
    seen.observations as seen,
    counted.observations as counted
from seen
full join counted on seen.game_id = counted.game_id
where seen.observations is distinct from counted.observations
