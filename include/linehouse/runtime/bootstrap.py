"""Make or refresh the virtual environment. Needs nothing but a Python, of whatever version.

`python3 bootstrap.py REQUIREMENTS...` is called by the Makefile before anything is installed, so
this file uses the standard library only and no syntax that an old Python 3 cannot read. A stamp
beside the packages holds the hash of the requirements: a second call is instant.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from typing import List, NoReturn

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
FOLDER = os.path.join(ROOT, ".venv")
OLDEST, TOO_NEW = (3, 11), (3, 14)
NEEDED_MEGABYTES = 2500
LAUNCHER = """#!/bin/sh
# Written by linehouse.runtime.bootstrap: the command `linehouse` of this checkout.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
root=$(CDPATH= cd -- "$here/../.." && pwd)
export PYTHONPATH="$root:$root/include${PYTHONPATH:+:$PYTHONPATH}"
exec "$here/python" -m linehouse.cli "$@"
"""


def fail(message: str) -> NoReturn:
    """End with a message for the user."""
    sys.stderr.write("linehouse: " + message + "\n")
    sys.exit(1)


def check_python() -> None:
    """The version of the Python that runs this."""
    if not OLDEST <= sys.version_info[:2] < TOO_NEW:
        fail(
            "Python 3.11, 3.12 or 3.13 is needed; {0} is {1}.{2}. Install one of them, or name "
            "it: make run PYTHON=/path/to/python3.12".format(sys.executable, *sys.version_info)
        )


def check_disk() -> None:
    """Packages take two gigabytes."""
    free = shutil.disk_usage(ROOT).free // (1024 * 1024)
    if free < NEEDED_MEGABYTES:
        fail(
            "only {0} MB are free on the disk of {1}; the packages need {2} MB".format(
                free, ROOT, NEEDED_MEGABYTES
            )
        )


def make_environment() -> None:
    """An empty virtual environment in .venv."""
    result = subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER])
    if result.returncode != 0:
        fail(
            "this Python cannot make virtual environments (see above). On Debian and Ubuntu the "
            "package python{0}.{1}-venv is missing; or name another Python: "
            "make run PYTHON=/path/to/python3".format(*sys.version_info)
        )


def install(files: List[str]) -> None:
    """Exactly the pinned packages."""
    pip = [os.path.join(FOLDER, "bin", "python"), "-m", "pip"]
    command = pip + ["install", "-q", "-q", "--no-compile", "--disable-pip-version-check"]
    for file in files:
        command += ["-r", file]
    if subprocess.run(command).returncode != 0:
        fail("the packages could not be installed (see above); nothing was started")


def write_launcher() -> None:
    """`.venv/bin/linehouse`."""
    path = os.path.join(FOLDER, "bin", "linehouse")
    with open(path, "w") as file:
        file.write(LAUNCHER)
    os.chmod(path, 0o755)


def wanted_stamp(files: List[str]) -> str:
    """The hash of what would be installed."""
    digest = hashlib.sha256(LAUNCHER.encode())
    for file in files:
        with open(file, "rb") as handle:
            digest.update(handle.read())
    return digest.hexdigest()


def main(files: List[str]) -> None:
    """Do what is missing."""
    stamp = os.path.join(FOLDER, ".installed-" + "-".join(map(os.path.basename, files)))
    wanted = wanted_stamp(files)
    interpreter = os.path.join(FOLDER, "bin", "python")
    if os.path.exists(stamp) and os.path.exists(interpreter):
        with open(stamp) as handle:
            if handle.read() == wanted:
                return
    check_python()
    check_disk()
    if not os.path.exists(interpreter):
        print("making the virtual environment .venv")
        make_environment()
    print("installing the packages of " + ", ".join(map(os.path.basename, files)))
    sys.stdout.flush()
    install(files)
    write_launcher()
    with open(stamp, "w") as handle:
        handle.write(wanted)


if __name__ == "__main__":
    main(sys.argv[1:])
