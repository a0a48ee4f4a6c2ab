"""How far a job is, on standard error where that is a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

    from tpmclassify.tables.summary import Progress


@contextmanager
def screening_bar() -> "Iterator[Callable[[Progress], None] | None]":
    """Rows done, rows a second and the time left; gives what to call with each `Progress`."""
    if not _is_terminal():
        yield None
        return
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn

    start = time.monotonic()
    with _bar(
        TextColumn("Screening"),
        BarColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,.0f} a second,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    ) as bar:
        task = bar.add_task("rows", total=None, rows=0, speed=0.0)

        def update(done: "Progress") -> None:
            bar.update(
                task,
                completed=done.bytes_done,
                total=done.bytes_total,
                rows=done.rows,
                speed=done.rows / max(time.monotonic() - start, 1e-9),
            )

        yield update


@contextmanager
def running_clock(what: str) -> Iterator[None]:
    """Say what is being done, and for how long: for jobs that cannot say how far they are."""
    if not _is_terminal():
        yield
        return
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

    with _bar(SpinnerColumn(), TextColumn(what), TimeElapsedColumn()) as bar:
        bar.add_task(what, total=None)
        yield


def _is_terminal() -> bool:
    return sys.stderr is not None and sys.stderr.isatty()


def _bar(*columns: object) -> "Bar":
    from rich.console import Console
    from rich.progress import Progress

    return Progress(*columns, console=Console(stderr=True), transient=True)  # type: ignore[arg-type]
