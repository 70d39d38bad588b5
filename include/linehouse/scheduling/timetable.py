"""Airflow's timetable that knows the games: runs when something is due, and not otherwise."""

from datetime import UTC, datetime
from typing import Any

import pendulum
from airflow.timetables.base import DagRunInfo, DataInterval, TimeRestriction, Timetable

from linehouse.scheduling.work import Work
from linehouse.settings import Mode


class GameTimetable(Timetable):
    """The next run is when the plan's next fetch of `work` is due; for scores, when games are to be
    moved along, if that is sooner or The Odds API is off.

    It is asked when a run begins, and anew whenever the DAG's file is parsed, so that games that
    come to be known meanwhile are heeded. Out of season it runs once a day, for a list that is
    free. The warehouse is asked with a short time-out; where it does not answer, the next run is
    half an hour after the last one, and that run decides for itself what to ask.
    """

    def __init__(self, mode: str = Mode.LIVE.value, work: str = Work.ODDS.value) -> None:
        super().__init__()
        self.mode = Mode(mode)
        self.work = Work(work)
        self.description = f"When {self.work.value} of a game are due, within the quota"

    @property
    def summary(self) -> str:
        """What Airflow shows as the schedule."""
        return f"{self.work.value}, by the games"

    def serialize(self) -> dict[str, Any]:
        """As the scheduler keeps it."""
        return {"mode": self.mode.value, "work": self.work.value}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> "GameTimetable":
        """As `serialize` wrote it."""
        return cls(**data)

    def infer_manual_data_interval(self, *, run_after: pendulum.DateTime) -> DataInterval:
        """A run by hand is about its own moment."""
        return DataInterval.exact(run_after)

    def next_dagrun_info(
        self,
        *,
        last_automated_data_interval: DataInterval | None,
        restriction: TimeRestriction,
    ) -> DagRunInfo | None:
        """The moment of the next fetch; runs that were missed are not made up for."""
        last = last_automated_data_interval.end if last_automated_data_interval else None
        at = self._next_at(last, datetime.now(UTC))
        if restriction.earliest is not None:
            at = max(at, restriction.earliest)
        if restriction.latest is not None and at > restriction.latest:
            return None
        return DagRunInfo.exact(pendulum.instance(at))

    def _next_at(self, last: datetime | None, now: datetime) -> datetime:
        from linehouse.scheduling.calendar import ODDS_SOURCE
        from linehouse.scheduling.next_move import next_move_at
        from linehouse.scheduling.next_run import next_run_at
        from linehouse.sources.availability import http_source, off_because

        if self.work is Work.ODDS:
            return next_run_at(self.mode, self.work, last, now)
        moment = next_move_at(self.mode, last, now)
        if off_because(http_source(ODDS_SOURCE), self.mode) is not None:
            return moment
        return min(moment, next_run_at(self.mode, self.work, last, now))
