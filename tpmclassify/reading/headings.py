"""Lines: the headings that end with a colon or open a section."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.line_words import (
    AFTER_PROMISE,
    AFTER_QUESTION,
    AFTER_SECTION,
    HEADING_SIGHT,
)
from tpmclassify.reading.marks import BEFORE_HEADING, CAPITAL, HEADING_STOP, WORD
from tpmclassify.reading.rule_table import (
    HEADING_PHRASE,
    PROMISE,
    QUESTION,
    QUESTION_TOPIC,
    SECTION_NAME,
    SECTION_QUALIFIER,
    word_end,
)

_SPACE, _HYPHEN = map(ord, " -")
_MOST_QUALIFIERS = 3


@compiled
def heading_start(text: Bytes, start: int, colon: int, table: Ints) -> int:
    """Where a section's heading starts that ends with a colon; -1 where a sentence does."""
    low = max(start, colon + 1 - HEADING_SIGHT)
    here = colon
    while here > low and not table[text[here - 1]] & HEADING_STOP:
        here -= 1
        opens = here == 0 or (here > low and table[text[here - 1]] & BEFORE_HEADING)
        if opens and table[text[here]] & CAPITAL:
            if _is_heading(text, here, colon, table):
                return here
    return -1


@compiled
def _is_heading(text: Bytes, here: int, colon: int, table: Ints) -> bool:
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
def section_end(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where a section's name that starts here ends, its qualifiers included."""
    for _ in range(_MOST_QUALIFIERS):
        after = word_end(table, text, here, end, SECTION_QUALIFIER)
        if after < 0 or after >= end or (text[after] != _SPACE and text[after] != _HYPHEN):
            break
        here = after + 1
    return word_end(table, text, here, end, SECTION_NAME)
