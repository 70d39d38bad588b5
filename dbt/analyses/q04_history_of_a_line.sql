-- How did one book's spread on one game move from its opening to its close?
-- One row per price that stood on the home side, in order, with how long it stood and what changed.
-- Reads: {{ ref('enhanced_games') }}, {{ ref('betting_lines_enhanced') }}
with game as (
    select *
    from curated.enhanced_games
    where went_final and line_count > 0 and commence_at is not null
    order by commence_at desc, line_count desc, game_id asc
    limit 1
)

select
    game.away_team,
    game.home_team,
    line.source,
    line.point,
    line.price_american,
    line.point_change,
    line.price_change_prob,
    round(extract(epoch from game.commence_at - line.valid_from) / 3600, 2) as hours_before_start,
    line.valid_to - line.valid_from as stood_for,
    line.is_opening,
    line.is_closing
from game
cross join lateral curated.line_history(game.game_id, 'pinnacle', 'spreads') as line
where line.side = 'home' and line.period = 'full' and not line.in_play
order by line.source, line.valid_from
