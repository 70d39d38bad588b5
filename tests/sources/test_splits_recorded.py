"""Every recorded answer that tells what the public bets is read to its last row, counted here
another way. Captures that others wrapped are unwrapped here."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from linehouse.settings import PROJECT_ROOT
from linehouse.sources import registry
from linehouse.sources.base import Payload
from linehouse.sources.rows import Parsed

FOLDER = "payloads"
CAPTURE = "action_network/nfl_api_responses_20251109_033124.json"
V2_GAME = "action_network/EXCERPT_v2_scoreboard_mlb_20260803_one_game.json"
V1_ODDS = "action_network/EXCERPT_v1_game_odds_array_nfl_20190913.json"
SBD = "sbd/v2_matchups_mlb_betting-splits_20250613.json"
VSIN_ROWS = "vsin/splits.real-capture_20260403_dk_circa.json"
VSIN_PAGE = "vsin/ASSEMBLED_splits_page_dk_20260403.html"
HEADERS = "action_network/EXCERPT_v2_scoreboard_mlb_20260803_response_headers.json"

EXPECTED = {
    # what: games, prices or points, sides with shares
    f"{CAPTURE}#4": (14, 744, 84),
    f"{CAPTURE}#5": (14, 744, 84),
    V2_GAME: (1, 12, 6),
    V1_ODDS: (1, 36, 14),
    SBD: (15, 358, 90),
    f"{VSIN_ROWS}#dk": (3, 18, 18),
    f"{VSIN_ROWS}#circa": (3, 18, 18),
    VSIN_PAGE: (3, 18, 18),
}
OF_NO_USE = {
    HEADERS: "the headers of an answer",
    f"{CAPTURE}#0": "an address's place",
    f"{CAPTURE}#1": "experiments",
    f"{CAPTURE}#2": "experiments",
    f"{CAPTURE}#3": "articles",
}


def parse(real_data: Path, what: str) -> Parsed:
    name, _, part = what.partition("#")
    body = (real_data / FOLDER / name).read_bytes()
    source = registry.get(name.partition("/")[0])
    if name == CAPTURE:
        entry = json.loads(body)[int(part)]
        _, _, query = entry["url"].partition("?")
        params = dict(pair.split("=") for pair in query.split("&"))
        body = json.dumps(entry["data"]).encode()
        return source.parse(Payload(source.name, "scoreboard", body, None, params=params))
    if name == V1_ODDS:
        return source.parse(Payload(source.name, "scoreboard_v1", framed(body), None))
    if source.name == "vsin":
        page = body if name == VSIN_PAGE else page_of(json.loads(body)[part], part)
        feed = f"splits_{part or 'dk'}"
        return source.parse(Payload(source.name, feed, page, None))
    feed = "splits" if source.name == "sbd" else "scoreboard"
    return source.parse(Payload(source.name, feed, body, None))


def framed(odds: bytes) -> bytes:
    """An array of odds rows in a game of our own."""
    game = json.loads(
        (PROJECT_ROOT / "tests/payloads/action_network/scoreboard_v1.json").read_text()
    )
    game["games"][0]["odds"] = json.loads(odds)
    return json.dumps(game).encode()


def page_of(games: dict[str, list[str]], book: str) -> bytes:
    """Rows in the frame of our own page, of that book."""
    page = (PROJECT_ROOT / "tests/payloads/vsin/splits_dk.html").read_text()
    rows = "".join(row for pair in games.values() for row in pair)
    first, rest = page.split("<tbody>", 1)
    _, end = first, rest.rpartition("</tbody>")[2]
    framed_page = f"{first}<tbody>{rows}</tbody>{end}"
    return framed_page.replace("sp-source-dk", f"sp-source-{book}").encode()


def outcomes_in(document: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every outcome of the main markets below `markets`, with its market."""
    for game in document["games"]:
        for periods in game.get("markets", {}).values():
            for markets in periods.values():
                for market, outcomes in markets.items():
                    for outcome in outcomes:
                        if not market.startswith("core_bet_type"):
                            yield market, outcome


def test_every_recorded_answer_is_in_the_table(real_data: Path) -> None:
    found: set[str] = set()
    for source in ("action_network", "sbd", "vsin"):
        for path in (real_data / FOLDER / source).iterdir():
            name = f"{source}/{path.name}"
            if name == CAPTURE:
                found |= {f"{name}#{place}" for place in range(len(json.loads(path.read_bytes())))}
            elif name == VSIN_ROWS:
                parts = json.loads(path.read_bytes()).keys() - {"_fixture_meta"}
                found |= {f"{name}#{part}" for part in parts}
            else:
                found.add(name)
    assert found == {*EXPECTED, *OF_NO_USE}


@pytest.mark.parametrize("what", EXPECTED)
def test_every_row_is_read(real_data: Path, what: str) -> None:
    parsed = parse(real_data, what)
    assert (len(parsed.games), len(parsed.lines), len(parsed.splits)) == EXPECTED[what]
    assert parsed.drift == []
    names = [
        (one.source_event_id, one.bookmaker, one.market, one.outcome, one.label)
        for one in parsed.lines
    ]
    assert len(set(names)) == len(names)
    sides = [(one.source_event_id, one.bookmaker, one.market, one.outcome) for one in parsed.splits]
    assert len(set(sides)) == len(sides)


