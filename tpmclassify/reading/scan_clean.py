"""The scan's first step: from UTF-8 to byte form, cleaned, with the candidates for masks."""

import numpy as np

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import marks
from tpmclassify.reading.byte_form import ASCII_END
from tpmclassify.reading.cleaning import WIDE_OFFSET, copy_bytes, write_staying
from tpmclassify.reading.markdown import STAYS, find_fates
from tpmclassify.reading.mask_words import LONGEST_NAME
from tpmclassify.reading.rule_table import LOWERED, fill, skip
from tpmclassify.reading.scan_arrays import ScanRoom, ScanTables, Source

# What plain Python has to clean: misread and odd letters alone, or anything.
LETTERS, MARKUP = 1, 2
_RUN = 128
_CAPITAL_A, _N_LETTERS, _TO_LOWER = np.uint8(65), np.uint8(26), np.uint8(5)
_NONE = np.uint32(0)
_HASH, _BACKSLASH, _N, _R, _U, _X, _BRACKET, _BRACE = map(ord, "#\\nrux[{")


@compiled
def _ascii_end(data: Bytes, here: int, end: int) -> int:
    """Where the ASCII from `here` ends."""
    while here + _RUN <= end:
        bits = np.uint8(0)
        run = data[here : here + _RUN]
        for k in range(len(run)):  # a known number of bytes is looked at one by one
            bits = np.uint8(bits | run[k])  # in bytes, so that 16 are looked at at a time
        if bits >= ASCII_END:
            break
        here += _RUN
    while here < end and data[here] < ASCII_END:
        here += 1
    return here


@compiled
def _lower_run(source: Bytes, target: Bytes) -> None:
    """Copy ASCII in lower case."""
    for k in range(len(source)):
        code = source[k]
        is_capital = np.uint8(np.uint8(code - _CAPITAL_A) < _N_LETTERS)
        target[k] = code + (is_capital << _TO_LOWER)


@compiled
def narrow(
    data: Bytes, here: int, end: int, tables: ScanTables, text: Bytes, low: Bytes, wide: Ints
) -> int:
    """UTF-8 to byte form, and the same in lower case; returns how many code points there are."""
    of, table = tables.of, tables.table
    n = n_wide = 0
    while here < end:
        stop = _ascii_end(data, here, end)
        run = stop - here
        copy_bytes(data, here, stop, text, n)
        _lower_run(data[here:stop], low[n : n + run])
        n += run
        here = stop
        if here < end:
            code = int(data[here])
            more = 1 + (code >= 0xE0) + (code >= 0xF0)
            code &= 0x3F >> more
            for k in range(1, more + 1):
                code = code << 6 | int(data[here + k]) & 0x3F
            here += more + 1
            n_wide += 1
            wide[n_wide] = n << WIDE_OFFSET | more
            text[n] = of[code]
            low[n] = table[LOWERED + of[code]]
            n += 1
    wide[0] = n_wide
    return n


@compiled
def _find_mask_candidates(text: Bytes, n: int, tables: ScanTables, candidates: Ints) -> int:
    """Find where the three bytes in a row may open something to mask; returns how many there are.

    Behind the end stands a NUL; the last character alone opens nothing.
    """
    first, second, third = tables.first, tables.second, tables.third
    found = 0
    if n < 2:
        return 0
    text[n] = 0
    one, two = first[text[0]], second[text[1]]
    following = first[text[1]]
    for i in range(2, n + 1):
        code = text[i]
        candidates[found] = i - 2
        found += one & two & third[code] != _NONE
        one, two, following = following, second[code], first[code]
    return found


@compiled
def narrow_employer(source: Source, posting: int, tables: ScanTables, room: ScanRoom) -> int:
    """Put the employer's name in byte form into the room for it; returns its length."""
    data, here, end = source.data, source.begin[posting], source.end[posting]
    n = narrow(data, here, end, tables, room.text, room.low, room.wide)
    first = skip(tables.table, room.text, 0, n, marks.SPACE)
    last = min(n, first + LONGEST_NAME)
    return copy_bytes(room.text, first, last, room.employer, 0)


@compiled
def clean(
    source: Source, posting: int, tables: ScanTables, room: ScanRoom, plain: Bytes, at: int,
    is_shown: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Put a text in byte form into the room for it, cleaned.

    `at`: where in `plain` there is room for it as UTF-8. Returned: how many code points there are,
    negative where plain Python has to clean it, -LETTERS where of letters alone; how many of them
    are candidates for masks; where the text ends in `plain`.
    """
    text, low, wide, candidates = room.text, room.low, room.wide, room.candidates
    data, here, end = source.data, source.begin[posting], source.end[posting]
    fates = room.masked
    n = narrow(data, here, end, tables, text, low, wide)
    n_found = _find_mask_candidates(text, n, tables, candidates)
    marked, other = _find_markup(text, n, candidates, n_found, tables)
    if other and not is_shown:
        return -other, 0, at
    if not marked:
        return n, n_found, copy_bytes(data, here, end, plain, at)
    fill(fates, 0, n, STAYS)
    find_fates(text, n, tables.table, fates)
    end = write_staying(data, here, n, wide, fates, plain, at)
    n = narrow(plain, at, end, tables, text, low, wide)
    return n, _find_mask_candidates(text, n, tables, candidates), end


@compiled
def _find_markup(
    text: Bytes, n: int, candidates: Ints, n_candidates: int, tables: ScanTables
) -> tuple[bool, int]:
    """Whether a text may hold marks of Markdown, and what plain Python cleans: see `clean`.

    `candidates`: where `candidates.MARKUP_RULES` apply, among others.
    """
    table = tables.table
    first = skip(table, text, 0, n, marks.SPACE)
    if first == n:
        return False, 0
    marked = table[text[first]] & marks.OPENS_MARKUP != 0
    is_markup = text[first] in (_BRACKET, _BRACE) or table[text[n - 1]] & marks.ODD != 0
    is_odd = False
    for k in range(n_candidates):
        i = candidates[k]
        code, following = text[i], text[i + 1]
        mark = table[code]
        if mark & marks.LEAD or (code >= ASCII_END and mark & marks.ODD):
            is_odd = True
        elif mark & (marks.OTHER_MARKUP | marks.ODD):
            is_markup = True
        elif code == marks.UNDERSCORE:
            is_excel = following == _X and i + 6 < n and text[i + 6] == marks.UNDERSCORE
            is_markup = is_markup or is_excel
            marked = marked or i == 0 or not table[text[i - 1]] & marks.WORD
        else:
            marked = marked or mark & marks.SURE_MARKDOWN != 0 or following == _HASH == code
            is_markup = is_markup or (code == _BACKSLASH and following in (_N, _R, _U))
    return marked, MARKUP if is_markup else LETTERS * int(is_odd)
