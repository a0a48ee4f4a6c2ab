"""Words of a line, as scikit-learn's tokenizer finds them: lower case, two characters or more."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.characters import (
    CAPITAL_I_WITH_DOT,
    CAPITAL_SIGMA,
    CASED,
    IGNORABLE,
    WORD,
)
from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.vocabulary import NO_TERM, Terms, find_word, hash_letter, mix

_SMALL_I, _SMALL_SIGMA, _FINAL_SIGMA = np.uint32(105), np.uint32(0x3C3), np.uint32(0x3C2)
_ASCII_END = 128
_FEWEST_LETTERS = 2


class Alphabet(NamedTuple):
    """Tables by code point; `contexts` is empty where no text holds a capital sigma."""

    kinds: NDArray[np.uint8]
    lower: NDArray[np.uint32]
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
    word : ndarray of uint32 of shape (longest_word,)
        Room for one word of the vocabulary.
    found : ndarray of int32
        Takes the number of each word, -1 for one that the vocabulary does not hold.
    tally : ndarray of shape (3,)
        Takes the counts of words, of English ones, of ASCII ones.

    Returns
    -------
    int
        How many words were found.
    """
    n = 0
    length = 0
    state = np.uint64(0)
    marks = np.uint32(0)
    for position in range(start, end + 1):
        ends = True
        if position < end:
            code = text[position]
            letter = alphabet.lower[code]
            if code == CAPITAL_SIGMA:
                letter = _lower_sigma(text, start, end, position, alphabet.contexts)
            elif code == CAPITAL_I_WITH_DOT:
                # Its lower case is an i and a combining dot, which is no letter.
                letter = _SMALL_I
            if alphabet.kinds[letter] & WORD:
                if length < len(word):
                    word[length] = letter
                length += 1
                state = hash_letter(state, letter)
                marks |= letter
                ends = code == CAPITAL_I_WITH_DOT
        if ends:
            if length >= _FEWEST_LETTERS:
                number = NO_TERM
                if length <= len(word):
                    number = find_word(terms, word, length, mix(state))
                found[n] = number
                n += 1
                tally[0] += 1
                tally[1] += number >= 0 and terms.english[number]
                tally[2] += marks < _ASCII_END
            length = 0
            state = np.uint64(0)
            marks = np.uint32(0)
    return n


@compiled
def _lower_sigma(
    text: NDArray[np.uint32], start: int, end: int, position: int, contexts: NDArray[np.uint8]
) -> np.uint32:
    """A sigma at the end of a word is written differently (Unicode standard, 3.13)."""
    before = position - 1
    while before >= start and contexts[text[before]] & IGNORABLE:
        before -= 1
    if before < start or not contexts[text[before]] & CASED:
        return _SMALL_SIGMA
    after = position + 1
    while after < end and contexts[text[after]] & IGNORABLE:
        after += 1
    return _SMALL_SIGMA if after < end and contexts[text[after]] & CASED else _FINAL_SIGMA
