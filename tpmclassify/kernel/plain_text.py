"""Which texts `posting.plain_text` would change: those alone are worth a call of it."""

from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.words import (
    CAPITAL,
    CONTINUATION,
    FIGURE,
    SMALL,
    CodePoints,
    Table,
)
from tpmclassify.reading.html import LONGEST_ENTITY, LONGEST_TAG

_AND, _HASH, _SEMICOLON, _LESS, _MORE, _SLASH = (ord(mark) for mark in "&#;<>/")
_MISREAD = "âÃÂ"
_A_CIRCUMFLEX, _CAPITAL_A_TILDE, _CAPITAL_A_CIRCUMFLEX = (ord(letter) for letter in _MISREAD)
# Letters that stand for the first of two, three or four misread bytes.
_FIRST_LEAD, _LEADS_THREE, _LEADS_FOUR, _LAST_LEAD = 0xC2, 0xE0, 0xF0, 0xF4


@compiled
def may_hold_markup(text: CodePoints, table: Table) -> bool:
    """Whether `posting.plain_text.plain_text` may change a text.

    Parameters
    ----------
    text : ndarray of uint32 of shape (n,)
        The code points of a text.
    table : ndarray of int32
        Of `cleaning_table()`.

    Returns
    -------
    bool
        True for every text that would change, and for few others.
    """
    misread = hinted = False
    for here in range(len(text)):
        code = text[here]
        if code == _LESS and _is_tag(text, here, table):
            return True
        if code == _AND and _is_entity(text, here, table):
            return True
        if _FIRST_LEAD <= code <= _LAST_LEAD:
            hinted = hinted or code == _CAPITAL_A_TILDE or code == _CAPITAL_A_CIRCUMFLEX
            hinted = hinted or code == _A_CIRCUMFLEX
            misread = misread or _is_misread(text, here, table)
    return misread and hinted


@compiled
def _is_tag(text: CodePoints, here: int, table: Table) -> bool:
    """Whether "<b" or "</b" starts here and ends; whatever the name of the tag."""
    n = len(text)
    name = here + 2 if here + 1 < n and text[here + 1] == _SLASH else here + 1
    if name >= n or not table[text[name]] & (SMALL | CAPITAL):
        return False
    end = min(n, name + LONGEST_TAG)
    while name < end and text[name] != _LESS and text[name] != _MORE:
        name += 1
    return name < n and text[name] == _MORE


@compiled
def _is_entity(text: CodePoints, here: int, table: Table) -> bool:
    """Whether "&amp;" or "&#38;" starts here and ends; whatever its name."""
    n = len(text)
    name = here + 2 if here + 1 < n and text[here + 1] == _HASH else here + 1
    end = name
    while end < n and end - name <= LONGEST_ENTITY:
        if not table[text[end]] & (SMALL | CAPITAL | FIGURE):
            break
        end += 1
    named = end > name + 1 or (end > name and name == here + 2)
    return named and end < n and text[end] == _SEMICOLON


@compiled
def _is_misread(text: CodePoints, here: int, table: Table) -> bool:
    """Whether the letters from here are the bytes of one character that were misread."""
    code = text[here]
    more = 1
    if code >= _LEADS_THREE:
        more = 3 if code >= _LEADS_FOUR else 2
    if here + more >= len(text):
        return False
    for following in range(here + 1, here + 1 + more):
        if not table[text[following]] & CONTINUATION:
            return False
    return True
