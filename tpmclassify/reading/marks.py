"""What a character may be in a rule, as bits: what Python says of it, and which rules list it."""

import unicodedata
from string import ascii_lowercase, ascii_uppercase, digits, punctuation

from tpmclassify.reading import mask_words
from tpmclassify.reading.characters import is_odd
from tpmclassify.reading.line_words import words_of
from tpmclassify.reading.mojibake import CONTINUATION as MISREAD_CONTINUATION

# What Python says of a character.
WORD = 1  # \w of regular expressions: letters, digits, numerals, the underscore
SPACE = 2  # str.isspace
UPPER = 4  # str.isupper
LOWER = 8  # str.islower
DIGIT = 16  # \d
LETTER = 32  # [^\W\d_]

UNDERSCORE = ord("_")  # what overwrites a passage that is masked

# What the rules list.
_CHARACTERS: dict[int, str] = {}


def _mark(characters: str) -> int:
    """Make a mark of characters that rules list; returns its bit."""
    bit = LETTER << 1 + len(_CHARACTERS)
    _CHARACTERS[bit] = characters
    return bit


SMALL, CAPITAL, FIGURE = map(_mark, (ascii_lowercase, ascii_uppercase, digits))
NEWLINE = _mark("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_BULLETS = "•●▪◦‣■□►➢➤✓✔❖◆"
BULLET, DASH, SENTENCE_END = _mark(_BULLETS), _mark("-·*–—"), _mark(".!?")
# Marks that serve as bullets where white space stands before them; other symbols do, too.
SYMBOL = _mark("⁃⁌⁍∙⋅⦁⦿»›¶§¤→⇒†‡※・∗∘")
# What may stand between a sentence's end and the next sentence.
CLOSING, OPENING = _mark("\"'”’)]*"), _mark("\"'“‘([*")
# Closing marks belong to the line that they end.
LINE_CLOSING = _mark(".!?:;\"'”’)]")
HEADING_STOP, BEFORE_HEADING = _mark(".:;!?\n"), _mark("*#_(.!?)")
EDGE = _mark(f" \t\u00a0\u200b\ufeff·*#|_~>=–—-{_BULLETS}")
# Where a line may be cut: at these and where the case changes.
CUTTING = _mark(";:") | SENTENCE_END | BULLET | DASH | CAPITAL | FIGURE
# What may stand before a cut or behind it.
ENDS_PHRASE, ENDS_CLAUSE = _mark(f"{ascii_lowercase})"), _mark(f"{ascii_lowercase}{digits})%")
BEFORE_NUMBER, BEHIND_DASH = _mark(f"{ascii_lowercase}.;:)"), _mark(f'{ascii_uppercase}"“(')
STARTS_SENTENCE, GLUED_BULLET = _mark(f"{ascii_uppercase}{digits}_"), _mark("-•*")
APOSTROPHE, PLUS, MASKED = _mark("'’"), _mark("+"), _mark("_")
LINK_STOP, HYPHEN, INSIDE_HOST = _mark("<>\"')]"), _mark("-"), _mark(".+-")
SEPARATOR, AMPERSAND, BEHIND_NUMBER = _mark(" \t/-"), _mark("&"), _mark(".,%+-")
# The first and second letters of titles.
_TITLES = words_of(mask_words.TITLE_NOUNS | mask_words.TITLE_SHORT)
STARTS_TITLE, OPENS_TITLE = (_mark("".join(word[k] for word in _TITLES)) for k in (0, 1))
# In lower case: "At", "About", "Join", "join"; the letters behind the space of such phrases.
STARTS_NAME = _mark("aj")
OPENS_NAME_AFTER = _mark("".join(words[1] for words in words_of(mask_words.NAME_AFTER)))
INSIDE_NAME = _mark("&.'’-")
# First bytes of misread UTF-8, and further ones; what `characters.clean_characters` changes.
LEAD, CONTINUATION = _mark("".join(map(chr, range(0xC2, 0xF5)))), _mark(MISREAD_CONTINUATION)
ODD = _mark("")
# What opens a list of JSON, or Markdown, at the beginning of a text; what is no Markdown; its
# marks, those of them that need no other, and behind what bold type glues nothing.
MARKS = "*_#>|`[\\"
OPENS_MARKUP, OTHER_MARKUP, MARKDOWN = _mark("[{#>|*_`"), _mark("<&=["), _mark(MARKS)
SURE_MARKDOWN, OPENS_BOLD = _mark("\\\n*`]"), _mark("([\"'“‘-–—/_")
PUNCTUATION = _mark(punctuation)  # what may be escaped
# What ends code, bold type, italics, and a link's label and title; and around a table's cells.
ENDS_CODE, ENDS_BOLD, ENDS_ITALICS = _mark("`\n"), _mark("*\n"), _mark("*_\n")
ENDS_LABEL, ENDS_TITLE, PARENTHESIS = _mark("[]\n"), _mark('"\n'), _mark("()")
LINE_FEED, BLANK = _mark("\n"), _mark(" \t")
# The bits of every character that a rule lists.
LISTED = {
    character: sum(bit for bit, some in _CHARACTERS.items() if character in some)
    for character in "".join(_CHARACTERS.values())
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
