"""One expectation and how it was judged; how that is kept."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.types.json import Jsonb


@dataclass
class Judgement:
    """One expectation, judged."""

    suite: str
    name: str
    severity: str
    success: bool
    unexpected_count: int | None = None
    element_count: int | None = None
    example: str | None = None
    detail: dict[str, Any] = field(default_factory=dict)
    query: str | None = None
    """The rows that break it, with every name filled in."""

    @property
    def stops(self) -> bool:
        """Whether it failed at the severity that blocks."""
        return not self.success and self.severity == "critical"

    def sentence(self) -> str:
        """What failed, how often, and an example."""
        rows = "row" if self.unexpected_count == 1 else "rows"
        count = f" for {self.unexpected_count:,} {rows}" if self.unexpected_count else ""
        example = f", e.g. {self.example}" if self.example else ""
        return f"{self.suite}: “{self.name}” does not hold{count}{example}"


def store(
    connection: psycopg.Connection[Any],
    judgements: Iterable[Judgement],
    *,
    zone: str,
    promotion_id: int | None = None,
    batch_id: Any = None,
) -> None:
    """Write judgements to ops.gate_results."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into ops.gate_results (
                zone, promotion_id, batch_id, suite, expectation, severity, success,
                unexpected_count, element_count, example, detail
            )
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (
                    zone, promotion_id, batch_id, one.suite, one.name, one.severity, one.success,
                    one.unexpected_count, one.element_count, one.example, Jsonb(one.detail),
                )
                for one in judgements
            ],
        )  # fmt: skip
