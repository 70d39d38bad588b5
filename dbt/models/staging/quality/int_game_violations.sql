with games as (
    select * from {{ ref('int_games') }}
),

lines as (
    select * from {{ ref('int_lines') }}
),

source_violations as (
    select * from {{ ref('int_sbro__game_violations') }}
),

disagreements as (
    select * from {{ ref('int_game_disagreements') }}
),

raw_games as (
    select * from {{ ref('slice_games') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

thresholds as (
    select max({{ rule_number('start_moved', 'minimum_minutes') }}) as minimum_move_minutes
    from rules
),

score_ranges as (
    select
        ranges.key as league,
        (ranges.value ->> 0)::integer as minimum_score,
        (ranges.value ->> 1)::integer as maximum_score
    from rules
    cross join lateral jsonb_each(rules.parameters) as ranges
    where rules.rule = 'score_out_of_range'
),

scored_out_of_range as (
    select
        games.game_id,
        games.batch_id,
        'score_out_of_range' as rule,
        'away ' || games.away_score || ', home ' || games.home_score as detail
    from games
    inner join score_ranges on games.league = score_ranges.league
    where
        games.status = 'final'
        and (
            games.home_score not between score_ranges.minimum_score and score_ranges.maximum_score
            or games.away_score not between score_ranges.minimum_score and score_ranges.maximum_score
        )
),

tied as (
    select
        games.game_id,
        games.batch_id,
        'tied_final' as rule,
        games.away_score || ' to ' || games.home_score as detail
    from games
    inner join rules on rules.rule = 'tied_final'
    where
        (rules.parameters ->> games.league)::boolean
        and games.status = 'final' and games.home_score = games.away_score
),

-- a source can know that a game is over and not tell how it ended
scoreless as (
    select
        game_id,
        batch_id,
        'final_missing' as rule,
        'no source tells the score' as detail
    from games
    where status = 'final' and (home_score is null or away_score is null)
),

moved as (
    select
        games.game_id,
        games.batch_id,
        'start_moved' as rule,
        'by ' || round(games.start_moved_by_minutes) || ' minutes' as detail
    from games
    cross join thresholds
    where games.start_moved_by_minutes > thresholds.minimum_move_minutes
),

in_play as (
    select
        lines.game_id,
        games.batch_id,
        'in_play_observed' as rule,
        count(*) || ' lines' as detail
    from lines
    inner join games on lines.game_id = games.game_id
    where lines.in_play
    group by lines.game_id, games.batch_id
),

-- a game that stands frozen in one source and finished in another
resumed as (
    select
        game_id,
        max(
            'finished on ' || split_part(details ->> 'completion', ',', 1)
            || ', ' || away_score || ' to ' || home_score || ' (' || source || ')'
        ) as finish
    from raw_games
    where coalesce(details ->> 'completion', '') <> ''
    group by game_id
),

found_by_source as (
    select
        source_violations.game_id,
        source_violations.batch_id,
        source_violations.rule,
        source_violations.detail
        || case
            when source_violations.rule = 'tied_suspended' and resumed.finish is not null then '; ' || resumed.finish
            else ''
        end as detail
    from source_violations
    left join resumed on source_violations.game_id = resumed.game_id
),

between_sources as (
    select
        disagreements.game_id,
        games.batch_id,
        disagreements.rule,
        disagreements.detail
    from disagreements
    inner join games on disagreements.game_id = games.game_id
),

found as (
    select * from scored_out_of_range
    union all
    select * from tied
    union all
    select * from scoreless
    union all
    select * from moved
    union all
    select * from in_play
    union all
    select * from found_by_source
    union all
    select * from between_sources
),

int_game_violations as (
    select distinct on (found.game_id, found.rule)
        found.game_id,
        found.batch_id,
        found.rule,
        rules.severity,
        found.detail
    from found
    inner join rules on found.rule = rules.rule
    order by found.game_id, found.rule, found.detail
)

select * from int_game_violations
