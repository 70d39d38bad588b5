"""Which season a day of a sport belongs to, and how it is written: as the seeds `sports` and
`season_exceptions` say, which the models of staging read too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from linehouse import own_seeds
from linehouse.sources.reading.season_labels import two_years

if TYPE_CHECKING:
    import psycopg

TRUE = ("true", "t", "yes", "y", "on", "1")
"""As PostgreSQL reads a boolean of a seed."""


@dataclass(frozen=True)
class Rule:
    """How the seasons of a sport run."""

    league: str
    first_month: int
    two_years: bool
    """Whether a season is named by both its years (`2016-17`)."""


@dataclass(frozen=True)
class Seasons:
    """The seasons of every sport that the seeds know. Another sport's are told by the year."""

    rules: Mapping[str, Rule]
    """By sport key."""
    exceptions: Mapping[str, tuple[tuple[str, date, date], ...]] = field(default_factory=dict)
    """League to seasons that did not keep to their months, with first and last day."""

    @classmethod
    def from_seeds(cls) -> "Seasons":
        """As the files of the project and the user say. Raises `OwnSeedsError`."""
        merged: dict[str, dict[str, Any]] = {}
        for row in own_seeds.rows("sports"):
            merged.setdefault(row["sport_key"], {}).update(row)
        return cls._of(
            (
                (key, row["league"], int(row["season_start_month"]), _true(row["two_year_label"]))
                for key, row in merged.items()
            ),
            (
                (
                    row["league"],
                    row["season"],
                    date.fromisoformat(row["starts_on"]),
                    date.fromisoformat(row["ends_on"]),
                )
                for row in own_seeds.rows("season_exceptions")
            ),
        )

    @classmethod
    def load(cls, connection: "psycopg.Connection[Any]") -> "Seasons":
        """As schema `reference` says."""
        return cls._of(
            connection.execute(
                "select sport_key, league, season_start_month, two_year_label from reference.sports"
                " where season_start_month is not null and two_year_label is not null"
            ).fetchall(),
            connection.execute(
                "select league, season, starts_on, ends_on from reference.season_exceptions"
            ).fetchall(),
        )

    @classmethod
    def _of(
        cls,
        sports: Iterable[tuple[str, str, int, bool]],
        exceptions: Iterable[tuple[str, str, date, date]],
    ) -> "Seasons":
        by_league: dict[str, dict[str, tuple[str, date, date]]] = {}
        for league, season, first, last in exceptions:
            by_league.setdefault(league, {})[season] = (season, first, last)
        return cls(
            {key: Rule(league, month, both) for key, league, month, both in sports},
            {league: tuple(seasons.values()) for league, seasons in by_league.items()},
        )

    def season_of(self, sport_key: str, day_et: date) -> str:
        """Our label of the season that an Eastern day belongs to."""
        rule = self.rules.get(sport_key)
        if rule is None:
            return str(day_et.year)
        for season, first, last in self.exceptions.get(rule.league, ()):
            if first <= day_et <= last:
                return season
        return self._label(rule, day_et.year - (day_et.month < rule.first_month))

    @staticmethod
    def _label(rule: Rule, year: int) -> str:
        return two_years(year) if rule.two_years else str(year)


def _true(value: str) -> bool:
    return value.strip().lower() in TRUE
