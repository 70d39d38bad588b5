"""The queries of a view: few, each for all games at once. None of them asks for a result."""

import io
from typing import Any

import pandas as pd
import psycopg

# those of the days, and those that were listed for one of them and put off beyond the last
GAMES = """
select
    game_id, sport_key, league, season, game_date_et as game_date, home_team, away_team,
    home_team_id, away_team_id, is_valid
from curated.enhanced_games
where (
    game_date_et between %(start)s and %(end)s
    or (
        game_date_et > %(end)s
        and game_id in (
            select starts.game_id
            from staging.start_times as starts
            where starts.told_to is not null
                and (starts.commence_at at time zone 'America/New_York')::date
                between %(start)s and %(end)s
        )
    )
)
    and (%(sport)s::text is null or sport_key = %(sport)s)
"""

STARTS = """
select starts.game_id, starts.told_from, starts.told_to, starts.commence_at
from staging.start_times as starts
where starts.game_id = any(%(games)s::uuid[])
"""

# every game that somebody watched, and when a line first stood there that would be bet
FIRST_SEEN = """
select
    lines.game_id,
    min(lines.valid_from) filter (
        where looks.precedence is not null and not lines.in_play
            and (lines.is_valid or %(as_filed)s)
            and (%(books)s::text[] is null or lines.bookmaker = any(%(books)s))
            and (%(markets)s::text[] is null or lines.market = any(%(markets)s))
            and (%(periods)s::text[] is null or lines.period = any(%(periods)s))
    ) as first_seen_at
from curated.betting_lines_enhanced as lines
inner join curated.line_looks as looks
    on
        lines.game_id = looks.game_id
        and lines.source = looks.source
        and lines.bookmaker = looks.bookmaker
        and lines.market = looks.market
        and lines.period = looks.period
where lines.game_id = any(%(games)s::uuid[]) and lines.valid_from is not null
group by lines.game_id
"""

_COLUMNS = """
    lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.side,
    lines.point, lines.price_american as american, lines.price_decimal as decimal,
    lines.quality_score as quality, lines.line_id, lines.batch_id,
    array_to_string(lines.validation_notes, ',') as notes
"""
_WANTED = """
    lines.market in ('h2h', 'spreads', 'totals') and lines.side in ('home', 'away', 'over', 'under')
    and (lines.is_valid or %(as_filed)s)
"""

# as curated.lines_as_of, for many games at moments of their own; a book's own line counts, never a
# figure that a source makes of several books
STANDING = f"""
select {_COLUMNS}, lines.seen_at as observed_at, lines.precedence, lines.is_opening as at_opening
from unnest(%(games)s::uuid[], %(at)s::timestamptz[]) as wanted (game_id, at)
cross join lateral (
    select each_line.*, looks.precedence, looks.seen_at
    from curated.betting_lines_enhanced as each_line
    inner join (
        select
            line_looks.*,
            (
                select max(each_look.looked_at)
                from unnest(line_looks.looked_at) as each_look (looked_at)
                where each_look.looked_at <= wanted.at
            ) as seen_at
        from curated.line_looks
        where line_looks.game_id = wanted.game_id
        offset 0
    ) as looks
        on
            each_line.source = looks.source
            and each_line.bookmaker = looks.bookmaker
            and each_line.market = looks.market
            and each_line.period = looks.period
    where
        each_line.game_id = wanted.game_id
        and each_line.valid_from <= wanted.at
        and (each_line.valid_to > wanted.at or each_line.valid_to is null)
        and looks.seen_at is not null
        and looks.precedence is not null
        and not each_line.in_play
    offset 0
) as lines
where {_WANTED}
"""

OPENINGS = f"""
select
    lines.game_id, lines.source, lines.bookmaker, lines.market, lines.period, lines.side,
    lines.point as opening_point, lines.price_decimal as opening_decimal
from unnest(%(games)s::uuid[], %(at)s::timestamptz[]) as wanted (game_id, at)
inner join curated.betting_lines_enhanced as lines
    on wanted.game_id = lines.game_id and lines.first_observed_at <= wanted.at
where lines.is_opening and not lines.in_play and {_WANTED}
"""

# what a label tells was there at an unknown time: of a game with a moment it counts at its close
# alone, and not where it was told afterwards
LABELLED = f"""
select
    {_COLUMNS}, lines.first_observed_at as observed_at,
    case when lines.is_primary_source then '0' else '1' end || lines.source as precedence,
    lines.is_opening as at_opening
from unnest(%(games)s::uuid[], %(at)s::timestamptz[]) as wanted (game_id, at)
inner join curated.betting_lines_enhanced as lines on wanted.game_id = lines.game_id
where lines.valid_from is null
    and (lines.is_opening or (lines.is_closing and %(label)s = 'close'))
    and (
        wanted.at is null
        or (%(label)s = 'close' and coalesce(lines.first_observed_at <= wanted.at, true))
    )
    and (lines.is_primary_source or not lines.is_valid)
    and {_WANTED}
"""

