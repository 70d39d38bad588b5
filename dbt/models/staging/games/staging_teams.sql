with seed as (
    select * from {{ ref('teams') }}
),

staging_teams as (
    select
        team_id,
        league,
        franchise,
        abbreviation
    from seed
)

select * from staging_teams
