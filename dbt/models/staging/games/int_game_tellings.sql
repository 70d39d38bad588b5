with games as (
    select * from {{ ref('slice_games') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

source_trust as (
    select * from {{ ref('source_trust') }}
),

game_statuses as (
    select * from {{ ref('game_statuses') }}
),

sides as (
    select
        games.*,
        game_registry.reversed,
        case when game_registry.reversed then game_registry.away_team_id else game_registry.home_team_id end
            as home_side_id,
        case when game_registry.reversed then game_registry.home_team_id else game_registry.away_team_id end
            as away_side_id,
        {{ whole_number_of('games.home_score') }} as first_points,
        {{ whole_number_of('games.away_score') }} as second_points,
        coalesce((games.commence_at at time zone 'America/New_York')::date, games.game_date_et) as day_et,
        coalesce(games.state = 'final', false) or coalesce(games.completed, false) as is_final,
        game_statuses.state as status_word
    from games
    inner join game_registry
        on
            games.source = game_registry.source
            and games.source_event_id = game_registry.source_event_id
    left join game_statuses on lower(games.status) = game_statuses.status_raw
),

evidence as (
    select
        sides.*,
        case when reversed then second_points else first_points end as home_points,
        case when reversed then first_points else second_points end as away_points,
        coalesce(state, status_word) as state_told
    from sides
),

-- the day of the result, the last one under which it was listed, and the day on which a game that was broken off was
-- resumed (Retrosheet: `completion`, a date as 20140901 with more behind it)
results as (
    select
        evidence.game_id,
        max(evidence.day_et) as played_on,
        max(greatest(evidence.day_et::text, named.last_day)) as listed_on,
        max(
            greatest(
                evidence.day_et,
                case
                    when pg_input_is_valid(left(evidence.details ->> 'completion', 8), 'date')
                        then left(evidence.details ->> 'completion', 8)::date
                end,
                (
                    {{ clean_timestamp("(evidence.details ->> 'resumed_at')") }}
                    at time zone 'America/New_York'
                )::date
            )
        ) as finished_on
    from evidence
    left join lateral (
        select max(listed.day) as last_day
        from jsonb_array_elements_text(evidence.details -> 'dates_et') as listed (day)
        where listed.day ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
    ) as named on true
    where evidence.is_final and evidence.home_points is not null and evidence.away_points is not null
    group by evidence.game_id
),

given_up as (
    select distinct
        evidence.game_id,
        evidence.day_et
    from evidence
    inner join results on evidence.game_id = results.game_id and evidence.day_et < results.played_on
    where evidence.state_told in ('postponed', 'cancelled')
),

-- a day that was called off, or broken off, is told so for ever, to whomever asks about it again
standing as (
    select evidence.*
    from evidence
    left join results on evidence.game_id = results.game_id
    left join given_up on evidence.game_id = given_up.game_id and evidence.day_et = given_up.day_et
    where
        evidence.is_final
        or (
            given_up.game_id is null
            and not coalesce(evidence.state_told = 'suspended' and evidence.day_et::text < results.listed_on, false)
        )
),

present as (
    select distinct
        league,
        source
    from evidence
),

-- a row with a league goes before one without
ranked as (
    select distinct on (present.league, present.source, source_trust.fact)
        present.league,
        present.source,
        source_trust.fact,
        source_trust.rank
    from present
    inner join source_trust
        on
            present.source = source_trust.source
            and (coalesce(source_trust.league, '') = '' or present.league = source_trust.league)
    order by present.league, present.source, source_trust.fact, (coalesce(source_trust.league, '') = '')
),

ranks as (
    select
        league,
        source,
        max(rank) filter (where fact = 'start') as start_rank,
        max(rank) filter (where fact = 'status') as status_rank,
        max(rank) filter (where fact = 'score') as score_rank,
        max(rank) filter (where fact = 'teams') as teams_rank,
        max(rank) filter (where fact = 'number') as number_rank,
        max(rank) filter (where fact = 'neutral_site') as neutral_rank
    from ranked
    group by league, source
),

latest as (
    select distinct on (game_id, source)
        game_id,
        source,
        sport_key,
        league,
        batch_id,
        position,
        observed_at,
        reversed,
        home_side_id,
        away_side_id
    from evidence
    order by game_id asc, source asc, observed_at desc nulls last, batch_id desc, position desc
),

latest_time as (
    select distinct on (game_id, source)
        game_id,
        source,
        commence_at,
        day_et
    from standing
    where day_et is not null
    order by game_id asc, source asc, observed_at desc nulls last, batch_id desc, position desc
),

latest_score as (
    select distinct on (game_id, source)
        game_id,
        source,
        home_points,
        away_points,
        is_final
    from standing
    where (home_points is not null and away_points is not null) or is_final
    order by game_id asc, source asc, observed_at desc nulls last, batch_id desc, position desc
),

latest_state as (
    select distinct on (game_id, source)
        game_id,
        source,
        observed_at,
        state_told,
        state
    from standing
    where state_told is not null
    order by game_id asc, source asc, observed_at desc nulls last, batch_id desc, position desc
),

latest_number as (
    select distinct on (game_id, source)
        game_id,
        source,
        game_number
    from evidence
    where game_number is not null
    order by game_id asc, source asc, observed_at desc nulls last, batch_id desc, position desc
),

summary as (
    select
        game_id,
        source,
        max(season) as season,
        bool_or(neutral_site) as neutral_site,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at,
        min(
            case when is_final and home_points is not null and away_points is not null then observed_at end
        ) as first_final_at,
        max(case when observed_at >= commence_at then observed_at end) as seen_in_play_at,
        max(commence_at) - min(commence_at) as start_moved_by
    from evidence
    group by game_id, source
),

-- a day that was given up does not count
unfinished as (
    select
        evidence.game_id,
        evidence.source,
        min(evidence.observed_at) as unfinished_next_day_at
    from evidence
    inner join latest_time
        on
            evidence.game_id = latest_time.game_id
            and evidence.source = latest_time.source
            and evidence.day_et = latest_time.day_et
    where
        evidence.state in ('scheduled', 'live', 'suspended', 'postponed')
        and (evidence.observed_at at time zone 'America/New_York')::timestamp
        >= evidence.day_et + 1 + time '09:00'
    group by evidence.game_id, evidence.source
),

-- the finals alone are an archive's word, which has no times
judged as (
    select
        summary.game_id,
        summary.source,
        case
            when latest_state.state is not null and latest_state.state <> 'scheduled' then latest_state.state
            when latest_score.is_final then 'final'
            when latest_state.state_told is not null and latest_state.state_told <> 'scheduled'
                then latest_state.state_told
            when latest_score.home_points is not null and summary.last_observed_at is null then 'final'
            when latest_state.state_told is null and latest_score.home_points is not null then 'live'
            when
                summary.seen_in_play_at is not null
                and (latest_state.state_told is null or summary.seen_in_play_at > latest_state.observed_at)
                then 'live'
            else 'scheduled'
        end as status
    from summary
    left join latest_state on summary.game_id = latest_state.game_id and summary.source = latest_state.source
    left join latest_score on summary.game_id = latest_score.game_id and summary.source = latest_score.source
),

int_game_tellings as (
    select
        latest.game_id,
        latest.source,
        latest.sport_key,
        latest.league,
        latest.batch_id,
        latest.position,
        latest.observed_at,
        latest.reversed,
        latest.home_side_id as home_team_id,
        latest.away_side_id as away_team_id,
        summary.season,
        latest_time.day_et as game_date_et,
        latest_time.commence_at,
        judged.status,
        latest_score.is_final,
        latest_score.home_points as home_score,
        latest_score.away_points as away_score,
        latest_number.game_number,
        summary.neutral_site,
        summary.first_observed_at,
        summary.last_observed_at,
        summary.first_final_at,
        results.finished_on as finished_on_et,
        unfinished.unfinished_next_day_at,
        round(extract(epoch from summary.start_moved_by) / 60, 2) as start_moved_by_minutes,
        coalesce(ranks.start_rank, 1000) as start_rank,
        coalesce(ranks.status_rank, 1000) as status_rank,
        coalesce(ranks.score_rank, 1000) as score_rank,
        coalesce(ranks.teams_rank, 1000) as teams_rank,
        coalesce(ranks.number_rank, 1000) as number_rank,
        coalesce(ranks.neutral_rank, 1000) as neutral_rank
    from latest
    inner join summary on latest.game_id = summary.game_id and latest.source = summary.source
    inner join judged on latest.game_id = judged.game_id and latest.source = judged.source
    left join results on latest.game_id = results.game_id
    left join unfinished on latest.game_id = unfinished.game_id and latest.source = unfinished.source
    left join latest_time on latest.game_id = latest_time.game_id and latest.source = latest_time.source
    left join latest_score on latest.game_id = latest_score.game_id and latest.source = latest_score.source
    left join latest_number on latest.game_id = latest_number.game_id and latest.source = latest_number.source
    left join ranks on latest.league = ranks.league and latest.source = ranks.source
)

select * from int_game_tellings
