"""What all evidence in force says of one event, as far as it can tell which game that is."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

EventKey = tuple[str, str]
"""(source, source_event_id)"""
Sides = tuple[str, str]
"""What is written of home and of away."""

_EASTERN = ZoneInfo("America/New_York")
_NO_PITCHER = frozenset({"", "tbd", "tba", "undecided", "none", "unknown"})
_HAND = re.compile(r"-[lrs]$")
_JUNIOR = re.compile(r"\s+(jr|sr|ii|iii|iv)\.?$")


@dataclass(frozen=True, slots=True)
class Telling:
    """Rows of an event that say the same, and where they lie among all of its rows."""

    source: str
    source_event_id: str
    sport_key: str
    home_team: str
    away_team: str
    commence_at: datetime | None
    game_date_et: date | None
    game_number: int | None
    event_ordinal: int | None
    is_final: bool
    is_off: bool
    """Postponed, suspended or cancelled."""
    home_score: str | None
    away_score: str | None
    dates_et: list[str] | None
    periods_home: str | None
    periods_away: str | None
    pitcher_home: str | None
    pitcher_away: str | None
    first_place: int
    last_place: int

    @property
    def key(self) -> EventKey:
        return (self.source, self.source_event_id)

    @property
    def day(self) -> date | None:
        """The day (US Eastern) that these rows mean."""
        if self.commence_at is not None:
            return self.commence_at.astimezone(_EASTERN).date()
        return self.game_date_et

    @property
    def days(self) -> set[date]:
        """Every day that these rows name."""
        named = {date.fromisoformat(text) for text in self.dates_et or () if _is_day(text)}
        return named | {day for day in (self.day, self.game_date_et) if day is not None}


@dataclass(frozen=True, slots=True)
class Facts:
    """What identity reads of one event. Points are (home, away) as the source has the sides."""

    anchor: date | None
    """The earliest day that the earliest evidence names."""
    dates: tuple[date, ...]
    starts: tuple[int, ...]
    """Every start ever told, in seconds since 1970."""
    numbers: tuple[tuple[date, int], ...]
    """Official number of a doubleheader's game by day."""
    final: tuple[int, int] | None
    innings: Sides | None
    """Points or runs by period, as JSON; read where they are needed (`read_periods`)."""
    pitchers: Sides | None
    """Starting pitchers as written; compared by `pitcher_key`."""
    place: int | None
    """Its place among the same of that day in the source's own list."""
    is_off: bool
    """Postponed, suspended or cancelled, as last told."""

    def as_json(self) -> dict[str, Any]:
        """What ops.game_registry keeps."""
        told: dict[str, Any] = {
            "anchor": self.anchor and self.anchor.isoformat(),
            "dates": [day.isoformat() for day in self.dates],
            "starts": list(self.starts),
            "numbers": [[day.isoformat(), number] for day, number in self.numbers],
            "final": self.final and list(self.final),
            "innings": self.innings and list(self.innings),
            "pitchers": self.pitchers and list(self.pitchers),
            "place": self.place,
            "is_off": self.is_off,
        }
        return {name: value for name, value in told.items() if value}

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> "Facts":
        """What `as_json` gave."""
        innings, final, pitchers = told.get("innings"), told.get("final"), told.get("pitchers")
        anchor = told.get("anchor")
        return cls(
            date.fromisoformat(anchor) if anchor else None,
            tuple(date.fromisoformat(day) for day in told.get("dates", ())),
            tuple(told.get("starts", ())),
            tuple((date.fromisoformat(day), number) for day, number in told.get("numbers", ())),
            (final[0], final[1]) if final else None,
            (innings[0], innings[1]) if innings else None,
            (pitchers[0], pitchers[1]) if pitchers else None,
            told.get("place"),
            told.get("is_off", False),
        )


def facts_of(tellings: Sequence[Telling]) -> Facts:
    """The facts of one event, from everything that is told of it, in order of first telling."""
    if len(tellings) == 1:
        latest: Sequence[Telling] = tellings
    else:
        latest = sorted(tellings, key=lambda one: one.last_place, reverse=True)
    dates: set[date] = set().union(*(one.days for one in tellings))
    starts = {int(one.commence_at.timestamp()) for one in tellings if one.commence_at is not None}
    numbers = {
        one.day: one.game_number
        for one in reversed(latest)
        if one.game_number is not None and one.day is not None
    }
    over = [one for one in latest if one.is_final]
    return Facts(
        next((day for one in tellings if (day := _anchor(one)) is not None), None),
        tuple(sorted(dates)),
        tuple(sorted(starts)),
        tuple(sorted(numbers.items())),
        next((points for one in over if (points := _points(one))), None),
        next(
            (
                (one.periods_home, one.periods_away)
                for one in over
                if one.periods_home and one.periods_away
            ),
            None,
        ),
        next(
            (
                (one.pitcher_home, one.pitcher_away)
                for one in latest
                if one.pitcher_home and one.pitcher_away
            ),
            None,
        ),
        tellings[0].event_ordinal,
        latest[0].is_off,
    )


def _anchor(one: Telling) -> date | None:
    """The day that a telling means; the first of all where it names earlier ones."""
    return min(one.days) if one.dates_et and one.days else one.day


def _is_day(text: object) -> bool:
    return isinstance(text, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", text) is not None


def _points(one: Telling) -> tuple[int, int] | None:
    home, away = _number(one.home_score), _number(one.away_score)
    return None if home is None or away is None else (home, away)


@lru_cache(4096)
def read_periods(text: str) -> tuple[int | None, ...]:
    """Points or runs by period; None where a side did not bat or nothing can be read."""
    told = json.loads(text)
    return tuple(map(_number, told)) if isinstance(told, list) else ()


def _number(text: Any) -> int | None:
    if isinstance(text, str) and text.isdecimal():
        return int(text)
    try:
        value = float(text)
    except (TypeError, ValueError):
        return None
    return int(value) if value.is_integer() else None


@lru_cache(4096)
def pitcher_key(name: str) -> str | None:
    """First letter and last name, as far as every source writes them: `Jorge De La Rosa`,
    `De La Rosa, Jorge` and `JDELAROSA-L` are `jdelarosa`; None for one who is not named."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    plain = _JUNIOR.sub("", plain.strip())
    if plain in _NO_PITCHER:
        return None
    if "," in plain:
        last, first = (part.strip() for part in plain.split(",", 1))
    elif " " in plain:
        first, last = plain.split(" ", 1)
    else:
        first, last = "", _HAND.sub("", plain)
    return "".join(filter(str.isalpha, first))[:1] + "".join(filter(str.isalpha, last)) or None
