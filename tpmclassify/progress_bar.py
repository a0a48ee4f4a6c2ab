"""How far a screening is, on standard error where that is a terminal."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tpmclassify.tables.summary import Progress


@contextmanager
def screening_bar() -> "Iterator[Callable[[Progress], None] | None]":
    """Show rows, rows a second and the time left; gives what to call with each `Progress`."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("Screening"),
        progress.BarColumn(),
        progress.TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,.0f} a second,"),
        progress.TimeRemainingColumn(),
        progress.TextColumn("left"),
    )
    start = time.monotonic()
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("rows", total=None, rows=0, speed=0.0)

        def update(done: "Progress") -> None:
            speed = done.rows / max(time.monotonic() - start, 1e-9)
            read, size = done.bytes_done, done.bytes_total
            bar.update(task, completed=read, total=size, rows=done.rows, speed=speed)

        yield update
