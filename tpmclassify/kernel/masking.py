"""`posting.masking` compiled: one pass finds links, addresses, hashtags, titles and names.

The pass looks closer where a word starts and at the few marks that links and the like have.
"""

import numpy as np

from tpmclassify.kernel import employer_names as names
from tpmclassify.kernel.characters import DIGIT, LETTER, UNDERSCORE, WORD
from tpmclassify.kernel.compiled import ZERO, allocating, compiled, integer
from tpmclassify.kernel.words import (
    AMPERSAND,
    BEFORE_JOINED_NAME,
    BEFORE_NAME,
    BEHIND_NUMBER,
    DOMAIN,
    LINK_START,
    LINK_STOP,
    NAME_AFTER,
    OPENS_NAME_AFTER,
    OPENS_TITLE,
    SEPARATOR,
    SMALL,
    STARTS_NAME,
    STARTS_TITLE,
    TITLE_LEVEL,
    TITLE_MODIFIER,
    TITLE_NOUN,
    TITLE_POSSESSIVE,
    TITLE_ROLE,
    TITLE_SHORT,
    CodePoints,
    Table,
    is_word,
    word_end,
)
from tpmclassify.posting.masking import LONGEST_BEFORE, LONGEST_NAME, MOST_NAMES

_COLON, _DOT, _AT, _HASH, _SPACE, _SLASH, _HYPHEN, _AND, _PLUS = map(ord, ":.@# /-&+")
_J, _S, _W, _TAB, _OPEN, _CLOSE = (ord(mark) for mark in "jsw\t()")
_LONGEST_HOST, _MOST_DOMAINS, _LONGEST_TAG = 64, 5, 60
_LONGEST_LEVEL = 3
# Separators before and behind the second noun of a title.
_MOST_BEFORE, _MOST_BEHIND = integer(3), integer(2)


@allocating
def mask_into(
    text: CodePoints,
    lowered: CodePoints,
    employer: CodePoints,
    lower: CodePoints,
    table: Table,
    masked: CodePoints,
) -> None:
    """Overwrite in `masked`, a copy of the text, what `posting.masking.mask` would mask.

    Parameters
    ----------
    text, lowered : ndarray of uint32 of shape (n,)
        The code points of a text, and the same in lower case.
    employer : ndarray of uint32
        The employer's name without white space around it; empty where it is not known.
    lower : ndarray
        Of `characters()`.
    table : Table
    masked : ndarray of uint32 of shape (n,)
    """
    buffer = np.empty(names.ROOM, dtype=np.uint32)
    bounds = np.zeros(2 * MOST_NAMES + 1, dtype=np.int64)
    free = np.empty(2 * MOST_NAMES, dtype=np.int64)
    _mask(text, lowered, employer, lower, table, buffer, bounds, free, masked)


@compiled
def _mask(
    text: CodePoints,
    lowered: CodePoints,
    employer: CodePoints,
    lower: CodePoints,
    table: Table,
    buffer: CodePoints,
    bounds: names.Bounds,
    free: names.Bounds,
    masked: CodePoints,
) -> None:
    n_names = ZERO
    if len(employer):
        known = min(len(employer), LONGEST_NAME)
        n_names = names.add_name(employer, ZERO, known, lower, table, buffer, bounds, ZERO)
    n = len(text)
    # Until where a link, a domain or a name after "About" has been read.
    link_end = domain_end = name_end = ZERO
    inside = False  # a word
    for i in range(n - 1):
        code = lowered[i]
        mark = table[code]
        if mark & WORD:
            if not inside and mark & STARTS_TITLE and table[lowered[i + 1]] & OPENS_TITLE:
                _mask_title(lowered, i, table, masked)
            inside = True
            # "At" opens a sentence even where the space before it was lost. One condition, since
            # a branch at every "a" would cost more than the rest of the loop.
            if (mark & STARTS_NAME != 0) & ((text[i] != code) | (code == _J)) & (i >= name_end):
                name_end, n_names = _name_after(text, i, lower, table, buffer, bounds, n_names)
            continue
        inside = False
        if code == _SPACE:
            if table[text[i + 1]] & OPENS_NAME_AFTER:
                n_names = _name_before(text, i, lower, table, buffer, bounds, n_names)
        elif code == _DOT:
            if i and lowered[i - 1] == _W and i >= link_end:
                link_end = _mask_link(lowered, i, table, masked)
            if table[lowered[i + 1]] & SMALL and i >= domain_end:
                domain_end = _mask_domain(lowered, i, table, masked)
        elif code == _COLON:
            if lowered[i + 1] == _SLASH and i >= link_end:
                link_end = _mask_link(lowered, i, table, masked)
        elif code == _AT:
            _mask_address(lowered, i, table, masked)
        elif code == _HASH:
            _mask_hashtag(lowered, i, table, masked)
    if n_names:
        n_names = names.add_names_without_suffix(lower, table, buffer, bounds, n_names)
        names.mask_names(text, lowered, table, buffer, bounds, free, n_names, masked)


