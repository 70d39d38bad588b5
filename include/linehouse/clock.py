"""What time it is: the world's in live mode, the simulator's in sandbox mode."""

from datetime import UTC, datetime

import httpx

from linehouse.settings import Mode, get_settings


class SandboxUnreachableError(RuntimeError):
    """The upstream simulator, whose clock rules the sandbox, does not answer."""


def now(mode: Mode | str) -> datetime:
    """The current instant of a mode, in UTC. Raises `SandboxUnreachableError`."""
    if Mode(mode) is Mode.LIVE:
        return datetime.now(UTC)
    url = get_settings().sandbox_url.rstrip("/") + "/__sandbox__/clock"
    try:
        answer = httpx.get(url, timeout=5.0, trust_env=False).raise_for_status().json()
        return datetime.fromisoformat(answer["now"]).astimezone(UTC)
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise SandboxUnreachableError(
            f"the sandbox's clock at {url} does not answer ({type(error).__name__}): "
            "is the sandbox running?"
        ) from error
