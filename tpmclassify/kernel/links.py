"""`posting.masking` compiled: links, domains, e-mail addresses and hashtags."""

from tpmclassify.kernel.characters import LETTER, UNDERSCORE, WORD
from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.words import (
    DOMAIN,
    LINK_START,
    LINK_STOP,
    CodePoints,
    Table,
    ends_word,
    word_end,
)

_DOT, _SLASH, _HYPHEN, _AND, _PLUS = map(ord, "./-&+")
_LONGEST_HOST, _MOST_DOMAINS, _LONGEST_TAG = 64, 5, 60


@compiled
def mask_link(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> int:
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
def mask_domain(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> int:
    """Mask what ends on ".com", path included; returns where it ends."""
    end = word_end(table, lowered, i + 1, len(lowered), DOMAIN)
    if end < 0 or not ends_word(table, lowered, end):
        return i
    if end < len(lowered) and lowered[end] == _SLASH:
        end = _link_end(lowered, end, table)
    _mask_with_host(lowered, i, end, table, masked)
    return end


@compiled
def mask_address(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> None:
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
def mask_hashtag(lowered: CodePoints, i: int, table: Table, masked: CodePoints) -> None:
    """Mask the hashtag that begins here."""
    if i and (table[lowered[i - 1]] & WORD or lowered[i - 1] == _AND):
        return
    end = i + 1
    if end < len(lowered) and table[lowered[end]] & LETTER:
        end += 1
        while end < len(lowered) and end - i - 2 < _LONGEST_TAG and table[lowered[end]] & WORD:
            end += 1
        if end > i + 2:
            masked[i:end] = UNDERSCORE
