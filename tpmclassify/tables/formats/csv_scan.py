"""The cells of sound CSV, found, copied and put into rows by machine code.

Most text needs no look at each of its bytes: 64 at a time are searched for what ends a cell, or may
be a formula. Imported where only numba is, as the package is built.
"""

from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.reading.cleaning import copy_bytes
from tpmclassify.reading.scan_arrays import Source

_QUOTE, _LF, _CR, _TAB = map(ord, '"\n\r\t')
_EQUALS, _PLUS, _MINUS, _AT = map(np.uint8, b"=+-@")
_BAR, _OPENING, _BANG, _DOT, _UNDERSCORE, _STAR, _SLASH = map(np.uint8, b"|(!._*/")
_QUOTE_BYTE, _LF_BYTE, _CR_BYTE, _TAB_BYTE, _NO = map(np.uint8, b'"\n\r\t\0')
_TO_LOWER, _SMALL_A, _SMALL_Z, _ZERO, _NINE = 32, *map(ord, "az09")
_BLOCK = 64
# Of `Cells.quotes`: none, quotes around a cell, and doubled ones within it.
_BARE, _QUOTED, _DOUBLED = range(3)
_OUT_OF_ORDER, _OPEN = -1, -2


class Cells(NamedTuple):
    """Where cells stand in a block, without their quotes, row by row.

    `begin`, `end`, `quotes`: (n_cells,). `row_begin`, `row_end`: (n_rows,). `row_line` (n_rows,):
    line ends before each row. `reached` (2,): bytes and line ends up to the end of the last row.
    """

    begin: Ints
    end: Ints
    quotes: Bytes
    row_begin: Ints
    row_end: Ints
    row_line: Ints
    reached: Ints


@Entry
def split_rows(data: Bytes, delimiter: int, width: int, cells: Cells) -> int:
    """Find the cells; gives the number of rows, or a negative one where they are out of order."""
    here = row = cell = lines = 0
    n = len(data)
    while here < n:
        ends = _line_end(data, here, n)
        if not ends:  # a blank line is no row
            begin = here
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
            cells.row_begin[row], cells.row_end[row], cells.row_line[row] = begin, here, lines
            row += 1
            lines += _count_line_ends(data, begin, here)
            ends = _line_end(data, here, n)
            if here < n and not ends:
                return _OUT_OF_ORDER
        here += ends
        lines += ends > 0
        cells.reached[0], cells.reached[1] = here, lines
    return row


@compiled
def _count_line_ends(data: Bytes, here: int, stop: int) -> int:
    """Count LF, CR and CRLF within a row, whose last byte is none of them."""
    count = 0
    while here < stop - 1:
        last = min(here + _BLOCK, stop - 1)
        found = _NO  # in bytes, as in `_next_quote`
        for i in range(here, last):
            is_cr = (data[i] == _CR_BYTE) & (data[i + 1] != _LF_BYTE)
            found = np.uint8(found + ((data[i] == _LF_BYTE) | is_cr))
        count += int(found)
        here = last
    return count


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
            found = np.uint8(found | (data[i] == _QUOTE_BYTE))
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
            at = copy_bytes(data, here, following, letters, at)
            here = following + 1  # the second of the two
        if quotes[cell] != _DOUBLED:
            at = copy_bytes(data, here, stop, letters, at)
        first[cell + 1] = at
    return at


@Entry
def find_unsafe(cells: Source, other: int, unsafe: Bytes) -> int:
    """Mark the cells that a spreadsheet may execute, and some that it would not.

    `other`: the delimiter by which another spreadsheet splits. `unsafe`: (n_cells,).
    """
    data = cells.data
    for cell in range(len(cells.begin)):
        here, stop = cells.begin[cell], cells.end[cell]
        if here < stop and (
            data[here] in (_NO, _TAB_BYTE, _LF_BYTE, _CR_BYTE, _EQUALS, _PLUS, _MINUS, _AT)
            or _may_hide(data, here + 1, stop, other)
        ):
            unsafe[cell] = 1
    return 0


@compiled
def _may_hide(data: Bytes, here: int, stop: int, other: int) -> bool:
    """Whether a line, or a cell of another spreadsheet, may begin as a formula within a cell."""
    split = np.uint8(other)
    while here < stop:
        end = min(here + _BLOCK, stop)
        if end - here == _BLOCK:
            found = _NO
            for i in range(here, here + _BLOCK):
                found = np.uint8(found | _opens(data[i - 1], data[i], split))
            if not found:
                here = end
                continue
        for i in range(here, end):
            if _opens(data[i - 1], data[i], split) and _commands(data, i, stop):
                return True
        here = end
    return False


@compiled
def _opens(before: np.uint8, sign: np.uint8, split: np.uint8) -> bool:
    """Whether a sign that may open a formula stands where a line or a cell begins."""
    begins = (before == _LF_BYTE) | (before == _CR_BYTE) | (before == split)
    signs = (sign == _PLUS) | (sign == _MINUS) | (sign == _AT)
    opens = (sign == _EQUALS) | (sign == _QUOTE_BYTE) | signs
    return bool(begins & opens)


@compiled
def _commands(data: Bytes, here: int, stop: int) -> bool:
    """Whether a sign begins a formula, or a word that another program may be called by."""
    while here < stop and data[here] == _QUOTE:
        here += 1
    if here >= stop or data[here] == _EQUALS:
        return here < stop
    if data[here] not in (_PLUS, _MINUS, _AT):
        return False
    here += 1
    while here < stop and (
        _SMALL_A <= data[here] | _TO_LOWER <= _SMALL_Z
        or _ZERO <= data[here] <= _NINE
        or data[here] in (_DOT, _UNDERSCORE, _STAR, _SLASH, _PLUS, _MINUS)
    ):
        here += 1
    return here < stop and data[here] in (_BAR, _OPENING, _BANG)


@Entry
def join_rows(
    rows: Source, cells: Source, delimiter: int, left_out: Bytes, written: Bytes, ends: Ints
) -> int:
    """Write rows as they stand, cells behind them; gives the number of bytes.

    `rows`: (n_rows,) or none. `cells` (n_columns * n_rows,): column by column, to be quoted where
    they must be. `left_out` (n_rows,): rows of which nothing is written. `ends` (n_rows,): takes
    where each ends.
    """
    at, n_rows, has_rows = 0, len(ends), len(rows.begin) > 0
    for row in range(n_rows):
        if not left_out[row]:
            if has_rows:
                at = copy_bytes(rows.data, rows.begin[row], rows.end[row], written, at)
            for cell in range(row, len(cells.begin), n_rows):
                if has_rows or cell > row:
                    written[at] = delimiter
                    at += 1
                at = _write_cell(cells, cell, delimiter, written, at)
            written[at] = _LF
            at += 1
        ends[row] = at
    return at


@compiled
def _write_cell(cells: Source, cell: int, delimiter: int, written: Bytes, at: int) -> int:
    data, here, stop = cells.data, cells.begin[cell], cells.end[cell]
    is_quoted = False
    for i in range(here, stop):
        is_quoted = is_quoted or data[i] in (_QUOTE, delimiter, _LF, _CR)
    if not is_quoted:
        return copy_bytes(data, here, stop, written, at)
    written[at] = _QUOTE
    at += 1
    for i in range(here, stop):
        written[at] = data[i]
        at += 1
        if data[i] == _QUOTE:
            written[at] = _QUOTE
            at += 1
    written[at] = _QUOTE
    return at + 1
