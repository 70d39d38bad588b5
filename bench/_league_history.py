"""Staging filled with what a frequent look at games of the sandbox's league shows, and the models
that make signals of it built over that, without a promotion."""

import hashlib
import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import psycopg

from linehouse.promotion import invoke
from linehouse.promotion.touch import Touched, make_candidate, set_parameters
from linehouse.promotion.zones import defer_folder
from linehouse.sandbox.league.bookmakers import BOOKMAKERS
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.watched import (
    SOURCE,
    SPLITS_SOURCE,
    looks_before,
    seen_lines,
    seen_splits,
)
from linehouse.settings import Mode

LOOK_MINUTES = 5.0
DENSE_HOURS = 24.0
SPARSE_HOURS = 72.0
SPARSE_MINUTES = 180.0
SPLIT_MINUTES = 60.0
BATCH = uuid.UUID(int=1)
LEAGUES = {"basketball_nba": "nba", "baseball_mlb": "mlb"}
SIGNAL_MODELS = (
    "int_market_moments",
    "int_consensus_moments",
    "int_public_moments",
    "int_line_signals",
    "int_book_signals",
    "int_public_signals",
    "sharp_action_signals",
)


def game_id(game: Game) -> uuid.UUID:
    """The game's identifier in this warehouse."""
    return uuid.UUID(hex=hashlib.md5(game.event_id.encode()).hexdigest())


def looks_at(game: Game, minutes: float = LOOK_MINUTES) -> list[datetime]:
    """When the game is looked at: every three hours, in the last day every so many minutes."""
    start = game.starts_at
    dense = looks_before(start, DENSE_HOURS, minutes)
    sparse = looks_before(start, SPARSE_HOURS, SPARSE_MINUTES)
    return [look for look in sparse if look < dense[0]] + dense


def fill(
    connection: psycopg.Connection[Any],
    league: League,
    games: Sequence[Game],
    minutes: float = LOOK_MINUTES,
) -> None:
    """Write these games into staging, as owner of its tables: lines, looks, splits, results."""
    teams = dict(
        connection.execute(
            "select full_name, min(team_id) from reference.team_names group by full_name"
        ).fetchall()
    )
    _copy(
        connection, "games",
        "game_id, sport_key, league, season, season_type, game_date_et, commence_at, home_team,"
        " away_team, home_team_id, away_team_id, status, home_score, away_score, completed_at,"
        " source, batch_id, is_valid, validation_notes",
        (
            (
                game_id(game), game.sport_key, LEAGUES[game.sport_key], game.fixture.season,
                "season", game.fixture.date_et, game.starts_at, game.fixture.home.name,
                game.fixture.away.name, teams[game.fixture.home.name],
                teams[game.fixture.away.name], "final", game.home_score, game.away_score,
                game.reported_at, SOURCE, BATCH, True, [],
            )
            for game in games
        ),
    )  # fmt: skip
    _copy(
        connection, "start_times", "game_id, telling, told_from, told_to, commence_at",
        (
            (
                game_id(game), number + 1, None if number == 0 else told_at,
                game.told_starts[number + 1][0] if number + 1 < len(game.told_starts) else None,
                start,
            )
            for game in games
            for number, (told_at, start) in enumerate(game.told_starts)
        ),
    )  # fmt: skip
    looks = {game.event_id: looks_at(game, minutes) for game in games}
    decimals: dict[int, float] = {}
    with connection.cursor().copy(
        "copy staging.betting_lines (line_id, game_id, source, bookmaker, market, period, side,"
        " point, price_american, price_decimal, valid_from, valid_to, first_observed_at,"
        " last_observed_at, told_commence_at, observations, in_play, is_opening, is_closing,"
        " batch_id, is_valid, validation_notes) from stdin"
    ) as copy:
        for game in games:
            for line in seen_lines(league, game, looks[game.event_id]):
                price = line.price_american
                if price not in decimals:
                    decimals[price] = round(1 + (price / 100 if price > 0 else -100 / price), 6)
                copy.write_row(
                    (
                        _line_id(game, line.bookmaker, line.market, line.side, line.valid_from),
                        game_id(game), SOURCE, line.bookmaker, line.market, "full", line.side,
                        line.point, price, decimals[price], line.valid_from, line.valid_to,
                        line.valid_from, line.last_observed_at,
                        game.told_start(line.last_observed_at), 1, False, line.is_opening,
                        line.is_closing, BATCH, True, [],
                    )
                )  # fmt: skip
    _copy(
        connection, "line_looks", "game_id, source, bookmaker, market, period, looked_at",
        (
            (game_id(game), SOURCE, book, market, "full", _from(league, game, book, looks))
            for game in games
            for book in _books(league, game)
            for market in ("h2h", "spreads", "totals")
        ),
    )  # fmt: skip
    _copy(
        connection, "betting_splits",
        "split_id, game_id, source, bookmaker, market, period, side, tickets_pct, money_pct,"
        " valid_from, valid_to, last_observed_at, observations, is_pre_game, batch_id, is_valid,"
        " validation_notes",
        (
            (
                _line_id(game, "public", split.market, split.side, split.valid_from),
                game_id(game), SPLITS_SOURCE, None, split.market, "full", split.side,
                split.tickets_pct, split.money_pct, split.valid_from, split.valid_to,
                split.last_observed_at, 1, True, BATCH, True, [],
            )
            for game in games
            for split in seen_splits(
                league, game, looks_before(game.starts_at, SPARSE_HOURS, SPLIT_MINUTES)
            )
        ),
    )  # fmt: skip
    connection.execute("analyze staging.games, staging.betting_lines, staging.betting_splits")
    connection.execute("analyze staging.line_looks, staging.start_times")


def build_signals(
    connection: psycopg.Connection[Any], mode: Mode, as_of: datetime
) -> invoke.Invocation:
    """Build the signals of every game in staging into `staging_candidate`; call it as etl."""
    games = {game for (game,) in connection.execute("select game_id from staging.games")}
    make_candidate(connection, "staging_candidate", Touched(0, "all", games))
    set_parameters(connection, as_of)
    connection.commit()
    return build_models(mode, SIGNAL_MODELS)


def build_models(mode: Mode, models: Sequence[str]) -> invoke.Invocation:
    """Build these models into their candidate schemas; all others are read as published."""
    return invoke.run(
        mode,
        "candidate",
        [
            "run", "--select", *models,
            "--defer", "--favor-state", "--state", str(defer_folder(mode)),
        ],
    )  # fmt: skip


def _books(league: League, game: Game) -> list[str]:
    return [key for key in BOOKMAKERS if league.book_on(game, key).opens_at < game.starts_at]


def _from(
    league: League, game: Game, book: str, looks: dict[str, list[datetime]]
) -> list[datetime]:
    opens_at = league.book_on(game, book).opens_at
    return [look for look in looks[game.event_id] if look >= opens_at]


def _line_id(game: Game, *parts: Any) -> uuid.UUID:
    text = "|".join(map(str, (game.event_id, *parts)))
    return uuid.UUID(hex=hashlib.md5(text.encode()).hexdigest())


def _copy(connection: psycopg.Connection[Any], table: str, columns: str, rows: Any) -> None:
    with connection.cursor().copy(f"copy staging.{table} ({columns}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


def after(games: Sequence[Game]) -> datetime:
    """A moment by which all of them are over."""
    return max(game.reported_at for game in games) + timedelta(days=1)
