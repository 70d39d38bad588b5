"""Several sentences as one text for people."""

from collections import Counter
from collections.abc import Iterable


def each_once(sentences: Iterable[str]) -> str:
    """The sentences in their order; equal ones once, with their number."""
    return "; ".join(
        sentence if count == 1 else f"{sentence} ({count} times)"
        for sentence, count in Counter(sentences).items()
    )
