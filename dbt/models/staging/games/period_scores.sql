with games as (
    select * from {{ ref('slice_games') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

source_trust as (
    select * from {{ ref('source_trust') }}
),

told as (
    select
        games.*,
        coalesce(game_registry.reversed, false) as is_reversed,
        {{ whole_number_of('games.home_score') }} as first_points,
        {{ whole_number_of('games.away_score') }} as second_points,
        {{ whole_number_of("(games.details ->> 'scheduledInnings')") }} as told_length
    from games
    inner join game_registry
        on
            games.source = game_registry.source
            and games.source_event_id = game_registry.source_event_id
    where
        (games.state = 'final' or games.completed)
        and jsonb_typeof(games.details -> 'periods_home') = 'array'
        and jsonb_typeof(games.details -> 'periods_away') = 'array'
),

-- a half-inning at the end that was not played is no number, and is left out; one before another would shift that
read as (
    select
        told.*,
        firsts.points as first_periods,
        seconds.points as second_periods
    from told
    cross join
        lateral (
            select array_agg(cells.value::integer order by cells.place) as points
            from jsonb_array_elements_text(told.details -> 'periods_home') with ordinality as cells (value, place)
            where cells.value ~ '^[0-9]{1,3}$'
            having max(cells.place) = count(*)
        ) as firsts
    cross join lateral (
        select array_agg(cells.value::integer order by cells.place) as points
        from jsonb_array_elements_text(told.details -> 'periods_away') with ordinality as cells (value, place)
        where cells.value ~ '^[0-9]{1,3}$'
        having max(cells.place) = count(*)
    ) as seconds
),

-- periods that do not add up to the final score say nothing
summed as (
    select
        read.*,
        coalesce(of_league.rank, of_all.rank, 99999) as score_rank
    from read
    left join source_trust as of_league
        on of_league.fact = 'score' and read.source = of_league.source and read.league = of_league.league
    left join source_trust as of_all
        on of_all.fact = 'score' and read.source = of_all.source and of_all.league is null
    where
        (select sum(points.value) from unnest(read.first_periods) as points (value)) = read.first_points
        and (select sum(points.value) from unnest(read.second_periods) as points (value)) = read.second_points
),

period_scores as (
    select distinct on (game_id)
        game_id,
        league,
        case when is_reversed then second_periods else first_periods end as home_periods,
        case when is_reversed then first_periods else second_periods end as away_periods,
        first_value(told_length) over most_trusted as scheduled_periods,
        source,
        batch_id
    from summed
    where game_id is not null
    window
        most_trusted as (
            partition by game_id
            order by
                (told_length is null) asc, score_rank asc, observed_at desc nulls last, batch_id desc, position desc
        )
    order by game_id asc, score_rank asc, observed_at desc nulls last, batch_id desc, position desc
)

select * from period_scores
