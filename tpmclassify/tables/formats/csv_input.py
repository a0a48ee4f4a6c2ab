"""CSV and TSV in: rows are read in blocks; a row that does not fit is rejected, and only that row.

What is in order is split by its quotes. The rest is matched row by row (`csv_rows`), which takes
several times as long. A bad row of several lines may have swallowed sound ones, or may not be over
yet: it is taken to end where the next row begins that looks as the sound ones do, so that no line
within a text becomes a row.
"""

from collections.abc import Generator, Iterator
from itertools import takewhile
from typing import NamedTuple

import pyarrow as pa

from tpmclassify import batch_sizes
from tpmclassify.machine_code.load import machine_code
from tpmclassify.tables.formats.byte_input import ByteInput
from tpmclassify.tables.formats.csv_dialect import find_dialect
from tpmclassify.tables.formats.csv_rows import Row, RowPatterns
from tpmclassify.tables.formats.csv_split import line_ends, split_sound
from tpmclassify.tables.formats.table import RAW_LINE, Asked, Batch, Reject, captions_note
from tpmclassify.tables.formats.text_input import LONGEST_LINE, TextTable

_GOES_ON = "a quoted cell goes on after its closing quote; quotes within cells must be doubled"
_ODD_QUOTES = (
    "a quote opens within a cell and a later cell closes it; a delimiter before the quote is "
    "missing, or the quotes must be doubled and the cells quoted"
)
_UNLIKE = "the row follows a bad one and looks unlike the others; it may be a line of its text"


class _Wrong(NamedTuple):
    column: int  # from 1; 0 where the quotes tell
    reason: str
    is_open: bool = False  # more text may put it right


# Where a row begins, the line ends before it, and its cells; last as it stands, if it is sound.
_Kept = tuple[int, int, list[str | None]]


