with tellings as (
    select * from {{ ref('int_game_tellings') }}
),

sports as (
    select * from {{ ref('sports') }}
),

season_exceptions as (
    select * from {{ ref('season_exceptions') }}
),

-- among sources of one rank the latest decides
latest as (
    select distinct on (game_id)
        game_id,
        league,
        source,
        batch_id
    from tellings
    order by game_id asc, observed_at desc nulls last, batch_id desc, position desc
),

-- not every source tells preseason games from others: the word of the one trusted with starts
sports_told as (
    select distinct on (game_id)
        game_id,
        sport_key
    from tellings
    order by game_id asc, start_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

teams as (
    select distinct on (game_id)
        game_id,
        home_team_id,
        away_team_id
    from tellings
    where home_team_id is not null and away_team_id is not null
    order by game_id asc, teams_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

days as (
    select distinct on (game_id)
        game_id,
        game_date_et
    from tellings
    where game_date_et is not null
    order by game_id asc, start_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

-- a start on another day than that of the game is one that was given up
starts as (
    select distinct on (tellings.game_id)
        tellings.game_id,
        tellings.commence_at
    from tellings
    inner join days on tellings.game_id = days.game_id and tellings.game_date_et = days.game_date_et
    where tellings.commence_at is not null
    order by
        tellings.game_id asc, tellings.start_rank asc, tellings.observed_at desc nulls last, tellings.batch_id desc,
        tellings.position desc
),

scores as (
    select distinct on (game_id)
        game_id,
        home_score,
        away_score,
        is_final
    from tellings
    where (home_score is not null and away_score is not null) or is_final
    order by
        game_id asc, (coalesce(is_final, false) and home_score is not null and away_score is not null) desc,
        score_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

believed as (
    select distinct on (game_id)
        game_id,
        status,
        observed_at
    from tellings
    order by game_id asc, status_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

finals as (
    select distinct on (game_id)
        game_id,
        first_final_at
    from tellings
    where status = 'final' and home_score is not null and away_score is not null
    order by game_id asc, status_rank asc, first_final_at asc nulls first, batch_id desc, position desc
),

in_play as (
    select
        game_id,
        max(observed_at) as seen_at
    from tellings
    where status = 'live'
    group by game_id
),

-- a result goes before the word of a source that lags; not before one that called it off since
statuses as (
    select
        believed.game_id,
        case
            when believed.status = 'final' or finals.game_id is null
                then
                    case
                        when believed.status = 'scheduled' and in_play.seen_at > believed.observed_at then 'live'
                        else believed.status
                    end
            when believed.status in ('scheduled', 'live') then 'final'
            when believed.observed_at is null or finals.first_final_at is null then 'final'
            when finals.first_final_at > believed.observed_at then 'final'
            else believed.status
        end as status
    from believed
    left join finals on believed.game_id = finals.game_id
    left join in_play on believed.game_id = in_play.game_id
),

numbers as (
    select distinct on (game_id)
        game_id,
        game_number
    from tellings
    where game_number is not null
    order by game_id asc, number_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

grounds as (
    select distinct on (game_id)
        game_id,
        neutral_site
    from tellings
    where neutral_site is not null
    order by game_id asc, neutral_rank asc, observed_at desc nulls last, batch_id desc, position desc
),

summary as (
    select
        tellings.game_id,
        max(tellings.season) as season,
        min(tellings.first_observed_at) as first_observed_at,
        max(tellings.last_observed_at) as last_observed_at,
        -- by those who tell the result that holds: nobody knew it before
        min(
            case
                when tellings.home_score = scores.home_score and tellings.away_score = scores.away_score
                    then tellings.first_final_at
            end
        ) as completed_at,
        max(tellings.finished_on_et) as finished_on_et,
        min(tellings.unfinished_next_day_at) as unfinished_next_day_at,
        max(tellings.start_moved_by_minutes) as start_moved_by_minutes
    from tellings
    left join scores on tellings.game_id = scores.game_id
    group by tellings.game_id
),

known as (
    select
        latest.*,
        sports_told.sport_key,
        teams.home_team_id,
        teams.away_team_id,
        starts.commence_at,
        days.game_date_et,
        scores.home_score,
        scores.away_score,
        statuses.status,
        summary.season as season_told,
        numbers.game_number,
        grounds.neutral_site,
        summary.first_observed_at,
        summary.last_observed_at,
        case when statuses.status = 'final' and scores.is_final then summary.completed_at end as completed_at,
        case when statuses.status = 'final' and scores.is_final then summary.finished_on_et end as finished_on_et,
        summary.unfinished_next_day_at,
        summary.start_moved_by_minutes
    from latest
    inner join sports_told on latest.game_id = sports_told.game_id
    inner join summary on latest.game_id = summary.game_id
    inner join statuses on latest.game_id = statuses.game_id
    left join teams on latest.game_id = teams.game_id
    left join days on latest.game_id = days.game_id
    left join starts on latest.game_id = starts.game_id
    left join scores on latest.game_id = scores.game_id
    left join numbers on latest.game_id = numbers.game_id
    left join grounds on latest.game_id = grounds.game_id
),

with_season as (
    select
        known.*,
        sports.season_type,
        extract(year from known.game_date_et)::integer
        - case when extract(month from known.game_date_et) < sports.season_start_month then 1 else 0 end
            as season_start,
        sports.two_year_label,
        season_exceptions.season as season_excepted
    from known
    left join sports on known.sport_key = sports.sport_key
    left join season_exceptions
        on
            known.league = season_exceptions.league
            and known.game_date_et between season_exceptions.starts_on and season_exceptions.ends_on
),

int_games as (
    select
        game_id,
        sport_key,
        league,
        coalesce(
            season_told,
            season_excepted,
            case
                when two_year_label then season_start || '-' || right((season_start + 1)::text, 2)
                else season_start::text
            end
        ) as season,
        season_type,
        game_date_et,
        commence_at,
        home_team_id,
        away_team_id,
        game_number,
        neutral_site,
        status,
        home_score,
        away_score,
        completed_at,
        finished_on_et,
        unfinished_next_day_at,
        first_observed_at,
        last_observed_at,
        start_moved_by_minutes,
        source,
        batch_id
    from with_season
)

select * from int_games
