"""Sound CSV, split by its quotes: the quick way, which gives up where anything is out of order.

Between quotes stands text that needs no look at all. What stands outside them is short: with a
mark in the place of each quoted text it splits into rows and cells. The csv module looks at every
character, which takes several times as long; it reads what this cannot (see `CsvTable`).
"""

import codecs
from collections.abc import Sequence
from dataclasses import dataclass
from typing import AnyStr

_MARK = b"\0"


@dataclass(frozen=True)
class SoundRows:
    """Rows that were split; each has as many cells as the table has columns."""

    rows: list[list[bytes]]
    lines: list[int]  # the physical line where each begins, counted from 0
    consumed: int  # bytes up to the end of the last row
    n_lines: int  # physical lines up to there


def split_sound(  # noqa: C901 - one walk, step by step
    data: bytes, *, delimiter: bytes, width: int, header: Sequence[bytes], whole: bool
) -> SoundRows | None:
    """Split whole lines of CSV into rows; None where that is a matter for the csv module.

    Parameters
    ----------
    data : bytes
        UTF-8; begins where a row begins, and ends where a line ends.
    delimiter, width, header
        Of the table; its column names are not to be repeated.
    whole : bool
        Whether no more data will follow; otherwise the last row may be unfinished.
    """
    if _MARK in data:
        return None
    parts = data.split(b'"')
    quoted = parts[1::2]
    # A line with the tabs of a row may be within the quotes; that is for who looks at each.
    if delimiter == b"\t" and any(b"\t" in text and b"\n" in text for text in quoted):
        return None
    outside = _MARK.join(parts[::2])
    is_open = len(parts) % 2 == 0
    if b"\r" in outside:
        outside = outside.replace(b"\r\n", b"\n")
        if b"\r" in outside:
            return None
    segments = (outside + _MARK if is_open else outside).split(b"\n")
    rest = segments.pop()
    consumed = len(data)
    if rest and whole:
        if is_open:
            return None
        segments.append(rest)
    elif rest:
        if any(_MARK in cell and cell.strip(_MARK) for cell in rest.split(delimiter)):
            return None
        unfinished = rest.count(_MARK)
        texts = quoted[len(quoted) - unfinished :]
        consumed -= len(rest) + unfinished - is_open + sum(map(len, texts))
        del quoted[len(quoted) - unfinished :]
    filled = _fill(segments, quoted, delimiter)
    if filled is None:
        return None
    rows, lines = filled
    n_lines = lines.pop()
    marked = any(row[0].startswith(codecs.BOM_UTF8) for row in rows)
    if rows and (set(map(len, rows)) != {width} or header in rows or marked):
        return None
    return SoundRows(rows, lines, consumed, n_lines)


def _fill(
    segments: list[bytes], quoted: list[bytes], delimiter: bytes
) -> tuple[list[list[bytes]], list[int]] | None:
    """Rows with the quoted texts in the place of their marks; their lines, and the one after."""
    breaks = [line_ends(text) for text in quoted]
    rows: list[list[bytes]] = []
    lines, line, taken = [], 0, 0
    for segment in segments:
        if segment:  # a blank line is no row
            lines.append(line)
            row = segment.split(delimiter)
            rows.append(row)
            for index, cell in enumerate(row):
                if cell[:1] == _MARK:
                    marks = len(cell)
                    if cell.count(_MARK) != marks:
                        return None
                    # A doubled quote within a cell has split it in two.
                    end = taken + marks
                    row[index] = quoted[taken] if marks == 1 else b'"'.join(quoted[taken:end])
                    line += breaks[taken] if marks == 1 else sum(breaks[taken:end])
                    taken = end
        line += 1
    # A quote within an unquoted cell leaves a mark that nobody took.
    return (rows, [*lines, line]) if taken == len(quoted) else None


def line_ends(text: AnyStr) -> int:
    """Number of line ends: LF, CR or CRLF."""
    if isinstance(text, str):
        return text.count("\n") + text.count("\r") - text.count("\r\n")
    return text.count(b"\n") + (text.count(b"\r") - text.count(b"\r\n") if b"\r" in text else 0)
