"""Where things lie under `LINEHOUSE_HOME`."""

import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

# sun_path holds 108 bytes with the closing zero; supervisord and PostgreSQL add a name of their own.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = len("/supervisor.sock.4194304")


@dataclass(frozen=True)
class Layout:
    """The folders of one Linehouse; `home` is absolute."""

    home: Path

    @property
    def secrets(self) -> Path:
        """Passwords and keys: 0700, files 0600."""
        return self.home / "secrets"

    @property
    def run(self) -> Path:
        """Pid files, locks, generated configuration."""
        return self.home / "run"

    @property
    def logs(self) -> Path:
        """What the supervised processes print."""
        return self.home / "logs"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.home / "airflow"

    @property
    def key(self) -> str:
        """Ten characters that stand for this home where a path would be too long."""
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:10]

    def make(self) -> None:
        """Make the folders. Raises OSError where the home cannot be written."""
        if not self.home.exists():
            self.home.mkdir(parents=True, mode=0o711)
            self.home.chmod(0o711)  # the server's own user must pass through, nothing more
        for folder, mode in (
            (self.secrets, 0o700),
            (self.run, 0o700),
            (self.logs, 0o700),
            (self.airflow, 0o700),
        ):
            folder.mkdir(exist_ok=True, mode=mode)
            if stat.S_IMODE(folder.stat().st_mode) != mode:
                folder.chmod(mode)

    def socket_folder(self, name: str, *, uid: int | None = None, gid: int = -1) -> Path:
        """A private folder for the socket of `name`, short enough for the kernel.

        Lies under the home, or under the system's temporary folder where that path is too long
        or cannot be reached by `uid`. Raises PermissionError if someone else owns it.
        """
        owner = os.geteuid() if uid is None else uid
        folder = self.home / name
        too_long = len(os.fsencode(folder)) + LONGEST_SOCKET_NAME > SOCKET_PATH_LIMIT
        if too_long or owner != os.geteuid():
            folder = Path(tempfile.gettempdir()) / f"linehouse-{self.key}-{name}"
            if len(os.fsencode(folder)) + LONGEST_SOCKET_NAME > SOCKET_PATH_LIMIT:
                folder = Path("/tmp") / folder.name
        try:
            folder.mkdir(mode=0o700, parents=True)
            if owner != os.geteuid():
                os.chown(folder, owner, gid)
        except FileExistsError:
            pass
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise PermissionError(
                f"{folder} belongs to someone else (uid {found.st_uid}); remove it or set "
                "LINEHOUSE_HOME to another folder"
            )
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)
        return folder
