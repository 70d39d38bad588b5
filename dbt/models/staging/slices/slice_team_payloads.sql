with touched_team_seasons as (
    select * from {{ source('staging_candidate', 'touched_team_seasons') }}
),

payload_team_seasons as (
    select * from {{ source('ops', 'payload_team_seasons') }}
),

batches as (
    select * from {{ source('ops', 'batches') }}
),

slice_team_payloads as (
    select
        named.payload_id,
        accepted.batch_id,
        named.source,
        accepted.feed,
        accepted.sport_key,
        accepted.observed_at,
        named.team_season_id,
        named.team_id,
        named.season,
        named.team,
        named.source_team_id,
        named.season_told,
        named.source_event_id
    from touched_team_seasons
    cross join
        lateral (
            select payload_team_seasons.*
            from payload_team_seasons
            where payload_team_seasons.team_season_id = touched_team_seasons.team_season_id
            offset 0
        ) as named
    cross join lateral (
        select
            batches.batch_id,
            batches.feed,
            batches.sport_key,
            batches.observed_at
        from batches
        where batches.payload_id = named.payload_id and batches.in_force
        offset 0
    ) as accepted
)

select * from slice_team_payloads
