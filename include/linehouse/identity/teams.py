"""Which franchise a spelling means, from the seeds."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import psycopg

SUGGESTION_LIMIT = 3
SUGGESTION_CUTOFF = 0.6


@dataclass(frozen=True)
class Teams:
    """Spellings of teams, from the seeds."""

    league_of_sport: dict[str, str]
    by_alias: dict[tuple[str, str | None, str], str]
    """(league, source or None, spelling without case and blanks) to team_id."""
    spellings: dict[str, list[str]]
    """League to its spellings, for suggestions."""
    twice_a_day: frozenset[str] = frozenset()
    """Sport keys in whose leagues two teams may meet twice on a day."""
    season_starts: Mapping[str, int] = field(default_factory=dict)
    """Sport key to the month in which its seasons begin."""
    by_season: Mapping[tuple[str, str | None, str], list[tuple[int, int, str]]] = field(
        default_factory=dict
    )
    """Spellings that meant another franchise once: first and last season, team_id."""

    @classmethod
    def load(cls, connection: psycopg.Connection[Any]) -> "Teams":
        """Read schema `reference`."""
        sports = connection.execute(
            "select sport_key, league, season_start_month, coalesce(twice_a_day, false)"
            " from reference.sports"
        ).fetchall()
        aliases = connection.execute(
            "select league, nullif(source, ''), alias, team_id from reference.team_aliases"
        ).fetchall()
        by_alias: dict[tuple[str, str | None, str], str] = {}
        spellings: dict[str, list[str]] = {}
        for league, source, alias, team_id in aliases:
            by_alias[(league, source, normalise(alias))] = team_id
            spellings.setdefault(league, []).append(alias)
        by_season: dict[tuple[str, str | None, str], list[tuple[int, int, str]]] = {}
        for league, source, alias, team_id, first, last in connection.execute(
            "select league, nullif(source, ''), alias, team_id, first_season_start,"
            " last_season_start from reference.former_aliases"
        ):
            by_season.setdefault((league, source, normalise(alias)), []).append(
                (first, last, team_id)
            )
        return cls(
            {sport: league for sport, league, _, _ in sports},
            by_alias,
            {k: sorted(set(v)) for k, v in spellings.items()},
            frozenset(sport for sport, _, _, twice in sports if twice),
            {sport: month for sport, _, month, _ in sports if month is not None},
            by_season,
        )

    def season_start(self, sport_key: str, day: date | None) -> int | None:
        """The year in which the season of a day began."""
        if day is None or sport_key not in self.season_starts:
            return None
        return day.year - (day.month < self.season_starts[sport_key])

    def team_id(
        self, league: str, source: str, name: str, season_start: int | None = None
    ) -> str | None:
        """The franchise a source means; a source's own spelling takes precedence.

        `season_start`: the year in which the season began, for names that have changed hands.
        """
        spelling = normalise(name)
        for owner in (source, None):
            if season_start is not None and self.by_season:
                for first, last, team_id in self.by_season.get((league, owner, spelling), ()):
                    if first <= season_start <= last:
                        return team_id
            if (found := self.by_alias.get((league, owner, spelling))) is not None:
                return found
        return None

    def suggestions(self, league: str, name: str) -> list[str]:
        """Spellings close to an unknown one: shown to a person, never applied."""
        return difflib.get_close_matches(
            name, self.spellings.get(league, []), n=SUGGESTION_LIMIT, cutoff=SUGGESTION_CUTOFF
        )


def normalise(name: str) -> str:
    """A spelling without case and blanks: `LA Clippers` and `laclippers` are the same."""
    return "".join(name.split()).casefold()
