"""UTF-8 cleaned in machine code: odd characters and marks of Markdown are written as what they are.

The rules are those of `characters` and `markdown`; what is here writes what they found.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.characters import own_letters
from tpmclassify.reading.markdown import BULLET, IN_PLACE, STAYS
from tpmclassify.reading.marks import ODD

# A control of two bytes may be a dash of three.
GROWTH = 1.5
# A code point of several bytes as one number: its offset, itself, and how many bytes it has more.
WIDE_OFFSET, WIDE_CODE, MORE_BYTES, CODES = 23, 2, 3, (1 << 21) - 1
_RUN, _NONE = 64, np.uint8(0)
# What stands in place of a mark is a part of what stands in place of a bullet's.
_LETTERS = tuple(IN_PLACE[BULLET])
_FIRST, _LENGTH = tuple(map(IN_PLACE[BULLET].find, IN_PLACE)), tuple(map(len, IN_PLACE))


class OddLetters(NamedTuple):
    """What stands for odd characters.

    `codes` (n,): the code points, in ascending order. `first` (n + 1,): where the letters of each
    begin in `letters`, as UTF-8.
    """

    codes: Ints
    first: Ints
    letters: Bytes


@cache
def odd_letters() -> OddLetters:
    """Make the table."""
    known = own_letters()
    codes = sorted(known)
    encoded = "\0".join(known[code] for code in codes).encode().split(b"\0")
    return OddLetters(
        np.array(codes, np.int64),
        np.cumsum([0, *map(len, encoded)]),
        np.frombuffer(b"".join(encoded), np.uint8),
    )


@compiled
def copy_bytes(source: Bytes, here: int, stop: int, target: Bytes, at: int) -> int:
    """Copy bytes to a place; returns where they end there."""
    for k in range(stop - here):
        target[at + k] = source[here + k]
    return at + stop - here


@compiled
def write_seen(
    source: Bytes, here: int, end: int, text: Bytes, wide: Ints, table: Ints, odd: OddLetters,
    target: Bytes, at: int,
) -> int:  # fmt: skip
    """Write a text with odd characters as what they stand for; returns where it ends.

    `source`: UTF-8, the text from `here` to `end`. `text`, `wide`: the same in byte form.
    """
    byte = here  # where the code point at hand would begin if none before it had several bytes
    for k in range(1, wide[0] + 1):
        offset = wide[k] >> WIDE_OFFSET
        more = wide[k] & MORE_BYTES
        if table[text[offset]] & ODD:
            at = copy_bytes(source, here, byte + offset, target, at)
            code = (wide[k] >> WIDE_CODE) & CODES
            low, high = 0, len(odd.codes) - 1
            while low < high:
                middle = (low + high) // 2
                if odd.codes[middle] < code:
                    low = middle + 1
                else:
                    high = middle
            at = copy_bytes(odd.letters, odd.first[low], odd.first[low + 1], target, at)
            here = byte + offset + 1 + more
        byte += more
    return copy_bytes(source, here, end, target, at)


@compiled
def write_staying(
    source: Bytes, here: int, n: int, wide: Ints, fates: Bytes, target: Bytes, at: int
) -> int:
    """Write of a text what stays; returns where it ends.

    `source`: UTF-8, the text of `n` code points from `here`. `fates` (n,): see `markdown`.
    """
    k = 1
    i = 0
    while i < n:
        ascii_end = wide[k] >> WIDE_OFFSET if k <= wide[0] else n
        while i + _RUN <= ascii_end and _all_stay(fates, i):
            at = copy_bytes(source, here, here + _RUN, target, at)
            here += _RUN
            i += _RUN
        if i == n:
            break
        more = 0
        if k <= wide[0] and wide[k] >> WIDE_OFFSET == i:
            more = int(wide[k] & MORE_BYTES)
            k += 1
        fate = fates[i]
        i += 1
        if fate == STAYS:
            for _ in range(more + 1):
                target[at] = source[here]
                at += 1
                here += 1
            continue
        here += more + 1
        for letter in range(_FIRST[fate], _FIRST[fate] + _LENGTH[fate]):
            target[at] = _LETTERS[letter]
            at += 1
    return at


@compiled
def _all_stay(fates: Bytes, here: int) -> bool:
    found = _NONE  # in bytes, so that 16 are looked at at a time
    for i in range(here, here + _RUN):
        found = np.uint8(found | (fates[i] != STAYS))
    return not found
