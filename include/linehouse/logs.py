"""The project's own log as files: a line of JSON for each event, one file a day, kept 30 days.

Off unless `LOG_FILE` is set; `LOG_LEVEL` says from which level on. Commands and Airflow's tasks
write the same files, each line with its process: so the day stands in the file's name, and nothing
is renamed under another process that writes it. Airflow's own logs of tasks are not touched.
"""

import json
import logging
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from io import TextIOWrapper
from pathlib import Path

from pydantic import SecretStr

from linehouse.settings import Settings, get_settings

OURS = "linehouse"
"""The logger above all of this package."""
KEPT = timedelta(days=30)
MASK = "***"
SHORTEST_SECRET = 8


def to_file(settings: Settings | None = None) -> None:
    """Log as the settings say; once for each process, whoever asks for it again.

    Raises `SettingsError` for settings that cannot be used.
    """
    settings = settings or get_settings()
    ours = logging.getLogger(OURS)
    ours.setLevel(settings.log_level)
    for handler in [one for one in ours.handlers if isinstance(one, DailyFile)]:
        if settings.log_file == handler.path:
            return
        ours.removeHandler(handler)
        handler.close()
    if settings.log_file is not None:
        handler = DailyFile(settings.log_file)
        handler.setFormatter(JsonLines(settings))
        ours.addHandler(handler)


class DailyFile(logging.FileHandler):
    """Appends to `linehouse.2026-04-18.log` for the path `linehouse.log`; the day is UTC's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.day = _today()
        super().__init__(self.of_day(self.day), encoding="utf-8", delay=True)

    def of_day(self, day: date) -> Path:
        """The file of a day."""
        return self.path.with_name(f"{self.path.stem}.{day}{self.path.suffix}")

    def emit(self, record: logging.LogRecord) -> None:
        """Write to the file of the day."""
        if (today := _today()) != self.day:
            self.close()
            self.day = today
            self.baseFilename = str(self.of_day(today).absolute())
        super().emit(record)

    def _open(self) -> TextIOWrapper:
        """Open the file of the day, and take away those that are too old."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        for file in self.path.parent.glob(f"{self.path.stem}.*{self.path.suffix}"):
            told = file.name.removeprefix(f"{self.path.stem}.").removesuffix(self.path.suffix)
            with suppress(ValueError, OSError):  # it is none of ours, or another took it away
                if date.fromisoformat(told) < self.day - KEPT:
                    file.unlink()
        opened: TextIOWrapper = super()._open()
        return opened


class JsonLines(logging.Formatter):
    """`at` (UTC), `level`, `logger`, `process`, `message`, and `error` with its traceback. No value
    of a secret setting is written, wherever it came from."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        values = (getattr(settings, name) for name in type(settings).model_fields)
        secrets = {one.get_secret_value() for one in values if isinstance(one, SecretStr)}
        self._secrets = sorted((s for s in secrets if len(s) >= SHORTEST_SECRET), key=len)[::-1]

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": self._masked(record.getMessage()),
        }
        if record.exc_info:
            told["error"] = self._masked(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text


def _today() -> date:
    return datetime.now(UTC).date()
