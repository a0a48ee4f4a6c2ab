"""A posting as it was scraped in, the text that a person would read out.

Plain text passes through unchanged, so that offsets into the result are offsets into what the
caller gave. Line cutting, and all models, read only what comes out of here.
"""

import ast
import json
import quopri
import re
from collections.abc import Iterator

from tpmclassify.reading.characters import clean_characters, clean_controls
from tpmclassify.reading.html import resolve_html
from tpmclassify.reading.markdown import resolve_markdown
from tpmclassify.reading.mojibake import repair_mojibake

# Deeper values are no posting.
_DEEPEST = 20
_ESCAPE = re.compile(r"\\(?:r\\n|n|r|t|([\"'/]))")
_CODE = re.compile(r"\\u(?![dD][89a-fA-F])([0-9a-fA-F]{4})")  # no half of a pair
_PAIR = re.compile(r"(?i:\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2}))")  # of UTF-16: a picture
_FEWEST_ESCAPES = 2
_EXCEL = re.compile("_x00([01][0-9A-Fa-f])_")  # how its files write controls: "_x000D_"
_LIST_OPENS, _LIST_CLOSES = ("[", "{"), ("]", "}")

# Mail as it is sent: a line that goes on, and a character by its byte.
_GOES_ON, _BY_BYTE = re.compile(r"=(?<=[^=\s]=)\r?\n"), re.compile("=[0-9A-F]{2}")
_TAGS = "(?:b|i|u|s|h[1-6]|url|list|size|color|quote|center)"
_BBCODE_END = re.compile(rf"\[/{_TAGS}]", re.ASCII | re.IGNORECASE)
_BBCODE = re.compile(rf"\[/?{_TAGS}(?:=[^]\n]{{0,300}})?]", re.ASCII | re.IGNORECASE)
_TASK = re.compile(r"^([ \t]*(?:[-*+•]|\d+[.)])[ \t]+)\[[ xX]](?=[ \t])", re.MULTILINE)


def plain_text(source: str) -> str:
    """Turn a posting as it was scraped into the text that a person would read.

    `source`: plain text, Markdown, HTML, or HTML that was escaped (``&lt;p&gt;``), with or without
    mojibake. Returned: the text; equal to `source` where that is plain text already.
    """
    return resolve_markdown(without_markup(source))


def without_markup(source: str) -> str:
    """Take the first steps, which are those that machine code cannot take."""
    if _GOES_ON.search(source) and _BY_BYTE.search(source):
        raw = quopri.decodestring(source.encode("utf-8", "surrogatepass"))
        source = raw.decode("utf-8", "replace")
    if _BBCODE_END.search(source):
        source = _BBCODE.sub("", source).replace("[*]", "•")
    if "[" in source:
        source = _TASK.sub(r"\1", source)
    return clean_letters(resolve_html(clean_controls(_unwrap(source))))


def clean_letters(text: str) -> str:
    """Take the last of those steps, all that a text without markup needs."""
    return clean_characters(repair_mojibake(text))


def _unwrap(text: str) -> str:
    """Read a list or an object of JSON or Python as its strings, line by line; else as it is.

    Line breaks and tabs that are spelled out (a backslash and a letter) are resolved where a text
    holds several, and more than real ones; characters by their code where it holds several.
    """
    if text.lstrip()[:1] in _LIST_OPENS and text.rstrip()[-1:] in _LIST_CLOSES:
        lines = list(_strings(_value(text.strip())))
        if lines:
            text = "\n".join(lines)
    text = _EXCEL.sub(lambda code: chr(int(code[1], 16)), text)
    if "\\" in text:
        text = _PAIR.sub(lambda pair: bytes.fromhex(pair[1] + pair[2]).decode("utf-16-be"), text)
        spelled = text.count("\\n") + text.count("\\r")
        is_spelled = spelled >= _FEWEST_ESCAPES and spelled > text.count("\n")
        if is_spelled:
            text = _ESCAPE.sub(_resolved, text)
        if is_spelled or len(_CODE.findall(text)) >= _FEWEST_ESCAPES:
            text = _CODE.sub(lambda code: chr(int(code[1], 16)), text)
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
    return escape[1] or ("\t" if escape[0] == "\\t" else "\n")
