"""A recorded scoreboard of Action Network, which copies one consensus to every book, from its file
to curated: each side's shares stand there once. Its league is one of seeds of our own."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from linehouse import database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw, promote
from linehouse.promotion.deploy import deploy
from linehouse.settings import Mode, get_settings
from linehouse.sources import registry
from linehouse.sources.base import Payload

SPORT = "americanfootball_nfl"
CAPTURE = "payloads/action_network/nfl_api_responses_20251109_033124.json"
MARKETS = {"moneyline": "h2h", "spread": "spreads", "total": "totals"}
Side = tuple[str, str, str]  # event, market, side
Shares = tuple[int, int]  # per cent of tickets and of money


@pytest.fixture
def scoreboards(real_data: Path) -> list[Payload]:
    """The two answers of the capture, half a minute apart."""
    found = []
    for entry in json.loads((real_data / CAPTURE).read_bytes()):
        address, _, query = entry["url"].partition("?")
        if address.endswith("/v2/scoreboard/nfl"):
            found.append(
                Payload(
                    "action_network", "scoreboard", json.dumps(entry["data"]).encode(),
                    datetime.fromisoformat(entry["timestamp"]).replace(tzinfo=UTC),
                    sport_key=SPORT, status=200,
                    params=dict(pair.split("=") for pair in query.split("&")),
                )
            )  # fmt: skip
    assert len(found) == 2
    return found


@pytest.fixture
def nfl(
    fresh_database: Mode,
    tmp_path: Path,
    scoreboards: list[Payload],
    monkeypatch: pytest.MonkeyPatch,
) -> Mode:
    """A deployed warehouse that knows the league and the clubs of the capture."""
    teams = {
        f"nfl_{team['abbr'].lower()}": team
        for board in scoreboards
        for game in json.loads(board.body)["games"]
        for team in game["teams"]
    }
    names = {team_id: team["full_name"] for team_id, team in teams.items()}
    seeds = {
        "sports": [
            "sport_key,league,title,season_type,season_start_month,two_year_label",
            f"{SPORT},nfl,NFL,season,8,false",
        ],
        "teams": [
            "team_id,league,franchise,abbreviation",
            *(f"{key},nfl,{team['display_name']},{team['abbr']}" for key, team in teams.items()),
        ],
        "team_names": [
            "team_id,full_name,first_season_start,last_season_start",
            *(f"{key},{name},1960," for key, name in names.items()),
        ],
        "team_aliases": [
            "league,alias,source,team_id",
            *(f"nfl,{name},,{key}" for key, name in names.items()),
        ],
    }
    for seed, lines in seeds.items():
        (tmp_path / f"{seed}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.setenv("LINEHOUSE_SEEDS", str(tmp_path))
    monkeypatch.setenv("SPORTS", SPORT)
    get_settings.cache_clear()
    assert deploy(fresh_database).changed
    return fresh_database


def written(board: Payload) -> dict[Side, list[Shares]]:
    """What the file says of each side, once for each copy of it."""
    found: dict[Side, list[Shares]] = defaultdict(list)
    for game in json.loads(board.body)["games"]:
        for periods in game["markets"].values():
            for market, outcomes in periods["event"].items():
                for outcome in outcomes if market in MARKETS else ():
                    if outcome.get("bet_info"):
                        shares = (
                            outcome["bet_info"][kind]["percent"] for kind in ("tickets", "money")
                        )
                        side = (str(game["id"]), MARKETS[market], outcome["side"])
                        found[side].append(tuple(shares))  # type: ignore[arg-type]
    return found


def ask(mode: Mode, query: str) -> list[tuple[Any, ...]]:
    with database.connect(mode) as connection:
        return connection.execute(query).fetchall()


@pytest.mark.slow
def test_shares_that_are_copied_to_every_book_stand_once_a_side(
    nfl: Mode, scoreboards: list[Payload]
) -> None:
    first, second = (written(board) for board in scoreboards)
    assert first == second and len(first) == 84
    copies = sum(map(len, first.values()))
    assert copies == 660 and all(len(set(shares)) == 1 for shares in first.values())

    for board in scoreboards:
        land_payload(board, registry.get("action_network"), mode=nfl, run_key="capture")
    now = max(board.observed_at for board in scoreboards if board.observed_at)
    now += timedelta(minutes=1)
    held = [one.sentence for one in gate_raw(nfl, now=now) if not one.accepted]
    assert held == []
    for zone in ("staging", "curated"):
        assert promote(nfl, zone, as_of=now).state == "published"

    told = ask(
        nfl,
        "select r.source_event_id, s.market, s.side, s.tickets_pct, s.money_pct, s.bookmaker,"
        " s.is_valid, s.valid_to, s.last_observed_at - s.valid_from, s.is_pre_game, s.tellers"
        " from curated.betting_splits as s inner join ops.game_registry as r using (game_id)",
    )
    assert len(told) == len(first)
    assert {row[:3]: [row[3:5]] for row in told} == {
        side: [shares[0]] for side, shares in first.items()
    }
    stood = scoreboards[1].observed_at - scoreboards[0].observed_at  # type: ignore[operator]
    assert {row[5:9] for row in told} == {(None, True, None, stood)}, "of no book"
    before = "told by one; the game that is over counts for nothing"
    assert Counter(row[9:] for row in told) == {(True, 1): 78, (False, None): 6}, before
    assert ask(
        nfl,
        "select count(*), count(distinct (game_id, market, side)) from curated.split_states"
        " where state = 'open'",
    ) == [(78, 78)]
    assert ask(nfl, "select count(distinct bookmaker) > 5 from curated.betting_lines_enhanced") == [
        (True,)
    ]
