"""Lines: the headings that end with a colon or open a section."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import line_words, marks
from tpmclassify.reading.rule_table import word_end

_SPACE, _HYPHEN = map(ord, " -")
_MOST_QUALIFIERS = 3


@compiled
def heading_start(text: Bytes, start: int, colon: int, table: Ints) -> int:
    """Where a section's heading starts that ends with a colon; -1 where a sentence does."""
    low = max(start, colon + 1 - line_words.HEADING_SIGHT)
    here = colon
    while here > low and not table[text[here - 1]] & marks.HEADING_STOP:
        here -= 1
        opens = here == 0 or (here > low and table[text[here - 1]] & marks.BEFORE_HEADING)
        if opens and table[text[here]] & marks.CAPITAL:
            if _is_heading(text, here, colon, table):
                return here
    return -1


@compiled
def _is_heading(text: Bytes, here: int, colon: int, table: Ints) -> bool:
    """Whether a heading starts here, and the colon is near enough to end it."""
    after = section_end(text, here, colon, table)
    if after < 0:
        after = word_end(table, text, here, colon, line_words.HEADING_PHRASES)
    if after >= 0:
        return colon - after <= line_words.AFTER_SECTION
    after = word_end(table, text, here, colon, line_words.PROMISES)
    if after >= 0:
        return colon - after <= line_words.AFTER_PROMISE
    topic = word_end(table, text, here, colon, line_words.QUESTIONS)
    if topic < 0:
        return False
    after = word_end(table, text, topic, colon, line_words.QUESTION_TOPICS)
    if after < 0 or (after < colon and table[text[after]] & marks.WORD):
        return False
    return colon - after <= line_words.AFTER_QUESTION


@compiled
def section_end(text: Bytes, here: int, end: int, table: Ints) -> int:
    """Where a section's name that starts here ends, its qualifiers included."""
    for _ in range(_MOST_QUALIFIERS):
        after = word_end(table, text, here, end, line_words.SECTION_QUALIFIERS)
        if after < 0 or after >= end or (text[after] != _SPACE and text[after] != _HYPHEN):
            break
        here = after + 1
    return word_end(table, text, here, end, line_words.SECTION_NAMES)
