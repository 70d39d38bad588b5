"""Which sources are on: off are those that their owner's terms restrict until the user turns them
on, and those without a key. In the sandbox all are on."""

from typing import cast

from linehouse.settings import Mode, get_settings
from linehouse.sources import registry
from linehouse.sources.base import HttpSource
from linehouse.sources.errors import BadKeyError


def http_sources() -> dict[str, HttpSource]:
    """The sources that are asked over HTTP, by name, sorted."""
    found = {name: registry.get(name) for name in registry.names()}
    return {name: cast(HttpSource, one) for name, one in found.items() if is_asked(one)}


def is_asked(source: object) -> bool:
    """Whether a source is asked over HTTP; archives are not."""
    return hasattr(source, "requests")


def http_source(name: str) -> HttpSource:
    """The source of that name. Raises `KeyError` with the names that there are."""
    try:
        return http_sources()[name]
    except KeyError:
        there = ", ".join(sorted(http_sources()))
        raise KeyError(f"no source {name!r} is asked over HTTP; there are {there}") from None


def off_because(source: HttpSource, mode: Mode) -> str | None:
    """Why a source is off in this mode, in a sentence; None for one that is on."""
    if mode is Mode.SANDBOX:
        return None
    reason: str | None = getattr(source, "off_until_enabled", None)
    if reason is not None and not getattr(get_settings(), f"{source.name}_enabled", False):
        return reason
    secret_headers = getattr(source, "secret_headers", None)
    try:
        source.secret_params(mode)
        if secret_headers is not None:
            secret_headers(mode)
    except BadKeyError as error:
        return str(error)
    return None


def sports_of(source: HttpSource, sports: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """Which of these sports (without them: those of the settings) a source covers."""
    wanted = get_settings().sports if sports is None else sports
    covered = getattr(source, "sports", None)
    return tuple(sport for sport in wanted if covered is None or sport in covered)
