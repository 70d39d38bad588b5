"""The clubs as the MLB Stats API numbers them."""

from typing import Any

from linehouse.sandbox.league.teams import Team

IDS = {
    "Los Angeles Angels": 108,
    "Arizona Diamondbacks": 109,
    "Baltimore Orioles": 110,
    "Boston Red Sox": 111,
    "Chicago Cubs": 112,
    "Cincinnati Reds": 113,
    "Cleveland Guardians": 114,
    "Colorado Rockies": 115,
    "Detroit Tigers": 116,
    "Houston Astros": 117,
    "Kansas City Royals": 118,
    "Los Angeles Dodgers": 119,
    "Washington Nationals": 120,
    "New York Mets": 121,
    "Athletics": 133,
    "Pittsburgh Pirates": 134,
    "San Diego Padres": 135,
    "Seattle Mariners": 136,
    "San Francisco Giants": 137,
    "St. Louis Cardinals": 138,
    "Tampa Bay Rays": 139,
    "Texas Rangers": 140,
    "Toronto Blue Jays": 141,
    "Minnesota Twins": 142,
    "Philadelphia Phillies": 143,
    "Atlanta Braves": 144,
    "Chicago White Sox": 145,
    "Miami Marlins": 146,
    "New York Yankees": 147,
    "Milwaukee Brewers": 158,
}
CODES = {"Arizona Diamondbacks": "AZ", "Chicago White Sox": "CWS", "Washington Nationals": "WSH"}
"""Where the source's abbreviation is another than the league's."""
LEAGUES = {
    "American": (103, "American League", 201),
    "National": (104, "National League", 204),
}
"""Id and name of each league, and the one division that all of its clubs are shown in."""
FARM_CLUB = {
    "id": 4124,
    "name": "Pensacola Blue Wahoos",
    "link": "/api/v1/teams/4124",
    "abbreviation": "PNS",
    "teamName": "Blue Wahoos",
    "locationName": "Pensacola",
    "sport": {"id": 12, "link": "/api/v1/sports/12", "name": "Double-A"},
    "parentOrgName": "Miami Marlins",
    "parentOrgId": 146,
    "active": True,
}
"""One of the minor leagues' clubs, which are listed where no sport is asked for."""


def short(team: Team) -> dict[str, Any]:
    """A club as games name it."""
    number = IDS[team.name]
    return {"id": number, "name": team.name, "link": f"/api/v1/teams/{number}"}


def full(team: Team, season: str) -> dict[str, Any]:
    """A club as the list of clubs, and games with `hydrate=team`, show it."""
    league, name, division = LEAGUES[team.conference]
    code = CODES.get(team.name, team.abbreviation)
    return short(team) | {
        "allStarStatus": "N",
        "season": int(season),
        "teamCode": code.lower(),
        "fileCode": code.lower(),
        "abbreviation": code,
        "teamName": team.nickname,
        "locationName": team.city,
        "shortName": team.city,
        "franchiseName": team.city,
        "clubName": team.nickname,
        "league": {"id": league, "name": name, "link": f"/api/v1/league/{league}"},
        "division": {"id": division, "name": name, "link": f"/api/v1/divisions/{division}"},
        "sport": {"id": 1, "link": "/api/v1/sports/1", "name": "Major League Baseball"},
        "active": True,
    }
