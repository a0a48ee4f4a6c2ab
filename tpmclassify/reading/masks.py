"""What no model may read: role titles, links, e-mail addresses, hashtags, the employer's name.

A masked passage is overwritten with as many underscores, so offsets stay. The models' vocabulary
holds no token of underscores, hence a mask also keeps n-grams from forming across it.
"""

from typing import NamedTuple

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import employers, links, residue, titles
from tpmclassify.reading.byte_form import byte_of
from tpmclassify.reading.html import LONGEST_ENTITY, LONGEST_TAG, MISREAD_HINTS
from tpmclassify.reading.marks import (
    CAPITAL,
    CONTINUATION,
    FIGURE,
    NEWLINE,
    ODD,
    OPENS_MARKUP,
    OPENS_NAME_AFTER,
    OPENS_TITLE,
    SMALL,
    SPACE,
    STARTS_NAME,
    STARTS_TITLE,
    UNDERSCORE,
    WORD,
)
from tpmclassify.reading.mask_words import LONGEST_NAME
from tpmclassify.reading.rule_table import (
    BEFORE_JOINED_NAME,
    BEFORE_NAME,
    NAME_AFTER,
    word_end,
)

_COLON, _DOT, _AT, _HASH, _SPACE, _SLASH, _J, _W, _X = map(ord, ":.@# /jwx")
_LESS, _MORE, _AND, _SEMICOLON, _BANG, _QUESTION, _DASH, _BRACKET = map(ord, "<>&;!?-[")
_HINTS = tuple(map(byte_of, MISREAD_HINTS))
# What `find_spans` says of a text: it is to be cleaned first; a name holds letters whose byte other
# letters share.
MAY_HOLD_MARKUP, SHARED_LETTERS = 1, 2


class MaskTables(NamedTuple):
    """What the rules look up.

    `table`: the rule table. `lower`, `leads`, `shared` (256,): of `byte_form`. `raw`: whether texts
    were not cleaned yet.
    """

    table: Ints
    lower: Bytes
    leads: Bytes
    shared: Bytes
    raw: int


class MaskRoom(NamedTuple):
    """Room for a text's masks.

    `candidates` (>= n,): where a rule may apply, in ascending order. `spans`: what is found; see
    `spans`.
    """

    candidates: Ints
    spans: Ints
    names: employers.Names


