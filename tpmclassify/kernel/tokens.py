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
from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.vocabulary import (
    ASCII_END,
    HASHED,
    NO_TERM,
    PACKED_LETTERS,
    Terms,
    add_letter,
    find_word,
    hash_letters,
)

_SMALL_I, _SMALL_SIGMA, _FINAL_SIGMA = np.uint32(105), np.uint32(0x3C3), np.uint32(0x3C2)
_FEWEST_LETTERS = 2


class Alphabet(NamedTuple):
    """Tables by code point.

    Attributes
    ----------
    kinds, lower, letters : ndarray
        As in `Characters`.
    contexts : ndarray of uint8
        What `sigma_contexts` gives; empty where no text holds a capital sigma.
    """

    kinds: NDArray[np.uint8]
    lower: NDArray[np.uint32]
    letters: NDArray[np.uint32]
    contexts: NDArray[np.uint8]


@compiled
def scan_words(
    text: NDArray[np.uint32],
    start: int,
    end: int,
    alphabet: Alphabet,
    terms: Terms,
    word: NDArray[np.uint32],
    found: NDArray[np.int32],
    tally: NDArray[np.int64],
) -> int:
    """Find the words of a line.

    Parameters
    ----------
    text : ndarray of uint32
        Code points; the line is ``text[start:end]``.
    word : ndarray of uint32 of shape (longest_word + 1,)
        Room for one word of the vocabulary; of a longer one the rest does not matter.
    found : ndarray of int32
        Takes the number of each word, -1 for one that the vocabulary does not hold.
    tally : ndarray of shape (3,)
        Takes the counts of words, of English ones, of ASCII ones.

    Returns
    -------
    int
        How many words were found.
    """
    n, n_english, n_ascii = 0, 0, 0
    position = start
    while position < end:
        if alphabet.letters[text[position]] == NO_LETTER:
            position += 1
            continue
        position, length, number, is_ascii = _read_word(
            text, position, end, start, alphabet, terms, word
        )
        if length < _FEWEST_LETTERS:
            continue
        found[n] = number
        n += 1
        if number >= 0 and terms.english[number]:
            n_english += 1
        if is_ascii:
            n_ascii += 1
    tally[0] += n
    tally[1] += n_english
    tally[2] += n_ascii
    return n


@compiled
def _read_word(
    text: NDArray[np.uint32],
    position: int,
    end: int,
    line_start: int,
    alphabet: Alphabet,
    terms: Terms,
    word: NDArray[np.uint32],
) -> tuple[int, int, int, bool]:
    """Read the word that begins here.

    Returns
    -------
    position : int
        Behind the word.
    length : int
    number : int
        In the vocabulary, or -1.
    is_ascii : bool
    """
    room = len(word) - 1
    length = 0
    low, high, marks = np.uint64(0), np.uint64(0), np.uint32(0)
    ends = False
    while not ends:
        letter = alphabet.letters[text[position]]
        if letter == NO_LETTER:
            break
        if letter == SPECIAL_LETTER:
            # Behind the small form of a capital I with a dot stands a combining dot: no letter.
            ends = text[position] == CAPITAL_I_WITH_DOT
            letter = _lower_special(text, line_start, end, position, alphabet.contexts)
        word[min(length, room)] = letter
        length += 1
        low, high = add_letter(low, high, letter)
        marks |= letter
        position += 1
        ends = ends or position == end
    is_ascii = bool(marks < ASCII_END)
    number = NO_TERM
    if length <= room:
        if length > PACKED_LETTERS or not is_ascii:
            low, high = hash_letters(word, length), HASHED
        number = find_word(terms, low, high, word, length)
    return position, length, number, is_ascii


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
