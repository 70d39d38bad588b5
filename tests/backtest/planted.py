"""What a slate of one look after another lacks: past seasons to learn from, signals, shares."""

from typing import Any

import psycopg

PAST_DAYS = 20
EARLIER = "interval '100 minutes'"
"""By how much every other game starts before the others."""

PLANTED = (
    # two moments of decision
    f"""
    update staging.start_times as starts set commence_at = starts.commence_at - {EARLIER}
    from curated.enhanced_games as games
    where games.game_id = starts.game_id and games.home_team < 'H'
    """,
    f"""
    update curated.enhanced_games set commence_at = commence_at - {EARLIER} where home_team < 'H'
    """,
    # the same slate on each of the days before, with results
    f"""
    create temp table days as
    select games.game_id as model_id, md5(games.game_id::text || day)::uuid as game_id,
        make_interval(days => day) as ago, day,
        ('x' || substr(md5(games.home_team || day), 1, 4))::bit(16)::integer as drawn
    from curated.enhanced_games as games, generate_series(1, {PAST_DAYS}) as day
    """,
    """
    insert into curated.enhanced_games
    select (jsonb_populate_record(games, jsonb_build_object(
        'game_id', days.game_id, 'game_date_et', games.game_date_et - day,
        'known_on_et', games.game_date_et - day, 'commence_at', games.commence_at - ago,
        'status', 'final', 'is_valid', true, 'home_score', 2 * (drawn % 5),
        'away_score', 1 + 2 * (drawn / 16 % 4)
    ))).*
    from curated.enhanced_games as games inner join days on games.game_id = days.model_id
    """,
    """
    insert into staging.start_times
    select days.game_id, telling, null, null, commence_at - ago
    from staging.start_times as starts inner join days on starts.game_id = days.model_id
    """,
    """
    insert into curated.line_looks
    select (jsonb_populate_record(looks, jsonb_build_object(
        'game_id', days.game_id,
        'looked_at', (select jsonb_agg(one - ago) from unnest(looked_at) as each_look (one))
    ))).*
    from curated.line_looks as looks inner join days on looks.game_id = days.model_id
    """,
    """
    insert into curated.betting_lines_enhanced
    select (jsonb_populate_record(lines, jsonb_build_object(
        'line_id', md5(lines.line_id::text || day)::uuid, 'game_id', days.game_id,
        'game_date_et', lines.game_date_et - day, 'valid_from', valid_from - ago,
        'valid_to', valid_to - ago, 'first_observed_at', lines.first_observed_at - ago,
        'last_observed_at', lines.last_observed_at - ago
    ))).*
    from curated.betting_lines_enhanced as lines inner join days on lines.game_id = days.model_id
    where market = 'h2h'
    """,
    """
    create temp table decided as
    select starts.game_id, starts.commence_at - interval '1 hour' as at,
        not exists (select from days where days.game_id = starts.game_id) as today
    from staging.start_times as starts
    """,
    # what is said of the teams on every morning, the one after the slate too
    "delete from curated.team_stats_daily",
    """
    insert into curated.team_stats_daily
        (team_season_id, team_id, season, league, morning_et, games, wins, losses, win_pct, streak)
    select distinct on (team_season_id, morning_et)
        team_season_id, team_id, season, league, morning_et, 100, drawn % 100, 100 - drawn % 100,
        (drawn % 100) / 100.0, drawn % 7 - 3
    from (
        select
            teams.team_id || '|' || season as team_season_id, teams.team_id, season, league,
            game_date_et + after_it as morning_et,
            ('x' || substr(md5(teams.team_id || game_date_et || after_it), 1, 4))::bit(16)::integer
                as drawn
        from curated.enhanced_games
        cross join lateral (values (home_team_id), (away_team_id)) as teams (team_id)
        cross join generate_series(0, 1) as after_it
    ) as mornings
    order by team_season_id, morning_et, drawn
    """,
    # signals for the away side half an hour before each decision, and one afterwards
    """
    insert into staging.sharp_action_signals
        (signal_id, game_id, kind, market, period, side, detected_at, strength, confidence,
         move_prob, batch_id)
    select gen_random_uuid(), decided.game_id, kind, 'h2h', 'full', 'away',
        at + make_interval(mins => minutes), 0.9, 0.9, 0.03, games.batch_id
    from decided
    inner join curated.enhanced_games as games on decided.game_id = games.game_id
    cross join (values ('steam'), ('reverse_line_movement')) as kinds (kind)
    cross join (values (-30), (1)) as times (minutes)
    where today
    """,
    # four tickets of five on the home side for two hours, half of them since the decision
    """
    insert into curated.betting_splits
        (split_id, game_id, game_date_et, source, market, period, side, tickets_pct, money_pct,
         valid_from, valid_to, last_observed_at, is_pre_game, is_valid, batch_id)
    select gen_random_uuid(), decided.game_id, game_date_et, 'vsin', 'h2h', 'full', side,
        case when minutes = 0 then 50 when side = 'home' then 80 else 20 end, 50,
        at + make_interval(mins => minutes),
        case when minutes < 0 then at + interval '1 minute' end,
        case when minutes < 0 then at else at + interval '2 hours' end, true, true, batch_id
    from decided
    inner join curated.enhanced_games as games on decided.game_id = games.game_id
    cross join (values ('home'), ('away')) as sides (side)
    cross join (values (-120), (0)) as times (minutes)
    where today
    """,
    """
    update curated.betting_splits set valid_from = valid_from + interval '1 minute'
    where tickets_pct = 50
    """,
)


def plant(connection: psycopg.Connection[Any]) -> None:
    """Write it into a promoted slate. The connection has a table `decided` then: of each game the
    moment of a decision an hour before it (`at`), and whether it is one of the slate (`today`)."""
    for statement in PLANTED:
        connection.execute(statement)
