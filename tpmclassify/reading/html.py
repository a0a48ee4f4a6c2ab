"""Markup in, plain text out: HTML, escaped HTML, entities and broken encodings.

Plain text passes through unchanged, so that offsets into the result are offsets into what the
caller gave. Line cutting, and all models, read only what comes out of here.
"""

import codecs
import html
import re
from collections.abc import Callable
from functools import lru_cache

from tpmclassify.reading.characters import clean_run
from tpmclassify.reading.markdown import resolve_markdown, unwrap

LONGEST_TAG, LONGEST_ENTITY = 2010, 31
_ASCII = re.IGNORECASE | re.ASCII
# Of any number of digits, which Python's own `int` refuses.
_NUMBER = re.compile("&#0*([0-9]+)")
_NO_CODE_POINT = "&#1114112"

# Tags that occur in postings; "<" before anything else ("< 5 people", "<10%") is ordinary text.
_TAG = re.compile(
    r"</?(?:p|br|li|ul|ol|div|span|strong|b|i|em|u|h[1-6]|table|tbody|thead|tr|td|th|a|font|hr"
    r"|section|article|main|header|footer|html|body|head|title|script|style|blockquote|pre|dl|dt|dd"
    rf"|img|small|sup|sub|center|figure|nav|form|input|button|svg|iframe|meta|link)\b"
    rf"[^<>]{{0,{LONGEST_TAG - 10}}}>",
    _ASCII,
)
_ESCAPED_TAG = re.compile(r"&lt;/?[a-z][a-z0-9]{0,9}\b", _ASCII)
_ENTITY = re.compile(
    rf"&(?:#\d{{1,7}}|#x[0-9a-f]{{1,6}}|[a-z][a-z0-9]{{1,{LONGEST_ENTITY - 1}}});", _ASCII
)

# What ends a tag: a ">" outside quotes. A "<" inside means that the tag before was none.
_REST = r"""(?:[^<>"']|"[^"]*"|'[^']*')*+>"""
# What a page does not show. What is never closed hides all that follows, as in a browser; every
# alternative succeeds wherever it starts, which keeps the search linear.
_HIDDEN = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))"
    rf"|<(script|style|title|template|noscript)\b{_REST}.*?(?:</\1\b[^<>]*>|\Z)",
    _ASCII | re.DOTALL,
)
# Elements that start a new line on a page; all others run on within the line.
_LIST_ITEM = re.compile(rf"<li\b{_REST}", _ASCII)
_BLOCK = re.compile(
    r"</?(?:p|br|li|ul|ol|div|h[1-6]|table|tbody|thead|tr|td|th|hr|section|article|main|header"
    rf"|footer|html|body|head|blockquote|pre|dl|dt|dd|center|figure|nav|form|iframe)\b{_REST}",
    _ASCII,
)
_INLINE = re.compile(rf"</?[a-z]{_REST}|<[!?][^<>]*>", _ASCII)
_SPACES = "\t\r\n\f\v"

# UTF-8 that was read as cp1252: a lead byte's letter followed by continuation bytes' letters.
CONTINUATION = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\x81\x8d\x8f\x90\x9d"
_MOJIBAKE = re.compile(
    f"[\u00c2-\u00df][{re.escape(CONTINUATION)}]"
    f"|[\u00e0-\u00ef][{re.escape(CONTINUATION)}]{{2}}"
    f"|[\u00f0-\u00f4][{re.escape(CONTINUATION)}]{{3}}"
)

# Nearly every misread text holds one of these; and it may have been misread more than once.
MISREAD_HINTS = "âÃÂï"
_MOST_TIMES = 3
# Error handlers for encoding: so nothing but what is not ASCII is looked at.
_MEND, _CLEAN = "tpmclassify.mend", "tpmclassify.clean"
_MOST_MISREAD = 4096  # few runs of letters are misread often: they are remembered


def plain_text(source: str) -> str:
    """Turn a posting as it was scraped into the text that a person would read.

    Parameters
    ----------
    source : str
        Plain text, HTML, or HTML that was escaped (``&lt;p&gt;``), with or without mojibake.

    Returns
    -------
    str
        The text; equal to `source` where that is plain text already. HTML block elements become
        line breaks, scripts and styles are left out, entities are resolved once more than they
        were escaped, UTF-8 misread as cp1252 is repaired, characters that nobody sees are taken
        out, lists of JSON and Markdown are read as what they stand for.
    """
    text = unwrap(source)
    if "&" in text:
        if _ESCAPED_TAG.search(text):
            text = _unescape(text)
        if not _TAG.search(text):
            text = _unescape_entities(text)
    if "<" in text and _TAG.search(text):
        text = _unescape_entities(_text_of_html(text))
    return resolve_markdown(_clean_characters(_repair_mojibake(text)))


def _unescape(text: str) -> str:
    """Resolve entities as browsers do; `html.unescape` alone fails at numbers of 5,000 digits."""
    return html.unescape(
        _NUMBER.sub(lambda match: f"&#{match[1]}" if len(match[1]) < 8 else _NO_CODE_POINT, text)
    )


def _unescape_entities(text: str) -> str:
    """Resolve complete entities only: ``R&D;`` or ``AT&T`` stay as they are."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _text_of_html(source: str) -> str:
    """Replace tags by line breaks or nothing, one kind after the other.

    No parser builds a tree of the page: the time would grow with the square of the depth, and
    of the tree nothing is needed but the order of the text.
    """
    text = _HIDDEN.sub("", source.replace("\0", " "))
    # NUL stands for a line break until the page's own are resolved, which are mere spaces.
    text = _BLOCK.sub("\0", _LIST_ITEM.sub("\0• ", text))
    text = _collapse_spaces(_unescape(_INLINE.sub("", text)))
    lines = (line.strip(" ") for line in text.split("\0"))
    return "\n".join(line for line in lines if line and line != "•")


def _collapse_spaces(text: str) -> str:
    for space in _SPACES:
        text = text.replace(space, " ")
    while "  " in text:
        text = text.replace("  ", " ")
    return text


def _repair_mojibake(text: str) -> str:
    for _ in range(_MOST_TIMES):
        if not any(hint in text for hint in MISREAD_HINTS):
            break
        mended = text.encode("ascii", _MEND).decode("utf-8", "surrogatepass")
        if mended == text:
            break
        text = mended
    return text


def _clean_characters(text: str) -> str:
    if not text.isascii():
        text = text.encode("ascii", _CLEAN).decode("utf-8", "surrogatepass")
    return text.replace("\x7f", "•")


@lru_cache(maxsize=_MOST_MISREAD)
def _mend_run(run: str) -> str:
    return _MOJIBAKE.sub(lambda match: _redecoded(match[0]), run)


def _handler(change: Callable[[str], str]) -> Callable[[UnicodeError], tuple[bytes, int]]:
    """What encodes the runs that are not ASCII, changed, as UTF-8."""

    def encode(error: UnicodeError) -> tuple[bytes, int]:
        assert isinstance(error, UnicodeEncodeError)
        run = change(error.object[error.start : error.end])
        return run.encode("utf-8", "surrogatepass"), error.end

    return encode


codecs.register_error(_MEND, _handler(_mend_run))
codecs.register_error(_CLEAN, _handler(clean_run))


def _redecoded(misread: str) -> str:
    # cp1252 leaves five bytes undefined; scrapers pass them through as the C1 code points.
    raw = b"".join(
        character.encode("latin-1") if ord(character) < 0x100 else character.encode("cp1252")
        for character in misread
    )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return misread
