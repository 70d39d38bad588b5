"""Where things lie under `LINEHOUSE_HOME`."""

import hashlib
import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

# In the environment of every process of ours: the home that it belongs to.
MARKER = "LINEHOUSE_SUPERVISED"
# sun_path holds 108 bytes with the closing zero; the sockets' names come on top.
SOCKET_PATH_LIMIT = 107
LONGEST_SOCKET_NAME = len("/supervisor.sock.4194304")


@dataclass(frozen=True)
class Layout:
    """The folders of one Linehouse."""

    home: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "home", self.home.absolute())

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

    def socket_folder(self, wanted: Path, *, uid: int, gid: int = -1) -> Path:
        """`wanted` as a private folder of `uid` for sockets, or a stand-in where it is too long.

        The stand-in lies in the system's temporary folder. Raises PermissionError if someone
        else owns it.
        """
        folder = wanted
        if len(os.fsencode(folder)) + LONGEST_SOCKET_NAME > SOCKET_PATH_LIMIT:
            folder = Path("/tmp") / f"linehouse-{self.key}-{wanted.name}"
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700, parents=True)
            if uid != os.geteuid():
                os.chown(folder, uid, gid)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != uid:
            raise PermissionError(
                f"{folder} belongs to someone else (uid {found.st_uid}); remove it or set "
                "LINEHOUSE_HOME to another folder"
            )
        if stat.S_IMODE(found.st_mode) != 0o700:
            folder.chmod(0o700)
        return folder
