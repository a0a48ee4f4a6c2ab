"""JSON and JSON Lines in and out: objects come back as they were read, with our fields added."""

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, BinaryIO

import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.errors import TableError
from tpmclassify.tables.column_names import EMPLOYER, TEXT, TITLE, usual_columns
from tpmclassify.tables.formats.byte_input import ByteInput
from tpmclassify.tables.formats.cells import plain_strings
from tpmclassify.tables.formats.json_walk import Row, SeveralLists, Walk
from tpmclassify.tables.formats.output import Output
from tpmclassify.tables.formats.table import RAW_LINE, Asked, Batch, Reject
from tpmclassify.tables.formats.text_input import TextTable, lines_of

# One for all cells: `json.dumps` makes another for each, which takes as long as its work.
_encode = json.JSONEncoder(ensure_ascii=False, default=str).encode


class _Number(str):
    """A number as it is written in the file."""

    __slots__ = ()


class JsonTable(TextTable):
    """A JSON or JSON Lines file, opened; see `TextTable`.

    Its columns are the fields of the first rows, some megabyte of them; fields of an object within
    a row, with that object's name before theirs, where they have a usual name or are wanted. Fields
    are read as text: strings as they are, numbers as they are written, the rest as JSON; null, and
    what is no JSON (NaN), is a missing cell.

    `keep_lines`: whether each row comes back as it was read, for an output that is JSON too; other
    fields may then occur further on. `is_lines`: whether it is an object a line, so that a line
    that is no JSON costs no other.
    """

    format = "jsonl"

    def __init__(self, data: ByteInput, asked: Asked, *, keep_lines: bool, is_lines: bool) -> None:
        self._keep_lines = keep_lines
        self._is_lines = is_lines
        self._constants: list[str] = []  # of a row, that are no JSON: NaN, Infinity
        self._decoder = json.JSONDecoder(
            parse_float=_Number,
            parse_int=_Number,
            parse_constant=self._constants.append,  # gives None, which is null
            object_pairs_hook=_once_each,
        )
        super().__init__(data, asked)

    def batches(self) -> Iterator[Batch]:
        """Read the rows; where lines are kept they are one column more, `RAW_LINE`."""
        schema = self.schema
        if self._keep_lines:
            schema = schema.append(pa.field(RAW_LINE, pa.string()))
        source = self._rows
        while some := list(islice(source, batch_sizes.BATCH_ROWS)):
            rows, line_numbers, rejects = [], [], []
            for line, raw in some:
                try:
                    rows.append(self._cells(raw))
                    line_numbers.append(line)
                except (ValueError, RecursionError) as error:
                    rejects.append(_reject(line, raw, error))
            columns = zip(*rows, strict=True) if rows else [()] * len(schema)
            arrays = [pa.array(column, pa.string()) for column in columns]
            batch = pa.RecordBatch.from_arrays(arrays, schema=schema)
            yield Batch(batch, line_numbers, tuple(rejects), self._bytes.position)

    def _decode(self, raw: str) -> dict[str, Any]:
        self._constants.clear()
        row = self._decoder.decode(raw)
        if not isinstance(row, dict):
            raise ValueError("a row must be a JSON object")
        if "\\ud" in raw or "\\uD" in raw:
            _written(row).encode()
        return row

    def _cells(self, raw: str) -> list[str | None]:
        row = self._decode(raw)
        for name in row:
            if name.startswith("tpm_"):
                raise ValueError(f"the field {name!r} has a name of ours")
            if not self._keep_lines and name not in self._names:
                raise ValueError(
                    f"the field {name!r} does not occur in the first rows, so it has no column; "
                    "a result in .jsonl takes any field"
                )
        found = [_field(row, name) for name in self._names]
        cells = [v if v is None or isinstance(v, str) else _written(v) for v in found]
        if self._keep_lines:
            is_line = not (self._constants or "\n" in raw or "\r" in raw)
            cells.append(raw if is_line else _written(row))
        return cells

    def _find_columns(self, lines: list[str]) -> None:  # noqa: ARG002
        self._walk = Walk(map(bytes.decode, self._text_blocks))
        rows = self._by_line() if self._is_lines else self._by_walk()
        sample: list[Row] = []
        left = batch_sizes.BLOCK_BYTES
        while left > 0 and (found := next(rows, None)):
            sample.append(found)
            left -= len(found[1])
        self._rows = chain(sample, rows)
        if not sample:
            raise TableError(
                f"{self.source}: the file is empty, or holds no list of objects. It must hold a "
                "JSON object for each posting, in one array or a line each."
            )
        names: dict[str, None] = {}
        nested: dict[str, None] = {}
        wrong: Reject | None = None
        for number, raw in sample:
            try:
                row = self._decode(raw)
                names |= dict.fromkeys(row)
                nested |= dict.fromkeys(_nested_names(row))
            except (ValueError, RecursionError) as error:
                wrong = wrong or _reject(number, raw, error)
        if not names:
            wrong = wrong or Reject(sample[0][0], 1, "the object has no field", "")
            raise TableError(
                f"{self.source}, line {wrong.line:,}, column {wrong.column:,}: {wrong.reason}. "
                "Write each row as an object, in one array or on a line of its own: "
                '{"description": "..."}.'
            )
        added = [name for name in self._asked.names if name in nested]
        for known in (EMPLOYER, TITLE, TEXT):
            if not usual_columns(list(names), known):
                added[:0] = usual_columns(list(nested), known)
        is_object = self._walk.is_one_object and len(sample) == 1 and not self._is_lines
        if is_object and not (self._asked.names or _may_be_posting(row)):
            raise TableError(
                f"{self.source}: the file holds one object, in which no list of postings can be "
                "made out. Write an object for each posting, in one array."
            )
        names |= dict.fromkeys(added)
        self._names = names.keys()
        self.schema = pa.schema([(name, pa.string()) for name in names])

    def _by_line(self) -> Iterator[Row]:
        lines = chain.from_iterable(map(lines_of, self._text_blocks))
        return ((number, raw) for number, line in enumerate(lines, 1) if (raw := line.strip()))

    def _by_walk(self) -> Iterator[Row]:
        try:
            yield from self._walk.rows()
        except json.JSONDecodeError as error:
            line, column = self._walk.place(error.pos)
            what = (
                f"this is no JSON ({error.msg}), or the file was cut off. Export it again; an "
                "object a line is read line by line from a file named .jsonl."
            )
            if isinstance(error, SeveralLists):
                what = f"{error.msg}. Write all postings into one list, or each list into a file."
            raise TableError(f"{self.source}, line {line:,}, column {column:,}: {what}") from None
        except RecursionError:
            raise TableError(
                f"{self.source}: the values are nested too deeply. Export a list of flat objects."
            ) from None

    def _last_end(self, data: bytes) -> int:
        if self._is_lines:
            return super()._last_end(data)
        return max(map(data.rfind, (b"}", b",", b"\n"))) + 1  # a whole file may be one line


