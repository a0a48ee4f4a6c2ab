"""A result on standard output: written as it comes, nothing to go on from."""

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from io import FileIO
from pathlib import Path
from typing import BinaryIO

from tpmclassify.errors import TableError
from tpmclassify.tables.formats.byte_input import STANDARD
from tpmclassify.tables.job.checkpoint import Checkpoint
from tpmclassify.tables.job.lock import in_the_way
from tpmclassify.tables.job.resumable import PART, beside, name_rejects, no_link, writing


class StandardOutput:
    """Has the methods of `ResumableFile`; rejected rows go to standard error, or to a file."""

    def __init__(self, rejects: Path | None) -> None:
        # What the command line puts in the place of a closed stream takes everything.
        if sys.stdout is None or getattr(sys.stdout, "name", "") == os.devnull:
            raise _closed("is closed")
        self._rejects = rejects
        self._part = None if rejects is None else beside(rejects, PART)
        self._stream: BinaryIO | FileIO = sys.stderr.buffer

    def locked(self) -> AbstractContextManager[None]:
        """Nobody else can write here."""
        return nullcontext()

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Open the rejects file."""
        assert checkpoint is None  # nothing to go on from
        if self._part is not None:
            if os.path.lexists(self._part):
                raise in_the_way(self._part)
            with writing(self._part):
                self._stream = FileIO(self._part, "x", opener=no_link)

    def append(self, rows: bytes, rejects: bytes, checkpoint: Checkpoint) -> None:  # noqa: ARG002
        """Write a batch."""
        with writing(STANDARD):
            try:
                sys.stdout.buffer.write(rows)
                sys.stdout.buffer.flush()
            except BrokenPipeError:
                raise _closed("was closed before the last row") from None
            self._stream.write(rejects)

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
        self._close()
        publish()
        if self._part is not None and self._rejects is not None:
            with writing(self._rejects):
                name_rejects(self._part, self._rejects, rejected=rejected)

    def stop(self, *, keep: bool) -> bool:  # noqa: ARG002
        """Leave nothing."""
        if self._stream is not sys.stderr.buffer and self._part is not None:
            self._close()
            self._part.unlink(missing_ok=True)
        return False

    def _close(self) -> None:
        if self._stream is not sys.stderr.buffer:
            self._stream.close()


def _closed(what: str) -> TableError:
    return TableError(f"-: standard output {what}. Name a file with -o to keep the result.")
