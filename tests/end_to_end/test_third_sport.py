"""A sport that the project does not know is added by rows of seeds and a setting, nothing else."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linehouse import database
from linehouse.landing.of_source import land_source
from linehouse.promotion import gate_raw, promote
from linehouse.promotion.deploy import deploy
from linehouse.settings import Mode, get_settings
from tests.raw.conftest import Answer, Upstream
from tests.raw.conftest import upstream as upstream

SPORT = "basketball_wnba"
SEEDS = {
    "sports": """\
sport_key,league,title,season_type,season_start_month,two_year_label
basketball_wnba,wnba,WNBA,season,5,false
""",
    "teams": """\
team_id,league,franchise,abbreviation
wnba_lva,wnba,Aces,LVA
wnba_nyl,wnba,Liberty,NYL
wnba_sea,wnba,Storm,SEA
wnba_min,wnba,Lynx,MIN
""",
    "team_names": """\
team_id,full_name,first_season_start,last_season_start
wnba_lva,San Antonio Stars,2014,2017
wnba_lva,Las Vegas Aces,2018,
wnba_nyl,New York Liberty,1997,
wnba_sea,Seattle Storm,2000,
wnba_min,Minnesota Lynx,1999,
""",
    "team_aliases": """\
league,alias,source,team_id
wnba,Las Vegas Aces,,wnba_lva
wnba,New York Liberty,,wnba_nyl
wnba,Seattle Storm,,wnba_sea
wnba,Minnesota Lynx,,wnba_min
""",
    # only what differs: the ranges of the other sports stay
    "validation_rules": """\
rule,parameters
point_out_of_range,"{""wnba_spread"": [-30, 30], ""wnba_total"": [120, 220]}"
score_out_of_range,"{""wnba"": [30, 150]}"
""",
}
START = datetime(2026, 7, 10, 23, 30, tzinfo=UTC)
GAMES = {
    "a" * 32: ("New York Liberty", "Las Vegas Aces"),
    "b" * 32: ("Minnesota Lynx", "Seattle Storm"),
}
BOOKS = ("pinnacle", "draftkings", "fanduel")


def event(event_id: str, start: datetime = START) -> dict[str, Any]:
    home, away = GAMES[event_id]
    return {
        "id": event_id, "sport_key": SPORT, "sport_title": "WNBA", "home_team": home,
        "away_team": away, "commence_time": f"{start:%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip


def odds(at: datetime, home_price: int, total: float) -> list[dict[str, Any]]:
    """Both games at all books; one book's total of the second game has slipped a digit."""
    found = []
    for event_id, (home, away) in GAMES.items():
        books = []
        for book in BOOKS:
            slipped = book == "fanduel" and home == "Minnesota Lynx"
            point = total + 100 if slipped else total
            outcomes = {
                "h2h": [(home, home_price, None), (away, -home_price - 20, None)],
                "spreads": [(home, -110, -3.5), (away, -110, 3.5)],
                "totals": [("Over", -108, point), ("Under", -112, point)],
            }
            markets = [
                {
                    "key": market,
                    "last_update": f"{at - timedelta(minutes=1):%Y-%m-%dT%H:%M:%SZ}",
                    "outcomes": [
                        {"name": name, "price": price} | ({} if at is None else {"point": at})
                        for name, price, at in sides
                    ],
                }
                for market, sides in outcomes.items()
            ]
            books.append({"key": book, "title": book.title(), "markets": markets})
        found.append(event(event_id) | {"bookmakers": books})
    return found


def scores(home: int | None, away: int | None, completed: bool) -> list[dict[str, Any]]:
    return [
        event(event_id)
        | {
            "completed": completed,
            "last_update": None if home is None else "2026-07-11T02:00:00Z",
            "scores": None
            if home is None
            else [
                {"name": GAMES[event_id][0], "score": str(home)},
                {"name": GAMES[event_id][1], "score": str(away)},
            ],
        }
        for event_id in GAMES
    ]


def answer(document: list[dict[str, Any]], at: datetime) -> Answer:
    return Answer(json.dumps(document).encode(), headers={"x-sandbox-now": at.isoformat()})


