"""A result on standard output: written as it comes, nothing to go on from."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from tpmclassify.errors import TableError, unwritable
from tpmclassify.tables.job.checkpoint import Checkpoint
from tpmclassify.tables.job.resumable import beside, name_rejects


class StandardOutput:
    """Has the methods of `ResumableFile`; rejected rows go to standard error, or to a file."""

    def __init__(self, rejects: Path | None) -> None:
        self._rejects = rejects
        self._part = None if rejects is None else beside(rejects, ".part")
        self._stream: BinaryIO = sys.stderr.buffer

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Open the rejects file."""
        assert checkpoint is None  # nothing to go on from
        if self._part is not None:
            try:
                self._stream = self._part.open("wb")
            except OSError as error:
                raise unwritable(TableError, self._part, "result", error) from error

    def append(self, rows: bytes, rejects: bytes, checkpoint: Checkpoint) -> None:  # noqa: ARG002
        """Write a batch."""
        try:
            sys.stdout.buffer.write(rows)
            sys.stdout.buffer.flush()
            self._stream.write(rejects)
        except BrokenPipeError:
            raise TableError(
                "-: standard output was closed before the last row. Name a file with -o to keep "
                "the result."
            ) from None
        except OSError as error:
            raise unwritable(TableError, "-", "result", error) from error

    def save(self) -> None:
        """Nothing can be made durable."""

    def complete(
        self,
        finish: Callable[[Path, Path], None],  # noqa: ARG002
        publish: Callable[[], None],
        *,
        rejected: bool,
    ) -> None:
        """Name the rejects file."""
        self._close()
        publish()
        if self._part is not None and self._rejects is not None:
            name_rejects(self._part, self._rejects, rejected=rejected)

    def stop(self, *, keep: bool) -> bool:  # noqa: ARG002
        """Leave nothing."""
        self._close()
        if self._part is not None:
            self._part.unlink(missing_ok=True)
        return False

    def _close(self) -> None:
        if self._stream is not sys.stderr.buffer:
            self._stream.close()
