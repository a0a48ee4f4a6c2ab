"""Excel workbooks in and out. Needs the extra ``[excel]``: python-calamine and XlsxWriter."""

import datetime
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify.errors import TableError
from tpmclassify.tables import limits
from tpmclassify.tables.byte_input import STANDARD, unreadable
from tpmclassify.tables.output import ArrowOutput, kept_batches
from tpmclassify.tables.plain_text import plain_strings
from tpmclassify.tables.table import Batch, Reject

# Excel's own limits: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
LONGEST_CELL = 32_767
MOST_ROWS = 1_048_576
MOST_COLUMNS = 16_384
_COLOURS = {"TPM": "#DDEBF7", "PM": "#E2EFDA", "review": "#FFF2CC"}
_WIDTH, _WIDE = 16, 60
_EPOCH = datetime.datetime(2000, 1, 1)  # fixed: the same input, the same bytes


class ExcelTable:
    """The first sheet of a workbook, opened; see `Table`. It is read whole: the format needs it.

    A column whose cells are all numbers, all dates or all truth values keeps that type; any other
    is text, numbers in it as a person would write them.

    Raises
    ------
    TableError
        If the extra is not installed, or the file is missing, damaged, empty or no workbook.
    """

    format = "xlsx"
    delimiter = ""
    encoding = ""

    def __init__(self, source: str, *, has_header: bool) -> None:
        self.source = source
        self.notes: list[str] = []
        if source == STANDARD:
            raise TableError("-: a workbook cannot be read from standard input. Name the file.")
        rows, self._first_line = self._read(source)
        if not rows:
            raise TableError(
                f"{source}: the sheet is empty. A table needs a row of column names and rows "
                "below it."
            )
        self.size: int | None = Path(source).stat().st_size
        self._header = [_text(cell) or "" for cell in rows[0]] if has_header else []
        names = self._header or [f"column_{i + 1}" for i in range(len(rows[0]))]
        body = rows[1:] if has_header else rows
        self._lines, self._rejects = [], []
        kept = []
        for line, row in enumerate(body, self._first_line + (1 if has_header else 0)):
            if has_header and [_text(cell) or "" for cell in row] == self._header:
                reason = "the row repeats the column names"
                self._rejects.append(Reject(line, 1, reason, "\t".join(self._header)))
            elif any(cell != "" for cell in row):
                self._lines.append(line)
                kept.append(row)
        columns = list(zip(*kept, strict=True)) if kept else [()] * len(names)
        self._columns = [_array(column) for column in columns]
        self.schema = pa.schema(
            [(name, column.type) for name, column in zip(names, self._columns, strict=True)]
        )

    def close(self) -> None:
        """Nothing stays open."""

    def batches(self) -> Iterator[Batch]:
        """Give the rows."""
        whole = pa.RecordBatch.from_arrays(self._columns, schema=self.schema)
        for at in range(0, max(len(whole), 1), limits.BATCH_ROWS):
            end = min(at + limits.BATCH_ROWS, len(whole))
            yield Batch(
                whole.slice(at, end - at),
                self._lines[at:end],
                tuple(self._rejects) if end == len(whole) else (),
                (self.size or 0) * end // max(len(whole), 1),
            )

    def _read(self, source: str) -> tuple[list[list[Any]], int]:
        """The rows from the first that is not blank, and its number."""
        try:
            import python_calamine
        except ImportError:
            raise missing_extra(source) from None
        try:
            if Path(source).is_dir():
                raise IsADirectoryError
            with Path(source).open("rb") as stream:
                workbook = python_calamine.CalamineWorkbook.from_filelike(stream)
                first, *others = workbook.sheet_names
                rows = workbook.get_sheet_by_name(first).to_python(skip_empty_area=False)
        except OSError as error:
            raise unreadable(source, error) from None
        except (python_calamine.CalamineError, ValueError) as error:
            raise TableError(
                f"{source}: this is no Excel workbook, or it is damaged or locked ({error}). Save "
                "it again as .xlsx, or as .csv."
            ) from None
        if others:
            self.notes.append(
                f"{source}: only the first sheet, {first!r}, was read; there are others: "
                f"{', '.join(map(repr, others))}."
            )
        blank = next((i for i, row in enumerate(rows) if any(cell != "" for cell in row)), None)
        return ([], 1) if blank is None else (rows[blank:], blank + 1)


def _array(cells: Sequence[Any]) -> pa.Array:
    values = [None if cell == "" else cell for cell in cells]
    kinds = {type(value) for value in values if value is not None}
    if kinds == {float} and all(value is None or value.is_integer() for value in values):
        return pa.array([None if v is None else int(v) for v in values], pa.int64())
    for kind, arrow in (
        (bool, pa.bool_()),
        (int, pa.int64()),
        (float, pa.float64()),
        (datetime.datetime, pa.timestamp("us")),
        (datetime.date, pa.date32()),
    ):
        if kinds == {kind}:
            return pa.array(values, arrow)
    return pa.array([_text(value) for value in values], pa.string())


def _text(cell: Any) -> str | None:
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell)


