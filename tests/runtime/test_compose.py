"""docker-compose.yaml asks for every password and gives none; Debian's docker-compose reads it."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from linehouse.settings import PROJECT_ROOT

FILE = PROJECT_ROOT / "docker-compose.yaml"
SECRET = re.compile(r"PASSWORD|SECRET|FERNET|SQL_ALCHEMY_CONN|BROKER_URL|RESULT_BACKEND")
REQUIRED = re.compile(r"\$\{([A-Z_]+):\?[^}]+\}")
SERVICES = {
    "postgres",
    "redis",
    "prepare",
    "api-server",
    "scheduler",
    "dag-processor",
    "triggerer",
    "worker",
    "sandbox",
}


def test_every_secret_is_required_and_none_has_a_default() -> None:
    services = yaml.safe_load(FILE.read_text())["services"]
    assert set(services) == SERVICES
    seen = 0
    for service in services.values():
        for name, value in service.get("environment", {}).items():
            if SECRET.search(name):
                seen += 1
                assert REQUIRED.search(value), name
                assert not re.search(r"\$\{[A-Z_]+:-", value), name
    assert seen > 10


def test_what_is_required_stands_in_the_example() -> None:
    example = (PROJECT_ROOT / ".env.example").read_text()
    for name in set(REQUIRED.findall(FILE.read_text())):
        assert re.search(rf"^# {name}=$", example, re.MULTILINE), name


@pytest.mark.skipif(shutil.which("docker-compose") is None, reason="no docker-compose here")
def test_docker_compose_reads_it_and_names_what_is_missing(tmp_path: Path) -> None:
    names = sorted(set(REQUIRED.findall(FILE.read_text())))
    complete = tmp_path / "complete.env"
    complete.write_text("".join(f"{name}=x\n" for name in names))
    assert config(complete).returncode == 0
    for name in names:
        incomplete = tmp_path / "incomplete.env"
        incomplete.write_text("".join(f"{other}=x\n" for other in names if other != name))
        result = config(incomplete)
        assert result.returncode != 0
        assert f"set {name} in .env" in result.stderr


def config(variables: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["docker-compose", "--file", str(FILE), "--env-file", str(variables), "config"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
    )