@compiled
def _mask_link(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> int:
    """Mask the link whose "://" or "www." has its first mark at `i`; returns where it ends."""
    n = len(lowered)
    for before in range(3, 6):
        if i < before:
            break
        here = word_end(table, lowered, i - before, n, LINK_START)
        if here >= 0 and here < n and not table[lowered[here]] & LINK_STOP:
            here = _link_end(lowered, here, table)
            masked[i - before : here] = UNDERSCORE
            return here
    return i


@compiled
def _link_end(lowered: CodePoints, here: int, table: Table) -> int:
    while here < len(lowered) and not table[lowered[here]] & LINK_STOP:
        here += 1
    return here


@compiled
def _mask_domain(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> int:
    """Mask what ends on ".com", path included; returns where it ends."""
    end = word_end(table, lowered, i + 1, len(lowered), DOMAIN)
    if end < 0 or not _ends_word(lowered, end, table):
        return i
    if end < len(lowered) and lowered[end] == _SLASH:
        end = _link_end(lowered, end, table)
    _mask_with_host(lowered, i, end, table, masked)
    return end


@compiled
def _mask_address(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> None:
    """Mask the e-mail address around an "@"."""
    n = len(lowered)
    end = _label_end(lowered, i + 1, table)
    # A longer label is none.
    if end == i + 1 or end >= n or lowered[end] != _DOT:
        return
    labels = 0
    while labels < _MOST_DOMAINS and end < n and lowered[end] == _DOT:
        label_end = _label_end(lowered, end + 1, table)
        if label_end == end + 1:
            break
        end = label_end
        labels += 1
    if labels:
        _mask_with_host(lowered, i, end, table, masked)


@compiled
def _label_end(lowered: CodePoints, start: int, table: Table) -> int:
    here = start
    while here < len(lowered) and here - start < _LONGEST_HOST:
        if not table[lowered[here]] & WORD and lowered[here] != _HYPHEN:
            break
        here += 1
    return here


@compiled
def _mask_with_host(
    lowered: CodePoints,
    start: int,
    end: int,
    table: Table,
    masked: CodePoints,
) -> None:
    """Mask a slice and the name of the host or mailbox before it; nothing where there is none."""
    host = start
    while host > 0 and start - host < _LONGEST_HOST:
        code = lowered[host - 1]
        if not table[code] & WORD and code != _DOT and code != _HYPHEN and code != _PLUS:
            break
        host -= 1
    if host < start:
        masked[host:end] = UNDERSCORE


@compiled
def _mask_hashtag(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> None:
    if i and (table[lowered[i - 1]] & WORD or lowered[i - 1] == _AND):
        return
    end = i + 1
    if end < len(lowered) and table[lowered[end]] & LETTER:
        end += 1
        while end < len(lowered) and end - i - 2 < _LONGEST_TAG and table[lowered[end]] & WORD:
            end += 1
        if end > i + 2:
            masked[i:end] = UNDERSCORE


@compiled
def _mask_title(lowered: CodePoints, start: int, table: Table, masked: CodePoints) -> None:
    """Mask the title that begins here, modifiers before and levels behind it included."""
    end = _long_title_end(lowered, start, table)
    if end < 0:
        end = word_end(table, lowered, start, len(lowered), TITLE_SHORT)
        if end < 0 or not _ends_word(lowered, end, table):
            return
        # "at 5 pm"
        if end - start == 2 and start > 1 and lowered[start - 1] == _SPACE:
            if table[lowered[start - 2]] & DIGIT:
                return
    first = _title_start(lowered, start, table)
    masked[first : _level_end(lowered, end, table)] = UNDERSCORE


@compiled
def _ends_word(lowered: CodePoints, end: int, table: Table) -> bool:
    return end == len(lowered) or not table[lowered[end]] & WORD


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
    if possessive >= 0 and _ends_word(lowered, possessive, table):
        return possessive
    return end if _ends_word(lowered, end, table) else -1


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
    for _ in range(4):
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


@compiled
def _name_after(
    text: CodePoints,
    i: int,
    lower: CodePoints,
    table: Table,
    buffer: CodePoints,
    bounds: names.Bounds,
    n_names: int,
) -> tuple[int, int]:
    """Keep the name in "About X:", "At X, we", "join X,".

    Returns where it ends and how many names there are.
    """
    n = len(text)
    start, closing = word_end(table, text, i, n, BEFORE_NAME), names.AFTER_ABOUT
    if start < 0:
        start, closing = word_end(table, text, i, n, BEFORE_JOINED_NAME), names.AFTER_JOIN
    if start < 0 or start == n:
        return i, n_names
    end = names.name_end(text, start, n, table, closing)
    if end < 0:
        return i, n_names
    return end, _keep(text, start, end, lower, table, buffer, bounds, n_names)


@compiled
def _name_before(
    text: CodePoints,
    i: int,
    lower: CodePoints,
    table: Table,
    buffer: CodePoints,
    bounds: names.Bounds,
    n_names: int,
) -> int:
    """Keep the name in "X is an equal opportunity employer"; returns how many there are."""
    if word_end(table, text, i, len(text), NAME_AFTER) < 0:
        return n_names
    start = names.name_start_before(text, i, table)
    if start < 0:
        return n_names
    return _keep(text, start, i, lower, table, buffer, bounds, n_names)


@compiled
def _keep(
    text: CodePoints,
    start: int,
    end: int,
    lower: CodePoints,
    table: Table,
    buffer: CodePoints,
    bounds: names.Bounds,
    n_names: int,
) -> int:
    if n_names >= MOST_NAMES:
        return n_names
    n_more = names.add_name(text, start, end, lower, table, buffer, bounds, n_names)
    common = names.names_nobody(buffer, bounds[n_names], bounds[n_more], table)
    return n_names if common else n_more
