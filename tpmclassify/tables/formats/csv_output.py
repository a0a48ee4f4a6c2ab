"""CSV and TSV out: what the csv module would write, a column at a time; safe in spreadsheets.

A row that was read from such a table is written as it stands there, its own quotes included.
"""

import re
from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.tables.formats.cells import as_binary, plain_cells
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.table import RAW_LINE

# What a spreadsheet takes for a formula or a command, by its first character (OWASP).
_DANGEROUS = frozenset([b"=", b"+", b"-", b"@", b"\t", b"\r", b"\n", b"\0"])
# The same within a cell, where a spreadsheet that splits at the other one of comma and semicolon
# begins a cell; and a line, since it takes quotes within a cell for text. "===" is no formula, nor
# is "- Plan" or "@team"; lines begin with "-Run (all)", and a command of another program has a "|".
_LINE, _CELL = rb"(?==[^=\s]|[+@-][A-Za-z_.]*\|)", rb"(?==[^=\s]|[+@-][A-Za-z_.]*[|(!])"
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
        kept = as_binary(columns[n]).to_pylist()
        if others := self._others(columns[:n], kept):
            taken = [column.take(pa.array(others)) for column in columns[:n]]
            rows = zip(*self._cells(names[:n], taken), strict=True)
            for index, row in zip(others, rows, strict=True):
                kept[index] = self._delimiter.join(row)
        return self._rows([kept, *self._cells(names[n + 1 :], columns[n + 1 :])])

    def _others(self, columns: list[pa.Array], kept: list[bytes | None]) -> list[int]:
        """The rows that were out of order, or hold a cell that is not safe."""
        others = {
            index
            for index, line in enumerate(kept)
            if line is None or (not self._raw and self._hides_formula(line))
        }
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
        cells = map(plain_cells, names, columns)
        return list(map(self._quoted, cells))

    def _rows(self, columns: Iterable[Sequence[bytes]]) -> bytes:
        return b"\n".join([*map(self._delimiter.join, zip(*columns, strict=True)), b""])

    def _quoted(self, cells: list[bytes]) -> list[bytes]:
        if not self._raw and not _DANGEROUS.isdisjoint({cell[:1] for cell in cells}):
            cells = self._escaped(cells)
        for index, cell in enumerate(cells if not self._raw else ()):
            if self._hides_formula(cell):
                cells[index] = self._hidden.sub(rb"\g<0>'", cell)
                self.escaped_cells += 1
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

    def _hides_formula(self, cell: bytes) -> bool:
        may = b"=" in cell or b"|" in cell or self._other + b"+" in cell
        may = may or self._other + b"-" in cell or self._other + b"@" in cell
        return may and self._hidden.search(cell) is not None

    def _escaped(self, cells: list[bytes]) -> list[bytes]:
        safe = []
        for cell in cells:
            if cell[:1] in _DANGEROUS and not _PLAIN_NUMBER.fullmatch(cell):
                cell = b"'" + cell
                self.escaped_cells += 1
            safe.append(cell)
        return safe
