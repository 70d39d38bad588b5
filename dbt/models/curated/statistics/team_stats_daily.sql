with team_games as (
    select * from {{ ref('int_team_games') }}
),

team_stats as (
    select * from {{ ref('team_stats') }}
),

results as (
    select
        team_games.*,
        points_for - points_against as margin,
        sign(points_for - points_against)::integer as outcome,
        row_number() over in_order as number
    from team_games
    where is_result
    window
        in_order as (
            partition by team_season_id
            order by
                known_on_et asc, game_date_et asc, commence_at asc nulls last, game_number asc nulls last, game_id asc
        )
),

-- a game whose score breaks a rule was played
appearances as (
    select
        team_season_id,
        game_date_et,
        latitude,
        longitude,
        row_number() over (
            partition by team_season_id
            order by game_date_et asc, commence_at asc nulls last, game_number asc nulls last, game_id asc
        ) as played_number
    from team_games
    where is_played
),

with_runs as (
    select
        results.*,
        number - row_number() over (partition by team_season_id, outcome order by number) as outcome_run
    from results
),

-- what is known once a result is; `number` 0 is the season before its first one
states as (
    select
        with_runs.*,
        count(*) filter (where outcome = 1) over so_far as wins,
        count(*) filter (where outcome = -1) over so_far as losses,
        sum(points_for) over so_far as points_for_total,
        sum(points_against) over so_far as points_against_total,
        count(*) filter (where is_home) over so_far as home_games,
        count(*) filter (where is_home and outcome = 1) over so_far as home_wins,
        avg(margin) filter (where is_home) over so_far as home_margin_avg,
        count(*) filter (where not is_home and outcome = 1) over so_far as away_wins,
        avg(margin) filter (where not is_home) over so_far as away_margin_avg,
        count(*) filter (where outcome = 1) over last_5 as last_5_wins,
        avg(margin) over last_5 as last_5_margin_avg,
        count(*) filter (where outcome = 1) over last_10 as last_10_wins,
        avg(points_for) over last_10 as last_10_points_for_avg,
        avg(points_against) over last_10 as last_10_points_against_avg,
        avg(margin) over last_10 as last_10_margin_avg,
        outcome * row_number() over (partition by team_season_id, outcome, outcome_run order by number) as streak
    from with_runs
    window
        so_far as (partition by team_season_id order by number rows between unbounded preceding and current row),
        last_5 as (partition by team_season_id order by number rows between 4 preceding and current row),
        last_10 as (partition by team_season_id order by number rows between 9 preceding and current row)
),

seasons as (
    select
        team_season_id,
        team_id,
        season,
        league,
        min(game_date_et) as first_day_et,
        max(game_date_et) as last_day_et
    from team_games
    where not is_called_off or is_result
    group by team_season_id, team_id, season, league
),

mornings as (
    select
        seasons.team_season_id,
        seasons.team_id,
        seasons.season,
        seasons.league,
        seasons.first_day_et + days.number as morning_et
    from seasons
    cross join lateral generate_series(0, seasons.last_day_et - seasons.first_day_et + 1) as days (number)
),

today as (
    select distinct on (team_season_id, game_date_et)
        team_season_id,
        game_date_et,
        game_id,
        opponent_team_id,
        is_home,
        latitude,
        longitude,
        count(*) over (partition by team_season_id, game_date_et) as games
    from team_games
    where not is_called_off
    order by
        team_season_id asc, game_date_et asc, commence_at asc nulls last, game_number asc nulls last, game_id asc
),

-- earlier meetings of this season with the opponent of a day
met as (
    select
        today.team_season_id,
        today.game_date_et,
        count(*)::integer as games,
        count(*) filter (where results.outcome = 1)::integer as wins,
        avg(results.margin) as margin_avg
    from today
    inner join results
        on
            today.team_season_id = results.team_season_id
            and today.opponent_team_id = results.opponent_team_id
            and today.game_date_et > results.known_on_et
    group by today.team_season_id, today.game_date_et
),

-- what each day brings, to be carried on to the mornings after it
learnt as (
    select
        team_season_id,
        known_on_et + 1 as morning_et,
        max(number) as number
    from results
    group by team_season_id, known_on_et
),

played as (
    select
        team_season_id,
        game_date_et,
        max(played_number) as played_number,
        count(*) as games
    from appearances
    group by team_season_id, game_date_et
),

paces as (
    select distinct on (team_season_id, (observed_at at time zone 'America/New_York')::date)
        team_season_id,
        (observed_at at time zone 'America/New_York')::date + 1 as morning_et,
        {{ clean_number("stats ->> 'PACE'") }} as pace
    from team_stats
    where
        scope = 'season_to_date' and stats ? 'PACE' and observed_at is not null
        and team_season_id in (select seasons.team_season_id from seasons)
    order by
        team_season_id asc, (observed_at at time zone 'America/New_York')::date asc, observed_at desc, stat_id asc
),

