"""Markup in, plain text out: HTML, escaped HTML, entities and broken encodings.

Plain text passes through unchanged, so that offsets into the result are offsets into what the
caller gave. Line cutting, and all models, read only what comes out of here.
"""

import html
import re

LONGEST_TAG, LONGEST_ENTITY = 2010, 31
_ASCII = re.IGNORECASE | re.ASCII

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

# Elements that start a new line on a page; all others run on within the line.
_BLOCK = frozenset(
    "p br li ul ol div h1 h2 h3 h4 h5 h6 table tbody thead tr td th hr section article main header "
    "footer html body head title blockquote pre dl dt dd center figure nav form iframe".split()
)
_HIDDEN = frozenset(["script", "style", "head", "template", "noscript"])

# What a page's parser does with hostile markup grows with the square of its size (tags in tags,
# attributes of a tag) and worse; no posting comes near to these sizes.
_MOST_TAGS, _LONGEST_PAGE = 1000, 100_000
_ANY_TAG = re.compile(r"</?[a-z]", _ASCII)
# For larger ones: what is no text. Each alternative takes what it has looked at.
_MARKUP = re.compile(
    rf"<(?P<hidden>{'|'.join(sorted(_HIDDEN))})\b.*?(?:</(?P=hidden)\b[^<>]*>?|\Z)"
    r"|<!--.*?(?:-->|\Z)"
    r"|</?(?P<tag>[a-z][a-z0-9-]*)[^<>]*>?|<[!?][^<>]*>?",
    _ASCII | re.DOTALL,
)
_NUMBER = re.compile(r"&#0*([0-9]+)", re.ASCII)
_FIRST_NO_CODE_POINT = "1114112"
_SPACES = re.compile(r"[ \t\r\n\f\v]+")

# UTF-8 that was read as cp1252: a lead byte's letter followed by continuation bytes' letters.
CONTINUATION = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\x81\x8d\x8f\x90\x9d"
_MOJIBAKE = re.compile(
    f"[\u00c2-\u00df][{re.escape(CONTINUATION)}]"
    f"|[\u00e0-\u00ef][{re.escape(CONTINUATION)}]{{2}}"
    f"|[\u00f0-\u00f4][{re.escape(CONTINUATION)}]{{3}}"
)


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
        were escaped, and UTF-8 misread as cp1252 is repaired.
    """
    text = source
    if "&" in text:
        if _ESCAPED_TAG.search(text):
            text = _unescape(text)
        if not _TAG.search(text):
            text = _unescape_entities(text)
    if "<" in text and _TAG.search(text):
        text = _unescape_entities(_text_of_html(text))
    return _repair_mojibake(text)


def _unescape(text: str) -> str:
    """Resolve entities as browsers do; `html.unescape` alone fails at numbers of 5,000 digits."""
    longest = len(_FIRST_NO_CODE_POINT)
    return html.unescape(
        _NUMBER.sub(
            lambda match: f"&#{match[1] if len(match[1]) <= longest else _FIRST_NO_CODE_POINT}",
            text,
        )
    )


def _unescape_entities(text: str) -> str:
    """Resolve complete entities only: ``R&D;`` or ``AT&T`` stay as they are."""
    return _ENTITY.sub(lambda match: html.unescape(match[0]), text)


def _text_of_html(source: str) -> str:
    small = len(source) <= _LONGEST_PAGE and sum(1 for _ in _ANY_TAG.finditer(source)) <= _MOST_TAGS
    pieces = _pieces_of_page(source) if small else _pieces_of_markup(source)
    lines = (line.strip(" ") for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line and line != "•")


def _pieces_of_page(source: str) -> list[str]:
    """Text and line breaks as a browser understands the page."""
    from selectolax.lexbor import LexborHTMLParser  # only postings with markup pay for the import

    readable = source.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    root = LexborHTMLParser(readable).root
    pieces: list[str] = []
    # An explicit stack: hostile markup may be nested deeper than Python recurses.
    stack = [(root, False)]
    while stack:
        node, closing = stack.pop()
        if node is None:
            continue
        tag = node.tag
        if closing:
            pieces.append("\n")
            continue
        if tag == "-text":
            pieces.append(_SPACES.sub(" ", node.text_content or ""))
            continue
        if tag in _HIDDEN:
            continue
        if tag in _BLOCK:
            pieces.append("\n• " if tag == "li" else "\n")
            stack.append((node, True))
        stack.extend((child, False) for child in reversed(list(node.iter(include_text=True))))
    return pieces


def _pieces_of_markup(source: str) -> list[str]:
    """The same, tag by tag, in a time that grows with the length alone."""
    pieces = []
    position = 0
    for match in _MARKUP.finditer(source):
        pieces.append(_SPACES.sub(" ", _unescape(source[position : match.start()])))
        position = match.end()
        tag = (match["tag"] or "").lower()
        if tag in _BLOCK:
            pieces.append("\n• " if tag == "li" and match[0][1] != "/" else "\n")
    pieces.append(_SPACES.sub(" ", _unescape(source[position:])))
    return pieces


def _repair_mojibake(text: str) -> str:
    if "â" not in text and "Ã" not in text and "Â" not in text:
        return text
    return _MOJIBAKE.sub(_redecode, text)


def _redecode(match: re.Match[str]) -> str:
    # cp1252 leaves five bytes undefined; scrapers pass them through as the C1 code points.
    raw = b"".join(
        character.encode("latin-1") if ord(character) < 0x100 else character.encode("cp1252")
        for character in match[0]
    )
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]
