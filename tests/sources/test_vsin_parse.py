"""How VSiN's pages are read: columns by their head, rows in pairs, numbers beside arrows."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linehouse.settings import PROJECT_ROOT, Mode
from linehouse.sources.base import Asking, Payload
from linehouse.sources.errors import BadRequestError, DriftedSchemaError, UnreadablePayloadError
from linehouse.sources.rows import Coverage, Parsed
from linehouse.sources.vsin.source import SOURCE

PAYLOADS = PROJECT_ROOT / "tests" / "payloads" / "vsin"
SEEN_AT = datetime(2026, 4, 18, 22, tzinfo=UTC)
PAGE = (PAYLOADS / "splits_dk.html").read_text()


def parse(page: str | bytes = PAGE, feed: str = "splits_dk", **more: Any) -> Parsed:
    body = page.encode() if isinstance(page, str) else page
    return SOURCE.parse(Payload(SOURCE.name, feed, body, SEEN_AT, **more))


def test_two_rows_are_a_game_road_first() -> None:
    games = parse().games
    assert [
        (game.source_event_id, game.sport_key, game.away_team, game.home_team, game.state)
        for game in games
    ] == [
        ("20260418MLB00018", "baseball_mlb", "Los Angeles Dodgers", "Colorado Rockies", "live"),
        ("20260418MLB00020", "baseball_mlb", "Tampa Bay Rays", "Boston Red Sox", "scheduled"),
        ("20260419MLB00021", "baseball_mlb", "Tampa Bay Rays", "Boston Red Sox", "scheduled"),
        ("20260418NBA00083", "basketball_nba", "Minnesota Timberwolves", "Denver Nuggets", "final"),
    ]


def test_a_table_holds_several_days_and_a_game_has_its_own() -> None:
    assert [game.game_date_et for game in parse().games] == [
        date(2026, 4, 18),
        date(2026, 4, 18),
        date(2026, 4, 19),
        date(2026, 4, 18),
    ]
    for game in parse().games:
        assert game.commence_at is None, "the page tells no time"
        assert (game.completed, game.home_score) == (None, None), "nor a score"


def test_handle_stands_before_bets() -> None:
    first = parse().splits[0]
    assert (first.market, first.outcome, first.bookmaker) == ("Spread", "Los Angeles Dodgers", "DK")
    assert (first.money_pct, first.tickets_pct) == ("82", "79")
    assert (first.point, first.price) == ("-1.5", None)


def test_a_head_with_another_order_stops_the_page() -> None:
    exchanged = (
        PAGE.replace(">Handle<", ">?<").replace(">Bets<", ">Handle<").replace(">?<", ">Bets<")
    )
    with pytest.raises(DriftedSchemaError, match="Handle, Bets in turn, but are Spread, Bets"):
        parse(exchanged)
    with pytest.raises(DriftedSchemaError, match="columns should be"):
        parse(PAGE.replace(">Money<", ">Run Line<"))


def test_markets_are_where_the_head_has_them() -> None:
    """The order of the groups may change, as it has before; a market's name goes with it."""
    swapped = (
        PAGE.replace(">Spread<", ">?<").replace(">Total<", ">Spread<").replace(">?<", ">Total<")
    )
    lines = parse(swapped).lines
    assert [(one.market, one.outcome, one.point) for one in lines[:2]] == [
        ("Total", "Over", "-1.5"),
        ("Total", "Under", "+1.5"),
    ]


def test_the_road_row_is_over_and_the_home_row_under() -> None:
    totals = [one for one in parse().splits if one.market == "Total"][:2]
    assert [(one.outcome, one.point, one.money_pct, one.tickets_pct) for one in totals] == [
        ("Over", "9.5", "88", "76"),
        ("Under", "9.5", "12", "24"),
    ]


def test_arrows_and_commas_are_no_part_of_a_number() -> None:
    money = [one for one in parse().lines if one.market == "Money"][:2]
    assert [one.price for one in money] == ["-2500", "+1200"]
    assert [one.tickets_pct for one in parse().splits[1:3]] == ["21", "76"]
    assert "&#9650;" in PAGE and "+1,200" in PAGE
    inside = PAGE.replace('82% <span class="sp-arrow-up">&#9650;</span>', "82.5%&nbsp;▲3")
    assert parse(inside).splits[0].money_pct == "82.5"


def test_zero_of_everything_is_a_market_that_is_not_there() -> None:
    rows = [one for one in parse().lines if one.source_event_id == "20260418MLB00020"]
    assert {one.market for one in rows} == {"Spread", "Money"}
    splits = [one for one in parse().splits if one.source_event_id == "20260418MLB00020"]
    assert {one.market for one in splits} == {"Spread", "Money"}


def test_fifty_of_everything_is_a_placeholder_and_says_so() -> None:
    flagged = [(one.source_event_id, one.market) for one in parse().splits if one.details]
    assert flagged == [
        ("20260418MLB00020", "Spread"),
        ("20260418MLB00020", "Spread"),
        *(("20260419MLB00021", market) for market in ("Spread", "Total", "Money") for _ in "ab"),
    ]
    assert all(one.details in ({}, {"placeholder": True}) for one in parse().splits)


def test_sides_that_do_not_sum_to_100_are_kept() -> None:
    money = [one for one in parse().splits if one.source_event_id == "20260418MLB00020"][2:]
    assert [(one.money_pct, one.tickets_pct) for one in money] == [("44", "42"), ("55", "59")]


def test_a_market_without_shares_keeps_its_line() -> None:
    game = "20260418NBA00083"
    parsed = parse()
    money = [one for one in parsed.lines if one.source_event_id == game and one.market == "Money"]
    assert [one.price for one in money] == ["+210", "-258"]
    assert "Money" not in {one.market for one in parsed.splits if one.source_event_id == game}


