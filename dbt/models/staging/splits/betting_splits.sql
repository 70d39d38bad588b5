with observations as (
    select * from {{ ref('int_split_observations') }}
),

commence_times as (
    select * from {{ ref('int_commence_times') }}
),

rules as (
    select * from {{ ref('validation_rules') }}
),

moments as (
    select
        game_id,
        source,
        bookmaker,
        observed_at,
        row_number() over (partition by game_id, source, bookmaker order by observed_at) as sequence,
        lead(observed_at) over (partition by game_id, source, bookmaker order by observed_at) as next_observed_at
    from observations
    group by game_id, source, bookmaker, observed_at
),

in_sequence as (
    select
        observations.*,
        moments.sequence,
        moments.next_observed_at,
        not commence_times.in_play as is_pre_game,
        -- what a split says: compared as a whole, nulls alike
        row(
            observations.point,
            observations.tickets_pct,
            observations.money_pct,
            observations.tickets,
            observations.money,
            observations.broken_rules,
            not commence_times.in_play
        ) as split
    from observations
    inner join moments
        on
            observations.game_id = moments.game_id
            and observations.source = moments.source
            and observations.bookmaker is not distinct from moments.bookmaker
            and observations.observed_at is not distinct from moments.observed_at
    left join commence_times
        on
            observations.game_id = commence_times.game_id
            and observations.source = commence_times.source
            and observations.observed_at = commence_times.observed_at
),

with_previous as (
    select
        in_sequence.*,
        lag(sequence) over in_order as previous_sequence,
        lag(split) over in_order as previous_split
    from in_sequence
    window in_order as (partition by series_id, side order by sequence)
),

numbered as (
    select
        with_previous.*,
        count(*) filter (
            where not coalesce(previous_sequence = sequence - 1 and previous_split = split, false)
        ) over (partition by series_id, side order by sequence) as island
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
        in_order as (partition by series_id, side, island order by sequence),
        whole_island as (in_order rows between unbounded preceding and unbounded following)
),

severe as (
    select array_agg(rule) as rules
    from rules
    where severity <> 'warning'
),

betting_splits as (
    select
        {{ content_uuid(['in_islands.series_id', 'in_islands.side', utc_text('in_islands.observed_at')]) }}
            as split_id,
        in_islands.game_id,
        in_islands.source,
        in_islands.bookmaker,
        in_islands.market,
        in_islands.period,
        in_islands.side,
        in_islands.point,
        in_islands.tickets_pct,
        in_islands.money_pct,
        in_islands.tickets,
        in_islands.money,
        in_islands.observed_at as valid_from,
        in_islands.valid_to,
        in_islands.last_observed_at,
        in_islands.told_updated_at,
        in_islands.observations::integer as observations,
        in_islands.is_pre_game,
        in_islands.batch_id,
        not coalesce(in_islands.broken_rules && severe.rules, false) as is_valid,
        in_islands.broken_rules as validation_notes
    from in_islands
    cross join severe
    where in_islands.place = 1
)

select * from betting_splits
