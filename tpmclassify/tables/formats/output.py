"""What every writer of tables does: batches to bytes that can be kept, then the finished file."""

import gzip
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

# A third of the time of the strictest level, which Arrow takes, for a sixteenth more bytes.
_GZIP_LEVEL = 4
_PIECE_BYTES = 1 << 20


class Output:
    """A format to write; by itself one of text.

    While the job runs, its results are appended to one part, which is durable up to some batch and
    can be cut off there. `begin` and `encode` give what is appended; `finish` makes the result of
    it. A text format appends its own text; one that cannot be appended to appends Arrow batches,
    loses nothing, and writes its file at the end.
    """

    is_result = True  # whether what is appended is the result, but for compression
    escaped_cells = 0  # that were made safe for spreadsheets
    codec = ""  # by which the result is compressed at the end; "gzip", "zstd", or none

    def begin(self) -> bytes:
        """Give what stands before the first row."""
        return b""

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        raise NotImplementedError

    def finish(self, part: Path, finished: Path) -> Path:
        """Make the result of the part, which may be the result itself; say which it is."""
        if self.is_result and not self.codec:
            return part
        with part.open("rb") as source, self.written(finished) as stream:
            self.convert(iter(lambda: b"".join(source.readlines(_PIECE_BYTES)), b""), stream)
        return finished

    def convert(self, pieces: Iterable[bytes], stream: BinaryIO) -> None:
        """Write a result of what was appended; it comes in whole lines."""
        stream.writelines(pieces)

    @contextmanager
    def written(self, finished: Path) -> Iterator[BinaryIO]:
        """Open a file to be written, compressed on the way."""
        with finished.open("wb") as target:
            if not self.codec:
                yield target
                return
            packed: Any = (
                gzip.GzipFile("", "wb", _GZIP_LEVEL, target, mtime=0)
                if self.codec == "gzip"
                else pa.CompressedOutputStream(pa.PythonFile(target, "w"), self.codec)
            )
            with packed:
                yield packed


class ArrowOutput(Output):
    """Keeps batches as they are, each as an Arrow stream of its own; others make a file of them."""

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give a screened batch as a stream."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def kept_batches(part: Path, end: int | None = None) -> Iterator[pa.RecordBatch]:
    """Read back what `ArrowOutput` has appended, up to an offset in the file."""
    with part.open("rb") as stream:
        end = os.fstat(stream.fileno()).st_size if end is None else end
        while stream.tell() < end:
            with pa.ipc.open_stream(stream) as reader:
                yield from reader


class KeptOutput(ArrowOutput):
    """A text format whose batches must be read again, for a report: written at the end."""

    def __init__(self, text: Output) -> None:
        self._text = text

    def finish(self, part: Path, finished: Path) -> Path:
        """Write the result."""
        with self._text.written(finished) as stream:
            encoded = map(self._text.encode, kept_batches(part))
            self._text.convert(chain([self._text.begin()], encoded), stream)
        self.escaped_cells = self._text.escaped_cells
        return finished
