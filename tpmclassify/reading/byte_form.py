"""A text as one byte a code point: ASCII as it is, all else by the kinds that rules can tell apart.

No rule can tell two characters of one kind apart, so the rules' tables have 256 entries, and what
they find are offsets into the text, in code points. Letters of Latin-1 have bytes of their own,
since employers' names are compared by their bytes.
"""

import re
import unicodedata
from functools import cache, lru_cache

import numpy as np

from tpmclassify.arrays import Bytes, Ints, read_only
from tpmclassify.reading.characters import ODD, is_odd
from tpmclassify.reading.marks import (
    DIGIT,
    FIRST_SYMBOL,
    LETTER,
    LISTED,
    LOWER,
    SPACE,
    UPPER,
    WORD,
    is_symbol,
    kind_of,
    marks_of,
)

N_BYTES, ASCII_END = 256, 128
# Characters that are the only ones of their kind: letters of Latin-1, marks that some rule compares
# with, and the few other letters whose lower case is one of Latin-1, or is listed by a rule.
_ALONE = "".join(map(chr, range(0xC0, 0x100))) + "“’•·\u0130\u0178\u0191\u0192\u1e9e\u212a\u212b"
# One character of each kind that no rule lists: letters, digits and signs by their case, by whether
# they have a lower case, and white space. A test looks at all code points.
_OF_A_KIND = "\u02c2\u2003\u0660\u0100\u0101\u01bb\u2102\u01c5\u0345\u2605\U0001f150"
_NOTHING = "\u02c2"
# All that `characters` cleans is one kind: no rule meets it.
_ODD = "\u200b"
_MOST_KNOWN = 4096
_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_N_CODE_POINTS = 0x110000
# Behind the last ideographs (U+3347F) there is neither a letter nor white space.
_END_OF_LETTERS = 0x34000
_END_OF_SYMBOLS = 0x20000
_CHANGES = 64  # a bit above those of `kind_of`


def lower_in_place(character: str) -> str:
    """Lower case; of the one letter that would grow ("\u0130") the first."""
    return character.lower()[0]


def _kind(character: str) -> int:
    """A number that characters share which no rule can tell apart."""
    changes = not is_odd(character) and lower_in_place(character) != character
    return marks_of(character) << 1 | changes


def _samples() -> list[str]:
    others = sorted(c for c in LISTED if ord(c) >= ASCII_END and c not in _ALONE)
    of_a_kind = {_kind(character): character for character in (*others, *_OF_A_KIND, _ODD)}
    return [*map(chr, range(ASCII_END)), *_ALONE, *of_a_kind.values()]


# A character for each byte that is in use.
SAMPLES = tuple(_samples())
_FIRST_SHARED = ASCII_END + len(_ALONE)
_BYTE_OF_SAMPLE = {sample: byte for byte, sample in enumerate(SAMPLES)}
_BYTE_OF_KIND = {
    _kind(sample): _FIRST_SHARED + k for k, sample in enumerate(SAMPLES[_FIRST_SHARED:])
}
assert len(SAMPLES) <= N_BYTES


@lru_cache(_MOST_KNOWN)
def byte_of(character: str) -> int:
    """The byte that stands for a character."""
    if character in _BYTE_OF_SAMPLE:
        return _BYTE_OF_SAMPLE[character]
    return _BYTE_OF_KIND.get(_kind(character), _BYTE_OF_SAMPLE[_NOTHING])


def byte_form(text: str) -> bytes:
    """A text as one byte a code point."""
    if not text.isascii():
        text = _NOT_ASCII.sub(lambda run: bytes(map(byte_of, run[0])).decode("latin-1"), text)
    return text.encode("latin-1")


# Lower case by byte.
LOWER_BYTES = bytes(
    [*(byte_of(lower_in_place(sample)) for sample in SAMPLES), *range(len(SAMPLES), N_BYTES)]
)
# Whether a byte stands for several characters.
SHARED = bytes(byte >= _FIRST_SHARED for byte in range(N_BYTES))


@cache
def bytes_of_code_points() -> Bytes:
    """The byte of every code point, for machine code.

    Returned: (1114112,).
    """
    codes = np.arange(_END_OF_LETTERS, dtype=np.uint32)
    characters = codes.view("<U1")
    alnum, digit = np.char.isalnum(characters), np.char.isdecimal(characters)
    # All at once; one letter alone would grow.
    text = codes.tobytes().decode("utf-32-le", "surrogatepass").replace("\u0130", "i")
    lowered = np.frombuffer(text.lower().encode("utf-32-le", "surrogatepass"), np.uint32)
    kinds: Ints = (
        WORD * alnum
        | SPACE * np.char.isspace(characters)
        | UPPER * np.char.isupper(characters)
        | LOWER * np.char.islower(characters)
        | DIGIT * digit
        | LETTER * (alnum & ~digit)
        | _CHANGES * (lowered != codes)
    )
    by_kind = np.full(2 * _CHANGES, byte_of(_NOTHING), np.uint8)
    for sample in _OF_A_KIND:
        if not is_symbol(sample):
            changes = _CHANGES * (lower_in_place(sample) != sample)
            by_kind[kind_of(sample) | changes] = byte_of(sample)
    table = np.full(_N_CODE_POINTS, byte_of(_NOTHING), np.uint8)
    table[:_END_OF_LETTERS] = by_kind[kinds]
    # By category first, which takes a tenth of the time. All but circled letters have one byte.
    others = map(chr, range(FIRST_SYMBOL, _END_OF_SYMBOLS))
    symbols = [c for c in others if unicodedata.category(c)[0] == "S" and is_symbol(c)]
    letters = [c for c in symbols if c.isupper() or c.islower()]
    table[list(map(ord, symbols))] = byte_of(chr(FIRST_SYMBOL))
    for character in (*letters, *SAMPLES, *LISTED):
        table[ord(character)] = byte_of(character)
    for first, last in ODD:
        table[max(first, ASCII_END) : last + 1] = byte_of(_ODD)
    read_only(table)
    return table
