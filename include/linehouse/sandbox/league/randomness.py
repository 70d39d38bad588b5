"""Random numbers that depend on nothing but their labels."""

from hashlib import blake2b
from random import Random


def stream(*labels: object) -> Random:
    """A generator for these labels; the same labels always give the same numbers."""
    return Random(int.from_bytes(_digest(labels, 8)))


def uniform(*labels: object) -> float:
    """One number in [0, 1) for these labels."""
    return int.from_bytes(_digest(labels, 7)) / 2**56


def identifier(*labels: object) -> str:
    """32 hexadecimal digits for these labels."""
    return _digest(labels, 16).hex()


def _digest(labels: tuple[object, ...], size: int) -> bytes:
    return blake2b("|".join(map(str, labels)).encode(), digest_size=size).digest()
