"""A screening out again, with the recruiter's rulings: for a spreadsheet, or to learn from."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from tpmclassify.screening import COLUMNS
from tpmclassify.tables.formats.csv_output import CsvOutput
from tpmclassify.tables.formats.excel_output import ExcelOutput
from tpmclassify.tables.formats.output import Output
from tpmclassify.web.store.screening import Screening

# What can be had, and how its file's name ends.
EXPORTS = {"csv": ".screened.csv", "xlsx": ".screened.xlsx", "labelled": ".labelled.csv"}
_RULING_COLUMN = "your_decision"
_LABELLED = pa.schema([(name, pa.string()) for name in ("description", "label", "employer")])
_UTF8_MARK = b"\xef\xbb\xbf"  # by which Excel knows the encoding


def export(screening: Screening, kind: str, path: Path) -> None:
    """Write all rows with verdicts and rulings, or those ruled on for `tpmclassify train`.

    Texts stay texts: what a spreadsheet would execute is escaped in CSV.

    Parameters
    ----------
    screening : Screening
    kind : str
        One of `EXPORTS`.
    path : Path

    Raises
    ------
    TableError
        If Excel cannot hold the table.
    """
    is_labelled = kind == "labelled"
    schema = _LABELLED if is_labelled else _ruled_schema(screening)
    rows = _labelled_rows(screening) if is_labelled else _ruled_rows(screening, schema)
    output: Output = (
        ExcelOutput(schema, screening.name)
        if kind == "xlsx"
        else CsvOutput(schema, delimiter=",", raw=False)
    )
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        stream.write(_UTF8_MARK if kind == "csv" else b"")
        stream.write(output.begin())
        for batch in rows:
            stream.write(output.encode(batch))
    if output.finish(part, path) == part:
        part.replace(path)


def _ruled_schema(screening: Screening) -> pa.Schema:
    """The rulings stand between the recruiter's own columns and ours."""
    schema, name = screening.schema(), _RULING_COLUMN
    while name in schema.names:
        name += "_2"
    return schema.insert(len(schema) - len(COLUMNS), pa.field(name, pa.string()))


def _ruled_rows(screening: Screening, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch, rulings in screening.batches():
        columns = batch.columns
        columns.insert(len(columns) - len(COLUMNS), pa.array(rulings, pa.string()))
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _labelled_rows(screening: Screening) -> Iterator[pa.RecordBatch]:
    for batch, rulings in screening.batches():
        nobody = pa.nulls(len(rulings), pa.string())
        employers = nobody if screening.employer is None else batch[screening.employer]
        columns = [batch[screening.text], pa.array(rulings, pa.string()), employers]
        rows = pa.RecordBatch.from_arrays([c.cast(pa.string()) for c in columns], schema=_LABELLED)
        yield rows.filter(pa.array([ruling != "" for ruling in rulings]))
