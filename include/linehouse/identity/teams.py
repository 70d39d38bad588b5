"""Which franchise a spelling means, from the seeds."""

import difflib
from dataclasses import dataclass
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

    @classmethod
    def load(cls, connection: psycopg.Connection[Any]) -> "Teams":
        """Read schema `reference`."""
        sports = connection.execute("select sport_key, league from reference.sports").fetchall()
        aliases = connection.execute(
            "select league, nullif(source, ''), alias, team_id from reference.team_aliases"
        ).fetchall()
        by_alias: dict[tuple[str, str | None, str], str] = {}
        spellings: dict[str, list[str]] = {}
        for league, source, alias, team_id in aliases:
            by_alias[(league, source, normalise(alias))] = team_id
            spellings.setdefault(league, []).append(alias)
        return cls(dict(sports), by_alias, {k: sorted(set(v)) for k, v in spellings.items()})

    def team_id(self, league: str, source: str, name: str) -> str | None:
        """The franchise a source means; a source's own spelling takes precedence."""
        spelling = normalise(name)
        return self.by_alias.get((league, source, spelling)) or self.by_alias.get(
            (league, None, spelling)
        )

    def suggestions(self, league: str, name: str) -> list[str]:
        """Spellings close to an unknown one: shown to a person, never applied."""
        return difflib.get_close_matches(
            name, self.spellings.get(league, []), n=SUGGESTION_LIMIT, cutoff=SUGGESTION_CUTOFF
        )


def normalise(name: str) -> str:
    """A spelling without case and blanks: `LA Clippers` and `laclippers` are the same."""
    return "".join(name.split()).casefold()
