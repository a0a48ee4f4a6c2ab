"""Tables from the recruiter: taken where their content is what their name says."""

import codecs
from pathlib import Path

from tpmclassify.documents.zip_guard import check_archive
from tpmclassify.errors import TableError
from tpmclassify.tables.preview import TablePreview

TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx", ".parquet", ".jsonl", ".ndjson")
_MOST_UNPACKED = 4 << 30
_MOST_RATIO = 150
_START = 4096
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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


def is_obvious(preview: TablePreview) -> bool:
    """Whether nobody needs to say which column holds what."""
    return len(preview.text) == 1 and len(preview.title) <= 1 and len(preview.employer) <= 1
