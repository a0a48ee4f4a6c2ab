"""Characters that nobody sees or means: taken out, or read as what they stand for."""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache, lru_cache

Range = tuple[int, int]

# Soft hyphen, combining grapheme joiner, Arabic letter mark, Hangul's fillers, Mongolian selectors,
# zero-width space and joiners, marks of direction, word joiner and its kind, variation selectors,
# byte order mark, tags.
_INVISIBLE: tuple[Range, ...] = (
    (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C), (0x115F, 0x1160), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xE0000, 0xE0FFF),
)  # fmt: skip
# Ligatures, full-width letters, letters in a circle or a square, and those of mathematics (bold and
# the like, where a network has no other): read as their letters. What would be markup is not.
_STYLED: tuple[Range, ...] = (
    (0xFB00, 0xFB06), (0xFF08, 0xFF09), (0xFF0B, 0xFF1B), (0xFF1F, 0xFF1F),
    (0xFF21, 0xFF3A), (0xFF41, 0xFF5A), (0x24B6, 0x24E9), (0x1D400, 0x1D7FF), (0x1F130, 0x1F149),
)  # fmt: skip
# Controls below these that are no white space are left behind by what reads PDF and half of UTF-16;
# Word ends a cell by BEL, and some program or other has DEL for a bullet.
CONTROLS: dict[int, str] = dict.fromkeys([*range(9), *range(0xE, 0x1C)], "") | {7: "\n", 0x7F: "•"}
# Symbols of the fonts of Word and PDF.
_PRIVATE_USE: Range = (0xE000, 0xF8FF)
# Numbers in circles and parentheses, and the box around a figure: they begin the points of a list.
_NUMBERS = (*range(0x2460, 0x249C), *range(0x24EA, 0x2500), *range(0x2776, 0x2794))
_MEANT = {n: f"{unicodedata.numeric(chr(n)):.0f}. " for n in _NUMBERS} | {0x20E3: ". "} | CONTROLS
# Controls that no text holds; in cp1252 they are quotes and dashes.
_MEANT |= {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x85, 0x8D, 0x8F, 0x90, 0x9D)
}
ODD: tuple[Range, ...] = (
    *_INVISIBLE, *_STYLED, _PRIVATE_USE, *((code, code) for code in _MEANT)
)  # fmt: skip


_ODD = re.compile(f"[{''.join(f'{chr(first)}-{chr(last)}' for first, last in ODD)}]+")
_CONTROL = re.compile(f"[{''.join(map(chr, CONTROLS))}]")
# Few runs of letters beyond ASCII occur, and those often; of other scripts they are longer.
_RUNS_KEPT, _LONGEST_KEPT = 1024, 16


def is_odd(character: str) -> bool:
    """Whether a character is cleaned."""
    return _ODD.match(character) is not None


def clean_controls(text: str) -> str:
    """Take out controls, or read them as what they stand for."""
    # One by one: `str.translate` looks up every letter, which takes as long as all the rest.
    return _CONTROL.sub(lambda control: CONTROLS[ord(control[0])], text)


def by_run(name: str, mended: Callable[[str], str]) -> Callable[[str], str]:
    """Make a function of texts of one that changes runs of letters beyond ASCII.

    An encoder skips ASCII far faster than a pattern does. `name`: of its handler of errors.
    """

    def encoded(run: str) -> bytes:
        return mended(run).encode("utf-8", "surrogatepass")

    def handle(error: UnicodeError) -> tuple[bytes, int]:
        assert isinstance(error, UnicodeEncodeError)
        run = error.object[error.start : error.end]
        return (known if len(run) <= _LONGEST_KEPT else encoded)(run), error.end

    known = lru_cache(_RUNS_KEPT)(encoded)
    codecs.register_error(name, handle)
    return lambda text: text.encode("ascii", name).decode("utf-8", "surrogatepass")


@cache
def own_letters() -> dict[int, str]:
    """What stands for each odd character; nothing for what nobody sees."""
    styled = _codes(_STYLED)
    letters = unicodedata.normalize("NFKC", "\0".join(map(chr, styled))).split("\0")
    known = _MEANT | dict(zip(styled, letters, strict=True))
    return (
        known | dict.fromkeys(_codes([_PRIVATE_USE]), "•") | dict.fromkeys(_codes(_INVISIBLE), "")
    )


def _codes(ranges: Iterable[Range]) -> list[int]:
    return [code for first, last in ranges for code in range(first, last + 1)]


# Takes out what nobody sees, and reads the rest as what it stands for; but for controls.
clean_characters = by_run(
    "tpmclassify_cleaned",
    lambda run: _ODD.sub(lambda odd: odd[0].translate(own_letters()), run),
)
