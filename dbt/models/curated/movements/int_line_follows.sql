with moves as (
    select * from {{ ref('int_line_moves') }}
),

signal_parameters as (
    select * from {{ ref('signal_parameters') }}
),

counted as (
    select
        moves.line_id,
        moves.game_id,
        moves.market,
        moves.period,
        moves.bookmaker,
        moves.moved_at,
        sign(moves.value_change) as direction,
        {{ signal_window('lead_lag') }} as within
    from moves
    where moves.is_primary_source and moves.value_change <> 0
),

-- of each other book every move the same way before this one, within the window
int_line_follows as (
    select
        counted.line_id,
        counted.game_id,
        counted.market,
        counted.period,
        counted.bookmaker as follower,
        counted.moved_at,
        leaders.bookmaker as leader,
        leaders.moved_at as leader_moved_at,
        leaders.line_id as leader_line_id
    from counted
    inner join counted as leaders
        on
            counted.game_id = leaders.game_id
            and counted.market = leaders.market
            and counted.period = leaders.period
            and counted.direction = leaders.direction
            and counted.bookmaker <> leaders.bookmaker
            and counted.moved_at > leaders.moved_at
            and counted.moved_at <= leaders.moved_at + leaders.within
)

select * from int_line_follows
