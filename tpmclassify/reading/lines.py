"""Cut a posting's text into lines as a person would: one duty, requirement or sentence each.

A line is a slice of the text. Newlines cut, unless they only wrap a sentence; so do bullets,
sentence ends, headings and, in text that lost its line breaks, the words that begin a duty. Cuts
are found in the masked text, and lengths measured without the masks, so that no title or name
decides where a line ends. `cut_rules`, `run_on` and `headings` hold the rules, one function each.
"""

from typing import NamedTuple

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import cut_rules, headings, run_on
from tpmclassify.reading.line_words import (
    RUN_ON_LENGTH,
    SHORT_RUN_ON_LENGTH,
    SIGHT,
    WRAPPED_BEFORE_MASK,
    WRAPPED_LENGTH,
)
from tpmclassify.reading.marks import (
    BULLET,
    CAPITAL,
    CUTTING,
    DASH,
    EDGE,
    FIGURE,
    LETTER,
    LINE_CLOSING,
    LOWER,
    NEWLINE,
    SENTENCE_END,
    SMALL,
    SPACE,
    SYMBOL,
    UNDERSCORE,
    WORD,
)

_COLON, _SEMICOLON, _OPEN, _CLOSE, _DOT, _O, _PLUS, _COMMA = map(ord, ":;().o+,")


class Cutting(NamedTuple):
    """A text on the table.

    `text`, `masked` (>= n,): A text in byte form, and the same with titles and names overwritten.
    `table`: the rule table. `candidates` (>= n,): where a cut may be, in ascending order. `starts`,
    `ends` (>= n // 2 + 1,): where the offsets of the lines are written to.
    """

    text: Bytes
    masked: Bytes
    table: Ints
    candidates: Ints
    starts: Ints
    ends: Ints


@compiled
def cut_lines(cutting: Cutting, n: int, n_candidates: int) -> int:
    """Find the lines of a text; returns how many there are.

    They are ascending and disjoint. Bullets, numbering and markdown around a line are not part of
    it; pieces without a letter are no lines.
    """
    masked, table, candidates = cutting.masked, cutting.table, cutting.candidates
    n_lines = start = here = first = 0
    for k in range(n_candidates):
        end = candidates[k]
        if end < here or not table[masked[end]] & NEWLINE:
            continue
        here = end
        while here < n and table[masked[here]] & NEWLINE:
            here += 1
        if not _wraps(masked, n, start, end, here, table):
            n_lines = _cut_line(cutting, start, end, first, k, n_lines)
            start = here
            first = k + 1
    return _cut_line(cutting, start, n, first, n_candidates, n_lines)


@compiled
def _wraps(masked: Bytes, n: int, start: int, end: int, following: int, table: Ints) -> bool:
    """Whether a newline stands in the middle of a sentence: long line before, lower case after."""
    if following == n:
        return False
    code = masked[following]
    if not (table[code] & LOWER or code == _COMMA or code == _SEMICOLON or code == _CLOSE):
        return False
    if masked[following] == _O and cut_rules.after_small_o(masked, following, n, table) >= 0:
        return False
    # Only the ends are looked at: a thousand wrapped lines must not be read a thousand times.
    low = max(start, end - SIGHT)
    # A title at the end is not counted, and what follows goes on with it.
    is_masked = end > start and masked[end - 1] == UNDERSCORE
    least = WRAPPED_BEFORE_MASK if is_masked else WRAPPED_LENGTH
    if _length(masked, low, end) < least:
        return False
    first, high = start, min(start + SIGHT, n)
    while first < high and table[masked[first]] & EDGE and masked[first] != UNDERSCORE:
        first += 1
    last = end - 1
    while last >= low and table[masked[last]] & EDGE and masked[last] != UNDERSCORE:
        last -= 1
    if first == high or last < low or table[masked[first]] & LOWER:
        return False
    stop = masked[last] == _COLON or masked[last] == _SEMICOLON
    return not (stop or table[masked[last]] & SENTENCE_END)


@compiled
def _length(masked: Bytes, start: int, end: int) -> int:
    """How many characters are not masked."""
    length = 0
    for i in range(start, end):
        length += masked[i] != UNDERSCORE
    return length


