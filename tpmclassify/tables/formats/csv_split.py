"""Sound CSV, split by machine code: the quick way, which gives up where anything is out of order.

Between quotes stands text that needs no look at all: 64 bytes at a time are searched for the quote
that ends it. What is found is where each cell begins and ends; the cells of a column are then
copied behind each other, as Arrow wants them. The csv module looks at every character, which takes
ten times as long; it reads what this cannot, and everything where there is no machine code (see
`CsvTable`).
"""

import codecs
from collections.abc import Sequence
from typing import AnyStr, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.machine_code.load import Code

_QUOTE, _LF, _CR, _TAB = map(ord, '"\n\r\t')
_QUOTE_BYTE, _NO = np.uint8(_QUOTE), np.uint8(0)
_BLOCK = 64
# Of `Cells.quotes`: none, quotes around a cell, and doubled ones within it.
_BARE, _QUOTED, _DOUBLED = range(3)
_BOM = codecs.BOM_UTF8
_OUT_OF_ORDER, _OPEN = -1, -2


class Cells(NamedTuple):
    """Where cells stand in a block, without their quotes, row by row.

    `begin`, `end`, `quotes`: (n_cells,). `row_begin`, `row_end`: (n_rows,). `reached`: (1,), bytes
    up to the end of the last row.
    """

    begin: Ints
    end: Ints
    quotes: Bytes
    row_begin: Ints
    row_end: Ints
    reached: Ints


class SoundRows(NamedTuple):
    """Rows that were split; each has as many cells as the table has columns."""

    columns: list[pa.Array]  # strings, quotes resolved
    raw: pa.Array  # each row as it stands, without its line end
    lines: list[int]  # the physical line where each begins, counted from 0
    consumed: int  # bytes up to the end of the last row
    n_lines: int  # physical lines up to there


def split_sound(
    data: bytes,
    *,
    delimiter: bytes,
    width: int,
    header: Sequence[str],
    whole: bool,
    code: Code | None,
) -> SoundRows | None:
    """Split whole lines of CSV into rows; None where that is a matter for the csv module.

    `data`: UTF-8; begins where a row begins, and ends where a line ends. `header`: names that are
    not to be repeated. `whole`: no more data will follow; otherwise the last row may be unfinished.
    """
    if len(delimiter) > 1 or b"\0" in data:
        return None
    block = np.frombuffer(data, np.uint8)
    breaks = block == _LF
    if b"\r" in data:
        breaks[:-1] |= (block[:-1] == _CR) & ~breaks[1:]
    ends = np.flatnonzero(breaks)
    most_rows = len(ends) + 1
    most_cells = most_rows + np.count_nonzero(block == ord(delimiter))
    begin, end, row_begin, row_end = (
        np.empty(size, np.int64) for size in (most_cells, most_cells, most_rows, most_rows)
    )
    quotes, reached = np.empty(most_cells, np.uint8), np.zeros(1, np.int64)
    cells = Cells(begin, end, quotes, row_begin, row_end, reached)
    n_rows = split_rows(block, ord(delimiter), width, cells, code=code)
    consumed = int(reached[0])
    if n_rows < 0 or (whole and consumed < len(data)):
        return None
    columns = [
        _column(block, begin[of], end[of], quotes[of], code)
        for of in (slice(i, n_rows * width, width) for i in range(width))
    ]
    row_begin, row_end = row_begin[:n_rows], row_end[:n_rows]
    if _repeats(block, begin[: n_rows * width : width], columns, header):
        return None
    return SoundRows(
        columns,
        _column(block, row_begin, row_end, np.zeros(n_rows, np.uint8), code),
        np.searchsorted(ends, row_begin).tolist(),
        consumed,
        int(np.searchsorted(ends, consumed)),
    )


def _repeats(block: Bytes, begin: Ints, columns: list[pa.Array], header: Sequence[str]) -> bool:
    """Whether a row begins with a file's mark, or holds the column names once more."""
    maybe = block[np.minimum(begin, len(block) - 1)] == _BOM[0]
    if header:
        maybe |= pc.equal(columns[0], header[0]).to_numpy(zero_copy_only=False)
    for row in np.flatnonzero(maybe).tolist():
        texts = [column[row].as_py() for column in columns]
        if texts[0].startswith("\ufeff") or texts == header:
            return True
    return False


def _column(block: Bytes, begin: Ints, end: Ints, quotes: Bytes, code: Code | None) -> pa.Array:
    """Copy cells behind each other, as an array of strings."""
    begin, end, quotes = map(np.ascontiguousarray, (begin, end, quotes))
    letters = np.empty(int((end - begin).sum()), np.uint8)
    first = np.zeros(len(begin) + 1, np.int64)
    gather(block, begin, end, quotes, letters, first, code=code)
    buffers = [None, pa.py_buffer(first.astype(np.int32)), pa.py_buffer(letters)]
    return pa.Array.from_buffers(pa.string(), len(begin), buffers)