@pytest.mark.parametrize("place", ["4", "5"])
def test_action_networks_outcomes_are_all_there_as_they_were_written(
    real_data: Path, place: str
) -> None:
    document = json.loads((real_data / FOLDER / CAPTURE).read_bytes())[int(place)]["data"]
    lines = parse(real_data, f"{CAPTURE}#{place}").lines
    for line, (market, outcome) in zip(lines, outcomes_in(document), strict=True):
        assert line.market == f"event/{market}" and line.outcome == outcome["side"]
        assert (line.source_event_id, line.bookmaker) == (
            str(outcome["event_id"]),
            str(outcome["book_id"]),
        )
        assert line.price == str(outcome["odds"])
        assert line.point == (None if market == "moneyline" else str(outcome["value"]))
        assert (line.label == "open") == ("is_live" not in outcome)
    assert sum(line.label == "open" for line in lines) == 84


def test_action_networks_shares_are_one_consensus_told_once(real_data: Path) -> None:
    document = json.loads((real_data / FOLDER / CAPTURE).read_bytes())[4]["data"]
    told: dict[tuple[str, str, str], set[tuple[str, str]]] = {}
    for market, outcome in outcomes_in(document):
        if "bet_info" in outcome:
            key = str(outcome["event_id"]), f"event/{market}", outcome["side"]
            tickets, money = outcome["bet_info"]["tickets"], outcome["bet_info"]["money"]
            told.setdefault(key, set()).add((str(tickets["percent"]), str(money["percent"])))
    splits = parse(real_data, f"{CAPTURE}#4").splits
    assert {
        (one.source_event_id, one.market, one.outcome): {(one.tickets_pct, one.money_pct)}
        for one in splits
    } == told


def test_action_networks_two_polls_of_half_a_minute_are_the_same(real_data: Path) -> None:
    first, second = parse(real_data, f"{CAPTURE}#4"), parse(real_data, f"{CAPTURE}#5")
    assert first == second


def test_action_networks_one_finished_game_and_the_thirteen_to_come(real_data: Path) -> None:
    games = parse(real_data, f"{CAPTURE}#4").games
    assert [game.state for game in games] == ["final"] + ["scheduled"] * 13
    done = games[0]
    assert (done.away_team, done.away_score) == ("Las Vegas Raiders", "7")
    assert (done.home_team, done.home_score, done.completed) == ("Denver Broncos", "10", True)
    assert done.details["periods_home"] == ["0", "7", "3", "0"]
    assert done.game_date_et is not None and done.game_date_et.isoformat() == "2025-11-06"


def test_version_1s_rows_are_all_there(real_data: Path) -> None:
    lines = parse(real_data, V1_ODDS).lines
    rows = json.loads((real_data / FOLDER / V1_ODDS).read_bytes())
    fields = ("ml_away", "ml_home", "spread_away_line", "spread_home_line", "over", "under")
    assert [one.price for one in lines] == [str(row[field]) for row in rows for field in fields]
    assert [one.point for one in lines[:6]] == [None, None, "6.5", "-6.5", "48", "48"]


def test_sbds_offers_and_shares_are_all_there_and_nothing_that_is_not_offered(
    real_data: Path,
) -> None:
    document = json.loads((real_data / FOLDER / SBD).read_bytes())
    offered = re.findall(r'"american": ?"([^"]+)"', (real_data / FOLDER / SBD).read_text())
    parsed = parse(real_data, SBD)
    assert len(offered) == len(parsed.lines) == 358
    assert sorted(offered) == sorted(one.price or "" for one in parsed.lines)
    shares = [
        str(side[field])
        for game in document["games"]
        for market in game["bettingSplits"].values()
        for name, side in market.items()
        if isinstance(side, dict)
        for field in ("betsPercentage", "stakePercentage")
    ]
    read = [share for one in parsed.splits for share in (one.tickets_pct, one.money_pct)]
    assert sorted(shares) == sorted(map(str, read))
    totals = [one.details for one in parsed.splits if one.market == "total"]
    assert sum("market_bets" not in details for details in totals) == 12, "null in 6 of 15 games"
    assert {game.game_date_et.isoformat() for game in parsed.games if game.game_date_et} == {
        "2025-06-13"
    }


@pytest.mark.parametrize("book", ["dk", "circa"])
def test_vsins_cells_are_all_there_in_their_order(real_data: Path, book: str) -> None:
    games = json.loads((real_data / FOLDER / VSIN_ROWS).read_bytes())[book]
    parsed = parse(real_data, f"{VSIN_ROWS}#{book}")
    for code, rows in games.items():
        road, home = (
            re.findall(
                r">([+-]?[\d.,]+%?)",
                re.sub(r"(?s)sp-cell-team.*?</td>|<button.*?</button>", "", row),
            )
            for row in rows
        )
        assert len(road) == len(home) == 9
        splits = [one for one in parsed.splits if one.source_event_id == code]
        cells = [
            cell
            for place in (0, 3, 6)
            for cells in (road, home)
            for cell in cells[place : place + 3]
        ]
        read = [
            cell
            for one in splits
            for cell in (one.point or one.price, f"{one.money_pct}%", f"{one.tickets_pct}%")
        ]
        assert read == cells
