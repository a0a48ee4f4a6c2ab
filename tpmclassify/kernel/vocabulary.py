"""The vocabulary as compiled code looks it up: words by their letters, pairs by their words.

The key of a word of up to 16 ASCII letters is the word itself, a byte a letter; that of any other
word is a hash, and its letters are compared. The key of a pair is the pair of its words' numbers.
So nothing can be taken for anything else, whatever the hashes. A vocabulary that was made so that
its entries crowd in one place of a table gets a table of another seed, where they do not.
"""

from collections.abc import Callable, Iterable
from itertools import count, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.compiled import compiled
from tpmclassify.scoring.tfidf import Vocabulary

NO_TERM = -1
# Odd 64-bit constants without structure: the golden ratio's, and one of SplitMix64 (Steele 2014).
_GOLDEN, _MIXER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
BYTE, _HALF, SEVEN_BYTES = np.uint64(8), np.uint64(32), np.uint64(56)
PACKED_LETTERS, ASCII_END = 16, 128
# No ASCII letters give this: their highest bit is not set.
HASHED = np.uint64(0xFFFFFFFFFFFFFFFF)
_SLOTS_PER_ENTRY = 4
# Entries in a row without an empty slot; with a quarter of the slots taken, chance makes some 30.
_LONGEST_ROW = 128


class Terms(NamedTuple):
    """Hash tables with open addressing; an empty slot holds -1.

    Attributes
    ----------
    word_slots : ndarray of int32
        Numbers of words.
    word_seed : int
        Of the words' hashes.
    word_keys : ndarray of uint64 of shape (n_words, 2)
        The last eight letters, and those before; or a hash and `HASHED`.
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
    pair_seed : int
        Of the pairs' hashes.
    pair_keys : ndarray of uint64 of shape (n_pairs,)
    pair_terms : ndarray of int32 of shape (n_pairs,)
        The term of each pair.
    """

    word_slots: NDArray[np.int32]
    word_seed: np.uint64
    word_keys: NDArray[np.uint64]
    letters: NDArray[np.uint32]
    first_letter: NDArray[np.int32]
    longest_word: int
    unigram: NDArray[np.int32]
    english: NDArray[np.bool_]
    pair_slots: NDArray[np.int32]
    pair_seed: np.uint64
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
    keys = np.array(
        [number[parts[0]] << 32 | number[parts[1]] for _, parts in pairs], dtype=np.uint64
    )

    def word_hashes(seed: np.uint64) -> NDArray[np.uint64]:
        hashed = [mix_two(low, high, seed) for low, high in _word_keys(letters, first, seed)]
        return np.array(hashed, dtype=np.uint64)

    def pair_hashes(seed: np.uint64) -> NDArray[np.uint64]:
        return np.array([mix(key ^ seed) for key in keys], dtype=np.uint64)

    word_slots, word_seed = _fill(len(words), word_hashes)
    pair_slots, pair_seed = _fill(len(keys), pair_hashes)
    return Terms(
        word_slots=word_slots,
        word_seed=word_seed,
        word_keys=_word_keys(letters, first, word_seed),
        letters=letters,
        first_letter=first,
        longest_word=max(map(len, words)),
        unigram=np.array([singles.get(word, NO_TERM) for word in words], dtype=np.int32),
        english=np.array([word in telling for word in words]),
        pair_slots=pair_slots,
        pair_seed=pair_seed,
        pair_keys=keys,
        pair_terms=np.array([term for term, _ in pairs], dtype=np.int32),
    )


def _word_keys(
    letters: NDArray[np.uint32], first: NDArray[np.int32], seed: np.uint64
) -> NDArray[np.uint64]:
    return np.array(
        [word_key(letters[start:end], end - start, seed) for start, end in pairwise(first)],
        dtype=np.uint64,
    )


def _fill(
    n: int, hashes_of: Callable[[np.uint64], NDArray[np.uint64]]
) -> tuple[NDArray[np.int32], np.uint64]:
    """Make a table without long rows of taken slots, and say with which seed."""
    size = 1 << max(4, (_SLOTS_PER_ENTRY * n).bit_length())
    for attempt in count():
        seed = np.uint64(attempt * int(_GOLDEN) & (1 << 64) - 1)
        slots = np.full(size, -1, dtype=np.int32)
        if fill_slots(hashes_of(seed), slots) and _longest_row(slots) <= _LONGEST_ROW:
            break
    return slots, seed


def _longest_row(slots: NDArray[np.int32]) -> int:
    """How many slots in a row are taken at most; the first follows on the last."""
    free = np.flatnonzero(slots < 0)
    return int(np.diff(free, append=free[0] + len(slots)).max()) - 1


