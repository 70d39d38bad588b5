create function curated.games_between(first_day_et date, last_day_et date)
returns setof curated.enhanced_games
language sql stable parallel safe
as $$
    select games.*
    from curated.enhanced_games as games
    where games.game_date_et between games_between.first_day_et and games_between.last_day_et
    order by games.game_date_et, games.commence_at, games.game_id
$$;

comment on function curated.games_between is
'One row per game on the days from the first to the last (US Eastern, both included), as curated.enhanced_games.';
