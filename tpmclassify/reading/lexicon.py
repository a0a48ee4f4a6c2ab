"""The vocabulary as machine code looks it up: perfect hashes of words and of pairs of words.

A word of up to 16 letters in byte form is its own key, two numbers of eight bytes; a pair of words
is the pair of their numbers. Odd multipliers by bucket send every key of the vocabulary to a place
of its own (hash and displace: Belazzougui et al. 2009), so a look-up is one comparison, without a
branch, and nothing can be taken for anything else. Longer words are compared one by one; few are.
"""

from typing import NamedTuple, TypeVar

import numpy as np

from tpmclassify.arrays import Bytes, Ints, Keys
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.machine_code.load import Code
from tpmclassify.reading.byte_form import SHARED, byte_form
from tpmclassify.reading.language import COUNTED_APART
from tpmclassify.reading.vocabulary import Vocabulary

# Odd 64-bit constants without structure: the golden ratio's, and one of SplitMix64 (Steele 2014).
_GOLDEN, _MIXER = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9)
_WORD_FOLD, _PAIR_FOLD = np.uint64(29), np.uint64(32)
LONGEST_KEY = 16
# The value of a word: its number, from 1 up; the term that it is by itself, from 1 up; whether all
# its letters are ASCII; as which kinds of `language` it is counted.
NUMBER_BITS = 20
NUMBERS = (1 << NUMBER_BITS) - 1
ASCII_BIT, FIRST_KIND_BIT = 2 * NUMBER_BITS, 2 * NUMBER_BITS + 1
PAIR_SHIFT = np.uint64(NUMBER_BITS)
# A table is at most five sixths full, and a bucket has some three keys: so the search for its
# multiplier takes few tries.
_MOST_TRIES = 1 << 16
_ONE = np.uint64(1)


# One key, or an array of them.
Hashed = TypeVar("Hashed", np.uint64, Keys)


class Places(NamedTuple):
    """Where the keys of a table are.

    `multipliers`: one a bucket. `bucket`, `shift`: how far to shift a hash for its bucket, and its
    product for its place.
    """

    multipliers: Keys
    bucket: np.uint64
    shift: np.uint64


class Lexicon(NamedTuple):
    """A vocabulary, and the words that are counted apart.

    `rows`: four a place: the key's two numbers, the word's value, nothing. `pair_rows`: one a
    place: the key, and behind it the term, from 1 up. `low_mask`, `high_mask` (17,): which bits of
    a key count, by length. `long_first` (n_long + 1,): where the letters of each longer word begin.
    `long_values`: (n_long,).
    """

    words: Places
    rows: Keys
    pairs: Places
    pair_rows: Keys
    low_mask: Keys
    high_mask: Keys
    long_first: Ints
    long_letters: Bytes
    long_values: Ints


def build_lexicon(vocabulary: Vocabulary, code: Code) -> Lexicon | None:
    """Build the tables of a vocabulary.

    Returned: none for a vocabulary that has no such tables: one of other letters than Latin-1's, of
    too many words, or made so that its words collide. Plain Python reads for it.
    """
    kinds = list(COUNTED_APART.values())
    # What is neither one word nor a pair is never met.
    numbered = [(term.count(" "), term, number) for number, term in enumerate(vocabulary.terms, 1)]
    singles, pairs = ({term: k for spaces, term, k in numbered if spaces == n} for n in (0, 1))
    halves = " ".join(pairs).split(" ")
    words = sorted({*singles, *halves[: 2 * len(pairs)]}.union(*kinds), key=lambda x: (len(x), x))
    forms = list(map(byte_form, words))
    if len(words) > NUMBERS or any(SHARED[byte] for byte in set(b"".join(forms))):
        return None
    number = {word: position for position, word in enumerate(words, start=1)}
    values = np.array(
        [
            number[word]
            | singles.get(word, 0) << NUMBER_BITS
            | word.isascii() << ASCII_BIT
            | sum((word in kind) << bit for bit, kind in enumerate(kinds, FIRST_KIND_BIT))
            for word in words
        ],
        np.uint64,
    )
    n_short = sum(len(form) <= LONGEST_KEY for form in forms)
    letters = b"".join(form.ljust(LONGEST_KEY, b"\0") for form in forms[:n_short])
    low, high = np.frombuffer(letters, "<u8").reshape(-1, 2).T.astype(np.uint64)
    numbers = np.array([number[word] for word in halves[: 2 * len(pairs)]], np.uint64)
    keys = numbers[0::2] << np.uint64(NUMBER_BITS) | numbers[1::2]
    terms = np.array(list(pairs.values()), np.uint64)
    word_places = _find_places(hash_word(low, high), code)
    pair_places = _find_places(hash_pair(keys), code)
    if word_places is None or pair_places is None:
        return None
    rows = np.stack([low, high, values[:n_short], np.zeros_like(low)], axis=1)
    lengths = range(LONGEST_KEY + 1)
    return Lexicon(
        words=word_places[0],
        rows=_aligned(_placed(rows, word_places[1]).ravel()),
        pairs=pair_places[0],
        pair_rows=_aligned(_placed(keys << PAIR_SHIFT | terms, pair_places[1])),
        low_mask=np.array([(1 << 8 * min(k, 8)) - 1 for k in lengths], np.uint64),
        high_mask=np.array([(1 << 8 * max(k - 8, 0)) - 1 for k in lengths], np.uint64),
        long_first=np.cumsum([0, *map(len, forms[n_short:])]).astype(np.int64),
        long_letters=np.frombuffer(b"".join(forms[n_short:]) + b" ", np.uint8).copy(),
        long_values=values[n_short:].astype(np.int64),
    )


