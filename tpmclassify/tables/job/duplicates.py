"""Near-identical postings in one screening, by MinHash: which row a posting repeats.

Each posting becomes 64 minimal hashes of its runs of three words (Broder, 1997); the share of
equal ones estimates the Jaccard similarity of the two texts. Eight bands of eight find the
candidates (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, 3.4): a repost at a
similarity of .9 is found in 99 % of cases, one at .95 always, and what estimates below .8 is no
repeat. Written here for its memory: libraries keep kilobytes a posting in dictionaries; these flat
arrays keep `BYTES_PER_ROW` at most, and only for postings that repeat no other.
"""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

COLUMN = "tpm_duplicate_of"
# A signature and a row number, in arrays that grow by half; nine entries in a table that is a
# third full after it has grown.
BYTES_PER_ROW = (128 + 4) * 3 // 2 + 9 * 8 * 3
_HASHES = 64
_BANDS = 8
_KEYS = _BANDS + 1
_RUN = 3
_SIMILAR = 0.8
_WORD = re.compile(r"\w+")
_MOST_WORDS_KNOWN = 200_000  # some 30 MB
_MOST_ALIKE = 32  # else a form letter of a thousand copies would be compared with each of them
_TAIL = 1 << 14  # slots after the last start, so that looking on never wraps around

_random = np.random.default_rng(20261123)


def _odd_factors(count: int) -> NDArray[np.uint64]:
    return _random.integers(0, 1 << 63, count, dtype=np.uint64) * np.uint64(2) + np.uint64(1)


_FACTORS, _RUN_FACTORS, _BAND_FACTORS = map(_odd_factors, (_HASHES, _RUN, _HASHES // _BANDS))

Signature = tuple[NDArray[np.uint16], NDArray[np.uint64]]


class _WordHashes(dict[str, int]):
    """64-bit hashes of words, remembered; the same in every process."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS_KNOWN:
            self.clear()
        value = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=8).digest(), "little")
        self[word] = value
        return value


class TextSignatures:
    """Computes the signatures of texts: minimal hashes and keys; None for a text without words."""

    def __init__(self) -> None:
        self._hashes = _WordHashes()

    def __call__(self, texts: Sequence[str | None]) -> list[Signature | None]:
        """Give a signature for each text."""
        return [self._signature(text) for text in texts]

    def _signature(self, text: str | None) -> Signature | None:
        words = _WORD.findall((text or "").casefold())
        if not words:
            return None
        known = map(self._hashes.__getitem__, words)
        word_hashes = np.fromiter(known, dtype=np.uint64, count=len(words))
        whole = hashlib.blake2b(word_hashes.tobytes(), digest_size=8).digest()
        minimal = _minimal_hashes(word_hashes)
        bands = minimal.reshape(_BANDS, -1)
        keys = np.empty(_KEYS, dtype=np.uint64)
        keys[0] = int.from_bytes(whole, "little")
        keys[1:] = _mixed((bands * _BAND_FACTORS).sum(axis=1, dtype=np.uint64)) + np.arange(
            1, _KEYS, dtype=np.uint64
        )
        return _mixed(minimal).astype(np.uint16), _mixed(keys)


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


def _minimal_hashes(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    n_runs = max(len(words) - _RUN + 1, 1)
    runs = np.zeros(n_runs, dtype=np.uint64)
    for at in range(min(_RUN, len(words))):
        runs += words[at : at + n_runs] * _RUN_FACTORS[at]
    minimal: NDArray[np.uint64] = (_FACTORS[:, None] * _mixed(runs)).min(axis=1)
    return minimal


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread the bits of 64-bit numbers (the finaliser of MurmurHash3)."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        values = (values ^ (values >> np.uint64(33))) * np.uint64(factor)
    return values ^ (values >> np.uint64(33))
