"""Games in the MLB Stats API's form: how it lists, dates and scores them.

A make-up game keeps the `gamePk` of the game that was put off, and stands under its own day, with
the other one under the day before. A suspended game stands under both of its days.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from linehouse.sandbox.league.calendar import EASTERN
from linehouse.sandbox.league.game import Game
from linehouse.sandbox.league.league import League
from linehouse.sandbox.league.randomness import uniform
from linehouse.sandbox.league.rosters import Player
from linehouse.sandbox.upstreams.mlb_stats_api.clubs import full, short

SPORT_KEY = "baseball_mlb"
PRE_GAME = timedelta(minutes=45)
WARMUP = timedelta(minutes=20)
GAME_OVER = timedelta(minutes=8)
STARTERS_KNOWN = timedelta(hours=50)
TBD_TIME = time(3, 33)
"""Eastern; stands where the start is not known."""


class Listing:
    """One game under one day, as it stood at a moment."""

    def __init__(self, league: League, game: Game, at: datetime, listed_on: date) -> None:
        self.league, self.game, self.at, self.listed_on = league, game, at, listed_on
        self.fixture = game.fixture
        self.state = league.status(game, at)

    @property
    def game_pk(self) -> int:
        """The game's number; that of the game which it makes up, where it does."""
        made_up = made_up_by(self.league, self.game)
        return number_of((made_up or self.game).event_id)

    @property
    def doubleheader(self) -> str:
        """`Y` one ticket, `S` split, `N` none."""
        today = self.league.games_on(SPORT_KEY, self.fixture.date_et)
        second = next(
            (
                one
                for one in today
                if one.fixture.home == self.fixture.home and one.fixture.game_number == 2
            ),
            None,
        )
        if second is None or not known(second, self.at):
            return "N"
        single = uniform(self.game.seed, "one ticket", second.event_id) < 0.5
        return "Y" if single else "S"

    @property
    def start_to_be_told(self) -> bool:
        """Whether the second game of one ticket has no time of its own yet."""
        second = self.doubleheader == "Y" and self.fixture.game_number == 2
        return second and self.state == "scheduled"

    @property
    def told_start(self) -> datetime:
        """`gameDate`: a placeholder where the start is not known; of a game that is resumed, under
        that day, the resumption."""
        if self.start_to_be_told:
            return datetime.combine(
                self.fixture.date_et + timedelta(days=1), TBD_TIME, EASTERN
            ).astimezone(UTC)
        if self.listed_on != self.fixture.date_et and self.fixture.resumes_at is not None:
            return self.fixture.resumes_at
        return self.game.told_start(self.at)

    def status(self) -> dict[str, Any]:
        """The status object."""
        abstract, coded, detailed, code = self._status()
        status = {
            "abstractGameState": abstract,
            "codedGameState": coded,
            "detailedState": detailed,
            "statusCode": code,
            "startTimeTBD": self.start_to_be_told,
            "abstractGameCode": abstract[0],
        }
        if self.state in ("postponed", "suspended"):
            status["reason"] = "Rain"
        return status

    def _status(self) -> tuple[str, str, str, str]:
        left = self.game.told_start(self.at) - self.at
        if self.state == "postponed":
            return "Final", "D", "Postponed", "DR"
        if self.state == "suspended":
            return "Live", "U", "Suspended: Rain", "UR"
        if self.state == "live":
            return "Live", "I", "In Progress", "I"
        if self.state == "final":
            over = self.at < self.game.reported_at + GAME_OVER
            return ("Final", "O", "Game Over", "O") if over else ("Final", "F", "Final", "F")
        if left <= WARMUP:
            return "Live", "P", "Warmup", "PW"
        if left <= PRE_GAME:
            return "Preview", "P", "Pre-Game", "P"
        return "Preview", "S", "Scheduled", "S"

    def scored(self) -> bool:
        """Whether a score is shown: 0 to 0 on the day of the game, none further ahead."""
        if self.state == "postponed":
            return False
        today = self.at.astimezone(EASTERN).date()
        return self.state != "scheduled" or self.fixture.date_et <= today

    def linescore(self) -> dict[str, Any]:
        """Innings so far; a half that was not played has no `runs`."""
        scheduled = {"scheduledInnings": 9}
        if self.state in ("scheduled", "postponed"):
            return scheduled | {"innings": [], "teams": {"home": {}, "away": {}}}
        away, home = self.league.line_score(self.game, self.at)
        innings = [
            {
                "num": number + 1,
                "ordinalNum": ordinal(number + 1),
                "home": _half(home, number),
                "away": _half(away, number),
            }
            for number in range(len(away))
        ]
        inning = max(len(away), 1)
        batting_home = len(home) == len(away) and self.state != "final"
        return scheduled | {
            "currentInning": inning,
            "currentInningOrdinal": ordinal(inning),
            "inningState": "Bottom" if batting_home else "Top",
            "inningHalf": "Bottom" if batting_home else "Top",
            "isTopInning": not batting_home,
            "innings": innings,
            "teams": {
                "home": {"runs": sum(home), "hits": 2 * sum(home) + 3, "errors": 0},
                "away": {"runs": sum(away), "hits": 2 * sum(away) + 2, "errors": 0},
            },
        }

    def starters(self) -> dict[str, dict[str, Any]]:
        """The probable pitchers, by side, as soon as they are told."""
        if self.at < self.fixture.scheduled_at - STARTERS_KNOWN:
            return {}
        away, home = self.league.starters(self.game)
        named = {"away": away, "home": home}
        return {side: _person(player) for side, player in named.items() if player is not None}

    def moved(self) -> dict[str, Any]:
        """What tells of the game's other day."""
        fixture = self.fixture
        more: dict[str, Any] = {}
        if fixture.made_up_on is not None:
            makeup = next(
                (
                    one
                    for one in self.league.games_on(SPORT_KEY, fixture.made_up_on)
                    if one.fixture.home == fixture.home and one.fixture.makes_up == fixture.date_et
                ),
                None,
            )
            if self.state == "postponed" and makeup is not None and known(makeup, self.at):
                more["rescheduleDate"] = utc(makeup.fixture.scheduled_at)
                more["rescheduleGameDate"] = fixture.made_up_on.isoformat()
        if fixture.makes_up is not None:
            off = made_up_by(self.league, self.game)
            if off is not None:
                more["rescheduledFrom"] = utc(off.fixture.scheduled_at)
            more["rescheduledFromDate"] = fixture.makes_up.isoformat()
            more["description"] = f"Makeup of {fixture.makes_up:%-m/%-d} PPD"
        suspended_at = self.game.suspended_at
        if suspended_at is not None and fixture.resumes_at is not None and self.at >= suspended_at:
            resumed_on = fixture.resumes_at.astimezone(EASTERN).date()
            if self.listed_on == fixture.date_et:
                more["resumeDate"] = utc(fixture.resumes_at)
                more["resumeGameDate"] = resumed_on.isoformat()
            else:
                more["resumedFrom"] = utc(self.game.starts_at)
                more["resumedFromDate"] = fixture.date_et.isoformat()
        return more

    def game_of_schedule(self, hydrate: set[str]) -> dict[str, Any]:
        """One game of the schedule."""
        fixture, pk = self.fixture, self.game_pk
        starters = self.starters() if "probablePitcher" in hydrate else {}
        away, home = self.league.line_score(self.game, self.at)
        runs = {"away": sum(away), "home": sum(home)}
        sides: dict[str, Any] = {}
        for side, team in (("away", fixture.away), ("home", fixture.home)):
            one: dict[str, Any] = {
                "team": full(team, fixture.season) if "team" in hydrate else short(team),
                "splitSquad": False,
                "seriesNumber": 1,
            }
            if self.scored():
                one["score"] = runs[side]
            if self.state == "final":
                one["isWinner"] = runs[side] == max(runs.values())
            if side in starters:
                one["probablePitcher"] = starters[side]
            sides[side] = one
        game = {
            "gamePk": pk,
            "link": f"/api/v1.1/game/{pk}/feed/live",
            "gameType": "R" if fixture.season_type == "regular" else "D",
            "season": fixture.season,
            "gameDate": utc(self.told_start),
            "officialDate": fixture.date_et.isoformat(),
            "status": self.status(),
            "teams": sides,
            "venue": {"id": 5000 + pk % 100, "name": f"{fixture.home.city} Park"},
            "content": {"link": f"/api/v1/game/{pk}/content"},
            "gameNumber": fixture.game_number,
            "publicFacing": True,
            "doubleHeader": self.doubleheader,
            "gamedayType": "P",
            "tiebreaker": "N",
            "calendarEventID": f"14-{pk}-{fixture.date_et}",
            "seasonDisplay": fixture.season,
            "dayNight": "day" if fixture.scheduled_at.astimezone(EASTERN).hour < 17 else "night",
            "scheduledInnings": 9,
            "seriesDescription": "Regular Season",
            "recordSource": "S",
            "ifNecessary": "N",
            "ifNecessaryDescription": "Normal Game",
        }
        if "linescore" in hydrate:
            game["linescore"] = self.linescore()
        return game | self.moved()


