"""Tables from the recruiter: checked by content, looked into, read back when they are screened."""

import codecs
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from tpmclassify.errors import TableError
from tpmclassify.screening import COLUMNS, check_no_own_columns
from tpmclassify.tables.columns import EMPLOYER_NAMES, TEXT_NAMES, TITLE_NAMES, find_column
from tpmclassify.tables.csv_input import open_csv
from tpmclassify.web.zip_guard import check_archive

if TYPE_CHECKING:
    import pyarrow as pa

TABLE_SUFFIXES = (".csv", ".tsv")
SCREENED_NAME = "screened.csv"
_MOST_UNPACKED = 4 << 30
_MOST_RATIO = 150
_START = 4096
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PREVIEW_ROWS = 5
_BATCH = 1000


@dataclass(frozen=True)
class TablePreview:
    """What a table looks like before it is screened.

    Attributes
    ----------
    names : list of str
        Its columns.
    rows : list of list of str
        The first rows.
    text, title, employer : list of str
        The columns whose names are usual for what they hold; one where it is obvious.
    expected_rows : int
        About as many rows as the table has.
    """

    names: list[str]
    rows: list[list[str]]
    text: list[str]
    title: list[str]
    employer: list[str]
    expected_rows: int


def is_obvious(preview: TablePreview) -> bool:
    """Whether nobody needs to say which column holds what."""
    return len(preview.text) == 1 and len(preview.title) <= 1 and len(preview.employer) <= 1


def check_table(path: Path, name: str) -> None:
    """Refuse a file whose content is not that of the table that its name promises.

    Raises
    ------
    TPMClassifyError
    """
    suffix = Path(name).suffix.lower()
    if suffix not in TABLE_SUFFIXES:
        raise TableError(
            f"{name}: files of type {suffix or 'none'!r} are not read here. Legal are "
            f"{', '.join(TABLE_SUFFIXES)}; export the table as one of them."
        )
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise TableError(
            f"{name}: the file is empty. A table needs a row of column names and rows below it."
        )
    if suffix == ".xlsx":
        entries = check_archive(path, most_bytes=_MOST_UNPACKED, most_ratio=_MOST_RATIO, name=name)
        sound = "xl/workbook.xml" in entries
    elif suffix == ".parquet":
        sound = start.startswith(b"PAR1")
    else:
        sound = b"\0" not in start or start.startswith(_UTF16_MARKS)
    if not sound:
        raise TableError(
            f"{name}: the content is not that of a {suffix} file. Export the table again as one of "
            f"{', '.join(TABLE_SUFFIXES)}."
        )


def look_into(path: Path) -> TablePreview:
    """Find a table's columns and its first rows.

    Raises
    ------
    TableError
        If it cannot be read.
    """
    table = open_csv(path, encoding=None, has_header=True)
    check_no_own_columns(table.names)
    sample = list(islice((row.cells for row in table.rows() if not row.problem), 200))
    bytes_of_row = sum(len(",".join(cells).encode()) + 2 for cells in sample) / max(1, len(sample))

    def usual(names: Sequence[str]) -> list[str]:
        return [name for name in table.names if _is_usual(name, names)]

    return TablePreview(
        names=table.names,
        rows=sample[:_PREVIEW_ROWS],
        text=table.names if len(table.names) == 1 else usual(TEXT_NAMES),
        title=usual(TITLE_NAMES),
        employer=usual(EMPLOYER_NAMES),
        expected_rows=round(path.stat().st_size / bytes_of_row) if bytes_of_row else 0,
    )


def _is_usual(name: str, usual: Sequence[str]) -> bool:
    found = find_column(
        [name], wanted=None, usual=usual, what="", option="", required=False, source=""
    )
    return found is not None


def screened_batches(path: Path) -> "Iterator[pa.RecordBatch]":
    """Read a screened table: the columns of the input, then ours in their types."""
    import pyarrow as pa

    table = open_csv(path, encoding="utf-8", has_header=True)
    convert: dict[str, Callable[[str], object]] = {
        "string": str,
        "float64": float,
        "bool": {"true": True, "false": False}.get,
    }
    rows = (row.cells for row in table.rows())
    while batch := list(islice(rows, _BATCH)):
        columns = list(zip(*batch, strict=True))
        ours = len(table.names) - len(COLUMNS)
        arrays = [pa.array(column, pa.string()) for column in columns[:ours]]
        for kind, column in zip(COLUMNS.values(), columns[ours:], strict=True):
            arrays.append(pa.array(map(convert[kind], column), pa.type_for_alias(kind)))
        yield pa.RecordBatch.from_arrays(arrays, names=table.names)
