"""`posting.masking` compiled, second half: the names of employers that a text gives away.

All names of a text stand behind each other in one buffer, in lower case, their words separated
by one space; name k is the slice from `bounds[k]` to `bounds[k + 1]`.
"""

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.characters import LOWER, SPACE, UNDERSCORE, WORD
from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.words import (
    BEHIND_JOINED_NAME,
    BEHIND_NAME,
    CAPITAL,
    INSIDE_NAME,
    JOINING_NAMES,
    NAME_SUFFIX,
    NO_NAME,
    SENTENCE_END,
    CodePoints,
    Table,
    is_word,
    word_end,
)
from tpmclassify.reading.masks import LONGEST_NAME, MOST_NAMES, NAME_SIGHT

Bounds = NDArray[np.int64]

# A name ends before a colon, new line or asterisk / before a comma, " we" or " you" / at the end.
AFTER_ABOUT, AFTER_JOIN, AT_END = (1 << bit for bit in range(0, 3))
_SPACE, _AND, _DOT, _COMMA, _NEWLINE = (ord(mark) for mark in " &.,\n")
_LONGEST_WORD, _MOST_WORDS = 31, 4
# Room for all names and for their variants without a suffix.
ROOM = 2 * (LONGEST_NAME + MOST_NAMES * (_LONGEST_WORD + 1) * _MOST_WORDS)


@compiled
def name_end(text: CodePoints, start: int, end: int, table: Table, closing: int) -> int:
    """Where the name that begins at `start` ends, if what `closing` asks for follows; else -1."""
    here = _name_word_end(text, start, end, table)
    if not table[text[start]] & CAPITAL or here - start < 2:
        return -1
    for following in range(_MOST_WORDS):
        if _closes(text, here, end, table, closing):
            return here
        if following == _MOST_WORDS - 1 or here + 1 >= end or text[here] != _SPACE:
            return -1
        start = here + 1
        here = _name_word_end(text, start, end, table)
        capital = table[text[start]] & CAPITAL or text[start] == _AND
        if here < 0 or not (capital or is_word(table, text, start, here, JOINING_NAMES)):
            return -1
    return -1


@compiled
def _name_word_end(text: CodePoints, start: int, end: int, table: Table) -> int:
    """Where a word of a name ends; -1 where it is longer than a name's word may be."""
    here = start
    while here < end and here - start <= _LONGEST_WORD:
        if not table[text[here]] & (WORD | INSIDE_NAME):
            return here
        here += 1
    return here if here - start <= _LONGEST_WORD else -1


@compiled
def _closes(text: CodePoints, here: int, end: int, table: Table, closing: int) -> bool:
    """Whether a name ends here."""
    if closing == AFTER_JOIN:
        return word_end(table, text, here, end, BEHIND_JOINED_NAME) >= 0
    if here == end:
        return True
    return closing == AFTER_ABOUT and table[text[here]] & BEHIND_NAME != 0


@compiled
def name_start_before(text: CodePoints, end: int, table: Table) -> int:
    """Where the sentence before `end` starts, if it is nothing but a name; else -1."""
    low = max(0, end - NAME_SIGHT)
    if low == 0 and end > 0 and name_end(text, 0, end, table, AT_END) >= 0:
        return 0
    for here in range(low, end - 1):
        if table[text[here]] & SENTENCE_END or text[here] == _NEWLINE:
            start = here + 2 if text[here + 1] == _SPACE else here + 1
            if start < end and name_end(text, start, end, table, AT_END) >= 0:
                return start
    return -1


@compiled
def add_name(
    source: CodePoints,
    start: int,
    end: int,
    lower: CodePoints,
    table: Table,
    buffer: CodePoints,
    bounds: Bounds,
    n_names: int,
) -> int:
    """Put a name behind the others, unless it stands there already; returns how many there are."""
    begin = bounds[n_names]
    stop = begin
    for i in range(start, end):
        if not table[source[i]] & SPACE:
            if i > start and table[source[i - 1]] & SPACE and stop > begin:
                buffer[stop] = _SPACE
                stop += 1
            buffer[stop] = lower[source[i]]
            stop += 1
    for name in range(n_names):
        if bounds[name + 1] - bounds[name] == stop - begin:
            same = True
            for i in range(stop - begin):
                same = same and buffer[bounds[name] + i] == buffer[begin + i]
            if same:
                return n_names
    bounds[n_names + 1] = stop
    return n_names + 1


@compiled
def names_nobody(buffer: CodePoints, start: int, end: int, table: Table) -> bool:
    """Whether a name opens with a common word."""
    here = start
    while here < end and buffer[here] != _SPACE:
        here += 1
    return is_word(table, buffer, start, here, NO_NAME)


@compiled
def add_names_without_suffix(
    lower: CodePoints,
    table: Table,
    buffer: CodePoints,
    bounds: Bounds,
    n_names: int,
) -> int:
    """Put the variants without "Inc." or "Ltd" behind the names."""
    n_all = n_names
    for name in range(n_names):
        begin, end = bounds[name], bounds[name + 1]
        if buffer[end - 1] == _DOT:
            end -= 1
        cut = end - 1
        while cut >= begin and buffer[cut] != _SPACE and buffer[cut] != _COMMA:
            cut -= 1
        if cut < begin or not is_word(table, buffer, cut + 1, end, NAME_SUFFIX):
            continue
        while cut > begin and (buffer[cut - 1] == _SPACE or buffer[cut - 1] == _COMMA):
            cut -= 1
        n_all = add_name(buffer, begin, cut, lower, table, buffer, bounds, n_all)
    return n_all


@compiled
def mask_names(
    text: CodePoints,
    lowered: CodePoints,
    table: Table,
    buffer: CodePoints,
    bounds: Bounds,
    free: Bounds,
    n_names: int,
    masked: CodePoints,
) -> None:
    """Overwrite all names wherever they stand as whole words."""
    firsts = 0  # one bit for each 32nd letter that a name begins with
    for name in range(n_names):
        firsts |= 1 << (int(buffer[bounds[name]]) & 31)
    free[:n_names] = 0
    for i in range(len(text)):
        if not (firsts >> (int(lowered[i]) & 31)) & 1:
            continue
        if i and table[lowered[i - 1]] & WORD:
            continue
        for name in range(n_names):
            if i < free[name] or bounds[name + 1] - bounds[name] <= 2:
                continue
            end = _match(lowered, i, table, buffer, bounds[name], bounds[name + 1])
            if end < 0:
                continue
            free[name] = end
            if _is_name(text, lowered, i, end, table):
                masked[i:end] = UNDERSCORE


@compiled
def _match(
    lowered: CodePoints, start: int, table: Table, buffer: CodePoints, begin: int, stop: int
) -> int:
    """Where a name that stands here as whole words ends; -1 if another word stands here."""
    here = start
    for i in range(begin, stop):
        if here >= len(lowered):
            return -1
        if buffer[i] != _SPACE:
            if lowered[here] != buffer[i]:
                return -1
            here += 1
            continue
        if not table[lowered[here]] & SPACE:
            return -1
        while here < len(lowered) and table[lowered[here]] & SPACE:
            here += 1
    return -1 if here < len(lowered) and table[lowered[here]] & WORD else here


@compiled
def _is_name(text: CodePoints, lowered: CodePoints, start: int, end: int, table: Table) -> bool:
    """Whether it is a name: "Target" and "Apple" are, "target" is a word."""
    small = False
    for i in range(start, end):
        if text[i] != lowered[i]:
            return True
        small = small or table[text[i]] & LOWER != 0
    return not small
