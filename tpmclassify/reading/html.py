"""HTML in, the text of its page out; escaped HTML and entities, too."""

import html
import re
from functools import lru_cache
from itertools import chain

LONGEST_TAG, LONGEST_ENTITY = 2010, 31
_ASCII = re.IGNORECASE | re.ASCII
# Of any number of digits, which Python's own `int` refuses: of more than eight the first.
_NUMBER = re.compile("&#0*([0-9]{1,8})[0-9]*")

# What makes a text HTML: tags that occur in postings, any element that is closed, and what only
# markup opens with. Any other "<" ("< 5 people", "<10%", "List<String>") is ordinary text.
_NAMES = (
    "p|br|li|ul|ol|div|span|strong|b|i|em|u|h[1-6]|table|tbody|thead|tr|td|th|a|font|hr|section"
    "|article|main|header|footer|html|body|head|title|script|style|blockquote|pre|dl|dt|dd|img|small"
    "|sup|sub|center|figure|nav|form|input|button|svg|iframe|meta|link"
)
_MARKUP = re.compile(
    rf"</?(?:{_NAMES})\b[^<>]{{0,{LONGEST_TAG - 10}}}>"
    r"|<([a-z][\w.:-]*+)(?:\s[^<>]*+)?>[^<]*+</\1>|<!--|<!\[CDATA\[|<!doctype\b|<\?xml\b",
    _ASCII,
)
# What makes HTML of what was escaped: texts speak of "<b>", but who closes a tag means it.
_ESCAPED_MARKUP = re.compile(rf"</(?:{_NAMES})>|<(?:p|li|[bh]r ?/?)>|<!\[CDATA\[", _ASCII)
_MOST_ROUNDS = 5  # feeds of feeds escape three times
_ENTITY = re.compile(
    rf"(&(?:#\d{{1,7}}|#x[0-9a-f]{{1,6}}|[a-z][a-z0-9]{{1,{LONGEST_ENTITY - 1}}});)", _ASCII
)

# The rest of a tag as browsers read it: quotes count behind "=" only, and where they are closed.
_REST = (
    r"""(?:[\s/]|[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*"|'[^']*'|(?!["'])[^\s>]*+))?+)*+"""
    r"(?:>|\Z)"
)
# What a page does not show. What is never closed hides all that follows, as in a browser; every
# alternative succeeds wherever it starts, which keeps the search linear. What is closed as in XML
# hides nothing. A tag leaves its name, as far as known names are long.
_TAG = re.compile(
    r"<(?:!--(?:-?>|.*?(?:--!?>|\Z))"
    r"|(?=[acinstv])(script|style|title|template|noscript|iframe|noembed|noframes|audio|video|canvas)"
    rf"(?=[\s/>])(?![^<>]*/>){_REST}.*?(?:</\1(?=[\s/>])[^>]*(?:>|\Z)|\Z)"
    rf"|(/?[a-z][^\s/>]{{0,10}}+)[^\s/>]*+{_REST}"
    r"|[!?/][^>]*(?:>|\Z))",
    _ASCII | re.DOTALL,
)
_HIDDEN = re.compile(
    r"<(div|span|p|ul|ol|li|table|section|article|aside|nav|form|a|button|details|dialog|label)"
    r"(?=\s)(?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*')*?"
    r"\s(?:hidden(?=[\s>=])|style\s*=\s*[\"'][^\"'<>]*\bdisplay\s*:\s*none\b)[^<>]*>",
    _ASCII,
)
# Feeds wrap text so; in a page it would be a comment.
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", _ASCII | re.DOTALL)
# Elements that start a new line on a page; all others run on within the line. Until the page's own
# line breaks, which are mere spaces, are resolved, NUL stands for a break.
_BREAKS = {
    f"{slash}{name}": "\0"
    for name in "p br li ul ol div h1 h2 h3 h4 h5 h6 table caption tbody thead tfoot tr td th hr "
    "section article main header footer html body head blockquote pre dl dt dd center figure "
    "figcaption nav form address aside details dialog fieldset hgroup legend menu optgroup option "
    "search summary".split()
    for slash in ("", "/")
} | {"li": "\0• "}
# Lines of a text that is no page but holds some tags (Markdown): a blank line, a bullet.
_OWN_LINE = re.compile(r"\n[ \t\r]*(?:\n|[-*+#•]|\d+[.)])")
_LESS = "\1"  # a "<" that opens no tag

