"""Masks: the titles of the two roles, modifiers and levels included."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.marks import AMPERSAND, BEHIND_NUMBER, DIGIT, SEPARATOR, WORD
from tpmclassify.reading.mask_words import LONGEST_BEFORE
from tpmclassify.reading.rule_table import (
    TITLE_LEVEL,
    TITLE_MODIFIER,
    TITLE_NOUN,
    TITLE_POSSESSIVE,
    TITLE_ROLE,
    TITLE_SHORT,
    ends_word,
    is_word,
    overwrite,
    word_end,
)

_DOT, _SPACE, _S, _TAB, _OPEN, _CLOSE = map(ord, ". s\t()")
_LONGEST_LEVEL, _MOST_MODIFIERS = 3, 4
# Separators before and behind the second noun of a title.
_MOST_BEFORE, _MOST_BEHIND = 3, 2


@compiled
def mask_title(low: Bytes, start: int, n: int, table: Ints, masked: Bytes) -> None:
    """Mask the title that begins here, modifiers before and levels behind it included."""
    end = _long_title_end(low, start, n, table)
    if end < 0:
        end = word_end(table, low, start, n, TITLE_SHORT)
        if end < 0 or not ends_word(table, low, end, n):
            return
        # "at 5 pm"
        if end - start == 2 and start > 1 and low[start - 1] == _SPACE:
            if table[low[start - 2]] & DIGIT:
                return
    first = _title_start(low, start, table)
    overwrite(masked, first, _level_end(low, end, n, table))


@compiled
def _long_title_end(low: Bytes, start: int, n: int, table: Ints) -> int:
    """Where a "program(me) / project manager" that begins here ends; -1 if none does."""
    here = word_end(table, low, start, n, TITLE_NOUN)
    if here < 0:
        return -1
    if here < n and low[here] == _S:
        here += 1
    here = _skip_separators(low, here, n, table, _MOST_BEFORE, SEPARATOR | AMPERSAND)
    here = max(here, word_end(table, low, here, n, TITLE_NOUN))
    here = _skip_separators(low, here, n, table, _MOST_BEHIND, SEPARATOR)
    end = word_end(table, low, here, n, TITLE_ROLE)
    if end < 0:
        return -1
    possessive = word_end(table, low, end, n, TITLE_POSSESSIVE)
    if possessive >= 0 and ends_word(table, low, possessive, n):
        return possessive
    return end if ends_word(table, low, end, n) else -1


@compiled
def _skip_separators(low: Bytes, here: int, n: int, table: Ints, most: int, separators: int) -> int:
    end = min(here + most, n)
    while here < end and table[low[here]] & separators:
        here += 1
    return here


@compiled
def _title_start(low: Bytes, start: int, table: Ints) -> int:
    """Where the modifiers before a title begin: "Senior Technical ..."."""
    least = max(0, start - LONGEST_BEFORE)
    for _ in range(_MOST_MODIFIERS):
        end = start
        while end > least and start - end < 2 and table[low[end - 1]] & (SEPARATOR | AMPERSAND):
            end -= 1
        if end == start:
            break
        if end > least and low[end - 1] == _DOT:
            end -= 1
        word = end
        while word > least and table[low[word - 1]] & WORD:
            word -= 1
        if word and table[low[word - 1]] & WORD:
            break
        if not is_word(table, low, word, end, TITLE_MODIFIER):
            break
        start = word
    return start


@compiled
def _level_end(low: Bytes, end: int, n: int, table: Ints) -> int:
    """Where the level behind a title ends: "... II", "... (3)"; `end` where there is none."""
    if end + 1 >= n or (low[end] != _SPACE and low[end] != _TAB):
        return end
    start = end + 2 if low[end + 1] == _OPEN else end + 1
    here = start
    while here < n and here - start <= _LONGEST_LEVEL and table[low[here]] & WORD:
        here += 1
    if not is_word(table, low, start, here, TITLE_LEVEL):
        return end
    if here < n and low[here] == _CLOSE:
        return here + 1 if _ends_level(low, here + 1, n, table) else here
    return here if _ends_level(low, here, n, table) else end


@compiled
def _ends_level(low: Bytes, here: int, n: int, table: Ints) -> bool:
    """Whether what follows makes a level of a number: no decimals, percentages or words."""
    return here >= n or not table[low[here]] & (WORD | BEHIND_NUMBER)
