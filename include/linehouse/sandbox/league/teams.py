"""The clubs, by their names of 2026 as The Odds API writes them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Team:
    """A club, its half of the league, and how many hours its evening lies behind New York's."""

    name: str
    conference: str
    hours_behind_eastern: int = 0


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