carried as (
    select
        mornings.*,
        paces.pace as pace_told,
        max(learnt.number) over until_morning as games_known,
        max(played.played_number) over before_morning as last_played_number,
        sum(played.games) over (
            partition by mornings.team_season_id
            order by mornings.morning_et
            rows between 7 preceding and 1 preceding
        ) as games_last_7_days,
        count(paces.pace) over until_morning as pace_run
    from mornings
    left join learnt
        on mornings.team_season_id = learnt.team_season_id and mornings.morning_et = learnt.morning_et
    left join played
        on mornings.team_season_id = played.team_season_id and mornings.morning_et = played.game_date_et
    left join paces
        on mornings.team_season_id = paces.team_season_id and mornings.morning_et = paces.morning_et
    window
        until_morning as (partition by mornings.team_season_id order by mornings.morning_et),
        before_morning as (
            partition by mornings.team_season_id
            order by mornings.morning_et
            rows between unbounded preceding and 1 preceding
        )
),

known as (
    select
        carried.*,
        max(carried.pace_told) over (partition by carried.team_season_id, carried.pace_run) as pace,
        states.wins,
        states.losses,
        states.points_for_total,
        states.points_against_total,
        states.home_games,
        states.home_wins,
        states.home_margin_avg,
        states.away_wins,
        states.away_margin_avg,
        states.last_5_wins,
        states.last_5_margin_avg,
        states.last_10_wins,
        states.last_10_points_for_avg,
        states.last_10_points_against_avg,
        states.last_10_margin_avg,
        states.streak,
        last_played.game_date_et as last_game_date_et,
        last_played.latitude as last_latitude,
        last_played.longitude as last_longitude
    from carried
    left join states
        on carried.team_season_id = states.team_season_id and carried.games_known = states.number
    left join appearances as last_played
        on
            carried.team_season_id = last_played.team_season_id
            and carried.last_played_number = last_played.played_number
),

team_stats_daily as (
    select
        known.team_season_id,
        known.team_id,
        known.season,
        known.league,
        known.morning_et,
        coalesce(known.games_known, 0)::integer as games,
        coalesce(known.wins, 0)::integer as wins,
        coalesce(known.losses, 0)::integer as losses,
        round(100.0 * known.wins / known.games_known, 4) as win_pct,
        coalesce(known.points_for_total, 0)::integer as points_for,
        coalesce(known.points_against_total, 0)::integer as points_against,
        round(1.0 * known.points_for_total / known.games_known, 4) as points_for_avg,
        round(1.0 * known.points_against_total / known.games_known, 4) as points_against_avg,
        coalesce(known.home_games, 0)::integer as home_games,
        coalesce(known.home_wins, 0)::integer as home_wins,
        round(known.home_margin_avg, 4) as home_margin_avg,
        coalesce(known.games_known - known.home_games, 0)::integer as away_games,
        coalesce(known.away_wins, 0)::integer as away_wins,
        round(known.away_margin_avg, 4) as away_margin_avg,
        coalesce(known.last_5_wins, 0)::integer as last_5_wins,
        round(known.last_5_margin_avg, 4) as last_5_margin_avg,
        coalesce(known.last_10_wins, 0)::integer as last_10_wins,
        round(known.last_10_points_for_avg, 4) as last_10_points_for_avg,
        round(known.last_10_points_against_avg, 4) as last_10_points_against_avg,
        round(known.last_10_margin_avg, 4) as last_10_margin_avg,
        coalesce(known.streak, 0)::integer as streak,
        known.pace,
        known.last_game_date_et,
        known.morning_et - known.last_game_date_et - 1 as rest_days,
        coalesce(known.games_last_7_days, 0)::integer as games_last_7_days,
        coalesce(today.games, 0)::integer as games_today,
        today.game_id as game_id_today,
        today.opponent_team_id,
        today.is_home as is_home_today,
        round(
            ({{ great_circle_km(
                'known.last_latitude', 'known.last_longitude',
                'today.latitude', 'today.longitude'
            ) }})::numeric
        )::integer as travel_km,
        case when today.game_id is not null then coalesce(met.games, 0) end as head_to_head_games,
        case when today.game_id is not null then coalesce(met.wins, 0) end as head_to_head_wins,
        round(met.margin_avg, 4) as head_to_head_margin_avg
    from known
    left join today
        on known.team_season_id = today.team_season_id and known.morning_et = today.game_date_et
    left join met
        on known.team_season_id = met.team_season_id and known.morning_et = met.game_date_et
)

select * from team_stats_daily
