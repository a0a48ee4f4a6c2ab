"""Masks: the titles of the two roles, modifiers and levels included."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import marks, mask_words
from tpmclassify.reading.rule_table import ends_word, fill, is_word, skip, skip_back, word_end

_DOT, _SPACE, _S, _TAB, _OPEN, _CLOSE = map(ord, ". s\t()")
_LONGEST_LEVEL, _MOST_MODIFIERS = 3, 4
# Separators before and behind the second noun of a title.
_MOST_BEFORE, _MOST_BEHIND = 3, 2


@compiled
def mask_title(low: Bytes, start: int, n: int, table: Ints, masked: Bytes) -> None:
    """Mask the title that begins here, modifiers before and levels behind it included."""
    end = _long_title_end(low, start, n, table)
    if end < 0:
        end = word_end(table, low, start, n, mask_words.TITLE_SHORT)
        if end < 0 or not ends_word(table, low, end, n):
            return
        # "at 5 pm"
        if end - start == 2 and start > 1 and low[start - 1] == _SPACE:
            if table[low[start - 2]] & marks.DIGIT:
                return
    first = _title_start(low, start, table)
    fill(masked, first, _level_end(low, end, n, table), marks.UNDERSCORE)


@compiled
def _long_title_end(low: Bytes, start: int, n: int, table: Ints) -> int:
    """Where a "program(me) / project manager" that begins here ends; -1 if none does."""
    here = word_end(table, low, start, n, mask_words.TITLE_NOUNS)
    if here < 0:
        return -1
    if here < n and low[here] == _S:
        here += 1
    here = skip(table, low, here, min(here + _MOST_BEFORE, n), marks.SEPARATOR | marks.AMPERSAND)
    here = max(here, word_end(table, low, here, n, mask_words.TITLE_NOUNS))
    here = skip(table, low, here, min(here + _MOST_BEHIND, n), marks.SEPARATOR)
    end = word_end(table, low, here, n, mask_words.TITLE_ROLES)
    if end < 0:
        return -1
    possessive = word_end(table, low, end, n, mask_words.TITLE_POSSESSIVES)
    if possessive >= 0 and ends_word(table, low, possessive, n):
        return possessive
    return end if ends_word(table, low, end, n) else -1


@compiled
def _title_start(low: Bytes, start: int, table: Ints) -> int:
    """Where the modifiers before a title begin: "Senior Technical ..."."""
    least = max(0, start - mask_words.LONGEST_BEFORE)
    for _ in range(_MOST_MODIFIERS):
        separators = marks.SEPARATOR | marks.AMPERSAND
        end = skip_back(table, low, start, max(least, start - 2), separators)
        if end == start:
            break
        if end > least and low[end - 1] == _DOT:
            end -= 1
        word = skip_back(table, low, end, least, marks.WORD)
        if word and table[low[word - 1]] & marks.WORD:
            break
        if not is_word(table, low, word, end, mask_words.TITLE_MODIFIERS):
            break
        start = word
    return start


@compiled
def _level_end(low: Bytes, end: int, n: int, table: Ints) -> int:
    """Where the level behind a title ends: "... II", "... (3)"; `end` where there is none."""
    if end + 1 >= n or (low[end] != _SPACE and low[end] != _TAB):
        return end
    start = end + 2 if low[end + 1] == _OPEN else end + 1
    here = skip(table, low, start, min(start + _LONGEST_LEVEL + 1, n), marks.WORD)
    if not is_word(table, low, start, here, mask_words.TITLE_LEVELS):
        return end
    if here < n and low[here] == _CLOSE:
        return here + 1 if _ends_level(low, here + 1, n, table) else here
    return here if _ends_level(low, here, n, table) else end


@compiled
def _ends_level(low: Bytes, here: int, n: int, table: Ints) -> bool:
    """Whether what follows makes a level of a number: no decimals, percentages or words."""
    return here >= n or not table[low[here]] & (marks.WORD | marks.BEHIND_NUMBER)
