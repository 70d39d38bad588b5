"""What rows of one kind must keep to, whatever their source: games, lines, splits, injuries,
statistics, movements. Each list passes on a batch without such rows, so a feed can have several.

Single bad rows are flagged later, in staging; a batch full of them (a column that moved, a cell
that is read as another) is stopped: `MINIMUM_VALID_SHARE`.
"""

from typing import Any

from expectations import no_rows
from expectations.raw_data import LINES, RawBatch
from expectations.raw_data.readable import (
    MINIMUM_VALID_SHARE,
    SINCE,
    games_name_two_teams,
    no_duplicate_games,
    no_duplicate_lines,
)

NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"
SCOPES = {
    "team_stats_raw": ("game", "season_to_date", "standings", "head_to_head", "club"),
    "player_stats_raw": ("game", "season_to_date"),
}
LEAST_SUM, GREATEST_SUM = 97, 103
"""Since 2026-11-20: both sides' shares sum to 99 to 101 in captures, by rounding; 3 are allowed."""


def of_games(batch: RawBatch, *, may_repeat: bool = False) -> list[Any]:
    """`may_repeat`: the source names a game twice in earnest (under two days, for two broadcasts);
    then only rows that contradict each other are stopped."""
    once = _no_contradicting_games(batch) if may_repeat else no_duplicate_games(batch)
    return [
        once,
        games_name_two_teams(batch),
        _share(
            "of the games have a time or a day",
            f"select source_event_id, home_team, commence_text, status, {_is_dated()} as valid"
            f" from raw_data.games_raw where payload_id = {batch.payload_id}",
            "a game without either cannot be told from another of the same teams",
        ),
        _share(
            "of the scores are numbers, of finished games both",
            "select source_event_id, home_team, status, away_score, home_score,"
            f" coalesce(away_score ~ '{NUMBER}', completed is not true)"
            f" and coalesce(home_score ~ '{NUMBER}', completed is not true) as valid"
            f" from raw_data.games_raw where payload_id = {batch.payload_id}",
            "a finished game has a score; a word in its place is another column",
        ),
    ]


def of_lines(batch: RawBatch) -> list[Any]:
    """Prices in their format; a line without a price has a point."""
    return [
        no_duplicate_lines(batch),
        _in_games(batch, f"({batch.rows(LINES)})", "line"),
        _share(
            "of the lines are numbers",
            f"""
            select l.source_event_id, l.bookmaker, l.market, l.outcome, l.price, l.point,
                l.bookmaker <> '' and l.outcome <> ''
                and coalesce(l.point ~ '{NUMBER}', l.price is not null)
                and case
                    when l.price is null then l.point is not null
                    when l.price = 'EVEN' then l.price_format = 'american'
                    when not l.price ~ '{NUMBER}' then false
                    when l.price_format = 'decimal' then l.price::numeric > 1
                    else abs(l.price::numeric) >= 100
                end as valid
            from ({batch.rows(LINES)}) as l
            """,
            "single bad rows are flagged; a batch full of them is a fault of its own",
        ),
    ]


def of_splits(batch: RawBatch) -> list[Any]:
    """Shares from 0 to 100, of which those of both sides make a whole; 0 and 0 is no data."""
    rows = f"select * from raw_data.betting_splits_raw where payload_id = {batch.payload_id}"
    pct = (
        "({0} is null or case when {0} ~ '" + NUMBER + "' then {0}::numeric between 0 and 100 end)"
    )
    tickets, money = pct.format("tickets_pct"), pct.format("money_pct")
    side = "source_event_id, bookmaker, market, period, outcome"
    return [
        no_rows(
            "no side is named twice",
            f"select {side}, count(*) as copies from ({rows}) as s group by {side}"
            " having count(*) > 1",
            since=SINCE,
            reason="which of two shares held cannot be told",
        ),
        _in_games(batch, f"({rows})", "share"),
        _share(
            "of the shares are per cent",
            f"select {side}, tickets_pct, money_pct, market <> '' and outcome <> ''"
            f" and {tickets} and {money} as valid from ({rows}) as s",
            "a share outside of 0 to 100 is another column",
        ),
        *(_sums(rows, column) for column in ("tickets_pct", "money_pct")),
    ]


