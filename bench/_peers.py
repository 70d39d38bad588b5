"""Other libraries to compare with, in an environment of their own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path


def install(folder: Path, peers: Sequence[str]) -> Path:
    """An environment with the other libraries; its interpreter."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    home = folder / "environment"
    python = home / "bin" / "python"
    if uv:
        run(uv, "venv", "--quiet", "--python", sys.executable, str(home))
        run(uv, "pip", "install", "--quiet", "--python", str(python), *peers)
    else:
        run(sys.executable, "-m", "venv", str(home))
        run(str(python), "-m", "pip", "install", "--quiet", *peers)
    return python


def run(*command: str) -> str:
    """What a command prints; without this project on its path."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        command, check=True, capture_output=True, text=True, env=environment
    ).stdout
