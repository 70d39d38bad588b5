"""Faults that can be switched on: what goes wrong with which answers, and how often."""

from dataclasses import asdict, dataclass
from itertools import count as counter
from typing import Any

KINDS = (
    "rate_limited",  # 429, with Retry-After where `retry_after` is set
    "server_error",  # 500
    "hang",  # answers after `seconds`
    "truncated",  # the body ends in the middle
    "html",  # a web page with 200
    "renamed_field",  # a required field has another name
    "extra_field",  # fields that nobody knows
    "duplicate_rows",  # the same rows twice
    "half_missing",  # every second row is not there
    "sides_swapped",  # each side's price stands at the other side
    "bad_key",
    "out_of_credits",
)
STATUS_KINDS = ("rate_limited", "server_error", "html", "bad_key", "out_of_credits")
CONTENT_KINDS = (
    "renamed_field",
    "extra_field",
    "duplicate_rows",
    "half_missing",
    "sides_swapped",
)


@dataclass
class Fault:
    """One switch. `upstream`, `path` (part of it) and `sport` narrow it; None: all. `count` is how
    many answers it spoils; None: until it is switched off."""

    kind: str
    upstream: str | None = None
    path: str | None = None
    sport: str | None = None
    count: int | None = None
    retry_after: float | None = None
    seconds: float = 30.0
    """How long a hanging answer takes."""
    fault_id: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault {self.kind!r}; there are {', '.join(KINDS)}")
        for name in ("upstream", "path", "sport"):
            if not isinstance(getattr(self, name), str | None):
                raise ValueError(f"{name} should be a text")
        if self.count is not None and (type(self.count) is not int or self.count < 1):
            raise ValueError("count should be a whole number from 1 on")
        for name in ("retry_after", "seconds"):
            value = getattr(self, name)
            if value is not None and (type(value) not in (int, float) or not 0 <= value <= 3600):
                raise ValueError(f"{name} should be a number of seconds, at most 3600")

    def concerns(self, upstream: str, path: str) -> bool:
        """Whether it spoils an answer of that upstream and path."""
        return (
            (self.count is None or self.count > 0)
            and self.upstream in (None, upstream)
            and (self.path is None or self.path in path)
            and (self.sport is None or self.sport in path.split("/"))
        )


class FaultBoard:
    """The switches of one simulator."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._ids = counter(1)

    def switch_on(self, description: dict[str, Any]) -> Fault:
        """Add a fault from its description. Raises `ValueError` for one that is not understood."""
        try:
            fault = Fault(**{**description, "fault_id": next(self._ids)})
        except TypeError as error:
            raise ValueError(f"a fault is not described so: {error}") from error
        self._faults.append(fault)
        return fault

    def switch_off(self, fault_id: int | None = None) -> None:
        """Remove one fault, or all of them."""
        self._faults = [
            fault for fault in self._faults if fault_id is not None and fault.fault_id != fault_id
        ]

    def strike(self, upstream: str, path: str) -> list[Fault]:
        """The faults that spoil this answer; each is counted down."""
        struck = [fault for fault in self._faults if fault.concerns(upstream, path)]
        for fault in struck:
            if fault.count is not None:
                fault.count -= 1
        return struck

    def listing(self) -> list[dict[str, Any]]:
        """All switches, as they are shown."""
        return [asdict(fault) for fault in self._faults]
