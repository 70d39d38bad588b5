with touched_games as (
    select * from {{ source('curated_candidate', 'touched_games') }}
),

lines as (
    select * from {{ ref('slice_curated_lines') }}
),

validation_results as (
    select * from {{ ref('validation_results') }}
),

batches as (
    select * from {{ source('ops', 'batches') }}
),

parameters as (
    select * from {{ source('ops', 'parameters') }}
),

stood as (
    select
        lines.*,
        (lines.first_observed_at at time zone 'America/New_York')::date as seen_on_et,
        tstzrange(least(lines.valid_from, lines.valid_to), lines.valid_to) as stood_during
    from lines
),

-- when the one and the other side of a line stood, whatever moment each began at
sided as (
    select
        stood.*,
        case
            when stood.side in ('home', 'over')
                then stood.stood_during && range_agg(stood.stood_during) filter (where stood.side in ('away', 'under'))
                    over one_line
            when stood.side in ('away', 'under')
                then stood.stood_during && range_agg(stood.stood_during) filter (where stood.side in ('home', 'over'))
                    over one_line
        end as is_two_sided
    from stood
    window
        one_line as (
            partition by
                stood.game_id, stood.source, stood.bookmaker, stood.market, stood.period, stood.label, stood.pair_point
        )
),

-- invalid lines that the setting REJECT_INVALID_ODDS keeps out of the zone are lines that were told all the same
rejected as (
    select distinct
        touched_games.game_id,
        batches.source,
        (batches.observed_at at time zone 'America/New_York')::date as seen_on_et,
        found.entity_key
    from touched_games
    cross join
        lateral (
            select validation_results.*
            from validation_results
            where
                validation_results.game_id = touched_games.game_id
                and validation_results.entity = 'betting_line'
                and validation_results.severity <> 'warning'
                and validation_results.rule <> 'unknown_market'
            offset 0
        ) as found
    inner join batches on found.batch_id = batches.batch_id
    where {{ parameter('reject_invalid_odds') }} = 'true'
),

told as (
    select
        game_id,
        source,
        seen_on_et,
        sport_key,
        game_date_et,
        commence_at,
        case when precedence is not null then bookmaker end as bookmaker,
        market || '|' || period as market_period,
        is_valid,
        cardinality(validation_notes) > 0 as has_notes,
        coalesce(is_two_sided, false) as is_two_sided,
        row_quality_score,
        last_observed_at,
        in_play
    from sided
    union all
    select
        game_id,
        source,
        seen_on_et,
        null as sport_key,
        null as game_date_et,
        null as commence_at,
        null as bookmaker,
        null as market_period,
        false as is_valid,
        true as has_notes,
        false as is_two_sided,
        0 as row_quality_score,
        null as last_observed_at,
        null as in_play
    from rejected
),

game_quality as (
    select
        {{ content_uuid(['game_id', 'source', 'seen_on_et']) }} as game_quality_id,
        game_id,
        source,
        seen_on_et,
        max(sport_key) as sport_key,
        max(game_date_et) as game_date_et,
        count(*)::integer as line_count,
        count(*) filter (where is_valid)::integer as valid_line_count,
        count(*) filter (where is_valid and has_notes)::integer as warned_line_count,
        count(*) filter (where is_two_sided)::integer as two_sided_line_count,
        count(distinct bookmaker)::integer as bookmaker_count,
        count(distinct market_period)::integer as market_count,
        round(avg(row_quality_score), 6) as row_quality_score,
        max(last_observed_at) as last_observed_at,
        round(
            extract(epoch from max(commence_at) - max(last_observed_at) filter (where not in_play)) / 60, 1
        ) as minutes_before_start
    from told
    group by game_id, source, seen_on_et
)

select * from game_quality
