"""Excel workbooks out, and what they can hold. Needs the extra ``[excel]``: XlsxWriter."""

import datetime
import math
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.errors import TableError, missing_extra
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.output import ArrowOutput, kept_batches
from tpmclassify.tables.formats.table import Batch, Reject

# Source: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_COLOURS = {"TPM": "#DDEBF7", "PM": "#E2EFDA", "review": "#FFF2CC", "neither": "#EDEDED"}
_WIDTH, _WIDE = 16, 60
_EPOCH = datetime.datetime(2000, 1, 1)  # fixed: the same input, the same bytes


class ExcelOutput(ArrowOutput):
    """Writes a workbook at the end of the job; see `Output`. Nothing in it is executed.

    A `TableError` that names the target says where a table is too large for Excel, or the extra is
    not installed.
    """

    def __init__(self, schema: pa.Schema, target: str) -> None:
        self._schema = schema
        self._target = target
        self._rows = 1
        if len(schema) > MOST_COLUMNS:
            raise TableError(
                f"{target}: the result has {len(schema):,} columns, a sheet takes "
                f"{MOST_COLUMNS:,}. Name a result in .csv or .parquet."
            )
        try:
            import xlsxwriter  # noqa: F401 - to find out before the work, not after it
        except ImportError:
            raise missing_extra(TableError, f"{target}: an Excel workbook", "excel") from None

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        self._rows += len(batch)
        self._check_rows(self._rows)  # early, where no earlier run has written any
        return super().encode(batch)

    def _check_rows(self, n_rows: int) -> None:
        if n_rows > MOST_ROWS:
            raise TableError(
                f"{self._target}, row {MOST_ROWS + 1:,}: a sheet takes {MOST_ROWS:,} rows, this "
                "result has more. Name a result in .csv or .parquet."
            )

    def finish(self, part: Path, finished: Path) -> Path:
        """Write the workbook."""
        import xlsxwriter
        from xlsxwriter.exceptions import FileCreateError

        kinds = ("formulas", "urls", "numbers")
        folder = TemporaryDirectory(ignore_cleanup_errors=True)  # what is in it goes in any case
        options = {"tmpdir": folder.name, "constant_memory": True}
        options |= {f"strings_to_{kind}": False for kind in kinds}
        verdict = self._schema.names.index("tpm_verdict")
        try:
            with folder, xlsxwriter.Workbook(str(finished), options) as book:
                book.set_properties({"created": _EPOCH})
                sheet = book.add_worksheet("Screened")
                n_rows = self._fill(book, sheet, part)
                sheet.freeze_panes(1, 0)
                sheet.autofilter(0, 0, n_rows, len(self._schema) - 1)
                for value, colour in _COLOURS.items():
                    rule = {"type": "cell", "criteria": "==", "value": f'"{value}"'}
                    rule["format"] = book.add_format({"bg_color": colour})
                    sheet.conditional_format(1, verdict, max(n_rows, 1), verdict, rule)
        except FileCreateError as error:  # it wraps what the system said
            raise OSError(*error.args[0].args) from error
        return finished

    def _fill(self, book: Any, sheet: Any, part: Path) -> int:
        bold = book.add_format({"bold": True})
        formats: dict[type, Any] = {
            datetime.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            datetime.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for at, name in enumerate(self._schema.names):
            sheet.set_column(at, at, _WIDE if name == "tpm_quotes" else _WIDTH)
            sheet.write_string(0, at, name, bold)
        row = 0
        for batch in kept_batches(part):
            self._check_rows(row + 1 + len(batch))
            for cells in zip(*map(_excel_cells, batch.columns), strict=True):
                row += 1
                for at, cell in enumerate(cells):
                    _write(sheet, row, at, cell, formats)
        return row


def too_long_for_excel(batch: Batch) -> Batch:
    """Reject the rows with a cell that Excel would cut off."""
    rejects: dict[int, Reject] = {}
    columns = list(map(plain_strings, batch.rows.columns))
    for at, (name, column) in enumerate(zip(batch.rows.schema.names, columns, strict=True)):
        sizes = pc.utf8_length(column)
        for row in pc.indices_nonzero(pc.greater(sizes, LONGEST_CELL)).to_pylist():
            reason = (
                f"the cell in column {name!r} holds {sizes[row].as_py():,} characters, an Excel "
                f"cell takes {LONGEST_CELL:,}"
            )
            raw = "\t".join(cells[row].as_py() or "" for cells in columns)
            rejects.setdefault(row, Reject(batch.lines[row], at + 1, reason, raw))
    return batch.rejecting(rejects)


def _excel_cells(column: pa.Array) -> list[Any]:
    kind, types = column.type, pa.types
    if types.is_integer(kind):
        exact = 1 << 53  # Excel's numbers are doubles
        return [v if v is None or abs(v) <= exact else str(v) for v in column.to_pylist()]
    is_plain_time = types.is_timestamp(kind) and kind.tz is None and kind.unit != "ns"
    as_such = (types.is_floating, types.is_boolean, types.is_date32)
    if not (is_plain_time or any(is_kind(kind) for is_kind in as_such)):
        column = plain_strings(column)
    try:
        cells: list[Any] = column.to_pylist()
    except (OverflowError, ValueError):  # years that Python does not know
        cells = plain_strings(column).to_pylist()
    return cells


def _write(sheet: Any, row: int, at: int, cell: Any, formats: dict[type, Any]) -> None:
    if cell is None or cell == "":
        return
    is_odd = isinstance(cell, float) and not math.isfinite(cell)  # nan, inf
    if isinstance(cell, str) or is_odd or (type(cell) in formats and cell.year < 1900):
        text = str(cell)
        if len(text) > LONGEST_CELL:  # our quotes only: longer input cells were rejected
            text = f"{text[: LONGEST_CELL - 1]}…"
        sheet.write_string(row, at, text)
    else:
        sheet.write(row, at, cell, formats.get(type(cell)))
