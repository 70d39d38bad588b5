with tellings as (
    select * from {{ ref('int_game_tellings') }}
),

games as (
    select * from {{ ref('slice_games') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

thresholds as (
    select max({{ rule_number('starts_disagree', 'minimum_minutes') }}) as minimum_minutes
    from rules
),

-- only what several sources tell can be told differently
several as (
    select game_id
    from tellings
    group by game_id
    having count(*) > 1
),

compared as (
    select tellings.*
    from tellings
    inner join several on tellings.game_id = several.game_id
),

scores as (
    select
        game_id,
        'scores_disagree' as rule,
        string_agg(source || ' ' || away_score || ' to ' || home_score, ', ' order by score_rank, source) as detail
    from compared
    where is_final and home_score is not null and away_score is not null
    group by game_id
    having count(distinct away_score || ' to ' || home_score) > 1
),

starts as (
    select
        compared.game_id,
        'starts_disagree' as rule,
        string_agg(
            compared.source || ' ' || to_char(compared.commence_at at time zone 'utc', 'YYYY-MM-DD HH24:MI'),
            ', ' order by compared.start_rank, compared.source
        ) as detail
    from compared
    where compared.commence_at is not null
    group by compared.game_id
    having
        max(compared.commence_at) - min(compared.commence_at)
        > make_interval(mins => (select thresholds.minimum_minutes::integer from thresholds))
),

days as (
    select
        game_id,
        'dates_disagree' as rule,
        string_agg(source || ' ' || game_date_et, ', ' order by start_rank, source) as detail
    from compared
    where game_date_et is not null
    group by game_id
    having count(distinct game_date_et) > 1
),

statuses as (
    select
        game_id,
        'status_disagrees' as rule,
        string_agg(source || ' ' || status, ', ' order by status_rank, source) as detail
    from compared
    where status not in ('scheduled', 'live')
    group by game_id
    having count(distinct status) > 1
),

exchanged as (
    select
        game_id,
        'home_away_exchanged' as rule,
        string_agg(source, ', ' order by source) as detail
    from compared
    where reversed
    group by game_id
),

standing_alone as (
    select
        games.game_id,
        'unmatched_event' as rule,
        string_agg(
            distinct games.source || ' ' || games.source_event_id || ': ' || game_registry.reason
            || case
                when game_registry.suggestions <> '{}'
                    then '; perhaps ' || array_to_string(game_registry.suggestions, ', ')
                else ''
            end,
            '; '
        ) as detail
    from games
    inner join game_registry
        on
            games.source = game_registry.source
            and games.source_event_id = game_registry.source_event_id
    where game_registry.reason is not null
    group by games.game_id
),

int_game_disagreements as (
    select * from scores
    union all
    select * from starts
    union all
    select * from days
    union all
    select * from statuses
    union all
    select * from exchanged
    union all
    select * from standing_alone
)

select * from int_game_disagreements
