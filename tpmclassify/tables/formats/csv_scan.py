"""The cells of sound CSV, found and copied by machine code, which is made where only numba is.

Between quotes stands text that needs no look at all: 64 bytes at a time are searched for the quote
that ends it.
"""

from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.reading.cleaning import copy_bytes

_QUOTE, _LF, _CR, _TAB = map(ord, '"\n\r\t')
_QUOTE_BYTE, _NO = np.uint8(_QUOTE), np.uint8(0)
_BLOCK = 64
# Of `Cells.quotes`: none, quotes around a cell, and doubled ones within it.
_BARE, _QUOTED, _DOUBLED = range(3)
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
            at = copy_bytes(data, here, following, letters, at)
            here = following + 1  # the second of the two
        if quotes[cell] != _DOUBLED:
            at = copy_bytes(data, here, stop, letters, at)
        first[cell + 1] = at
    return at
