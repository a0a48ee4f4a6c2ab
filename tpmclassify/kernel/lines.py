"""`posting.lines` compiled: one pass over a physical line finds its cuts, in order.

The pass stops at the characters that an alternative of `posting.lines` starts with, and where the
case changes. `kernel.cuts` holds the rules, one function each.
"""

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel import cuts, headings
from tpmclassify.kernel.characters import LETTER, LOWER, SPACE, UNDERSCORE
from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.words import (
    BULLET,
    CAPITAL,
    CUTTING,
    DASH,
    EDGE,
    FIGURE,
    LINE_CLOSING,
    NEWLINE,
    SENTENCE_END,
    SMALL,
    CodePoints,
    Table,
)
from tpmclassify.reading.lines import RUN_ON_LENGTH, SIGHT, WRAPPED_LENGTH

Offsets = NDArray[np.int32]

_COLON, _SEMICOLON, _STAR, _OPEN, _CLOSE, _DOT = (ord(mark) for mark in ":;*().")


@compiled
def cut_into(
    text: CodePoints, masked: CodePoints, table: Table, starts: Offsets, ends: Offsets
) -> int:
    """Find the lines that `posting.lines.cut_lines` finds.

    Parameters
    ----------
    text, masked : ndarray of uint32 of shape (n,)
        The code points of a text, and the same with titles and names overwritten.
    table : ndarray of int32
        Of `cleaning_table()`.
    starts, ends : ndarray of int32 of shape (>= n // 2 + 1,)
        Where the offsets of the lines are written to.

    Returns
    -------
    int
        How many lines there are.
    """
    n = len(masked)
    n_lines = start = here = 0
    while here < n:
        if not table[masked[here]] & NEWLINE:
            here += 1
            continue
        end = here
        while here < n and table[masked[here]] & NEWLINE:
            here += 1
        if not _wraps(masked, start, end, here, table):
            n_lines = _cut_line(text, masked, start, end, table, starts, ends, n_lines)
            start = here
    return _cut_line(text, masked, start, n, table, starts, ends, n_lines)


@compiled
def _wraps(masked: CodePoints, start: int, end: int, following: int, table: Table) -> bool:
    """Whether a newline stands in the middle of a sentence: long line before, lower case after."""
    if following == len(masked) or not table[masked[following]] & LOWER:
        return False
    low = max(start, end - SIGHT)
    if _length(masked, low, end) < WRAPPED_LENGTH:
        return False
    first, high = start, min(start + SIGHT, len(masked))
    while first < high and table[masked[first]] & EDGE and masked[first] != UNDERSCORE:
        first += 1
    last = end - 1
    while last >= low and table[masked[last]] & EDGE and masked[last] != UNDERSCORE:
        last -= 1
    if first == high or last < low or table[masked[first]] & LOWER:
        return False
    stop = masked[last] == _COLON or masked[last] == _SEMICOLON
    return not (stop or table[masked[last]] & SENTENCE_END)


@compiled
def _length(masked: CodePoints, start: int, end: int) -> int:
    """How many characters are not masked."""
    length = 0
    for i in range(start, end):
        length += masked[i] != UNDERSCORE
    return length


@compiled
def _cut_line(
    text: CodePoints,
    masked: CodePoints,
    start: int,
    end: int,
    table: Table,
    starts: Offsets,
    ends: Offsets,
    n_lines: int,
) -> int:
    """Cut a physical line; returns how many lines there are now."""
    piece = here = free = start
    listing = -1  # whether this is a list with semicolons: not known yet
    while here < end:
        mark = table[masked[here]]
        if not mark & CUTTING:
            here += 1
            continue
        cut, after = here, -1  # where the cut begins and where it ends, if it is one
        if mark & (CAPITAL | FIGURE):
            before = table[masked[here - 1]] if here > start else 0
            if before & SMALL or (before and masked[here - 1] == _CLOSE):
                if cuts.glues_words(masked, here, end, table):
                    after = here
            elif mark & FIGURE and before & SPACE:
                cut = cuts.before_number(masked, free, here, end, table)
                after = here if cut >= 0 else -1
            here += 1
        elif masked[here] == _COLON:
            free = cuts.after_colon(masked, here, end, table)
            if free >= 0 and headings.ends_heading(masked, start, here, table):
                after = free
            here = free = max(free, here + 1)
        else:
            if mark & SENTENCE_END or masked[here] == _SEMICOLON:
                after = cuts.after_sentence(masked, here, end, table)
            elif mark & BULLET:
                after = cuts.skip_spaces(masked, here + 1, end, table)
            elif mark & DASH:
                after = cuts.after_dash(masked, here, end, table)
            here = free = max(after, here + 1)
            if masked[cut] == _SEMICOLON and after < 0:
                if listing < 0:
                    listing = int(cuts.is_list(masked, start, end))
                if listing:
                    after = cuts.after_list_item(masked, cut, end, table)
        if after >= 0:
            n_lines = _keep_piece(text, masked, piece, cut, after, table, starts, ends, n_lines)
            piece = max(piece, after)
    return _keep_piece(text, masked, piece, end, end, table, starts, ends, n_lines)


@compiled
def _keep_piece(
    text: CodePoints,
    masked: CodePoints,
    start: int,
    cut: int,
    after: int,
    table: Table,
    starts: Offsets,
    ends: Offsets,
    n_lines: int,
) -> int:
    """Keep what stands before a cut; closing marks ("." or ":") belong to it."""
    end = cut
    while end < after and table[masked[end]] & LINE_CLOSING:
        end += 1
    if end - start > RUN_ON_LENGTH and _length(masked, start, end) > RUN_ON_LENGTH:
        here = start
        while here < end:
            following = -1
            if table[masked[here]] & SPACE:
                following = cuts.after_run_on(masked, here, end, table)
            if following < 0:
                here += 1
                continue
            n_lines = _keep_line(text, start, here, table, starts, ends, n_lines)
            start = here = following
    return _keep_line(text, start, end, table, starts, ends, n_lines)


@compiled
def _keep_line(
    text: CodePoints,
    start: int,
    end: int,
    table: Table,
    starts: Offsets,
    ends: Offsets,
    n_lines: int,
) -> int:
    """Keep a line without bullets, numbering and markdown around it, if it holds a letter."""
    while start < end and table[text[start]] & (EDGE | SPACE):
        start += 1
    while end > start and table[text[end - 1]] & (EDGE | SPACE):
        end -= 1
    start = _after_numbering(text, start, end, table)
    for i in range(start, end):
        if table[text[i]] & LETTER:
            starts[n_lines], ends[n_lines] = start, end
            return n_lines + 1
    return n_lines


@compiled
def _after_numbering(text: CodePoints, start: int, end: int, table: Table) -> int:
    """Where the text behind "2." or "(3)" starts; `start` where there is none."""
    here = start + 1 if start < end and text[start] == _OPEN else start
    first = here
    while here < end and here - first < 2 and table[text[here]] & FIGURE:
        here += 1
    if here == first or here >= end or (text[here] != _DOT and text[here] != _CLOSE):
        return start
    after = cuts.skip_spaces(text, here + 1, end, table)
    if after == here + 1 or after >= end or table[text[after]] & FIGURE:
        return start
    return after
