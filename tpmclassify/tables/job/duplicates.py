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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Keys
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
_LETTERS = np.array(
    [
        0
        if code in (_SIGN_OF_TWO, _SIGN_OF_THREE)
        else ord(chr(code).lower())
        if code < 0x80 and chr(code).isalnum()
        else code * (code >= 0x80)
        for code in range(256)
    ],
    np.uint64,
)
_LETTERS.flags.writeable = False

# Numpy's own generator takes as long to import as a thousand rows take to screen.
_random = Random(20261123)  # noqa: S311


def _odd_factors(count: int) -> NDArray[np.uint64]:
    return np.array([2 * _random.getrandbits(63) + 1 for _ in range(count)], np.uint64)


_FACTORS, _RUN_FACTORS, _BAND_FACTORS = map(_odd_factors, (_HASHES, _RUN, _HASHES // _BANDS))

Signature = tuple[NDArray[np.uint16], NDArray[np.uint64]]


def text_signatures(texts: Sequence[str | None]) -> list[Signature | None]:
    """Give the minimal hashes and the keys of each text; None for one without words."""
    given, n = Texts.of([text or "" for text in texts]), len(texts)
    flat, wholes = np.empty(n * _HASHES, np.uint64), np.zeros(n, np.uint64)
    code = machine_code(given.n_bytes)
    hash_texts(given.source, _LETTERS, _RUN_FACTORS, _FACTORS, flat, wholes, code=code)
    minimal = flat.reshape(n, _BANDS, _HASHES // _BANDS)
    bands = (minimal * _BAND_FACTORS).sum(axis=2, dtype=np.uint64)
    numbers = np.arange(1, _KEYS, dtype=np.uint64)
    keys = _mix(np.column_stack([wholes, _mix(bands) + numbers]))
    signs = _mix(flat.reshape(n, _HASHES)).astype(np.uint16)
    return [
        (signs[i], keys[i]) if has_words else None for i, has_words in enumerate(wholes.tolist())
    ]


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


class Duplicates:
    """Remembers the postings seen so far."""

    def __init__(self) -> None:
        self._table = _KeyTable()
        self._rows = np.zeros(1024, dtype=np.uint32)
        self._signatures = np.zeros((1024, _HASHES), dtype=np.uint16)
        self._kept = 0
        self._seen = 0

    @property
    def memory(self) -> int:
        """Bytes that are held."""
        return self._rows.nbytes + self._signatures.nbytes + self._table.slots.nbytes

    def add(self, signatures: Sequence[Signature | None]) -> list[int | None]:
        """Take postings in their order; give for each the first row, from 1, that it repeats."""
        first = []
        for signature in signatures:
            self._seen += 1
            first.append(None if signature is None else self._find_or_keep(*signature))
        return first

    def _find_or_keep(self, minimal: NDArray[np.uint16], keys: NDArray[np.uint64]) -> int | None:
        candidates = sorted({kept for key in keys.tolist() for kept in self._table.probe(key)[0]})
        if candidates:
            equal = (self._signatures[candidates] == minimal).mean(axis=1) >= _SIMILAR
            if equal.any():
                return int(self._rows[candidates[int(equal.argmax())]])
        if self._kept == len(self._rows):
            self._rows = np.resize(self._rows, self._kept * 3 // 2)
            self._signatures = np.resize(self._signatures, (self._kept * 3 // 2, _HASHES))
        self._rows[self._kept] = self._seen
        self._signatures[self._kept] = minimal
        self._table.insert(keys.tolist(), self._kept)
        self._kept += 1
        return None


class _KeyTable:
    """From keys to kept postings: open addressing in one flat array.

    A slot holds the upper half of a key, which also says where to begin to look, and the number of
    a posting, from 1. Two keys with the same half are harmless: signatures are compared anyway.
    """

    def __init__(self) -> None:
        self._start_bits = 15
        self.slots = np.zeros((1 << self._start_bits) + _TAIL, dtype=np.uint64)
        self._entries = 0

    def insert(self, keys: Sequence[int], posting: int) -> None:
        """Add a posting; a key that `_MOST_ALIKE` postings share already tells nothing more."""
        if (self._entries + len(keys)) * 3 > 2 << self._start_bits:
            self._grow()
        for key in keys:
            alike, slot = self.probe(key)
            if len(alike) < _MOST_ALIKE:
                self.slots[slot] = (key >> 32 << 32) | (posting + 1)
                self._entries += 1

    def probe(self, key: int) -> tuple[list[int], int]:
        """Find the first `_MOST_ALIKE` postings with this key, and the free slot after them."""
        half, found = key >> 32, []
        slot = half >> (32 - self._start_bits)
        while entry := int(self.slots[slot]):
            if entry >> 32 == half:
                found.append((entry & 0xFFFFFFFF) - 1)
                if len(found) == _MOST_ALIKE:
                    break
            slot += 1
        return found, slot

    def _grow(self) -> None:
        entries = self.slots[self.slots != 0]
        entries.sort()
        self._start_bits += 1
        starts = (entries >> np.uint64(64 - self._start_bits)).astype(np.int64)
        order = np.arange(len(entries))
        self.slots = np.zeros((1 << self._start_bits) + _TAIL, dtype=np.uint64)
        self.slots[np.maximum.accumulate(starts - order) + order] = entries
