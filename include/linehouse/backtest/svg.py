"""Plots as SVG text, without a library: axes, lines, bands, bars, points with whiskers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, isfinite, log10

WIDTH, HEIGHT = 880, 280
LEFT, RIGHT, TOP, BOTTOM = 70, 16, 14, 34
INK, GRID, BLUE, BAND, RED, GREEN = (
    "#4a5666", "#e3e7ed", "#2f6db3", "#cfe0f3", "#b3261e", "#14713d",
)  # fmt: skip

Number = float | int
Words = Callable[[float], str]


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers from low to high, about so many."""
    if not high > low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** floor(log10(rough))
    step = next(power * m for m in (1, 2, 5, 10) if power * m >= rough * 0.999)
    return [round(step * n, 10) for n in range(ceil(low / step), floor(high / step) + 1)]


@dataclass
class Plot:
    """A plot with numbers on both axes; what is drawn first lies below.

    Attributes:
        x_range, y_range: least and greatest shown.
        x_ticks: value and text of each tick; none: round numbers.
        y_words, x_words: how a number is written on its axis.
        width, height: in units of the picture.
    """

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    x_ticks: Sequence[tuple[float, str]] | None = None
    y_words: Words = "{:g}".format
    x_words: Words = "{:g}".format
    width: int = WIDTH
    height: int = HEIGHT
    _parts: list[str] = field(default_factory=list)

    def x(self, value: float) -> float:
        low, high = self.x_range
        return LEFT + (value - low) / ((high - low) or 1) * (self.width - LEFT - RIGHT)

    def y(self, value: float) -> float:
        low, high = self.y_range
        share = (value - low) / ((high - low) or 1)
        return self.height - BOTTOM - share * (self.height - TOP - BOTTOM)

    def _path(self, xs: Iterable[float], ys: Iterable[float]) -> str:
        return " ".join(f"{self.x(x):.1f},{self.y(y):.1f}" for x, y in zip(xs, ys, strict=True))

    def line(self, xs: Sequence[float], ys: Sequence[float], colour: str = BLUE) -> None:
        """A line through points."""
        self._parts.append(
            f'<polyline points="{self._path(xs, ys)}" fill="none" stroke="{colour}"'
            ' stroke-width="1.6" stroke-linejoin="round"/>'
        )

    def band(
        self, xs: Sequence[float], low: Sequence[float], high: Sequence[float], colour: str = BAND
    ) -> None:
        """The area between two lines."""
        there, back = self._path(xs, high), self._path(xs[::-1], low[::-1])
        self._parts.append(f'<polygon points="{there} {back}" fill="{colour}" stroke="none"/>')

    def straight(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """A dashed line to compare with."""
        self._parts.append(
            f'<line x1="{self.x(start[0]):.1f}" y1="{self.y(start[1]):.1f}"'
            f' x2="{self.x(end[0]):.1f}" y2="{self.y(end[1]):.1f}"'
            f' stroke="{INK}" stroke-dasharray="5 4"/>'
        )

    def point(self, x: float, y: float, low: float, high: float, told: str) -> None:
        """A point with its interval, and what it is when pointed at."""
        top, bottom = self.y(min(high, self.y_range[1])), self.y(max(low, self.y_range[0]))
        self._parts.append(
            f'<g><title>{escape(told)}</title><line x1="{self.x(x):.1f}" x2="{self.x(x):.1f}"'
            f' y1="{top:.1f}" y2="{bottom:.1f}" stroke="{BLUE}" stroke-width="1.4"/>'
            f'<circle cx="{self.x(x):.1f}" cy="{self.y(y):.1f}" r="4" fill="{BLUE}"/></g>'
        )

    def render(self, title: str) -> str:
        """The whole picture; `title` tells those who cannot see it what it shows."""
        axis = []
        for value in ticks(*self.y_range):
            at = self.y(value)
            axis.append(
                f'<line x1="{LEFT}" x2="{self.width - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"'
                f' stroke="{GRID}"/><text x="{LEFT - 8}" y="{at + 4:.1f}" text-anchor="end">'
                f"{escape(self.y_words(value))}</text>"
            )
        marks = self.x_ticks
        if marks is None:
            marks = [(value, self.x_words(value)) for value in ticks(*self.x_range, 8)]
        for value, words in marks:
            near = self.x(value) > self.width - RIGHT - 40  # its middle would lie beyond the edge
            at, anchor = (self.width, "end") if near else (self.x(value), "middle")
            axis.append(
                f'<text x="{at:.1f}" y="{self.height - BOTTOM + 18}"'
                f' text-anchor="{anchor}">{escape(words)}</text>'
            )
        return picture(self.width, self.height, title, "".join(axis + self._parts))


def picture(width: int, height: int, title: str, content: str) -> str:
    """An SVG element that scales with the page."""
    return (
        f'<svg viewBox="0 0 {width} {height}" style="max-width: {width}px" role="img"'
        f' aria-label="{escape(title)}" xmlns="http://www.w3.org/2000/svg">{content}</svg>'
    )


def spread(values: Iterable[float], around: float | None = None) -> tuple[float, float]:
    """A range that holds all values, and one more, with some room."""
    known = [value for value in values if isfinite(value)]
    known += [] if around is None else [around]
    low, high = min(known), max(known)
    room = (high - low) * 0.06 or abs(high) * 0.06 or 1.0
    return low - room, high + room


def shade(value: float, most: float) -> str:
    """A colour from red (-most) over white to green (most), light enough to write on."""
    share = max(-1.0, min(1.0, value / most)) if most else 0.0
    target = (88, 172, 118) if share > 0 else (226, 118, 106)
    parts = (round(255 + (one - 255) * abs(share)) for one in target)
    return "#" + "".join(f"{part:02x}" for part in parts)
