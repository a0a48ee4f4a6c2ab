"""What feeds and editors wrap a text in: lists of JSON or Python, escapes, Markdown."""

import ast
import json
import re
from collections.abc import Iterator

# Deeper values are no posting.
_DEEPEST = 20
_ESCAPE = re.compile(r"\\(?:r\\n|n|r|t|u([0-9a-fA-F]{4})|([\"'/]))")
_PAIR = re.compile(r"(?i:\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2}))")  # of UTF-16: a picture
_FEWEST_ESCAPES = 2
_LIST_OPENS, _LIST_CLOSES = ("[", "{"), ("]", "}")

# What Markdown has at the beginning of a line: headings, quotes, rows of tables. All expressions
# begin with a character as it is, which is found fastest; and lengths are bounded, so that what is
# never closed costs little.
# ("# of positions: 2" is none, nor is "> 99 %" a quote.)
_HEADING = re.compile(r"\n(?:#{2,6}[ \t]+|#[ \t]+(?!of\b|\d))")
_GLUED_HEADING = re.compile(r"(?<=[^\s#])#{2,6} +")
_QUOTE = re.compile(r"\n(?:>(?!=|\s*[$\d])[ \t]?)+")
_ROW = re.compile(r"\n\|(.+)\|[ \t]*(?=\n)")
_CELL_END = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")
# ... and within one.
_LINK = re.compile(r"\[([^\[\]\n]{0,300})\]\([^()\s]{1,500}(?: \"[^\"\n]{0,300}\")?\)")
_CODE = re.compile(r"`{1,3}([^`\n]*)`{1,3}")
_ITALICS = [
    (
        mark,
        re.compile(
            rf"{mark}(?<![\w*\\]{mark})(?=[^\s*_])([^\n*_]{{0,1500}}[^\s*_\\]){mark}(?![\w*])"
        ),
    )
    for mark in (r"\*", "_")
]
# "**Duties*** Plan": the third asterisk is the bullet of what follows.
_BOLD_THEN_BULLET = re.compile(r"(\*\*[^*\n]{2,80})\*\*\* (?=\S)")
_BACKSLASH = re.compile(r"\\([!-/:-@\[-`{-~])")
_OPENING = "([\"'“‘-–—/_"
_CLOSING = ".:!?)"


def unwrap(text: str) -> str:
    """Read a list or an object of JSON or Python as its strings, line by line; else as it is.

    Line breaks and tabs that are spelled out (a backslash and a letter) are resolved where a text
    holds several, and more than real ones.
    """
    if text.lstrip()[:1] in _LIST_OPENS and text.rstrip()[-1:] in _LIST_CLOSES:
        lines = list(_strings(_value(text.strip())))
        if lines:
            text = "\n".join(lines)
    if "\\" in text:
        text = _PAIR.sub(lambda pair: bytes.fromhex(pair[1] + pair[2]).decode("utf-16-be"), text)
        spelled = text.count("\\n") + text.count("\\r")
        if spelled >= _FEWEST_ESCAPES and spelled > text.count("\n"):
            text = _ESCAPE.sub(_resolved, text)
    return text


def _value(text: str) -> object:
    for read in (json.loads, ast.literal_eval):
        try:
            return read(text)
        except (ValueError, SyntaxError, TypeError, RecursionError, MemoryError):
            continue
    return None


def _strings(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple | dict) and depth < _DEEPEST:
        for one in value:
            if isinstance(value, dict):
                inner = value[one]
                if not isinstance(inner, str):
                    yield f"{one}:"
                yield from _strings(inner, depth + 1)
            else:
                yield from _strings(one, depth + 1)


def _resolved(escape: re.Match[str]) -> str:
    if escape[1]:
        return chr(int(escape[1], 16))
    return escape[2] or ("\t" if escape[0] == "\\t" else "\n")


def resolve_markdown(text: str) -> str:
    """Take Markdown's marks out of a text, and break lines where they do.

    Bullets ("-", "*", "1.") stay, as in any text.
    """
    if not any(mark in text for mark in "*_#>|`[\\"):
        return text
    text = f"\n{text}\n"  # so that every line begins and ends with a break
    # A single mark is looked for first: in wide letters a pair is found ten times slower.
    if "[" in text and "](" in text:
        text = _LINK.sub(r"\1", text.replace("![", "["))
    if "`" in text:
        text = _CODE.sub(r"\1", text)
    if "#" in text and "\n#" in text:
        text = _HEADING.sub("\n", text)
    if "#" in text and "## " in text:
        text = _GLUED_HEADING.sub("\n", text)
    if "|" in text and "\n|" in text:
        text = _ROW.sub(lambda row: "\n" + _CELL_END.sub("\n", row[1]), text)
    if ">" in text and "\n>" in text:
        text = _QUOTE.sub("\n", text)
    if "*" in text and "**" in text:
        if "***" in text:
            text = _BOLD_THEN_BULLET.sub(r"\1**\n* ", text)
        text = _without_bold(text)
    for mark, italic in _ITALICS:
        if mark[-1] in text:
            text = italic.sub(r"\1", text)
    if "\\" in text:
        text = _BACKSLASH.sub(r"\1", text)
    return text[1:-1]


def _without_bold(text: str) -> str:
    """Take out asterisks for bold type; what they glue to a word begins a line of its own."""
    span, *others = text.split("**")
    pieces, last = [span], span[-1:]
    for other in others:
        piece = other.lstrip("*")
        # Not where a word's first letter alone is bold.
        glued = last and not last.isspace() and last not in _OPENING and len(span) != 1
        if glued and piece[:1].isupper():
            # Between two words in bold type is a space that went lost, or the end of a line.
            pieces.append("\n" if span or last in _CLOSING else " ")
        pieces.append(piece)
        last = piece[-1:] or last
        span = piece
    return "".join(pieces)
