"""CSV and TSV out: what the csv module would write, a column at a time; safe in spreadsheets.

A row that was read from such a table is written as it stands there, its own quotes included.
"""

import re
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.screening import texts_of
from tpmclassify.strings import is_string
from tpmclassify.tables.formats.cells import as_binary, plain_cells
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.table import RAW_LINE

# What a spreadsheet takes for a formula or a command, by its first character (OWASP).
_DANGEROUS = frozenset([b"=", b"+", b"-", b"@", b"\t", b"\r", b"\n", b"\0"])
# The same within a cell, where a spreadsheet that splits at the other one of comma and semicolon
# begins a cell, quotes before it or not; and a line, since it takes quotes within a cell for text.
# "===" is no formula, nor is "- Plan" or "@team"; lines begin with "-Run (all)", and a command of
# another program has a "|".
_LINE, _CELL = (rb'"*(?== *[^=\s]|[+@-][\w.+*/-]*%b)' % ends for ends in (rb"\|", rb"[|(!]"))
_EQUALS, _BAR, _SPACE, _LF, _CR, _QUOTE = b'=| \n\r"'
_SIGNS = list(b'+-@"')
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

    def begin(self) -> bytes:
        """Give the row of column names."""
        return self._rows([[cell] for cell in self._quoted([n.encode() for n in self._names])])

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch; those that were kept as they stand, with our cells."""
        if not batch.num_rows:
            return b""
        names, columns = batch.schema.names, batch.columns
        if RAW_LINE not in names:
            return self._rows(self._cells(names, columns))
        n = names.index(RAW_LINE)
        lines = as_binary(columns[n])
        kept = lines.to_pylist()
        if others := self._others(columns[:n], lines, kept):
            taken = [column.take(pa.array(others)) for column in columns[:n]]
            rows = zip(*self._cells(names[:n], taken), strict=True)
            for index, row in zip(others, rows, strict=True):
                kept[index] = self._delimiter.join(row)
        return self._rows([kept, *self._cells(names[n + 1 :], columns[n + 1 :])])

    def _others(
        self, columns: list[pa.Array], lines: pa.Array, kept: list[bytes | None]
    ) -> list[int]:
        """The rows that were out of order, or hold a cell that is not safe."""
        others = {index for index, line in enumerate(kept) if line is None}
        if not self._raw:
            others.update(self._hiding(lines))
        for column in columns if not self._raw else ():
            cells = as_binary(column)
            firsts = pc.binary_slice(cells, 0, 1)
            dangerous = pc.is_in(firsts, value_set=pa.array(sorted(_DANGEROUS), cells.type))
            for index in pc.indices_nonzero(dangerous).to_pylist():
                if not _PLAIN_NUMBER.fullmatch(cells[index].as_py()):
                    others.add(index)
        return sorted(others)

    def _cells(self, names: list[str], columns: list[pa.Array]) -> list[list[bytes]]:
        """The cells of columns, quoted and safe."""
        written = []
        for name, column in zip(names, columns, strict=True):
            cells = plain_cells(name, column)
            if not self._raw and is_string(column.type):
                for row in self._hiding(as_binary(column)):
                    cells[row] = self._hidden.sub(rb"\g<0>'", cells[row])
                    self.escaped_cells += 1
            written.append(self._quoted(cells))
        return written

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

    def _hiding(self, cells: pa.Array) -> list[int]:
        """The cells within which another spreadsheet would find a formula."""
        texts = texts_of(cells)
        data, other = texts.data, self._other[0]
        # Single signs first, all cells at once: looking at each is several times as slow.
        equals, separators, bars = (np.flatnonzero(data == sign) for sign in (_EQUALS, other, _BAR))
        before = data[np.maximum(equals - 1, 0)]
        behind = data[np.minimum(separators + 1, len(data) - 1)]
        may = (
            equals[np.isin(before, [other, _LF, _CR, _QUOTE])],
            separators[np.isin(behind, _SIGNS)],
            bars[data[np.maximum(bars - 1, 0)] != _SPACE],  # what joins quotes is no command
        )
        rows = np.unique(np.searchsorted(texts.end, np.concatenate(may), side="right"))
        return [row for row in rows.tolist() if self._hidden.search(cells[row].as_py() or b"")]

    def _escaped(self, cells: list[bytes]) -> list[bytes]:
        safe = []
        for cell in cells:
            if cell[:1] in _DANGEROUS and not _PLAIN_NUMBER.fullmatch(cell):
                cell = b"'" + cell
                self.escaped_cells += 1
            safe.append(cell)
        return safe
