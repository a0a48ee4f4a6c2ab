"""Characters that nobody sees or means: taken out, or read as what they stand for."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

Range = tuple[int, int]

# Soft hyphen, combining grapheme joiner, Arabic letter mark, Mongolian selectors, zero-width space
# and joiners, marks of direction, word joiner and its kind, variation selectors, byte order mark,
# tags.
_INVISIBLE: tuple[Range, ...] = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xE0000, 0xE0FFF),
)  # fmt: skip
# Ligatures, full-width letters, letters in a circle or a square, and those of mathematics (bold and
# the like, where a network has no other): read as their letters.
_STYLED: tuple[Range, ...] = (
    (0xFB00, 0xFB06), (0xFF01, 0xFF5E), (0x24B6, 0x24E9), (0x1D400, 0x1D7FF), (0x1F130, 0x1F149),
)  # fmt: skip
# Symbols of the fonts of Word and PDF, and DEL, which some program or other has for a bullet.
_OWN_BULLETS: tuple[Range, ...] = ((0xE000, 0xF8FF), (0x7F, 0x7F))
# Controls that no text holds; in cp1252 they are quotes and dashes.
_CONTROLS = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x85, 0x8D, 0x8F, 0x90, 0x9D)
}
ODD: tuple[Range, ...] = (
    *_INVISIBLE, *_STYLED, *_OWN_BULLETS, *((code, code) for code in _CONTROLS)
)  # fmt: skip


def _class(ranges: Iterable[Range]) -> str:
    return f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in ranges)}]"


_RUN = re.compile(f"{_class(ODD)}+")
_UNSEEN, _OWN_BULLET = re.compile(_class(_INVISIBLE)), re.compile(_class(_OWN_BULLETS))


def is_odd(character: str) -> bool:
    """Whether `clean_run` would change a character."""
    return _RUN.match(character) is not None


@lru_cache(maxsize=4096)  # few runs of letters that are not ASCII occur, and those often
def clean_run(run: str) -> str:
    """Take out what nobody sees, and read the rest as what it stands for."""
    return _RUN.sub(_cleaned, run)


def _cleaned(run: re.Match[str]) -> str:
    seen = _OWN_BULLET.sub("•", _UNSEEN.sub("", run[0]))
    return unicodedata.normalize("NFKC", seen).translate(_CONTROLS)
