"""Masks: what a network puts around a posting, where its form is fixed."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.marks import NEWLINE, SPACE
from tpmclassify.reading.mask_words import MOST_POSTER_LINES
from tpmclassify.reading.rule_table import CRITERION, POSTER, POSTING_START, word_end
from tpmclassify.reading.spans import add_span


@compiled
def mask_residue(text: Bytes, here: int, n: int, table: Ints, spans: Ints) -> None:
    """Mask a criterion with its value, or the person who posted, if such a line begins here.

    ("Job function", and on the next line "Project Management and Information Technology".)
    """
    end = word_end(table, text, here, n, CRITERION | POSTER)
    if end < 0 or _line_end(text, end, n, table) != _after_spaces(text, end, n, table):
        return
    is_criterion = word_end(table, text, here, n, CRITERION) >= 0
    for _ in range(1 if is_criterion else MOST_POSTER_LINES):
        following = _line_end(text, end, n, table)
        while following < n and table[text[following]] & SPACE:
            following += 1
        if following == n or word_end(table, text, following, n, POSTING_START) >= 0:
            break
        end = _line_end(text, following, n, table)
    add_span(spans, here, end)


@compiled
def _line_end(text: Bytes, here: int, n: int, table: Ints) -> int:
    while here < n and not table[text[here]] & NEWLINE:
        here += 1
    return here


@compiled
def _after_spaces(text: Bytes, here: int, n: int, table: Ints) -> int:
    """Where white space that breaks no line ends."""
    while here < n and table[text[here]] & SPACE and not table[text[here]] & NEWLINE:
        here += 1
    return here
