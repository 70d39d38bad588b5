"""Signals against what the league really planted, amid its noise; and nothing looks ahead.

Games are looked at every five minutes of their last day. Sizes are those that are asked for: steam
of 70 % of the books within half an hour by a unit or more, reverse moves of half a unit or more
against 60 % of the tickets, prices stale for ten minutes and more, arbitrages of one per cent and
more. The curve for weaker ones and whole seasons: `linehouse bench signals`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from bench._league_history import (
    after,
    build_models,
    build_signals,
    fill,
    game_id,
    looks_at,
)
from bench._signal_truth import ALARMS, SCORES, Alarm, read_alarms
from linehouse import database
from linehouse.promotion.touch import Touched, make_candidate
from linehouse.runtime.postgres import EmbeddedPostgres
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.watched import seen_lines
from linehouse.settings import Mode
from tests.fixtures.databases import replace_database

pytestmark = pytest.mark.slow

SEED = 20260418
SEASONS = {"basketball_nba": "2025-26", "baseball_mlb": "2026"}
OF_EACH = {"steam": 9, "reverse": 8, "stale": 7, "arbitrage": 6}
WITHOUT = 8
"""Games of each league in which nothing was planted."""
SLIPPED = 4
"""Games of each league whose start was told anew."""
MODE = Mode.SANDBOX
Row = tuple[Any, ...]


@dataclass
class Watched:
    """The games of the sample, and what the models found in them."""

    league: League
    games: list[Game]
    alarms: list[Alarm]
    rows: dict[Any, list[Row]]
    """Game to its rows of signals, whole."""


def sample(league: League) -> list[Game]:
    chosen: dict[str, Game] = {}
    for sport, season in SEASONS.items():
        games = [
            game
            for game in league.regular_season(sport, season)
            if game.fixture.postponed_at is None
        ]
        for kind, count in OF_EACH.items():
            planted = [game for game in games if getattr(game.planted, kind) is not None]
            chosen |= {game.event_id: game for game in planted[:count]}
        plain = [game for game in games[100:] if not any(vars(game.planted).values())]
        chosen |= {game.event_id: game for game in plain[:WITHOUT]}
        slipped = [game for game in games if len(game.told_starts) > 1]
        chosen |= {game.event_id: game for game in slipped[:SLIPPED]}
    return list(chosen.values())


def found_rows() -> dict[Any, list[Row]]:
    with database.connect(MODE) as connection:
        cursor = connection.execute("select * from staging_candidate.sharp_action_signals")
        names = [column.name for column in cursor.description or ()]
        place = names.index("game_id")
        rows: dict[Any, list[Row]] = {}
        for row in cursor.fetchall():
            rows.setdefault(row[place], []).append(row)
        return rows


@pytest.fixture(scope="module")
def watched(postgres_server: EmbeddedPostgres, _sandbox_template: str) -> Iterator[Watched]:
    replace_database(postgres_server, "linehouse_sandbox", _sandbox_template)
    league = League(SEED)
    games = sample(league)
    with database.connect(MODE, "owner") as connection:
        fill(connection, league, games)
    with database.connect(MODE) as connection:
        build_signals(connection, MODE, after(games))
        by_id = {game_id(game): game for game in games}
        rows = connection.execute(ALARMS.format(schema="staging_candidate")).fetchall()
    yield Watched(league, games, read_alarms(rows, by_id), found_rows())


@pytest.mark.parametrize("kind", SCORES)
def test_what_was_planted_is_found_and_alarms_are_right(watched: Watched, kind: str) -> None:
    score = SCORES[kind](watched.league, watched.games, watched.alarms)
    assert score.planted >= 7, "too few to say anything"
    assert score.alarms >= 20
    assert score.recall >= 0.95, score.missed
    assert score.precision >= 0.95, score.false_alarms


def test_every_kind_is_found_with_all_that_it_says(watched: Watched) -> None:
    with database.connect(MODE) as connection:
        rows = connection.execute(
            """
            select
                kind, count(*), bool_and(tier is not null),
                bool_and(no_vig_prob between 0.02 and 0.98),
                bool_and(gap_seconds > 0), bool_and(strength between 0.5 and 1),
                bool_and(detected_at < told_commence_at)
            from staging_candidate.sharp_action_signals where hours_before_start < 25 group by kind
            """
        ).fetchall()
    kinds = {kind for kind, *_ in rows}
    assert kinds >= {
        "steam", "consensus_shift", "reverse_line_movement", "sharp_money",
        "public_against_money", "stale_price", "arbitrage",
    }  # fmt: skip
    for kind, count, *facts in rows:
        assert count > 5 and all(facts), (kind, facts)


def test_movements_are_those_that_the_bookmakers_made(watched: Watched) -> None:
    """Counted apart, from the very quotes; and what came of the signals is told beside them."""
    few = watched.games[::9]
    with database.connect(MODE) as connection:
        make_candidate(
            connection, "curated_candidate", Touched(0, "all", {game_id(game) for game in few})
        )
        connection.commit()
    build_models(
        MODE,
        (
            "slice_curated_lines", "int_line_moments", "int_line_moves", "int_line_follows",
            "movement_analysis", "lead_lags", "curated_betting_splits", "split_states",
        ),
    )  # fmt: skip
    with database.connect(MODE) as connection:
        told = {
            tuple(row[:3]): row[3:]
            for row in connection.execute(
                "select game_id, bookmaker, market, moves, point_moves, opening_point::float,"
                " closing_price_american, moves_first + moves_behind"
                " from curated_candidate.movement_analysis"
            ).fetchall()
        }
        states = connection.execute(
            "select state, count(distinct game_id) from curated_candidate.split_states"
            " group by state"
        ).fetchall()
        leads = dict(
            connection.execute(
                "select leader, sum(follows) from curated_candidate.lead_lags group by leader"
            ).fetchall()
        )
    counted = {}
    for game in few:
        series: dict[tuple[Any, ...], list[Any]] = {}
        for line in seen_lines(watched.league, game, looks_at(game)):
            if line.side in ("home", "over"):
                series.setdefault((game_id(game), line.bookmaker, line.market), []).append(line)
        for key, lines in series.items():
            pairs = [
                (one, two)
                for one, two in pairwise(lines)
                if (one.price_american, one.point) != (two.price_american, two.point)
            ]
            counted[key] = (
                len(pairs),
                sum(one.point != two.point for one, two in pairs),
                lines[0].point,
                lines[-1].price_american if lines[-1].is_closing else None,
            )
    assert {key: row[:4] for key, row in told.items()} == counted
    assert dict(states).keys() == {"open", "early", "sharp", "pregame", "closing", "close"}
    assert leads["pinnacle"] == max(leads.values()), "the quickest book leads most"


def cut_of(game: Game) -> datetime:
    """What was seen later is taken away in half of the games, told otherwise in the rest: in the
    midst of what was planted, where a look ahead shows most, or some hours before the start."""
    planted, soon = game.planted, timedelta(minutes=7)
    if planted.stale is not None:
        return planted.stale.news_at + timedelta(minutes=22)
    if planted.arbitrage is not None:
        return planted.arbitrage.begins_at + soon
    moved = planted.steam or planted.reverse
    return moved.at + soon if moved else game.fixture.scheduled_at - timedelta(hours=5)


def test_nothing_looks_ahead(watched: Watched) -> None:
    """Delete or shift and change all rows after a moment: nothing dated earlier changes."""
    games = watched.games[::2]
    cuts = {game_id(game): cut_of(game) for game in games}
    with database.connect(MODE, "owner") as connection:
        connection.execute(
            "create table staging.cuts (game_id uuid primary key, cut timestamptz, gone boolean)"
        )
        for number, (game, cut) in enumerate(cuts.items()):
            connection.execute(
                "insert into staging.cuts values (%s, %s, %s)", [game, cut, number % 2 == 0]
            )
        for table in ("games", "start_times", "betting_lines", "line_looks", "betting_splits"):
            connection.execute(
                f"delete from staging.{table}"
                " where game_id not in (select game_id from staging.cuts)"
            )
        for statement in _RETOLD:
            connection.execute(statement)
        connection.execute("drop table staging.cuts")
    with database.connect(MODE) as connection:
        build_signals(connection, MODE, after(games))
    again = found_rows()

    compared = 0
    for game, cut in cuts.items():
        earlier = _until(watched.rows.get(game, []), cut)
        assert _until(again.get(game, []), cut) == earlier
        compared += len(earlier)
    assert compared > 100
    later = sum(len(watched.rows.get(game, [])) for game in cuts) - compared
    changed = sum(
        sorted(map(str, watched.rows.get(game, []))) != sorted(map(str, again.get(game, [])))
        for game in cuts
    )
    assert later > 50 and changed > len(cuts) / 3, "what was told otherwise was not read"


def _until(rows: list[Row], cut: datetime) -> list[str]:
    return sorted(str(row) for row in rows if _moment(row) <= cut)


def _moment(row: Row) -> datetime:
    return next(value for value in row if isinstance(value, datetime))


_SHIFT = "interval '17 minutes'"
_RETOLD = (
    # gone: as if nobody had looked again
    "delete from staging.betting_lines as l using staging.cuts as c"
    " where l.game_id = c.game_id and c.gone and l.valid_from > c.cut",
    "update staging.betting_lines as l set valid_to = null,"
    " last_observed_at = least(last_observed_at, c.cut), is_closing = false from staging.cuts as c"
    " where l.game_id = c.game_id and c.gone and l.valid_to > c.cut",
    "delete from staging.betting_splits as l using staging.cuts as c"
    " where l.game_id = c.game_id and c.gone and l.valid_from > c.cut",
    "update staging.betting_splits as l set valid_to = null from staging.cuts as c"
    " where l.game_id = c.game_id and c.gone and l.valid_to > c.cut",
    "update staging.line_looks as l set looked_at = array("
    "select x from unnest(l.looked_at) as x where x <= c.cut order by x)"
    " from staging.cuts as c where l.game_id = c.game_id and c.gone",
    "delete from staging.start_times as l using staging.cuts as c"
    " where l.game_id = c.game_id and c.gone and l.told_from > c.cut",
    "update staging.start_times as l set told_to = null from staging.cuts as c"
    " where l.game_id = c.game_id and c.gone and l.told_to > c.cut",
    # told otherwise: later by some minutes, at other prices, with the public on the other side
    f"update staging.betting_lines as l set valid_from = valid_from + {_SHIFT},"
    " price_decimal = round(price_decimal * case when side in ('home', 'over') then 1.3"
    " else 0.9 end, 6)"
    " from staging.cuts as c where l.game_id = c.game_id and not c.gone and l.valid_from > c.cut",
    f"update staging.betting_lines as l set valid_to = valid_to + {_SHIFT} from staging.cuts as c"
    " where l.game_id = c.game_id and not c.gone and l.valid_to > c.cut",
    f"update staging.betting_splits as l set valid_from = valid_from + {_SHIFT},"
    " tickets_pct = 100 - tickets_pct from staging.cuts as c"
    " where l.game_id = c.game_id and not c.gone and l.valid_from > c.cut",
    f"update staging.betting_splits as l set valid_to = valid_to + {_SHIFT} from staging.cuts as c"
    " where l.game_id = c.game_id and not c.gone and l.valid_to > c.cut",
    "update staging.line_looks as l set looked_at = array("
    f"select case when x > c.cut then x + {_SHIFT} else x end"
    " from unnest(l.looked_at) as x order by x)"
    " from staging.cuts as c where l.game_id = c.game_id and not c.gone",
    "update staging.start_times as l set commence_at = commence_at + interval '40 minutes'"
    " from staging.cuts as c where l.game_id = c.game_id and not c.gone and l.told_from > c.cut",
    "update staging.games set status = 'scheduled', home_score = null, away_score = null,"
    " commence_at = commence_at + interval '40 minutes', completed_at = null",
)
