"""What Python knows of each code point, as tables that compiled code can index.

The tables are made from Python's own `str` methods and its word class, so that the compiled scan
agrees with the readable one on every code point of the Unicode version at hand.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Bits of `Characters.kinds`.
WORD = 1  # \w of regular expressions: letters, digits, numerals, the underscore
SPACE = 2  # \s
UPPER = 4  # str.isupper
LOWER = 8  # str.islower
DIGIT = 16  # \d
LETTER = 32  # [^\W\d_]
ALNUM = 64  # str.isalnum

# Bits of `sigma_contexts`.
CASED = 1
IGNORABLE = 2

UNDERSCORE = 95
# Of `Characters.letters`; no letter has these code points.
NO_LETTER, SPECIAL_LETTER = 0, 0xFFFFFFFF
# The lower case of the first is two code points long, that of the second depends on its context.
CAPITAL_I_WITH_DOT, CAPITAL_SIGMA = 0x130, 0x3A3

_N_CODE_POINTS = 0x110000
# Behind the last ideographs there is neither a letter nor a space; a test looks at all of them.
_END = 0x32000
_TAGS_AND_SELECTORS = range(0xE0000, 0xE0200)


class Characters(NamedTuple):
    """Tables by code point.

    Attributes
    ----------
    kinds : ndarray of uint8 of shape (1114112,)
        Bits that say what a code point is.
    lower : ndarray of uint32 of shape (1114112,)
        The code point in lower case.
    letters : ndarray of uint32 of shape (1114112,)
        The same for what can stand in a word; `NO_LETTER` for all else, `SPECIAL_LETTER` for the
        two capitals whose lower case needs a closer look.
    """

    kinds: NDArray[np.uint8]
    lower: NDArray[np.uint32]
    letters: NDArray[np.uint32]


@cache
def characters() -> Characters:
    """Build the tables, once."""
    kinds = np.zeros(_N_CODE_POINTS, dtype=np.uint8)
    lower = np.arange(_N_CODE_POINTS, dtype=np.uint32)
    for code in range(_END):
        character = chr(code)
        small = character.lower()
        if small != character and len(small) == 1:
            lower[code] = ord(small)
        alnum, digit = character.isalnum(), character.isdecimal()
        kinds[code] = (
            WORD * (alnum or code == UNDERSCORE)
            | SPACE * character.isspace()
            | UPPER * character.isupper()
            | LOWER * character.islower()
            | DIGIT * digit
            | LETTER * (alnum and not digit)
            | ALNUM * alnum
        )
    letters = np.where(kinds[lower] & WORD, lower, np.uint32(NO_LETTER))
    letters[[CAPITAL_I_WITH_DOT, CAPITAL_SIGMA]] = SPECIAL_LETTER
    return Characters(kinds, lower, letters)


@cache
def sigma_contexts() -> NDArray[np.uint8]:
    """What the lower case of a capital sigma depends on: cased and ignorable code points.

    Read off Python's own `str.lower`, once, and only where a text holds such a letter.

    Returns
    -------
    ndarray of uint8 of shape (1114112,)
    """
    contexts = np.zeros(_N_CODE_POINTS, dtype=np.uint8)
    for code in (*range(_END), *_TAGS_AND_SELECTORS):
        character = chr(code)
        # What lower() skips when it looks whether a word goes on behind the sigma.
        goes_on = f"A\u03a3{character}A".lower()[1] == "\u03c3"
        is_letter = f"A\u03a3{character}".lower()[1] == "\u03c3"
        contexts[code] = CASED * is_letter | IGNORABLE * (goes_on and not is_letter)
    return contexts
