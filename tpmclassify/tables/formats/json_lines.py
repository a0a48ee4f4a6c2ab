"""JSON Lines in and out: an object a line; written back as it was read, with our fields added."""

import json
import math
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.errors import TableError
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.table import RAW_LINE, Batch, Reject
from tpmclassify.tables.formats.text_input import TextTable, lines_of


class _Number(str):
    """A number as it is written in the file."""

    __slots__ = ()


class JsonLinesTable(TextTable):
    """A JSON Lines file, opened; see `TextTable`.

    Its columns are the fields that occur in the first block of the file. Fields are read as text:
    strings as they are, numbers as they are written, the rest as JSON; null is a missing cell.

    Parameters
    ----------
    keep_lines : bool
        Whether each row's own line is kept, for an output that is JSON Lines too; other fields may
        then occur further on.
    """

    format = "jsonl"

    def __init__(self, source: str, *, encoding: str | None, keep_lines: bool) -> None:
        self._keep_lines = keep_lines
        self._decoder = json.JSONDecoder(
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=_Number,
            object_pairs_hook=_once_each,
        )
        self._line = 0
        super().__init__(source, encoding)

    def batches(self) -> Iterator[Batch]:
        """Read the rows; where lines are kept they are one column more, `RAW_LINE`."""
        for block in self._text_blocks:
            lines = lines_of(block)
            for at in range(0, len(lines), batch_sizes.BATCH_ROWS):
                yield self._batch(lines[at : at + batch_sizes.BATCH_ROWS])

    def _batch(self, lines: list[str]) -> Batch:
        columns: list[list[str | None]] = [[] for _ in self._names]
        line_numbers, kept, rejects = [], [], []
        for line in lines:
            self._line += 1
            if not line.strip():
                continue
            row = self._row(line)
            if isinstance(row, Reject):
                rejects.append(row)
                continue
            line_numbers.append(self._line)
            kept.append(line.strip())
            for name, column in zip(self._names, columns, strict=True):
                column.append(_cell(row.get(name)))
        arrays = [pa.array(column, pa.string()) for column in columns]
        schema = self.schema
        if self._keep_lines:
            arrays.append(pa.array(kept, pa.string()))
            schema = schema.append(pa.field(RAW_LINE, pa.string()))
        rows = pa.RecordBatch.from_arrays(arrays, schema=schema)
        return Batch(rows, line_numbers, tuple(rejects), self._bytes.position)

    def _row(self, line: str) -> dict[str, Any] | Reject:
        """The fields of a line, or why it cannot be read."""
        raw, column = line.rstrip("\r\n"), 1
        try:
            row = self._decoder.decode(raw)
            if isinstance(row, dict):
                self._check_fields(row, raw)
                return row
            reason = "a row must be a JSON object"
        except json.JSONDecodeError as error:
            column, reason = error.colno, f"this is no JSON ({error.msg})"
        except UnicodeEncodeError:
            reason = "a string holds half a character (\\ud...)"
        except ValueError as error:
            reason = str(error)
        except RecursionError:
            reason = "the values are nested too deeply"
        return Reject(self._line, column, reason, raw)

    def _check_fields(self, row: dict[str, Any], raw: str) -> None:
        if "\\ud" in raw or "\\uD" in raw:
            _written(row).encode()
        for name in row:
            if name.startswith("tpm_"):
                raise ValueError(f"the field {name!r} has a name of ours")
            if not self._keep_lines and name not in self._names:
                raise ValueError(
                    f"the field {name!r} does not occur in the first rows, so it has no column; "
                    "a result in .jsonl takes any field"
                )

    def _find_columns(self, lines: list[str]) -> None:
        names: dict[str, None] = {}
        first = next(filter(None, map(str.strip, lines)), "")
        for line in lines:
            with suppress(ValueError, RecursionError):
                row = self._decoder.decode(line)
                names.update(dict.fromkeys(row) if isinstance(row, dict) else {})
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
        self._names = names.keys()
        self.schema = pa.schema([(name, pa.string()) for name in names])


class JsonLinesOutput(Output):
    """Writes JSON Lines; see `Output`. Lines that were kept come back with our fields added."""

    def encode(self, batch: pa.RecordBatch) -> bytes:
        """Give the rows of a screened batch."""
        names = batch.schema.names
        # What comes after the line that was read is ours.
        first = names.index(RAW_LINE) + 1 if RAW_LINE in names else 0
        keys = [json.dumps(name, ensure_ascii=False) for name in names[first:]]
        rows = zip(*map(_json_cells, batch.columns[first:]), strict=True)
        ours = [", ".join(map("%s: %s".__mod__, zip(keys, row, strict=True))) for row in rows]
        if not first:
            return "".join([f"{{{members}}}\n" for members in ours]).encode()
        kept = batch.column(first - 1).to_pylist()
        return "".join(map(_with_members, kept, ours)).encode()


def _with_members(line: str, members: str) -> str:
    """A JSON object with more members at its end; what it had stands as it stood."""
    is_empty = not line[1:-1].strip()
    return f"{line[:-1].rstrip()}{'' if is_empty else ', '}{members}}}\n"


def _json_cells(column: pa.Array) -> list[str]:
    """The cells as JSON: numbers, truth values and nested values as such, the rest as text."""
    kind, types = column.type, pa.types
    if types.is_dictionary(kind):
        return _json_cells(column.dictionary_decode())
    as_such = (types.is_boolean, types.is_integer, types.is_floating, types.is_nested)
    if not any(is_kind(kind) for is_kind in as_such):
        column = plain_strings(column)
    return [_json(value) for value in column.to_pylist()]


def _json(value: Any) -> str:
    if isinstance(value, float) and not math.isfinite(value):
        value = str(value)  # JSON has no word for these: "nan", "inf"
    return json.dumps(value, ensure_ascii=False, default=str)


def _cell(value: Any) -> str | None:
    return value if value is None or isinstance(value, str) else _written(value)


def _written(value: Any) -> str:
    """A value as JSON, its numbers as they were written."""
    if isinstance(value, _Number):
        return value
    if isinstance(value, dict):
        members = [f"{_written(name)}: {_written(member)}" for name, member in value.items()]
        return f"{{{', '.join(members)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_written, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the field {twice!r} is there twice")
    return row
