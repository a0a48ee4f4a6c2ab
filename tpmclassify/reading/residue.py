"""Masks: what a network puts around a posting, where its form is fixed."""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading.marks import NEWLINE, SPACE
from tpmclassify.reading.mask_words import MOST_POSTER_LINES
from tpmclassify.reading.rule_table import CHROME, CRITERION, POSTER, POSTING_START, word_end
from tpmclassify.reading.spans import add_span


@compiled
def mask_residue(text: Bytes, here: int, n: int, table: Ints, spans: Ints) -> None:
    """Mask a criterion with its value, the person who posted, or a button, if that begins here.

    ("Job function", and on the next line "Project Management and Information Technology".)
    """
    end = word_end(table, text, here, n, CRITERION | POSTER | CHROME)
    if end < 0 or _line_end(text, end, n, table) != _after_spaces(text, end, n, table):
        return
    most_lines = 0
    if word_end(table, text, here, n, CRITERION) >= 0:
        most_lines = 1
    elif word_end(table, text, here, n, POSTER) >= 0:
        most_lines = MOST_POSTER_LINES
    for _ in range(most_lines):
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
