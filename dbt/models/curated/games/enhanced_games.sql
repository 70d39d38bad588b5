with touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

games as (
    select * from {{ ref('games') }}
),

game_sources as (
    select * from {{ ref('game_sources') }}
),

betting_lines as (
    select * from {{ ref('betting_lines') }}
),

bookmakers as (
    select * from {{ ref('bookmakers') }}
),

touched as (
    select touched_rows.*
    from touched_games
    cross join lateral (
        select games.*
        from games
        where games.game_id = touched_games.game_id
        offset 0
    ) as touched_rows
),

counted as (
    select
        touched.*,
        (
            select count(*) from game_sources
            where game_sources.game_id = touched.game_id
        )::integer as sources,
        line_counts.line_count,
        line_counts.bookmaker_count
    from touched
    cross join lateral (
        select
            count(*)::integer as line_count,
            (count(distinct betting_lines.bookmaker) filter (where {{ is_book('bookmakers.role') }}))::integer
                as bookmaker_count
        from betting_lines
        left join bookmakers on betting_lines.bookmaker = bookmakers.key
        where betting_lines.game_id = touched.game_id
        offset 0
    ) as line_counts
),

enhanced_games as (
    select
        game_id,
        sport_key,
        league,
        season,
        season_type,
        game_date_et,
        commence_at,
        home_team,
        away_team,
        home_team_id,
        away_team_id,
        game_number,
        neutral_site,
        status,
        home_score,
        away_score,
        completed_at,
        {{ known_on_et('counted') }} as known_on_et,
        first_observed_at,
        last_observed_at,
        source,
        batch_id,
        is_valid,
        validation_notes,
        case
            when status <> 'final' then null
            when home_score > away_score then 'home'
            when home_score < away_score then 'away'
            when home_score = away_score then 'tie'
        end as winner,
        case when status = 'final' then home_score + away_score end as total_points,
        case when status = 'final' then home_score - away_score end as margin,
        status = 'final' as went_final,
        sources,
        line_count,
        bookmaker_count,
        {{ row_quality('1', 'is_valid', 'validation_notes') }} as row_quality_score
    from counted
)

select * from enhanced_games
