"""A screening out again, with the recruiter's rulings: for a spreadsheet, or to learn from."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tpmclassify.screening import COLUMNS
from tpmclassify.web.store.screening import Screening

if TYPE_CHECKING:
    import pyarrow as pa

    from tpmclassify.tables.formats.output import Output

_RULING_COLUMN = "your_decision"
_LABELLED_COLUMNS = ("description", "label", "employer")
_UTF8_MARK = b"\xef\xbb\xbf"  # by which Excel knows the encoding


def write_csv(screening: Screening, path: Path) -> None:
    """Write all rows with verdicts and rulings; what a spreadsheet would execute is escaped."""
    from tpmclassify.tables.formats.csv_output import CsvOutput

    schema = _ruled_schema(screening)
    output = CsvOutput(schema, delimiter=",", raw=False)
    _write(output, _ruled_rows(screening, schema), path, _UTF8_MARK)


def write_xlsx(screening: Screening, path: Path) -> None:
    """Write all rows with verdicts and rulings as an Excel workbook, texts as texts.

    Raises
    ------
    TableError
        If Excel cannot hold the table.
    """
    from tpmclassify.tables.formats.excel_output import ExcelOutput

    schema = _ruled_schema(screening)
    _write(ExcelOutput(schema, screening.name), _ruled_rows(screening, schema), path)


def write_labelled(screening: Screening, path: Path) -> None:
    """Write the rows that the recruiter ruled on as a table that `tpmclassify train` takes."""
    import pyarrow as pa

    from tpmclassify.tables.formats.csv_output import CsvOutput

    schema = pa.schema([(name, pa.string()) for name in _LABELLED_COLUMNS])
    _write(CsvOutput(schema, delimiter=",", raw=False), _labelled_rows(screening, schema), path)


WRITERS: dict[str, tuple[str, Callable[[Screening, Path], None]]] = {
    "csv": (".screened.csv", write_csv),
    "xlsx": (".screened.xlsx", write_xlsx),
    "labelled": (".labelled.csv", write_labelled),
}


def _write(
    output: "Output", batches: "Iterator[pa.RecordBatch]", path: Path, mark: bytes = b""
) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        stream.write(mark + output.begin())
        for batch in batches:
            stream.write(output.encode(batch))
    output.finish(part, path)


def _ruled_schema(screening: Screening) -> "pa.Schema":
    """The rulings stand between the recruiter's own columns and ours."""
    import pyarrow as pa

    schema, name = screening.schema(), _RULING_COLUMN
    while name in schema.names:
        name += "_2"
    return schema.insert(len(schema) - len(COLUMNS), pa.field(name, pa.string()))


def _ruled_rows(screening: Screening, schema: "pa.Schema") -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    for batch, rulings in screening.batches():
        columns = batch.columns
        columns.insert(len(columns) - len(COLUMNS), pa.array(rulings, pa.string()))
        yield pa.RecordBatch.from_arrays(columns, schema=schema)


def _labelled_rows(screening: Screening, schema: "pa.Schema") -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    for batch, rulings in screening.batches():
        nobody = pa.nulls(len(rulings), pa.string())
        employers = nobody if screening.employer is None else batch[screening.employer]
        columns = [batch[screening.text], pa.array(rulings, pa.string()), employers]
        rows = pa.RecordBatch.from_arrays([c.cast(pa.string()) for c in columns], schema=schema)
        yield rows.filter(pa.array([ruling != "" for ruling in rulings]))
