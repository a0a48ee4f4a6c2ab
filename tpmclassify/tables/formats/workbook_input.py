"""Workbooks in: .xlsx, .xlsb, .xls and .ods. Needs the extra ``[excel]``."""

import datetime
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.encodings import decode_text, is_text
from tpmclassify.errors import TableError, missing_extra
from tpmclassify.tables.column_names import names_postings
from tpmclassify.tables.formats import workbook_process
from tpmclassify.tables.formats.byte_input import HEAD, open_file
from tpmclassify.tables.formats.table import (
    MOST_CAPTIONS,
    PAGE,
    Asked,
    Batch,
    Reject,
    Table,
    captions_note,
    header_names,
)

_SECONDS = 300  # a sheet of a million rows takes 60
_DATES: dict[str, Any] = {"date": datetime.date, "datetime": datetime.datetime}
_Rows = list[list[Any]]


class WorkbookTable(Table):
    """One sheet of a workbook, opened; see `Table`. It is read whole: the format needs it.

    A column whose cells are all numbers, all dates or all truth values keeps that type; any other
    is text, numbers in it as a person would write them.

    Without a sheet that is asked for it is the first that can be seen and has a column with a usual
    name for postings, else the first that is not empty.
    """

    format = "xlsx"
    takes = ("sheet", "header_row")

    def __init__(self, source: str, asked: Asked) -> None:
        super().__init__(source, asked)
        self.has_header = has_header = asked.header
        rows, first = self._choose()
        self.size = Path(source).stat().st_size
        cells = _names(rows[first])
        names = header_names(source, f"row {first + 1}", cells, has_header=has_header)
        self._lines, self._rejects = [], []
        kept = []
        for line, row in enumerate(rows[first + has_header :], first + has_header + 1):
            if has_header and _names(row) == names:
                reason = self.note_repeated(f"row {line:,}")
                self._rejects.append(Reject(line, 1, reason, "\t".join(names)))
            elif _is_filled(row):
                self._lines.append(line)
                kept.append(row)
        columns = zip(*kept, strict=True) if kept else [()] * len(names)
        self._rows = pa.RecordBatch.from_arrays([_array(column) for column in columns], names=names)
        self.schema = self._rows.schema

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

    def _choose(self) -> tuple[_Rows, int]:
        """The rows of the sheet with the table, and the index of the first that counts."""
        wanted, header_row = self._asked.sheet, self._asked.header_row
        names, sheets = self._read(wanted)
        if wanted is not None and wanted not in sheets:
            raise TableError(
                f"{self.source}: the workbook has no sheet {wanted!r}. Its sheets are: "
                f"{', '.join(map(repr, names))}. Name one of them with --sheet (sheet=)."
            )
        filled = [name for name, rows in sheets.items() if any(map(_is_filled, rows))]
        if not filled:
            raise TableError(
                f"{self.source}: no sheet that can be seen holds a row (sheets: "
                f"{', '.join(map(repr, names))}). A table needs a row of column names and rows "
                "below it; a hidden sheet is read with --sheet (sheet=)."
            )
        headers = {name: self._header_of(sheets[name]) for name in filled}
        name = next((name for name in filled if headers[name] is not None), filled[0])
        self.sheets, self.sheet = tuple(names), name
        rows, header = sheets[name], headers[name]
        first = next(at for at, row in enumerate(rows) if _is_filled(row))
        if header_row is not None:
            if header_row > len(rows):
                raise TableError(
                    f"{self.source}, sheet {name!r}: there is no row {header_row}; the last is "
                    f"{len(rows)}. Name another with --header-row (header_row=)."
                )
            first = header_row - 1
        elif header is not None and header > first:
            self._notes.append(captions_note(self.source, f"row {header + 1} of the sheet"))
            first = header
        if others := [other for other in names if other != name]:
            self._notes.append(
                f"{self.source}: only the sheet {name!r} was read; there are others: "
                f"{', '.join(map(repr, others))}. Name one with --sheet (sheet=)."
            )
        return rows, first

    def _header_of(self, rows: _Rows) -> int | None:
        """The index of the row, among the first, that names a column of postings."""
        tried = enumerate(rows[:MOST_CAPTIONS] if self.has_header else ())
        return next((i for i, row in tried if names_postings(_names(row), self._asked.names)), None)

    def _read(self, wanted: str | None) -> tuple[list[str], dict[str, _Rows]]:
        """The names of all sheets, and the rows of those that can be seen, or are wanted."""
        if None in map(importlib.util.find_spec, ("python_calamine", "xlrd")):
            raise missing_extra(TableError, f"{self.source}: an Excel workbook", "excel")
        with open_file(self.source) as stream:
            head = stream.read(HEAD)
        if head and is_text(head):
            what, cure = "text, such as CSV", "Name it .csv, or .tsv with tabs between its cells"
            if PAGE.match(decode_text(head)[0]):
                what = "a web page or XML"
                cure = "Open it in a spreadsheet program, and save it as .xlsx"
            raise TableError(f"{self.source}: this is no workbook, but {what}. {cure}.")
        command = [sys.executable, "-I", workbook_process.__file__, self.source, wanted or ""]
        try:
            done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise self._unreadable(f"it took more than {_SECONDS} seconds to read") from None
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            what = said[-1] if said and done.returncode > 0 else ""
            is_large = "MemoryError" in what or done.returncode < 0
            raise self._unreadable("a sheet is too large to be read" if is_large else what)
        lines = iter(done.stdout.splitlines())
        names: list[str] = json.loads(next(lines))
        sheets: dict[str, _Rows] = {}
        for line in lines:
            about = json.loads(line)
            sheets[about["name"]] = rows = []
            while (row := json.loads(next(lines))) is not None:
                rows.append(
                    [_DATES[c[0]].fromisoformat(c[1]) if type(c) is list else c for c in row]
                )
            if about["formulas"]:
                self._notes.append(
                    f"{self.source}, sheet {about['name']!r}: {about['formulas']:,} formulas have "
                    "no value and read as empty. Open the workbook in its program and save it."
                )
        return names, sheets

    def _unreadable(self, what: str) -> TableError:
        return TableError(
            f"{self.source}: this is no workbook, or it is damaged, locked or too large ({what}). "
            "Save the sheet again as .xlsx, or as .csv."
        )


def _is_filled(row: list[Any]) -> bool:
    return any(cell != "" for cell in row)


def _array(cells: Sequence[Any]) -> pa.Array:
    values = [None if cell == "" else cell for cell in cells]
    filled = [value for value in values if value is not None]
    kinds = set(map(type, filled))
    if kinds == {float} and all(map(float.is_integer, filled)):
        values = [None if value is None else int(value) for value in values]
    if len(kinds) == 1 and kinds != {str}:
        with suppress(OverflowError):  # any whole number can be written
            return pa.array(values)
    return pa.array([_text(value) for value in values], pa.string())


def _names(row: list[Any]) -> list[str]:
    return [_text(cell) or "" for cell in row]


def _text(cell: Any) -> str | None:
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return cell if cell is None else str(cell)
