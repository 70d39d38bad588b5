"""Tables of betting splits as VSiN builds its page."""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from linehouse.sandbox.league.books import Quote
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.randomness import stream, uniform
from linehouse.sandbox.upstreams.before_the_start import games_of_day, quotes_before

BOOKS = {"DK": "draftkings", "CIRCA": "circasports"}
"""The vendor's book to the league's."""
LEAGUES = {"NBA": "basketball_nba", "MLB": "baseball_mlb"}
WITHOUT_GAMES = ("WNBA", "NFL", "CFB", "UFL", "CBB", "NHL", "UFC")
"""Leagues of the vendor that are not simulated: their pages are as out of season."""
NOT_BOOKED = 0.25
"""Share of games that Circa does not list."""
FRESH_TICKETS = 300
"""Fewer tickets than these are shown as 50 and 50."""
MARKETS = (("Spread", "SPR", "spreads"), ("Total", "TOT", "totals"), ("Money", "ML", "h2h"))
CLASSES = {"live": " sp-game-live", "suspended": " sp-game-live", "final": " sp-game-final"}
ARROWS = (
    "",
    "",
    ' <span class="sp-arrow-up">&#9650;</span>',
    ' <span class="sp-arrow-dn">&#9660;</span>',
)


def page_of(tables: Sequence[str]) -> str:
    """A whole page; out of season it has no table."""
    return (
        "<!doctype html><html><head><title>VSiN - Betting Splits</title></head><body>"
        f'<div class="sp-table-wrap">\n{"".join(tables)}</div></body></html>\n'
    )


def table_of(league: League, name: str, days: Sequence[date], at: datetime, book: str) -> str:
    """The table of a league, a head and a body for each day with games; empty without any."""
    parts = []
    for day in days:
        games = [
            game
            for game in games_of_day(league, LEAGUES[name], day, at)
            if game.is_listed(at) and _books(game, book)
        ]
        if games:
            rows = "".join(_game(league, name, game, at, book) for game in games)
            parts.append(f"{_head(name, day, book)}<tbody>\n{rows}</tbody>\n")
    return f'<table class="sp-table">\n{"".join(parts)}</table>\n' if parts else ""


def _books(game: Game, book: str) -> bool:
    return book != "CIRCA" or uniform(game.seed, "circa", game.event_id) >= NOT_BOOKED


def _head(name: str, day: date, book: str) -> str:
    labels = "".join(
        f'<th class="sp-col-head-first">{_label(full, short)}</th>'
        f"<th>{_label('Handle', 'HND')}</th><th>{_label('Bets', 'BET')}</th>\n"
        for full, short, _ in MARKETS
    )
    link = f"/{name.lower()}/games/?gamedate={day.isoformat()}"
    return (
        f'<thead>\n<tr class="sp-sport-header sp-source-{book.lower()}">\n'
        f'<th class="sp-sport-name" colspan="2"><a class="sp-sport-link" href="{link}">{name} - '
        f"{_label(f'{day:%A, %b} {day.day}', f'{day:%b} {day.day}')}</a></th>\n"
        f"{labels}</tr>\n</thead>\n"
    )


def _label(full: str, short: str) -> str:
    return f'<span class="sp-full">{full}</span><span class="sp-short">{short}</span>'


def _game(league: League, name: str, game: Game, at: datetime, book: str) -> str:
    fixture = game.fixture
    events = [one.event_id for one in league.games_on(game.sport_key, fixture.date_et)]
    code = f"{fixture.date_et:%Y%m%d}{name}{events.index(game.event_id) + 1:05d}"
    quotes = quotes_before(league, game, BOOKS[book], at)
    cells = [_cells(league, game, at, book, quotes.get(ours), ours) for _, _, ours in MARKETS]
    status = CLASSES.get(league.status(game, at), "")
    rows = []
    for place, (team, button) in enumerate(
        ((fixture.away, "sp-act-history"), (fixture.home, "sp-act-count"))
    ):
        slug = team.name.lower().replace(" ", "-").replace(".", "")
        rows.append(
            f'<tr class="sp-row{status}">\n'
            f'<td class="sp-cell-action"><button class="{button}" data-gamecode="{code}">'
            "&#8634;</button></td>\n"
            f'<td class="sp-cell-team"><a class="sp-team-link" '
            f'href="/{name.lower()}/teams/{slug}">{escape(team.name)}</a></td>\n'
            + "".join(both[place] for both in cells)
            + "</tr>\n"
        )
    return "".join(rows)


def _cells(
    league: League, game: Game, at: datetime, book: str, quote: Quote | None, market: str
) -> tuple[str, str]:
    """A market's cells in the road row (or Over) and in the home row (or Under)."""
    if quote is None:
        return (_triple("-", 0, 0, ""),) * 2
    first, second = _lines(quote, market)
    handle, bets = _shares(league, game, at, book, market)
    arrow = ARROWS[int(uniform(game.seed, "arrow", game.event_id, market, at.hour) * len(ARROWS))]
    first_cells = _triple(first, handle, bets, arrow)
    second_cells = _triple(second, 100 - handle, 100 - bets, "")
    return (first_cells, second_cells) if market == "totals" else (second_cells, first_cells)


def _lines(quote: Quote, market: str) -> tuple[str, str]:
    if market == "h2h":
        return f"{quote.first_price:+,d}", f"{quote.second_price:+,d}"
    signs = "+g" if market == "spreads" else "g"
    return f"{quote.first_point:{signs}}", f"{quote.second_point:{signs}}"


def _shares(league: League, game: Game, at: datetime, book: str, market: str) -> tuple[int, int]:
    """Handle and bets on home, or on Over, in whole per cent; each book has bettors of its own."""
    public = league.public(game, market, at)
    if public.tickets < FRESH_TICKETS:
        return 50, 50
    own = stream(game.seed, "bettors", book, game.event_id, market)
    return (
        min(max(round(public.money_home_or_over_pct + own.gauss(0, 4)), 1), 99),
        min(max(round(public.tickets_home_or_over_pct + own.gauss(0, 2)), 1), 99),
    )


def _triple(line: str, handle: int, bets: int, arrow: str) -> str:
    return (
        f'<td class="sp-col-first"><span class="sp-badge sp-badge-line">{line}</span></td>'
        f'<td><span class="sp-badge">{handle}%{arrow}</span></td>'
        f'<td><span class="sp-badge">{bets}%</span></td>\n'
    )