def too_long_for_excel(batch: Batch) -> Batch:
    """Reject the rows with a cell that Excel would cut off."""
    rejects = list(batch.rejects)
    bad: set[int] = set()
    names = batch.rows.schema.names
    for place, column in enumerate(batch.rows.columns):
        for row, cell in enumerate(plain_strings(column).to_pylist()):
            if cell is not None and len(cell) > LONGEST_CELL and row not in bad:
                bad.add(row)
                reason = (
                    f"the cell in column {names[place]!r} holds {len(cell):,} characters, an Excel "
                    f"cell takes {LONGEST_CELL:,}"
                )
                raw = "\t".join(
                    plain_strings(c).slice(row, 1).to_pylist()[0] or "" for c in batch.rows.columns
                )
                rejects.append(Reject(batch.lines[row], place + 1, reason, raw))
    if not bad:
        return batch
    keep = [row for row in range(len(batch.rows)) if row not in bad]
    return Batch(
        batch.rows.take(pa.array(keep, pa.int64())),
        [batch.lines[row] for row in keep],
        tuple(sorted(rejects, key=lambda reject: reject.line)),
        batch.position,
    )


class ExcelOutput(ArrowOutput):
    """Writes a workbook at the end of the job; see `Output`. Nothing in it is executed.

    Parameters
    ----------
    schema : pyarrow.Schema
    target : str
        For messages.

    Raises
    ------
    TableError
        If the extra is not installed, or the table is too wide for Excel.
    """

    def __init__(self, schema: pa.Schema, target: str) -> None:
        super().__init__()
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
            raise missing_extra(target) from None

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        self._rows += len(batch)
        if self._rows > MOST_ROWS:
            raise TableError(
                f"{self._target}, row {MOST_ROWS + 1:,}: a sheet takes {MOST_ROWS:,} rows, this "
                "result has more. Name a result in .csv or .parquet."
            )
        return super().encode(batch)

    def finish(self, unfinished: Path, finished: Path) -> None:
        """Write the workbook."""
        import xlsxwriter

        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        book = xlsxwriter.Workbook(str(finished), options)
        book.set_properties({"created": _EPOCH})
        sheet = book.add_worksheet("Screened")
        n_rows = self._fill(book, sheet, unfinished)
        self._dress(book, sheet, n_rows)
        book.close()

    def _fill(self, book: Any, sheet: Any, unfinished: Path) -> int:
        bold = book.add_format({"bold": True})
        formats: dict[type, Any] = {
            datetime.datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            datetime.date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        for place, name in enumerate(self._schema.names):
            sheet.set_column(place, place, _WIDE if name == "tpm_quotes" else _WIDTH)
            sheet.write_string(0, place, name, bold)
        row = 0
        for batch in kept_batches(unfinished):
            columns = [_excel_cells(column) for column in batch.columns]
            for cells in zip(*columns, strict=True):
                row += 1
                for place, cell in enumerate(cells):
                    _write(sheet, row, place, cell, formats)
        return row

    def _dress(self, book: Any, sheet: Any, n_rows: int) -> None:
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, n_rows, len(self._schema) - 1)
        verdict = self._schema.names.index("tpm_verdict")
        for value, colour in _COLOURS.items():
            sheet.conditional_format(
                1,
                verdict,
                max(n_rows, 1),
                verdict,
                {
                    "type": "cell",
                    "criteria": "==",
                    "value": f'"{value}"',
                    "format": book.add_format({"bg_color": colour}),
                },
            )


def _excel_cells(column: pa.Array) -> list[Any]:
    kind = column.type
    if pa.types.is_timestamp(kind) and kind.tz is None and kind.unit != "ns":
        return column.to_pylist()  # type: ignore[no-any-return]
    if (
        pa.types.is_floating(kind)
        or pa.types.is_boolean(kind)
        or pa.types.is_date32(kind)
        or (pa.types.is_integer(kind) and kind.bit_width <= 32)
    ):
        return column.to_pylist()  # type: ignore[no-any-return]
    if pa.types.is_integer(kind):  # Excel's numbers are doubles
        exact = 1 << 53
        return [v if v is None or abs(v) <= exact else str(v) for v in column.to_pylist()]
    return plain_strings(column).to_pylist()  # type: ignore[no-any-return]


def _write(sheet: Any, row: int, place: int, cell: Any, formats: dict[type, Any]) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell)
    elif isinstance(cell, str):
        if len(cell) > LONGEST_CELL:  # our quotes only: longer input cells were rejected
            cell = f"{cell[: LONGEST_CELL - 1]}…"
        sheet.write_string(row, place, cell)
    elif isinstance(cell, float) and not math.isfinite(cell):
        sheet.write_string(row, place, str(cell))  # nan, inf
    elif isinstance(cell, int | float):
        sheet.write_number(row, place, cell)
    elif type(cell) in formats and cell.year >= 1900:
        sheet.write_datetime(row, place, cell, formats[type(cell)])
    else:
        sheet.write_string(row, place, str(cell))


def missing_extra(source: str) -> TableError:
    """Build the error about the extra that is not installed."""
    return TableError(
        f"{source}: Excel workbooks need two more packages. Install them with: "
        "pip install 'tpmclassify[excel]'"
    )
