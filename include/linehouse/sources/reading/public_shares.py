"""What the public has on the sides of one market: when two shares say something."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation


def tells_something(shares: Iterable[str | None]) -> bool:
    """Whether shares of one market's sides are data. 0 on every side is none: nobody counted."""
    return any(_amount(share) for share in shares)


def where_told(shares: Mapping[str, str | None]) -> dict[str, str | None]:
    """The same shares by side; all None where they say nothing."""
    told = tells_something(shares.values())
    return {side: share if told else None for side, share in shares.items()}


def _amount(share: str | None) -> Decimal:
    try:
        return Decimal(share) if share is not None else Decimal(0)
    except InvalidOperation:
        return Decimal(1)  # not a number: what it is, the raw gate asks
