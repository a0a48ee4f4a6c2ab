"""The bytes of a text table: a file, a pipe or standard input, decompressed on the way."""

import os
import stat
import sys
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from tpmclassify.errors import TableError

STANDARD = "-"
_CODECS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
HEAD = 4096


class ByteInput:
    """The bytes of a file or of standard input (``-``); a `TableError` says why there are none."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._file = sys.stdin.buffer if source == STANDARD else open_file(source)
        self.size = _regular_size(self._file)  # None for a pipe
        self._raw = self._stream = _Ahead(self._file)
        self._codec = ""
        mark = self.head(max(map(len, _CODECS)))
        self._codec = next((name for start, name in _CODECS.items() if mark.startswith(start)), "")
        if self._codec:
            unpacked = pa.CompressedInputStream(pa.PythonFile(self._raw, "r"), self._codec)
            self._stream = _Ahead(unpacked)

    @property
    def position(self) -> int:
        """Bytes of the file that were read, before decompression."""
        return self._raw.position

    def read(self, size: int) -> bytes:
        """Read this many bytes, fewer only at the end."""
        try:
            return self._stream.read(size)
        except (OSError, EOFError, pa.ArrowException) as error:
            self.close()
            if self._codec and not (isinstance(error, OSError) and error.errno):
                raise TableError(
                    f"{self.source}, byte {self.position:,}: the {self._codec} data are damaged or "
                    "cut off. Fetch or compress the file again."
                ) from None
            raise unreadable(self.source, error) from error

    def head(self, size: int = HEAD) -> bytes:
        """The first bytes, which are read again afterwards."""
        self._stream.ahead = self.read(size)
        return self._stream.ahead

    def close(self) -> None:
        """Close the file."""
        if self.source != STANDARD:
            self._file.close()


class _Ahead:
    """A stream of which some bytes were read ahead, as pyarrow wants a file to be."""

    closed = False

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.ahead = b""  # what comes before the rest of the stream
        self.position = 0  # bytes of the stream that were read

    def read(self, size: int) -> bytes:
        parts = [self.ahead[:size]]
        self.ahead = self.ahead[size:]
        missing = size - len(parts[0])
        while missing and (part := self._stream.read(missing)):
            parts.append(part)
            missing -= len(part)
            self.position += len(part)
        return b"".join(parts)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        """The owner closes."""


def unreadable(source: str | Path, error: BaseException) -> TableError:
    """Build the error about a file that cannot be read."""
    if isinstance(error, FileNotFoundError):
        return TableError(f"{source}: there is no such file. Check the path.")
    what = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return TableError(f"{source}: the file cannot be read ({what}). Check the path and its rights.")


def open_file(source: str) -> BinaryIO:
    """Open a file to be read; a `TableError` says why it cannot be."""
    try:
        return Path(source).open("rb")
    except (OSError, ValueError) as error:
        raise unreadable(source, error) from None


def _regular_size(stream: BinaryIO) -> int | None:
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None
