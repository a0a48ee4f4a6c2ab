"""Characters that nobody sees or means: taken out, or read as what they stand for."""

import re
import unicodedata
from collections.abc import Iterable

Range = tuple[int, int]

# Soft hyphen, combining grapheme joiner, Arabic letter mark, Mongolian selectors, zero-width space
# and joiners, marks of direction, word joiner and its kind, variation selectors, byte order mark,
# tags.
_INVISIBLE: tuple[Range, ...] = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xE0000, 0xE0FFF),
)  # fmt: skip
# Ligatures, full-width letters, letters in a circle or a square, and those of mathematics (bold and
# the like, where a network has no other): read as their letters. What would be markup is not.
_STYLED: tuple[Range, ...] = (
    (0xFB00, 0xFB06), (0xFF08, 0xFF09), (0xFF0B, 0xFF1B), (0xFF1F, 0xFF1F),
    (0xFF21, 0xFF3A), (0xFF41, 0xFF5A), (0x24B6, 0x24E9), (0x1D400, 0x1D7FF), (0x1F130, 0x1F149),
)  # fmt: skip
OWN_BULLET = "\x7f"  # DEL, which some program or other has for a bullet
# Symbols of the fonts of Word and PDF.
PRIVATE_USE: Range = (0xE000, 0xF8FF)
# Numbers in circles and parentheses, and the box around a figure: they begin the points of a list.
_NUMBERS = (*range(0x2460, 0x249C), *range(0x24EA, 0x2500), *range(0x2776, 0x2794))
_MEANT = {0x20E3: ". "} | {n: f"{unicodedata.numeric(chr(n)):.0f}. " for n in _NUMBERS}
# Controls that no text holds; in cp1252 they are quotes and dashes.
_MEANT |= {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x85, 0x8D, 0x8F, 0x90, 0x9D)
}
ODD: tuple[Range, ...] = (
    *_INVISIBLE, *_STYLED, PRIVATE_USE, *((code, code) for code in _MEANT)
)  # fmt: skip


def _class(ranges: Iterable[Range]) -> str:
    return f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in ranges)}]"


_ODD = re.compile(f"{_class(ODD)}+")
_LETTERS = re.compile(f"{_class(_STYLED)}+")
_UNSEEN, _OWN_BULLET = re.compile(_class(_INVISIBLE)), re.compile(_class([PRIVATE_USE]))


def is_odd(character: str) -> bool:
    """Whether `clean_characters` would change a character."""
    return _ODD.match(character) is not None


def clean_characters(text: str) -> str:
    """Take out what nobody sees, and read the rest as what it stands for."""
    return _ODD.sub(_cleaned, text)


def _cleaned(run: re.Match[str]) -> str:
    seen = _OWN_BULLET.sub("•", _UNSEEN.sub("", run[0]))
    plain = _LETTERS.sub(lambda some: unicodedata.normalize("NFKC", some[0]), seen)
    return plain.translate(_MEANT)


def own_letters() -> dict[int, str]:
    """What stands for odd characters; the others are bullets, or nobody sees them."""
    styled = [chr(code) for first, last in _STYLED for code in range(first, last + 1)]
    letters = unicodedata.normalize("NFKC", "\0".join(styled)).split("\0")
    return dict(sorted({**_MEANT, **dict(zip(map(ord, styled), letters, strict=True))}.items()))
