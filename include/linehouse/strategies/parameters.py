"""What can be set about a strategy: names, types, defaults and ranges. A wrong value says why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any, Literal

Kind = Literal["number", "whole", "text", "texts", "flag", "mapping"]
WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


class ParameterError(ValueError):
    """A parameter that the strategy does not have, or a value that it cannot take."""


@dataclass(frozen=True)
class Parameter:
    """One thing that can be set.

    Attributes:
        name: as in `--param NAME=VALUE`.
        kind: `number`, `whole`, `text`, `texts` (comma-separated), `flag`, or `mapping`.
        default: the value, or a function that reads it from settings.
        description: in words, with its unit.
        low, high: least and largest number; of texts, how many.
        choices: what a text, or each of several, may be.
    """

    name: str
    kind: Kind
    default: Any
    description: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] | None = None

    def value(self) -> Any:
        """The default as it is now."""
        return self.read(self.default() if callable(self.default) else self.default)

    @property
    def allowed(self) -> str:
        """What a value may be, in words."""
        if self.kind in ("number", "whole"):
            what = "a number" if self.kind == "number" else "a whole number"
            if self.low is not None and self.high is not None:
                return f"{what} from {self.low:g} to {self.high:g}"
            if self.low is not None:
                return f"{what} of at least {self.low:g}"
            return what
        if self.choices is not None:
            several = self.kind == "texts"
            return ("some of " if several else "one of ") + ", ".join(self.choices)
        if self.kind == "texts" and self.low:
            return f"at least {self.low:g}, with commas between them"
        return {
            "flag": "true or false", "text": "a text", "texts": "texts with commas between them",
            "mapping": "names with values",
        }[self.kind]  # fmt: skip

    def read(self, value: Any) -> Any:
        """The value in its type, from text or as it is.

        Raises:
            ParameterError: not of the type, out of range, or none of the choices.
        """
        read: Callable[[Any], Any] = getattr(self, f"_{self.kind}")
        try:
            return read(value)
        except (TypeError, ValueError, OverflowError):
            raise ParameterError(f"{self.name} is {value!r}: it must be {self.allowed}") from None

    def _number(self, value: Any) -> float:
        if isinstance(value, bool):
            raise TypeError
        found = float(value)
        if not isfinite(found):
            raise ValueError
        above = self.low is None or found >= self.low
        if not (above and (self.high is None or found <= self.high)):
            raise ValueError
        return found

    def _whole(self, value: Any) -> int:
        found = self._number(value)
        if found != int(found):
            raise ValueError
        return int(found)

    def _text(self, value: Any) -> str:
        if not isinstance(value, str) or (self.choices and value not in self.choices):
            raise ValueError
        return value

    def _texts(self, value: Any) -> tuple[str, ...]:
        parts = value.split(",") if isinstance(value, str) else list(value)
        found = tuple(self._text(part.strip()) for part in parts if part.strip())
        if len(found) < (self.low or 0):
            raise ValueError
        return found

    def _flag(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if str(value).lower() not in WORDS:
            raise ValueError
        return WORDS[str(value).lower()]

    def _mapping(self, value: Any) -> dict[str, Any]:
        if not isinstance(value, Mapping):
            raise TypeError
        return dict(value)


def resolve(
    strategy: str, declared: Sequence[Parameter], given: Mapping[str, Any]
) -> dict[str, Any]:
    """Values of all parameters: those given, read and checked, and defaults for the others.

    Raises:
        ParameterError: the strategy has no such parameter, or it cannot be that.
    """
    known = {one.name: one for one in declared}
    if unknown := sorted(set(given) - set(known)):
        raise ParameterError(
            f"{strategy} has no parameter {', '.join(unknown)}; it has {', '.join(known) or 'none'}"
        )
    return {
        name: one.read(given[name]) if name in given else one.value() for name, one in known.items()
    }
