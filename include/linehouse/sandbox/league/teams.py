"""The clubs, by their names of 2026 as The Odds API writes them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Team:
    """A club, its half of the league, and how many hours its evening lies behind New York's."""

    name: str
    conference: str
    hours_behind_eastern: int = 0

    @property
    def abbreviation(self) -> str:
        """Two or three capital letters; unique within a league."""
        return _ABBREVIATIONS[self.name]

    @property
    def nickname(self) -> str:
        """The name without its place (`Trail Blazers`)."""
        return _TWO_WORDS.get(self.name, self.name.split()[-1])

    @property
    def city(self) -> str:
        """The place as the name has it (`Golden State`); the Athletics name none: where they
        play."""
        return self.name.removesuffix(self.nickname).strip() or "Sacramento"


def _teams(conference: str, **names_by_hours: str) -> tuple[Team, ...]:
    return tuple(
        Team(name.strip(), conference, int(hours.removeprefix("behind_")))
        for hours, names in names_by_hours.items()
        for name in names.split(",")
    )


NBA = _teams(
    "East",
    behind_0="Atlanta Hawks, Boston Celtics, Brooklyn Nets, Charlotte Hornets, "
    "Cleveland Cavaliers, Detroit Pistons, Indiana Pacers, Miami Heat, New York Knicks, "
    "Orlando Magic, Philadelphia 76ers, Toronto Raptors, Washington Wizards",
    behind_1="Chicago Bulls, Milwaukee Bucks",
) + _teams(
    "West",
    behind_1="Dallas Mavericks, Houston Rockets, Memphis Grizzlies, Minnesota Timberwolves, "
    "New Orleans Pelicans, Oklahoma City Thunder, San Antonio Spurs",
    behind_2="Denver Nuggets, Utah Jazz, Phoenix Suns",
    behind_3="Golden State Warriors, Los Angeles Clippers, Los Angeles Lakers, "
    "Portland Trail Blazers, Sacramento Kings",
)

MLB = _teams(
    "American",
    behind_0="Baltimore Orioles, Boston Red Sox, Cleveland Guardians, Detroit Tigers, "
    "New York Yankees, Tampa Bay Rays, Toronto Blue Jays",
    behind_1="Chicago White Sox, Houston Astros, Kansas City Royals, Minnesota Twins, "
    "Texas Rangers",
    behind_3="Athletics, Los Angeles Angels, Seattle Mariners",
) + _teams(
    "National",
    behind_0="Atlanta Braves, Cincinnati Reds, Miami Marlins, New York Mets, "
    "Philadelphia Phillies, Pittsburgh Pirates, Washington Nationals",
    behind_1="Chicago Cubs, Milwaukee Brewers, St. Louis Cardinals",
    behind_2="Arizona Diamondbacks, Colorado Rockies",
    behind_3="Los Angeles Dodgers, San Diego Padres, San Francisco Giants",
)


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_TWO_WORDS = {
    f"{place} {nickname}": nickname
    for place, nickname in (
        ("Portland", "Trail Blazers"),
        ("Boston", "Red Sox"),
        ("Chicago", "White Sox"),
        ("Toronto", "Blue Jays"),
    )
}

_ABBREVIATIONS = dict(
    zip(
        (team.name for team in NBA + MLB),
        _words(
            "ATL BOS BKN CHA CLE DET IND MIA NYK ORL PHI TOR WAS CHI MIL "
            "DAL HOU MEM MIN NOP OKC SAS DEN UTA PHX GSW LAC LAL POR SAC "
            "BAL BOS CLE DET NYY TB TOR CWS HOU KC MIN TEX ATH LAA SEA "
            "ATL CIN MIA NYM PHI PIT WSH CHC MIL STL AZ COL LAD SD SF"
        ),
        strict=True,
    )
)
