"""A result on standard output: written as it comes, nothing to go on from."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from io import FileIO
from pathlib import Path

from tpmclassify.errors import TableError
from tpmclassify.tables.formats.byte_input import STANDARD
from tpmclassify.tables.job.checkpoint import Checkpoint
from tpmclassify.tables.job.resumable import (
    PART,
    beside,
    check_not_taken,
    name_rejects,
    no_link,
    writing,
)


class StandardOutput:
    """Has the methods of `ResumableFile`; rejected rows go to standard error, or to a file."""

    def __init__(self, rejects: Path | None) -> None:
        # What the command line puts in the place of a closed stream takes everything.
        if sys.stdout is None or getattr(sys.stdout, "name", "") == os.devnull:
            raise _closed("is closed")
        self._rejects = rejects
        self._file: FileIO | None = None  # for them

    def locked(self) -> AbstractContextManager[None]:
        """Nobody else can write here."""
        return nullcontext()

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Open the rejects file."""
        assert checkpoint is None  # nothing to go on from
        if self._rejects is not None:
            check_not_taken([part := beside(self._rejects, PART)])
            with writing(part):
                self._file = FileIO(part, "x", opener=no_link)

    def append(self, rows: bytes, rejects: bytes, checkpoint: Checkpoint) -> None:  # noqa: ARG002
        """Write a batch."""
        with writing(STANDARD):
            try:
                sys.stdout.buffer.write(rows)
                sys.stdout.buffer.flush()
            except BrokenPipeError:
                raise _closed("was closed before the last row") from None
            (self._file or sys.stderr.buffer).write(rejects)

    def save(self) -> None:
        """Nothing can be made durable."""

    def complete(
        self,
        finish: Callable[[Path, Path], Path],  # noqa: ARG002
        publish: Callable[[], None],
        *,
        rejected: bool,
    ) -> None:
        """Name the rejects file."""
        publish()
        if self._file is not None and self._rejects is not None:
            self._file.close()
            with writing(self._rejects):
                name_rejects(beside(self._rejects, PART), self._rejects, rejected=rejected)

    def stop(self, *, keep: bool) -> bool:  # noqa: ARG002
        """Leave nothing."""
        if self._file is not None and self._rejects is not None:
            self._file.close()
            beside(self._rejects, PART).unlink(missing_ok=True)
        return False


def _closed(what: str) -> TableError:
    return TableError(f"-: standard output {what}. Name a file with -o to keep the result.")
