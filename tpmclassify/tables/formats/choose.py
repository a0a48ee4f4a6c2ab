"""Which format a table has, by its name, and who reads and writes it.

What takes long to import is imported for the tables that need it.
"""

import json
import os
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from tpmclassify.encodings import marked_encoding
from tpmclassify.errors import TableError
from tpmclassify.tables.formats.byte_input import HEAD, STANDARD, ByteInput
from tpmclassify.tables.formats.csv_input import CsvTable
from tpmclassify.tables.formats.csv_output import CsvOutput
from tpmclassify.tables.formats.excel_output import ExcelOutput
from tpmclassify.tables.formats.json_lines import JsonLinesOutput, JsonOutput, JsonTable
from tpmclassify.tables.formats.output import KeptOutput, Output
from tpmclassify.tables.formats.table import Asked, Table
from tpmclassify.tables.formats.workbook_input import WorkbookTable

FORMATS = {".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json"}
FORMATS |= {".parquet": "parquet", **dict.fromkeys(".xlsx .xlsm .xlsb .xls .ods".split(), "xlsx")}
_JSON = re.compile(r'\{\s*["}]|\[\s*\{')
NOT_WRITTEN = (".xlsm", ".xlsb", ".xls", ".ods")
TEXT_FORMATS = ("csv", "tsv", "jsonl", "json")
JSON_FORMATS = ("jsonl", "json")
CODECS = {".gz": "gzip", ".zst": "zstd"}


def split_suffix(path: str) -> tuple[str, str]:
    """Split a file name: what stands before its type, and the type, such as ``.csv.gz``."""
    name = Path(path).name
    last = Path(name).suffix
    if last.lower() in CODECS:
        last = Path(name.removesuffix(last)).suffix + last
    return path.removesuffix(last), last


def format_of(path: str) -> tuple[str, str]:
    """Name the format of a file and its compression, by its suffix.

    Returned `format, codec`: the codec is "gzip", "zstd" or empty.
    """
    if os.path.isdir(path):
        raise TableError(f"{path}: this is a folder. Name a file within it.")
    suffix = split_suffix(path)[1].lower()
    end = next((end for end in CODECS if suffix.endswith(end)), "")
    kind, codec = FORMATS.get(suffix.removesuffix(end)), CODECS.get(end, "")
    if kind is None or (codec and kind not in TEXT_FORMATS):
        from tpmclassify.documents.read import DOCUMENT_SUFFIXES

        texts = [suffix for suffix, kind in FORMATS.items() if kind in TEXT_FORMATS]
        cure = "export the table as one of them"
        if suffix in DOCUMENT_SUFFIXES:
            cure = "a document is classified, or screened by the name of its folder"
        raise TableError(
            f"{path}: a file of type {split_suffix(path)[1] or 'none'!r} is not supported. Legal "
            f"are {', '.join(FORMATS)}, and {', '.join(texts)} with {' or '.join(CODECS)} after "
            f"them; {cure}."
        )
    return kind, codec


def open_table(
    source: str,
    *,
    encoding: str | None = None,
    header: bool = True,
    output_kind: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    text: str | Sequence[str] | None = None,
) -> Table:
    """Open a table; a `TableError` says why none can be made out.

    `source`: A file, a folder of documents, or ``-`` for standard input. Text that begins as JSON
    does is read as such, whatever its name; what has no name is CSV else. `output_kind`: the format
    of the result, empty for that of the table: where it is that of the table, the rows are kept as
    they stand (`RAW_LINE`). `text`: columns that the user named. All others: see `Asked`.
    """
    names = (text,) if isinstance(text, str) else tuple(text or ())
    asked = Asked(encoding, header, header_row, sheet, names)
    if os.path.isdir(source):
        from tpmclassify.tables.formats.folder import FolderTable

        return FolderTable(source, asked)
    kind = "" if source == STANDARD else format_of(source)[0]
    if kind == "xlsx":
        return WorkbookTable(source, asked)
    if kind == "parquet":
        from tpmclassify.tables.formats.parquet import ParquetTable

        return ParquetTable(source, asked)
    data = ByteInput(source)
    if json_kind := _json_kind(kind, data.head()):
        keep_lines, is_lines = output_kind in ("", *JSON_FORMATS), json_kind == "lines"
        return JsonTable(data, asked, keep_lines=keep_lines, is_lines=is_lines)
    # A name does not make tabs of commas.
    first_line = data.head().partition(b"\n")[0]
    is_tsv = kind == "tsv" and (b"\t" in first_line or not re.search(rb"[,;|]", first_line))
    kind = "tsv" if is_tsv else "csv"
    return CsvTable(data, asked, kind=kind, keep_lines=output_kind in ("", kind))


def make_output(
    target: str, schema: pa.Schema, *, kind: str, codec: str, delimiter: str, raw: bool, keep: bool
) -> Output:
    """Choose the writer of a result; a `TableError` says where a format cannot hold it.

    `target`: for messages. `schema`: of the result. `kind`, `codec`: see `format_of`. `delimiter`,
    `raw`: see `CsvOutput`. `keep`: whether the batches must be readable again while the job runs.
    """
    twice = sorted({name for name in schema.names if schema.get_field_index(name) < 0})
    if twice and kind in ("parquet", *JSON_FORMATS):
        raise TableError(
            f"{target}: the table has several columns named {', '.join(map(repr, twice))}, "
            "which this format cannot hold. Rename them, or name a result in .csv."
        )
    if kind == "parquet":
        from tpmclassify.tables.formats.parquet import ParquetOutput

        return ParquetOutput(schema)
    if kind == "xlsx":
        return ExcelOutput(schema, target)
    output: Output = JsonOutput() if kind == "json" else JsonLinesOutput()
    if kind not in JSON_FORMATS:
        output = CsvOutput(schema, delimiter=delimiter, raw=raw)
    output.codec = codec
    return KeptOutput(output) if keep else output


def _json_kind(kind: str, head: bytes) -> str:
    """Whether text is JSON ("whole"), JSON Lines ("lines") or neither, by name and start."""
    encoding = marked_encoding(head) or ("utf-16" if b"\0" in head[:4] else "utf-8")
    start = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if kind not in JSON_FORMATS and not _JSON.match(start):
        return ""
    line, _, rest = start.partition("\n")
    is_object = False
    with suppress(ValueError, RecursionError):
        is_object = isinstance(json.loads(line), dict)
    is_whole = start[:1] == "[" or (kind != "jsonl" and not is_object)
    is_last = not rest.strip() and len(head) < HEAD  # the one object may hold the list
    return "whole" if is_whole or (is_last and kind != "jsonl") else "lines"
