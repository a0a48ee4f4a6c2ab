"""Texts to lines and terms in machine code: UTF-8 in, flat arrays out.

The rules are those that plain Python runs (`masks`, `lines`); here are the three steps that have a
form of their own: from UTF-8 to byte form, the filter that finds candidates, and the words.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bytes, Ints, Keys, Marks, SmallInts
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.reading.byte_form import (
    ASCII_END,
    CAPITAL_I_WITH_DOT,
    LOWER_BYTES,
    MISREAD_LEADS,
    N_BYTES,
    SHARED,
    bytes_of_code_points,
)
from tpmclassify.reading.candidates import (
    CUT_RULES,
    EDGE_RULES,
    MARKUP_RULES,
    MASK_RULES,
    filter_of,
)
from tpmclassify.reading.cleaning import (
    GROWTH,
    MORE_BYTES,
    WIDE_CODE,
    WIDE_OFFSET,
    OddLetters,
    odd_letters,
    write_seen,
    write_staying,
)
from tpmclassify.reading.employers import ROOM, Names
from tpmclassify.reading.language import (
    ADDRESSING,
    ENGLISH,
    FIRST_YEAR,
    HISTORY,
    LAST_YEAR,
    LETTERS,
    N_TALLIES,
    OTHER_LETTERS,
    WORDS,
    YEARS,
)
from tpmclassify.reading.lexicon import ADDRESSING_BIT, ASCII_BIT, ENGLISH_BIT, HISTORY_BIT, Lexicon
from tpmclassify.reading.lines import Cutting, cut_lines
from tpmclassify.reading.markdown import STAYS, find_fates
from tpmclassify.reading.marks import MARKDOWN, SPACE, UNDERSCORE
from tpmclassify.reading.markup import find_markup
from tpmclassify.reading.mask_words import LONGEST_NAME, MOST_NAMES
from tpmclassify.reading.masks import MaskRoom, MaskTables, find_spans
from tpmclassify.reading.rule_table import TABLE
from tpmclassify.reading.spans import span_room
from tpmclassify.reading.words import (
    NO_WORD,
    WordRoom,
    find_terms,
    find_words,
    make_word_room,
    part_value,
)

# Why nothing is found in a text: plain Python has to resolve its markup, or to read it as a whole,
# since a name holds letters whose byte other letters share.
HOLDS_MARKUP, SHARED_LETTERS = 1, 2
OUT_OF_ROOM = -1
# Lines and terms for a byte of text: real postings have one line for 60 bytes and one term for 6.
# Memory grows with what is held, so that there is room for four times as much and no more.
_LINES_A_BYTE, _TERMS_A_BYTE = 1 / 16, 2 / 3
_RUN = 64
_CAPITAL_A, _N_LETTERS, _TO_LOWER = np.uint8(65), np.uint8(26), np.uint8(5)
_I_WITH_DOT = ord(CAPITAL_I_WITH_DOT)
_EDGES = np.uint32((1 << len(EDGE_RULES)) - 1)
_NONE = np.uint32(0)
_ZERO, _NINE, _YEAR_LETTERS = ord("0"), ord("9"), 4


class Source(NamedTuple):
    """Texts as UTF-8, wherever they stand in memory.

    `begin`, `end`: (n_texts,).
    """

    data: Bytes
    begin: Ints
    end: Ints


class ScanTables(NamedTuple):
    """What the scan looks up.

    `of` (1114112,): the byte of each code point. `leads` (256,): of `byte_form`. `first`, `second`,
    `third` (256,): the filter for masks and markup. `before`, `here` (256,): the filter for cuts
    and for words' edges.
    """

    masks: MaskTables
    odd: OddLetters
    of: Bytes
    leads: Bytes
    first: Marks
    second: Marks
    third: Marks
    before: Marks
    here: Marks


class ScanRoom(NamedTuple):
    """Room for the largest text.

    `text`, `low`, `masked`: A text in byte form, in lower case, and masked. `low_words`: the memory
    of `low`, eight letters a number. `employer`: (LONGEST_NAME,). `wide`: code points of several
    bytes: how many there are, then each as in `cleaning`. `seen`: UTF-8 without odd characters.
    `edges`: where words begin and end, in turns. `starts`, `ends`: the lines' offsets.
    """

    text: Bytes
    low: Bytes
    masked: Bytes
    low_words: Keys
    employer: Bytes
    wide: Ints
    seen: Bytes
    masks: MaskRoom
    edges: Ints
    starts: Ints
    ends: Ints
    words: WordRoom


class Scanned(NamedTuple):
    """What is found in texts.

    `flags` (n_texts,): `HOLDS_MARKUP`, `SHARED_LETTERS` or 0; nothing else is found in a text that
    is flagged. `cleaned`: UTF-8 of the texts that were cleaned. `clean_begin`, `clean_end`
    (n_texts,): where each stands there; -1 where nothing was to be cleaned. `first_line`
    (n_texts + 1,): where each text's lines begin in the arrays by line. `tallies`: what `language`
    counts, seven for each line. `line_start`, `line_end`: offsets of each line into its text, in
    code points. `byte_start`, `byte_end`: the same in bytes of UTF-8. `first_term`: where each
    line's terms begin.
    """

    flags: Ints
    cleaned: Bytes
    clean_begin: Ints
    clean_end: Ints
    first_line: Ints
    tallies: SmallInts
    line_start: SmallInts
    line_end: SmallInts
    byte_start: SmallInts
    byte_end: SmallInts
    first_term: Ints
    terms: SmallInts


@cache
def scan_tables() -> ScanTables:
    """Make the tables."""
    masks = filter_of((*MASK_RULES, *MARKUP_RULES))
    cuts = filter_of((*EDGE_RULES, *CUT_RULES))
    lower, leads, shared = (
        np.frombuffer(table, np.uint8) for table in (LOWER_BYTES, MISREAD_LEADS, SHARED)
    )
    return ScanTables(
        MaskTables(np.array(TABLE, np.int64), lower, shared),
        odd_letters(),
        bytes_of_code_points(),
        leads,
        *masks,
        cuts.first,
        cuts.second,
    )


def make_room(longest: int) -> ScanRoom:
    """Make room for texts of so many bytes; a word's letters are read up to 24 bytes behind it."""
    size = (int(GROWTH * longest) // 8 + 8) * 8
    text, low, masked = (np.zeros(size, np.uint8) for _ in range(3))
    names = Names(
        np.zeros(ROOM, np.uint8),
        np.zeros(2 * MOST_NAMES + 1, np.int64),
        np.zeros(2 * MOST_NAMES, np.int64),
        np.zeros(N_BYTES, np.int64),
    )
    return ScanRoom(
        text,
        low,
        masked,
        low.view(np.uint64),
        np.zeros(LONGEST_NAME, np.uint8),
        np.empty(size // 2 + 1, np.int64),
        np.empty(size, np.uint8),
        MaskRoom(np.empty(size, np.int64), np.empty(span_room(size), np.int64), names),
        np.empty(size, np.int64),
        np.empty(size // 2 + 1, np.int64),
        np.empty(size // 2 + 1, np.int64),
        make_word_room(size),
    )


def make_scanned(n_texts: int, n_bytes: int, room: ScanRoom, *, is_roomy: bool) -> Scanned:
    """Make room for what is found; if roomy, for all that may be: one line and two terms a word."""
    n_bytes = int(GROWTH * n_bytes) + 1
    most_lines, most_terms = n_bytes // 2 + n_texts + 1, n_bytes + 2
    if not is_roomy:
        most_lines, most_terms = int(n_bytes * _LINES_A_BYTE), int(n_bytes * _TERMS_A_BYTE)
    # One text more than there is: what there is room for is asked before each.
    most_lines, most_terms = most_lines + len(room.starts), most_terms + len(room.text)
    starts, ends, byte_starts, byte_ends = (np.empty(most_lines, np.int32) for _ in range(4))
    return Scanned(
        np.zeros(n_texts, np.int64),
        np.empty(n_bytes, np.uint8),
        np.full(n_texts, -1),
        np.full(n_texts, -1),
        np.zeros(n_texts + 1, np.int64),
        np.empty(N_TALLIES * most_lines, np.int32),
        starts,
        ends,
        byte_starts,
        byte_ends,
        np.zeros(most_lines + 1, np.int64),
        np.empty(most_terms, np.int32),
    )


@compiled
def _ascii_end(data: Bytes, here: int, end: int) -> int:
    """Where the ASCII from `here` ends."""
    while here + _RUN <= end:
        bits = np.uint8(0)
        run = data[here : here + _RUN]
        for k in range(_RUN):
            bits = np.uint8(bits | run[k])  # in bytes, so that 16 are looked at at a time
        if bits >= ASCII_END:
            break
        here += _RUN
    while here < end and data[here] < ASCII_END:
        here += 1
    return here


@compiled
def copy_run(source: Bytes, target: Bytes) -> None:
    """Copy bytes."""
    for k in range(len(source)):
        target[k] = source[k]


@compiled
def _lower_run(source: Bytes, target: Bytes) -> None:
    """Copy ASCII in lower case."""
    for k in range(len(source)):
        code = source[k]
        is_capital = np.uint8(np.uint8(code - _CAPITAL_A) < _N_LETTERS)
        target[k] = code + (is_capital << _TO_LOWER)


@compiled
def _narrow(
    data: Bytes, here: int, end: int, tables: ScanTables, text: Bytes, low: Bytes, wide: Ints
) -> int:
    """UTF-8 to byte form, and the same in lower case; returns how many code points there are.

    The number is negative where a letter is among them that plain Python has to read: in lower
    case it is two.
    """
    of, lower = tables.of, tables.masks.lower
    n = n_wide = 0
    special = False
    while here < end:
        stop = _ascii_end(data, here, end)
        run = stop - here
        copy_run(data[here:stop], text[n : n + run])
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
            special = special or code == _I_WITH_DOT
            n_wide += 1
            wide[n_wide] = n << WIDE_OFFSET | code << WIDE_CODE | more
            text[n] = of[code]
            low[n] = lower[of[code]]
            n += 1
    wide[0] = n_wide
    return -n if special else n


@compiled
def _find_mask_candidates(text: Bytes, n: int, tables: ScanTables, candidates: Ints) -> int:
    """Find where the three bytes in a row may open something to mask; returns how many there are.

    Behind the end stands a NUL; the last character alone opens nothing.
    """
    first, second, third = tables.first, tables.second, tables.third
    found = 0
    if n < 2:
        return 0
    one, two = first[text[0]], second[text[1]]
    following = first[text[1]]
    for i in range(2, n + 1):
        code = text[i] if i < n else np.uint8(0)
        candidates[found] = i - 2
        found += one & two & third[code] != _NONE
        one, two, following = following, second[code], first[code]
    return found


@compiled
def _find_cut_candidates(
    masked: Bytes, n: int, tables: ScanTables, candidates: Ints, edges: Ints
) -> int:
    """Find where a cut may be, and where words begin and end; returns how many cuts may be."""
    before, here = tables.before, tables.here
    n_cuts = n_edges = 0
    last = before[0]
    for i in range(n):
        code = masked[i]
        both = last & here[code]
        candidates[n_cuts] = i
        edges[n_edges] = i
        n_cuts += both & ~_EDGES != _NONE
        n_edges += both & _EDGES != _NONE
        last = before[code]
    # Where the text ends within a word, the first of these is its end.
    edges[n_edges] = edges[n_edges + 1] = edges[n_edges + 2] = n
    return n_cuts


@compiled
def _narrow_employer(source: Source, posting: int, tables: ScanTables, room: ScanRoom) -> int:
    """Put the employer's name in byte form into the room for it; returns its length."""
    data, here, end = source.data, source.begin[posting], source.end[posting]
    n = abs(_narrow(data, here, end, tables, room.text, room.low, room.wide))
    first = 0
    while first < n and tables.masks.table[room.text[first]] & SPACE:
        first += 1
    last = min(n, first + LONGEST_NAME)
    copy_run(room.text[first:last], room.employer)
    return last - first


@compiled
def _clean(
    source: Source, posting: int, tables: ScanTables, room: ScanRoom, scanned: Scanned, at: int,
    is_shown: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Put a text in byte form into the room for it, cleaned.

    `at`: where in `scanned.cleaned` there is room for it. Returned: how many code points there are,
    negative for a flag; how many of them are candidates for masks; where the cleaned text ends.
    """
    text, low, wide, candidates = room.text, room.low, room.wide, room.masks.candidates
    data, here, end = source.data, source.begin[posting], source.end[posting]
    table, cleaned, fates = tables.masks.table, scanned.cleaned, room.masked
    n = _narrow(data, here, end, tables, text, low, wide)
    if n < 0:
        return -SHARED_LETTERS, 0, at
    n_found = _find_mask_candidates(text, n, tables, candidates)
    markup = find_markup(text, n, candidates, n_found, table, tables.leads)
    if markup.other and not is_shown:
        return -HOLDS_MARKUP, 0, at
    if not markup.odd and not markup.marked:
        return n, n_found, at
    scanned.clean_begin[posting] = at
    if markup.odd:
        end = write_seen(data, here, end, text, wide, table, tables.odd, room.seen, 0)
        data, here = room.seen, 0
        n = _narrow(data, here, end, tables, text, low, wide)
    for i in range(n):
        fates[i] = STAYS
    n_marks = _find_marks(text, n, table, candidates)
    find_fates(text, n, candidates, n_marks, table, fates)
    at = write_staying(data, here, n, wide, fates, cleaned, at)
    scanned.clean_end[posting] = at
    n = _narrow(cleaned, scanned.clean_begin[posting], at, tables, text, low, wide)
    return n, _find_mask_candidates(text, n, tables, candidates), at


@compiled
def _find_marks(text: Bytes, n: int, table: Ints, candidates: Ints) -> int:
    """Find where marks of Markdown stand; returns how many there are."""
    found = 0
    for i in range(n):
        candidates[found] = i
        found += table[text[i]] & MARKDOWN != 0
    return found


@compiled
def _read_lines(
    n: int, n_candidates: int, employer: Bytes, tables: ScanTables, room: ScanRoom
) -> int:
    """Mask a text and cut it into lines; returns how many there are, negative for a flag."""
    text, low, masked, candidates = room.text, room.low, room.masked, room.masks.candidates
    if not find_spans(text, low, n, n_candidates, employer, tables.masks, room.masks):
        return -SHARED_LETTERS
    copy_run(text[:n], masked[:n])
    spans = room.masks.spans
    for k in range(spans[0]):
        for i in range(spans[2 * k + 1], spans[2 * k + 2]):
            masked[i] = UNDERSCORE
            low[i] = UNDERSCORE
    n_candidates = _find_cut_candidates(masked, n, tables, candidates, room.edges)
    cutting = Cutting(text, masked, tables.masks.table, candidates, room.starts, room.ends)
    return cut_lines(cutting, n, n_candidates)


@Entry
def scan_texts(
    source: Source,
    employers: Source,
    tables: ScanTables,
    lexicon: Lexicon,
    room: ScanRoom,
    scanned: Scanned,
    is_shown: int,
) -> int:
    """Read texts to lines and terms; returns how many lines there are, or `OUT_OF_ROOM`.

    `is_shown`: whether markup that only plain Python can resolve was resolved already.
    """
    line = n_terms = at = 0
    last_line = len(scanned.line_start) - len(room.starts)
    last_term = len(scanned.terms) - len(room.text)
    for posting in range(len(source.begin)):
        if line > last_line or n_terms > last_term:
            return OUT_OF_ROOM
        employer = room.employer[: _narrow_employer(employers, posting, tables, room)]
        n, n_candidates, at = _clean(source, posting, tables, room, scanned, at, is_shown)
        n_lines = n if n < 0 else _read_lines(n, n_candidates, employer, tables, room)
        scanned.flags[posting] = max(0, -n_lines)
        n_lines = max(0, n_lines)
        _keep_lines(scanned, line, n_lines, room)
        n_terms = _find_line_terms(lexicon, room, scanned, line, n_lines, n_terms)
        line += n_lines
        scanned.first_line[posting + 1] = line
    return line


@compiled
def _keep_lines(scanned: Scanned, line: int, n_lines: int, room: ScanRoom) -> None:
    """Keep the lines' offsets, in code points and in bytes."""
    wide = room.wide
    k, more = 1, 0
    for i in range(n_lines):
        start, end = room.starts[i], room.ends[i]
        scanned.line_start[line + i] = start
        scanned.line_end[line + i] = end
        while k <= wide[0] and wide[k] >> WIDE_OFFSET < start:
            more += wide[k] & MORE_BYTES
            k += 1
        scanned.byte_start[line + i] = start + more
        while k <= wide[0] and wide[k] >> WIDE_OFFSET < end:
            more += wide[k] & MORE_BYTES
            k += 1
        scanned.byte_end[line + i] = end + more


@compiled
def _find_line_terms(
    lexicon: Lexicon,
    room: ScanRoom,
    scanned: Scanned,
    line: int,
    n_lines: int,
    n_terms: int,
) -> int:
    """Find the terms of a text's lines; returns how many terms there are now.

    Words are found once a text; a line may begin or end within one.
    """
    low, low_words, words = room.low, room.low_words, room.words
    start, end, value = words.start, words.end, words.value
    n = find_words(lexicon, low, low_words, room.edges, words) if n_lines else 0
    here = 0
    for k in range(line, line + n_lines):
        begin, stop = int(scanned.line_start[k]), int(scanned.line_end[k])
        while here < n and end[here] <= begin:
            here += 1
        first = here
        while here < n and end[here] <= stop:
            here += 1
        last = here + 1 if here < n and start[here] < stop else here
        for tally in range(N_TALLIES * k, N_TALLIES * (k + 1)):
            scanned.tallies[tally] = 0
        if first < last:
            # What the line's ends leave of its first and last word, while its terms are found.
            whole_first, whole_last = value[first], value[last - 1]
            if end[last - 1] > stop:
                part = max(begin, start[last - 1])
                value[last - 1] = part_value(lexicon, low, low_words, part, stop, words, n)
            if start[first] < begin and (first < last - 1 or end[first] <= stop):
                value[first] = part_value(lexicon, low, low_words, begin, end[first], words, n)
            n_terms = _find_terms_between(lexicon, room, first, last, scanned, k, n_terms)
            value[first], value[last - 1] = whole_first, whole_last
        scanned.first_term[k + 1] = n_terms
    return n_terms


@compiled
def _find_terms_between(
    lexicon: Lexicon,
    room: ScanRoom,
    first: int,
    last: int,
    scanned: Scanned,
    line: int,
    n_terms: int,
) -> int:
    """Find the terms of a line's words, and count these; returns how many terms there are now."""
    value, start, end = room.words.value, room.words.start, room.words.end
    begin, stop = int(scanned.line_start[line]), int(scanned.line_end[line])
    first += value[first] == NO_WORD
    last -= last > first and value[last - 1] == NO_WORD
    tallies, at = scanned.tallies, N_TALLIES * line
    for i in range(first, last):
        length = min(end[i], stop) - max(start[i], begin)
        is_ascii = (value[i] >> ASCII_BIT) & 1
        tallies[at + WORDS] += 1
        tallies[at + ENGLISH] += (value[i] >> ENGLISH_BIT) & 1
        tallies[at + HISTORY] += (value[i] >> HISTORY_BIT) & 1
        tallies[at + LETTERS] += length
        tallies[at + OTHER_LETTERS] += length * (1 - is_ascii)
        tallies[at + ADDRESSING] += (value[i] >> ADDRESSING_BIT) & 1
        if length == _YEAR_LETTERS:
            tallies[at + YEARS] += _is_year(room.low, max(start[i], begin))
    return find_terms(lexicon, value, first, last, scanned.terms, n_terms)


@compiled
def _is_year(low: Bytes, here: int) -> bool:
    """Whether four letters are a year of a person's working life."""
    year = 0
    for i in range(here, here + _YEAR_LETTERS):
        if not _ZERO <= low[i] <= _NINE:
            return False
        year = 10 * year + int(low[i]) - _ZERO
    return FIRST_YEAR <= year <= LAST_YEAR
