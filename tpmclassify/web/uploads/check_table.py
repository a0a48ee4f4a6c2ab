"""Tables from the recruiter: taken where their content is what their name says."""

import codecs
from pathlib import Path

from tpmclassify.documents.zip_guard import check_archive
from tpmclassify.errors import TableError
from tpmclassify.tables.formats.choose import CODECS, FORMATS, TEXT_FORMATS, split_suffix
from tpmclassify.tables.preview import TablePreview

# What each file begins with, where its type says so; all others are text, packed or not.
_STARTS = {
    ".parquet": b"PAR1",
    ".xls": b"\xd0\xcf\x11\xe0",
    ".gz": b"\x1f\x8b",
    ".zst": b"\x28\xb5\x2f\xfd",
}
_ENTRIES = {".xlsx": "xl/workbook.xml", ".xlsm": "xl/workbook.xml", ".ods": "content.xml"}
_TEXTS = tuple(suffix for suffix, kind in FORMATS.items() if kind in TEXT_FORMATS)
TABLE_SUFFIXES = (*FORMATS, *(text + codec for text in _TEXTS for codec in CODECS))
_MOST_UNPACKED = 4 << 30
_MOST_RATIO = 150
_START = 4096
_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_table(path: Path, name: str) -> None:
    """Refuse a file whose content is not that of the table that its name promises."""
    suffix = table_suffix(name)
    if suffix not in TABLE_SUFFIXES:
        raise TableError(
            f"{name}: files of type {suffix or 'none'!r} are not read here. Legal are "
            f"{', '.join(TABLE_SUFFIXES)}; export the table as one of them. A single posting goes "
            "to the page One posting."
        )
    with path.open("rb") as file:
        start = file.read(_START)
    if not start:
        raise TableError(
            f"{name}: the file is empty. A table needs a row of column names and rows below it."
        )
    last = Path(suffix).suffix or suffix
    if last in _ENTRIES:
        entries = check_archive(path, most_bytes=_MOST_UNPACKED, most_ratio=_MOST_RATIO, name=name)
        sound = _ENTRIES[last] in entries
    elif last in _STARTS:
        sound = start.startswith(_STARTS[last])
    else:
        sound = b"\0" not in start or start.startswith(_UTF16_MARKS)
    if not sound:
        raise TableError(
            f"{name}: the content is not that of a {suffix} file. Export the table again as one of "
            f"{', '.join(TABLE_SUFFIXES)}."
        )


def table_suffix(name: str) -> str:
    """The type that a file's name states, such as ``.csv.gz``."""
    return split_suffix(name)[1].lower()


def is_obvious(preview: TablePreview) -> bool:
    """Whether nobody needs to say which column holds what."""
    several = map(len, (preview.title, preview.employer, preview.sheets))
    return len(preview.text) == 1 and max(several) <= 1
