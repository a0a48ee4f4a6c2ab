"""A result while it is being written: durable up to some batch, and complete or not there at all.

The order is what makes it safe: the parts (rows and rejects) reach the disk before the checkpoint
that counts on them, the checkpoint before the name that it replaces, the result before it is named
``OUT``; and whatever else is made of the part, the part stays until then. See `tables/README.md`.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from io import FileIO
from pathlib import Path

from tpmclassify.errors import TableError, unwritable
from tpmclassify.tables.job.checkpoint import Checkpoint, InputFile, is_checkpoint
from tpmclassify.whole_file import keep_mode, sync_file, sync_folder

PART = ".part"
_NO_LINK = getattr(os, "O_NOFOLLOW", 0)


class ResumableFile:
    """The files of a job that is under way; a `TableError` says where they cannot be written.

    `output`, `rejects`: the names of the result and of the rejects; no links. `source`: the input.
    Rows are kept to go on from where it is no pipe, which cannot be read again; what is complete is
    always kept. Its rights are those that the result has at most, unless it replaces a file, whose
    rights it keeps.
    """

    def __init__(self, output: Path, rejects: Path, source: InputFile) -> None:
        self.output, self.rejects = output, rejects
        self.part, self.checkpoint_file, self._finished, self._lock_file = helpers(output)
        self.rejects_part = beside(rejects, PART)
        self._source = source
        self._streams: list[FileIO] = []
        self._appended: Checkpoint | None = None
        self._saved: Checkpoint | None = None

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other jobs away, and refuse files with our names that are not ours."""
        # A job that was killed has left the lock, which the system released, and perhaps others.
        was_left = os.path.lexists(self._lock_file)
        with writing(self.output):
            lock = os.open(self._lock_file, os.O_RDWR | os.O_CREAT | _NO_LINK, 0o600)
        # Elsewhere a file that is open cannot be deleted.
        steps = [partial(self._lock_file.unlink, missing_ok=True), partial(os.close, lock)]
        try:
            if os.fstat(lock).st_size:
                raise in_the_way(self._lock_file)
            if not (_try_lock(lock) and _is_named(lock, self._lock_file)):
                raise TableError(
                    f"{self.output}: another screening is writing this file. Wait until it is "
                    "done, or name another output."
                )
        except BaseException:
            os.close(lock)
            raise
        try:
            if not (was_left or is_checkpoint(self.checkpoint_file)):
                check_not_taken(self._kept)
            yield
        finally:
            with suppress(OSError):
                for step in steps if os.name == "posix" else reversed(steps):
                    step()

    def start(self, checkpoint: Checkpoint | None) -> None:
        """Open the parts: empty, or cut off where an earlier run had made them durable."""
        self._appended = self._saved = checkpoint
        if checkpoint is not None and checkpoint.is_complete:
            return
        lengths = (checkpoint.output_bytes, checkpoint.rejects_bytes) if checkpoint else (0, 0)
        files = ((self.output, self.part), (self.rejects, self.rejects_part))
        with writing(self.output):
            for path in self._kept if checkpoint is None else ():
                path.unlink(missing_ok=True)
            for (target, part), length in zip(files, lengths, strict=True):
                # Unbuffered: what was appended is with the system, whatever fails later on.
                stream = FileIO(part, "x" if checkpoint is None else "r+", opener=no_link)
                self._streams.append(stream)
                if checkpoint is None:
                    part.chmod(part.stat().st_mode & (self._source.mode | 0o600))
                    keep_mode(target, part)
                if length > part.stat().st_size:
                    raise TableError(
                        f"{part}: the file is shorter than it was when the screening stopped. "
                        "Start again without --resume (resume=)."
                    )
                stream.truncate(length)
                stream.seek(length)

    def append(self, rows: bytes, rejects: bytes, checkpoint: Checkpoint) -> None:
        """Append a batch; it counts as soon as both parts are written."""
        with writing(self.output):
            for stream, data in zip(self._streams, (rows, rejects), strict=True):
                rest = memoryview(data)
                while rest:
                    rest = rest[stream.write(rest) :]
            output_bytes, rejects_bytes = (stream.tell() for stream in self._streams)
        self._appended = replace(checkpoint, output_bytes=output_bytes, rejects_bytes=rejects_bytes)

    def save(self) -> None:
        """Make durable what was appended; where that fails, the earlier checkpoint holds.

        More may be appended meanwhile.
        """
        last = self._appended
        if last is None or last == self._saved or not (self._source.is_regular or last.is_complete):
            return
        with writing(self.output):
            for stream in self._streams:
                os.fsync(stream.fileno())
            with_digest = replace(last, input=self._source.with_digest(last.input))
            with_digest.save(self.checkpoint_file)
        self._saved = last

    def complete(
        self, finish: Callable[[Path, Path], Path], publish: Callable[[], None], *, rejected: bool
    ) -> None:
        """Turn the parts into the result.

        `finish`: makes the result of the part (first path), as another file (second path) or as it
        is. `publish`: called when the result is made, before it gets its name. `rejected`: whether
        there are rejects.
        """
        assert self._appended is not None  # that of the first bytes, or of an earlier run
        self._appended = replace(self._appended, is_complete=True)
        self.save()
        with writing(self.output):
            while self._streams:
                self._streams.pop().close()
            if self.part.exists():
                self._finished.unlink(missing_ok=True)
                self._finished.touch()
                keep_mode(self.part, self._finished)
                made = finish(self.part, self._finished)
                sync_file(made)
                self._appended = replace(self._appended, made=_identity(made))
                self.save()
                publish()
                name_rejects(self.rejects_part, self.rejects, rejected=rejected)
                made.replace(self.output)
                sync_folder(self.output.parent)
            elif _identity(self.output) != self._appended.made:
                raise TableError(
                    f"{self.output}: the screening was complete, but its result is no longer "
                    "there. Start again without --resume (resume=)."
                )
            for path in self._kept:
                path.unlink(missing_ok=True)
            sync_folder(self.output.parent)

    def stop(self, *, keep: bool) -> bool:
        """Leave a checkpoint to go on from, or nothing; say which.

        `keep`: whether going on may come to a better end.
        """
        last = self._appended
        if keep and last is not None:
            with suppress(TableError, OSError):  # the earlier checkpoint holds then
                # What was appended in part goes, which may also make room for the checkpoint.
                lengths = (last.output_bytes, last.rejects_bytes)
                for stream, length in zip(self._streams, lengths, strict=False):
                    stream.truncate(length)
                self.save()
        for stream in self._streams:
            with suppress(OSError):
                stream.close()
        keep = keep and self._saved is not None and self.checkpoint_file.exists()
        with suppress(OSError):
            for path in [self._finished] if keep else self._kept:
                path.unlink(missing_ok=True)
        return keep

    @property
    def _kept(self) -> tuple[Path, ...]:
        """All files of an unfinished job; last the checkpoint: it says that the others are ours."""
        return self.part, self.rejects_part, self._finished, self.checkpoint_file


