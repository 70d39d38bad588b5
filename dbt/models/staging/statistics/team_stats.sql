with payloads as (
    select * from {{ ref('slice_team_payloads') }}
),

raw_rows as (
    select * from {{ source('raw_data', 'team_stats_raw') }}
),

fields as (
    select * from {{ ref('stat_fields') }}
),

game_registry as (
    select * from {{ source('ops', 'game_registry') }}
),

{{ stat_versions('team', []) }}

team_stats as (
    select
        stat_id,
        team_season_id,
        team_id,
        season,
        source,
        scope,
        source_event_id,
        game_id,
        games,
        wins,
        losses,
        points_for,
        points_against,
        minutes,
        rebounds,
        assists,
        stats,
        observed_at,
        superseded_at,
        batch_id
    from versions
)

select * from team_stats
