"""Near-identical postings in one screening, by MinHash: which row a posting repeats.

Each posting becomes 64 minimal hashes of its runs of three words (Broder, 1997); the share of
equal ones estimates the Jaccard similarity of the two texts. Eight bands of eight find the
candidates (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4): a repost at a
similarity of .9 is found in 99 % of cases, one at .95 always, and what estimates below .8 is no
repeat. Written here for its memory: libraries keep kilobytes a posting in dictionaries; these flat
arrays keep `BYTES_PER_ROW` at most, and only for postings that repeat no other.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Bools, Ints, Keys, Marks, Shorts, SmallInts
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.machine_code.load import machine_code
from tpmclassify.reading.batch import Texts
from tpmclassify.reading.scan_arrays import Source

COLUMN = "tpm_duplicate_of"
# A signature and a row number, in arrays that grow by half; nine entries in a table that is a
# third full after it has grown.
BYTES_PER_ROW = (128 + 4) * 3 // 2 + 9 * 8 * 3
_HASHES = 64
_BANDS = 8
_KEYS = _BANDS + 1
_RUN = 3
_SIMILAR = 0.8
_MOST_ALIKE = 32  # else a form letter of a thousand copies would be compared with each of them
_TAIL = 1 << 14  # slots after the last start, so that looking on never wraps around
# Numbers above the largest signed one: machine code takes smaller ones for signed. The finaliser of
# MurmurHash3, and the golden ratio's digits.
_ALL, _FIRST, _SECOND = (1 << 64) - 1, 0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53
_GOLDEN = 0x9E3779B97F4A7C15
_FOLD = 33
_SPACE = ord(" ")
# The first bytes of U+0080 to U+00BF and of U+2000 to U+2FFF, which are signs, not letters.
_SIGN_OF_TWO, _SIGN_OF_THREE = 0xC2, 0xE2
# A number for each byte of a letter or figure in lower case, 0 for what stands between words.
_LETTERS = np.frombuffer(bytes(range(256)).lower(), np.uint8).astype(np.uint64)
_LETTERS[[code for code in range(0x80) if not chr(code).isalnum()]] = 0
_LETTERS[[_SIGN_OF_TWO, _SIGN_OF_THREE]] = 0
_LETTERS.flags.writeable = False

# Numpy's own generator takes as long to import as a thousand rows take to screen.
_random = Random(20261123)  # noqa: S311


def _odd_factors(count: int) -> NDArray[np.uint64]:
    return np.array([2 * _random.getrandbits(63) + 1 for _ in range(count)], np.uint64)


_FACTORS, _RUN_FACTORS, _BAND_FACTORS = map(_odd_factors, (_HASHES, _RUN, _HASHES // _BANDS))


class Signatures(NamedTuple):
    """Of texts, one after the other: minimal hashes, keys, and whether there are words at all."""

    minimal: Shorts
    keys: Ints
    has_words: Bools


def text_signatures(texts: Sequence[str | None]) -> Signatures:
    """Compute what repeats are found by."""
    given, n = Texts.of([text or "" for text in texts]), len(texts)
    flat, wholes = np.empty(n * _HASHES, np.uint64), np.zeros(n, np.uint64)
    code = machine_code(given.n_bytes)
    hash_texts(given.source, _LETTERS, _RUN_FACTORS, _FACTORS, flat, wholes, code=code)
    of_bands = (n, _BANDS, _HASHES // _BANDS)
    bands = (flat.reshape(of_bands) * _BAND_FACTORS).sum(axis=2, dtype=np.uint64)
    numbers = np.arange(1, _KEYS, dtype=np.uint64)
    keys = _mix(np.column_stack([wholes, _mix(bands) + numbers])) >> np.uint64(32)
    return Signatures(_mix(flat).astype(np.uint16), keys.astype(np.int64).ravel(), wholes != 0)


@Entry
def hash_texts(
    texts: Source, letters: Keys, run_factors: Keys, factors: Keys, minimal: Keys, wholes: Keys
) -> int:
    """Compute the minimal hashes of each text's runs of words, and a hash of all its words.

    `minimal`: (64 * n_texts,). `wholes` (n_texts,): 0 for a text without words.
    """
    data, nothing = texts.data, _ALL ^ _ALL
    for text in range(len(texts.begin)):
        at = _HASHES * text
        for k in range(at, at + _HASHES):
            minimal[k] = _ALL
        before = last = whole = nothing
        word, n_words, n_letters = _GOLDEN, 0, 0
        here, stop = texts.begin[text], texts.end[text]
        while here <= stop:
            code = int(data[here]) if here < stop else _SPACE
            letter = letters[code]
            if letter:
                word = ((word ^ letter) * _FIRST) & _ALL
                n_letters += 1
            elif n_letters:
                word = _mix(word)
                n_words += 1
                whole = _mix(whole ^ word)
                if n_words >= _RUN:
                    _take_run(before, last, word, run_factors, factors, minimal, at)
                before, last = last, word
                word, n_letters = _GOLDEN, 0
            here += 1 + (code == _SIGN_OF_TWO) + 2 * (code == _SIGN_OF_THREE)
        if 0 < n_words < _RUN:
            _take_run(nothing, before, last, run_factors, factors, minimal, at)
        wholes[text] = whole
    return 0


@compiled
def _take_run(
    first: int, second: int, third: int, run_factors: Keys, factors: Keys,
    minimal: Keys, at: int,
) -> None:  # fmt: skip
    run = first * run_factors[0] + second * run_factors[1] + third * run_factors[2]
    run = _mix(run & _ALL)
    for k in range(_HASHES):
        value = (run * factors[k]) & _ALL
        minimal[at + k] = min(minimal[at + k], value)


@compiled
def _mix(value: Any) -> Any:
    """Spread the bits of a 64-bit number, or of each in an array."""
    value = ((value ^ (value >> _FOLD)) * _FIRST) & _ALL
    value = ((value ^ (value >> _FOLD)) * _SECOND) & _ALL
    return value ^ (value >> _FOLD)


class Seen(NamedTuple):
    """The postings that repeat no other: their rows and minimal hashes, and a table of their keys.

    The table is open addressing: a slot holds a key, whose upper bits say where to begin to look,
    and the number of a posting, from 1; 0 is a free one. Two keys that are equal by chance are
    harmless: hashes are compared anyway.
    """

    rows: Marks
    minimal: Shorts
    keys: Marks
    postings: SmallInts

    def plain(self) -> Any:
        """What stands for it in plain Python: the same memory, of Python's numbers."""
        return Seen(*(array.data for array in cast(Any, self)))


