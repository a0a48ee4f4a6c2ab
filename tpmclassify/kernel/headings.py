"""`posting.lines` compiled: the headings that end with a colon or open a section."""

from tpmclassify.kernel.characters import WORD
from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.words import (
    BEFORE_HEADING,
    CAPITAL,
    HEADING_PHRASE,
    HEADING_STOP,
    PROMISE,
    QUESTION,
    QUESTION_TOPIC,
    SECTION_NAME,
    SECTION_QUALIFIER,
    CodePoints,
    Table,
    word_end,
)
from tpmclassify.reading.line_words import (
    AFTER_PROMISE,
    AFTER_QUESTION,
    AFTER_SECTION,
    HEADING_SIGHT,
)

_SPACE, _HYPHEN = map(ord, " -")
_MOST_QUALIFIERS = 3


@compiled
def ends_heading(text: CodePoints, start: int, colon: int, table: Table) -> bool:
    """Whether what stands before a colon is a section's heading, not the start of a sentence."""
    low = max(start, colon + 1 - HEADING_SIGHT)
    here = colon
    while here > low and not table[text[here - 1]] & HEADING_STOP:
        here -= 1
        opens = here == 0 or (here > low and table[text[here - 1]] & BEFORE_HEADING)
        if opens and table[text[here]] & CAPITAL:
            if _is_heading(text, here, colon, table):
                return True
    return False


@compiled
def _is_heading(text: CodePoints, here: int, colon: int, table: Table) -> bool:
    """Whether a heading starts here, and the colon is near enough to end it."""
    after = section_end(text, here, colon, table)
    if after < 0:
        after = word_end(table, text, here, colon, HEADING_PHRASE)
    if after >= 0:
        return colon - after <= AFTER_SECTION
    after = word_end(table, text, here, colon, PROMISE)
    if after >= 0:
        return colon - after <= AFTER_PROMISE
    topic = word_end(table, text, here, colon, QUESTION)
    if topic < 0:
        return False
    after = word_end(table, text, topic, colon, QUESTION_TOPIC)
    if after < 0 or (after < colon and table[text[after]] & WORD):
        return False
    return colon - after <= AFTER_QUESTION


@compiled
def section_end(text: CodePoints, here: int, end: int, table: Table) -> int:
    """Where a section's name that starts here ends, its qualifiers included."""
    for _ in range(_MOST_QUALIFIERS):
        after = word_end(table, text, here, end, SECTION_QUALIFIER)
        if after < 0 or after >= end or (text[after] != _SPACE and text[after] != _HYPHEN):
            break
        here = after + 1
    return word_end(table, text, here, end, SECTION_NAME)
