"""Bytes to text: by their mark, else as UTF-8, else as Windows' cp1252; nothing is ever lost.

Each line is decoded by itself, so that a file pasted together from UTF-8 and cp1252 comes out
right, and the few lines that are not UTF-8 can be counted.
"""

import codecs

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


def marked_encoding(data: bytes) -> str | None:
    """Name the encoding by whose mark the bytes begin; None where there is no mark."""
    return next((name for mark, name in _MARKS.items() if data.startswith(mark)), None)


def decode_line(line: bytes) -> str:
    """Decode one line: UTF-8 where it is legal, else cp1252."""
    try:
        return line.decode()
    except UnicodeDecodeError:
        return "".join(map(_WINDOWS.__getitem__, line))


def decode_text(data: bytes) -> tuple[str, bool]:
    """Decode a whole text.

    Returned `text`: without its mark. Returned `is_windows`: whether some line was read as cp1252.
    """
    encoding = marked_encoding(data) or "utf-8"
    if encoding.startswith(("utf-16", "utf-32")):
        return data.decode(encoding, "replace"), False
    try:
        return data.decode(encoding), False
    except UnicodeDecodeError:
        lines = data.removeprefix(codecs.BOM_UTF8).splitlines(keepends=True)
        return "".join(map(decode_line, lines)), True
