"""Files that are there whole or not at all, and stay there when the power fails."""

import os
from contextlib import suppress
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Write a file under another name, make it durable, and only then give it its own.

    Raises
    ------
    OSError
        If it cannot be written; what was at `path` before is still there.
    """
    new = path.with_name(f"{path.name}.new")
    try:
        new.write_bytes(data)
        sync_file(new)
        new.replace(path)
    except BaseException:
        with suppress(OSError):  # no such file, or no such folder either
            new.unlink()
        raise
    sync_folder(path.parent)


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
