"""Injury reports in ESPN's form: athletes without ids, which stand in their links."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from linehouse.sandbox.league.injuries import InjuryReport
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.teams import Team
from linehouse.sandbox.upstreams.espn.clubs import name_of, team_of
from linehouse.sandbox.upstreams.espn.content import SLUGS, minute


def injuries(league: League, sport_key: str, at: datetime) -> Any:
    """The report of a league; clubs whose players are all well are left out."""
    by_team: dict[Team, list[InjuryReport]] = {}
    for report in league.injuries(sport_key, at):
        by_team.setdefault(report.team, []).append(report)
    return {
        "timestamp": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": "success",
        "season": {"year": at.year, "type": 2, "name": "Regular Season"},
        "injuries": [
            {
                "id": team_of(sport_key, team)["id"],
                "displayName": name_of(team),
                "injuries": [_injury(sport_key, report) for report in reports],
            }
            for team, reports in by_team.items()
        ],
    }


def _injury(sport_key: str, report: InjuryReport) -> dict[str, Any]:
    player, slug = report.player, SLUGS[sport_key]
    number = report.reported_at.timestamp()
    words = player.name.lower().replace(" ", "-")
    first, _, last = player.name.partition(" ")
    details = {
        "type": report.body_part,
        "side": "Not Specified",
        "fantasyStatus": {"description": report.status.upper()},
    }
    if report.expected_return is not None:
        details["returnDate"] = report.expected_return.isoformat()
    return {
        # Reports that are not written by hand have numbers below zero.
        "id": f"{-player.id if int(number) % 5 == 0 else player.id}",
        "status": report.status,
        "date": minute(report.reported_at),
        "shortComment": f"{last} ({report.body_part.lower()}) is {_word(report)}.",
        "longComment": "",
        "source": {"id": "1", "description": "basic/manual", "state": "active"},
        "athlete": {
            "firstName": first,
            "lastName": last,
            "displayName": player.name,
            "shortName": f"{first[:1]}. {last}",
            "links": list(_links(slug, player.id, words)),
            "position": {"abbreviation": player.position, "name": player.position},
            "team": team_of(sport_key, report.team),
        },
        "type": {
            "name": f"INJURY_STATUS_{report.status.upper().replace('-', '')}",
            "description": report.status.lower(),
            "abbreviation": report.status[:1],
        },
        "details": details,
    }


def _word(report: InjuryReport) -> str:
    return "without a date for his return" if report.expected_return is None else "expected back"


def _links(slug: str, number: int, words: str) -> Iterator[dict[str, Any]]:
    for kind in ("", "stats/", "news/"):
        yield {
            "rel": ["athlete", "desktop"],
            "href": f"https://www.espn.com/{slug}/player/{kind}_/id/{number}/{words}",
        }
