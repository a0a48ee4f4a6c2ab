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
from tpmclassify.reading.byte_form import LOWER_BYTES, N_BYTES, SAMPLES, byte_of
from tpmclassify.reading.line_words import GLUED_NAMES, NO_SECTION_BEHIND, SETS, words_of
from tpmclassify.reading.marks import WORD, marks_of

COLUMNS, LOWERED, _ROOT = N_BYTES, 2 * N_BYTES, 3 * N_BYTES
_GOES_ON, _FIRST_COLUMN = 1, 2


def _build() -> list[int]:
    words = [(word, bit) for bit, words in SETS.items() for word in words]
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
_LONGEST_ENDING = max(map(len, words_of(GLUED_NAMES | NO_SECTION_BEHIND)))


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
def skip(table: Ints, text: Bytes, here: int, end: int, marks: int) -> int:
    """Where the characters from `here` end that have one of the marks."""
    while here < end and table[text[here]] & marks:
        here += 1
    return here


@compiled
def skip_back(table: Ints, text: Bytes, here: int, low: int, marks: int) -> int:
    """Where the characters before `here` begin that have one of the marks."""
    while here > low and table[text[here - 1]] & marks:
        here -= 1
    return here


@compiled
def find(table: Ints, text: Bytes, here: int, end: int, marks: int) -> int:
    """Where the first character from `here` stands that has one of the marks; `end` if none."""
    while here < end and not table[text[here]] & marks:
        here += 1
    return here


@compiled
def fill(target: Bytes, start: int, end: int, value: int) -> None:
    """Overwrite a passage."""
    for i in range(start, end):
        target[i] = value
