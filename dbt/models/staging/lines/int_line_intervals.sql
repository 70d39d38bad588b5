with observations as (
    select * from {{ ref('int_line_observations') }}
),

coverage as (
    select * from {{ ref('int_line_coverage') }}
),

game_starts as (
    select * from {{ ref('int_game_starts') }}
),

-- what a line says is compared as a whole, nulls alike
in_sequence as (
    select
        observations.*,
        row(
            observations.point,
            observations.price_american,
            observations.price_decimal,
            case when observations.price_decimal is null then observations.price_raw end
        ) as line,
        coverage.commence_at,
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
numbered as (
    select
        with_previous.*,
        count(*) filter (
            where not coalesce(
                previous_sequence = sequence - 1 and previous_in_play = in_play and previous_line = line, false
            )
        ) over (partition by series_id, side order by sequence) as island
    from with_previous
),

-- windows instead of joins: their cost does not hang on what the planner believes. The start is the one that the last
-- snapshot of the interval told, whatever was told later.
in_islands as (
    select
        numbered.*,
        row_number() over in_order as place,
        count(*) over whole_island as sightings,
        max(occurrences) over whole_island as most_occurrences,
        last_value(observed_at) over whole_island as last_observed_at,
        last_value(next_observed_at) over whole_island as valid_to,
        last_value(commence_at) over whole_island as told_commence_at
    from numbered
    window
        in_order as (partition by series_id, side, island order by sequence),
        whole_island as (in_order rows between unbounded preceding and unbounded following)
),

-- what is first seen in play opened before anybody looked
opened as (
    select
        in_islands.*,
        min(case when not in_play then island end) over (partition by series_id, side) as first_pre_game_island,
        lag(point) over (partition by series_id, side order by island) as previous_point
    from in_islands
    where place = 1
),

int_line_intervals as (
    select
        opened.payload_id,
        opened.position,
        opened.batch_id,
        opened.game_id,
        opened.league,
        opened.source,
        opened.bookmaker,
        opened.market,
        opened.period,
        opened.side,
        opened.point,
        opened.price_american,
        opened.price_decimal,
        opened.price_raw,
        opened.point_raw,
        opened.price_format,
        opened.observed_at as valid_from,
        opened.valid_to,
        opened.last_observed_at,
        opened.told_commence_at,
        opened.last_update,
        opened.sightings::integer as observations,
        opened.in_play,
        coalesce(opened.island = opened.first_pre_game_island, false) as is_opening,
        coalesce(
            not opened.in_play
            and opened.last_observed_at = opened.last_pre_game_at
            and game_starts.started_seen_at > opened.last_pre_game_at,
            false
        ) as is_closing,
        opened.most_occurrences as occurrences,
        opened.sides,
        opened.overround,
        opened.opposite_point,
        opened.opposite_price_american,
        opened.previous_point
    from opened
    left join game_starts on opened.game_id = game_starts.game_id
)

select * from int_line_intervals