@Entry
def split_rows(data: Bytes, delimiter: int, width: int, cells: Cells) -> int:
    """Find the cells; gives the number of rows, or a negative one where they are out of order."""
    here = row = cell = 0
    n = len(data)
    while here < n:
        ends = _line_end(data, here, n)
        if ends:  # a blank line is no row
            here += ends
            cells.reached[0] = here
            continue
        cells.row_begin[row] = here
        for i in range(width):
            if i:
                if here >= n or data[here] != delimiter:
                    return _OUT_OF_ORDER
                here += 1
            here = _split_cell(data, here, n, delimiter, cells, cell)
            if here == _OPEN:  # the row goes on after this block, as far as one can tell
                return row
            if here == _OUT_OF_ORDER:
                return _OUT_OF_ORDER
            cell += 1
        cells.row_end[row] = here
        ends = _line_end(data, here, n)
        if here < n and not ends:
            return _OUT_OF_ORDER
        here += ends
        row += 1
        cells.reached[0] = here
    return row


@compiled
def _split_cell(data: Bytes, here: int, n: int, delimiter: int, cells: Cells, cell: int) -> int:
    """Where the cell that begins here ends, its last quote included."""
    if here >= n or data[here] != _QUOTE:
        stop = _bare_end(data, here, n, delimiter)
        cells.begin[cell], cells.end[cell], cells.quotes[cell] = here, stop, _BARE
        return _OUT_OF_ORDER if stop < n and data[stop] == _QUOTE else stop
    quotes = _QUOTED
    stop = _next_quote(data, here + 1, n)
    while stop + 1 < n and data[stop + 1] == _QUOTE:
        quotes = _DOUBLED
        stop = _next_quote(data, stop + 2, n)
    if stop >= n:
        return _OPEN
    if delimiter == _TAB and _holds_row(data, here, stop):
        return _OUT_OF_ORDER
    cells.begin[cell], cells.end[cell], cells.quotes[cell] = here + 1, stop, quotes
    return stop + 1


@compiled
def _next_quote(data: Bytes, here: int, n: int) -> int:
    while here + _BLOCK <= n:
        found = _NO
        for i in range(here, here + _BLOCK):  # all in bytes, so that 16 are compared at a time
            found |= np.uint8(data[i] == _QUOTE_BYTE)
        if found:
            break
        here += _BLOCK
    while here < n and data[here] != _QUOTE:
        here += 1
    return here


@compiled
def _bare_end(data: Bytes, here: int, n: int, delimiter: int) -> int:
    """Where a cell without quotes ends, or holds one."""
    while here < n:
        byte = data[here]
        if byte in (delimiter, _LF, _CR, _QUOTE):
            break
        here += 1
    return here


@compiled
def _line_end(data: Bytes, here: int, n: int) -> int:
    """The length of the line end that stands here, LF or CRLF; 0 where none does."""
    if here < n and data[here] == _LF:
        return 1
    return 2 if here + 1 < n and data[here] == _CR and data[here + 1] == _LF else 0


@compiled
def _holds_row(data: Bytes, here: int, stop: int) -> bool:
    """Whether there are tabs and line ends in a cell, so that it may hold the next row."""
    tabs = line_feeds = False
    for i in range(here, stop):
        tabs = tabs or data[i] == _TAB
        line_feeds = line_feeds or data[i] == _LF
    return tabs and line_feeds


@Entry
def gather(data: Bytes, begin: Ints, end: Ints, quotes: Bytes, letters: Bytes, first: Ints) -> int:
    """Copy cells behind each other; of doubled quotes one."""
    at = 0
    for cell in range(len(begin)):
        here, stop = begin[cell], end[cell]
        while quotes[cell] == _DOUBLED and here < stop:
            following = min(_next_quote(data, here, stop) + 1, stop)
            at = _copy(data, here, following, letters, at)
            here = following + 1  # the second of the two
        if quotes[cell] != _DOUBLED:
            at = _copy(data, here, stop, letters, at)
        first[cell + 1] = at
    return at


@compiled
def _copy(data: Bytes, here: int, stop: int, target: Bytes, at: int) -> int:
    for i in range(stop - here):
        target[at + i] = data[here + i]
    return at + stop - here


def line_ends(text: AnyStr) -> int:
    """Number of line ends: LF, CR or CRLF."""
    if isinstance(text, str):
        return text.count("\n") + text.count("\r") - text.count("\r\n")
    return text.count(b"\n") + (text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else 0)
