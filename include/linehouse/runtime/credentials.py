"""Generated passwords and keys: made once, kept in files that only their user can read."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path


def read_or_make(folder: Path, name: str, make: Callable[[], str] | None = None) -> str:
    """The secret `name` in `folder`; made on first use (32 random bytes, URL-safe) and kept.

    Safe when two processes ask at once: the first to link its file into place wins.
    Raises OSError where the folder cannot be written.
    """
    path = folder / name
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        pass
    value = make() if make is not None else secrets.token_urlsafe(32)
    draft = folder / f".{name}.{os.getpid()}"
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return path.read_text(encoding="utf-8").strip()
    finally:
        draft.unlink()
    return value


def read(folder: Path, name: str) -> str:
    """The secret `name`. Raises FileNotFoundError with the way out where it was never made."""
    path = folder / name
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError as error:
        raise FileNotFoundError(
            f"{path} is missing: `make run` (or `linehouse up`) makes it on its first run; "
            "to use a PostgreSQL of your own set DATABASE_URL"
        ) from error


def fernet_key() -> str:
    """A new key in Fernet's own format (32 bytes, URL-safe base64 with padding)."""
    return base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
