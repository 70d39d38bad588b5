"""Which user the server runs as, and where its files must lie so that this user reaches them.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`; the user's folders keep
their modes, so what `nobody` cannot reach is put under /var/lib/linehouse instead.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SYSTEM_FOLDER = Path("/var/lib/linehouse")
UNPRIVILEGED_USER = "nobody"


@dataclass(frozen=True)
class ServiceUser:
    """The uid and gid of the server, and whether that is someone else than the caller."""

    uid: int
    gid: int
    name: str
    differs: bool

    @property
    def process_options(self) -> dict[str, Any]:
        """What `subprocess` needs to start a program as this user."""
        if not self.differs:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `command` as this user from the root folder and return its text output."""
        return subprocess.run(
            command,
            cwd="/",
            text=True,
            stdin=subprocess.DEVNULL,
            **{"capture_output": True, **options, **self.process_options},
        )

    def reaches(self, path: Path) -> bool:
        """Whether this user may pass through `path` (it need not exist yet: then its parents)."""
        while not path.exists():
            path = path.parent
        if not self.differs:
            return os.access(path, os.X_OK)
        return self.run(["/usr/bin/env", "test", "-x", str(path)]).returncode == 0

    def executes(self, program: Path) -> bool:
        """Whether this user can run `program --version`."""
        try:
            return self.run([str(program), "--version"]).returncode == 0
        except OSError:
            return False


def service_user() -> ServiceUser:
    """The caller, or `nobody` where the caller is root. Raises RuntimeError without a `nobody`."""
    if os.geteuid() != 0:
        return ServiceUser(os.geteuid(), os.getegid(), str(os.geteuid()), differs=False)
    try:
        entry = pwd.getpwnam(UNPRIVILEGED_USER)
    except KeyError as error:
        raise RuntimeError(
            f"PostgreSQL does not run as root and this machine has no user {UNPRIVILEGED_USER!r}: "
            "run Linehouse as a normal user"
        ) from error
    return ServiceUser(entry.pw_uid, entry.pw_gid, entry.pw_name, differs=True)


def reachable_binaries(binaries: Path, user: ServiceUser) -> Path:
    """`binaries` (a `bin` folder), or a copy of its installation that `user` can run."""
    if user.executes(binaries / "postgres"):
        return binaries
    if not user.differs:
        raise PermissionError(f"{binaries / 'postgres'} cannot be run")
    installation = binaries.parent
    stamp = int((binaries / "postgres").stat().st_mtime)
    copy = SYSTEM_FOLDER / f"{installation.name}-{stamp}"
    if not (copy / "bin" / "postgres").exists():
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.copytree(installation, draft, symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
                if path.stat().st_mode & 0o100:
                    path.chmod(path.stat().st_mode | 0o011)
        try:
            draft.rename(copy)
        except OSError:  # another process was first
            shutil.rmtree(draft)
    if not user.executes(copy / "bin" / "postgres"):
        raise PermissionError(
            f"user {user.name} can run neither {binaries / 'postgres'} nor its copy under "
            f"{SYSTEM_FOLDER}: run Linehouse as a normal user"
        )
    return copy / "bin"


def reachable_folder(wanted: Path, key: str, user: ServiceUser) -> Path:
    """`wanted`, made for `user`; or its stand-in under /var/lib/linehouse/`key`."""
    folder = wanted
    if user.differs and not user.reaches(wanted.parent):
        folder = SYSTEM_FOLDER / key / wanted.name
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder.parent.mkdir(mode=0o711, exist_ok=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if user.differs:
        os.chown(folder, user.uid, user.gid)
    return folder