@contextmanager
def writing(path: Path | str) -> Iterator[None]:
    """Turn failures of the file system into errors that name the result."""
    try:
        yield
    except (OSError, ValueError) as error:  # ValueErrors: names with a NUL or half a character
        if isinstance(error, TableError):
            raise
        wrong = error if isinstance(error, OSError) else OSError(str(error))
        raise unwritable(TableError, path, "result", wrong) from wrong


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


def helpers(output: Path) -> tuple[Path, Path, Path, Path]:
    """Name what stands beside a result while it is made: part, checkpoint, what is made, lock."""
    endings = (PART, f"{PART}.json", f"{PART}.new", f"{PART}.lock")
    part, checkpoint, finished, lock = (beside(output, ending) for ending in endings)
    return part, checkpoint, finished, lock


def beside(path: Path, ending: str) -> Path:
    """Name a file that stands beside another."""
    return path.with_name(f"{path.name}{ending}")


def no_link(path: str, flags: int) -> int:
    """Open a file, but not by way of a link."""
    return os.open(path, flags | _NO_LINK, 0o666)


def check_not_taken(paths: Iterable[Path]) -> None:
    """Refuse files that have names we need, and are not ours."""
    for path in filter(os.path.lexists, paths):
        raise in_the_way(path)


def in_the_way(path: Path) -> TableError:
    """Build the error about a file that has a name we need, and is not ours."""
    return TableError(
        f"{path}: a screening keeps what it has done so far under this name, but this file is none "
        "of its own. Rename it, or name another output."
    )


def _identity(path: Path) -> list[int] | None:
    """What tells a file that was made from others, whatever its name."""
    with suppress(FileNotFoundError):
        status = path.stat()
        return [status.st_size, status.st_mtime_ns]
    return None


def _is_named(lock: int, path: Path) -> bool:
    """Whether the locked file still has its name, which the job before may have deleted."""
    try:
        return os.path.samestat(os.fstat(lock), os.stat(path))
    except FileNotFoundError:
        return False


def _try_lock(descriptor: int) -> bool:
    try:
        if os.name == "posix":
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # a file system that knows no locks
    return True
