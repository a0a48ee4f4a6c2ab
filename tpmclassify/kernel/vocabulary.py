"""The vocabulary as compiled code looks it up: words by their letters, pairs by their words.

A word is found by a hash and then compared letter by letter; a pair is the exact pair of two words'
numbers. So no two words and no two pairs can be taken for one another, whatever their hashes.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.compiled import compiled
from tpmclassify.linear_text import Vocabulary

NO_TERM = -1
# Odd 64-bit constants without structure: the golden ratio's, and one of SplitMix64 (Steele 2014).
_GOLDEN, _MIXER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_HALF = np.uint64(32)
_SLOTS_PER_ENTRY = 4


class Terms(NamedTuple):
    """Hash tables with open addressing; an empty slot holds -1.

    Attributes
    ----------
    word_slots : ndarray of int32
        Numbers of words.
    word_hashes : ndarray of uint64 of shape (n_words,)
    letters : ndarray of uint32
        Code points of all words, one after the other.
    first_letter : ndarray of int32 of shape (n_words + 1,)
    longest_word : int
        In code points.
    unigram : ndarray of int32 of shape (n_words,)
        The term that a word is by itself, or -1.
    english : ndarray of bool of shape (n_words,)
        Whether a word counts as evidence of English.
    pair_slots : ndarray of int32
        Numbers of pairs.
    pair_keys : ndarray of uint64 of shape (n_pairs,)
    pair_terms : ndarray of int32 of shape (n_pairs,)
        The term of each pair.
    """

    word_slots: NDArray[np.int32]
    word_hashes: NDArray[np.uint64]
    letters: NDArray[np.uint32]
    first_letter: NDArray[np.int32]
    longest_word: int
    unigram: NDArray[np.int32]
    english: NDArray[np.bool_]
    pair_slots: NDArray[np.int32]
    pair_keys: NDArray[np.uint64]
    pair_terms: NDArray[np.int32]


def build_terms(vocabulary: Vocabulary, english: Iterable[str]) -> Terms:
    """Build the tables of a vocabulary, and of the words that tell English."""
    split = [term.split(" ") for term in vocabulary.terms]
    # What is neither one word nor a pair is never met: the readable scan cannot find it either.
    singles = {parts[0]: term for term, parts in enumerate(split) if len(parts) == 1}
    pairs = [(term, parts) for term, parts in enumerate(split) if len(parts) == 2]
    telling = set(english)
    words = sorted({*singles, *(word for _, parts in pairs for word in parts), *telling})
    number = {word: position for position, word in enumerate(words)}
    first = np.concatenate([[0], np.cumsum([len(word) for word in words])]).astype(np.int32)
    letters = np.frombuffer(
        "".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32
    ).copy()
    hashes = np.array(
        [hash_word(letters, int(first[i]), int(first[i + 1])) for i in range(len(words))],
        dtype=np.uint64,
    )
    keys = np.array(
        [number[parts[0]] << 32 | number[parts[1]] for _, parts in pairs], dtype=np.uint64
    )
    return Terms(
        word_slots=_fill(hashes),
        word_hashes=hashes,
        letters=letters,
        first_letter=first,
        longest_word=max(map(len, words)),
        unigram=np.array([singles.get(word, NO_TERM) for word in words], dtype=np.int32),
        english=np.array([word in telling for word in words]),
        pair_slots=_fill(np.array([mix(key) for key in keys], dtype=np.uint64)),
        pair_keys=keys,
        pair_terms=np.array([term for term, _ in pairs], dtype=np.int32),
    )


def _fill(hashes: NDArray[np.uint64]) -> NDArray[np.int32]:
    size = 1 << max(4, (_SLOTS_PER_ENTRY * len(hashes)).bit_length())
    return fill_slots(hashes, np.full(size, -1, dtype=np.int32))


@compiled
def fill_slots(hashes: NDArray[np.uint64], slots: NDArray[np.int32]) -> NDArray[np.int32]:
    """Put each entry into the first free slot at or behind its hash."""
    last = len(slots) - 1
    for entry in range(len(hashes)):
        slot = np.int64(hashes[entry] & np.uint64(last))
        while slots[slot] >= 0:
            slot = (slot + 1) & last
        slots[slot] = entry
    return slots


@compiled
def mix(key: np.uint64) -> np.uint64:
    """Spread a number over 64 bits."""
    key = (key ^ (key >> _HALF)) * _MIXER
    return key ^ (key >> _HALF)


@compiled
def hash_letter(state: np.uint64, letter: np.uint32) -> np.uint64:
    """Take one more letter into the hash of a word."""
    return (state ^ np.uint64(letter)) * _GOLDEN


@compiled
def hash_word(letters: NDArray[np.uint32], start: int, end: int) -> np.uint64:
    """The hash of a word, as the scan builds it letter by letter."""
    state = np.uint64(0)
    for position in range(start, end):
        state = hash_letter(state, letters[position])
    return mix(state)


@compiled
def find_word(terms: Terms, word: NDArray[np.uint32], length: int, hashed: np.uint64) -> int:
    """The number of a word in lower case, or -1."""
    last = len(terms.word_slots) - 1
    slot = np.int64(hashed & np.uint64(last))
    while True:
        entry = terms.word_slots[slot]
        if entry < 0:
            return NO_TERM
        if terms.word_hashes[entry] == hashed:
            first = terms.first_letter[entry]
            if terms.first_letter[entry + 1] - first == length:
                same = True
                for i in range(length):
                    if terms.letters[first + i] != word[i]:
                        same = False
                        break
                if same:
                    return np.int64(entry)
        slot = (slot + 1) & last


@compiled
def find_pair(terms: Terms, first: int, second: int) -> int:
    """The term of two words in a row, or -1."""
    key = (np.uint64(first) << _HALF) | np.uint64(second)
    last = len(terms.pair_slots) - 1
    slot = np.int64(mix(key) & np.uint64(last))
    while True:
        entry = terms.pair_slots[slot]
        if entry < 0:
            return NO_TERM
        if terms.pair_keys[entry] == key:
            return np.int64(terms.pair_terms[entry])
        slot = (slot + 1) & last
