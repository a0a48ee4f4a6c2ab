"""The words and terms of a text's lines in machine code; `vocabulary` is the plain way."""

import numpy as np

from tpmclassify.arrays import Bytes, Ints, Keys, SmallInts
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.byte_form import ASCII_END
from tpmclassify.reading.language import COUNTED_APART, LETTERS, N_TALLIES, OTHER_LETTERS, WORDS
from tpmclassify.reading.lexicon import (
    ASCII_BIT,
    FIRST_KIND_BIT,
    LONGEST_KEY,
    NUMBER_BITS,
    NUMBERS,
    PAIR_SHIFT,
    Lexicon,
    hash_pair,
    hash_word,
)
from tpmclassify.reading.scan_arrays import Scanned, ScanRoom, WordRoom

_U = np.uint64
_ZERO, _ONE, _TWO, _THREE, _SEVEN, _63 = _U(0), _U(1), _U(2), _U(3), _U(7), _U(63)
_NOT_ASCII, _TERMS = _U(0x8080808080808080), _U(NUMBERS)
_FEWEST_LETTERS = 2
_COLUMNS = tuple(COUNTED_APART)


@compiled
def find_line_terms(
    lexicon: Lexicon, room: ScanRoom, scanned: Scanned, line: int, n_lines: int, n_terms: int
) -> int:
    """Find the terms of a text's lines, and count its words; returns how many terms there are now.

    Words are looked up once a text; what a line's end leaves of a word is a word, too.
    """
    words = room.words
    n = _find_words(room.edges, room.starts, room.ends, n_lines, words)
    _look_up(lexicon, room.low_words, words, n)
    for i in range(n):
        if words.end[i] - words.start[i] > LONGEST_KEY:
            words.value[i] = _long_value(lexicon, room.low, words.start[i], words.end[i])
    for k in range(n_lines):
        first, last = words.first[k], words.first[k + 1]
        n_terms = _find_terms(lexicon, words.value, first, last, scanned.terms, n_terms)
        _count_words(words, first, last, scanned.tallies, line + k)
        scanned.first_term[line + k + 1] = n_terms
    return n_terms


@compiled
def _find_words(edges: Ints, starts: Ints, ends: Ints, n_lines: int, words: WordRoom) -> int:
    """Find the words of two letters or more in all lines; returns how many there are.

    `edges`: where words begin and end, in turns; the end of the text several times behind the last.
    """
    start, end = words.start, words.end
    n = i = words.first[0] = 0
    for k in range(n_lines):
        begin, stop = starts[k], ends[k]
        while edges[i + 1] <= begin:
            i += 2
        while edges[i] < stop:
            start[n] = max(begin, edges[i])
            end[n] = min(stop, edges[i + 1])
            n += end[n] - start[n] >= _FEWEST_LETTERS
            if edges[i + 1] > stop:
                break
            i += 2
        words.first[k + 1] = n
    return n


@compiled
def _look_up(lexicon: Lexicon, low_words: Keys, words: WordRoom, n: int) -> None:
    """Find the value of each word by its letters; 0 for one that is not known, ASCII apart.

    `low_words`: the masked text in byte form and lower case, eight letters a number.
    """
    start, end, value = words.start, words.end, words.value
    low_mask, high_mask, rows = lexicon.low_mask, lexicon.high_mask, lexicon.rows
    multipliers, bucket, shift = lexicon.words
    for i in range(n):
        here = _U(start[i])
        length = _U(min(end[i] - start[i], LONGEST_KEY))
        at, left = here >> _THREE, (here & _SEVEN) << _THREE
        right = _63 - left
        one, two, three = low_words[at], low_words[at + _ONE], low_words[at + _TWO]
        low = ((one >> left) | ((two << _ONE) << right)) & low_mask[length]
        high = ((two >> left) | ((three << _ONE) << right)) & high_mask[length]
        mixed = hash_word(low, high)
        at = ((mixed * multipliers[mixed >> bucket]) >> shift) << _TWO
        # No branch: none foresees which words are known.
        other = (rows[at] ^ low) | (rows[at + _ONE] ^ high)
        known = np.int64(rows[at + _TWO]) * np.int64(other == _ZERO)
        value[i] = known | np.int64(((low | high) & _NOT_ASCII) == _ZERO) << ASCII_BIT


@compiled
def _long_value(lexicon: Lexicon, low: Bytes, start: int, end: int) -> int:
    """The value of a word that is longer than a key."""
    first, letters = lexicon.long_first, lexicon.long_letters
    for word in range(len(lexicon.long_values)):
        if first[word + 1] - first[word] == end - start:
            same = True
            for i in range(end - start):
                same = same and letters[first[word] + i] == low[start + i]
            if same:
                return int(lexicon.long_values[word])
    ascii_bit = 1
    for i in range(start, end):
        if low[i] >= ASCII_END:
            ascii_bit = 0
    return ascii_bit << ASCII_BIT


@compiled
def _find_terms(
    lexicon: Lexicon, value: Ints, first: int, last: int, terms: SmallInts, n: int
) -> int:
    """Add the terms of words in a row to the n found so far; returns how many there are now."""
    for i in range(first, last):
        terms[n] = ((value[i] >> NUMBER_BITS) & NUMBERS) - 1
        n += terms[n] >= 0
    multipliers, bucket, shift = lexicon.pairs
    rows = lexicon.pair_rows
    before = _ZERO
    for i in range(first, last):
        number = _U(value[i] & NUMBERS)
        key = (before << PAIR_SHIFT) | number
        before = number
        mixed = hash_pair(key)
        row = rows[(mixed * multipliers[mixed >> bucket]) >> shift]
        terms[n] = np.int64(row & _TERMS) - 1
        n += (row >> PAIR_SHIFT == key) & (row != _ZERO)
    return n


@compiled
def _count_words(words: WordRoom, first: int, last: int, tallies: SmallInts, line: int) -> None:
    """Count what `language` counts in the words of a line."""
    value, start, end = words.value, words.start, words.end
    at = N_TALLIES * line
    # Not in place: what was stored just now is slow to load.
    for kind in range(len(_COLUMNS)):
        count = 0
        for i in range(first, last):
            count += (value[i] >> (FIRST_KIND_BIT + kind)) & 1
        tallies[at + _COLUMNS[kind]] = count
    letters = other_letters = 0
    for i in range(first, last):
        length = end[i] - start[i]
        letters += length
        other_letters += length * (1 - ((value[i] >> ASCII_BIT) & 1))
    tallies[at + WORDS] = last - first
    tallies[at + LETTERS] = letters
    tallies[at + OTHER_LETTERS] = other_letters
