"""A screening out again, with the recruiter's decisions: for a spreadsheet, or to learn from."""

import csv
import math
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from tpmclassify.errors import TableError
from tpmclassify.screening import COLUMNS, Screened
from tpmclassify.tables.csv_output import CsvWriter, is_dangerous
from tpmclassify.web.stored_screening import Screening

DECISION_COLUMN = "your_decision"
LABELLED_NAMES = ("description", "label", "employer")
_LONGEST_EXCEL_CELL = 32_767
_MOST_EXCEL_ROWS = 1_048_575
_MOST_EXCEL_COLUMNS = 16_384


def write_csv(screening: Screening, path: Path) -> None:
    """Write all rows with verdicts and decisions; what a spreadsheet would execute is escaped."""
    names, rows = _table(screening)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = CsvWriter(stream, delimiter=",", raw=False)
        writer.write_names(names)
        for cells, screened in rows:
            writer.write([_as_text(cell) for cell in cells], screened)


def write_xlsx(screening: Screening, path: Path) -> None:
    """Write all rows with verdicts and decisions as an Excel workbook, texts as texts.

    Raises
    ------
    TableError
        If Excel cannot hold the table.
    """
    import xlsxwriter

    names, rows = _table(screening)
    header = [*names, *COLUMNS]
    n_rows = screening.about.summary["screened"]
    if n_rows > _MOST_EXCEL_ROWS or len(header) > _MOST_EXCEL_COLUMNS:
        raise TableError(
            f"{screening.about.name}: {n_rows:,} rows of {len(header):,} columns are more than an "
            f"Excel sheet holds ({_MOST_EXCEL_ROWS:,} and {_MOST_EXCEL_COLUMNS:,}). Take the CSV."
        )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("Screening")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name)
        for number, (cells, screened) in enumerate(rows, start=1):
            ours = (getattr(screened, name.removeprefix("tpm_")) for name in COLUMNS)
            for place, cell in enumerate((*cells, *ours)):
                _write_cell(sheet, number, place, cell)


def write_labelled(screening: Screening, path: Path) -> None:
    """Write the rows that the recruiter decided as a table that `tpmclassify train` takes."""
    about = screening.about
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)  # its CR LF has cells with a lone CR quoted
        writer.writerow(LABELLED_NAMES)
        for batch, decisions in screening.batches():
            texts = batch[about.text].to_pylist()
            employers = [""] * len(texts)
            if about.employer is not None:
                employers = batch[about.employer].to_pylist()
            for text, decision, employer in zip(texts, decisions, employers, strict=True):
                if decision:
                    writer.writerow([_safe(text or ""), decision, _safe(employer or "")])


WRITERS: dict[str, tuple[str, Callable[[Screening, Path], None]]] = {
    "csv": (".screened.csv", write_csv),
    "xlsx": (".screened.xlsx", write_xlsx),
    "labelled": (".labelled.csv", write_labelled),
}


def _table(screening: Screening) -> tuple[list[str], Iterator[tuple[list[Any], Screened]]]:
    """The names of the input's columns and of the decision, and the rows of the same order."""
    names = screening.columns()[: -len(COLUMNS)]
    ours = DECISION_COLUMN
    while ours in names:
        ours += "_2"
    return [*names, ours], _rows(screening)


def _rows(screening: Screening) -> Iterator[tuple[list[Any], Screened]]:
    for batch, decisions in screening.batches():
        columns: Iterable[list[Any]] = [column.to_pylist() for column in batch.columns]
        for row, decision in zip(zip(*columns, strict=True), decisions, strict=True):
            inputs, verdict = row[: -len(COLUMNS)], row[-len(COLUMNS) :]
            yield [*inputs, decision], Screened(*verdict)


def _as_text(cell: Any) -> str:
    if cell is None:
        return ""
    return str(cell).lower() if isinstance(cell, bool) else str(cell)


def _safe(cell: str) -> str:
    return f"'{cell}" if is_dangerous(cell) else cell


def _write_cell(sheet: Any, row: int, column: int, cell: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, bool):
        sheet.write_boolean(row, column, cell)
    elif isinstance(cell, int | float) and math.isfinite(cell):
        sheet.write_number(row, column, cell)
    else:
        text = _as_text(cell)
        if len(text) > _LONGEST_EXCEL_CELL:
            note = f" … [cut: Excel holds no more of {len(text):,} characters; the CSV does]"
            text = text[: _LONGEST_EXCEL_CELL - len(note)] + note
        sheet.write_string(row, column, text)
