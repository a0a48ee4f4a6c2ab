"""What a character may be in a rule, as bits: what Python says of it, and which rules list it."""

import unicodedata
from collections.abc import Iterable

from tpmclassify.reading import line_words, mask_words
from tpmclassify.reading.characters import is_odd
from tpmclassify.reading.mojibake import CONTINUATION as MISREAD_CONTINUATION

# What Python says of a character.
WORD = 1  # \w of regular expressions: letters, digits, numerals, the underscore
SPACE = 2  # str.isspace
UPPER = 4  # str.isupper
LOWER = 8  # str.islower
DIGIT = 16  # \d
LETTER = 32  # [^\W\d_]

UNDERSCORE = ord("_")  # what overwrites a mask

# What the rules list.
SMALL, CAPITAL, FIGURE, NEWLINE = (1 << bit for bit in range(6, 10))
BULLET, DASH, SENTENCE_END, CLOSING = (1 << bit for bit in range(10, 14))
OPENING, LINE_CLOSING, HEADING_STOP, BEFORE_HEADING = (1 << bit for bit in range(14, 18))
EDGE, CUTTING, LINK_STOP, SEPARATOR = (1 << bit for bit in range(18, 22))
AMPERSAND, STARTS_TITLE, INSIDE_NAME, BEHIND_NAME = (1 << bit for bit in range(22, 26))
STARTS_NAME, BEHIND_NUMBER, OPENS_NAME_AFTER, OPENS_TITLE = (1 << bit for bit in range(26, 30))
CONTINUATION = 1 << 30
# What `characters.clean_characters` changes; symbols that serve as bullets; what opens a list of
# JSON, or Markdown, at the beginning of a text; Markdown's marks, and behind what bold type glues
# nothing.
ODD, SYMBOL, OPENS_MARKUP, MARKDOWN, OPENS_BOLD = (1 << bit for bit in range(31, 36))

MARKS = "*_#>|`[\\"
_SMALL, _FIGURES = "abcdefghijklmnopqrstuvwxyz", "0123456789"
_TITLES = (*mask_words.TITLE_NOUNS, *mask_words.TITLE_SHORT)
_LISTED: dict[int, Iterable[str]] = {
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
    LINK_STOP: mask_words.LINK_STOPS,
    SEPARATOR: " \t/-",
    AMPERSAND: "&",
    # In lower case: "At", "About", "Join", "join".
    STARTS_NAME: "aj",
    BEHIND_NUMBER: ".,%+-",
    INSIDE_NAME: mask_words.INSIDE_NAME,
    # The first and second letters of titles, and the letters behind the space of such phrases.
    STARTS_TITLE: [words[0] for words in _TITLES],
    OPENS_TITLE: [words[1] for words in _TITLES],
    OPENS_NAME_AFTER: [words[1] for words in mask_words.NAME_AFTER],
    # Second and further bytes of misread UTF-8.
    CONTINUATION: MISREAD_CONTINUATION,
    BEHIND_NAME: mask_words.BEHIND_NAME,
    SYMBOL: line_words.SYMBOLS,
    OPENS_MARKUP: "[{#>|*_`",
    MARKDOWN: MARKS,
    OPENS_BOLD: "([\"'“‘-–—/_",
    # Where a line may be cut: at these and where the case changes.
    CUTTING: (
        f";:*{line_words.SENTENCE_ENDS}{line_words.BULLETS}{line_words.DASHES}"
        f"{_SMALL.upper()}{_FIGURES}"
    ),
}


# Signs of rights and units belong to the word before them.
_NO_BULLETS = "℗℠™℡℻"
FIRST_SYMBOL, FIRST_SHAPE = 0x2100, 0x25A0


def is_symbol(character: str) -> bool:
    """Whether a character is a symbol without a meaning of its own (pictures, stars, arrows)."""
    if ord(character) < FIRST_SYMBOL or character in _NO_BULLETS:
        return False
    # Behind the signs of mathematics stand shapes and arrows that Unicode lists among them.
    kinds = ("So", "Sm") if ord(character) >= FIRST_SHAPE else ("So",)
    return unicodedata.category(character) in kinds and not is_odd(character)


def marks_of(character: str) -> int:
    """All bits of a character; of one that is cleaned before a rule meets it, that alone."""
    if is_odd(character):
        return ODD
    kind = kind_of(character) | SYMBOL * is_symbol(character)
    listed = LISTED.get(character, 0)
    return kind | listed | (LINK_STOP | BEFORE_HEADING if kind & SPACE else 0)


def kind_of(character: str) -> int:
    """What Python says of a character."""
    alnum, digit = character.isalnum(), character.isdecimal()
    return (
        WORD * (alnum or character == "_")
        | SPACE * character.isspace()
        | UPPER * character.isupper()
        | LOWER * character.islower()
        | DIGIT * digit
        | LETTER * (alnum and not digit)
    )


def _by_character() -> dict[str, int]:
    listed: dict[str, int] = {}
    for bit, characters in _LISTED.items():
        for character in characters:
            listed[character] = listed.get(character, 0) | bit
    return listed


# The bits of every character that a rule lists.
LISTED = _by_character()
