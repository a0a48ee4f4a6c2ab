"""What a text is to be cleaned of before it is read, told from the few characters that open it."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.byte_form import byte_of
from tpmclassify.reading.html import LONGEST_ENTITY, LONGEST_TAG
from tpmclassify.reading.marks import (
    CAPITAL,
    CONTINUATION,
    FIGURE,
    ODD,
    OPENS_MARKUP,
    SMALL,
    SPACE,
    WORD,
)
from tpmclassify.reading.mojibake import MISREAD_HINTS

_LESS, _MORE, _AND, _SEMICOLON, _BANG, _QUESTION, _DASH, _HASH, _SLASH = map(ord, "<>&;!?-#/")
_BRACKET, _BRACE, _UNDERSCORE, _BACKSLASH, _N, _R, _U, _X, _SPACE = map(ord, "[{_\\nrux ")
_LF, _ASTERISK, _BACKTICK, _END_BRACKET, _DELETE = map(ord, "\n*`]\x7f")
_HINTS = tuple(map(byte_of, MISREAD_HINTS))


@compiled
def find_markup(
    text: Bytes, n: int, candidates: Ints, n_candidates: int, table: Ints, leads: Bytes
) -> tuple[bool, bool, bool]:
    """Whether a text may hold odd characters, marks of Markdown, and what plain Python cleans.

    `text` (>= n,): in byte form. `candidates`: where `candidates.MARKUP_RULES` apply. `leads`
    (256,): of `byte_form`.
    """
    first = 0
    while first < n and table[text[first]] & SPACE:
        first += 1
    if first == n:
        return False, False, False
    odd = table[text[n - 1]] & ODD != 0
    other = text[first] == _BRACKET or text[first] == _BRACE or _is_control(text[n - 1], table)
    marked = table[text[first]] & OPENS_MARKUP != 0
    misread, hinted = False, _is_hint(text[n - 1])
    for k in range(n_candidates):
        i = candidates[k]
        code = text[i]
        if leads[code]:
            hinted = hinted or _is_hint(code)
            misread = misread or _is_misread(text, i, n, table, leads)
        elif table[code] & ODD:
            odd = True
        elif _is_control(code, table):
            other = True
        elif code == _LESS:
            other = other or _is_tag(text, i, n, table)
        elif code == _AND:
            other = other or _is_entity(text, i, n, table)
        elif code == _BACKSLASH:
            marked = True
            other = other or text[i + 1] == _N or text[i + 1] == _R or text[i + 1] == _U
        elif code == _UNDERSCORE:
            other = other or (text[i + 1] == _X and i + 6 < n and text[i + 6] == _UNDERSCORE)
            marked = marked or i == 0 or not table[text[i - 1]] & WORD
        elif code == _HASH:
            marked = marked or text[i + 1] == _HASH
        elif code == _LF or code == _ASTERISK or code == _BACKTICK or code == _END_BRACKET:
            marked = True
    return odd, marked, other or (misread and hinted)


@compiled
def _is_tag(text: Bytes, here: int, n: int, table: Ints) -> bool:
    """Whether "<b" or "</b" starts here and ends, whatever its name; or "<!--", "<![", "<?xml"."""
    if here + 2 < n and (text[here + 1] == _BANG or text[here + 1] == _QUESTION):
        third = text[here + 2]
        return bool(third == _DASH or third == _BRACKET or table[third] & (SMALL | CAPITAL))
    name = here + 2 if here + 1 < n and text[here + 1] == _SLASH else here + 1
    if name >= n or not table[text[name]] & (SMALL | CAPITAL):
        return False
    end = min(n, name + LONGEST_TAG)
    while name < end and text[name] != _LESS and text[name] != _MORE:
        name += 1
    return name < n and text[name] == _MORE


@compiled
def _is_entity(text: Bytes, here: int, n: int, table: Ints) -> bool:
    """Whether "&amp;" or "&#38;" starts here and ends; whatever its name."""
    name = here + 2 if here + 1 < n and text[here + 1] == _HASH else here + 1
    end = name
    while end < n and end - name <= LONGEST_ENTITY:
        if not table[text[end]] & (SMALL | CAPITAL | FIGURE):
            break
        end += 1
    named = end > name + 1 or (end > name and name == here + 2)
    return named and end < n and text[end] == _SEMICOLON


@compiled
def _is_control(code: int, table: Ints) -> bool:
    """Whether it is a control of ASCII that is no white space."""
    return code == _DELETE or (code < _SPACE and not table[code] & SPACE)


@compiled
def _is_hint(code: int) -> bool:
    """Whether it is one of the letters of which nearly every misread text holds one."""
    return code == _HINTS[0] or code == _HINTS[1] or code == _HINTS[2] or code == _HINTS[3]


@compiled
def _is_misread(text: Bytes, here: int, n: int, table: Ints, leads: Bytes) -> bool:
    """Whether the letters from here are the bytes of one character that were misread."""
    more = leads[text[here]]
    if here + more >= n:
        return False
    for following in range(here + 1, here + 1 + more):
        if not table[text[following]] & (CONTINUATION | ODD) and text[following] != _X:
            return False
    return True
