"""Excel workbooks in. Needs the extra ``[excel]``: python-calamine."""

import datetime
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.errors import TableError, missing_extra
from tpmclassify.tables.formats.byte_input import open_file, unreadable
from tpmclassify.tables.formats.table import Batch, Reject, Table


class ExcelTable(Table):
    """The first sheet of a workbook, opened; see `Table`. It is read whole: the format needs it.

    A column whose cells are all numbers, all dates or all truth values keeps that type; any other
    is text, numbers in it as a person would write them.
    """

    format = "xlsx"

    def __init__(self, source: str, *, has_header: bool) -> None:
        super().__init__(source)
        self._notes: list[str] = []
        rows, first_line = self._read()
        if not rows:
            raise TableError(
                f"{source}: the sheet is empty. A table needs a row of column names and rows "
                "below it."
            )
        self.size = Path(source).stat().st_size
        header = [_text(cell) or "" for cell in rows.pop(0)] if has_header else []
        names = header or [f"column_{i + 1}" for i in range(len(rows[0]))]
        self._lines, self._rejects = [], []
        kept = []
        for line, row in enumerate(rows, first_line + has_header):
            if has_header and [_text(cell) or "" for cell in row] == header:
                reason = "the row repeats the column names"
                self._rejects.append(Reject(line, 1, reason, "\t".join(header)))
            elif any(cell != "" for cell in row):
                self._lines.append(line)
                kept.append(row)
        columns = zip(*kept, strict=True) if kept else [()] * len(names)
        self._rows = pa.RecordBatch.from_arrays([_array(column) for column in columns], names=names)
        self.schema = self._rows.schema

    @property
    def notes(self) -> list[str]:
        """What was not read."""
        return self._notes

    def batches(self) -> Iterator[Batch]:
        """Give the rows."""
        whole = self._rows
        for at in range(0, max(len(whole), 1), batch_sizes.BATCH_ROWS):
            end = min(at + batch_sizes.BATCH_ROWS, len(whole))
            yield Batch(
                whole.slice(at, end - at),
                self._lines[at:end],
                tuple(self._rejects) if end == len(whole) else (),
                (self.size or 0) * end // max(len(whole), 1),
            )

    def _read(self) -> tuple[list[list[Any]], int]:
        """The rows from the first that is not blank, and its number."""
        try:
            import python_calamine
        except ImportError:
            raise missing_extra(TableError, f"{self.source}: an Excel workbook", "excel") from None
        try:
            with open_file(self.source) as stream:
                workbook = python_calamine.CalamineWorkbook.from_filelike(stream)
                first, *others = workbook.sheet_names
                rows = workbook.get_sheet_by_name(first).to_python(skip_empty_area=False)
        except OSError as error:
            raise unreadable(self.source, error) from None
        except (python_calamine.CalamineError, ValueError) as error:
            raise TableError(
                f"{self.source}: this is no Excel workbook, or it is damaged or locked ({error}). "
                "Save it again as .xlsx, or as .csv."
            ) from None
        if others:
            self._notes.append(
                f"{self.source}: only the first sheet, {first!r}, was read; there are others: "
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
