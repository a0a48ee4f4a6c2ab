"""Parquet in and out: columns keep their types and values."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tpmclassify import batch_sizes
from tpmclassify.errors import TableError
from tpmclassify.strings import holds_strings, is_string
from tpmclassify.tables.formats.byte_input import unreadable
from tpmclassify.tables.formats.cells import as_binary, plain_strings
from tpmclassify.tables.formats.output import ArrowOutput, kept_batches
from tpmclassify.tables.formats.table import Asked, Batch, Reject, Table

# Rows may be wide: a batch holds no more than about this much.
_BATCH_BYTES = 4 << 20
# Without it pyarrow holds a whole row group's columns in memory.
_READ_BUFFER = 1 << 20
# A reader unpacks a row group at a time: of postings of 4 KB some 20 MB.
_GROUP_ROWS = 5_000
# What pyarrow raises for damaged files; ValueErrors: names that are not UTF-8.
_WRONG = (pa.ArrowException, OSError, ValueError)


class ParquetTable(Table):
    """A Parquet file, opened; see `Table`."""

    format = "parquet"

    def __init__(self, source: str, asked: Asked) -> None:
        super().__init__(source, asked)
        try:
            self._file = pq.ParquetFile(source, buffer_size=_READ_BUFFER, pre_buffer=False)
        except _WRONG as error:
            if isinstance(error, OSError) and error.errno:
                raise unreadable(source, error) from None
            raise _damaged(source, "its end", error) from None
        self.schema = self._file.schema_arrow
        self.size = Path(source).stat().st_size

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def batches(self) -> Iterator[Batch]:
        """Read the rows."""
        about = self._file.metadata
        n_rows = max(about.num_rows, 1)
        n_bytes = sum(about.row_group(i).total_byte_size for i in range(about.num_row_groups))
        step = max(1, min(batch_sizes.BATCH_ROWS, _BATCH_BYTES // max(n_bytes // n_rows, 1)))
        reader = self._file.iter_batches(batch_size=step)
        first = 0
        while True:
            try:
                rows = next(reader, None)
                _check_dictionaries(rows.columns if rows is not None else [])
            except _WRONG as error:
                raise _damaged(self.source, f"row {first + 1:,}", error) from None
            if rows is None:
                return
            # Parquet tells no position; the rows' share of the whole is the progress.
            position = int((self.size or 0) * (first + len(rows)) / n_rows)
            batch = Batch(rows, range(first + 1, first + 1 + len(rows)), (), position)
            yield batch.rejecting(_no_text(batch))
            first += len(rows)


def _check_dictionaries(columns: Sequence[pa.Array]) -> None:
    """Refuse cells that stand for an entry which the column's dictionary does not have."""
    for column in columns:
        if pa.types.is_dictionary(column.type) and column.null_count < len(column):
            found = pc.min_max(column.indices)
            if found["min"].as_py() < 0 or found["max"].as_py() >= len(column.dictionary):
                raise pa.ArrowInvalid("a cell is not in its column's dictionary")


def _no_text(batch: Batch) -> dict[int, Reject]:
    """The rows with a cell that is no text, by index: nothing downstream may meet them."""
    rejects: dict[int, Reject] = {}
    named = zip(batch.rows.schema.names, batch.rows.columns, strict=True)
    for at, (name, column) in enumerate(named):
        cells = plain_strings(column) if holds_strings(column.type) else column
        for index in range(len(cells)) if _wrong(cells) else ():
            if wrong := _wrong(cell := cells.slice(index, 1)):
                raw = as_binary(cell)[0].as_py() if is_string(cell.type) else b""
                reason = f"the cell in column {name!r} {wrong}"
                shown = raw.decode("utf-8", "backslashreplace")
                rejects.setdefault(index, Reject(batch.lines[index], at + 1, reason, shown))
    return rejects


def _wrong(column: pa.Array) -> str:
    """What is wrong with some cell: it is not UTF-8, or a date is out of the calendar."""
    try:
        if is_string(column.type):
            column.validate(full=True)
        elif pa.types.is_nested(column.type):
            column.to_pylist()
    except pa.ArrowInvalid:
        return "is not UTF-8"
    except (ValueError, OverflowError):
        return "holds a value that cannot be written as text"
    return ""


class ParquetOutput(ArrowOutput):
    """Writes Parquet at the end of the job; see `Output`.

    Row groups have the same number of rows, whatever the batches.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._schema = schema

    def finish(self, part: Path, finished: Path) -> Path:
        """Write the file."""
        with pq.ParquetWriter(finished, self._schema, compression="zstd") as writer:
            for group in _groups(kept_batches(part), self._schema):
                whole = group.unify_dictionaries().combine_chunks()
                writer.write_table(whole, row_group_size=_GROUP_ROWS)
        return finished


def _groups(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[pa.Table]:
    table = pa.Table.from_batches([], schema)
    for batch in batches:
        table = pa.concat_tables([table, pa.Table.from_batches([batch], schema)])
        while len(table) >= _GROUP_ROWS:
            yield table.slice(0, _GROUP_ROWS)
            table = table.slice(_GROUP_ROWS)
    if len(table):
        yield table


def _damaged(source: str, where: str, error: BaseException) -> TableError:
    what = str(error).splitlines()[0] if str(error) else type(error).__name__
    return TableError(
        f"{source}, {where}: this is no Parquet file, or it is damaged or cut off ({what}). Fetch "
        "or export it again."
    )
