"""What every writer of tables does: batches to bytes that can be kept, then the finished file."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa


class Output(Protocol):
    """A format to write.

    While the job runs, its results are appended to one unfinished file, which is durable up to
    some batch and can be cut off there. `begin` and `encode` give what is appended; `finish` makes
    the result of it. A text format appends its own text; one that cannot be appended to appends
    Arrow batches, loses nothing, and writes its file at the end.
    """

    escaped_cells: int

    def begin(self) -> bytes:
        """Give what stands before the first row."""

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""

    def finish(self, unfinished: Path, finished: Path) -> None:
        """Make the result of the unfinished file; both may be the same."""


class ArrowOutput:
    """Keeps batches as they are, each as an Arrow stream of its own; others make a file of them."""

    def __init__(self) -> None:
        self.escaped_cells = 0

    def begin(self) -> bytes:
        """Give what stands before the first row: nothing."""
        return b""

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        return sink.getvalue().to_pybytes()  # type: ignore[no-any-return]


def kept_batches(unfinished: Path, end: int | None = None) -> Iterator[pa.RecordBatch]:
    """Read back what `ArrowOutput` has appended, up to a position in the file."""
    with unfinished.open("rb") as stream:
        end = os.fstat(stream.fileno()).st_size if end is None else end
        while stream.tell() < end:
            with pa.ipc.open_stream(stream) as reader:
                yield from reader


class KeptOutput(ArrowOutput):
    """A text format whose batches must be read again, for a report: written at the end.

    Parameters
    ----------
    inner : Output
        The format of the result.
    """

    def __init__(self, inner: Output) -> None:
        super().__init__()
        self._inner = inner

    def finish(self, unfinished: Path, finished: Path) -> None:
        """Write the result."""
        text = finished.with_name(f"{finished.name}.text")
        try:
            with text.open("wb") as stream:
                stream.write(self._inner.begin())
                for batch in kept_batches(unfinished):
                    stream.write(self._inner.encode(batch))
            self.escaped_cells = self._inner.escaped_cells
            self._inner.finish(text, finished)
        finally:
            text.unlink(missing_ok=True)


class CompressedOutput:
    """A text format in gzip or zstd: kept as plain text, compressed at the end.

    Parameters
    ----------
    inner : Output
    codec : str
        "gzip" or "zstd".
    """

    def __init__(self, inner: Output, codec: str) -> None:
        self._inner = inner
        self._codec = codec

    @property
    def escaped_cells(self) -> int:
        """Cells that were made safe."""
        return self._inner.escaped_cells

    @escaped_cells.setter
    def escaped_cells(self, value: int) -> None:
        self._inner.escaped_cells = value

    def begin(self) -> bytes:
        """Give what stands before the first row."""
        return self._inner.begin()

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        return self._inner.encode(batch)

    def finish(self, unfinished: Path, finished: Path) -> None:
        """Compress."""
        with unfinished.open("rb") as source, finished.open("wb") as target:
            compress(source, target, self._codec)


def compress(source: BinaryIO, target: BinaryIO, codec: str) -> None:
    """Compress a file; the same bytes in give the same bytes out."""
    with pa.CompressedOutputStream(pa.PythonFile(target, "w"), codec) as stream:
        while block := source.read(1 << 20):
            stream.write(block)