@compiled
def fill_slots(hashes: NDArray[np.uint64], slots: NDArray[np.int32]) -> bool:
    """Put each entry into the first free slot at or behind its hash, unless that is far away."""
    last = len(slots) - 1
    for entry in range(len(hashes)):
        home = np.int64(hashes[entry] & np.uint64(last))
        slot = home
        while slots[slot] >= 0:
            slot = (slot + 1) & last
            if ((slot - home) & last) > _LONGEST_ROW:
                return False
        slots[slot] = entry
    return True


@compiled
def mix(key: np.uint64) -> np.uint64:
    """Spread a number over 64 bits."""
    key = (key ^ (key >> _HALF)) * _MIXER
    return key ^ (key >> _HALF)


@compiled
def mix_two(low: np.uint64, high: np.uint64, seed: np.uint64) -> np.uint64:
    """Spread a key of two numbers over 64 bits."""
    return mix(low ^ (high * _GOLDEN) ^ seed)


@compiled
def word_key(
    letters: NDArray[np.uint32], length: int, seed: np.uint64
) -> tuple[np.uint64, np.uint64]:
    """The key of a word."""
    low, high, marks = np.uint64(0), np.uint64(0), np.uint32(0)
    for i in range(length):
        high = (high << BYTE) | (low >> SEVEN_BYTES)
        low = (low << BYTE) | np.uint64(letters[i])
        marks |= letters[i]
    if length <= PACKED_LETTERS and marks < ASCII_END:
        return low, high
    return hash_letters(letters, length, seed), HASHED


@compiled
def hash_letters(letters: NDArray[np.uint32], length: int, seed: np.uint64) -> np.uint64:
    """The key of a word that is too long, or not ASCII."""
    state = seed
    for i in range(length):
        state = (state ^ np.uint64(letters[i])) * _GOLDEN
    return state


@compiled
def find_words(
    slots: NDArray[np.int32],
    seed: np.uint64,
    keys: NDArray[np.uint64],
    low: NDArray[np.uint64],
    high: NDArray[np.uint64],
    numbers: NDArray[np.int32],
) -> None:
    """Number words by their keys; -1 for one that is not there.

    Many at once: to hand arrays to a function takes longer than to look up a word.
    """
    last = len(slots) - 1
    for i in range(len(numbers)):
        slot = np.int64(mix_two(low[i], high[i], seed) & np.uint64(last))
        entry = slots[slot]
        while entry >= 0 and (keys[entry, 0] != low[i] or keys[entry, 1] != high[i]):
            slot = (slot + 1) & last
            entry = slots[slot]
        numbers[i] = entry


@compiled
def find_letters(terms: Terms, letters: NDArray[np.uint32], length: int) -> int:
    """The number of any word, by its letters; -1 for one that is not there."""
    low, high = word_key(letters, length, terms.word_seed)
    last = len(terms.word_slots) - 1
    slot = np.int64(mix_two(low, high, terms.word_seed) & np.uint64(last))
    while True:
        entry = terms.word_slots[slot]
        if entry < 0:
            return NO_TERM
        if (
            terms.word_keys[entry, 0] == low
            and terms.word_keys[entry, 1] == high
            and (high != HASHED or _same_letters(terms, entry, letters, length))
        ):
            return int(entry)
        slot = (slot + 1) & last


@compiled
def _same_letters(terms: Terms, entry: int, letters: NDArray[np.uint32], length: int) -> bool:
    first = terms.first_letter[entry]
    if terms.first_letter[entry + 1] - first != length:
        return False
    for i in range(length):
        if terms.letters[first + i] != letters[i]:
            return False
    return True


@compiled
def find_single_words(
    unigram: NDArray[np.int32], numbers: NDArray[np.int32], found: NDArray[np.int32], n: int
) -> int:
    """Add the terms that words are by themselves to the n found so far."""
    for number in numbers:
        if number >= 0 and unigram[number] >= 0:
            found[n] = unigram[number]
            n += 1
    return n


@compiled
def find_pairs(
    slots: NDArray[np.int32],
    seed: np.uint64,
    keys: NDArray[np.uint64],
    pair_terms: NDArray[np.int32],
    numbers: NDArray[np.int32],
    found: NDArray[np.int32],
    n: int,
) -> int:
    """Add the terms of words in a row to the n found so far; returns how many there are now."""
    last = len(slots) - 1
    for i in range(1, len(numbers)):
        if numbers[i - 1] >= 0 and numbers[i] >= 0:
            key = (np.uint64(numbers[i - 1]) << _HALF) | np.uint64(numbers[i])
            slot = np.int64(mix(key ^ seed) & np.uint64(last))
            entry = slots[slot]
            while entry >= 0 and keys[entry] != key:
                slot = (slot + 1) & last
                entry = slots[slot]
            if entry >= 0:
                found[n] = pair_terms[entry]
                n += 1
    return n
