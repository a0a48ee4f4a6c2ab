"""Masks: the names of employers that a text gives away.

All names of a text stand behind each other in one buffer, in lower case, their words separated
by one space.
"""

from typing import NamedTuple

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import marks, mask_words
from tpmclassify.reading.byte_form import N_BYTES
from tpmclassify.reading.rule_table import LOWERED, fill, find, is_word, skip, word_end

_SPACE, _DOT, _COMMA = map(ord, " .,")
_LONGEST_WORD, _MOST_WORDS = 31, 4
# Room for all names and for their variants without a suffix: the sizes of `Names`.
_LETTERS = 2 * (mask_words.LONGEST_NAME + mask_words.MOST_NAMES * (_LONGEST_WORD + 1) * _MOST_WORDS)
NAME_SIZES = (_LETTERS, 2 * mask_words.MOST_NAMES + 1, 2 * mask_words.MOST_NAMES, N_BYTES)


@compiled
def name_end(text: Bytes, start: int, end: int, table: Ints, behind: int) -> int:
    """Where the name that begins at `start` ends, if a word of `behind` follows it; else -1.

    Nothing may follow, too, but for a joined name ("Join X, ...").
    """
    for following in range(_MOST_WORDS):
        longest = min(start + _LONGEST_WORD + 1, end)
        here = skip(table, text, start, longest, marks.WORD | marks.INSIDE_NAME)
        mark = table[text[start]]
        if here - start > _LONGEST_WORD:
            return -1
        if not following:
            if not mark & marks.CAPITAL or here - start < 2:
                return -1
        elif not mark & (marks.CAPITAL | marks.AMPERSAND):
            if not is_word(table, text, start, here, mask_words.JOINING_NAMES):
                return -1
        if word_end(table, text, here, end, behind) >= 0:
            return here
        if here == end and behind != mask_words.BEHIND_JOINED_NAME:
            return here
        if here + 1 >= end or text[here] != _SPACE:
            return -1
        start = here + 1
    return -1


@compiled
def name_start_before(text: Bytes, end: int, table: Ints) -> int:
    """Where the sentence before `end` starts, if it is nothing but a name; else -1."""
    low = max(0, end - mask_words.NAME_SIGHT)
    for start in range(low, end):
        here = start - 1
        if here > low and text[here] == _SPACE:
            here -= 1
        ends = here >= low and table[text[here]] & (marks.SENTENCE_END | marks.LINE_FEED)
        if (start == 0 or ends) and name_end(text, start, end, table, 0) >= 0:
            return start
    return -1


class Names(NamedTuple):
    """Room for the names of a text.

    `letters`: all names, one behind the other. `bounds`: where each name begins, and the last one
    ends. `free`: until where each name has been found. `opens` (256,): whether a name begins with a
    letter.
    """

    letters: Bytes
    bounds: Ints
    free: Ints
    opens: Ints


@compiled
def add_name(source: Bytes, start: int, end: int, table: Ints, names: Names, n_names: int) -> int:
    """Put a name behind the others, unless it stands there already; returns how many there are."""
    letters, bounds = names.letters, names.bounds
    begin = bounds[n_names]
    stop = begin
    for i in range(start, end):
        if not table[source[i]] & marks.SPACE:
            if i > start and table[source[i - 1]] & marks.SPACE and stop > begin:
                letters[stop] = _SPACE
                stop += 1
            letters[stop] = table[LOWERED + source[i]]
            stop += 1
    for name in range(n_names):
        end = bounds[name + 1]
        if _match(letters, bounds[name], end, table, letters, begin, stop) == end:
            return n_names
    bounds[n_names + 1] = stop
    return n_names + 1


@compiled
def keep_name(text: Bytes, start: int, end: int, table: Ints, names: Names, n_names: int) -> int:
    """Put a name, if one was found, behind the others, unless it opens with a common word."""
    if start < 0 or end < 0 or n_names >= mask_words.MOST_NAMES:
        return n_names
    n_more = add_name(text, start, end, table, names, n_names)
    begin, stop = names.bounds[n_names], names.bounds[n_more]
    here = find(table, names.letters, begin, stop, marks.SPACE)
    return n_names if is_word(table, names.letters, begin, here, mask_words.NO_NAMES) else n_more


@compiled
def add_names_without_suffix(table: Ints, names: Names, n_names: int) -> int:
    """Put the variants without "Inc." or "Ltd" behind the names; returns how many there are."""
    letters, bounds = names.letters, names.bounds
    n_all = n_names
    for name in range(n_names):
        begin, end = bounds[name], bounds[name + 1]
        if letters[end - 1] == _DOT:
            end -= 1
        cut = end - 1
        while cut >= begin and letters[cut] != _SPACE and letters[cut] != _COMMA:
            cut -= 1
        if cut < begin or not is_word(table, letters, cut + 1, end, mask_words.NAME_SUFFIXES):
            continue
        while cut > begin and (letters[cut - 1] == _SPACE or letters[cut - 1] == _COMMA):
            cut -= 1
        n_all = add_name(letters, begin, cut, table, names, n_all)
    return n_all


@compiled
def mask_names(
    text: Bytes, low: Bytes, n: int, table: Ints, names: Names, n_names: int, masked: Bytes,
    found: Ints,
) -> None:  # fmt: skip
    """Mask all names wherever they stand as whole words; `found` is room for a number a letter."""
    letters, bounds, free, opens = names.letters, names.bounds, names.free, names.opens
    for letter in range(len(opens)):
        opens[letter] = 0
    for name in range(n_names):
        free[name] = 0
        opens[letters[bounds[name]]] = 1
    # Few words begin with the first letter of a name; and no branch foresees which.
    n_found = 0
    before = True
    for i in range(n):
        code = low[i]
        found[n_found] = i
        n_found += (opens[code] != 0) & before
        before = table[code] & marks.WORD == 0
    for k in range(n_found):
        start = found[k]
        for name in range(n_names):
            if start < free[name] or bounds[name + 1] - bounds[name] <= 2:
                continue
            end = _match(low, start, n, table, letters, bounds[name], bounds[name + 1])
            if end < 0:
                continue
            free[name] = end
            # "Target" and "Apple" are names, "target" is a word.
            is_name, is_small = False, False
            for i in range(start, end):
                is_name = is_name or text[i] != low[i]
                is_small = is_small or table[text[i]] & marks.LOWER != 0
            if is_name or not is_small:
                fill(masked, start, end, marks.UNDERSCORE)


@compiled
def _match(
    low: Bytes, start: int, n: int, table: Ints, letters: Bytes, begin: int, stop: int
) -> int:
    """Where a name that stands here as whole words ends; -1 if another word stands here."""
    here = start
    for i in range(begin, stop):
        if letters[i] == _SPACE:
            after = skip(table, low, here, n, marks.SPACE)
            if after == here:
                return -1
            here = after
        elif here >= n or low[here] != letters[i]:
            return -1
        else:
            here += 1
    return -1 if here < n and table[low[here]] & marks.WORD else here
