with payloads as (
    select * from {{ ref('slice_team_payloads') }}
),

raw_rows as (
    select * from {{ source('raw_data', 'player_stats_raw') }}
),

fields as (
    select * from {{ ref('stat_fields') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

{{ stat_versions('player', ['source_player_id', 'player']) }}

player_stats as (
    select
        stat_id,
        team_season_id,
        team_id,
        season,
        source,
        source_player_id,
        player,
        {{ player_key('player') }} as player_key,
        scope,
        source_event_id,
        game_id,
        games,
        minutes,
        points,
        rebounds,
        assists,
        stats,
        observed_at,
        superseded_at,
        batch_id
    from versions
)

select * from player_stats