def test_coverage_is_each_game_that_the_page_shows_at_its_book() -> None:
    parsed = parse()
    assert parsed.coverage == [
        Coverage(game.sport_key, ("Spread", "Total", "Money"), ("DK",), game.source_event_id)
        for game in parsed.games
    ]


def test_the_heads_book_must_be_the_one_that_was_asked() -> None:
    with pytest.raises(DriftedSchemaError, match="CIRCA was asked for, but its head says sp-sour"):
        parse(feed="splits_circa")
    parsed = parse(PAGE.replace("sp-source-dk", "sp-source-circa"), "splits_circa")
    assert (
        {one.bookmaker for one in parsed.splits}
        == {"CIRCA"}
        == {one.bookmaker for one in parsed.lines}
    )


def test_rows_are_paired_by_their_game_code() -> None:
    lonely = re.sub(r'<tr class="sp-row">.*?</tr>\n', "", PAGE, count=1, flags=re.DOTALL)
    with pytest.raises(DriftedSchemaError, match="two rows, road and home, but here"):
        parse(lonely)
    strange = PAGE.replace("20260418MLB00018", "20260418MLB00099", 1)
    with pytest.raises(DriftedSchemaError, match="20260418MLB00099 and 20260418MLB00018"):
        parse(strange)


def test_a_day_that_is_not_its_heads_is_told() -> None:
    game = parse(PAGE.replace("gamedate=2026-04-19", "gamedate=2026-04-20")).games[2]
    assert game.game_date_et == date(2026, 4, 19)
    assert game.details["dates_et"] == ["2026-04-19", "2026-04-20"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("?gamedate=2026-04-18", "", "links to no gamedate"),
        ('data-gamecode="20260418MLB00018"', "", "no data-gamecode"),
        ("sp-team-link", "team", r"no a\.sp-team-link"),
        ("20260418MLB00018", "MLB18", "day, league, number"),
        ("20260418MLB00018", "20261318MLB00018", "begins with no day"),
        ("<td></td>", "", "a row should have 11 cells, but has 9"),
        ('<span class="sp-badge">79%</span>', "many", "should be per cent, but is 'many'"),
        ("sp-sport-header", "header", r"no tr\.sp-sport-header"),
        ("sp-source-dk", "", "its head says no source"),
    ],
)
def test_a_table_that_is_built_otherwise_is_named(old: str, new: str, message: str) -> None:
    assert old in PAGE
    with pytest.raises(DriftedSchemaError, match=message):
        parse(PAGE.replace(old, new))


def test_unknown_leagues_and_classes_are_told() -> None:
    page = PAGE.replace("20260418NBA00083", "20260418XFL00083")
    parsed = parse(page.replace("sp-row sp-game-live", "sp-row sp-game-delayed"))
    assert parsed.drift == ["data-gamecode of league XFL", "tr.sp-game-delayed"]
    assert len(parsed.games) == 3 and parsed.games[0].state is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"<html></html>",
        (PAYLOADS / "marketing.html").read_bytes(),
        PAGE.replace('class="sp-table"', 'class="freezetable"').encode(),
        PAGE.encode()[: len(PAGE) * 2 // 3],
    ],
)
def test_a_page_without_the_table_or_its_end_is_unreadable_though_it_came_with_200(
    body: bytes,
) -> None:
    SOURCE.raise_for_error(200, {}, body)
    with pytest.raises(UnreadablePayloadError):
        parse(body)


def test_out_of_season_the_page_has_its_title_and_no_table() -> None:
    head, _, rest = PAGE.partition("<table")
    page = head + rest.rpartition("</table>")[2]
    assert "<table" not in page and parse(page.encode()) == Parsed()
    with pytest.raises(UnreadablePayloadError, match="without a table of splits"):
        parse(page.replace("Betting Splits", "Sportsbooks").encode())


@given(st.data())
def test_a_spoiled_page_raises_nothing_but_the_two_errors(data: st.DataObject) -> None:
    page = PAGE
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(page)))
        end = data.draw(st.integers(start, min(start + 400, len(page))))
        page = page[:start] + data.draw(st.text(max_size=10)) + page[end:]
    try:
        parsed = parse(page.encode("utf-8", "surrogatepass"))
    except (UnreadablePayloadError, DriftedSchemaError) as error:
        assert str(error)
    else:
        assert all(game.home_team and game.away_team for game in parsed.games)
        assert all(one.price or one.point for one in parsed.lines)


def test_both_books_pages_of_the_day_are_asked() -> None:
    asked = Asking("baseball_mlb", SEEN_AT, date(2026, 4, 18))
    dk, circa = SOURCE.requests(asked)
    assert dict(dk.params) == {"source": "DK", "sport": "MLB", "view": "today"}
    assert dict(circa.params) == {"source": "CIRCA", "sport": "MLB", "view": "today"}
    assert dk.path == "/betting-splits/"
    assert SOURCE.requests(asked, "splits_circa") == [circa]
    for day, view in ((17, "yesterday"), (19, "tomorrow"), (22, "all")):
        request = SOURCE.requests(Asking("basketball_nba", SEEN_AT, date(2026, 4, day)))[0]
        assert (request.params["view"], request.params["sport"]) == (view, "NBA")
    with pytest.raises(BadRequestError, match="curling"):
        SOURCE.requests(Asking("curling", SEEN_AT, date(2026, 4, 18)))


def test_it_is_off_until_the_user_turns_it_on() -> None:
    assert "VSIN_ENABLED" in SOURCE.off_until_enabled
    assert SOURCE.base_url(Mode.LIVE) == "https://data.vsin.com"
    assert SOURCE.secret_params(Mode.LIVE) == {}
