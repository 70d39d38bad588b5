"""Archive files: found, their format told by what is in them, made ready to be landed."""

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook

from linehouse.sources import registry
from linehouse.sources.archives import oddsapi_csv, oddsapi_json, retrosheet
from linehouse.sources.archives.sbro import source as sbro
from linehouse.sources.archives.sbro.sheet import heading_key
from linehouse.sources.base import Payload, Source
from linehouse.sources.errors import SourceError
from linehouse.sources.mapped_table import source as mapped_table
from linehouse.sources.mapped_table.mapping import TableMapping
from linehouse.sources.mapped_table.yaml import MappingError, read_mapping

COMPOUND_FILE = b"\xd0\xcf\x11\xe0"
"""How workbooks of the older kind (`.xls`) begin."""
LARGEST_FILE_BYTES = 1 << 30
"""Of a file, which may hold many payloads; it is read whole."""


class ArchiveError(ValueError):
    """A path that holds nothing to load, or a file of no known format."""


class NotLoadedError(ArchiveError):
    """Some files cannot be loaded; all others were. `sentences` says of each which and why."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("not loaded: " + "; ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True)
class ArchiveFormat:
    """What reads a format, and the payloads that a file of it is landed as."""

    name: str
    source: Source
    payloads: Callable[[bytes, str], Iterable[Payload]]


def _season_workbook(feed: str) -> ArchiveFormat:
    def payloads(body: bytes, name: str) -> Iterable[Payload]:
        return [Payload(sbro.SOURCE.name, feed, body, None, name=name)]

    return ArchiveFormat(feed, sbro.SOURCE, payloads)


def _by_mapping(mapping: TableMapping) -> ArchiveFormat:
    def payloads(body: bytes, name: str) -> Iterable[Payload]:
        return mapped_table.payloads(body, name, mapping)

    return ArchiveFormat(mapped_table.FEED, mapped_table.SOURCE, payloads)


FORMATS = {
    format.name: format
    for format in (
        _season_workbook("sbro_nba"),
        _season_workbook("sbro_mlb"),
        ArchiveFormat(retrosheet.FEED, retrosheet.SOURCE, retrosheet.captures),
        ArchiveFormat("oddsapi_csv", oddsapi_csv.SOURCE, oddsapi_csv.captures),
        ArchiveFormat("oddsapi_json", oddsapi_json.SOURCE, oddsapi_json.captures),
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
    if zipfile.is_zipfile(io.BytesIO(body)) or body.startswith(COMPOUND_FILE):
        return _workbook_format(body, name)
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    try:
        if start in (b"[", b"{") and oddsapi_json.is_capture(body):
            return "oddsapi_json"
    except SourceError as error:
        raise ArchiveError(f"{name}: {error}") from error
    if retrosheet.is_game_log(body):
        return retrosheet.FEED
    if oddsapi_csv.is_capture(body):
        return "oddsapi_csv"
    raise ArchiveError(
        f"{name}: of no known format. Known are season workbooks (sbro_nba, sbro_mlb), game logs "
        "of 161 fields without a heading (retrosheet), CSV with columns such as event_id, "
        "home_team, away_team, commence_time (oddsapi_csv) and JSON of The Odds API "
        "(oddsapi_json); --format says it for files that cannot be told apart, and --mapping reads "
        "any other table"
    )


def _workbook_format(body: bytes, name: str) -> str:
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(body))
        rows = workbook.get_sheet_by_index(0).to_python(nrows=10)
    except (CalamineError, IndexError, OSError) as error:
        raise ArchiveError(f"{name}: not a readable workbook ({error})") from error
    headings = {heading_key(cell) for row in rows for cell in row}
    if {"date", "team", "pitcher"} <= headings:
        return "sbro_mlb"
    if {"date", "team", "ml"} <= headings:
        return "sbro_nba"
    raise ArchiveError(
        f"{name}: a workbook without the headings Date, Team and Pitcher (sbro_mlb) or Date, Team "
        "and ML (sbro_nba) on its first worksheet"
    )


def mapping_at(path: Path) -> TableMapping:
    """The mapping that a file holds. Raises `ArchiveError` for one that cannot be used."""
    try:
        mapping = read_mapping(path.read_text(encoding="utf-8"), path.name)
    except MappingError as error:
        raise ArchiveError(str(error)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise ArchiveError(f"mapping {path}: cannot be read ({error})") from error
    own = {registry.get(name).name for name in registry.names()}
    if mapping.source in own:
        raise ArchiveError(
            f"mapping {path.name}: source: {mapping.source!r} is one that Linehouse reads by "
            "itself; give the archive a name of its own"
        )
    return mapping


def payloads(
    path: Path, archive_format: str | None = None, mapping: Path | None = None
) -> Iterator[tuple[Source, Payload]]:
    """Every payload of every file at `path` with the source that reads it, in order of names.

    A file is one payload, but for one that holds several captures. `archive_format` overrides what
    the content tells; with a `mapping` every file is a table that it describes. Raises
    `ArchiveError` where there is nothing to read, or the mapping cannot be used, and
    `NotLoadedError` at the end, when all others were given out, for what cannot be loaded.
    """
    if mapping is not None and archive_format is not None:
        raise ArchiveError("say --format or --mapping, not both")
    if archive_format is not None and archive_format not in FORMATS:
        raise ArchiveError(f"no archive format {archive_format!r}; there are {', '.join(FORMATS)}")
    by_mapping = _by_mapping(mapping_at(mapping)) if mapping is not None else None
    refused: list[str] = []
    for file in find(path):
        if mapping is not None and file.resolve() == mapping.resolve():
            continue
        try:
            body = _read(file)
            format = by_mapping or FORMATS[archive_format or detect(body, file.name)]
            for payload in format.payloads(body, file.name):
                yield format.source, payload
        except (ArchiveError, SourceError) as error:
            refused.append(str(error))
        except OSError as error:
            refused.append(f"{file.name}: cannot be read ({error.strerror})")
    if refused:
        raise NotLoadedError(refused)


def _read(file: Path) -> bytes:
    size = file.stat().st_size
    if size > LARGEST_FILE_BYTES:
        raise ArchiveError(
            f"{file.name}: {size:,} bytes; files of at most {LARGEST_FILE_BYTES:,} can be loaded: "
            "split it"
        )
    return file.read_bytes()
