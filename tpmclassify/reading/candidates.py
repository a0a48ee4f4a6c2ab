"""Where a rule may apply: the few characters of a text at which the rules look.

Each rule names the bytes that may stand at its place, before or behind it; of 4,200 characters of a
posting some 25 may open a mask, and some 95 a cut. Machine code tests all rules of a place at once,
by one bit each; plain Python does so in numpy.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Marks, read_only
from tpmclassify.reading import marks, mask_words
from tpmclassify.reading.byte_form import LOWER_BYTES, N_BYTES, SAMPLES, byte_of
from tpmclassify.reading.line_words import words_of
from tpmclassify.reading.rule_table import TABLE

ByteSet = frozenset[int]
ANY: ByteSet = frozenset(range(N_BYTES))


class Rule(NamedTuple):
    """The bytes that may stand in a row; behind the end of a text stands a NUL."""

    first: ByteSet
    second: ByteSet
    third: ByteSet = ANY


def _exactly(characters: Iterable[str]) -> ByteSet:
    return frozenset(map(byte_of, characters))


def _any_case(characters: Iterable[str]) -> ByteSet:
    wanted = _exactly(characters)
    return frozenset(byte for byte in range(N_BYTES) if LOWER_BYTES[byte] in wanted)


def _marked(bits: int) -> ByteSet:
    return frozenset(byte for byte in range(len(SAMPLES)) if TABLE[byte] & bits)


def _words(words: Iterable[str], *, any_case: bool = False) -> list[Rule]:
    """Rules for words that begin alike: their first three letters."""
    fold = _any_case if any_case else _exactly
    by_letter: dict[str, list[str]] = {}
    for word in words:
        by_letter.setdefault(word[0], []).append(word)
    return [
        Rule(
            fold(letter),
            fold({word[1] for word in some}),
            fold({word[2] for word in some}) if min(map(len, some)) > 2 else ANY,
        )
        for letter, some in sorted(by_letter.items())
    ]


_RESIDUE = mask_words.CHROME | mask_words.CRITERIA | mask_words.POSTERS
# What `masks` looks at, by the byte at its place and the two behind it.
MASK_RULES = (
    *_words(words_of(mask_words.TITLE_NOUNS | mask_words.TITLE_SHORT), any_case=True),
    *_words(words_of(mask_words.BEFORE_NAME | mask_words.BEFORE_JOINED_NAME | _RESIDUE)),
    # Behind their space: "is", "provides", "offers".
    *_words(phrase[1:] for phrase in words_of(mask_words.NAME_AFTER)),
    Rule(_exactly("."), _any_case("abcdefghijklmnopqrstuvwxyz")),
    Rule(_any_case("w"), _exactly(".")),
    Rule(_exactly(":"), _exactly("/")),
    Rule(_exactly("@"), ANY),
    Rule(_exactly("#"), _marked(marks.LETTER)),
)
# What may be markup, misread UTF-8 or an odd character: for texts that were not cleaned yet.
_SOLID, _LETTER = ANY - _marked(marks.SPACE), _marked(marks.SMALL | marks.CAPITAL)
MARKUP_RULES = (
    Rule(_exactly("<"), _LETTER | _exactly("/!?")),
    Rule(_exactly("&"), _LETTER | _exactly("#"), _LETTER | _marked(marks.FIGURE)),
    Rule(_marked(marks.LEAD), _marked(marks.CONTINUATION | marks.ODD)),
    # Odd characters, and what a list of JSON or Python escapes; then Markdown.
    Rule(_exactly("`\\") | _marked(marks.ODD), ANY),
    Rule(_exactly("="), _exactly("\r\n")),  # of quoted-printable mail
    Rule(_exactly("["), _exactly("/ xX"), _LETTER | _exactly("]")),  # of BBCode, and of task lists
    Rule(_exactly("*_"), _SOLID),
    Rule(_exactly("]"), _exactly("(")),
    Rule(_exactly("#"), _exactly("#")),
    Rule(_exactly("\n"), _exactly("#>|")),
)
# What `lines` looks at: the byte before, and the byte at its place.
CUT_RULES = (
    Rule(ANY, _marked(marks.NEWLINE | marks.SENTENCE_END | marks.BULLET | marks.SYMBOL)),
    Rule(ANY, _exactly(":;*·")),
    Rule(_marked(marks.SPACE), _marked(marks.STARTS_SENTENCE | marks.DASH) | _exactly("o")),
    Rule(_marked(marks.SMALL), _exactly(")")),
    Rule(_marked(marks.ENDS_PHRASE), _marked(marks.CAPITAL | marks.FIGURE | marks.HYPHEN)),
)
# Where words begin and end.
_WORD = _marked(marks.WORD)
EDGE_RULES = (Rule(ANY - _WORD, _WORD), Rule(_WORD, ANY - _WORD))


def filter_of(rules: Iterable[Rule]) -> tuple[Marks, Marks, Marks]:
    """Rules as bits by byte: one applies where its bit is set for each byte in a row.

    Returned: three tables (256,), for the first byte, the second and the third.
    """
    first, second, third = tables = tuple(np.zeros(N_BYTES, np.uint32) for _ in range(3))
    for bit, rule in enumerate(rules):
        for table, allowed in zip(tables, rule, strict=True):
            table[sorted(allowed)] |= np.uint32(1 << bit)
    for table in tables:
        read_only(table)
    return first, second, third


MASK_FILTER, CUT_FILTER = filter_of(MASK_RULES), filter_of(CUT_RULES)


def find_candidates(text: bytes, first: Marks, second: Marks, third: Marks) -> list[int]:
    """Find in plain Python where a rule may apply; behind the end of the text stands a NUL."""
    codes = np.frombuffer(text + b"\0", np.uint8)
    places = np.flatnonzero(first[codes[:-2]] & second[codes[1:-1]] & third[codes[2:]])
    return places.tolist()
