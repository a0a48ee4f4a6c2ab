"""Bytes to text: by their mark, else as UTF-8, else as Windows' cp1252; nothing is ever lost.

Each line is decoded by itself, so that a file pasted together from UTF-8 and cp1252 comes out
right, and the few lines that are not UTF-8 can be counted.
"""

import codecs
import re
from contextlib import suppress

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# What cp1252 leaves undefined is the control character of that number, as browsers read it
# (https://encoding.spec.whatwg.org/#legacy-single-byte-encodings): Python's own ways to go on
# drop the byte, or put one mark in the place of five different bytes.
_WINDOWS = [bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(256)]

# Of cp1252's letters beyond ASCII hardly four stand in a row, unless it is one again and again or
# they are UTF-8 ("ÄÖÜäöü" may, once); of Cyrillic ones most do, and of letters of two bytes.
_HIGH = bytes(range(0x80, 0x100))
_REPEATED = re.compile(rb"([\x80-\xff])\1{2,}")
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_RUN, _FEWEST_RUNS = re.compile(rb"[\x80-\xff]{4,}"), 2
_TWO_BYTES = ("cp932", "cp949", "cp950", "gb18030")
_WORDS = re.compile("[\u3001-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff60]{4,}")

# Text holds next to no control characters but tabs, line ends, escapes and the old end-of-file
# mark; of random bytes, as compressed files look, one in eleven is one.
_CONTROL = bytes(set(range(32)) - set(b"\0\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROL = 0.05

# What looks like ASCII and is Japanese by its escapes.
_JAPANESE = (b"\x1b$B", b"\x1b$@")


def is_text(data: bytes) -> bool:
    """Whether bytes are text: they begin with a mark, or hold no NUL and few other controls."""
    return bool(marked_encoding(data)) or not (b"\0" in data or is_binary(data))


def is_binary(data: bytes) -> bool:
    """Whether bytes are no text, by what stands among them; NULs apart."""
    return len(data) - len(data.translate(None, _CONTROL)) > _MOST_CONTROL * len(data)


def marked_encoding(data: bytes) -> str | None:
    """Name the encoding by whose mark the bytes begin; None where there is no mark."""
    return next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)


def seven_bit_encoding(data: bytes) -> str | None:
    """Name the encoding of bytes that look like ASCII, and are other letters."""
    is_japanese = b"\x1b" in data and any(escape in data for escape in _JAPANESE)
    return "iso2022_jp" if is_japanese else None


def decode_line(line: bytes) -> str:
    """Decode one line: UTF-8 where it is legal, else cp1252."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return "".join(map(_WINDOWS.__getitem__, line))


def other_encodings(line: bytes) -> list[str]:
    """Encodings that a line is in rather than in cp1252; none where that may be it."""
    line = _REPEATED.sub(b" ", line)
    rest = _UTF8.sub(b"", line)
    if 5 * _n_high(rest) < _n_high(line):  # UTF-8, nearly all of it
        return []
    found = []
    for name in _TWO_BYTES:
        with suppress(UnicodeDecodeError):
            if _WORDS.search(line.decode(name)):
                found.append(name)
    if not found and len(_RUN.findall(rest)) >= _FEWEST_RUNS:
        found = ["cp1251"]
    return found


def _n_high(line: bytes) -> int:
    return len(line) - len(line.translate(None, _HIGH))


def decode_text(data: bytes, declared: str = "") -> tuple[str, bool]:
    """Decode a whole text.

    `declared`: the encoding that it names itself, where it is not UTF-8. Returned `text`: without
    its mark. Returned `is_windows`: whether some line was read as cp1252.
    """
    encoding = marked_encoding(data) or (data.isascii() and seven_bit_encoding(data)) or "utf-8"
    if not encoding.startswith("utf-8"):
        return data.decode(encoding, "replace"), False
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError:
        with suppress(LookupError, ValueError):
            # Browsers, too, read ISO 8859-1 as cp1252, and nothing as UTF-16 that has no mark.
            if codecs.lookup(declared).name != "iso8859-1" and "<".encode(declared) == b"<":
                return data.decode(declared), False
        lines = data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
        return "".join(map(decode_line, lines)), True
