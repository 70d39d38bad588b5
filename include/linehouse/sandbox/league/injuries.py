"""Injuries: who is out when, and what was known of it when.

A report is made at a moment, speaks of a return that may be corrected later, or leaves a player in
question until shortly before a game. What is known moves what can be expected of a game by what
the player is worth, and with it the prices; what turns out true moves the result.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

from linehouse.sandbox.league.calendar import Season
from linehouse.sandbox.league.randomness import stream
from linehouse.sandbox.league.rosters import Player, roster, worth
from linehouse.sandbox.league.teams import Team

MEAN_DAYS_BETWEEN = 80.0
LOST_TOTAL = {"basketball_nba": 0.25, "baseball_mlb": 0.6}
"""How much of a missing player's worth the total loses."""

_BODY_PARTS = {
    "basketball_nba": ("Knee", "Ankle", "Hamstring", "Back", "Calf", "Foot", "Shoulder", "Illness"),
    "baseball_mlb": ("Hamstring", "Oblique", "Wrist", "Shoulder", "Back", "Hand", "Knee", "Elbow"),
}


@dataclass(frozen=True)
class InjuryReport:
    """What is told of a player at a moment. `status` is Out, Questionable or Day-To-Day."""

    team: Team
    player: Player
    status: str
    body_part: str
    reported_at: datetime
    """When this was told last."""
    expected_return: date | None


@dataclass(frozen=True)
class Spell:
    """One injury, as it really was. Dates are Eastern; `back_on` is the first day he can play."""

    team: Team
    player: Player
    body_part: str
    reported_at: datetime
    first_day: date
    back_on: date
    told_back_on: date
    """The return as it was told first."""
    corrected_at: datetime
    """When the true return became known; for a player in question, whether he plays."""
    questionable: bool
    plays: bool = False
    """Whether a player in question played after all."""

    def chances_out(self, day: date) -> list[tuple[datetime, float]]:
        """(known from, chance that he misses a game of that day), in order; empty where he was
        never thought to."""
        if self.questionable:
            if day != self.first_day:
                return []
            return [(self.reported_at, 0.5), (self.corrected_at, 0.0 if self.plays else 1.0)]
        told = float(self.first_day <= day < self.told_back_on)
        true = float(self.first_day <= day < self.back_on)
        if not told and not true:
            return []
        return [(self.reported_at, told), (self.corrected_at, true)]

    def misses(self, day: date) -> bool:
        """Whether he really misses that day."""
        if self.questionable:
            return day == self.first_day and not self.plays
        return self.first_day <= day < self.back_on

    def report(self, at: datetime) -> InjuryReport | None:
        """What is told at a moment; None before the first report and once he is back."""
        over = datetime.combine(self.back_on, time(5), UTC)
        if at < self.reported_at or at >= over:
            return None
        corrected = at >= self.corrected_at
        told_at = self.corrected_at if corrected else self.reported_at
        if self.questionable:
            if corrected and self.plays:
                return None
            status = "Out" if corrected else "Questionable"
            return InjuryReport(self.team, self.player, status, self.body_part, told_at, None)
        expected = self.back_on if corrected else self.told_back_on
        length = (expected - self.first_day).days
        status = "Day-To-Day" if length <= 3 and not corrected else "Out"
        return InjuryReport(self.team, self.player, status, self.body_part, told_at, expected)


@dataclass(frozen=True)
class Effect:
    """What became known at a moment about a player and a game, and by how much it moved what was
    expected of the home margin and of the total."""

    at: datetime
    spell: Spell
    margin: float
    total: float


@lru_cache(maxsize=2_000)
def spells(seed: int, sport_key: str, team: Team, season: Season) -> tuple[Spell, ...]:
    """All injuries of a club in a season, in order of report."""
    last = season.playoffs_start + timedelta(days=62)
    found = []
    for player in roster(seed, sport_key, team, season.label):
        if player.is_starting_pitcher:
            continue
        random = stream(seed, "injuries", player.id, season.label)
        day = season.starts + timedelta(days=random.expovariate(1 / MEAN_DAYS_BETWEEN))
        while day < last:
            body_part = random.choice(_BODY_PARTS[sport_key])
            kind = random.random()
            if kind < 0.45:
                reported = _moment(day - timedelta(days=1), random.uniform(16, 24))
                decided = _moment(day, random.uniform(19.5, 22.5))
                plays = random.random() < 0.5
                back = day + timedelta(days=1)
                found.append(
                    Spell(team, player, body_part, reported, day, back, back, decided, True, plays)
                )
            else:
                days = random.randint(3, 14) if kind < 0.8 else random.randint(15, 55)
                told = max(round(days * random.choice((0.6, 1.0, 1.0, 1.3))), 2)
                back, told_back = day + timedelta(days=days), day + timedelta(days=told)
                reported = _moment(day - timedelta(days=1), random.uniform(23, 40))
                corrected = _moment(
                    min(back, told_back) - timedelta(days=1), random.uniform(16, 27)
                )
                found.append(
                    Spell(
                        team,
                        player,
                        body_part,
                        reported,
                        day,
                        back,
                        told_back,
                        max(corrected, reported + timedelta(hours=2)),
                        False,
                    )
                )
            day = back + timedelta(days=2 + random.expovariate(1 / MEAN_DAYS_BETWEEN))
    return tuple(sorted(found, key=lambda spell: (spell.reported_at, spell.player.id)))


def effects(
    seed: int, sport_key: str, season: Season, day: date, home: Team, away: Team
) -> list[Effect]:
    """What injuries did to what was expected of a game, in order of time."""
    found = []
    for team, sign in ((home, -1), (away, 1)):
        for spell in spells(seed, sport_key, team, season):
            if not spell.first_day <= day < max(spell.back_on, spell.told_back_on):
                continue
            value, known = worth(sport_key, spell.player), 0.0
            for at, chance in spell.chances_out(day):
                if chance != known and value > 0:
                    by = value * (chance - known)
                    lost = -by * LOST_TOTAL[sport_key]
                    found.append(Effect(at, spell, sign * by, lost))
                known = chance
    return sorted(found, key=lambda effect: effect.at)


def _moment(day: date, hour_utc: float) -> datetime:
    seconds = round(hour_utc * 60) * 60
    return datetime.combine(day, time(0), UTC) + timedelta(seconds=seconds)
