"""One day of the NBA, 2026-04-05, as ESPN and The Odds API were recorded and as NBA.com and SBRO
would have had it (made by hand here: neither is recorded for that day): eleven games, each once."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from linehouse import archives, database, identity
from linehouse.landing import land_payload
from linehouse.settings import Mode
from linehouse.sources import registry
from linehouse.sources.base import Payload
from tests.archives.workbooks import NBA_HEADINGS, Cells, nba_game, workbook_bytes

SPORT = "basketball_nba"
FILED_EARLY = "Minnesota Timberwolves"
"""At home in the game that the workbook has a day early."""


def espn(real_data: Path) -> list[Payload]:
    found = []
    for path in sorted((real_data / "payloads/espn/series_nba_scoreboard").glob("*.json")):
        seen = datetime.strptime(path.name[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        found.append(Payload("espn", "scoreboard", path.read_bytes(), seen, sport_key=SPORT))
    return found


def split_name(name: str) -> tuple[str, str]:
    city, _, nickname = name.rpartition(" ")
    return city, nickname


def nba_com(events: list[dict[str, Any]]) -> Payload:
    """The league's scoreboard of the day, everything over."""
    games = []
    for number, event in enumerate(events, 1):
        sides = {}
        for team in event["competitions"][0]["competitors"]:
            city, nickname = split_name(team["team"]["displayName"])
            sides[f"{team['homeAway']}Team"] = {
                "teamId": number,
                "teamCity": city,
                "teamName": nickname,
                "teamTricode": team["team"]["abbreviation"],
                "score": int(team["score"]),
                "periods": [
                    {"period": place, "periodType": "REGULAR", "score": int(line["value"])}
                    for place, line in enumerate(team["linescores"], 1)
                ],
            }
        games.append(
            {
                "gameId": f"00225{number:05d}",
                "gameCode": "20260405/XXXYYY",
                "gameStatus": 3,
                "gameStatusText": "Final",
                "period": 4,
                "gameClock": "",
                "gameTimeUTC": event["date"].replace("Z", ":00Z"),
                "gameEt": "2026-04-05T19:00:00Z",
                "regulationPeriods": 4,
                **sides,
            }
        )
    board = {"gameDate": "2026-04-05", "leagueId": "00", "games": games}
    body = json.dumps({"meta": {"version": 1}, "scoreboard": board}).encode()
    seen = datetime(2026, 4, 6, 7, tzinfo=UTC)
    return Payload("nba_stats", "scoreboard", body, seen, sport_key=SPORT)


def sbro(events: list[dict[str, Any]]) -> Payload:
    """The season's workbook with that day in it; one game is filed a day early."""
    rows: list[Cells] = []
    for number, event in enumerate(events):
        teams = {team["homeAway"]: team for team in event["competitions"][0]["competitors"]}
        cities = {
            side: split_name(team["team"]["displayName"])[0].replace(" ", "")
            for side, team in teams.items()
        }
        if cities["away"] == "LA":
            cities["away"] = "LAClippers"
        if cities["away"] == "LosAngeles":
            cities["away"] = "LALakers"
        early = teams["home"]["team"]["displayName"] == FILED_EARLY
        game = nba_game(
            404 if early else 405,
            cities["away"],
            cities["home"],
            rot=501 + 2 * number,
            finals=(int(teams["away"]["score"]), int(teams["home"]["score"])),
        )
        for side, row in zip(("away", "home"), game, strict=True):
            quarters = [int(line["value"]) for line in teams[side]["linescores"][:4]]
            rows.append((*row[:4], *quarters, *row[8:]))
    # the months of a workbook tell its years, so one game of December goes before
    before = nba_game(1225, "Houston", "LALakers", rot=499, finals=(119, 96))
    body = workbook_bytes([NBA_HEADINGS, *before, *rows])
    return Payload("sbro", "sbro_nba", body, None, name="nba odds 2025-26.xlsx")


def test_every_source_names_the_same_eleven_games(
    fresh_live_database: Mode, real_data: Path
) -> None:
    mode = fresh_live_database
    seen = espn(real_data)
    assert len(seen) == 17
    events = json.loads(seen[-1].body)["events"]
    payloads = [(registry.get(one.source), one) for one in (*seen, nba_com(events), sbro(events))]
    for day in ("20260404_212404", "20260405_212406"):
        file = real_data / "archives/oddsapi_nba_daily" / f"odds_snapshot_{day}.csv"
        payloads += list(archives.payloads(file))
    # a season of another year: its games are none of these
    finder = real_data / "payloads/nba_stats/leaguegamefinder_season_2023-24.json"
    other = Payload("nba_stats", "game_finder", finder.read_bytes(), datetime.now(UTC))
    payloads.append((registry.get("nba_stats"), other))

    for source, payload in payloads:
        assert land_payload(payload, source, mode=mode, run_key="day").outcome == "landed"
    with database.connect(mode) as connection:
        connection.execute("update ops.batches set state = 'accepted'")
        identity.take_into_force(connection)
        ids = connection.execute("select payload_id from ops.batches").fetchall()
        identity.resolve(connection, [payload_id for (payload_id,) in ids])
        rows = connection.execute(
            "select source, source_event_id, game_id, matched_by, anchor_date_et::text, reason"
            " from ops.game_registry"
        ).fetchall()

    assert all(game is not None for _, _, game, *_ in rows)
    by_game: dict[UUID, list[str]] = defaultdict(list)
    for source, _, game, *_ in rows:
        by_game[game].append(source)
    assert max(max(Counter(sources).values()) for sources in by_game.values()) == 1
    of_the_day = {game for source, _, game, *_ in rows if source == "espn"}
    assert len(of_the_day) == 11
    named = {source for game in of_the_day for source in by_game[game]}
    assert named == {"espn", "the_odds_api", "nba_stats", "sbro"}
    for game in of_the_day:
        assert Counter(by_game[game]) == dict.fromkeys(named, 1)
    told = Counter((source, by) for source, _, game, by, *_ in rows if game in of_the_day)
    assert told["sbro", "neighbouring_day"] == 1 and told["sbro", "teams_and_date"] == 10
    finder_games = len(json.loads(finder.read_bytes())["resultSets"][0]["rowSet"]) // 2
    assert sum(source == "nba_stats" for source, *_ in rows) == 11 + finder_games
