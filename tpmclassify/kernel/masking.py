"""`posting.masking` compiled: one pass finds links, addresses, hashtags, titles and names.

The pass looks closer where a word starts and at the few marks that links and the like have.
"""

import numpy as np

from tpmclassify.kernel import employer_names as names
from tpmclassify.kernel import links, titles
from tpmclassify.kernel.characters import WORD
from tpmclassify.kernel.compiled import allocating, compiled
from tpmclassify.kernel.words import (
    BEFORE_JOINED_NAME,
    BEFORE_NAME,
    NAME_AFTER,
    OPENS_NAME_AFTER,
    OPENS_TITLE,
    SMALL,
    STARTS_NAME,
    STARTS_TITLE,
    CodePoints,
    Table,
    word_end,
)
from tpmclassify.reading.masks import LONGEST_NAME, MOST_NAMES

_COLON, _DOT, _AT, _HASH, _SPACE, _SLASH, _J, _W = map(ord, ":.@# /jw")


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
    n_names = 0
    if len(employer):
        known = min(len(employer), LONGEST_NAME)
        n_names = names.add_name(employer, 0, known, lower, table, buffer, bounds, 0)
    n = len(text)
    # Until where a link, a domain or a name after "About" has been read.
    link_end = domain_end = name_end = 0
    inside = False  # a word
    for i in range(n - 1):
        code = lowered[i]
        mark = table[code]
        if mark & WORD:
            if not inside and mark & STARTS_TITLE and table[lowered[i + 1]] & OPENS_TITLE:
                titles.mask_title(lowered, i, table, masked)
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
                link_end = links.mask_link(lowered, i, table, masked)
            if table[lowered[i + 1]] & SMALL and i >= domain_end:
                domain_end = links.mask_domain(lowered, i, table, masked)
        elif code == _COLON:
            if lowered[i + 1] == _SLASH and i >= link_end:
                link_end = links.mask_link(lowered, i, table, masked)
        elif code == _AT:
            links.mask_address(lowered, i, table, masked)
        elif code == _HASH:
            links.mask_hashtag(lowered, i, table, masked)
    if n_names:
        n_names = names.add_names_without_suffix(lower, table, buffer, bounds, n_names)
        names.mask_names(text, lowered, table, buffer, bounds, free, n_names, masked)


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
