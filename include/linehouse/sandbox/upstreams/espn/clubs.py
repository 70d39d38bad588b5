"""The clubs as ESPN numbers and shortens them."""

from linehouse.sandbox.league.teams import Team

NBA_IDS = {
    "Atlanta Hawks": 1,
    "Boston Celtics": 2,
    "New Orleans Pelicans": 3,
    "Chicago Bulls": 4,
    "Cleveland Cavaliers": 5,
    "Dallas Mavericks": 6,
    "Denver Nuggets": 7,
    "Detroit Pistons": 8,
    "Golden State Warriors": 9,
    "Houston Rockets": 10,
    "Indiana Pacers": 11,
    "Los Angeles Clippers": 12,
    "Los Angeles Lakers": 13,
    "Miami Heat": 14,
    "Milwaukee Bucks": 15,
    "Minnesota Timberwolves": 16,
    "Brooklyn Nets": 17,
    "New York Knicks": 18,
    "Orlando Magic": 19,
    "Philadelphia 76ers": 20,
    "Phoenix Suns": 21,
    "Portland Trail Blazers": 22,
    "Sacramento Kings": 23,
    "San Antonio Spurs": 24,
    "Oklahoma City Thunder": 25,
    "Utah Jazz": 26,
    "Washington Wizards": 27,
    "Toronto Raptors": 28,
    "Memphis Grizzlies": 29,
    "Charlotte Hornets": 30,
}
MLB_IDS = {
    "Baltimore Orioles": 1,
    "Boston Red Sox": 2,
    "Los Angeles Angels": 3,
    "Chicago White Sox": 4,
    "Cleveland Guardians": 5,
    "Detroit Tigers": 6,
    "Kansas City Royals": 7,
    "Milwaukee Brewers": 8,
    "Minnesota Twins": 9,
    "New York Yankees": 10,
    "Athletics": 11,
    "Seattle Mariners": 12,
    "Texas Rangers": 13,
    "Toronto Blue Jays": 14,
    "Atlanta Braves": 15,
    "Chicago Cubs": 16,
    "Cincinnati Reds": 17,
    "Houston Astros": 18,
    "Los Angeles Dodgers": 19,
    "Washington Nationals": 20,
    "New York Mets": 21,
    "Philadelphia Phillies": 22,
    "Pittsburgh Pirates": 23,
    "St. Louis Cardinals": 24,
    "San Diego Padres": 25,
    "San Francisco Giants": 26,
    "Colorado Rockies": 27,
    "Miami Marlins": 28,
    "Arizona Diamondbacks": 29,
    "Tampa Bay Rays": 30,
}
IDS = {"basketball_nba": NBA_IDS, "baseball_mlb": MLB_IDS}
CODES = {
    "Golden State Warriors": "GS",
    "New Orleans Pelicans": "NO",
    "New York Knicks": "NY",
    "San Antonio Spurs": "SA",
    "Utah Jazz": "UTAH",
    "Washington Wizards": "WSH",
    "Chicago White Sox": "CHW",
    "Washington Nationals": "WSH",
}
"""Where the source's abbreviation is another than the league's."""
NAMES = {"Los Angeles Clippers": "LA Clippers"}
"""Where the source writes a club's name otherwise."""


def name_of(team: Team) -> str:
    """`displayName`."""
    return NAMES.get(team.name, team.name)


def code_of(team: Team) -> str:
    """`abbreviation`."""
    return CODES.get(team.name, team.abbreviation)


def team_of(sport_key: str, team: Team) -> dict[str, str]:
    """A club as scoreboards name it."""
    return {
        "id": str(IDS[sport_key][team.name]),
        "location": team.city,
        "name": team.nickname,
        "abbreviation": code_of(team),
        "displayName": name_of(team),
        "shortDisplayName": team.nickname,
    }
