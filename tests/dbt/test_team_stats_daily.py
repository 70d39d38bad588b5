"""curated.team_stats_daily against a walk through the mornings of random seasons."""

import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import asin, cos, radians, sin, sqrt
from typing import Any, NamedTuple

import psycopg
import pytest
from jinja2 import Environment
from psycopg.rows import dict_row

from linehouse import database
from linehouse.settings import PROJECT_ROOT, Mode

FIRST_DAY = date(2026, 4, 1)
TEAMS = 6
DAYS = 45


class Game(NamedTuple):
    """A game from one team's side, as int_team_games has it."""

    team: str
    day: date
    number: int
    opponent: str
    is_home: bool
    is_called_off: bool
    known_on: date | None
    points_for: int | None
    points_against: int | None
    place: tuple[float, float] | None
    is_believed: bool = True
    """Whether its score breaks no rule."""


class Pace(NamedTuple):
    """What a source told of a team's pace, and on which day."""

    team: str
    day: date
    pace: float


def season(rng: random.Random) -> tuple[list[Game], list[Pace]]:
    """Doubleheaders, days off, games called off, on neutral ground, to come, ended late, and such
    whose score nobody believes."""
    games, paces = [], []
    for day in (FIRST_DAY + timedelta(days=number) for number in range(DAYS)):
        teams = rng.sample(range(TEAMS), TEAMS)
        for home, away in zip(teams[::2], teams[1::2], strict=True):
            if rng.random() < 0.25:
                continue
            for number in range(1, 3 if rng.random() < 0.15 else 2):
                called_off = rng.random() < 0.1
                over = not called_off and day < FIRST_DAY + timedelta(days=DAYS - 5)
                known_on = day + timedelta(days=rng.choice((0, 0, 0, 0, 4))) if over else None
                points = (rng.randrange(9), rng.randrange(9)) if over else (None, None)
                place = None if rng.random() < 0.05 else (30.0 + home, -80.0 - 2 * home)
                believed = rng.random() < 0.9
                for team, other, is_home in ((home, away, True), (away, home, False)):
                    own, others = points if is_home else points[::-1]
                    games.append(
                        Game(
                            f"t{team}", day, number, f"t{other}", is_home, called_off,
                            known_on, own, others, place, believed,
                        )
                    )  # fmt: skip
        if rng.random() < 0.3:
            paces.append(Pace(f"t{rng.randrange(TEAMS)}", day, round(rng.uniform(90, 110), 1)))
    return games, paces


def model() -> str:
    """The model's SQL over two temporary tables."""
    folder = PROJECT_ROOT / "dbt"
    macros = "".join(
        (folder / "macros" / name).read_text("utf-8") for name in ("numbers.sql", "distances.sql")
    )
    text = (folder / "models/curated/statistics/team_stats_daily.sql").read_text("utf-8")
    tables = {"int_team_games": "told_games", "team_stats": "told_stats"}
    return Environment(autoescape=False).from_string(macros + text).render(ref=tables.__getitem__)


@pytest.fixture
def connection(fresh_database: Mode) -> Iterator[psycopg.Connection[Any]]:
    with database.connect(fresh_database) as connected:
        yield connected


def built(
    connection: psycopg.Connection[Any], games: list[Game], paces: list[Pace]
) -> list[dict[str, Any]]:
    connection.execute(
        """
        drop table if exists told_games, told_stats;
        create temporary table told_games (
            team_season_id text, team_id text, season text default '2026',
            league text default 'mlb', game_id uuid, game_date_et date, commence_at timestamptz,
            game_number int, opponent_team_id text, is_home boolean, is_called_off boolean,
            is_played boolean, is_result boolean, known_on_et date, points_for int,
            points_against int, latitude numeric, longitude numeric
        );
        create temporary table told_stats (
            stat_id uuid default gen_random_uuid(), team_season_id text, scope text,
            observed_at timestamptz, stats jsonb
        )
        """
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into told_games (team_season_id, team_id, game_id, game_date_et, game_number,"
            " opponent_team_id, is_home, is_called_off, is_played, is_result, known_on_et,"
            " points_for, points_against, latitude, longitude) values (%s || '|2026', %s,"
            " md5(%s)::uuid, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    g.team, g.team, f"{g.day}{g.number}{sorted((g.team, g.opponent))}", g.day,
                    g.number, g.opponent, g.is_home, g.is_called_off, g.points_for is not None,
                    g.points_for is not None and g.is_believed, g.known_on or g.day,
                    g.points_for, g.points_against, *(g.place or (None, None)),
                )
                for g in games
            ],
        )  # fmt: skip
        cursor.executemany(
            "insert into told_stats (team_season_id, scope, observed_at, stats) values"
            " (%s || '|2026', 'season_to_date', %s::date + time '20:00', jsonb_build_object("
            "'PACE', %s::text))",
            paces,
        )
    rows = connection.cursor(row_factory=dict_row)
    return rows.execute(f"{model()} order by team_id, morning_et").fetchall()