class CsvTable(TextTable):
    """A CSV file, opened; see `TextTable` and `find_dialect`."""

    takes = ("header_row",)

    def __init__(self, data: ByteInput, asked: Asked, *, kind: str, keep_lines: bool) -> None:
        self.format = kind
        self.has_header = asked.header
        self._keep_lines = keep_lines
        super().__init__(data, asked)

    def _find_columns(self, lines: list[str]) -> None:
        delimiter = "\t" if self.format == "tsv" else None
        dialect = find_dialect(self.source, lines, self._asked, delimiter, whole=self._is_whole)
        if dialect.skipped:
            self._notes.append(captions_note(self.source, f"line {dialect.skipped + 1}"))
        self.delimiter = dialect.delimiter
        self.schema = pa.schema([(name, pa.string()) for name in dialect.names])
        self._names = dialect.names
        self._header = dialect.names if self.has_header else []
        self._line = dialect.first_line
        self._rows = RowPatterns(self.delimiter, len(self._names))

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
                rest = yield from self._read(b"".join(pending), whole=size > LONGEST_LINE)
                pending, size, enough = [rest], len(rest), min(2 * len(rest), LONGEST_LINE)
        yield from self._read(b"".join(pending), whole=True)

    def _read(self, data: bytes, *, whole: bool) -> Generator[Batch, None, bytes]:
        """Read complete rows; give back what is unfinished."""
        code = machine_code(len(data))
        sound = code and split_sound(
            data,
            delimiter=self.delimiter.encode(),
            width=len(self._names),
            header=self._header,
            whole=whole,
            code=code,
        )
        if not sound:
            return (yield from self._read_with_care(data.decode(), whole=whole))
        line_numbers = [self._line + 1 + line for line in sound.lines]
        self._line += sound.n_lines
        yield from self._cut([*sound.columns, sound.raw], line_numbers, [])
        return data[sound.consumed :]

    def _read_with_care(self, text: str, *, whole: bool) -> Generator[Batch, None, bytes]:
        """Read complete rows of which some may be out of order; give back what is unfinished."""
        kept: list[_Kept] = []
        rejects: list[Reject] = []
        at = resume = 0  # up to there no row is sound
        while at < len(text):
            row = self._rows.row(text, at)
            wrong = self._wrong(text, at, row)
            if at >= resume and text[at] in "\r\n":  # a blank line is no row
                end = at + 1 + text.startswith("\r\n", at)
            elif at >= resume and not wrong:
                end, is_sound = row.end, all(map(self._rows.is_sound, row.cells))
                raw = text[at:end].rstrip("\r\n") if is_sound else None
                kept.append((at, self._line, [*row.values, raw]))
            else:
                wrong = wrong or _Wrong(1, _UNLIKE)
                if at >= resume:
                    found = self._resume_at(wrong, text, at, whole=whole)
                    if found is None:
                        break
                    resume = found
                    if cut := self._cut_off(text, kept, at, resume):
                        wrong, at, self._line = _Wrong(0, _GOES_ON), *kept[-cut][:2]
                        del kept[-cut:]
                end, reject = self._rejected(wrong, text, at, resume)
                rejects.append(reject)
            self._line += line_ends(text[at:end])
            at = end
        rows = (cells for _, _, cells in kept)
        columns = zip(*rows, strict=True) if kept else [()] * (len(self._names) + 1)
        strings = [pa.array(column, pa.string()) for column in columns]
        yield from self._cut(strings, [line + 1 for _, line, _ in kept], rejects)
        return text[at:].encode()

    def _wrong(self, text: str, at: int, row: Row) -> _Wrong | None:
        """What is wrong with the row that begins here."""
        count, width = len(row.cells), len(self._names)
        if not row.is_whole:
            is_open = count < width and row.is_open(text)
            reason = "a quote that opens in this row is never closed" if is_open else _GOES_ON
            return _Wrong(0, reason, is_open)
        if count != width:
            reason = f"the row has {count} cells, the table {width} columns"
            return _Wrong(min(count, width) + 1, reason)
        # A file that was appended to another may bring its names and its mark along.
        first, *others = row.values
        if [first.removeprefix("\ufeff"), *others] == self._header:
            return _Wrong(1, self.note_repeated(f"line {self._line + 1:,}"))
        if odd := self._rows.odd_cell(row):
            return _Wrong(odd, _ODD_QUOTES)
        # Texts hold line ends and tabs, but hardly the tabs of a row in their outer lines, too.
        is_split = self.delimiter == "\t" and width > 1
        lines = text[at : row.end].rstrip("\r\n").split("\n") if is_split else []
        outer = {line.count("\t") + 1 for line in (*lines[:1], *lines[-1:])}
        if len(lines) > 1 and outer == {width} and self._rows.next_row(text, at, row.end):
            return _Wrong(0, "a quote that opens in this row takes in the next one")
        return None

    def _resume_at(self, wrong: _Wrong, text: str, at: int, *, whole: bool) -> int | None:
        """Where to go on after a bad row; None where more text is needed to tell."""
        if not whole and wrong.is_open:
            return None
        if wrong.column and (end := self._rows.quoted_end(text, at, whole=whole)):
            return end if whole or end < len(text) else None
        found = self._rows.next_row(text, at, len(text))
        while found is not None and self._rows.closes_quote(text, found):
            found = self._rows.next_row(text, found, len(text))
        if found is None and whole:
            found = self._rows.next_other_row(text, at) or len(text)
        return found

    def _cut_off(self, text: str, kept: list[_Kept], at: int, end: int) -> int:
        """How many of the rows before go on in what is out of order; a quote in one was no end.

        What follows such a row begins like none, and holds the quote that does end it, unpaired.
        """
        patterns = self._rows
        for cut, (start, *_) in enumerate(reversed(kept), 1):
            if patterns.is_alike(text, start):
                is_quoted = text[start:at].rstrip("\r\n").endswith('"')
                is_odd = text.count('"', at, end) % 2 == 1
                return cut if is_quoted and is_odd and not patterns.begins_alike(text, at) else 0
            at = start
        return 0

    def _rejected(self, wrong: _Wrong, text: str, at: int, resume: int) -> tuple[int, Reject]:
        """The row that begins here and is wrong, and where it ends."""
        quoted = wrong.column and self._rows.quoted_end(text, at, whole=True)
        end = min(quoted, resume) if quoted else self._rows.next_beginning(text, at, resume)
        raw, line, reason = text[at:end].rstrip("\r\n"), self._line + 1, wrong.reason
        if more := line_ends(raw):
            reason += f" (lines {line:,} to {line + more:,})"
        sound = takewhile(self._rows.is_sound, self._rows.row(raw, 0).cells)
        column = wrong.column or min(len(list(sound)) + 1, len(self._names))
        return end, Reject(line, column, reason, raw)

    def _cut(
        self, columns: list[pa.Array], line_numbers: list[int], rejects: list[Reject]
    ) -> Iterator[Batch]:
        """Batches of columns, the last of which is the rows as they stand."""
        names = [*self._names, RAW_LINE] if self._keep_lines else self._names
        rows = pa.RecordBatch.from_arrays(columns[: len(names)], names)
        size = batch_sizes.BATCH_ROWS
        for at in range(0, len(rows), size) or ([0] if rejects else []):
            yield Batch(
                rows.slice(at, size),
                line_numbers[at : at + size],
                tuple(rejects) if at + size >= len(rows) else (),
                self._bytes.position,
            )
