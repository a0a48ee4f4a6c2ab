"""UTF-8 cleaned in machine code of the marks that `markdown` found."""

import numpy as np

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.markdown import BULLET, IN_PLACE, STAYS

# A code point of several bytes as one number: its offset, and how many bytes it has more.
WIDE_OFFSET, MORE_BYTES = 2, 3
_RUN, _NONE = 64, np.uint8(0)
# What stands in place of a mark is a part of what stands in place of a bullet's.
_LETTERS = tuple(IN_PLACE[BULLET])
_FIRST, _LENGTH = tuple(map(IN_PLACE[BULLET].find, IN_PLACE)), tuple(map(len, IN_PLACE))


@compiled
def copy_bytes(source: Bytes, here: int, stop: int, target: Bytes, at: int) -> int:
    """Copy bytes to a place; returns where they end there."""
    for k in range(stop - here):
        target[at + k] = source[here + k]
    return at + stop - here


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
