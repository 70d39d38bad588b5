"""The timetable that knows the games."""

from airflow.plugins_manager import AirflowPlugin

from linehouse.scheduling.timetable import GameTimetable


class GameTimetables(AirflowPlugin):
    """What DAGs that follow the games are scheduled by."""

    name = "linehouse_game_timetable"
    timetables = [GameTimetable]
