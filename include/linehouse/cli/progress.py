"""What a person sees while something long goes on; nothing when nobody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from linehouse.cli.output import err


class Show(Protocol):
    """Says what is being done and, where it is known, how much of how many."""

    def __call__(self, text: str, done: int | None = None, total: int | None = None) -> None: ...


@contextmanager
def progress() -> Iterator[Show]:
    """A bar on standard error. Without a total it moves to and fro."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    ) as bar:
        task = bar.add_task("starting", total=None)

        def show(text: str, done: int | None = None, total: int | None = None) -> None:
            bar.update(task, description=text, completed=done or 0, total=total)

        yield show
