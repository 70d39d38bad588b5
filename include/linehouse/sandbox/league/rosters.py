"""Who plays for a club in a season, and what each is worth: invented people.

A club's places persist, the people in them change every few years.
"""

from dataclasses import dataclass
from functools import lru_cache

from linehouse.sandbox.league.randomness import stream, uniform
from linehouse.sandbox.league.teams import MLB, NBA, Team

STARTING_PITCHERS = 5
PITCHER_SD = 0.42
"""Runs that a starter saves against a usual one: standard deviation."""

NBA_PLACES: tuple[tuple[str, float, float], ...] = (
    ("PG", 0.21, 35),
    ("SF", 0.18, 34),
    ("SG", 0.14, 32),
    ("PF", 0.11, 29),
    ("C", 0.09, 27),
    ("SG", 0.07, 22),
    ("PF", 0.06, 18),
    ("PG", 0.05, 15),
    ("SF", 0.04, 12),
    ("C", 0.03, 9),
    ("SG", 0.01, 4),
    ("PF", 0.01, 2),
    ("PG", 0.0, 1),
)
"""Position, share of the club's points, minutes a game, of a club at full strength."""

MLB_PLACES: tuple[tuple[str, float, float], ...] = (
    *(
        (position, share, 0)
        for position, share in (
            ("RF", 0.15),
            ("SS", 0.14),
            ("1B", 0.13),
            ("CF", 0.12),
            ("3B", 0.11),
            ("DH", 0.10),
            ("LF", 0.09),
            ("2B", 0.07),
            ("C", 0.06),
            ("OF", 0.02),
            ("IF", 0.01),
        )
    ),
    *(("SP", 0.0, 0) for _ in range(STARTING_PITCHERS)),
    *(("RP", 0.0, 0) for _ in range(4)),
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST_NAMES = _words(
    "Aaron Abel Alvin Amos Andre Anton Basil Benno Boris Brady Bruno Byron Caleb Carlo Cedric "
    "Clark Corey Curtis Damon Darius Dexter Dwight Eamon Edgar Elias Emmett Enzo Errol Felix "
    "Floyd Garrett Gavin Gideon Hector Homer Hugo Ivan Jasper Jerome Jonas Julius Keith Kendall "
    "Lamar Leander Lionel Lorenzo Magnus Marvin Milo Nelson Nico Orson Otis Percy Quentin Rafael "
    "Reuben Roland Rufus Silas Simon Terrence Tobias Ulric Victor Wade Warren Wesley Xavier "
    "Yusuf Zane"
)
_LAST_NAMES = _words(
    "Abbott Acker Ainsley Albright Alder Amory Arkwright Ashby Atwater Balfour Barlow Beckett "
    "Bellamy Birch Blackwood Bolton Bramwell Briggs Burdett Calloway Cardwell Chilton Colby "
    "Cordero Crosby Dalton Danforth Delgado Denholm Drummond Easton Eckhart Ellery Fairbanks "
    "Farrow Fenwick Fielding Galloway Garland Gentry Goodwin Greer Hadley Halloran Hargrove "
    "Hawthorne Hollis Holloway Ibarra Ingram Jardine Kearney Kendrick Kessler Langford Larkin "
    "Lattimore Lockhart Lowell Maddox Marlowe Mercer Montoya Nash Navarro Norwood Oakley "
    "Ordonez Osgood Paget Penrose Prescott Quimby Radcliffe Ramsey Redfern Rowland Salazar "
    "Saunders Selby Shelton Sinclair Stanton Sterling Tennant Thackeray Thorne Trask Underhill "
    "Valdez Vance Vaughan Wakefield Waverly Whitlock Winslow Yardley York Zeller"
)


@dataclass(frozen=True)
class Player:
    """A person of a club: `share` of its points (0 to 1) and `minutes` a game, when all are fit."""

    id: int
    name: str
    position: str
    share: float
    minutes: float

    @property
    def is_starting_pitcher(self) -> bool:
        """Whether he takes his turn as a starter."""
        return self.position == "SP"


@lru_cache(maxsize=2_000)
def roster(seed: int, sport_key: str, team: Team, season: str) -> tuple[Player, ...]:
    """A club's players of a season, the most important ones first, pitchers last."""
    nba = sport_key == "basketball_nba"
    places = NBA_PLACES if nba else MLB_PLACES
    weights = [
        share * (0.75 + 0.5 * uniform(seed, "share", team.name, season, place))
        for place, (_, share, _) in enumerate(places)
    ]
    players = []
    for place, (position, _, minutes) in enumerate(places):
        identity, name = _person(seed, team, place, int(season[:4]), nba=nba)
        share = round(weights[place] / sum(weights), 4)
        players.append(Player(identity, name, position, share, minutes))
    return tuple(players)


def worth(sport_key: str, player: Player) -> float:
    """By how many points or runs the club's margin falls when he is out: the truth."""
    if sport_key == "basketball_nba":
        return max(20.0 * (player.share - 0.035), 0.0)
    return max(2.0 * (player.share - 0.03), 0.0)


def pitcher_quality(seed: int, player: Player, season: str) -> float:
    """Runs that a starting pitcher saves against a usual one: the truth."""
    return stream(seed, "pitcher", player.id, season).gauss(0, PITCHER_SD)


def _person(seed: int, team: Team, place: int, year: int, *, nba: bool) -> tuple[int, str]:
    """Who holds a club's place in a year: an id and a name, another one every few years."""
    career = 4 + int(5 * uniform(seed, "career", team.name, place))
    generation = (year + int(career * uniform(seed, "begin", team.name, place))) // career
    number = (NBA if nba else MLB).index(team) * 20 + place
    identity = (1_000_000 if nba else 2_000_000) + number * 1_000 + generation % 1_000
    people = len(_FIRST_NAMES) * len(_LAST_NAMES)
    shift = int(people * uniform(seed, "names", nba))
    chosen = (number * 1_237 + generation * 4_421 + shift) % people
    return identity, f"{_FIRST_NAMES[chosen % len(_FIRST_NAMES)]} " + (
        _LAST_NAMES[chosen // len(_FIRST_NAMES)]
    )