@compiled
def find_spans(
    text: Bytes,
    low: Bytes,
    n: int,
    n_candidates: int,
    employer: Bytes,
    rules: MaskTables,
    room: MaskRoom,
) -> int:
    """Find the passages of a text that are to be masked.

    `text`, `low` (>= n,): A text in byte form, and the same in lower case. `employer`: the
    employer's name without white space before it; empty where it is not known. Returned: 0, or
    `MAY_HOLD_MARKUP` or `SHARED_LETTERS`: then nothing was found.
    """
    table, lower, leads = rules.table, rules.lower, rules.leads
    if rules.raw and _may_be_odd(text, n, table):
        return MAY_HOLD_MARKUP
    candidates, spans, names = room.candidates, room.spans, room.names
    spans[0] = n_names = 0
    if len(employer):
        known = min(len(employer), LONGEST_NAME)
        n_names = employers.add_name(employer, 0, known, lower, table, names, 0)
    # Until where a link, a domain or a name after "About" has been read.
    link_end = domain_end = name_end = 0
    misread = hinted = False
    for k in range(n_candidates):
        i = candidates[k]
        code = low[i]
        mark = table[code]
        if leads[text[i]]:
            hinted = hinted or _is_hint(text[i])
            misread = misread or _is_misread(text, i, n, table, leads)
        if mark & WORD:
            if code == UNDERSCORE and rules.raw and (i == 0 or not table[low[i - 1]] & WORD):
                return MAY_HOLD_MARKUP
            # The phrase behind a name is found at its second letter: spaces are too many.
            if i and text[i - 1] == _SPACE and mark & OPENS_NAME_AFTER:
                n_names = _name_before(text, i - 1, n, rules, names, n_names)
            if i == 0 or table[text[i - 1]] & NEWLINE:
                residue.mask_residue(text, i, n, table, spans)
            if mark & STARTS_TITLE and table[low[i + 1]] & OPENS_TITLE:
                if i == 0 or not table[low[i - 1]] & WORD:
                    titles.mask_title(low, i, n, table, spans)
            # "At" opens a sentence even where the space before it was lost.
            if mark & STARTS_NAME and (text[i] != code or code == _J) and i >= name_end:
                name_end, n_names = _name_after(text, i, n, rules, names, n_names)
            if code == _W and low[i + 1] == _DOT and i + 1 < n - 1 and i + 1 >= link_end:
                link_end = links.mask_link(low, i + 1, n, table, spans)
        elif code == _DOT:
            if table[low[i + 1]] & SMALL and i >= domain_end:
                domain_end = links.mask_domain(low, i, n, table, spans)
        elif code == _COLON:
            if low[i + 1] == _SLASH and i >= link_end:
                link_end = links.mask_link(low, i, n, table, spans)
        elif code == _AT:
            links.mask_address(low, i, n, table, spans)
        elif code == _HASH:
            if rules.raw and low[i + 1] == _HASH:
                return MAY_HOLD_MARKUP
            links.mask_hashtag(low, i, n, table, spans)
        elif rules.raw and not leads[text[i]] and _is_markup(text, i, n, table):
            return MAY_HOLD_MARKUP
    if misread and (hinted or _is_hint(text[n - 1])):
        return MAY_HOLD_MARKUP
    if n_names:
        n_names = employers.add_names_without_suffix(lower, table, names, n_names)
        for k in range(names.bounds[n_names]):
            if rules.shared[names.letters[k]]:
                return SHARED_LETTERS
        employers.mask_names(text, low, n, table, names, n_names, spans, candidates)
    return 0


@compiled
def _name_after(
    text: Bytes, i: int, n: int, rules: MaskTables, names: employers.Names, n_names: int
) -> tuple[int, int]:
    """Keep the name in "About X:", "At X, we", "join X,".

    Returns where it ends and how many names there are.
    """
    table = rules.table
    start, closing = word_end(table, text, i, n, BEFORE_NAME), employers.AFTER_ABOUT
    if start < 0:
        start, closing = word_end(table, text, i, n, BEFORE_JOINED_NAME), employers.AFTER_JOIN
    if start < 0 or start == n:
        return i, n_names
    end = employers.name_end(text, start, n, table, closing)
    if end < 0:
        return i, n_names
    return end, employers.keep_name(text, start, end, rules.lower, table, names, n_names)


@compiled
def _name_before(
    text: Bytes, i: int, n: int, rules: MaskTables, names: employers.Names, n_names: int
) -> int:
    """Keep the name in "X is an equal opportunity employer"; returns how many there are."""
    table = rules.table
    if word_end(table, text, i, n, NAME_AFTER) < 0:
        return n_names
    start = employers.name_start_before(text, i, table)
    if start < 0:
        return n_names
    return employers.keep_name(text, start, i, rules.lower, table, names, n_names)


@compiled
def _may_be_odd(text: Bytes, n: int, table: Ints) -> bool:
    """Whether a text begins as a list or with Markdown, or ends with an odd character."""
    first = 0
    while first < n and table[text[first]] & SPACE:
        first += 1
    return first < n and (table[text[first]] & OPENS_MARKUP != 0 or table[text[n - 1]] & ODD != 0)


@compiled
def _is_markup(text: Bytes, i: int, n: int, table: Ints) -> bool:
    """Whether a candidate that is no letter makes a text one that is to be cleaned first."""
    if text[i] == _LESS:
        return _is_tag(text, i, n, table)
    if text[i] == _AND:
        return _is_entity(text, i, n, table)
    return True  # of Markdown and of odd characters a candidate is enough


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
        if not table[text[following]] & CONTINUATION and text[following] != _X:
            return False
    return True