# Few tags and entities make most texts: they are remembered.
_MOST_KEPT = 4096
_character = lru_cache(maxsize=_MOST_KEPT)(html.unescape)


def resolve_html(text: str) -> str:
    """Turn HTML, escaped once or several times, into the text that its page shows.

    Block elements become line breaks, scripts and styles are left out, entities are resolved once
    more than they were escaped. `text`: without controls, which stand for breaks here.
    """
    markup, is_page = _MARKUP, False
    for _ in range(_MOST_ROUNDS):
        if "<" in text and markup.search(text):
            text, is_page = _shown(text), True
        elif "&" in text and _ENTITY.search(text):
            pieces = _ENTITY.split(text)
            pieces[1::2] = map(_character, pieces[1::2])
            text = "".join(pieces)
        else:
            break
        markup = _ESCAPED_MARKUP
    if is_page:
        for space in "\t\r\n\f\v":
            text = text.replace(space, " ")
        while "  " in text:
            text = text.replace("  ", " ")
        lines = (line.strip(" ") for line in text.split("\0"))
        text = "\n".join(line for line in lines if line and line != "•")
    return text


def _unescape(text: str) -> str:
    """Resolve entities as browsers do; `html.unescape` alone fails at numbers of 5,000 digits."""
    return html.unescape(_NUMBER.sub(r"&#\1", text))


def _shown(source: str) -> str:
    """What a page shows, NUL at each line break.

    No parser builds a tree of the page: the time would grow with the square of the depth, and
    of the tree nothing is needed but the order of the text.
    """
    source = _without_hidden(_CDATA.sub(r"\1", source))
    # A tag without an end is text.
    end = source.rfind(">") + 1
    pieces = _TAG.split(source[:end] + re.sub("<(?!!--)", _LESS, source[end:]))
    pieces[-1] = pieces[-1].replace(_LESS, "<")
    names = ["", *pieces[2::3]]
    breaks = list(map(_break, names))
    texts = pieces[0::3]
    if "&" in source:
        texts = [_unescape(text) if "&" in text else text for text in texts]
    has_own_lines = "\0" not in source and (
        not any(breaks) or len(_OWN_LINE.findall(source)) > sum(map(bool, breaks))
    )
    if has_own_lines or "pre" in names:
        depth = 0
        for i, name in enumerate(names):
            depth = max(0, depth + (name == "pre") - (name == "/pre"))
            if has_own_lines or depth:
                texts[i] = texts[i].replace("\n", "\0")
    return "".join(chain.from_iterable(zip(breaks, texts, strict=True)))


def _without_hidden(source: str) -> str:
    """Leave out elements that say of themselves that they are not shown."""
    if "hidden" not in source and "display" not in source:
        return source
    pieces, here = [], 0
    for match in _HIDDEN.finditer(source):
        if match.start() < here:
            continue
        pieces.append(source[here : match.start()])
        depth, here = 1, len(source)
        for tag in re.compile(rf"<(/?){match[1]}\b[^<>]*>", _ASCII).finditer(source, match.end()):
            depth += -1 if tag[1] else 1
            if not depth:
                here = tag.end()
                break
    return "".join([*pieces, source[here:]])


@lru_cache(maxsize=_MOST_KEPT)
def _break(tag: str | None) -> str:
    return _BREAKS.get((tag or "").lower(), "")