def listings(league: League, day: date, at: datetime) -> Iterator[Listing]:
    """The games that are listed under an Eastern day at a moment."""
    for game in league.games_on(SPORT_KEY, day - timedelta(days=1)):
        resumes_at, suspended_at = game.fixture.resumes_at, game.suspended_at
        if (
            resumes_at is not None
            and suspended_at is not None
            and at >= suspended_at
            and resumes_at.astimezone(EASTERN).date() == day
        ):
            yield Listing(league, game, at, day)
    for game in league.games_on(SPORT_KEY, day):
        if known(game, at):
            yield Listing(league, game, at, day)


def known(game: Game, at: datetime) -> bool:
    """Whether the league's office had told of a game, also of one that it called off."""
    listed_from = game.fixture.listed_from
    return listed_from is None or at >= listed_from


def made_up_by(league: League, game: Game) -> Game | None:
    """The game that was put off and is played as this one."""
    day = game.fixture.makes_up
    if day is None:
        return None
    return next(
        (
            one
            for one in league.games_on(SPORT_KEY, day)
            if one.fixture.home == game.fixture.home and one.fixture.made_up_on is not None
        ),
        None,
    )


def number_of(event_id: str) -> int:
    """A number of nine digits for an event."""
    return 100_000_000 + int(event_id[:12], 16) % 900_000_000


def utc(moment: datetime) -> str:
    """An instant as the source writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ending = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def _half(runs: tuple[int, ...], number: int) -> dict[str, Any]:
    played = {"runs": runs[number]} if number < len(runs) else {}
    return played | {"hits": 0, "errors": 0, "leftOnBase": 0}


def _person(player: Player) -> dict[str, Any]:
    return {"id": player.id, "fullName": player.name, "link": f"/api/v1/people/{player.id}"}
