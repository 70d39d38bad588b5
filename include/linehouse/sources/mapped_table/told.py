"""The smallest parts of a mapping: a text, an instant or a day, and the columns that tell it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

TIME_FORMATS = ("iso", "epoch_seconds", "epoch_milliseconds")


class Part(BaseModel):
    """A part of a mapping: nothing unknown in it, and it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def one_or_more(value: object) -> object:
    """A plain text as the only one of a list."""
    return (value,) if isinstance(value, str) else value


class Told(Part):
    """A text that a column's cells tell, or the same for every row."""

    column: str | None = None
    constant: str | None = None
    values: dict[str, str] = {}
    """Cells to what they mean; others stay as they are."""

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_a_column(cls, value: object) -> object:
        return {"column": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one_of_both(self) -> "Told":
        if (self.column is None) == (self.constant is None):
            raise ValueError("say either column or constant")
        if self.constant is not None and self.values:
            raise ValueError("values translate the cells of a column, not a constant")
        return self

    def possible(self) -> Iterator[str]:
        """What the mapping itself says that it can be."""
        yield from self.values.values()
        if self.constant is not None:
            yield self.constant


class When(Part):
    """An instant, told by one column or by several whose cells are joined with a blank."""

    column: tuple[str, ...] = Field(min_length=1)
    format: str = "iso"
    """`iso`, `epoch_seconds`, `epoch_milliseconds`, or as `strptime` has it (`%m/%d/%Y %H:%M`)."""
    time_zone: str | None = None
    """Zone of times that name none (`America/New_York`)."""

    _columns = field_validator("column", mode="before")(one_or_more)

    @field_validator("format")
    @classmethod
    def _is_usable(cls, value: str) -> str:
        return _checked_format(value, TIME_FORMATS)

    @field_validator("time_zone")
    @classmethod
    def _is_known(cls, value: str | None) -> str | None:
        try:
            if value is not None:
                ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(
                f"{value!r} is no time zone; write one such as UTC or America/New_York"
            ) from None
        return value

    @model_validator(mode="after")
    def _tells_its_zone(self) -> "When":
        if "%" in self.format and "%z" not in self.format and self.time_zone is None:
            raise ValueError(
                f"times as {self.format!r} name no time zone; say time_zone (UTC, America/New_York)"
            )
        return self


class Day(Part):
    """The day of a game, Eastern or local at the venue, as such tables have it."""

    column: str
    format: str = "iso"
    """`iso` or as `strptime` has it (`%m/%d/%Y`)."""

    @model_validator(mode="before")
    @classmethod
    def _plain_text_is_a_column(cls, value: object) -> object:
        return {"column": value} if isinstance(value, str) else value

    @field_validator("format")
    @classmethod
    def _is_usable(cls, value: str) -> str:
        return _checked_format(value, ("iso",))


def _checked_format(value: str, words: tuple[str, ...]) -> str:
    if value in words:
        return value
    expected = f"write {', '.join(words)} or a format such as %m/%d/%Y"
    if "%" not in value:
        raise ValueError(f"{value!r} is no format; {expected}")
    if not re.search(r"%[Yy]", value):
        raise ValueError(f"{value!r} does not tell the year; {expected}")
    try:
        datetime.strptime(datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC).strftime(value), value)
    except (ValueError, re.error):
        raise ValueError(f"{value!r} cannot be read by strptime; {expected}") from None
    return value
