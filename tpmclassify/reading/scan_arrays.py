"""What the scan reads, works in and finds: flat arrays, which are made here and nowhere else."""

from functools import cache
from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bytes, Ints, Keys, Marks, SmallInts
from tpmclassify.reading.byte_form import bytes_of_code_points
from tpmclassify.reading.candidates import (
    CUT_RULES,
    EDGE_RULES,
    MARKUP_RULES,
    MASK_RULES,
    filter_of,
)
from tpmclassify.reading.employers import NAME_SIZES, Names
from tpmclassify.reading.language import N_TALLIES
from tpmclassify.reading.mask_words import LONGEST_NAME
from tpmclassify.reading.rule_table import TABLE


class Source(NamedTuple):
    """Texts as UTF-8, wherever they stand in memory.

    `begin`, `end`: (n_texts,).
    """

    data: Bytes
    begin: Ints
    end: Ints


class ScanTables(NamedTuple):
    """What the scan looks up.

    `table`: the rule table. `of` (1114112,): the byte of each code point. `first`, `second`,
    `third` (256,): the filter for masks and markup. `before`, `here` (256,): the filter for cuts
    and for words' edges.
    """

    table: Ints
    of: Bytes
    first: Marks
    second: Marks
    third: Marks
    before: Marks
    here: Marks


class WordRoom(NamedTuple):
    """Room for the words of a text: where each begins and ends, and its value.

    `first`: where each line's words begin, then where the last one's end.
    """

    start: Ints
    end: Ints
    value: Ints
    first: Ints


class ScanRoom(NamedTuple):
    """Room for the largest text.

    `text`, `low`, `masked`: A text in byte form, in lower case, and masked. `low_words`: the memory
    of `low`, eight letters a number. `employer`: (LONGEST_NAME,). `wide`: code points of several
    bytes: how many there are, then each as in `cleaning`.
    `candidates`: where a rule may apply. `edges`: where words begin and end, in turns. `starts`,
    `ends`: the lines' offsets.
    """

    text: Bytes
    low: Bytes
    masked: Bytes
    low_words: Keys
    employer: Bytes
    wide: Ints
    names: Names
    candidates: Ints
    edges: Ints
    starts: Ints
    ends: Ints
    words: WordRoom


class Scanned(NamedTuple):
    """What is found in texts.

    `unclean` (n_texts,): what plain Python has to clean of a text first, as `scan_clean` says;
    nothing else is found in such a one. `plain`: UTF-8 of the plain texts. `first_byte`
    (n_texts + 1,): where each begins there. `first_line` (n_texts + 1,): where each text's lines
    begin in the arrays by line. `tallies`: what `language` counts, seven for each line.
    `line_start`, `line_end`: offsets of each line into its text, in code points. `byte_start`,
    `byte_end`: the same in bytes of UTF-8. `first_term`: where each line's terms begin.
    """

    unclean: Ints
    plain: Bytes
    first_byte: Ints
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
    first, second, third = filter_of((*MASK_RULES, *MARKUP_RULES))
    before, here, _ = filter_of((*EDGE_RULES, *CUT_RULES))
    return ScanTables(
        np.array(TABLE, np.int64),
        bytes_of_code_points(),
        first,
        second,
        third,
        before,
        here,
    )


def make_room(longest: int) -> ScanRoom:
    """Make room for texts of so many bytes; a word's letters are read up to 24 bytes behind it."""
    size = (longest // 8 + 8) * 8
    text, low, masked = (np.zeros(size, np.uint8) for _ in range(3))
    return ScanRoom(
        text,
        low,
        masked,
        low.view(np.uint64),
        np.zeros(LONGEST_NAME, np.uint8),
        np.empty(size // 2 + 1, np.int64),
        Names(np.zeros(NAME_SIZES[0], np.uint8), *(np.zeros(k, np.int64) for k in NAME_SIZES[1:])),
        np.empty(size, np.int64),
        np.empty(size, np.int64),
        np.empty(size // 2 + 1, np.int64),
        np.empty(size // 2 + 1, np.int64),
        WordRoom(*(np.empty(size // 2 + 2, np.int64) for _ in range(4))),
    )


def make_scanned(n_texts: int, n_bytes: int, longest: int) -> Scanned:
    """Make room for all that is found in texts of so many bytes, or in some of them.

    A line has two bytes at least, a term one; of real postings it is 60 and 6, and room that is
    used here and there costs memory all over. There is enough for the longest text in any case.
    """
    most_lines, most_terms = n_bytes // 32 + longest + 2, n_bytes // 3 + longest + 2
    starts, ends, byte_starts, byte_ends = (np.empty(most_lines, np.int32) for _ in range(4))
    return Scanned(
        np.zeros(n_texts, np.int64),
        np.empty(n_bytes, np.uint8),
        np.zeros(n_texts + 1, np.int64),
        np.zeros(n_texts + 1, np.int64),
        np.empty(N_TALLIES * most_lines, np.int32),
        starts,
        ends,
        byte_starts,
        byte_ends,
        np.empty(most_lines + 1, np.int64),
        np.empty(most_terms, np.int32),
    )
