with told_starts as (
    select * from {{ ref('int_told_starts') }}
),

start_times as (
    select
        game_id,
        (row_number() over (partition by game_id order by told_from))::integer as telling,
        nullif(told_from, '-infinity'::timestamptz) as told_from,
        nullif(told_to, 'infinity'::timestamptz) as told_to,
        commence_at
    from told_starts
)

select * from start_times
