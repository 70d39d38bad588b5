"""Archive files: found, their format told by what is in them, made ready to be landed."""

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from linehouse.sources import oddsapi_csv, oddsapi_json, sbro
from linehouse.sources.base import Payload, Source, SourceError


class ArchiveError(ValueError):
    """A path that holds nothing to load, or a file of no known format."""


def _no_time(body: bytes, name: str | None) -> None:
    return None


@dataclass(frozen=True)
class ArchiveFormat:
    """What reads a format, and how its files tell when they were captured."""

    name: str
    source: Source
    observed_at: Callable[[bytes, str | None], datetime | None]


FORMATS = {
    format.name: format
    for format in (
        ArchiveFormat("sbro_nba", sbro.SOURCE, _no_time),
        ArchiveFormat("sbro_mlb", sbro.SOURCE, _no_time),
        ArchiveFormat("oddsapi_csv", oddsapi_csv.SOURCE, oddsapi_csv.observed_at),
        ArchiveFormat("oddsapi_json", oddsapi_json.SOURCE, oddsapi_json.observed_at),
    )
}
"""By the name that `--format` takes; the same name is the feed of the payload."""


def find(path: Path) -> list[Path]:
    """The file itself, or every file in a folder and below it, hidden ones left out, sorted.

    Raises `ArchiveError` when there is none.
    """
    if path.is_file():
        return [path]
    files = sorted(
        file
        for file in path.rglob("*")
        if file.is_file()
        and not any(part.startswith((".", "~$")) for part in file.relative_to(path).parts)
    )
    if not files:
        raise ArchiveError(f"no file to load at {path}")
    return files


def detect(body: bytes, name: str) -> str:
    """The format of a file, by its content. Raises `ArchiveError` with what was expected."""
    if zipfile.is_zipfile(io.BytesIO(body)):
        return _workbook_format(body, name)
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        if start in (b"[", b"{") and oddsapi_json.is_capture(body):
            return "oddsapi_json"
    except SourceError as error:
        raise ArchiveError(f"{name}: {error}") from error
    if oddsapi_csv.is_capture(body):
        return "oddsapi_csv"
    raise ArchiveError(
        f"{name}: of no known format. Known are season workbooks (sbro_nba, sbro_mlb), CSV "
        "with the columns event_id, home_team, away_team, commence_time (oddsapi_csv) and JSON of "
        "The Odds API (oddsapi_json); --format says it for files that cannot be told apart"
    )


def _workbook_format(body: bytes, name: str) -> str:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        rows = workbook.get_sheet_by_index(0).to_python(nrows=10)
    except (CalamineError, IndexError, OSError) as error:
        raise ArchiveError(f"{name}: not a readable workbook ({error})") from error
    headings = {str(cell).replace(" ", "").casefold() for row in rows for cell in row}
    if {"date", "team", "pitcher"} <= headings:
        return "sbro_mlb"
    if {"date", "team", "ml"} <= headings:
        return "sbro_nba"
    raise ArchiveError(
        f"{name}: a workbook without the headings Date, Team and Pitcher (sbro_mlb) or Date, Team "
        "and ML (sbro_nba) on its first worksheet"
    )


def payloads(path: Path, archive_format: str | None = None) -> Iterator[tuple[Source, Payload]]:
    """Every file at `path` with the source that reads it, in order of their names.

    `archive_format` overrides what the content tells. All files are told apart before the first
    is given out, so that a folder of mixed files is refused as a whole.
    Raises `ArchiveError`, naming every file that cannot be loaded and why.
    """
    if archive_format is not None and archive_format not in FORMATS:
        raise ArchiveError(f"no archive format {archive_format!r}; there are {', '.join(FORMATS)}")
    told: list[tuple[Path, ArchiveFormat, datetime | None]] = []
    refused: list[str] = []
    for file in find(path):
        body = file.read_bytes()
        try:
            format = FORMATS[archive_format or detect(body, file.name)]
            told.append((file, format, format.observed_at(body, file.name)))
        except (ArchiveError, SourceError) as error:
            refused.append(str(error))
    if refused:
        raise ArchiveError("nothing was loaded: " + "; ".join(refused))
    for file, format, observed_at in told:
        yield (
            format.source,
            Payload(
                format.source.name, format.name, file.read_bytes(), observed_at, name=file.name
            ),
        )
