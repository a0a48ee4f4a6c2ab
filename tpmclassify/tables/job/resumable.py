"""A result while it is being written: durable up to some batch, and complete or not there at all.

Beside ``OUT`` stand, until it is complete, ``OUT.part`` (what was appended), ``OUT.rejects...part``
(rejected rows) and ``OUT.part.json`` (the checkpoint: how far both are durable, and what must not
change before the job goes on). The order is what makes it safe: the parts reach the disk before the
checkpoint that counts on them, the checkpoint before the name that it replaces, the result before
it is named ``OUT``.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from io import FileIO
from pathlib import Path

from tpmclassify.errors import TableError, unwritable
from tpmclassify.tables.job.checkpoint import Checkpoint
from tpmclassify.whole_file import sync_file, sync_folder


class ResumableFile:
    """The files of a job that is under way; a `TableError` says where they cannot be written.

    Parameters
    ----------
    output, rejects : Path
        The names of the result and of the rejects.
    keeps : bool
        Whether anything may be kept to go on from: not where the input is a pipe, which cannot be
        read again.
    """

    def __init__(self, output: Path, rejects: Path, *, keeps: bool) -> None:
        self.output, self.rejects = output, rejects
        self.part = beside(output, ".part")
        self.rejects_part = beside(rejects, ".part")
        self.checkpoint_file = checkpoint_path(output)
        self._finished = beside(output, ".part.new")
        self._keeps = keeps
        self._streams: list[FileIO] = []
        self._appended: Checkpoint | None = None
        self._saved: Checkpoint | None = None

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Open the parts: empty, or cut off where an earlier run had made them durable."""
        self._appended = self._saved = checkpoint
        if checkpoint is not None and checkpoint.is_complete:
            return
        lengths = (checkpoint.output_bytes, checkpoint.rejects_bytes) if checkpoint else (0, 0)
        with self._errors():
            if checkpoint is None:
                self.checkpoint_file.unlink(missing_ok=True)
            for path, length in zip((self.part, self.rejects_part), lengths, strict=True):
                # Unbuffered: what was appended is with the system, whatever fails later on.
                stream = path.open("wb" if checkpoint is None else "r+b", buffering=0)
                self._streams.append(stream)
                if length > path.stat().st_size:
                    raise TableError(
                        f"{path}: the file is shorter than it was when the screening stopped. "
                        "Start again without --resume (resume=)."
                    )
                stream.truncate(length)
                stream.seek(length)

    def append(self, rows: bytes, rejects: bytes, checkpoint: Checkpoint) -> None:
        """Append a batch; it counts as soon as both parts are written."""
        with self._errors():
            for stream, data in zip(self._streams, (rows, rejects), strict=True):
                rest = memoryview(data)
                while rest:
                    rest = rest[stream.write(rest) :]
            output_bytes, rejects_bytes = (stream.tell() for stream in self._streams)
        self._appended = replace(checkpoint, output_bytes=output_bytes, rejects_bytes=rejects_bytes)

    def save(self) -> None:
        """Make durable what was appended; where that fails, the earlier checkpoint holds."""
        if not self._keeps or self._appended is None or self._appended == self._saved:
            return
        with self._errors():
            for stream in self._streams:
                os.fsync(stream.fileno())
            self._appended.save(self.checkpoint_file)
        self._saved = self._appended

    def complete(
        self, finish: Callable[[Path, Path], None], publish: Callable[[], None], *, rejected: bool
    ) -> None:
        """Turn the parts into the result.

        Parameters
        ----------
        finish : callable
            Makes the result (second path) of the part (first path).
        publish : callable
            Called when the result is made, before it gets its name.
        rejected : bool
            Whether there are rejects.
        """
        if self._appended is not None:
            self._appended = replace(self._appended, is_complete=True)
        self.save()
        with self._errors():
            for stream in self._streams:
                stream.close()
            if self.part.exists():
                finish(self.part, self._finished)
                made = self._finished if self._finished.exists() else self.part
                sync_file(made)
                publish()
                name_rejects(self.rejects_part, self.rejects, rejected=rejected)
                made.replace(self.output)
                sync_folder(self.output.parent)
                self.part.unlink(missing_ok=True)
            self.checkpoint_file.unlink(missing_ok=True)
            sync_folder(self.output.parent)

    def stop(self, *, keep: bool) -> bool:
        """Leave a checkpoint to go on from, or nothing; say which.

        Parameters
        ----------
        keep : bool
            Whether going on may come to a better end.
        """
        keep = keep and self._keeps
        if keep:
            with suppress(TableError, OSError):  # the earlier checkpoint holds then
                self._cut_off()
                self.save()
        for stream in self._streams:
            stream.close()
        keep = keep and self.checkpoint_file.exists()
        left = [self._finished]
        if not keep:
            left += [self.checkpoint_file, self.part, self.rejects_part]
        for path in left:
            with suppress(OSError):  # no such file, or no such folder either
                path.unlink()
        return keep

    def _cut_off(self) -> None:
        """Drop what was appended in part, which may also make room for the checkpoint."""
        if self._appended is not None:
            lengths = (self._appended.output_bytes, self._appended.rejects_bytes)
            for stream, length in zip(self._streams, lengths, strict=False):
                if not stream.closed:
                    stream.truncate(length)

    @contextmanager
    def _errors(self) -> Iterator[None]:
        """Turn failures of the file system into errors that name the result."""
        try:
            yield
        except OSError as error:
            raise unwritable(TableError, self.output, "result", error) from error


def name_rejects(part: Path, rejects: Path, *, rejected: bool) -> None:
    """Give the rejects their name; without any, none of an earlier run may stay."""
    if part.exists():
        if rejected:
            sync_file(part)
            part.replace(rejects)
        else:
            rejects.unlink(missing_ok=True)
            part.unlink()
        sync_folder(rejects.parent)


def checkpoint_path(output: Path) -> Path:
    """Name the file that says how far a result is."""
    return beside(output, ".part.json")


def beside(path: Path, ending: str) -> Path:
    """Name a file that stands beside another."""
    return path.with_name(f"{path.name}{ending}")
