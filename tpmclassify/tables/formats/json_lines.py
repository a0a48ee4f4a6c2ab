"""JSON Lines in and out: an object a line; written back as it was read, with our fields added."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from tpmclassify.errors import TableError
from tpmclassify.screening import COLUMNS
from tpmclassify.tables.formats import limits
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.table import RAW_LINE, Batch, Reject
from tpmclassify.tables.formats.text_input import TextTable, lines_of


class _Number(str):
    """A number as it is written in the file."""

    __slots__ = ()


class JsonLinesTable(TextTable):
    """A JSON Lines file, opened; see `Table`.

    Its columns are the fields that occur in the first block of the file. Fields are read as text:
    strings as they are, numbers as they are written, the rest as JSON; null is a missing cell.

    Parameters
    ----------
    source : str
        A file, or ``-`` for standard input.
    encoding : str or None
    keep_lines : bool
        Whether each row's own line is kept, for an output that is JSON Lines too; other fields may
        then occur further on.

    Raises
    ------
    TableError
        If the file holds no JSON objects.
    """

    format = "jsonl"
    delimiter = ""

    def __init__(self, source: str, *, encoding: str | None, keep_lines: bool) -> None:
        super().__init__(source, encoding)
        self._keep_lines = keep_lines
        self._decoder = json.JSONDecoder(
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_Number,
            object_pairs_hook=_once_each,
        )
        self._line = 0
        try:
            self._names = self._find_names()
        except BaseException:
            self.close()
            raise
        self.schema = pa.schema([(name, pa.string()) for name in self._names])

    def batches(self) -> Iterator[Batch]:
        """Read the rows; where lines are kept they are one column more, `RAW_LINE`."""
        for block in self._text.blocks():
            lines = lines_of(block)
            for at in range(0, len(lines), limits.BATCH_ROWS):
                yield self._batch(lines[at : at + limits.BATCH_ROWS])

    def _batch(self, lines: list[str]) -> Batch:
        columns: list[list[str | None]] = [[] for _ in self._names]
        places, kept, rejects = [], [], []
        for line in lines:
            self._line += 1
            if not line.strip():
                continue
            row = self._row(line)
            if isinstance(row, Reject):
                rejects.append(row)
                continue
            places.append(self._line)
            kept.append(line.strip())
            for name, column in zip(self._names, columns, strict=True):
                column.append(_cell(row.get(name)))
        arrays = [pa.array(column, pa.string()) for column in columns]
        schema = self.schema
        if self._keep_lines:
            arrays.append(pa.array(kept, pa.string()))
            schema = schema.append(pa.field(RAW_LINE, pa.string()))
        rows = pa.RecordBatch.from_arrays(arrays, schema=schema)
        return Batch(rows, places, tuple(rejects), self._text.position)

    def _row(self, line: str) -> dict[str, Any] | Reject:
        """The fields of a line, or why it cannot be read."""
        raw = line.rstrip("\r\n")
        try:
            row = self._decoder.decode(raw)
        except json.JSONDecodeError as error:
            return Reject(self._line, error.colno, f"this is no JSON ({error.msg})", raw)
        except ValueError as error:
            return Reject(self._line, 1, str(error), raw)
        except RecursionError:
            return Reject(self._line, 1, "the values are nested too deeply", raw)
        if not isinstance(row, dict):
            return Reject(self._line, 1, "a row must be a JSON object", raw)
        if "\\ud" in line or "\\uD" in line:
            try:
                _written(row).encode()
            except UnicodeEncodeError:
                return Reject(self._line, 1, "a string holds half a character (\\ud...)", raw)
        for name in row:
            if name.startswith("tpm_"):
                return Reject(self._line, 1, f"the field {name!r} has a name of ours", raw)
            if not self._keep_lines and name not in self._known:
                reason = (
                    f"the field {name!r} does not occur in the first rows, so it has no column; "
                    "a result in .jsonl takes any field"
                )
                return Reject(self._line, 1, reason, raw)
        return row

    def _find_names(self) -> list[str]:
        names: dict[str, None] = {}
        first = ""
        for line in self._text.sample():
            first = first or line.strip()
            try:
                row = self._decoder.decode(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(row, dict):
                names.update(dict.fromkeys(row))
        self._known = names.keys()
        if not first:
            raise TableError(
                f"{self.source}: the file is empty. It must hold a JSON object a line."
            )
        if not names:
            is_array = first.startswith("[")
            what = "one JSON array, not an object a line" if is_array else "no JSON object a line"
            raise TableError(
                f"{self.source}, line 1, column 1: this is {what}. Write each row as "
                'an object on a line of its own: {"description": "..."}. '
                f"The file begins with:\n  {first[:100]}"
            )
        return list(names)


class JsonLinesOutput:
    """Writes JSON Lines; see `Output`. Lines that were kept come back with our fields added."""

    def __init__(self) -> None:
        self.escaped_cells = 0

    def begin(self) -> bytes:
        """Give what stands before the first row: nothing."""
        return b""

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        names = batch.schema.names
        columns = [_json_cells(column) for column in batch.columns]
        if RAW_LINE not in names:
            keys = [json.dumps(name, ensure_ascii=False) for name in names]
            rows = zip(*columns, strict=True)
            lines = ["{" + _members(keys, row) + "}\n" for row in rows]
            return "".join(lines).encode()
        ours = [
            at for at, name in enumerate(names) if name in COLUMNS or name == "tpm_duplicate_of"
        ]
        keys = [json.dumps(names[at]) for at in ours]
        kept = batch.column(names.index(RAW_LINE)).to_pylist()
        rows = zip(*(columns[at] for at in ours), strict=True)
        return "".join(
            [
                f"{line[:-1].rstrip()}{'' if _is_empty(line) else ', '}{_members(keys, row)}}}\n"
                for line, row in zip(kept, rows, strict=True)
            ]
        ).encode()

    def finish(self, unfinished: Path, finished: Path) -> None:
        """Take the file as it stands."""
        unfinished.replace(finished)


def _is_empty(line: str) -> bool:
    return line[1:-1].isspace() or line == "{}"


def _members(keys: list[str], row: tuple[str, ...]) -> str:
    return ", ".join(map("%s: %s".__mod__, zip(keys, row, strict=True)))


def _json_cells(column: pa.Array) -> list[str]:
    """The cells as JSON: numbers, truth values and nested values as such, the rest as text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _json_cells(column.dictionary_decode())
    as_such = pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_nested(kind)
    if not (as_such or pa.types.is_floating(kind)):
        column = plain_strings(column)
    return [_json(value) for value in column.to_pylist()]


def _json(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        return json.dumps(str(value))  # JSON has no word for these: "nan", "inf"
    return json.dumps(value, ensure_ascii=False, default=str)


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return _written(value)


def _written(value: Any) -> str:
    """A value as JSON, its numbers as they were written."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        members = (f"{json.dumps(k, ensure_ascii=False)}: {_written(v)}" for k, v in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} is there twice")
    return row
