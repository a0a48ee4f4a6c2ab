"""Sound CSV, split by machine code: the quick way, which gives up where anything is out of order.

`csv_scan` finds where each cell begins and ends; the cells of a column are then copied behind each
other, as Arrow wants them.
"""

from collections.abc import Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.load import Code
from tpmclassify.tables.formats.csv_scan import Cells, gather, split_rows

_LF = ord("\n")


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
    most_rows = np.count_nonzero(block == _LF) + 1
    most_cells = most_rows + np.count_nonzero(block == ord(delimiter))
    begin, end = np.empty(most_cells, np.int64), np.empty(most_cells, np.int64)
    row_begin, row_end, row_line = (np.empty(most_rows, np.int64) for _ in range(3))
    quotes, reached = np.empty(most_cells, np.uint8), np.zeros(2, np.int64)
    cells = Cells(begin, end, quotes, row_begin, row_end, row_line, reached)
    n_rows = split_rows(block, ord(delimiter), width, cells, code=code)
    consumed = int(reached[0])
    if n_rows < 0 or (whole and consumed < len(data)):
        return None
    columns = [
        _column(block, begin[of], end[of], quotes[of], code)
        for of in (slice(i, n_rows * width, width) for i in range(width))
    ]
    row_begin, row_end = row_begin[:n_rows], row_end[:n_rows]
    if _repeats(columns, header):
        return None
    return SoundRows(
        columns,
        _column(block, row_begin, row_end, np.zeros(n_rows, np.uint8), code),
        row_line[:n_rows].tolist(),
        consumed,
        int(reached[1]),
    )


def _repeats(columns: list[pa.Array], header: Sequence[str]) -> bool:
    """Whether a row begins with a file's mark, or holds the column names once more."""
    found = pc.starts_with(columns[0], "\ufeff")
    if header:
        found = pc.or_(found, reduce(pc.and_, map(pc.equal, columns, header)))
    return bool(pc.any(found).as_py())


def _column(block: Bytes, begin: Ints, end: Ints, quotes: Bytes, code: Code | None) -> pa.Array:
    """Copy cells behind each other, as an array of strings."""
    begin, end, quotes = map(np.ascontiguousarray, (begin, end, quotes))
    letters = np.empty(int((end - begin).sum()), np.uint8)
    first = np.zeros(len(begin) + 1, np.int64)
    gather(block, begin, end, quotes, letters, first, code=code)
    buffers = [None, pa.py_buffer(first.astype(np.int32)), pa.py_buffer(letters)]
    return pa.Array.from_buffers(pa.string(), len(begin), buffers)


def line_ends(text: str) -> int:
    """Number of line ends: LF, CR or CRLF."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")
