"""A screening out again, with the recruiter's rulings: for a spreadsheet, or to learn from."""

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify.deciding.verdicts import REVIEW
from tpmclassify.pages.templating import environment
from tpmclassify.pages.words import REASONS, VERDICTS
from tpmclassify.tables.formats.csv_output import CsvOutput
from tpmclassify.tables.formats.excel_output import ExcelOutput
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.parquet import ParquetOutput
from tpmclassify.web.store.screening import Screening
from tpmclassify.web.store.table_query import TableQuery

# What can be had, and how its file's name ends.
EXPORTS = {
    "csv": ".screened.csv",
    "xlsx": ".screened.xlsx",
    "parquet": ".screened.parquet",
    "labelled": ".labelled.csv",
    "lines": ".lines.csv",
}
# The recruiter's ruling, and the verdict where there is none; empty while a row waits.
RULING_COLUMNS = ("your_decision", "final_role", "your_note")
_LABELLED = pa.schema(dict.fromkeys(("description", "label", "employer"), pa.string()))
# As those of `datasets/lines.csv`; a posting is named by its row.
_LINES = pa.schema(
    dict.fromkeys(("posting_id", "start", "end"), pa.int64())
    | dict.fromkeys(("responsibility", "lean"), pa.string())
)
_UTF8_MARK = b"\xef\xbb\xbf"  # by which Excel knows the encoding


def export(screening: Screening, kind: str, query: TableQuery, path: Path) -> None:
    """Write the rows of a view with verdicts and rulings, or those ruled on or lines for training.

    Texts stay texts: what a spreadsheet would execute is escaped in CSV. `kind` is one of
    `EXPORTS`; a table that Excel cannot hold raises `TableError`.
    """
    if kind == "labelled":
        schema, rows = _LABELLED, _labelled_rows(screening)
    elif kind == "lines":
        schema, rows = _LINES, iter([_marked_lines(screening)])
    else:
        schema = _ruled_schema(screening)
        rows = _ruled_rows(screening, schema, query)
    output: Output = CsvOutput(schema, delimiter=",", raw=False)
    if kind == "xlsx":
        output = _BookWithAbout(schema, screening)
    elif kind == "parquet":
        output = ParquetOutput(schema)
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        stream.write(_UTF8_MARK if kind == "csv" else b"")
        stream.write(output.begin())
        for batch in rows:
            stream.write(output.encode(batch))
    if output.finish(part, path) == part:
        part.replace(path)


class _BookWithAbout(ExcelOutput):
    """A workbook whose second sheet says what the first one holds."""

    def __init__(self, schema: pa.Schema, screening: Screening) -> None:
        super().__init__(schema, screening.name)
        at = screening.n_own
        about = environment("tpmclassify.web").get_template("about.txt")
        text = about.render(
            screening=screening,
            columns=schema.names[at:],
            made_by=screening.summary.get("made_by"),
            verdicts=VERDICTS,
            reasons=REASONS,
        )
        self._about = [unescape(line).split("\t") for line in text.split("\n")]

    def _fill(self, book: Any, sheet: Any, part: Path) -> int:
        n_rows = super()._fill(book, sheet, part)
        page, wrapped = book.add_worksheet("About"), book.add_format({"text_wrap": True})
        for column, width in enumerate((28, 100)):
            page.set_column(column, column, width, wrapped)
        for number, cells in enumerate(self._about):
            for column, cell in enumerate(cells):
                page.write_string(number, column, cell, wrapped)
        return n_rows


def _ruled_schema(screening: Screening) -> pa.Schema:
    """The rulings, and what holds with them, stand between the recruiter's own columns and ours."""
    schema = screening.schema()
    for name in RULING_COLUMNS:
        while name in schema.names:
            name += "_2"
        at = schema.names.index("tpm_label")
        schema = schema.insert(at, pa.field(name, pa.string()))
    return schema


def _ruled_rows(
    screening: Screening, schema: pa.Schema, query: TableQuery
) -> Iterator[pa.RecordBatch]:
    at = screening.n_own
    for batch, ruled in screening.batches(query):
        verdicts = batch["tpm_verdict"].to_pylist()
        said = [
            (ruling, ruling or ("" if verdict == REVIEW else verdict), note)
            for (ruling, note), verdict in zip(ruled, verdicts, strict=True)
        ]
        ours = [pa.array([row[i] for row in said], pa.string()) for i in range(len(RULING_COLUMNS))]
        columns = [*batch.columns[:at], *ours, *batch.columns[at:]]
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _labelled_rows(screening: Screening) -> Iterator[pa.RecordBatch]:
    for batch, ruled in screening.batches(TableQuery(decided="yes")):
        nobody = pa.nulls(len(ruled), pa.string())
        employers = nobody if screening.employer is None else batch[screening.employer]
        texts = [screening.text_of(cells) for cells in batch.select(screening.texts).to_pylist()]
        columns = pa.array(texts), pa.array([ruling for ruling, _ in ruled]), employers
        yield pa.RecordBatch.from_arrays([c.cast(pa.string()) for c in columns], schema=_LABELLED)


def _marked_lines(screening: Screening) -> pa.RecordBatch:
    lines = [
        dict(zip(_LINES.names, (row, start, *mark), strict=True))
        for row, marks in screening.marks().items()
        for start, mark in sorted(marks.items())
    ]
    return pa.RecordBatch.from_pylist(lines, schema=_LINES)
