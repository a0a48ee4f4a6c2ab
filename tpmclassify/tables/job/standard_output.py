"""A result on standard output: written as it comes, nothing to go on from."""

import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

from tpmclassify.errors import TableError, unwritable


class StandardOutput:
    """Has the methods of `Unfinished`, and writes to standard output.

    Parameters
    ----------
    rejects : Path or None
        Where rejected rows go; without it to standard error.
    """

    def __init__(self, rejects: Path | None) -> None:
        self._rejects = rejects
        self._rejects_stream: BinaryIO = sys.stderr.buffer
        self._part = None if rejects is None else rejects.with_name(f"{rejects.name}.part")
        self._open = ExitStack()

    def start(self, state: Mapping[str, Any] | None) -> None:
        """Open the rejects file."""
        assert state is None  # nothing to go on from
        if self._part is not None:
            try:
                self._rejects_stream = self._open.enter_context(self._part.open("wb"))
            except OSError as error:
                raise unwritable(TableError, self._part, "result", error) from error

    def append(self, rows: bytes, rejects: bytes, state: Mapping[str, Any]) -> None:  # noqa: ARG002
        """Write a batch."""
        try:
            sys.stdout.buffer.write(rows)
            sys.stdout.buffer.flush()
            self._rejects_stream.write(rejects)
        except BrokenPipeError:
            raise TableError(
                "-: standard output was closed before the last row. Name a file with -o to keep "
                "the result."
            ) from None
        except OSError as error:
            raise unwritable(TableError, "-", "result", error) from error

    def checkpoint(self) -> None:
        """Nothing can be made durable."""

    def complete(
        self,
        finish: Callable[[Path, Path], None],  # noqa: ARG002
        publish: Callable[[], None],
        *,
        rejected: bool,
    ) -> None:
        """Name the rejects file."""
        self._open.close()
        publish()
        if self._part is not None and self._rejects is not None:
            if rejected:
                self._part.replace(self._rejects)
            else:
                self._rejects.unlink(missing_ok=True)  # of an earlier run
                self._part.unlink()

    def stop(self, *, keep: bool) -> bool:  # noqa: ARG002
        """Leave nothing."""
        self._open.close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)
        return False
