"""Landing files."""

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from linehouse.pipeline.fetching import brief
from linehouse.settings import Mode

log = logging.getLogger(__name__)


def land_archive(
    mode: Mode,
    path: Path,
    archive_format: str | None,
    run_key: str,
    mapping: Path | None = None,
) -> Iterator[dict[str, Any]]:
    """Land every file at `path`, one by one; yields what became of each as it goes.

    The format is told by what is in a file, unless `archive_format` says it or a `mapping`
    describes the tables. A file that cannot be loaded stops none of the others: it comes last,
    without `batch_id`, with the reason in `error`.
    Raises `ArchiveError` where there is nothing to load, or nothing that can be loaded.
    """
    from linehouse import archives
    from linehouse.landing import land_payload
    from linehouse.sources.errors import SourceError

    landed_any = False
    failed: list[str] = []
    try:
        for source, payload in archives.payloads(path, archive_format, mapping):
            try:
                landed = land_payload(payload, source, mode=mode, run_key=run_key)
            except SourceError as error:
                failed.append(str(error))
                continue
            landed_any = True
            yield {"file": payload.name, "error": None, **brief(landed)}
    except archives.NotLoadedError as refusal:
        failed += refusal.sentences
    if failed and not landed_any:
        raise archives.NotLoadedError(failed)
    for sentence in failed:
        log.warning("not loaded: %s", sentence)
        yield {
            "file": None, "error": sentence, "batch_id": None, "outcome": "not_loaded", "rows": 0,
            "events": 0,
        }  # fmt: skip
