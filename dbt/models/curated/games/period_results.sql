with touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

period_scores as (
    select * from {{ ref('period_scores') }}
),

games as (
    select * from {{ ref('enhanced_games') }}
),

touched as (
    select score_rows.*
    from touched_games
    cross join lateral (
        select period_scores.*
        from period_scores
        where period_scores.game_id = touched_games.game_id
        offset 0
    ) as score_rows
),

known as (
    select
        touched.*,
        games.game_date_et,
        games.home_score as home_final,
        games.away_score as away_final,
        games.row_quality_score
    from touched
    inner join games on touched.game_id = games.game_id
    -- what another source is believed about the final score says nothing about these periods
    where
        games.went_final
        and games.home_score = (select sum(points.value) from unnest(touched.home_periods) as points (value))
        and games.away_score = (select sum(points.value) from unnest(touched.away_periods) as points (value))
),

halves as (
    select
        known.*,
        home_periods[1] + home_periods[2] as home_half,
        away_periods[1] + away_periods[2] as away_half
    from known
    where league = 'nba' and cardinality(home_periods) >= 4 and cardinality(away_periods) >= 4
),

scored as (
    select
        game_id,
        game_date_et,
        'h1' as period,
        home_half as home_score,
        away_half as away_score,
        source,
        batch_id,
        row_quality_score
    from halves
    union all
    select
        game_id,
        game_date_et,
        'h2' as period,
        home_final - home_half as home_score,
        away_final - away_half as away_score,
        source,
        batch_id,
        row_quality_score
    from halves
    union all
    select
        game_id,
        game_date_et,
        'f5' as period,
        (select sum(points.value) from unnest(home_periods[1:5]) as points (value))::integer as home_score,
        (select sum(points.value) from unnest(away_periods[1:5]) as points (value))::integer as away_score,
        source,
        batch_id,
        row_quality_score
    from known
    where league = 'mlb' and cardinality(home_periods) >= 5 and cardinality(away_periods) >= 5
),

period_results as (
    select
        game_id,
        period,
        game_date_et,
        home_score,
        away_score,
        case
            when home_score > away_score then 'home'
            when home_score < away_score then 'away'
            else 'tie'
        end as winner,
        home_score + away_score as total_points,
        home_score - away_score as margin,
        source,
        batch_id,
        row_quality_score
    from scored
)

select * from period_results
