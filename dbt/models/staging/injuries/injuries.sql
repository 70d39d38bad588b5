with payloads as (
    select * from {{ ref('slice_team_payloads') }}
),

injuries_raw as (
    select * from {{ source('raw_data', 'injuries_raw') }}
),

-- named twice; made as a whole it would hide its indexes
batches as not materialized (
    select * from {{ source('ops', 'batches') }}
),

statuses as (
    select * from {{ ref('injury_statuses') }}
),

player_stats as (
    select * from {{ ref('player_stats') }}
),

reports as (
    select
        payloads.batch_id,
        payloads.feed,
        payloads.sport_key,
        payloads.observed_at,
        payloads.team_season_id,
        payloads.team_id,
        payloads.season,
        payloads.source,
        report_rows.position,
        report_rows.source_player_id,
        report_rows.player,
        report_rows.player_position,
        report_rows.status as status_raw,
        report_rows.injury,
        {{ clean_timestamp('report_rows.reported_text') }} as reported_at,
        case
            when
                report_rows.return_text ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}'
                and pg_input_is_valid(left(report_rows.return_text, 10), 'date')
                then left(report_rows.return_text, 10)::date
        end as expected_return
    from payloads
    cross join lateral (
        select injuries_raw.*
        from injuries_raw
        where
            injuries_raw.payload_id = payloads.payload_id
            and coalesce(injuries_raw.team, '') = coalesce(payloads.team, '')
            and coalesce(injuries_raw.source_team_id, '') = coalesce(payloads.source_team_id, '')
            and coalesce(injuries_raw.source_event_id, '') = coalesce(payloads.source_event_id, '')
        offset 0
    ) as report_rows
),

feeds as (
    select
        source,
        feed,
        sport_key,
        season,
        min(observed_at) as first_observed_at,
        max(observed_at) as last_observed_at
    from reports
    group by source, feed, sport_key, season
),

-- every list of the league from a season's first report to the one after its last, whether it names the team or not:
-- who is no longer on it is back
lists as (
    select
        feeds.source,
        feeds.feed,
        feeds.sport_key,
        feeds.season,
        found.observed_at,
        row_number() over in_order as sequence,
        lead(found.observed_at) over in_order as next_observed_at
    from feeds
    cross join
        lateral (
            (
                select distinct batches.observed_at
                from batches
                where
                    batches.source = feeds.source
                    and batches.feed = feeds.feed
                    and batches.sport_key is not distinct from feeds.sport_key
                    and batches.observed_at between feeds.first_observed_at and feeds.last_observed_at
                    and batches.in_force
                offset 0
            )
            union all
            (
                select batches.observed_at
                from batches
                where
                    batches.source = feeds.source
                    and batches.feed = feeds.feed
                    and batches.sport_key is not distinct from feeds.sport_key
                    and batches.observed_at > feeds.last_observed_at
                    and batches.in_force
                order by batches.observed_at
                limit 1
            )
        ) as found
    window
        in_order as (
            partition by feeds.source, feeds.feed, feeds.sport_key, feeds.season
            order by found.observed_at
        )
),

ranked as (
    select
        reports.*,
        {{ content_uuid(['team_season_id', 'source', 'coalesce(source_player_id, lower(player))']) }} as series_id,
        row_number() over (
            partition by team_season_id, source, coalesce(source_player_id, lower(player)), observed_at
            order by reported_at desc nulls last, batch_id desc, position asc
        ) as occurrence
    from reports
),

in_sequence as (
    select
        ranked.*,
        coalesce(statuses.status, 'unknown') as status,
        lists.sequence,
        lists.next_observed_at,
        row(ranked.status_raw, ranked.injury, ranked.expected_return) as report
    from ranked
    inner join lists
        on
            ranked.source = lists.source
            and ranked.feed = lists.feed
            and ranked.sport_key is not distinct from lists.sport_key
            and ranked.season is not distinct from lists.season
            and ranked.observed_at = lists.observed_at
    left join statuses on lower(ranked.status_raw) = statuses.status_raw
    where ranked.occurrence = 1
),

with_previous as (
    select
        in_sequence.*,
        lag(sequence) over in_order as previous_sequence,
        lag(report) over in_order as previous_report
    from in_sequence
    window in_order as (partition by series_id order by sequence)
),

numbered as (
    select
        with_previous.*,
        count(*) filter (
            where not coalesce(previous_sequence = sequence - 1 and previous_report = report, false)
        ) over (partition by series_id order by sequence) as island
    from with_previous
),

in_islands as (
    select
        numbered.*,
        row_number() over in_order as place,
        count(*) over whole_island as observations,
        max(observed_at) over whole_island as last_observed_at,
        last_value(next_observed_at) over whole_island as valid_to
    from numbered
    window
        in_order as (partition by series_id, island order by sequence),
        whole_island as (in_order rows between unbounded preceding and unbounded following)
),

intervals as (
    select
        in_islands.*,
        {{ content_uuid(['series_id', utc_text('observed_at')]) }} as injury_id,
        {{ player_key('player') }} as player_key
    from in_islands
    where place = 1
),

-- what was known of the season's games when the report was first seen: a figure that was corrected is taken
-- back when its correction came
moments as (
    select
        team_season_id,
        player_key,
        observed_at,
        null::uuid as injury_id,
        points,
        minutes,
        case when points is not null and coalesce(minutes, 1) > 0 then 1 else 0 end as games
    from player_stats
    where scope = 'game'
    union all
    select
        team_season_id,
        player_key,
        superseded_at as observed_at,
        null as injury_id,
        -points as points,
        -minutes as minutes,
        case when points is not null and coalesce(minutes, 1) > 0 then -1 else 0 end as games
    from player_stats
    where scope = 'game' and superseded_at is not null
    union all
    select
        team_season_id,
        player_key,
        observed_at,
        injury_id,
        null as points,
        null as minutes,
        0 as games
    from intervals
),

summed as (
    select
        injury_id,
        sum(points) over of_player as player_points,
        sum(points) over of_team as team_points,
        sum(minutes) over of_player as player_minutes,
        sum(minutes) over of_team as team_minutes,
        sum(games) over of_player as player_games
    from moments
    window
        of_player as (partition by team_season_id, player_key order by observed_at),
        of_team as (partition by team_season_id order by observed_at)
),

impacts as (
    select
        injury_id,
        round(player_points / nullif(team_points, 0), 6) as points_share,
        round(player_minutes / nullif(team_minutes, 0), 6) as minutes_share,
        round(player_points / nullif(player_games, 0), 4) as points_per_game,
        round(player_minutes / nullif(player_games, 0), 4) as minutes_per_game
    from summed
    where injury_id is not null
),

injuries as (
    select
        intervals.injury_id,
        intervals.team_season_id,
        intervals.team_id,
        intervals.season,
        intervals.source,
        intervals.source_player_id,
        intervals.player,
        intervals.player_key,
        intervals.player_position,
        intervals.status,
        intervals.status_raw,
        intervals.injury,
        intervals.reported_at,
        intervals.expected_return,
        intervals.observed_at as valid_from,
        intervals.valid_to,
        intervals.last_observed_at,
        intervals.observations::integer as observations,
        impacts.points_share,
        impacts.minutes_share,
        impacts.points_per_game,
        impacts.minutes_per_game,
        intervals.batch_id
    from intervals
    inner join impacts on intervals.injury_id = impacts.injury_id
)

select * from injuries
