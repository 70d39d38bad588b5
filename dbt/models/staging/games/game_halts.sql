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
        coalesce(of_league.rank, of_all.rank, 99999) as score_rank,
        {{ whole_number_of('games.home_score') }} as first_points,
        {{ whole_number_of('games.away_score') }} as second_points,
        {{ clean_timestamp("(games.details ->> 'resumed_at')") }} as resumed_at
    from games
    inner join game_registry
        on
            games.source = game_registry.source
            and games.source_event_id = game_registry.source_event_id
    left join source_trust as of_league
        on of_league.fact = 'score' and games.source = of_league.source and games.league = of_league.league
    left join source_trust as of_all
        on of_all.fact = 'score' and games.source = of_all.source and of_all.league is null
    where
        games.game_id is not null
        and (games.state = 'suspended' or games.details ->> 'resumed_at' is not null)
),

-- a half-inning that was not played is no number, and is left out
read as (
    select
        told.*,
        firsts.points as first_periods,
        seconds.points as second_periods
    from told
    left join
        lateral (
            select array_agg(cells.value::integer order by cells.place) as points
            from
                jsonb_array_elements_text(
                    case
                        when jsonb_typeof(told.details -> 'periods_home') = 'array'
                            then told.details -> 'periods_home'
                    end
                ) with ordinality as cells (value, place)
            where cells.value ~ '^[0-9]{1,3}$'
        ) as firsts
        on true
    left join lateral (
        select array_agg(cells.value::integer order by cells.place) as points
        from
            jsonb_array_elements_text(
                case
                    when jsonb_typeof(told.details -> 'periods_away') = 'array'
                        then told.details -> 'periods_away'
                end
            ) with ordinality as cells (value, place)
        where cells.value ~ '^[0-9]{1,3}$'
    ) as seconds on true
),

-- periods that do not add up to the score of that moment say nothing
summed as (
    select
        read.*,
        coalesce(
            (select sum(points.value) from unnest(read.first_periods) as points (value)) = read.first_points
            and (select sum(points.value) from unnest(read.second_periods) as points (value)) = read.second_points,
            false
        ) as adds_up
    from read
),

halted as (
    select distinct on (game_id)
        game_id,
        case when is_reversed then second_points else first_points end as home_score,
        case when is_reversed then first_points else second_points end as away_score,
        case when adds_up then case when is_reversed then second_periods else first_periods end end as home_periods,
        case when adds_up then case when is_reversed then first_periods else second_periods end end as away_periods
    from summed
    where state = 'suspended' and first_points is not null and second_points is not null
    order by game_id asc, score_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

resumed as (
    select
        game_id,
        min(resumed_at) as resumed_at
    from told
    group by game_id
),

latest as (
    select distinct on (game_id)
        game_id,
        league,
        source,
        batch_id
    from told
    order by game_id asc, score_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

game_halts as (
    select
        latest.game_id,
        latest.league,
        halted.home_score,
        halted.away_score,
        halted.home_periods,
        halted.away_periods,
        resumed.resumed_at,
        latest.source,
        latest.batch_id
    from latest
    inner join resumed on latest.game_id = resumed.game_id
    left join halted on latest.game_id = halted.game_id
)

select * from game_halts
