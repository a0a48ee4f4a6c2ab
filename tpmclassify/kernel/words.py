"""The words and marks of `posting.masking` and `posting.lines`, as a table for compiled code.

It is made from the constants that the regular expressions are made of. It is one array, since
every array that is passed to a compiled function costs as much as looking at ten characters:

- one entry for each code point: the bits of `characters()` and the marks below;
- the column of a code point in the trie, for those that occur in words;
- the trie of all words. A node is the position of its row; the row's first entry says as bits
  of which sets a word ends here, the others at which position the node stands that a letter
  leads to, 0 where no word goes on.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.characters import LETTER, SPACE, WORD, characters
from tpmclassify.kernel.compiled import compiled
from tpmclassify.reading import html as plain_text
from tpmclassify.reading import line_words
from tpmclassify.reading import masks as masking

CodePoints = NDArray[np.uint32]
Table = NDArray[np.int32]

# To which set a word belongs, as bits.
DUTY_VERB, REQUIREMENT, SECTION_QUALIFIER, SECTION_NAME = (1 << bit for bit in range(0, 4))
GLUED_QUALIFIER, GLUED_SECTION, NO_SECTION_AFTER, GLUED_NAME = (1 << bit for bit in range(4, 8))
QUESTION, QUESTION_TOPIC, PROMISE, HEADING_PHRASE = (1 << bit for bit in range(8, 12))
ABBREVIATION, LINK_START, DOMAIN, TITLE_NOUN = (1 << bit for bit in range(12, 16))
TITLE_ROLE, TITLE_POSSESSIVE, TITLE_SHORT, TITLE_MODIFIER = (1 << bit for bit in range(16, 20))
TITLE_LEVEL, NAME_AFTER, NO_NAME, NAME_SUFFIX = (1 << bit for bit in range(20, 24))
BEFORE_NAME, BEFORE_JOINED_NAME = (1 << bit for bit in range(24, 26))
BEHIND_JOINED_NAME, JOINING_NAMES = (1 << bit for bit in range(26, 28))
YEARS = 1 << 28

_SETS: dict[int, tuple[str, ...]] = {
    DUTY_VERB: line_words.DUTY_VERBS,
    REQUIREMENT: line_words.REQUIREMENTS,
    SECTION_QUALIFIER: line_words.SECTION_QUALIFIERS,
    SECTION_NAME: line_words.SECTION_NAMES,
    GLUED_QUALIFIER: line_words.GLUED_QUALIFIERS,
    GLUED_SECTION: line_words.GLUED_SECTIONS,
    NO_SECTION_AFTER: line_words.NO_SECTION_BEHIND,
    GLUED_NAME: line_words.GLUED_NAMES,
    QUESTION: line_words.QUESTIONS,
    QUESTION_TOPIC: line_words.QUESTION_TOPICS,
    PROMISE: line_words.PROMISES,
    HEADING_PHRASE: line_words.HEADING_PHRASES,
    ABBREVIATION: line_words.ABBREVIATIONS,
    LINK_START: masking.LINK_STARTS,
    DOMAIN: masking.DOMAINS,
    TITLE_NOUN: masking.TITLE_NOUNS,
    TITLE_ROLE: masking.TITLE_ROLES,
    TITLE_POSSESSIVE: masking.TITLE_POSSESSIVES,
    TITLE_SHORT: masking.TITLE_SHORT,
    TITLE_MODIFIER: masking.TITLE_MODIFIERS,
    TITLE_LEVEL: masking.TITLE_LEVELS,
    NAME_AFTER: masking.NAME_AFTER,
    NO_NAME: masking.NO_NAMES,
    NAME_SUFFIX: masking.NAME_SUFFIXES,
    BEFORE_NAME: masking.BEFORE_NAME,
    BEFORE_JOINED_NAME: masking.BEFORE_JOINED_NAME,
    BEHIND_JOINED_NAME: masking.BEHIND_JOINED_NAME,
    JOINING_NAMES: masking.JOINING_NAMES,
    YEARS: (" years",),
}

# What a code point may be in a rule, as bits above those of `characters()`
# up to `LETTER`.
SMALL, CAPITAL, FIGURE, NEWLINE = (1 << bit for bit in range(6, 10))
BULLET, DASH, SENTENCE_END, CLOSING = (1 << bit for bit in range(10, 14))
OPENING, LINE_CLOSING, HEADING_STOP, BEFORE_HEADING = (1 << bit for bit in range(14, 18))
EDGE, CUTTING, LINK_STOP, SEPARATOR = (1 << bit for bit in range(18, 22))
AMPERSAND, STARTS_TITLE, INSIDE_NAME, BEHIND_NAME = (1 << bit for bit in range(22, 26))
STARTS_NAME, BEHIND_NUMBER, OPENS_NAME_AFTER, OPENS_TITLE = (1 << bit for bit in range(26, 30))
CONTINUATION = 1 << 30

_SMALL, _FIGURES = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_MARKS: dict[int, str] = {
    SMALL: _SMALL,
    CAPITAL: _SMALL.upper(),
    FIGURE: _FIGURES,
    NEWLINE: line_words.NEWLINES,
    BULLET: line_words.BULLETS,
    DASH: line_words.DASHES,
    SENTENCE_END: line_words.SENTENCE_ENDS,
    CLOSING: line_words.CLOSING,
    OPENING: line_words.OPENING,
    LINE_CLOSING: line_words.LINE_CLOSING,
    HEADING_STOP: line_words.HEADING_STOPS,
    BEFORE_HEADING: line_words.BEFORE_HEADING,
    EDGE: line_words.EDGE,
    LINK_STOP: masking.LINK_STOPS,
    SEPARATOR: " \t/-",
    AMPERSAND: "&",
    # In lower case: "At", "About", "Join", "join".
    STARTS_NAME: "aj",
    BEHIND_NUMBER: ".,%+-",
    INSIDE_NAME: masking.INSIDE_NAME,
    # The first and second letters of titles, and the letters behind the space of such phrases.
    STARTS_TITLE: "".join(words[0] for words in (*masking.TITLE_NOUNS, *masking.TITLE_SHORT)),
    OPENS_TITLE: "".join(words[1] for words in (*masking.TITLE_NOUNS, *masking.TITLE_SHORT)),
    OPENS_NAME_AFTER: "".join(words[1] for words in masking.NAME_AFTER),
    # Second and further bytes of misread UTF-8.
    CONTINUATION: plain_text.CONTINUATION,
    BEHIND_NAME: masking.BEHIND_NAME,
    # Where a line may be cut: at these and where the case changes.
    CUTTING: (
        f";:*{line_words.SENTENCE_ENDS}{line_words.BULLETS}{line_words.DASHES}"
        f"{_SMALL.upper()}{_FIGURES}"
    ),
}

_N_CODE_POINTS = 0x110000
# Words are made of code points below this one.
_COLUMNS, _N_COLUMNS = _N_CODE_POINTS, 0x2020
_ROOT = _COLUMNS + _N_COLUMNS


@cache
def cleaning_table() -> Table:
    """Build the table, once.

    Returns
    -------
    ndarray of int32 of shape (n,)
    """
    words = [(word, bit) for bit, words in _SETS.items() for word in words]
    alphabet = sorted({letter for word, _ in words for letter in word})
    columns = {letter: column for column, letter in enumerate(alphabet, start=1)}
    width = len(columns) + 1
    rows = [[0] * width]
    for word, bit in words:
        row = rows[0]
        for letter in word:
            if not row[columns[letter]]:
                row[columns[letter]] = _ROOT + len(rows) * width
                rows.append([0] * width)
            row = rows[(row[columns[letter]] - _ROOT) // width]
        row[0] |= bit
    column_of = np.zeros(_N_COLUMNS, dtype=np.int32)
    for letter, column in columns.items():
        column_of[ord(letter)] = column
    return np.concatenate([_marks(), column_of, np.array(rows, dtype=np.int32).ravel()])


def _marks() -> Table:
    marks = characters().kinds.astype(np.int32) & (2 * LETTER - 1)
    marks[marks & SPACE != 0] |= LINK_STOP | BEFORE_HEADING
    for bit, marked in _MARKS.items():
        marks[[ord(character) for character in marked]] |= bit
    return marks


@compiled
def word_end(table: Table, text: CodePoints, start: int, end: int, wanted: int) -> int:
    """Where the longest word of the wanted sets that begins at `start` ends; -1 if none does."""
    node, found = _ROOT, -1
    for i in range(start, end):
        if text[i] >= _N_COLUMNS or table[_COLUMNS + text[i]] == 0:
            break
        node = table[node + table[_COLUMNS + text[i]]]
        if node == 0:
            break
        if table[node] & wanted:
            found = i + 1
    return found


@compiled
def is_word(table: Table, text: CodePoints, start: int, end: int, wanted: int) -> bool:
    """Whether a whole slice is a word of the wanted sets."""
    return start < end and word_end(table, text, start, end, wanted) == end


@compiled
def ends_word(table: Table, text: CodePoints, here: int) -> bool:
    """Whether no word goes on from here."""
    return here == len(text) or not table[text[here]] & WORD
