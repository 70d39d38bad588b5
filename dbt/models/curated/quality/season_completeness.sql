with game_sources as (
    select * from {{ ref('game_sources') }}
),

games as (
    select * from {{ ref('enhanced_games') }}
),

expected as (
    select * from {{ ref('expected_row_counts') }}
),

counted as (
    select
        game_sources.source,
        games.league,
        games.season,
        count(distinct games.game_id) as game_count,
        count(distinct games.game_id) filter (where games.went_final) as final_game_count,
        count(distinct games.game_id) filter (where games.line_count > 0) as game_with_lines_count
    from games
    inner join game_sources on games.game_id = game_sources.game_id
    where games.season_type = 'season'
    group by game_sources.source, games.league, games.season
),

season_completeness as (
    select
        counted.source,
        counted.league,
        counted.season,
        counted.game_count,
        counted.final_game_count,
        counted.game_with_lines_count,
        expected.game_count as expected_game_count,
        expected.game_count - counted.game_count as missing_game_count,
        round(100.0 * counted.game_count / expected.game_count, 4) as games_pct,
        expected.reason
    from counted
    left join expected
        on
            counted.source = expected.source
            and counted.league = expected.league
            and counted.season = expected.season
)

select * from season_completeness
