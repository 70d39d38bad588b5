with observations as (
    select * from {{ ref('int_line_observations') }}
),

coverage as (
    select * from {{ ref('int_line_coverage') }}
),

game_starts as (
    select * from {{ ref('int_game_starts') }}
),

in_sequence as (
    select
        observations.series_id,
        observations.side,
        observations.observed_at,
        -- what a line says: compared as a whole, nulls alike
        row(
            observations.point,
            observations.price_american,
            observations.price_decimal,
            case when observations.price_decimal is null then observations.price_raw end
        ) as line,
        observations.occurrences,
        coverage.sequence,
        coverage.in_play,
        coverage.next_observed_at,
        coverage.last_pre_game_at
    from observations
    inner join coverage
        on
            observations.series_id = coverage.series_id
            and observations.observed_at = coverage.observed_at
),

with_previous as (
    select
        in_sequence.*,
        lag(sequence) over in_order as previous_sequence,
        lag(in_play) over in_order as previous_in_play,
        lag(line) over in_order as previous_line
    from in_sequence
    window in_order as (partition by series_id, side order by sequence)
),

-- a line goes on while the next covering snapshot shows the same price and point, in the same phase
marked as (
    select
        with_previous.*,
        case
            when
                with_previous.previous_sequence = with_previous.sequence - 1
                and with_previous.previous_in_play = with_previous.in_play
                and with_previous.previous_line = with_previous.line
                then 0
            else 1
        end as is_first
    from with_previous
),

numbered as (
    select
        marked.*,
        sum(is_first) over (partition by series_id, side order by sequence) as island
    from marked
),

extents as (
    select
        series_id,
        side,
        island,
        min(observed_at) as valid_from,
        max(observed_at) as last_observed_at,
        case when count(next_observed_at) = count(*) then max(next_observed_at) end as valid_to,
        count(*)::integer as observations,
        max(occurrences) as occurrences,
        bool_or(in_play) as in_play,
        max(last_pre_game_at) as last_pre_game_at
    from numbered
    group by series_id, side, island
),

-- what is first seen in play opened before anybody looked
opened as (
    select
        extents.*,
        min(case when not in_play then island end) over (partition by series_id, side) as first_pre_game_island
    from extents
),

int_line_intervals as (
    select
        observations.payload_id,
        observations.position,
        observations.batch_id,
        observations.game_id,
        observations.league,
        observations.source,
        observations.bookmaker,
        observations.market,
        observations.period,
        observations.side,
        observations.point,
        observations.price_american,
        observations.price_decimal,
        observations.price_raw,
        observations.point_raw,
        observations.price_format,
        opened.valid_from,
        opened.valid_to,
        opened.last_observed_at,
        last_seen.commence_at as told_commence_at,
        observations.last_update,
        opened.observations,
        opened.in_play,
        coalesce(opened.island = opened.first_pre_game_island, false) as is_opening,
        coalesce(
            not opened.in_play
            and opened.last_observed_at = opened.last_pre_game_at
            and game_starts.started_seen_at > opened.last_pre_game_at,
            false
        ) as is_closing,
        opened.occurrences,
        observations.sides,
        observations.overround,
        observations.opposite_point,
        observations.opposite_price_american,
        lag(observations.point) over (
            partition by opened.series_id, opened.side
            order by opened.island
        ) as previous_point
    from opened
    inner join observations
        on
            opened.series_id = observations.series_id
            and opened.side = observations.side
            and opened.valid_from = observations.observed_at
    -- the start as the last snapshot of the interval told it, whatever was told later
    inner join coverage as last_seen
        on
            opened.series_id = last_seen.series_id
            and opened.last_observed_at = last_seen.observed_at
    left join game_starts on observations.game_id = game_starts.game_id
)

select * from int_line_intervals
