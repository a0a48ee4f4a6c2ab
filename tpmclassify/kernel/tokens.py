"""Words of a line, as scikit-learn's tokenizer finds them: lower case, two characters or more."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.characters import (
    CAPITAL_I_WITH_DOT,
    CASED,
    IGNORABLE,
    NO_LETTER,
    SPECIAL_LETTER,
)
from tpmclassify.kernel.compiled import allocating, compiled
from tpmclassify.kernel.vocabulary import (
    ASCII_END,
    BYTE,
    NO_TERM,
    PACKED_LETTERS,
    SEVEN_BYTES,
    Terms,
    find_letters,
    find_words,
)

_SMALL_I, _SMALL_SIGMA, _FINAL_SIGMA = np.uint32(105), np.uint32(0x3C3), np.uint32(0x3C2)
_FEWEST_LETTERS = 2
_HALF, _LENGTH = 32, (1 << 32) - 1


class Alphabet(NamedTuple):
    """Tables by code point.

    Attributes
    ----------
    lower, letters : ndarray
        As in `Characters`.
    contexts : ndarray of uint8
        What `sigma_contexts` gives; empty where no text holds a capital sigma.
    """

    lower: NDArray[np.uint32]
    letters: NDArray[np.uint32]
    contexts: NDArray[np.uint8]


class Words(NamedTuple):
    """Room for the words of a line.

    Attributes
    ----------
    numbers : ndarray of int32
        Each word's number in the vocabulary, -1 for one that it does not hold.
    low, high : ndarray of uint64
        Their keys.
    span : ndarray of int64
        Their ends, in the upper half, and lengths.
    letters : ndarray of uint32 of shape (longest_word + 1,)
        Of one word; of a longer one the rest does not matter.
    """

    numbers: NDArray[np.int32]
    low: NDArray[np.uint64]
    high: NDArray[np.uint64]
    span: NDArray[np.int64]
    letters: NDArray[np.uint32]


@allocating
def make_words(longest_text: int, longest_word: int) -> Words:
    """Make room for all words of a text."""
    most = longest_text // _FEWEST_LETTERS + 2
    return Words(
        np.empty(most, np.int32),
        np.empty(most, np.uint64),
        np.empty(most, np.uint64),
        np.empty(most, np.int64),
        np.empty(longest_word + 1, np.uint32),
    )


@compiled
def scan_words(
    text: NDArray[np.uint32],
    start: int,
    end: int,
    alphabet: Alphabet,
    terms: Terms,
    words: Words,
    tally: NDArray[np.int64],
) -> int:
    """Find the words of a line.

    Parameters
    ----------
    text : ndarray of uint32
        Code points; the line is ``text[start:end]``.
    words : Words
        Takes the words.
    tally : ndarray of shape (3,)
        Takes the counts of words, of English ones, of ASCII ones.

    Returns
    -------
    int
        How many words were found.
    """
    n = _split_ascii(text, start, end, alphabet.letters, words)
    if n < 0:
        return _scan_any_words(text, start, end, alphabet, terms, words, tally)
    find_words(
        terms.word_slots,
        terms.word_seed,
        terms.word_keys,
        words.low,
        words.high,
        words.numbers[:n],
    )
    _correct_long_words(text, alphabet.letters, terms, words, n)
    tally[0] += n
    tally[1] += _count_english(words.numbers[:n], terms.english)
    tally[2] += n
    return n


@compiled
def _correct_long_words(
    text: NDArray[np.uint32], letters: NDArray[np.uint32], terms: Terms, words: Words, n: int
) -> None:
    """Look up by all its letters what is longer than a key."""
    numbers, word = words.numbers, words.letters
    for i in range(n):
        length = words.span[i] & _LENGTH
        if length > PACKED_LETTERS:
            numbers[i] = NO_TERM
            if length < len(word):
                stop = words.span[i] >> _HALF
                for position in range(stop - length, stop):
                    word[position - stop + length] = letters[text[position]]
                numbers[i] = find_letters(terms, word, length)


@compiled
def _count_english(numbers: NDArray[np.int32], english: NDArray[np.bool_]) -> int:
    count = 0
    for number in numbers:
        count += number >= 0 and english[number]
    return count


@compiled
def _split_ascii(
    text: NDArray[np.uint32], start: int, end: int, letters: NDArray[np.uint32], words: Words
) -> int:
    """Split a line into the keys of its words; returns their number, -1 if not all are ASCII.

    There is no branch in the loop: no processor foresees where a word ends. The word so far is
    always written behind those that are complete, and stays there once a word has ended.
    """
    low, high, span = words.low, words.high, words.span
    n, marks, size = 0, np.uint32(0), 0
    key_low, key_high = np.uint64(0), np.uint64(0)
    for position in range(start, end):
        letter = letters[text[position]]
        in_word = letter != NO_LETTER
        low[n], high[n], span[n] = key_low, key_high, position << _HALF | size
        n += (not in_word) & (size >= _FEWEST_LETTERS)
        keep = np.uint64(0) - np.uint64(in_word)
        key_high = ((key_high << BYTE) | (key_low >> SEVEN_BYTES)) & keep
        key_low = ((key_low << BYTE) | np.uint64(letter)) & keep
        size = (size + 1) * in_word
        marks |= letter
    low[n], high[n], span[n] = key_low, key_high, end << _HALF | size
    n += size >= _FEWEST_LETTERS
    return n if marks < ASCII_END else -1


@compiled
def _scan_any_words(
    text: NDArray[np.uint32],
    start: int,
    end: int,
    alphabet: Alphabet,
    terms: Terms,
    words: Words,
    tally: NDArray[np.int64],
) -> int:
    """The same for a line that holds other letters, or words longer than a key."""
    letters, contexts, english = alphabet.letters, alphabet.contexts, terms.english
    word, numbers = words.letters, words.numbers
    room = len(word) - 1
    n = 0
    position = start
    while position < end:
        length, marks, ends = 0, np.uint32(0), False
        while position < end and not ends:
            letter = letters[text[position]]
            if letter == NO_LETTER:
                break
            if letter == SPECIAL_LETTER:
                # Behind the small form of a capital I with a dot stands a combining dot: no letter.
                ends = text[position] == CAPITAL_I_WITH_DOT
                letter = _lower_special(text, start, end, position, contexts)
            word[min(length, room)] = letter
            length += 1
            marks |= letter
            position += 1
        if length == 0:
            position += 1
        if length < _FEWEST_LETTERS:
            continue
        number = find_letters(terms, word, length) if length <= room else NO_TERM
        numbers[n] = number
        n += 1
        tally[1] += number >= 0 and english[number]
        tally[2] += marks < ASCII_END
    tally[0] += n
    return n


@compiled
def _lower_special(
    text: NDArray[np.uint32], start: int, end: int, position: int, contexts: NDArray[np.uint8]
) -> np.uint32:
    """The lower case of a capital I with a dot; that of a sigma depends on where it stands.

    At the end of a word it is written differently (Unicode standard, 3.13).
    """
    if text[position] == CAPITAL_I_WITH_DOT:
        return _SMALL_I
    before = position - 1
    while before >= start and contexts[text[before]] & IGNORABLE:
        before -= 1
    if before < start or not contexts[text[before]] & CASED:
        return _SMALL_SIGMA
    after = position + 1
    while after < end and contexts[text[after]] & IGNORABLE:
        after += 1
    return _SMALL_SIGMA if after < end and contexts[text[after]] & CASED else _FINAL_SIGMA
