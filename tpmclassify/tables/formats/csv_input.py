"""CSV and TSV in: rows are read in blocks; a row that does not fit is rejected, and only that row.

What is in order is split by its quotes. The rest is for the csv module, in strict mode, which would
read the same of what is in order, in several times the time. Where it stumbles, or a row of several
lines has the wrong number of cells, a quote may have been left open and have swallowed rows:
reading goes on at the first line after it at which a sound row begins.
"""

import csv
import re
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.tables.formats.csv_dialect import find_dialect
from tpmclassify.tables.formats.csv_split import split_sound
from tpmclassify.tables.formats.table import Batch, Reject
from tpmclassify.tables.formats.text_input import TextTable, lines_of

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

# A row of more characters than this has an open quote.
_LONGEST_ROW = 1 << 28
_OPEN_QUOTE = "unexpected end of data"


class CsvTable(TextTable):
    """A CSV file, opened; see `TextTable`. Without a delimiter, that is found."""

    def __init__(
        self, source: str, *, encoding: str | None, has_header: bool, delimiter: str | None = None
    ) -> None:
        self.format = "tsv" if delimiter == "\t" else "csv"
        self._has_header = has_header
        self._known_delimiter = delimiter
        super().__init__(source, encoding)

    def _find_columns(self, lines: list[str]) -> None:
        dialect = find_dialect(
            self.source,
            lines,
            has_header=self._has_header,
            delimiter=self._known_delimiter,
            whole=self.size is not None and self._bytes.position >= self.size,
        )
        self.delimiter = dialect.delimiter
        self.schema = pa.schema([(name, pa.string()) for name in dialect.names])
        self._names = dialect.names
        self._header = dialect.names if self._has_header else []
        self._line = dialect.first_line
        between = re.escape(self.delimiter)
        cell = rf'(?:"[^"]*+(?:""[^"]*+)*+"|[^"\r\n{between}]*+)'
        self._sound_cell = re.compile(rf"{cell}(?:{between}|[\r\n]*\Z)")
        self._sound_row = re.compile(rf"{cell}(?:{between}{cell})*[\r\n]*")

    def batches(self) -> Iterator[Batch]:
        """Read the rows."""
        pending: list[bytes] = []
        size = enough = 0
        skip = self._line
        for block in self._text_blocks:
            if skip:
                block = b"".join(block.splitlines(keepends=True)[skip:])
                skip = 0
            pending.append(block)
            size += len(block)
            # An unfinished row is read again only when twice as much of it is there.
            if size >= enough:
                rest = yield from self._read(b"".join(pending), whole=size > _LONGEST_ROW)
                pending, size, enough = [rest], len(rest), min(2 * len(rest), _LONGEST_ROW)
        yield from self._read(b"".join(pending), whole=True)

    def _read(self, data: bytes, *, whole: bool) -> Generator[Batch, None, bytes]:
        """Read complete rows; give back what is unfinished."""
        sound = split_sound(
            data,
            delimiter=self.delimiter.encode(),
            width=len(self._names),
            header=[name.encode() for name in self._header],
            whole=whole,
        )
        if sound is None:
            return (yield from self._read_with_care(lines_of(data), whole=whole))
        line_numbers = [self._line + 1 + line for line in sound.lines]
        self._line += sound.n_lines
        yield from self._cut(sound.rows, line_numbers, [])
        return data[sound.consumed :]

    def _read_with_care(self, lines: list[str], *, whole: bool) -> Generator[Batch, None, bytes]:
        """Read complete rows of which some may be out of order; give back what is unfinished."""
        rows: list[list[str]] = []
        line_numbers: list[int] = []
        rejects: list[Reject] = []
        start = 0
        while start < len(lines):
            start, wrong = self._good_rows(lines, start, rows, line_numbers)
            if not wrong:
                break
            end, column, reason = wrong
            if reason == _OPEN_QUOTE:
                if not whole:
                    break
                reason = "a quote that opens in this row is never closed"
            # One with the wrong number of cells is over; where quotes do not fit, who knows.
            last = end if column or end == start + 1 else len(lines)
            resume = self._resume_at(lines, start, last, whole=whole)
            if resume is None:
                break
            end = resume
            if end > start + 1:
                reason += f" (lines {self._line + start + 1:,} to {self._line + end:,})"
            raw = "".join(lines[start:end])
            column = column or self._sound_cells(raw) + 1
            rejects.append(Reject(self._line + start + 1, column, reason, raw.rstrip("\r\n")))
            start = end
        self._line += start
        yield from self._cut(rows, line_numbers, rejects)
        return "".join(lines[start:]).encode()

    def _cut(
        self, rows: Sequence[Sequence[str | bytes]], line_numbers: list[int], rejects: list[Reject]
    ) -> Iterator[Batch]:
        for at in range(0, len(rows), batch_sizes.BATCH_ROWS) or ([0] if rejects else []):
            end = at + batch_sizes.BATCH_ROWS
            yield Batch(
                self._record_batch(rows[at:end]),
                line_numbers[at:end],
                tuple(rejects) if end >= len(rows) else (),
                self._bytes.position,
            )

    def _good_rows(
        self, lines: list[str], start: int, rows: list[list[str]], line_numbers: list[int]
    ) -> tuple[int, tuple[int, int, str] | None]:
        """Collect rows up to the first bad one: where it begins, ends, its cell and the reason."""
        reader = self._reader(lines, start)
        width, header, offset = len(self._names), self._header, self._line + start + 1
        end = 0
        try:
            for row in reader:
                # First the quick test, which nearly every row passes.
                fits = len(row) == width and row != header and not row[0].startswith("\ufeff")
                if row and not fits and (problem := self._problem(row)):
                    return start + end, (start + reader.line_num, *problem)
                if row:
                    rows.append(row)
                    line_numbers.append(offset + end)
                end = reader.line_num
        except csv.Error as error:
            reason = str(error)
            if reason != _OPEN_QUOTE:
                reason = (
                    "a quoted cell goes on after its closing quote; a quote within a cell must be "
                    "doubled"
                )
            return start + end, (start + reader.line_num, 0, reason)
        return start + end, None

    def _reader(self, lines: list[str], start: int) -> "CsvReader":
        following = map(lines.__getitem__, range(start, len(lines)))
        return csv.reader(following, delimiter=self.delimiter, strict=True)

    def _problem(self, row: Sequence[str]) -> tuple[int, str] | None:
        # A file that was appended to another may bring its names and its encoding mark along.
        if [row[0].removeprefix("\ufeff"), *row[1:]] == self._header:
            return 1, "the row repeats the column names"
        width = len(self._names)
        if len(row) == width:
            return None
        column = min(len(row), width) + 1
        return column, f"the row has {len(row)} cells, the table {width} columns"

    def _resume_at(self, lines: list[str], start: int, last: int, *, whole: bool) -> int | None:
        """The line at which to go on after a bad row; None where more lines are needed to tell.

        A bad row of several lines may have swallowed sound ones, or may not be over yet: it is
        taken to end where the next sound row begins, at `last` at the latest.
        """
        for line in range(start + 1, last):
            reader = self._reader(lines, line)
            try:
                row = next(reader)
            except csv.Error as error:
                if str(error) == _OPEN_QUOTE and not whole:
                    return None
                continue
            raw = "".join(lines[line : line + reader.line_num])
            if len(row) == len(self._names) and row and self._sound_row.fullmatch(raw):
                return line
        return last if whole or last < len(lines) else None

    def _sound_cells(self, raw: str) -> int:
        """Number of cells before the one that goes wrong."""
        count = at = 0
        while match := self._sound_cell.match(raw, at):
            count, at = count + 1, match.end()
            if at == len(raw):
                break
        return count

    def _record_batch(self, rows: Sequence[Sequence[str | bytes]]) -> pa.RecordBatch:
        columns = zip(*rows, strict=True) if rows else [()] * len(self._names)
        return pa.RecordBatch.from_arrays(
            [pa.array(column, pa.string()) for column in columns], schema=self.schema
        )
