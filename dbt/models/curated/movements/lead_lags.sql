with follows as (
    select * from {{ ref('int_line_follows') }}
),

-- a move follows the leader's last one before it
last_leads as (
    select
        game_id,
        market,
        period,
        leader,
        follower,
        line_id,
        moved_at,
        max(leader_moved_at) as leader_moved_at
    from follows
    group by game_id, market, period, leader, follower, line_id, moved_at
),

lead_lags as (
    select
        game_id,
        market,
        period,
        leader,
        follower,
        count(*)::integer as follows,
        round(avg(extract(epoch from moved_at - leader_moved_at)), 3) as mean_lag_seconds,
        round(min(extract(epoch from moved_at - leader_moved_at)), 3) as least_lag_seconds,
        round(max(extract(epoch from moved_at - leader_moved_at)), 3) as greatest_lag_seconds
    from last_leads
    group by game_id, market, period, leader, follower
)

select * from lead_lags
