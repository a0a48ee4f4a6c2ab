"""One job at a time on one result; the second is refused by name."""

import os
from pathlib import Path

from tpmclassify.errors import TableError


class Lock:
    """A lock on a file's name, held until it is released; the system releases it for the killed.

    `was_left`: whether a job that was killed has left the file, and with it, perhaps, others.
    `TableError`: if another job holds it, or the name is taken by a file that is no lock.
    """

    def __init__(self, path: Path, result: Path) -> None:
        self._path = path
        self.was_left = os.path.lexists(path)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        self._descriptor = os.open(path, flags, 0o600)
        try:
            if os.fstat(self._descriptor).st_size:
                raise in_the_way(path)
            if not (_try_lock(self._descriptor) and self._is_named()):
                raise TableError(
                    f"{result}: another screening is writing this file. Wait until it is done, or "
                    "name another output."
                )
        except BaseException:
            os.close(self._descriptor)
            raise

    def release(self) -> None:
        """Let others have it; the file goes."""
        if os.name == "posix":  # elsewhere a file that is open cannot be deleted
            self._path.unlink(missing_ok=True)
        os.close(self._descriptor)
        if os.name != "posix":
            self._path.unlink(missing_ok=True)

    def _is_named(self) -> bool:
        """Whether the locked file still has its name, which the job before may have deleted."""
        try:
            return os.path.samestat(os.fstat(self._descriptor), os.stat(self._path))
        except FileNotFoundError:
            return False


def in_the_way(path: Path) -> TableError:
    """Build the error about a file that has a name we need, and is not ours."""
    return TableError(
        f"{path}: a screening keeps what it has done so far under this name, but this file is none "
        "of its own. Rename it, or name another output."
    )


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
