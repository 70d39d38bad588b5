with games as (
    select * from {{ ref('stg_sbro__games') }}
),

games_raw as (
    select * from {{ source('raw_data', 'games_raw') }}
),

payload_events as (
    select * from {{ source('raw_data', 'payload_events') }}
),

betting_lines_raw as (
    select * from {{ source('raw_data', 'betting_lines_raw') }}
),

payloads as (
    select distinct payload_id from games
),

-- the whole file, whatever was touched: what a game is judged by must not depend on that
filed as (
    select
        rows_of_file.payload_id,
        rows_of_file.source_event_id,
        rows_of_file.game_date_et,
        lower({{ stripped('rows_of_file.away_team') }}) as away_name,
        lower({{ stripped('rows_of_file.home_team') }}) as home_name
    from payloads
    cross join lateral (
        select games_raw.*
        from games_raw
        where games_raw.payload_id = payloads.payload_id
        offset 0
    ) as rows_of_file
),

same_matchup as (
    select
        games.payload_id,
        games.game_id,
        games.league,
        games.source_event_id,
        filed.source_event_id as neighbour_event_id,
        filed.game_date_et as neighbour_date_et,
        filed.game_date_et - games.game_date_et as days_later
    from games
    inner join filed
        on
            games.payload_id = filed.payload_id
            and games.away_name = filed.away_name
            and games.home_name = filed.home_name
            and games.source_event_id <> filed.source_event_id
    where abs(filed.game_date_et - games.game_date_et) <= 4
),

-- one look-up for each neighbour: a join would be planned on counts that nobody can estimate
closing_cells as (
    select
        same_matchup.payload_id,
        same_matchup.game_id,
        same_matchup.source_event_id,
        same_matchup.neighbour_event_id,
        same_matchup.neighbour_date_et,
        same_matchup.days_later,
        cells.away_point,
        cells.home_point
    from same_matchup
    cross join
        lateral (
            select
                max({{ sbro_number('betting_lines_raw.point') }})
                filter (where betting_lines_raw.outcome = 'away') as away_point,
                max({{ sbro_number('betting_lines_raw.point') }})
                filter (where betting_lines_raw.outcome = 'home') as home_point
            from payload_events
            inner join betting_lines_raw
                on
                    payload_events.payload_id = betting_lines_raw.payload_id
                    and payload_events.landed_on = betting_lines_raw.landed_on
                    and betting_lines_raw.position between payload_events.lines_from and payload_events.lines_to
            where
                same_matchup.league = 'nba'
                and payload_events.payload_id = same_matchup.payload_id
                and payload_events.source_event_id = same_matchup.neighbour_event_id
                and betting_lines_raw.market = 'Close'
            offset 0
        ) as cells
),

int_sbro__neighbours as (
    select
        payload_id,
        game_id,
        source_event_id,
        neighbour_event_id,
        neighbour_date_et,
        days_later,
        'matchup' as shared,
        case
            when greatest(away_point, home_point) < 100 then null
            when home_point < away_point then -abs(home_point)
            else abs(away_point)
        end as neighbour_home_spread
    from closing_cells
    union all
    select
        games.payload_id,
        games.game_id,
        games.source_event_id,
        filed.source_event_id as neighbour_event_id,
        filed.game_date_et as neighbour_date_et,
        0 as days_later,
        'team' as shared,
        null as neighbour_home_spread
    from games
    inner join filed
        on
            games.payload_id = filed.payload_id
            and games.game_date_et = filed.game_date_et
            and games.source_event_id <> filed.source_event_id
    where
        games.league = 'nba'
        and (
            filed.away_name in (games.away_name, games.home_name)
            or filed.home_name in (games.away_name, games.home_name)
        )
)

select * from int_sbro__neighbours
