"""Markdown's marks: what becomes of each, so that quotes and pages show what a person reads.

The marks are visited once, in order; a rule looks at the few characters around its mark, and at
the rest of a line only where the next of its kind ends the search, so that the time is linear.
Bullets ("-", "*", "1.") stay, as in any text.
"""

import re

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import marks
from tpmclassify.reading.byte_form import byte_form
from tpmclassify.reading.rule_table import TABLE, fill, find, skip, skip_back

# What becomes of a character: it stays; it is left out; and what stands in its place.
STAYS, LEFT_OUT, BREAK, GAP, BULLET = range(5)
IN_PLACE = (b"", b"", b"\n", b" ", b"\n* ")

_MARK = re.compile(f"[{re.escape(marks.MARKS)}]".encode())
_CHANGED = re.compile(b"[^\0]+")
_ASTERISK, _UNDERSCORE, _HASH, _MORE, _BAR, _BACKTICK, _BRACKET, _BACKSLASH = map(ord, marks.MARKS)
_NOTHING, _LF, _SPACE, _EQUALS, _DOLLAR, _BANG = map(ord, "\0\n =$!")
_END_BRACKET, _OPEN, _CLOSE, _QUOTE, _O, _F = map(ord, ']()"of')
_DOT, _COLON, _QUESTION = map(ord, ".:?")
# Longer ones are not meant as such; and what is never closed costs little.
_LONGEST_LABEL, _LONGEST_TARGET, _LONGEST_ITALICS = 300, 500, 1500
_LONGEST_HEADING_MARK, _LONGEST_FENCE, _SHORTEST_BOLD, _LONGEST_BOLD = 6, 3, 2, 80


def resolve_markdown(text: str) -> str:
    """Take Markdown's marks out of a text, and break lines where they do."""
    form = byte_form(text)
    if not _MARK.search(form):
        return text
    fates = bytearray(len(form))
    find_fates(form, len(form), TABLE, fates)  # type: ignore[arg-type]
    pieces, here = [], 0
    for run in _CHANGED.finditer(fates):
        pieces.append(text[here : run.start()])
        pieces.extend(IN_PLACE[fate].decode() for fate in run[0] if fate > LEFT_OUT)
        here = run.end()
    return "".join([*pieces, text[here:]])


@compiled
def find_fates(text: Bytes, n: int, table: Ints, fates: Bytes) -> None:
    """Say what becomes of each character.

    `text` (>= n,): in byte form. `fates` (>= n,): all zero.
    """
    # The last character before `seen`; where a quote's marks, those of bold type, a row end.
    last, seen, here, quote_end, bold_end, row_end = _NOTHING, 0, 0, 0, -1, -1
    wanted = marks.MARKDOWN
    for i in range(n):
        if not table[text[i]] & wanted or i < here or fates[i]:
            continue
        before = i - 1
        while before >= seen and fates[before] == LEFT_OUT:
            before -= 1
        if before >= seen:
            last = _LF if fates[before] else int(text[before])
        seen = i
        code = text[i]
        opens_line = i == 0 or i == quote_end or text[i - 1] == _LF
        here = i + 1
        if code == _BACKSLASH:
            if i + 1 < n and table[text[i + 1]] & marks.PUNCTUATION:
                fates[i] = LEFT_OUT
                here = i + 2
        elif code == _HASH:
            here = _resolve_heading(text, i, n, table, fates, opens_line, last)
        elif code == _MORE:
            if opens_line:
                here = quote_end = _resolve_quote(text, i, n, table, fates)
        elif code == _BAR:
            if i < row_end:
                here = _resolve_cell_end(text, i, n, table, fates)
            elif opens_line:
                row_end = _resolve_row(text, i, n, table, fates)
        elif code == _BRACKET:
            _resolve_link(text, i, n, table, fates)
        elif code == _BACKTICK:
            here = _resolve_code(text, i, n, table, fates)
        elif code == _ASTERISK and i + 1 < n and text[i + 1] == _ASTERISK:
            here = _run_end(text, i, n)
            if _is_bullet_behind_bold(text, bold_end, i, here, n, table):
                fates[i] = BULLET
                here += 1
            else:
                fates[i] = _fate_of_bold(text, i, here, n, table, last, bold_end)
            fill(fates, i + 1, here, LEFT_OUT)
            bold_end = here
        elif not table[last] & marks.WORD and last != _ASTERISK and last != _BACKSLASH:
            end = _italics_end(text, i, n, table)
            if end:
                fates[i] = fates[end] = LEFT_OUT