def _reject(line: int, raw: str, error: Exception) -> Reject:
    column = 1
    if isinstance(error, json.JSONDecodeError):
        column, reason = error.colno, f"this is no JSON ({error.msg})"
    elif isinstance(error, UnicodeEncodeError):
        reason = "a string holds half a character (\\ud...)"
    elif isinstance(error, RecursionError):
        reason = "the values are nested too deeply"
    else:
        reason = str(error)
    return Reject(line, column, reason, raw)


def _may_be_posting(row: dict[str, Any]) -> bool:
    """Whether a single object is one: it has a text by name, or nothing but strings and numbers."""
    known = usual_columns([*row, *_nested_names(row)], TEXT)
    texts = [_field(row, name) for name in known]
    is_flat = not any(isinstance(value, dict | list) for value in row.values())
    return is_flat or any(isinstance(text, str) for text in texts)


def _nested_names(row: dict[str, Any]) -> Iterator[str]:
    """The names of the fields of the objects within a row, and of those within these."""
    for name, value in row.items():
        for inner, found in value.items() if isinstance(value, dict) else ():
            yield f"{name}.{inner}"
            if isinstance(found, dict):
                yield from (f"{name}.{inner}.{last}" for last in found)


def _field(row: dict[str, Any], name: str) -> Any:
    if name in row or "." not in name:
        return row.get(name)
    first, _, rest = name.partition(".")
    inner = row.get(first)
    return _field(inner, rest) if isinstance(inner, dict) else None


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


class JsonOutput(JsonLinesOutput):
    """Writes one JSON array, of the lines that were written while the job ran."""

    is_result = False

    def convert(self, pieces: Iterable[bytes], stream: BinaryIO) -> None:
        """Write the array."""
        before = b"[\n"
        for line in chain.from_iterable(piece.split(b"\n") for piece in pieces):
            if line:
                stream.write(before + line)
                before = b",\n"
        stream.write(b"[]\n" if before == b"[\n" else b"\n]\n")


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
    values = column.to_pylist()
    if types.is_floating(kind):  # JSON has no word for "nan" and "inf"
        values = [v if v is None or math.isfinite(v) else str(v) for v in values]
    return list(map(_encode, values))


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
        twice, _ = Counter(name for name, _ in pairs).most_common(1)[0]
        raise ValueError(f"the field {twice!r} is there twice")
    return row