def _find_places(hashes: Keys, code: Code) -> tuple[Places, Ints] | None:
    """Find multipliers that send every hash to a place of its own.

    Returned with them: the key at each place, -1 where there is none; nothing where no such
    multipliers were found.
    """
    in_order = np.sort(hashes)  # `np.unique` would import numpy's masked arrays first
    if (in_order[1:] == in_order[:-1]).any():
        return None
    bits = max((len(hashes) * 6 // 5).bit_length(), 3)
    bucket_bits = bits - 2
    bucket = (hashes >> np.uint64(64 - bucket_bits)).astype(np.int64)
    sizes = np.bincount(bucket, minlength=1 << bucket_bits)
    multipliers = np.ones(len(sizes), np.uint64)
    taken = np.full(1 << bits, -1, np.int64)
    found = place_keys(
        hashes[order := np.argsort(bucket, kind="stable")],
        np.concatenate([[0], np.cumsum(sizes)]),
        np.argsort(-sizes, kind="stable"),
        64 - bits,
        multipliers,
        taken,
        code=code,
    )
    if not found:
        return None
    places = Places(multipliers, np.uint64(64 - bucket_bits), np.uint64(64 - bits))
    return places, np.append(order, -1)[taken]


@Entry
def place_keys(
    hashes: Keys, first: Ints, by_size: Ints, shift: int, multipliers: Keys, taken: Ints
) -> int:
    """Find the multiplier of each bucket; gives 1, or 0 where one has none.

    `hashes`: by bucket. `first`: where each bucket's begin. `by_size`: the fullest buckets first,
    while there is room for them. `taken`: the key at each place, -1 where there is none.
    """
    for number in by_size:
        for attempt in range(_MOST_TRIES):
            multiplier = _GOLDEN * np.uint64(attempt) | _ONE
            done = first[number]
            while done < first[number + 1]:
                place = _place(hashes[done], multiplier, shift)
                if taken[place] >= 0:
                    break
                taken[place] = done
                done += 1
            if done == first[number + 1]:
                multipliers[number] = multiplier
                break
            for key in range(first[number], done):  # they are free again
                taken[_place(hashes[key], multiplier, shift)] = -1
            if attempt == _MOST_TRIES - 1:
                return 0
    return 1


@compiled
def _place(hashed: int, multiplier: np.uint64, shift: int) -> int:
    return int((hashed * multiplier) >> np.uint64(shift))


def _placed(values: Keys, taken: Ints) -> Keys:
    """Values at their places, 0 where there is none."""
    return np.concatenate([values, np.zeros((1, *values.shape[1:]), np.uint64)])[taken]


def _aligned(values: Keys) -> Keys:
    """A copy that begins with a line of the processor's cache: a row is then read at once."""
    room = np.zeros(len(values) + 8, np.uint64)
    first = (-room.ctypes.data) % 64 // 8
    room[first : first + len(values)] = values
    return room[first : first + len(values)]


@compiled
def hash_word(low: Hashed, high: Hashed) -> Hashed:
    """Spread a key of two numbers over 64 bits."""
    mixed = (low ^ (high * _GOLDEN)) * _MIXER
    return mixed ^ (mixed >> _WORD_FOLD)


@compiled
def hash_pair(key: Hashed) -> Hashed:
    """Spread a key over 64 bits."""
    mixed = key * _GOLDEN
    return (mixed ^ (mixed >> _PAIR_FOLD)) * _MIXER
