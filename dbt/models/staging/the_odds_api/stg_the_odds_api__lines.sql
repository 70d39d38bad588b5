with slice_lines as (
    select * from {{ ref('slice_lines') }}
),

games as (
    select * from {{ ref('slice_games') }}
),

markets as (
    select * from {{ ref('markets') }}
),

-- `offset 0` computes each number once, not once for every place that uses it
numbered as (
    select
        slice_lines.*,
        markets.market as market_name,
        markets.period,
        {{ clean_number('slice_lines.price') }} as price_number,
        {{ clean_number('slice_lines.point') }} as point_number,
        lower(slice_lines.outcome) as outcome_name
    from slice_lines
    inner join markets on slice_lines.market = markets.source_market
    where slice_lines.source = 'the_odds_api'
    offset 0
),

-- outcomes come in no order: the team's name, as this payload writes it, tells the side
sided as (
    select
        numbered.*,
        case
            when numbered.market_name = 'totals' then numbered.outcome_name
            when numbered.outcome_name = lower(games.home_team) then 'home'
            when numbered.outcome_name = lower(games.away_team) then 'away'
            else numbered.outcome_name
        end as side
    from numbered
    inner join games
        on
            numbered.payload_id = games.payload_id
            and numbered.source_event_id = games.source_event_id
),

priced as (
    select
        sided.*,
        case
            when sided.price_format = 'decimal' then {{ decimal_to_american('sided.price_number') }}
            else {{ whole_number('sided.price_number') }}
        end as price_american,
        case
            when sided.price_format <> 'decimal' then {{ american_to_decimal('sided.price_number') }}
            when sided.price_number > 1 then round(sided.price_number, 6)
        end as price_decimal
    from sided
),

stg_the_odds_api__lines as (
    select
        payload_id,
        position,
        batch_id,
        source,
        source_event_id,
        game_id,
        league,
        observed_at,
        bookmaker,
        market_name as market,
        period,
        side,
        label,
        case when market_name <> 'h2h' then point_number end as point,
        price_american,
        price_decimal,
        price as price_raw,
        point as point_raw,
        price_format,
        {{ clean_timestamp('last_update') }} as last_update
    from priced
)

select * from stg_the_odds_api__lines