def ask(mode: Mode, query: str) -> list[tuple[Any, ...]]:
    with database.connect(mode) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def wnba(
    fresh_database: Mode, tmp_path: Path, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> Mode:
    """A deployed warehouse to whose seeds a user has added a sport."""
    for seed, text in SEEDS.items():
        (tmp_path / f"{seed}.csv").write_text(text, encoding="utf-8")
    monkeypatch.setenv("LINEHOUSE_SEEDS", str(tmp_path))
    monkeypatch.setenv("SPORTS", SPORT)
    get_settings.cache_clear()
    assert deploy(fresh_database).changed
    return fresh_database


@pytest.mark.slow
def test_a_sport_of_seeds_alone_goes_from_the_upstream_to_its_closing_lines(
    wnba: Mode, upstream: Upstream
) -> None:
    mode = wnba
    moments = [
        (START - timedelta(hours=3), odds(START, -150, 168.5), scores(None, None, False)),
        (START - timedelta(minutes=20), odds(START, -160, 167.5), scores(None, None, False)),
        (START + timedelta(minutes=15), [], scores(12, 9, False)),
        (START + timedelta(hours=3), [], scores(91, 84, True)),
    ]
    for number, (at, offered, told) in enumerate(moments):
        upstream.play(answer(offered, at), answer(told, at))
        landed = land_source(mode, "the_odds_api", f"run {number}", now=at)
        assert landed.failed == []
        asked = [one.path.partition("?")[0].split("/")[-2:] for one in upstream.seen]
        assert asked == [[SPORT, "odds"], [SPORT, "scores"]]
        verdicts = gate_raw(mode, landed.batch_ids, now=at)
        assert [one.sentence for one in verdicts if not one.accepted] == []
        for zone in ("staging", "curated"):
            assert promote(mode, zone, as_of=at).state == "published"

    assert ask(
        mode,
        "select sport_key, season, season_type, game_date_et::text, home_team, away_team,"
        " home_team_id, away_team_id, status, home_score, away_score, is_valid, validation_notes"
        " from curated.enhanced_games order by home_team desc",
    ) == [
        (SPORT, "2026", "season", "2026-07-10", "New York Liberty", "Las Vegas Aces",
         "wnba_nyl", "wnba_lva", "final", 91, 84, True, []),
        (SPORT, "2026", "season", "2026-07-10", "Minnesota Lynx", "Seattle Storm",
         "wnba_min", "wnba_sea", "final", 91, 84, True, []),
    ]  # fmt: skip

    closing = ask(
        mode,
        """
        select market, side, point::float, price_american, seconds_before_start::float, is_valid
        from curated.closing_lines
        where
            bookmaker = 'pinnacle' and season = '2026' and game_id in (
                select game_id from curated.enhanced_games where home_team = 'New York Liberty'
            )
        order by market, side
        """,
    )
    assert closing == [
        ("h2h", "away", None, 140, 1200, True),
        ("h2h", "home", None, -160, 1200, True),
        ("spreads", "away", 3.5, -110, 1200, True),
        ("spreads", "home", -3.5, -110, 1200, True),
        ("totals", "over", 167.5, -108, 1200, True),
        ("totals", "under", 167.5, -112, 1200, True),
    ]

    # the sport's own ranges hold: a total of 267.5 is none, and nothing else is flagged
    flagged = ask(
        mode,
        """
        select distinct home_team, bookmaker, market, lines.validation_notes
        from curated.closing_lines as lines inner join curated.enhanced_games using (game_id)
        where not lines.is_valid
        """,
    )
    assert flagged == [("Minnesota Lynx", "fanduel", "totals", ["point_out_of_range"])]
    assert ask(mode, "select count(*) from curated.closing_lines") == [(2 * 3 * 6,)]

    # the other sports are what they were
    ((parameters,),) = ask(
        mode,
        "select parameters from reference.validation_rules where rule = 'point_out_of_range'",
    )
    assert parameters["nba_total"] == [140, 300] and parameters["wnba_total"] == [120, 220]
    assert ask(mode, "select count(*) > 60 from reference.teams") == [(True,)]
