with games as (
    select * from {{ ref('slice_games') }}
),

stg_sbro__games as (
    select
        payload_id,
        position,
        batch_id,
        source,
        source_event_id,
        game_id,
        league,
        season,
        game_date_et,
        lower({{ stripped('away_team') }}) as away_name,
        lower({{ stripped('home_team') }}) as home_name,
        {{ whole_number_of('away_score') }} as away_score,
        {{ whole_number_of('home_score') }} as home_score,
        away_score as away_score_raw,
        home_score as home_score_raw,
        details -> 'away' ->> 'Date' as away_date_raw,
        details -> 'home' ->> 'Date' as home_date_raw,
        {{ sbro_period_sum("details -> 'away'") }} as away_period_sum,
        {{ sbro_period_sum("details -> 'home'") }} as home_period_sum,
        coalesce(neutral_site, false) as is_neutral_site
    from games
    where source = 'sbro'
)

select * from stg_sbro__games
