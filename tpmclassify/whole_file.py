"""Files that are there whole or not at all, and stay there when the power fails."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name, make it durable, and only then give it its own.

    What is replaced hands on its mode; a link stays one.

    `OSError`: if it cannot be written; what was at `path` before is still there.
    """
    path = Path(os.path.realpath(path))
    new = _new(path)
    try:
        new.write_bytes(data)
        keep_mode(path, new)
        sync_file(new)
        new.replace(path)
    except BaseException:
        with suppress(OSError):  # no such file, or no such folder either
            new.unlink()
        raise
    sync_folder(path.parent)


def try_to_write(path: Path) -> None:
    """Find out, before any work, whether a file could be written; nothing is changed.

    `OSError`: if not: the folder takes no files, or what is there may not be replaced.
    """
    path = Path(os.path.realpath(path))
    if os.path.lexists(path):
        if not path.is_file():
            raise OSError(errno.EINVAL, "what is there is no regular file")
        path.open("r+b").close()
    new = _new(path)
    new.open("wb").close()
    new.unlink()


def keep_mode(old: Path, new: Path) -> None:
    """Hand the rights of a file on to the one that will replace it."""
    with suppress(FileNotFoundError):
        shutil.copymode(old, new)


def sync_file(path: Path) -> None:
    """Wait until a file's content is on the disk."""
    with path.open("r+b") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name != "posix":
        return  # elsewhere a folder cannot be opened, and a rename is durable by itself
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _new(path: Path) -> Path:
    return path.with_name(f"{path.name}.tpmclassify-new")  # a name that nobody else gives
