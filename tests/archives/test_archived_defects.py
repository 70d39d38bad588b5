"""Every kind of defect that season workbooks hold, from a file to staging: the rule it is flagged
with, what stays valid, and that clean games keep every line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from linehouse import database
from linehouse.landing import land_payload
from linehouse.promotion import gate_raw, promote
from linehouse.settings import Mode
from linehouse.sources.archives.sbro.source import SOURCE
from tests.archives.workbooks import Cells, Workbook, mlb_game, nba_game


@dataclass(frozen=True)
class Kind:
    """A game with one defect. `lines`: (market, label) of the lines that it makes invalid."""

    defect: str
    game: Callable[..., list[Cells]]
    rules: set[str]
    lines: frozenset[tuple[str, str | None]] = frozenset()
    game_valid: bool = True


def kind(
    defect: str,
    make: Callable[..., list[Cells]],
    rules: Sequence[str],
    lines: Sequence[tuple[str, str | None]] = (),
    game_valid: bool = True,
    **changes: object,
) -> Kind:
    def game(mmdd: int, away: str, home: str) -> list[Cells]:
        return make(mmdd, away, home, **changes)

    return Kind(defect, game, set(rules), frozenset(lines), game_valid)


H2H, SPREAD, TOTAL = ("h2h", "close"), ("spreads", "close"), ("totals", "close")
OPEN = (("spreads", "open"), ("totals", "open"))

NBA_KINDS = [
    kind("a clean game", nba_game, []),
    kind("pick'em", nba_game, [], closing=("pk", 190), moneyline=(-110, -110)),
    kind("half sign, no-break space", nba_game, [], closing=("190½", "6½\u00a0"),
         moneyline=("+145\u00a0", -165)),
    kind("no opening line", nba_game, [], opening=("NL", "NL")),
    kind("text in the opening", nba_game,
         ["unparseable_cell", "line_pair_unreadable", "point_missing"], OPEN,
         opening=("197.5u10", 4.5)),
    kind("no closing line", nba_game, ["closing_line_missing"], opening=(190, 5),
         closing=("NL", None)),
    kind("no closing moneyline", nba_game, ["closing_line_missing"], moneyline=("NL", "NL")),
    kind("spread typed with a minus sign", nba_game, ["spread_sign_typed"], [SPREAD],
         opening=(190, 6), closing=(190, -6)),
    kind("total of 1955.5", nba_game, ["point_out_of_range", "open_close_move_impossible"],
         [("totals", "open")], opening=(1955.5, 5)),
    kind("placeholder of 160 and 5", nba_game,
         ["opening_placeholder", "open_close_move_impossible"], OPEN, opening=(160, 5),
         closing=(193, 10), moneyline=(450, -600)),
    kind("second half in the opening", nba_game,
         ["second_half_line_in_opening", "line_pair_unreadable", "point_missing"], OPEN,
         opening=(95.5, 3)),
    kind("large but possible move", nba_game, ["open_close_move_suspicious"],
         opening=(205, 7.5), closing=(7, 192), moneyline=(-300, 250)),
    kind("spread in the moneyline cell", nba_game, ["price_not_american", "closing_line_missing"],
         [H2H], moneyline=(-7.5, 120), closing=(2.5, 190)),
    kind("same moneyline on both rows", nba_game,
         ["same_price_far_from_even", "overround_out_of_range"], [H2H], closing=(190, 14.5),
         moneyline=(-2500, -2500)),
    kind("both signs of the moneyline flipped", nba_game,
         ["favourite_disagrees", "overround_out_of_range"], [H2H, SPREAD], closing=(213.5, 5.5),
         moneyline=(-200, 240)),
    kind("spread and moneyline name different favourites", nba_game, ["favourite_disagrees"],
         [H2H, SPREAD], closing=(2.5, 190), moneyline=(155, -175)),
    kind("nearly even, spread and moneyline differ", nba_game, ["favourite_differs_near_even"],
         closing=(1, 190), moneyline=(100, -120)),
    kind("scores of 10 and 12", nba_game, ["score_out_of_range"], game_valid=False,
         finals=(10, 12)),
    kind("a tie", nba_game, ["tied_final"], game_valid=False, finals=(95, 95)),
    kind("neutral site", nba_game, ["neutral_site_flag"], vh=("N", "N")),
    kind("rows with different dates", nba_game, ["row_dates_differ"], home_mmdd=131),
    kind("a second half in tenths", nba_game, ["point_off_grid"], second_half=(100, 0.6)),
]  # fmt: skip

MLB_KINDS = [
    kind("a clean game", mlb_game, []),
    kind("half sign", mlb_game, [], closing_total=("8½", -110, "8½", -110)),
    kind("a suspended game, tied", mlb_game, ["tied_suspended"], finals=(1, 1)),
    kind("a postponed game", mlb_game, ["final_missing"], game_valid=False, finals=("NL", "NL")),
    kind("a total typed as a price", mlb_game,
         ["total_typed_as_price", "point_out_of_range"], [TOTAL],
         closing_total=(104, -115, 104, -105)),
    kind("a total without a price", mlb_game, ["price_missing"], [TOTAL],
         closing_total=(8.5, None, 8.5, None)),
    kind("run lines that do not mirror", mlb_game,
         ["points_do_not_mirror", "favourite_differs_near_even"], [SPREAD],
         run_line=(-1.5, 140, -1.5, -160)),
    kind("a run line with a broken price", mlb_game, ["overround_out_of_range"], [SPREAD],
         run_line=(-1.5, -168, 1.5, -140)),
    kind("no moneyline at the close", mlb_game, ["closing_line_missing"], closing=("NL", None)),
]  # fmt: skip

# Rules that say nothing about the defect in question
BESIDE_THE_POINT = {"vig_unusual"}

NBA_PAIRS = [
    ("Utah", "Miami"),
    ("Boston", "Chicago"),
    ("Denver", "Dallas"),
    ("LA Clippers", "Golden State"),
]
MLB_PAIRS = [("SFO", "ARI"), ("LOS", "CUB"), ("BRS", "TAM")]
# Games without defect between teams of their own: a batch of defects alone would be held
CLEAN_NBA_PAIRS = [("Atlanta", "Orlando"), ("Toronto", "Indiana"), ("Memphis", "Phoenix")]
CLEAN_MLB_PAIRS = [("NYY", "OAK"), ("SEA", "TEX"), ("HOU", "MIN")]
CLEAN_DAYS = [100 * month + 6 * day + 1 for month in range(1, 7) for day in range(5)]

# Games that are only wrong beside each other; their rows follow those of the kinds
NBA_NEIGHBOURS: list[tuple[list[Cells], set[str]]] = [
    (nba_game(1224, "NewYork", "Brooklyn"), {"dark_day"}),
    (
        nba_game(505, "SanAntonio", "Houston", closing=(214.5, 5.5), moneyline=(218, -265)),
        {"matchup_on_consecutive_days", "spread_out_of_line_with_series"},
    ),
    (
        nba_game(506, "SanAntonio", "Houston", closing=(9, 213.5), moneyline=(-400, 320)),
        {"matchup_on_consecutive_days", "spread_out_of_line_with_series"},
    ),
    (nba_game(603, "Sacramento", "Portland"), {"team_twice_on_date"}),
    (nba_game(603, "Philadelphia", "Sacramento"), {"team_twice_on_date"}),
]
MLB_NEIGHBOURS: list[tuple[list[Cells], set[str]]] = [
    (mlb_game(704, "SFO", "PHI"), {"doubleheader_unnumbered"}),
    (mlb_game(704, "SFO ", "PHI", rot=921), {"doubleheader_unnumbered"}),
]


def workbook_rows(
    kinds: Sequence[Kind],
    pairs: Sequence[tuple[str, str]],
    neighbours: Sequence[tuple[list[Cells], set[str]]],
    clean: Sequence[list[Cells]],
) -> list[Cells]:
    """One kind per game, far enough apart that no game is a neighbour of another."""
    rows: list[Cells] = []
    for number, one in enumerate(kinds):
        month, day = divmod(number, 5)
        away, home = pairs[number % len(pairs)]
        rows += one.game((month + 1) * 100 + 6 * day + 1, away, home)
    for game in (*(game for game, _ in neighbours), *clean):
        rows += game
    return rows


def load(mode: Mode, *payloads: Any) -> None:
    batches = [
        land_payload(payload, SOURCE, mode=mode, run_key="test").batch_id for payload in payloads
    ]
    verdicts = gate_raw(mode, batches)
    assert all(verdict.accepted for verdict in verdicts), [v.sentence for v in verdicts]
    promote(mode, "staging")


def test_every_kind_of_defect_has_its_rule_and_nothing_else_is_lost(
    fresh_live_database: Mode, nba_workbook: Workbook, mlb_workbook: Workbook
) -> None:
    mode = fresh_live_database
    clean_nba = [nba_game(day, *pair) for day in CLEAN_DAYS for pair in CLEAN_NBA_PAIRS]
    clean_mlb = [mlb_game(day, *pair) for day in CLEAN_DAYS for pair in CLEAN_MLB_PAIRS]
    nba = nba_workbook(*workbook_rows(NBA_KINDS, NBA_PAIRS, NBA_NEIGHBOURS, clean_nba))
    mlb = mlb_workbook(*workbook_rows(MLB_KINDS, MLB_PAIRS, MLB_NEIGHBOURS, clean_mlb))
    load(mode, nba, mlb)
    with database.connect(mode) as connection:
        rules, invalid, valid_games = _found(connection)

    wrong = []
    broken = set()
    for payload, kinds, neighbours in (
        (nba, NBA_KINDS, NBA_NEIGHBOURS),
        (mlb, MLB_KINDS, MLB_NEIGHBOURS),
    ):
        events = [game.source_event_id for game in SOURCE.parse(payload).games]
        expected = [(k.defect, k.rules, k.lines, k.game_valid) for k in kinds]
        expected += [(str(r), r, frozenset(), "dark_day" not in r) for _, r in neighbours]
        for number, (defect, should_break, lines, game_valid) in enumerate(expected):
            event = events[number]
            broken.add(event)
            for what, found, should in (
                ("rules", rules.get(event, set()) - BESIDE_THE_POINT, should_break),
                ("invalid lines", invalid.get(event, set()), set(lines)),
                ("game valid", valid_games[event], game_valid),
            ):
                if found != should:
                    wrong.append(f"{defect}: {what} {found} instead of {should}")
    assert not wrong, "\n".join(wrong)
    assert set(rules) | set(invalid) <= broken, "a clean game is flagged"
    assert len(valid_games) == len(broken) + len(clean_nba) + len(clean_mlb)


def _found(
    connection: psycopg.Connection[Any],
) -> tuple[dict[str, set[str]], dict[str, set[tuple[str, str | None]]], dict[str, bool]]:
    rules: dict[str, set[str]] = {}
    for event, rule in connection.execute(
        "select s.source_event_id, v.rule from staging.validation_results as v"
        " inner join staging.game_sources as s using (game_id)"
    ):
        rules.setdefault(event, set()).add(rule)
    invalid: dict[str, set[tuple[str, str | None]]] = {}
    for event, market, label in connection.execute(
        "select s.source_event_id, l.market, l.label from staging.betting_lines as l"
        " inner join staging.game_sources as s using (game_id) where not l.is_valid"
    ):
        invalid.setdefault(event, set()).add((market, label))
    valid = connection.execute(
        "select s.source_event_id, g.is_valid from staging.games as g"
        " inner join staging.game_sources as s using (game_id)"
    ).fetchall()
    return rules, invalid, dict(valid)