def mean(values: list[Any]) -> float | None:
    return sum(values) / len(values) if values else None


def margins(results: list[Game]) -> list[int]:
    return [(g.points_for or 0) - (g.points_against or 0) for g in results]


def wins(results: list[Game]) -> int:
    return sum(margin > 0 for margin in margins(results))


def streak(results: list[Game]) -> int:
    found = 0
    for margin in reversed(margins(results)):
        if margin == 0 or (found and (margin > 0) != (found > 0)):
            break
        found += 1 if margin > 0 else -1
    return found


def kilometres(one: tuple[float, float] | None, other: tuple[float, float] | None) -> int | None:
    if one is None or other is None:
        return None
    (a, b), (c, d) = ((radians(x), radians(y)) for x, y in (one, other))
    h = sin((c - a) / 2) ** 2 + cos(a) * cos(c) * sin((d - b) / 2) ** 2
    return round(2 * 6371 * asin(sqrt(h)))


def expected(games: list[Game], paces: list[Pace], morning: date) -> dict[str, Any]:
    """What is known of one team on a morning, from all its games."""
    played = sorted((g for g in games if g.points_for is not None), key=lambda g: g[1:3])
    known = sorted(
        (g for g in played if g.is_believed and g.known_on and g.known_on < morning),
        key=lambda g: (g.known_on, g.day, g.number),
    )
    before = [g for g in played if g.day < morning]
    listed = sorted(
        (g for g in games if g.day == morning and not g.is_called_off), key=lambda g: g[2]
    )
    today = listed[0] if listed else None
    met = [g for g in known if today and g.opponent == today.opponent]
    told = [p.pace for p in paces if p.day < morning]
    home, away = [g for g in known if g.is_home], [g for g in known if not g.is_home]
    return {
        "games": len(known),
        "wins": wins(known),
        "losses": sum(margin < 0 for margin in margins(known)),
        "win_pct": mean([100.0 * (margin > 0) for margin in margins(known)]),
        "points_for": sum(g.points_for or 0 for g in known),
        "points_against_avg": mean([g.points_against for g in known]),
        "home_games": len(home),
        "home_wins": wins(home),
        "home_margin_avg": mean(margins(home)),
        "away_games": len(away),
        "away_wins": wins(away),
        "away_margin_avg": mean(margins(away)),
        "last_5_wins": wins(known[-5:]),
        "last_5_margin_avg": mean(margins(known[-5:])),
        "last_10_wins": wins(known[-10:]),
        "last_10_points_for_avg": mean([g.points_for for g in known[-10:]]),
        "streak": streak(known),
        "pace": told[-1] if told else None,
        "last_game_date_et": before[-1].day if before else None,
        "rest_days": (morning - before[-1].day).days - 1 if before else None,
        "games_last_7_days": sum(g.day >= morning - timedelta(days=7) for g in before),
        "games_today": len(listed),
        "opponent_team_id": today.opponent if today else None,
        "is_home_today": today.is_home if today else None,
        "travel_km": kilometres(before[-1].place, today.place) if before and today else None,
        "head_to_head_games": len(met) if today else None,
        "head_to_head_wins": wins(met) if today else None,
        "head_to_head_margin_avg": mean(margins(met)),
    }


def test_every_morning_says_what_a_walk_through_the_games_says(
    connection: psycopg.Connection[Any],
) -> None:
    for seed in range(4):
        games, paces = season(random.Random(seed))
        rows = built(connection, games, paces)
        of_team: dict[str, list[Game]] = defaultdict(list)
        for game in games:
            of_team[game.team].append(game)
        assert len(rows) > TEAMS * (DAYS - 5)
        for row in rows:
            told = [pace for pace in paces if pace.team == row["team_id"]]
            facts = expected(of_team[row["team_id"]], told, row["morning_et"])
            found = {name: row[name] for name in facts}
            numbers = {
                name: float(value) if hasattr(value, "as_tuple") else value
                for name, value in found.items()
            }
            travelled, distance = numbers.pop("travel_km"), facts.pop("travel_km")
            assert (travelled is None) == (distance is None)
            assert distance is None or abs(travelled - distance) <= 1
            assert numbers == pytest.approx(facts, abs=1e-3), (seed, row["team_id"])


def test_a_day_s_own_results_and_later_ones_change_nothing_that_was_known(
    connection: psycopg.Connection[Any],
) -> None:
    games, paces = season(random.Random(9))
    cut = FIRST_DAY + timedelta(days=20)
    before = {
        (row["team_id"], row["morning_et"]): row
        for row in built(connection, games, paces)
        if row["morning_et"] <= cut
    }
    shifted = [
        g if g.points_for is None or (g.known_on and g.known_on < cut and g.day < cut)
        else g._replace(points_for=99, points_against=0)
        for g in games
    ]  # fmt: skip
    after = built(connection, shifted, [pace for pace in paces if pace.day < cut])
    assert any(row["points_for"] > 900 for row in after)
    for row in after:
        key = (row["team_id"], row["morning_et"])
        assert key not in before or row == before[key]