@compiled
def _run_end(text: Bytes, i: int, n: int) -> int:
    """Where the marks that are alike end."""
    end = i + 1
    while end < n and text[end] == text[i]:
        end += 1
    return end


@compiled
def _resolve_heading(
    text: Bytes, i: int, n: int, table: Ints, fates: Bytes, opens_line: bool, last: int
) -> int:
    """Leave out a heading's mark, or break the line where it is glued; returns where it ends."""
    run_end = _run_end(text, i, n)
    end = skip(table, text, run_end, n, marks.BLANK)
    length = run_end - i
    if end == run_end or length > _LONGEST_HEADING_MARK:
        return run_end
    if opens_line:
        # "# of positions: 2" is none.
        counts = end < n and table[text[end]] & marks.DIGIT
        if end + 1 < n and text[end] == _O and text[end + 1] == _F:
            counts = counts or end + 2 == n or not table[text[end + 2]] & marks.WORD
        if length > 1 or not counts:
            fill(fates, i, end, LEFT_OUT)
            return end
    elif length > 1 and last != _NOTHING and not table[last] & marks.SPACE:
        fates[i] = BREAK
        fill(fates, i + 1, end, LEFT_OUT)
        return end
    return run_end


@compiled
def _resolve_quote(text: Bytes, i: int, n: int, table: Ints, fates: Bytes) -> int:
    """Leave out the marks of a quote ("> 99 %" and ">=" are none); returns where they end."""
    while i < n and text[i] == _MORE:
        behind = skip(table, text, i + 1, n, marks.BLANK)
        if i + 1 < n and text[i + 1] == _EQUALS:
            break
        if behind < n and (table[text[behind]] & marks.DIGIT or text[behind] == _DOLLAR):
            break
        end = min(i + 2, behind)
        fill(fates, i, end, LEFT_OUT)
        i = end
    return i


@compiled
def _resolve_row(text: Bytes, i: int, n: int, table: Ints, fates: Bytes) -> int:
    """Leave out the outer bars of a table's row; returns where it ends, -1 where it is none."""
    line_end = find(table, text, i, n, marks.LINE_FEED)
    end = skip_back(table, text, line_end, i, marks.BLANK) - 1
    if text[end] != _BAR or end < i + 2:
        return -1
    fates[i] = LEFT_OUT
    fill(fates, end, line_end, LEFT_OUT)
    return end


@compiled
def _resolve_cell_end(text: Bytes, i: int, n: int, table: Ints, fates: Bytes) -> int:
    """A line of its own for each cell; returns where the next one begins."""
    start = skip_back(table, text, i, 0, marks.BLANK)
    end = skip(table, text, i + 1, n, marks.BLANK)
    fill(fates, start, end, LEFT_OUT)
    fates[i] = BREAK
    return end


@compiled
def _find_link(text: Bytes, i: int, n: int, table: Ints) -> tuple[int, int]:
    """Where what a link or a picture is called ends, and where the link does; else 0 and 0."""
    close = find(table, text, i + 1, min(n, i + 2 + _LONGEST_LABEL), marks.ENDS_LABEL)
    if close + 1 >= n or text[close] != _END_BRACKET or text[close + 1] != _OPEN:
        return 0, 0
    target = close + 2
    end = min(n, target + _LONGEST_TARGET)
    end = find(table, text, target, end, marks.PARENTHESIS | marks.SPACE)
    if end == target:
        return 0, 0
    if end + 1 < n and text[end] == _SPACE and text[end + 1] == _QUOTE:
        end = find(table, text, end + 2, min(n, end + 2 + _LONGEST_LABEL), marks.ENDS_TITLE)
        if end == n or text[end] != _QUOTE:
            return 0, 0
        end += 1
    return (close, end + 1) if end < n and text[end] == _CLOSE else (0, 0)


