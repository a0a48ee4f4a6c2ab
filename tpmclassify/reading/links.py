"""Masks: links, domains, e-mail addresses and hashtags."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import marks, mask_words
from tpmclassify.reading.rule_table import ends_word, fill, find, skip, skip_back, word_end

_DOT, _SLASH, _AND = map(ord, "./&")
_LONGEST_HOST, _MOST_DOMAINS, _LONGEST_TAG = 64, 5, 60


@compiled
def mask_link(low: Bytes, i: int, n: int, table: Ints, masked: Bytes) -> int:
    """Mask the link whose "://" or "www." has its first mark at `i`; returns where it ends."""
    for before in range(3, 6):
        if i < before:
            break
        here = word_end(table, low, i - before, n, mask_words.LINK_STARTS)
        if here >= 0 and here < n and not table[low[here]] & marks.LINK_STOP:
            here = find(table, low, here, n, marks.LINK_STOP)
            fill(masked, i - before, here, marks.UNDERSCORE)
            return here
    return i


@compiled
def mask_domain(low: Bytes, i: int, n: int, table: Ints, masked: Bytes) -> int:
    """Mask what ends on ".com", path included; returns where it ends."""
    end = word_end(table, low, i + 1, n, mask_words.DOMAINS)
    if end < 0 or not ends_word(table, low, end, n):
        return i
    if end < n and low[end] == _SLASH:
        end = find(table, low, end, n, marks.LINK_STOP)
    _mask_with_host(low, i, end, table, masked)
    return end


@compiled
def mask_address(low: Bytes, i: int, n: int, table: Ints, masked: Bytes) -> None:
    """Mask the e-mail address around an "@"."""
    end, labels = i, 0
    while labels <= _MOST_DOMAINS and (end == i or (end < n and low[end] == _DOT)):
        limit = min(end + 1 + _LONGEST_HOST, n)  # a longer label is none
        label_end = skip(table, low, end + 1, limit, marks.WORD | marks.HYPHEN)
        if label_end == end + 1:
            break
        end = label_end
        labels += 1
    if labels > 1:
        _mask_with_host(low, i, end, table, masked)


@compiled
def _mask_with_host(low: Bytes, start: int, end: int, table: Ints, masked: Bytes) -> None:
    """Mask a slice and the name of the host or mailbox before it; nothing where there is none."""
    least = max(0, start - _LONGEST_HOST)
    host = skip_back(table, low, start, least, marks.WORD | marks.INSIDE_HOST)
    if host < start:
        fill(masked, host, end, marks.UNDERSCORE)


@compiled
def mask_hashtag(low: Bytes, i: int, n: int, table: Ints, masked: Bytes) -> None:
    """Mask the hashtag that begins here."""
    if i and (table[low[i - 1]] & marks.WORD or low[i - 1] == _AND):
        return
    if i + 1 < n and table[low[i + 1]] & marks.LETTER:
        end = skip(table, low, i + 2, min(i + 2 + _LONGEST_TAG, n), marks.WORD)
        if end > i + 2:
            fill(masked, i, end, marks.UNDERSCORE)
