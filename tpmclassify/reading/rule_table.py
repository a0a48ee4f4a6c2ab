"""The words and marks that the rules look up, as one table of numbers.

- one entry a byte: what the character is, as bits of `marks`;
- one entry a byte: its column in the trie;
- one entry a byte: that of its lower case;
- the trie of all words. A node is the position of its row. The row's first entry says as bits of
  which sets a word ends here, its second of which sets a word ends here or goes on, the others at
  which position the node stands that a letter leads to: where no word goes on, an empty one.

It is one array, since every array that is passed to a function of machine code costs as much as
looking at ten characters.
"""

from tpmclassify.arrays import Bytes, Ints
from tpmclassify.machine_code.entries import compiled
from tpmclassify.reading import line_words, mask_words
from tpmclassify.reading.byte_form import LOWER_BYTES, N_BYTES, SAMPLES, byte_of
from tpmclassify.reading.marks import UNDERSCORE, WORD, marks_of

# To which set a word belongs, as bits.
DUTY_VERB, REQUIREMENT, SECTION_QUALIFIER, SECTION_NAME = (1 << bit for bit in range(0, 4))
GLUED_QUALIFIER, GLUED_SECTION, NO_SECTION_AFTER, GLUED_NAME = (1 << bit for bit in range(4, 8))
QUESTION, QUESTION_TOPIC, PROMISE, HEADING_PHRASE = (1 << bit for bit in range(8, 12))
ABBREVIATION, LINK_START, DOMAIN, TITLE_NOUN = (1 << bit for bit in range(12, 16))
TITLE_ROLE, TITLE_POSSESSIVE, TITLE_SHORT, TITLE_MODIFIER = (1 << bit for bit in range(16, 20))
TITLE_LEVEL, NAME_AFTER, NO_NAME, NAME_SUFFIX = (1 << bit for bit in range(20, 24))
BEFORE_NAME, BEFORE_JOINED_NAME = (1 << bit for bit in range(24, 26))
BEHIND_JOINED_NAME, JOINING_NAMES = (1 << bit for bit in range(26, 28))
YEARS, OPENER, CRITERION, POSTER, POSTING_START = (1 << bit for bit in range(28, 33))
JOINING_WORD, CAPITAL_SECTION, CHROME, COMPOUND = (1 << bit for bit in range(33, 37))
THIRD_PERSON = 1 << 37

_SETS: dict[int, tuple[str, ...]] = {
    DUTY_VERB: line_words.DUTY_VERBS,
    THIRD_PERSON: line_words.THIRD_PERSONS,
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
    LINK_START: mask_words.LINK_STARTS,
    DOMAIN: mask_words.DOMAINS,
    TITLE_NOUN: mask_words.TITLE_NOUNS,
    TITLE_ROLE: mask_words.TITLE_ROLES,
    TITLE_POSSESSIVE: mask_words.TITLE_POSSESSIVES,
    TITLE_SHORT: mask_words.TITLE_SHORT,
    TITLE_MODIFIER: mask_words.TITLE_MODIFIERS,
    TITLE_LEVEL: mask_words.TITLE_LEVELS,
    NAME_AFTER: mask_words.NAME_AFTER,
    NO_NAME: mask_words.NO_NAMES,
    NAME_SUFFIX: mask_words.NAME_SUFFIXES,
    BEFORE_NAME: mask_words.BEFORE_NAME,
    BEFORE_JOINED_NAME: mask_words.BEFORE_JOINED_NAME,
    BEHIND_JOINED_NAME: mask_words.BEHIND_JOINED_NAME,
    JOINING_NAMES: mask_words.JOINING_NAMES,
    YEARS: (" year",),
    OPENER: line_words.OPENERS,
    CRITERION: mask_words.CRITERIA,
    POSTER: mask_words.POSTERS,
    POSTING_START: mask_words.POSTING_STARTS,
    COMPOUND: line_words.COMPOUND_WORDS,
    JOINING_WORD: line_words.JOINING_WORDS,
    CAPITAL_SECTION: line_words.CAPITAL_SECTION_NAMES,
    CHROME: mask_words.CHROME,
}

COLUMNS, LOWERED, _ROOT = N_BYTES, 2 * N_BYTES, 3 * N_BYTES
_GOES_ON, _FIRST_COLUMN = 1, 2


def _build() -> list[int]:
    words = [(word, bit) for bit, words in _SETS.items() for word in words]
    alphabet = sorted({letter for word, _ in words for letter in word})
    other_letters = _FIRST_COLUMN + len(alphabet)  # the last column, which leads to the empty node
    empty = _ROOT + other_letters + 1
    leads_nowhere = [0] * _FIRST_COLUMN + [empty] * (len(alphabet) + 1)
    table = [0] * N_BYTES + [other_letters] * N_BYTES + list(LOWER_BYTES) + 2 * leads_nowhere
    for byte, sample in enumerate(SAMPLES):
        table[byte] = marks_of(sample)
    for column, letter in enumerate(alphabet, start=_FIRST_COLUMN):
        table[COLUMNS + byte_of(letter)] = column
    for word, bit in words:
        node = _ROOT
        for letter in word:
            place = node + table[COLUMNS + byte_of(letter)]
            if table[place] == empty:
                table[place] = len(table)
                table += leads_nowhere
            node = table[place]
            table[node + _GOES_ON] |= bit
        table[node] |= bit
    return table


TABLE = _build()
# Of `GLUED_NAME` and `NO_SECTION_AFTER`.
_LONGEST_ENDING = max(map(len, (*line_words.GLUED_NAMES, *line_words.NO_SECTION_BEHIND)))


@compiled
def word_end(table: Ints, text: Bytes, start: int, end: int, wanted: int) -> int:
    """Where the longest word of the wanted sets that begins at `start` ends; -1 if none does."""
    node, found = _ROOT, -1
    for i in range(start, end):
        node = table[node + table[COLUMNS + text[i]]]
        if not table[node + _GOES_ON] & wanted:
            break
        if table[node] & wanted:
            found = i + 1
    return found


@compiled
def is_word(table: Ints, text: Bytes, start: int, end: int, wanted: int) -> bool:
    """Whether a whole slice is a word of the wanted sets."""
    return start < end and word_end(table, text, start, end, wanted) == end


@compiled
def ends_on_word(table: Ints, text: Bytes, end: int, wanted: int) -> bool:
    """Whether a word of the wanted sets, one of the short ones, ends here."""
    for start in range(max(0, end - _LONGEST_ENDING), end):
        if is_word(table, text, start, end, wanted):
            return True
    return False


@compiled
def ends_word(table: Ints, text: Bytes, here: int, n: int) -> bool:
    """Whether no word goes on from here."""
    return here == n or not table[text[here]] & WORD


@compiled
def overwrite(masked: Bytes, start: int, end: int) -> None:
    """Mask a passage: no mask is read by a rule, so they may overlap."""
    for i in range(start, end):
        masked[i] = UNDERSCORE
