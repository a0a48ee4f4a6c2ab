"""All words of a text at once, as machine code finds them; `vocabulary.tokens` is the plain way."""

from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bytes, Ints, Keys, SmallInts
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.byte_form import ASCII_END
from tpmclassify.reading.lexicon import (
    ASCII_BIT,
    LONGEST_KEY,
    NUMBER_BITS,
    NUMBERS,
    PAIR_SHIFT,
    Lexicon,
    hash_pair,
    hash_word,
)

_U = np.uint64
_ZERO, _ONE, _TWO, _THREE, _SEVEN, _63 = _U(0), _U(1), _U(2), _U(3), _U(7), _U(63)
_NOT_ASCII, _TERMS = _U(0x8080808080808080), _U(NUMBERS)
_FEWEST_LETTERS = 2
# Of a part of a word that is a single letter, hence no word.
NO_WORD = -1


class WordRoom(NamedTuple):
    """Room for the words of a text: where each begins and ends, its key, its value."""

    start: Ints
    end: Ints
    low: Keys
    high: Keys
    value: Ints


def make_word_room(longest_text: int) -> WordRoom:
    """Make room for all words of a text, and one more."""
    most = longest_text // _FEWEST_LETTERS + 8
    start, end, value = (np.empty(most, np.int64) for _ in range(3))
    low, high = (np.empty(most, np.uint64) for _ in range(2))
    return WordRoom(start, end, low, high, value)


@compiled
def find_words(lexicon: Lexicon, low: Bytes, low_words: Keys, edges: Ints, words: WordRoom) -> int:
    """Find the words of a text and what is known of each; returns how many there are.

    `low`: the masked text in byte form and lower case. `low_words`: the same memory, eight letters
    a number. `edges`: where words begin and end, in turns; twice the end of the text behind the
    last.
    """
    n = _split(edges, words)
    _make_keys(lexicon, low_words, words, 0, n)
    _look_up(lexicon, words, 0, n)
    for i in range(n):
        if words.end[i] - words.start[i] > LONGEST_KEY:
            words.value[i] = _long_value(lexicon, low, words.start[i], words.end[i])
    return n


@compiled
def _split(edges: Ints, words: WordRoom) -> int:
    """Find the words of two letters or more; returns how many there are."""
    start, end = words.start, words.end
    n = i = 0
    begin, stop = edges[0], edges[1]
    while stop > begin:
        start[n] = begin
        end[n] = stop
        n += stop - begin >= _FEWEST_LETTERS
        i += 2
        begin, stop = edges[i], edges[i + 1]
    return n


@compiled
def _make_keys(lexicon: Lexicon, low_words: Keys, words: WordRoom, first: int, last: int) -> None:
    """Read each word's letters as two numbers, wherever it begins."""
    start, end, lows, highs = words.start, words.end, words.low, words.high
    low_mask, high_mask = lexicon.low_mask, lexicon.high_mask
    for i in range(first, last):
        here = _U(start[i])
        length = _U(min(end[i] - start[i], LONGEST_KEY))
        at, shift = here >> _THREE, (here & _SEVEN) << _THREE
        back = _63 - shift
        one, two, three = low_words[at], low_words[at + _ONE], low_words[at + _TWO]
        lows[i] = ((one >> shift) | ((two << _ONE) << back)) & low_mask[length]
        highs[i] = ((two >> shift) | ((three << _ONE) << back)) & high_mask[length]


@compiled
def _look_up(lexicon: Lexicon, words: WordRoom, first: int, last: int) -> None:
    """Find the value of each word by its key; 0 for one that is not known, ASCII apart."""
    lows, highs, value = words.low, words.high, words.value
    multipliers, bucket, shift = lexicon.words
    rows = lexicon.rows
    for i in range(first, last):
        low, high = lows[i], highs[i]
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
def part_value(
    lexicon: Lexicon, low: Bytes, low_words: Keys, start: int, end: int, words: WordRoom, n: int
) -> int:
    """The value of a part of a word that a line's end cuts; `NO_WORD` for a single letter."""
    if end - start < _FEWEST_LETTERS:
        return NO_WORD
    if end - start > LONGEST_KEY:
        return _long_value(lexicon, low, start, end)
    # Behind the words of the text there is room for one more.
    words.start[n] = start
    words.end[n] = end
    _make_keys(lexicon, low_words, words, n, n + 1)
    _look_up(lexicon, words, n, n + 1)
    return int(words.value[n])


@compiled
def find_terms(
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