# openings that would count but for what the close turned out to be
JUDGED_BY_CLOSE = """
select lines.game_id
from curated.betting_lines_enhanced as lines
where lines.game_id = any(%(games)s::uuid[])
    and lines.valid_from is null and lines.is_opening and not lines.is_valid
    and lines.validation_notes
    && array['open_close_move_impossible', 'second_half_line_in_opening']
"""

# of a source that fell silent the shares of the last day count no more
SPLITS = """
select
    splits.game_id, splits.market, splits.period, splits.side,
    avg(splits.tickets_pct) as tickets_pct, avg(splits.money_pct) as money_pct
from unnest(%(games)s::uuid[], %(at)s::timestamptz[]) as wanted (game_id, at)
inner join curated.betting_splits as splits
    on
        wanted.game_id = splits.game_id
        and splits.valid_from <= wanted.at
        and (splits.valid_to > wanted.at or splits.valid_to is null)
        and coalesce(splits.last_observed_at, splits.valid_from)
        >= wanted.at - interval '24 hours'
where splits.is_valid and coalesce(splits.is_pre_game, true)
group by splits.game_id, splits.market, splits.period, splits.side
"""

SIGNALS = """
select
    signals.game_id, signals.kind, signals.market, signals.period, signals.side,
    signals.detected_at, signals.strength, signals.confidence, signals.move_prob
from unnest(%(games)s::uuid[], %(at)s::timestamptz[]) as wanted (game_id, at)
inner join staging.sharp_action_signals as signals
    on wanted.game_id = signals.game_id and signals.detected_at <= wanted.at
where signals.market in ('h2h', 'spreads', 'totals')
    and signals.side in ('home', 'away', 'over', 'under')
"""

TEAMS = """
select
    wanted.place, wanted.team_id, stats.games, stats.win_pct, stats.points_for_avg,
    stats.points_against_avg, stats.last_5_margin_avg, stats.last_10_margin_avg,
    stats.last_10_wins, stats.streak, stats.games_last_7_days,
    wanted.listed_on - stats.last_game_date_et - 1 as rest_days,
    case when stats.game_id_today = wanted.game_id then stats.head_to_head_games end
        as head_to_head_games,
    case when stats.game_id_today = wanted.game_id then stats.head_to_head_margin_avg end
        as head_to_head_margin_avg
from unnest(
    %(place)s::integer[], %(games)s::uuid[], %(teams)s::text[], %(seasons)s::text[],
    %(mornings)s::date[], %(listed)s::date[]
) as wanted (place, game_id, team_id, season, morning_et, listed_on)
inner join curated.team_stats_daily as stats
    on
        stats.team_season_id = wanted.team_id || '|' || wanted.season
        and wanted.morning_et = stats.morning_et
"""

MOMENTS = ("told_from", "told_to", "commence_at", "first_seen_at", "observed_at", "detected_at")
TEXTS = {
    name: "object"
    for name in (
        "game_id", "sport_key", "league", "season", "home_team", "away_team", "home_team_id",
        "away_team_id", "source", "bookmaker", "market", "period", "side", "line_id", "batch_id",
        "notes", "precedence", "kind", "team_id", "home_periods", "away_periods",
        "halted_home_periods", "halted_away_periods",
    )
}  # fmt: skip


def frame(
    connection: psycopg.Connection[Any], query: str, parameters: dict[str, Any]
) -> pd.DataFrame:
    """Rows of a query as columns: texts as objects ('' for none), moments as UTC without a zone.

    Whole tables come by COPY, several times faster than row by row.
    """
    content = io.BytesIO()
    with connection.cursor() as cursor:
        statement = psycopg.ClientCursor(connection).mogrify(query, parameters)
        with cursor.copy(f"copy ({statement}) to stdout (format csv, header)") as rows:
            for piece in rows:
                content.write(piece)
    content.seek(0)
    names = content.readline().decode().strip().split(",")
    content.seek(0)
    found = pd.read_csv(
        content, dtype=TEXTS, keep_default_na=False, low_memory=False,
        na_values={name: [""] for name in names if name not in TEXTS},
        true_values=["t"], false_values=["f"],
    )  # fmt: skip
    for name in set(names) & set(MOMENTS):
        zoned = pd.to_datetime(found[name], utc=True, format="ISO8601")
        found[name] = zoned.dt.tz_localize(None).astype("datetime64[us]")
    return found
