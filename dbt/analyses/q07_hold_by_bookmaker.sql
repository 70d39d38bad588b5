-- What does each book keep? Hold at the close, by bookmaker and market, over the last thirty days of results.
-- One row per bookmaker and market; hold is the share of all stakes that balanced books keep, in per cent.
-- Reads: {{ ref('closing_lines') }}, {{ ref('enhanced_games') }}
with newest as (
    select max(game_date_et) as day_et
    from curated.enhanced_games
    where went_final
)

select
    closing.bookmaker,
    closing.market,
    count(distinct closing.game_id) as games,
    round(100 * avg(1 - 1 / closing.overround), 2) as mean_hold_pct,
    round(100 * min(1 - 1 / closing.overround), 2) as least_hold_pct,
    round(avg(closing.seconds_before_start) / 60, 1) as mean_minutes_before_start
from newest
inner join curated.closing_lines as closing
    on closing.game_date_et between newest.day_et - 29 and newest.day_et
where
    closing.period = 'full' and closing.overround is not null and closing.is_primary_source
    and closing.side in ('home', 'over')
group by closing.bookmaker, closing.market
order by mean_hold_pct, closing.bookmaker, closing.market