@compiled
def _cut_line(cutting: Cutting, start: int, end: int, first: int, last: int, n_lines: int) -> int:
    """Cut a physical line at its candidates; returns how many lines there are now."""
    masked, table, candidates = cutting.masked, cutting.table, cutting.candidates
    piece = here = free = start
    semicolons = 0  # not counted yet
    kept = first  # the first candidate behind what was kept
    for k in range(first, last):
        if candidates[k] < here:
            continue
        here = candidates[k]
        mark = table[masked[here]]
        if not mark & (CUTTING | SYMBOL) and masked[here] != _O and masked[here] != _CLOSE:
            continue
        cut, after = here, -1  # where the cut begins and where it ends, if it is one
        if mark & (CAPITAL | FIGURE):
            before = table[masked[here - 1]] if here > start else 0
            if before & SPACE and mark & CAPITAL:
                continue  # one for `_keep_piece`
            if before & SMALL or (before and masked[here - 1] == _CLOSE):
                if cut_rules.glues_words(masked, here, end, table):
                    after = here
            elif mark & FIGURE and before & SPACE:
                cut = cut_rules.before_number(masked, free, here, end, table)
                after = here if cut >= 0 else -1
            here += 1
        elif masked[here] == _O or masked[here] == _CLOSE:
            if masked[here] == _O:
                after = cut_rules.after_small_o(masked, here, end, table)
            else:
                cut = cut_rules.before_letter(masked, free, here, end, table)
                after = cut_rules.skip_spaces(masked, cut, end, table) if cut >= 0 else -1
            here = max(here + 1, after)
        elif masked[here] == _COLON:
            free = cut_rules.skip_spaces(masked, here + 1, end, table)
            heading = headings.heading_start(masked, start, here, table)
            if heading >= 0:
                after = free if free < end else -1
                before_it = run_on.before_heading(masked, start, heading, table)
                if before_it > piece:
                    n_lines = _keep_piece(cutting, piece, before_it, before_it, kept, k, n_lines)
                    piece = before_it
            elif cut_rules.glues_colon(masked, here, end, table):
                after = here + 1
            here = free
        else:
            if mark & SENTENCE_END or masked[here] == _SEMICOLON:
                after = cut_rules.after_sentence(masked, here, end, table)
            elif mark & BULLET or (mark & SYMBOL and _opens_piece(masked, start, here, end, table)):
                after = cut_rules.skip_spaces(masked, here + 1, end, table)
            elif mark & DASH:
                after = cut_rules.after_dash(masked, here, end, table)
            here = free = max(after, here + 1)
            if masked[cut] == _SEMICOLON and after < 0:
                if not semicolons:
                    for i in range(start, end):
                        semicolons += masked[i] == _SEMICOLON
                if semicolons > 1:  # a list of items
                    after = cut_rules.behind_spaces(masked, cut + 1, end, table)
        if after >= 0:
            n_lines = _keep_piece(cutting, piece, cut, after, kept, k, n_lines)
            kept = k
            piece = max(piece, after)
    return _keep_piece(cutting, piece, end, end, kept, last, n_lines)


@compiled
def _opens_piece(masked: Bytes, start: int, here: int, end: int, table: Ints) -> bool:
    """Whether a symbol stands before words, not behind one as a sign of rights does."""
    if here > start and not table[masked[here - 1]] & (SPACE | SYMBOL):
        return False
    return here + 1 < end and table[masked[here + 1]] & (SPACE | SYMBOL | WORD) != 0


@compiled
def _keep_piece(
    cutting: Cutting, start: int, cut: int, after: int, first: int, last: int, n_lines: int
) -> int:
    """Keep what stands before a cut; closing marks ("." or ":") belong to it.

    A long piece without punctuation is cut before the words that begin a duty; the candidates from
    `first` to `last` stand in it.
    """
    masked, table, candidates = cutting.masked, cutting.table, cutting.candidates
    end = cut
    while end < after and table[masked[end]] & LINE_CLOSING:
        end += 1
    length = _length(masked, start, end) if end - start > SHORT_RUN_ON_LENGTH else 0
    behind_name = length > RUN_ON_LENGTH
    if length > SHORT_RUN_ON_LENGTH:
        for k in range(first, last):
            capital = candidates[k]
            if capital >= end:
                break
            opens = table[masked[capital]] & (CAPITAL | FIGURE) or masked[capital] == UNDERSCORE
            if capital <= start or not opens:
                continue
            here = capital
            while here > start and table[masked[here - 1]] & SPACE:
                here -= 1
            if here == capital:
                continue
            if not run_on.opens_item(masked, here, capital, end, table, behind_name):
                continue
            n_lines = _keep_line(cutting, start, here, n_lines)
            start = capital
    return _keep_line(cutting, start, end, n_lines)


@compiled
def _keep_line(cutting: Cutting, start: int, end: int, n_lines: int) -> int:
    """Keep a line without bullets, numbering and markdown around it, if it holds a letter."""
    text, table = cutting.text, cutting.table
    while start < end and (
        table[text[start]] & (EDGE | SPACE | SYMBOL)
        or text[start] == _COLON
        or (text[start] == _PLUS and start + 1 < end and table[text[start + 1]] & SPACE)
    ):
        start += 1
    while end > start and table[text[end - 1]] & (EDGE | SPACE | SYMBOL):
        end -= 1
    start = _after_numbering(text, start, end, table)
    for i in range(start, end):
        if table[text[i]] & LETTER:
            cutting.starts[n_lines] = start
            cutting.ends[n_lines] = end
            return n_lines + 1
    return n_lines


@compiled
def _after_numbering(text: Bytes, start: int, end: int, table: Ints) -> int:
    """Where the text behind "2.", "(3)", "b)" or an "o" starts; `start` where there is none."""
    if start < end and text[start] == _O:
        if cut_rules.is_glued_o(text, start, end, table):
            return start + 1
        after = cut_rules.after_small_o(text, start, end, table)
        return after if after >= 0 else start
    here = start + 1 if start < end and text[start] == _OPEN else start
    first = here
    while here < end and here - first < 2 and table[text[here]] & FIGURE:
        here += 1
    lettered = here == first and here + 1 < end and table[text[here]] & SMALL != 0
    if lettered:
        here += 1
    if here == first or here >= end or (text[here] != _CLOSE and (lettered or text[here] != _DOT)):
        return start
    after = cut_rules.behind_spaces(text, here + 1, end, table)
    if after < 0:
        return start
    number = table[text[after]] & FIGURE and not cut_rules.begins_years(text, after, end, table)
    return start if number else after
