with injuries as (
    select * from {{ ref('injuries') }}
),

curated_injuries as (
    select * from injuries
)

select * from curated_injuries
