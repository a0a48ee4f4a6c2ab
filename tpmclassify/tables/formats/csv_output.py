"""CSV and TSV out: what the csv module would write, a column at a time; safe in spreadsheets."""

import re
from collections.abc import Iterable, Sequence

import pyarrow as pa

from tpmclassify.tables.formats.cells import plain_cells
from tpmclassify.tables.formats.output import Output

# What a spreadsheet takes for a formula or a command, by its first character (OWASP).
_DANGEROUS = frozenset([b"=", b"+", b"-", b"@", b"\t", b"\r", b"\n", b"\0"])
_PLAIN_NUMBER = re.compile(rb"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


class CsvOutput(Output):
    """Writes CSV, and counts the cells that it made safe; see `Output`.

    Cells are quoted where they must be: where they hold a delimiter, a quote or a line end.

    Parameters
    ----------
    schema, delimiter
        Of the result.
    raw : bool
        Whether cells stay as they are, dangerous or not.
    """

    def __init__(self, schema: pa.Schema, *, delimiter: str, raw: bool) -> None:
        self._names = schema.names
        self._delimiter = delimiter.encode()
        self._raw = raw

    def begin(self) -> bytes:
        """Give the row of column names."""
        return self._rows([[cell] for cell in self._quoted([n.encode() for n in self._names])])

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        if not batch.num_rows:
            return b""
        return self._rows(
            self._quoted(plain_cells(name, column))
            for name, column in zip(self._names, batch.columns, strict=True)
        )

    def _rows(self, columns: Iterable[Sequence[bytes]]) -> bytes:
        return b"\n".join([*map(self._delimiter.join, zip(*columns, strict=True)), b""])

    def _quoted(self, cells: list[bytes]) -> list[bytes]:
        if not self._raw and not _DANGEROUS.isdisjoint({cell[:1] for cell in cells}):
            cells = self._escaped(cells)
        marks = (b'"', self._delimiter, b"\n", b"\r")
        together = b"".join(cells)
        if not any(mark in together for mark in marks):
            return cells
        quote, *others = marks
        return [
            b'"%b"' % cell.replace(b'"', b'""')
            if quote in cell
            else b'"%b"' % cell
            if any(mark in cell for mark in others)
            else cell
            for cell in cells
        ]

    def _escaped(self, cells: list[bytes]) -> list[bytes]:
        safe = []
        for cell in cells:
            if cell[:1] in _DANGEROUS and not _PLAIN_NUMBER.fullmatch(cell):
                cell = b"'" + cell
                self.escaped_cells += 1
            safe.append(cell)
        return safe