@compiled
def _resolve_link(text: Bytes, i: int, n: int, table: Ints, fates: Bytes) -> None:
    """Leave of a link or a picture what it is called."""
    close, end = _find_link(text, i, n, table)
    if close:
        fates[i] = LEFT_OUT
        if i and text[i - 1] == _BANG:
            fates[i - 1] = LEFT_OUT
        fill(fates, close, end, LEFT_OUT)


@compiled
def _resolve_code(text: Bytes, i: int, n: int, table: Ints, fates: Bytes) -> int:
    """Leave out the marks around code; returns where the first ones end."""
    start = min(_run_end(text, i, n), i + _LONGEST_FENCE)
    end = find(table, text, start, n, marks.ENDS_CODE)
    if end < n and text[end] == _BACKTICK:
        fill(fates, end, min(_run_end(text, end, n), end + _LONGEST_FENCE), LEFT_OUT)
    elif start == i + 1:
        return start
    fill(fates, i, start, LEFT_OUT)
    return start


@compiled
def _is_bullet_behind_bold(
    text: Bytes, bold_end: int, i: int, end: int, n: int, table: Ints
) -> bool:
    """Whether of three asterisks the last is a bullet: "**Duties*** Plan"."""
    if end != i + 3 or end + 1 >= n or text[end] != _SPACE or table[text[end + 1]] & marks.SPACE:
        return False
    if bold_end < 0 or not _SHORTEST_BOLD <= i - bold_end <= _LONGEST_BOLD:
        return False
    if bold_end > 2 and text[bold_end - 3] == _ASTERISK:
        if bold_end == 3 or text[bold_end - 4] != _ASTERISK:
            return False  # three opened it, too: bold and italic
    return find(table, text, bold_end, i, marks.ENDS_BOLD) == i


@compiled
def _fate_of_bold(
    text: Bytes, i: int, end: int, n: int, table: Ints, last: int, bold_end: int
) -> int:
    """What stands in place of asterisks for bold type: what they glue to a word is a line."""
    following = text[end] if end < n else _NOTHING
    if following == _BRACKET and _find_link(text, end, n, table)[0]:
        following = text[end + 1]
    length = 0 if end > i + 3 else i - bold_end
    # Not where a word's first letter alone is bold.
    if last == _NOTHING or table[last] & (marks.SPACE | marks.OPENS_BOLD) or length == 1:
        return LEFT_OUT
    if not table[following] & marks.UPPER:
        return LEFT_OUT
    # Between two words in bold type is a space that went lost, or the end of a line.
    return BREAK if length or last in (_DOT, _COLON, _BANG, _QUESTION, _CLOSE) else GAP


@compiled
def _italics_end(text: Bytes, i: int, n: int, table: Ints) -> int:
    """Where italics that open at an asterisk or underscore close; 0 where they do not."""
    if i + 1 >= n or table[text[i + 1]] & marks.SPACE or text[i + 1] == _UNDERSCORE:
        return 0
    stop = min(n, i + _LONGEST_ITALICS)
    end = find(table, text, i + 1, stop, marks.ENDS_ITALICS)
    while end < min(stop, n - 1) and text[end] == _ASTERISK and text[end + 1] == _ASTERISK:
        # Bold type within.
        end = find(table, text, _run_end(text, end, n), stop, marks.ENDS_ITALICS)
    if end >= n or end == i + 1 or text[end] != text[i]:
        return 0
    if table[text[end - 1]] & marks.SPACE or text[end - 1] == _BACKSLASH:
        return 0
    behind = end + 1
    if behind + 1 < n and text[behind] == _ASTERISK and text[behind + 1] == _ASTERISK:
        behind = _run_end(text, behind, n)  # bold type ends, too
    if behind < n and (table[text[behind]] & marks.WORD or text[behind] == _ASTERISK):
        return 0
    return end