class Duplicates:
    """Remembers the postings seen so far."""

    def __init__(self) -> None:
        self._kept = self._n_seen = 0
        self._start_bits = 15
        rows, minimal = np.zeros(1024, np.uint32), np.zeros(1024 * _HASHES, np.uint16)
        self._seen = Seen(rows, minimal, *_slots(self._start_bits))

    @property
    def memory(self) -> int:
        """Bytes that are held."""
        return sum(array.nbytes for array in self._seen)

    def add(self, signatures: Signatures) -> list[int | None]:
        """Take postings in their order; give for each the first row, from 1, that it repeats."""
        n = len(signatures.has_words)
        self._make_room(self._kept + n)
        first, seen = np.zeros(n, np.int64), self._seen
        code = machine_code(n * _HASHES)
        self._kept = find_repeats(
            signatures, seen, self._start_bits, self._kept, self._n_seen, first, code=code
        )
        self._n_seen += n
        return [row or None for row in first.tolist()]

    def _make_room(self, n: int) -> None:
        """Of the table no more than two thirds are ever used."""
        rows, minimal, keys, postings = self._seen
        while len(rows) < n:
            rows = np.resize(rows, len(rows) * 3 // 2)
            minimal = np.resize(minimal, len(rows) * _HASHES)
        while n * _KEYS * 3 > 2 << self._start_bits:
            self._start_bits += 1
            used = postings.nonzero()[0]
            used = used[np.argsort(keys[used], kind="stable")]  # those of one key in their order
            order = np.arange(len(used))
            starts = (keys[used] >> np.uint32(32 - self._start_bits)).astype(np.int64)
            places = np.maximum.accumulate(starts - order) + order
            old = keys[used], postings[used]
            keys, postings = _slots(self._start_bits)
            keys[places], postings[places] = old
        self._seen = Seen(rows, minimal, keys, postings)


def _slots(start_bits: int) -> tuple[Marks, SmallInts]:
    n = (1 << start_bits) + _TAIL
    return np.zeros(n, np.uint32), np.zeros(n, np.int32)


@Entry
def find_repeats(
    given: Signatures, seen: Seen, start_bits: int, kept: int, n_seen: int, first: Ints
) -> int:
    """Find the first row that each posting repeats, and remember those that repeat none.

    Writes to `first` (n_texts,) and to `seen`, which has room; gives how many are kept then.
    """
    down = 32 - start_bits
    for text in range(len(first)):
        if given.has_words[text]:
            repeated = _first_alike(given, text, seen, down, kept)
            if repeated < kept:
                first[text] = seen.rows[repeated]
            else:
                seen.rows[kept] = n_seen + text + 1
                kept += 1
                _remember(given, text, seen, down, kept)
    return kept


@compiled
def _first_alike(given: Signatures, text: int, seen: Seen, down: int, kept: int) -> int:
    found = kept
    for key in range(_KEYS * text, _KEYS * (text + 1)):
        slot, n_alike = given.keys[key] >> down, 0
        while seen.postings[slot] and n_alike < _MOST_ALIKE:
            if seen.keys[slot] == given.keys[key]:
                n_alike += 1
                posting = seen.postings[slot] - 1
                if posting < found and _is_similar(given, text, seen, posting):
                    found = posting
            slot += 1
    return found


@compiled
def _remember(given: Signatures, text: int, seen: Seen, down: int, number: int) -> None:
    for k in range(_HASHES):
        seen.minimal[_HASHES * (number - 1) + k] = given.minimal[_HASHES * text + k]
    for key in range(_KEYS * text, _KEYS * (text + 1)):
        slot, n_alike = given.keys[key] >> down, 0
        while seen.postings[slot]:
            n_alike += seen.keys[slot] == given.keys[key]
            slot += 1
        if n_alike < _MOST_ALIKE:  # a key that so many share already tells nothing more
            seen.keys[slot], seen.postings[slot] = given.keys[key], number


@compiled
def _is_similar(given: Signatures, text: int, seen: Seen, posting: int) -> bool:
    n_equal = 0
    for k in range(_HASHES):
        n_equal += given.minimal[_HASHES * text + k] == seen.minimal[_HASHES * posting + k]
    return n_equal >= _SIMILAR * _HASHES
