"""`posting.masking` compiled: the titles of the two roles, modifiers and levels included."""

from tpmclassify.kernel.characters import DIGIT, UNDERSCORE, WORD
from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.words import (
    AMPERSAND,
    BEHIND_NUMBER,
    SEPARATOR,
    TITLE_LEVEL,
    TITLE_MODIFIER,
    TITLE_NOUN,
    TITLE_POSSESSIVE,
    TITLE_ROLE,
    TITLE_SHORT,
    CodePoints,
    Table,
    ends_word,
    is_word,
    word_end,
)
from tpmclassify.reading.masks import LONGEST_BEFORE

_DOT, _SPACE, _S, _TAB, _OPEN, _CLOSE = map(ord, ". s\t()")
_LONGEST_LEVEL, _MOST_MODIFIERS = 3, 4
# Separators before and behind the second noun of a title.
_MOST_BEFORE, _MOST_BEHIND = 3, 2


@compiled
def mask_title(lowered: CodePoints, start: int, table: Table, masked: CodePoints) -> None:
    """Mask the title that begins here, modifiers before and levels behind it included."""
    end = _long_title_end(lowered, start, table)
    if end < 0:
        end = word_end(table, lowered, start, len(lowered), TITLE_SHORT)
        if end < 0 or not ends_word(table, lowered, end):
            return
        # "at 5 pm"
        if end - start == 2 and start > 1 and lowered[start - 1] == _SPACE:
            if table[lowered[start - 2]] & DIGIT:
                return
    first = _title_start(lowered, start, table)
    masked[first : _level_end(lowered, end, table)] = UNDERSCORE


@compiled
def _long_title_end(lowered: CodePoints, start: int, table: Table) -> int:
    """Where a "program(me) / project manager" that begins here ends; -1 if none does."""
    n = len(lowered)
    here = word_end(table, lowered, start, n, TITLE_NOUN)
    if here < 0:
        return -1
    if here < n and lowered[here] == _S:
        here += 1
    here = _skip_separators(lowered, here, table, _MOST_BEFORE, SEPARATOR | AMPERSAND)
    here = max(here, word_end(table, lowered, here, n, TITLE_NOUN))
    here = _skip_separators(lowered, here, table, _MOST_BEHIND, SEPARATOR)
    end = word_end(table, lowered, here, n, TITLE_ROLE)
    if end < 0:
        return -1
    possessive = word_end(table, lowered, end, n, TITLE_POSSESSIVE)
    if possessive >= 0 and ends_word(table, lowered, possessive):
        return possessive
    return end if ends_word(table, lowered, end) else -1


@compiled
def _skip_separators(
    lowered: CodePoints, here: int, table: Table, most: int, separators: int
) -> int:
    end = min(here + most, len(lowered))
    while here < end and table[lowered[here]] & separators:
        here += 1
    return here


@compiled
def _title_start(lowered: CodePoints, start: int, table: Table) -> int:
    """Where the modifiers before a title begin: "Senior Technical ..."."""
    low = max(0, start - LONGEST_BEFORE)
    for _ in range(_MOST_MODIFIERS):
        end = start
        while end > low and start - end < 2 and table[lowered[end - 1]] & (SEPARATOR | AMPERSAND):
            end -= 1
        if end == start:
            break
        if end > low and lowered[end - 1] == _DOT:
            end -= 1
        word = end
        while word > low and table[lowered[word - 1]] & WORD:
            word -= 1
        if word and table[lowered[word - 1]] & WORD:
            break
        if not is_word(table, lowered, word, end, TITLE_MODIFIER):
            break
        start = word
    return start


@compiled
def _level_end(lowered: CodePoints, end: int, table: Table) -> int:
    """Where the level behind a title ends: "... II", "... (3)"; `end` where there is none."""
    n = len(lowered)
    if end + 1 >= n or (lowered[end] != _SPACE and lowered[end] != _TAB):
        return end
    start = end + 2 if lowered[end + 1] == _OPEN else end + 1
    here = start
    while here < n and here - start <= _LONGEST_LEVEL and table[lowered[here]] & WORD:
        here += 1
    if not is_word(table, lowered, start, here, TITLE_LEVEL):
        return end
    if here < n and lowered[here] == _CLOSE:
        return here + 1 if _ends_level(lowered, here + 1, table) else here
    return here if _ends_level(lowered, here, table) else end


@compiled
def _ends_level(lowered: CodePoints, here: int, table: Table) -> bool:
    """Whether what follows makes a level of a number: no decimals, percentages or words."""
    return here >= len(lowered) or not table[lowered[here]] & (WORD | BEHIND_NUMBER)
