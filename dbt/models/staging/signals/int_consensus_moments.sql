with market_moments as (
    select * from {{ ref('int_market_moments') }}
),

signal_parameters as (
    select * from {{ ref('signal_parameters') }}
),

moves as (
    select
        market_moments.*,
        value - steam_value as steam_move,
        value - reverse_value as reverse_move,
        value - shift_value as shift_move,
        case when is_sharp then value - reverse_value end as sharp_reverse_move,
        {{ signal_parameter('steam', 'minimum_book_units') }} * unit_prob as least_move
    from market_moments
),

int_consensus_moments as (
    select
        game_id,
        league,
        market,
        period,
        moment_at,
        count(*)::integer as books,
        percentile_disc(0.5) within group (order by point) as point,
        percentile_cont(0.5) within group (order by value)::numeric as value,
        max(sharp_value) as sharp_value,
        percentile_cont(0.5) within group (order by value) filter (where not is_sharp)::numeric as retail_value,
        max(half_point_prob) as half_point_prob,
        max(unit_prob) as unit_prob,
        -- of the books that stood at both ends: one that comes or goes is no move
        count(steam_move)::integer as steam_books,
        count(*) filter (where steam_move >= least_move)::integer as steam_books_up,
        count(*) filter (where steam_move <= -least_move)::integer as steam_books_down,
        percentile_cont(0.5) within group (order by steam_move)::numeric as steam_move,
        percentile_cont(0.5) within group (order by reverse_move)::numeric as reverse_move,
        avg(sharp_reverse_move) as sharp_reverse_move,
        count(reverse_move)::integer as reverse_books,
        count(*) filter (where reverse_move >= least_move)::integer as reverse_books_up,
        count(*) filter (where reverse_move <= -least_move)::integer as reverse_books_down,
        percentile_cont(0.5) within group (order by shift_move)::numeric as shift_move,
        count(shift_move)::integer as shift_books,
        count(*) filter (where shift_move >= least_move)::integer as shift_books_up,
        count(*) filter (where shift_move <= -least_move)::integer as shift_books_down,
        (array_agg(batch_id order by changed_at desc, batch_id asc))[1] as batch_id
    from moves
    group by game_id, league, market, period, moment_at
)

select
    game_id,
    league,
    market,
    period,
    moment_at,
    books,
    point,
    round(value, 6) as value,
    round(sharp_value, 6) as sharp_value,
    round(retail_value, 6) as retail_value,
    half_point_prob,
    unit_prob,
    steam_books,
    steam_books_up,
    steam_books_down,
    round(steam_move, 6) as steam_move,
    round(reverse_move, 6) as reverse_move,
    round(sharp_reverse_move, 6) as sharp_reverse_move,
    reverse_books,
    reverse_books_up,
    reverse_books_down,
    round(shift_move, 6) as shift_move,
    shift_books,
    shift_books_up,
    shift_books_down,
    batch_id
from int_consensus_moments
