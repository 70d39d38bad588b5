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
        observations.*,
        coverage.sequence,
        coverage.in_play,
        coverage.next_observed_at,
        coverage.last_pre_game_at
    from observations
    inner join coverage
        on
            observations.game_id = coverage.game_id
            and observations.source = coverage.source
            and observations.bookmaker = coverage.bookmaker
            and observations.market = coverage.market
            and observations.period = coverage.period
            and observations.observed_at = coverage.observed_at
),

marked as (
    select
        in_sequence.*,
        case
            when
                lag(sequence) over side_in_order = sequence - 1
                and lag(in_play) over side_in_order = in_play
                and lag(point) over side_in_order is not distinct from point
                and lag(price_american) over side_in_order is not distinct from price_american
                and lag(price_decimal) over side_in_order is not distinct from price_decimal
                and (
                    price_decimal is not null
                    or lag(price_raw) over side_in_order is not distinct from price_raw
                )
                then 0
            else 1
        end as is_first
    from in_sequence
    window
        side_in_order as (
            partition by game_id, source, bookmaker, market, period, side
            order by sequence
        )
),

islands as (
    select
        marked.*,
        sum(is_first) over (
            partition by game_id, source, bookmaker, market, period, side
            order by sequence
        ) as island
    from marked
),

extents as (
    select
        game_id,
        source,
        bookmaker,
        market,
        period,
        side,
        island,
        max(observed_at) as last_observed_at,
        case when count(next_observed_at) = count(*) then max(next_observed_at) end as valid_to,
        count(*)::integer as observations,
        max(occurrences) as occurrences
    from islands
    group by game_id, source, bookmaker, market, period, side, island
),

int_line_intervals as (
    select
        islands.payload_id,
        islands.position,
        islands.batch_id,
        islands.game_id,
        islands.league,
        islands.source,
        islands.bookmaker,
        islands.market,
        islands.period,
        islands.side,
        islands.point,
        islands.price_american,
        islands.price_decimal,
        islands.price_raw,
        islands.point_raw,
        islands.price_format,
        islands.observed_at as valid_from,
        extents.valid_to,
        extents.last_observed_at,
        islands.last_update,
        extents.observations,
        islands.in_play,
        islands.island = 1 as is_opening,
        coalesce(
            not islands.in_play
            and extents.last_observed_at = islands.last_pre_game_at
            and game_starts.started_seen_at > islands.last_pre_game_at,
            false
        ) as is_closing,
        extents.occurrences,
        islands.sides,
        islands.overround,
        islands.opposite_point,
        islands.opposite_price_american,
        lag(islands.point) over (
            partition by
                islands.game_id, islands.source, islands.bookmaker, islands.market, islands.period, islands.side
            order by islands.island
        ) as previous_point
    from islands
    inner join extents
        on
            islands.game_id = extents.game_id
            and islands.source = extents.source
            and islands.bookmaker = extents.bookmaker
            and islands.market = extents.market
            and islands.period = extents.period
            and islands.side = extents.side
            and islands.island = extents.island
    left join game_starts on islands.game_id = game_starts.game_id
    where islands.is_first = 1
)

select * from int_line_intervals
