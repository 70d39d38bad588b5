-- Backtests bring the rows and publish them through the gate; dbt only declares the table.
with profitability_metrics as (
    select
        null::uuid as run_id,
        null::text as dimension,
        null::text as value,
        null::integer as bets,
        null::float8 as turnover,
        null::float8 as profit,
        null::float8 as yield,
        null::float8 as win_rate,
        null::float8 as average_decimal
    where false
)

select * from profitability_metrics
