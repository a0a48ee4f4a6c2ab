"""The bytes of a text table: a file, a pipe or standard input, decompressed on the way."""

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa

from tpmclassify.errors import TableError

STANDARD = "-"
_CODECS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_HEAD = 4096


class ByteStream(Protocol):
    """Something that gives bytes; fewer than asked for only at its end."""

    def read(self, size: int) -> bytes:
        """Read bytes; none at the end."""


class ByteInput:
    """The bytes of a file or of standard input (``-``).

    Parameters
    ----------
    source : str

    Attributes
    ----------
    position : int
        Bytes read from the file so far, before decompression.
    size : int or None
        Bytes of the file; None for a pipe.

    Raises
    ------
    TableError
        If it cannot be opened.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.position = 0
        self._raw = _open(source)
        self.size = _regular_size(self._raw)
        self._head = b""
        self.codec = ""
        start = self._read_raw(4)
        self._head = start
        self.codec = next((codec for mark, codec in _CODECS.items() if start.startswith(mark)), "")
        self._stream: ByteStream = (
            pa.CompressedInputStream(pa.PythonFile(_Raw(self), "r"), self.codec)
            if self.codec
            else _Raw(self)
        )
        self._ahead = b""

    def read(self, size: int) -> bytes:
        """Read this many bytes, fewer only at the end.

        Raises
        ------
        TableError
            If the file cannot be read on, or what is compressed is damaged.
        """
        parts = [self._ahead[:size]]
        self._ahead = self._ahead[size:]
        missing = size - len(parts[0])
        try:
            while missing and (part := self._stream.read(missing)):
                parts.append(part)
                missing -= len(part)
        except (OSError, EOFError, pa.ArrowException) as error:
            if self.codec and not (isinstance(error, OSError) and error.errno):
                raise TableError(
                    f"{self.source}, byte {self.position:,}: the {self.codec} data are damaged or "
                    "cut off. Fetch or compress the file again."
                ) from None
            raise unreadable(self.source, error) from error
        return b"".join(parts)

    def head(self) -> bytes:
        """The first bytes, which are read again afterwards."""
        self._ahead = self.read(_HEAD)
        return self._ahead

    def close(self) -> None:
        """Close the file."""
        if self.source != STANDARD:
            self._raw.close()

    def _read_raw(self, size: int) -> bytes:
        if self._head:
            data, self._head = self._head[:size], self._head[size:]
            return data
        try:
            data = self._raw.read(size)
        except OSError as error:
            raise unreadable(self.source, error) from error
        self.position += len(data)
        return data


class _Raw:
    """The bytes as they are in the file, as pyarrow wants a file to be."""

    closed = False

    def __init__(self, source: ByteInput) -> None:
        self._source = source

    def read(self, size: int) -> bytes:
        return self._source._read_raw(size)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        """The owner closes."""


def unreadable(source: str | Path, error: BaseException) -> TableError:
    """Build the error about a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return TableError(f"{source}: there is no such file. Check the path.")
    if isinstance(error, IsADirectoryError):
        return TableError(f"{source}: this is a folder. Name a table file within it.")
    what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return TableError(f"{source}: the file cannot be read ({what}). Check the path and its rights.")


def _open(source: str) -> BinaryIO:
    if source == STANDARD:
        return sys.stdin.buffer
    path = Path(source)
    try:
        if path.is_dir():
            raise IsADirectoryError
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise unreadable(source, error) from None


def _regular_size(stream: BinaryIO) -> int | None:
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
