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

UNDERSCORE = 95
# Their lower case depends on the context or is longer: texts that hold them take the Python path.
CAPITAL_I_WITH_DOT, CAPITAL_SIGMA = 0x130, 0x3A3

_N_CODE_POINTS = 0x110000
# Behind the last ideographs there is neither a letter nor a space; a test looks at all of them.
_END = 0x32000


class Characters(NamedTuple):
    """Tables by code point.

    Attributes
    ----------
    kinds : ndarray of uint8 of shape (1114112,)
        Bits that say what a code point is.
    lower : ndarray of uint32 of shape (1114112,)
        The code point in lower case.
    """

    kinds: NDArray[np.uint8]
    lower: NDArray[np.uint32]


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
    return Characters(kinds, lower)
