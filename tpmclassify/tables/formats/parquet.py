"""Parquet in and out: columns keep their types and values."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tpmclassify.errors import TableError
from tpmclassify.tables.formats import limits
from tpmclassify.tables.formats.byte_input import STANDARD, unreadable
from tpmclassify.tables.formats.output import ArrowOutput, kept_batches
from tpmclassify.tables.formats.table import Batch, Reject

_BATCH_BYTES = 4 << 20
_READ_BUFFER = 1 << 20
_GROUP_ROWS = 10_000
_GROUP_BYTES = 64 << 20


class ParquetTable:
    """A Parquet file, opened; see `Table`.

    Raises
    ------
    TableError
        If the file is missing, damaged, or no Parquet.
    """

    format = "parquet"
    delimiter = ""
    encoding = ""

    def __init__(self, source: str) -> None:
        self.source = source
        self.notes: list[str] = []
        if source == STANDARD:
            raise TableError(
                "-: Parquet cannot be read from standard input, for its index is at its end. Name "
                "the file."
            )
        try:
            if Path(source).is_dir():
                raise IsADirectoryError
            self._file = pq.ParquetFile(source, buffer_size=_READ_BUFFER, pre_buffer=False)
        except OSError as error:
            raise unreadable(source, error) from None
        except pa.ArrowException as error:
            raise _damaged(source, "its end", error) from None
        self.schema: pa.Schema = self._file.schema_arrow
        self.size: int | None = Path(source).stat().st_size

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def batches(self) -> Iterator[Batch]:
        """Read the rows."""
        first = 0
        about = self._file.metadata
        bytes_of = [about.row_group(i).total_byte_size for i in range(about.num_row_groups)]
        per_row = max(sum(bytes_of) // max(about.num_rows, 1), 1)
        step = max(1, min(limits.BATCH_ROWS, _BATCH_BYTES // per_row))
        reader = self._file.iter_batches(batch_size=step)
        while True:
            try:
                batch = next(reader)
            except StopIteration:
                return
            except (pa.ArrowException, OSError) as error:
                raise _damaged(self.source, f"row {first + 1:,}", error) from None
            # Parquet tells no places; the rows' share of the whole is the progress.
            position = int((self.size or 0) * (first + len(batch)) / max(about.num_rows, 1))
            yield _checked(batch, first, position)
            first += len(batch)


def _checked(batch: pa.RecordBatch, first: int, position: int) -> Batch:
    """Reject the rows with strings that are not UTF-8: nothing downstream may meet them."""
    sound = np.ones(len(batch), dtype=bool)
    rejects = []
    for place, (name, column) in enumerate(zip(batch.schema.names, batch.columns, strict=True)):
        if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
            continue
        try:
            column.validate(full=True)
        except pa.ArrowInvalid:
            binary = pa.large_binary() if pa.types.is_large_string(column.type) else pa.binary()
            for row, value in enumerate(column.view(binary).to_pylist()):
                if value is not None and sound[row] and not _is_utf8(value):
                    sound[row] = False
                    reason = f"the cell in column {name!r} is not UTF-8"
                    raw = value.decode("utf-8", "backslashreplace")
                    rejects.append(Reject(first + row + 1, place + 1, reason, raw))
    lines: list[int] | range = range(first + 1, first + 1 + len(batch))
    if rejects:
        lines = [line for line, good in zip(lines, sound, strict=True) if good]
        batch = batch.filter(pa.array(sound))
    return Batch(batch, lines, tuple(sorted(rejects, key=lambda r: r.line)), position)


def _is_utf8(value: bytes) -> bool:
    try:
        value.decode()
    except UnicodeDecodeError:
        return False
    return True


class ParquetOutput(ArrowOutput):
    """Writes Parquet at the end of the job; see `Output`.

    Row groups are cut by rows and by bytes, row by row, so that they do not depend on the batches.
    """

    def __init__(self, schema: pa.Schema) -> None:
        super().__init__()
        self._schema = schema

    def finish(self, unfinished: Path, finished: Path) -> None:
        """Write the file."""
        with pq.ParquetWriter(finished, self._schema, compression="zstd") as writer:
            for group in _groups(kept_batches(unfinished)):
                table = pa.Table.from_batches(group, self._schema)
                writer.write_table(
                    table.unify_dictionaries().combine_chunks(), row_group_size=len(table)
                )


def _groups(batches: Iterator[pa.RecordBatch]) -> Iterator[list[pa.RecordBatch]]:
    group: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in batches:
        start = 0
        for row, row_size in enumerate(_row_sizes(batch)):
            if rows == _GROUP_ROWS or (rows and size + row_size > _GROUP_BYTES):
                yield [*group, batch.slice(start, row - start)]
                group, rows, size, start = [], 0, 0, row
            rows += 1
            size += row_size
        group.append(batch.slice(start))
    if rows:
        yield group


def _row_sizes(batch: pa.RecordBatch) -> list[int]:
    """Bytes of the strings of each row."""
    sizes = np.zeros(len(batch), dtype=np.int64)
    for column in batch.columns:
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
            lengths = pc.fill_null(pc.binary_length(column), 0)
            sizes += lengths.to_numpy(zero_copy_only=False).astype(np.int64)
    return sizes.tolist()


def _damaged(source: str, where: str, error: BaseException) -> TableError:
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    return TableError(
        f"{source}, {where}: this is no Parquet file, or it is damaged or cut off ({what}). Fetch "
        "or export it again."
    )
