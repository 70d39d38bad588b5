with games as (
    select * from {{ ref('slice_games') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

sports as (
    select * from {{ ref('sports') }}
),

season_exceptions as (
    select * from {{ ref('season_exceptions') }}
),

evidence as (
    select
        games.*,
        game_registry.home_team_id,
        game_registry.away_team_id,
        {{ whole_number_of('games.home_score') }} as home_points,
        {{ whole_number_of('games.away_score') }} as away_points,
        lower(games.status) as status_text
    from games
    inner join game_registry
        on
            games.source = game_registry.source
            and games.source_event_id = game_registry.source_event_id
),

latest as (
    select distinct on (game_id)
        game_id,
        sport_key,
        league,
        source,
        batch_id,
        home_team_id,
        away_team_id
    from evidence
    order by game_id asc, observed_at desc nulls last, batch_id desc, position desc
),

latest_time as (
    select distinct on (game_id)
        game_id,
        commence_at,
        coalesce((commence_at at time zone 'America/New_York')::date, game_date_et) as game_date_et
    from evidence
    where commence_at is not null or game_date_et is not null
    order by game_id asc, (commence_at is null) asc, observed_at desc nulls last, batch_id desc, position desc
),

latest_score as (
    select distinct on (game_id)
        game_id,
        home_points,
        away_points,
        completed
    from evidence
    where (home_points is not null and away_points is not null) or completed
    order by game_id asc, observed_at desc nulls last, batch_id desc, position desc
),

latest_status as (
    select distinct on (game_id)
        game_id,
        case
            when status_text in ('postponed', 'ppd', 'suspended', 'weatherdelay') then 'postponed'
            when status_text in ('cancelled', 'canceled') then 'cancelled'
            when status_text in ('final', 'complete', 'completed', 'closed', 'finished') then 'final'
            when status_text in ('live', 'inprogress', 'in progress', 'in_progress') then 'live'
            when status_text in ('scheduled', 'pre', 'upcoming', 'not started') then 'scheduled'
        end as status
    from evidence
    where status_text is not null
    order by game_id asc, observed_at desc nulls last, batch_id desc, position desc
),

summary as (
    select
        game_id,
        max(season) as season,
        max(game_number) as game_number,
        bool_or(neutral_site) as neutral_site,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        min(case when completed then observed_at end) as completed_at,
        bool_or(coalesce(observed_at >= commence_at, false)) as seen_in_play,
        max(commence_at) - min(commence_at) as start_moved_by
    from evidence
    group by game_id
),

known as (
    select
        latest.*,
        latest_time.commence_at,
        latest_time.game_date_et,
        latest_score.home_points as home_score,
        latest_score.away_points as away_score,
        case
            when latest_score.completed then 'final'
            when latest_status.status is not null then latest_status.status
            when latest_score.home_points is not null and summary.last_observed_at is null then 'final'
            when latest_score.home_points is not null or summary.seen_in_play then 'live'
            else 'scheduled'
        end as status,
        summary.season as season_told,
        summary.game_number,
        summary.neutral_site,
        summary.first_observed_at,
        summary.last_observed_at,
        case when latest_score.completed then summary.completed_at end as completed_at,
        round(extract(epoch from summary.start_moved_by) / 60, 2) as start_moved_by_minutes
    from latest
    inner join summary on latest.game_id = summary.game_id
    left join latest_time on latest.game_id = latest_time.game_id
    left join latest_score on latest.game_id = latest_score.game_id
    left join latest_status on latest.game_id = latest_status.game_id
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
        first_observed_at,
        last_observed_at,
        start_moved_by_minutes,
        source,
        batch_id
    from with_season
)

select * from int_games
