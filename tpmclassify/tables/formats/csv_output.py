"""CSV and TSV out: what the csv module would write; safe in spreadsheets.

A row that was read from such a table is written as it stands there, its own quotes included.
Machine code writes what needs no change, and Python the rest.
"""

import re
from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from tpmclassify.machine_code.load import machine_code
from tpmclassify.reading.scan_arrays import Source
from tpmclassify.screening import texts_of
from tpmclassify.tables.formats.cells import as_binary, plain_column
from tpmclassify.tables.formats.csv_scan import find_unsafe, join_rows
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.table import RAW_LINE

# What a spreadsheet takes for a formula or a command, by its first character (OWASP).
_DANGEROUS = (b"=", b"+", b"-", b"@", b"\t", b"\r", b"\n", b"\0")
# The same within a cell, where a spreadsheet that splits at the other one of comma and semicolon
# begins a cell, quotes before it or not; and a line, since it takes quotes within a cell for text.
# "===" is no formula, nor is "- Plan" or "@team"; lines begin with "-Run (all)", and a command of
# another program has a "|".
_LINE, _CELL = (rb'"*(?== *[^=\s]|[+@-][\w.+*/-]*%b)' % ends for ends in (rb"\|", rb"[|(!]"))
_PLAIN_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class CsvOutput(Output):
    """Writes CSV, and counts the cells that it made safe; see `Output`.

    Cells are quoted where they must be: where they hold a delimiter, a quote or a line end.

    `schema`, `delimiter`: of the result. `raw`: whether cells stay as they are, dangerous or not.
    """

    def __init__(self, schema: pa.Schema, *, delimiter: str, raw: bool) -> None:
        self._names = schema.names
        self._delimiter = delimiter.encode()
        self._raw = raw
        self._other = b"," if delimiter == ";" else b";"
        self._hidden = re.compile(rb"[\r\n]%b|%b%b" % (_LINE, self._other, _CELL))
        self._to_quote = re.compile(rb"[\"\r\n]|" + re.escape(self._delimiter))

    def begin(self) -> bytes:
        """Give the row of column names."""
        return self._row(None, [name.encode() for name in self._names], 0)

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch; those that were kept as they stand, with our cells."""
        if not batch.num_rows:
            return b""
        n_read, kept = 0, None
        if RAW_LINE in batch.schema.names:
            n_read = batch.schema.names.index(RAW_LINE)
            kept, batch = batch.column(n_read), batch.remove_column(n_read)
        named = zip(batch.schema.names, batch.columns, strict=True)
        strings = [as_binary(plain_column(name, column)) for name, column in named]
        written, ends, odd = self._write_sound(kept, strings, n_read)
        rows = pa.array(odd, pa.int64())
        lines = [None] * len(odd) if kept is None else as_binary(kept).take(rows).to_pylist()
        cells = zip(*(column.take(rows).to_pylist() for column in strings), strict=True)
        pieces: list[bytes | memoryview] = []
        at = 0
        for row, line, its_cells in zip(odd, lines, cells, strict=True):
            pieces += [
                written[at : ends[row]],
                self._row(line, [c or b"" for c in its_cells], n_read),
            ]
            at = ends[row]
        return b"".join([*pieces, written[at:]])

    def _write_sound(
        self, kept: pa.Array | None, strings: list[pa.Array], n_read: int
    ) -> tuple[memoryview, list[int], list[int]]:
        """Write the rows that need no change; where each ends, and which were left out."""
        n_rows = len(strings[0])
        if (code := machine_code(0)) is None or len(self._delimiter) > 1:
            return memoryview(b""), [0] * n_rows, list(range(n_rows))
        read = [texts_of(column) for column in strings[:n_read]]
        ours = pa.concat_arrays([column.cast(pa.large_binary()) for column in strings[n_read:]])
        together = texts_of(ours)
        unsafe = np.zeros(n_rows, np.uint8)
        for cells in [*read, together] if not self._raw else ():
            marks = np.zeros(len(cells), np.uint8)
            find_unsafe(cells.source, self._other[0], marks, code=code)
            unsafe |= marks.reshape(-1, n_rows).max(axis=0)
        rows = Source(np.zeros(1, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int64))
        if kept is not None:
            unsafe |= kept.is_null().to_numpy(zero_copy_only=False)
            rows = texts_of(as_binary(kept)).source
        # At most a cell's quotes are doubled; two more and a delimiter come with each.
        most = len(rows.data) + 2 * together.n_bytes + 3 * len(together) + n_rows
        written, ends = np.empty(most, np.uint8), np.empty(n_rows, np.int64)
        n = join_rows(rows, together.source, self._delimiter[0], unsafe, written, ends, code=code)
        return written[:n].data, ends.tolist(), np.flatnonzero(unsafe).tolist()

    def _row(self, line: bytes | None, cells: Sequence[bytes], n_read: int) -> bytes:
        """One row, its cells made safe; the line as it stands where the cells that it holds are."""
        safe = list(map(self._safe, cells))
        row = [
            b'"%b"' % cell.replace(b'"', b'""') if self._to_quote.search(cell) else cell
            for cell in safe
        ]
        if line is not None and safe[:n_read] == cells[:n_read]:
            row[:n_read] = [line]
        return self._delimiter.join(row) + b"\n"

    def _safe(self, cell: bytes) -> bytes:
        if self._raw:
            return cell
        safe = self._hidden.sub(rb"\g<0>'", cell)
        self.escaped_cells += safe != cell
        if cell.startswith(_DANGEROUS) and not _PLAIN_NUMBER.fullmatch(cell):
            safe = b"'" + safe
            self.escaped_cells += 1
        return safe
