-- Strategies choose the card and publish it through the gate; dbt only declares the table.
with betting_card as (
    select
        null::uuid as card_id,
        null::date as card_date_et,
        null::text as strategy,
        null::uuid as game_id,
        null::text as sport_key,
        null::timestamptz as commence_at,
        null::text as home_team,
        null::text as away_team,
        null::text as bookmaker,
        null::text as market,
        null::text as period,
        null::text as side,
        null::numeric as point,
        null::integer as price_american,
        null::numeric as price_decimal,
        null::numeric as probability,
        null::numeric as ev_pct,
        null::numeric as stake_units,
        null::uuid as bundle_id,
        null::text as rationale,
        null::numeric as confidence,
        null::timestamptz as chosen_at,
        null::timestamptz as source_observed_at,
        null::float8 as time_to_live_seconds,
        null::uuid as line_id,
        null::uuid as batch_id,
        null::numeric as quality_score
    where false
)

select * from betting_card