def of_injuries(batch: RawBatch) -> list[Any]:
    """A player of a team, with a status; healthy teams are not named at all."""
    return [
        _share(
            "of the injuries name a player, a team and a status",
            "select sport_key, team, player, status, btrim(player) <> ''"
            " and coalesce(btrim(team), '') <> '' and coalesce(btrim(status), '') <> '' as valid"
            f" from raw_data.injuries_raw where payload_id = {batch.payload_id}",
            "who is out, and of which team, is all that an injury says",
        )
    ]


def of_team_stats(batch: RawBatch) -> list[Any]:
    """Figures of a named team in a scope that is known."""
    return [_stats(batch, "team_stats_raw", "team")]


def of_player_stats(batch: RawBatch) -> list[Any]:
    """Figures of a named player in a scope that is known."""
    return [_stats(batch, "player_stats_raw", "player")]


def of_movements(batch: RawBatch) -> list[Any]:
    """A time, and a price or a point."""
    return [
        _share(
            "of the movements have a time and a price or a point",
            "select source_event_id, bookmaker, market, outcome, moved_text, price, point,"
            " coalesce(btrim(moved_text), '') <> ''"
            f" and (price ~ '{NUMBER}' or (price is null and point ~ '{NUMBER}')) is true as valid"
            f" from raw_data.line_movements_raw where payload_id = {batch.payload_id}",
            "a price without its time is no history",
        )
    ]


def _is_dated() -> str:
    return "(commence_at is not null or game_date_et is not null)"


def _share(what: str, judged: str, reason: str) -> Any:
    """`judged` selects rows with `valid`; too few valid ones stop the batch."""
    return no_rows(
        f"at least {MINIMUM_VALID_SHARE:.0%} {what}",
        f"with judged as ({judged}) select * from judged where valid is not true"
        f" and (select avg((valid is true)::int) from judged) < {MINIMUM_VALID_SHARE}",
        since=SINCE,
        reason=reason,
    )


def _sums(rows: str, column: str) -> Any:
    """Of sides that come in pairs. Not grouped by point: the sides of a spread differ in it."""
    group = "source_event_id, bookmaker, market, period"
    total = f"sum(case when {column} ~ '{NUMBER}' then {column}::numeric end)"
    return _share(
        f"of the pairs of {column} make a whole",
        f"select {group}, {total} as total, {total} = 0 or {total} between {LEAST_SUM} and"
        f" {GREATEST_SUM} as valid from ({rows}) as s group by {group}"
        f" having count({column}) = 2",
        "shares of one market are of all its bets; sums far from 100 mix two markets",
    )


def _stats(batch: RawBatch, table: str, named: str) -> Any:
    scopes = ", ".join(f"'{scope}'" for scope in SCOPES[table])
    return _share(
        f"of the figures have a {named} and a scope",
        f"select sport_key, {named}, scope, season, btrim({named}) <> ''"
        f" and coalesce(scope in ({scopes}), false) and stats <> jsonb_build_object() as valid"
        f" from raw_data.{table} where payload_id = {batch.payload_id}",
        "figures of nobody, or over an unknown span, mean nothing",
    )


def _in_games(batch: RawBatch, rows: str, what: str) -> Any:
    return no_rows(
        f"every {what} belongs to a game of the payload",
        f"select distinct r.source_event_id, r.market from {rows} as r where not exists ("
        f"select from raw_data.games_raw as g where g.payload_id = {batch.payload_id}"
        " and g.source_event_id = r.source_event_id)",
        since=SINCE,
        reason="without its game nobody can tell what it is about",
    )


def _no_contradicting_games(batch: RawBatch) -> Any:
    return no_rows(
        "no event has two scores",
        "select source_event_id, count(*) as copies, min(home_score) as home_score,"
        " max(home_score) as other_home_score from raw_data.games_raw"
        f" where payload_id = {batch.payload_id} and completed group by source_event_id"
        " having count(distinct (away_score, home_score)) > 1",
        since=SINCE,
        reason="a game ends once",
    )
