"""A screening out again, with the recruiter's decisions: for a spreadsheet, or to learn from."""

from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from tpmclassify.screening import COLUMNS
from tpmclassify.web.store.screening import Screening

if TYPE_CHECKING:
    import pyarrow as pa

    from tpmclassify.tables.formats.output import Output

DECISION_COLUMN = "your_decision"
LABELLED_NAMES = ("description", "label", "employer")
_UTF8_MARK = b"\xef\xbb\xbf"  # by which Excel knows the encoding


def write_csv(screening: Screening, path: Path) -> None:
    """Write all rows with verdicts and decisions; what a spreadsheet would execute is escaped."""
    from tpmclassify.tables.formats.csv_output import CsvOutput

    batches = _with_decisions(screening)
    first = next(batches)
    output = CsvOutput(first.schema, delimiter=",", raw=False)
    _write(output, chain([first], batches), path, _UTF8_MARK)


def write_xlsx(screening: Screening, path: Path) -> None:
    """Write all rows with verdicts and decisions as an Excel workbook, texts as texts.

    Raises
    ------
    TableError
        If Excel cannot hold the table.
    """
    from tpmclassify.tables.formats.excel_output import ExcelOutput

    batches = _with_decisions(screening)
    first = next(batches)
    output = ExcelOutput(first.schema, screening.about.name)
    unfinished = path.with_name(f"{path.name}.unfinished")
    _write(output, chain([first], batches), unfinished)
    output.finish(unfinished, path)


def write_labelled(screening: Screening, path: Path) -> None:
    """Write the rows that the recruiter decided as a table that `tpmclassify train` takes."""
    import pyarrow as pa

    from tpmclassify.tables.formats.csv_output import CsvOutput

    schema = pa.schema([(name, pa.string()) for name in LABELLED_NAMES])
    _write(CsvOutput(schema, delimiter=",", raw=False), _labelled(screening, schema), path)


WRITERS: dict[str, tuple[str, Callable[[Screening, Path], None]]] = {
    "csv": (".screened.csv", write_csv),
    "xlsx": (".screened.xlsx", write_xlsx),
    "labelled": (".labelled.csv", write_labelled),
}


def _write(
    output: "Output", batches: "Iterator[pa.RecordBatch]", path: Path, mark: bytes = b""
) -> None:
    with path.open("wb") as stream:
        stream.write(mark + output.begin())
        for batch in batches:
            stream.write(output.encode(batch))


def _with_decisions(screening: Screening) -> "Iterator[pa.RecordBatch]":
    """All rows, the recruiter's decision between their own columns and ours."""
    import pyarrow as pa

    schema = screening.schema()
    place, name = len(schema) - len(COLUMNS), DECISION_COLUMN
    while name in schema.names:
        name += "_2"
    wider = schema.insert(place, pa.field(name, pa.string()))
    yield pa.RecordBatch.from_pylist([], wider)
    for batch, decisions in screening.batches():
        columns = batch.columns
        columns.insert(place, pa.array(decisions, pa.string()))
        yield pa.RecordBatch.from_arrays(columns, schema=wider)


def _labelled(screening: Screening, schema: "pa.Schema") -> "Iterator[pa.RecordBatch]":
    import pyarrow as pa

    about = screening.about
    for batch, decisions in screening.batches():
        nobody = pa.nulls(len(decisions), pa.string())
        employers = nobody if about.employer is None else batch[about.employer]
        columns = [batch[about.text], pa.array(decisions, pa.string()), employers]
        rows = pa.RecordBatch.from_arrays([c.cast(pa.string()) for c in columns], schema=schema)
        yield rows.filter(pa.array([decision != "" for decision in decisions]))
