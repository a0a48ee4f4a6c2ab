"""UTF-8 that was read as cp1252 or Latin-1, repaired where it is certain."""

import re

from tpmclassify.reading.characters import by_run

# A lead byte's letter, then continuation bytes' letters.
CONTINUATION = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + bytes(
    range(0x80, 0xA0)
).decode("latin-1")
# One class of first letters, which are found fastest.
_MISREAD = re.compile(f"[\u00c2-\u00f4][{re.escape(CONTINUATION)}]{{1,3}}")
# Nearly every misread text holds one of these; and it may have been misread more than once.
MISREAD_HINTS = "âÃÂï"
_MOST_TIMES = 3
# Quotes of which a program wrote the last byte out.
_SPELLED_BYTE = "x009"
_SPELLED = (("â€x009c", "“"), ("â€x009d", "”"))


def repair_mojibake(text: str) -> str:
    """Read misread letters as what their bytes stand for."""
    for _ in range(_MOST_TIMES):
        if not any(hint in text for hint in MISREAD_HINTS):
            break
        if _SPELLED_BYTE in text:
            for spelled, quote in _SPELLED:
                text = text.replace(spelled, quote)
        mended = _mended(text)
        if mended == text:
            break
        text = mended
    return text


def _redecoded(misread: str) -> str:
    lead = ord(misread[0])
    n = 2 + (lead >= 0xE0) + (lead >= 0xF0)
    # cp1252 leaves five bytes undefined; scrapers pass them through as the C1 code points.
    raw = b"".join(
        letter.encode("latin-1") if ord(letter) < 0x100 else letter.encode("cp1252")
        for letter in misread[:n]
    )
    try:
        return raw.decode("utf-8") + misread[n:]
    except UnicodeDecodeError:
        return misread


_mended = by_run(
    "tpmclassify_mended", lambda run: _MISREAD.sub(lambda found: _redecoded(found[0]), run)
)
