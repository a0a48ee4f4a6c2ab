"""Cut a posting's text into lines as a person would: one duty, requirement or sentence each.

A line is a slice of the text. Newlines cut, unless they only wrap a sentence; so do bullets,
sentence ends, headings and, in text that lost its line breaks, the words that begin a duty.
`kernel.lines` is the same, compiled: whoever changes one changes the other.
"""

import re
from collections.abc import Iterable, Iterator

from tpmclassify.reading import line_words as words


def _any(alternatives: Iterable[str]) -> str:
    return f"(?:{'|'.join(map(re.escape, alternatives))})"


def _class(characters: str) -> str:
    return f"[{re.escape(characters)}]"


_NEWLINE = re.compile(f"{_class(words.NEWLINES)}+")
_DUTY_VERB, _REQUIREMENT = _any(words.DUTY_VERBS), _any(words.REQUIREMENTS)
_SECTION = rf"(?:{_any(words.SECTION_QUALIFIERS)}[ -]){{0,3}}{_any(words.SECTION_NAMES)}"

# A full stop after one of these ends no sentence.
_ABBREVIATION = "".join(
    rf"(?<!\b{word}\.)" for word in (*words.ABBREVIATIONS, "[A-Z]", "[0-9]", "[0-9][0-9]")
)
_GLUED_NAME = "".join(rf"(?<!{word})" for word in words.GLUED_NAMES)
# Where a physical line is cut further. Every alternative starts with the characters it consumes,
# which lets the regular expression engine skip to them.
_CUT = re.compile(
    # the end of a sentence
    rf"{_class(words.SENTENCE_ENDS)}{_ABBREVIATION}(?<!\.[A-Za-z]\.){_class(words.CLOSING)}*"
    rf"\s+(?={_class(words.OPENING)}*[A-Z0-9_])"
    # sentences glued together: "on track.Ensuring", but not ".NET" or "Node.js"
    r"|[.!?;](?<=[a-z0-9)%][a-z0-9)%].)"
    r"(?=[A-Z][a-z’']|[A-Z] [a-z]|__|[A-Z]{3,} [a-z]|[0-9]{1,2}\+? years|[-•*] )"
    # bullets, and dashes that serve as bullets
    rf"|{_class(words.BULLETS)}\s*"
    rf"|{_class(words.DASHES)}(?<=\s.){_class(words.DASHES)}*+\s+(?=[A-Z\"“(])"
    r"|-(?<=[a-z)]-)\s+(?=[A-Z0-9])"
    r"|\*{3,}\s*"
    # numbered points
    r"|\s(?<=[a-z.;:)]\s)\s*+(?=[0-9]{1,2}[.)]\s+[A-Z])"
    # bold headings that lost their line: ")**Location:** Springfield"
    r"|\*\*(?<=[^\s*]\*\*)(?=[A-Z][^*\n]{1,60}:?\*\*)"
    # after a section's heading
    r"|:(?:\*\*)?\s*(?=\S)"
)
_GLUED = re.compile(
    rf"(?<=[a-z)][a-z)])(?={_any(words.GLUED_QUALIFIERS)}?"
    rf"(?:{_DUTY_VERB}|{_REQUIREMENT}|{_any(words.GLUED_SECTIONS)})[ :])"
    rf"|{_GLUED_NAME}(?<=[a-z]{{5}})(?=[A-Z][a-z]+ [a-z]{{2}})"
    r"|(?=[0-9]{1,2}\. )"
)
_CAMEL = re.compile(r"[a-z)](?=[A-Z0-9])")
_HEADING_BEFORE = re.compile(
    rf"(?:^|[\s{re.escape(words.BEFORE_HEADING)}])(?:{_SECTION}{{}}|{_any(words.HEADING_PHRASES)}{{}}"
    rf"|{_any(words.QUESTIONS)}{_any(words.QUESTION_TOPICS)}\b{{}}|{_any(words.PROMISES)}{{}}):\Z"
    .replace("{}", "%s")
    % tuple(
        f"[^{re.escape(words.HEADING_STOPS)}]{{0,{distance}}}"
        for distance in (
            words.AFTER_SECTION, words.AFTER_SECTION, words.AFTER_QUESTION, words.AFTER_PROMISE,
        )
    )
)  # fmt: skip
_LIST_ITEM = re.compile(r";\s+(?=\S)")
_RUN_ON = re.compile(
    rf"(?<=[a-z0-9)%])\s+(?={_DUTY_VERB}\s[a-z(])"
    rf"|(?<=[a-z)%])\s+(?={_REQUIREMENT}\s[a-z(+])"
    rf"|(?<=[a-z.)%]){''.join(f'(?<!{word})' for word in words.NO_SECTION_BEHIND)}"
    rf"\s+(?={_SECTION}\s+[A-Z])"
)
RUN_ON_LENGTH = 160
_EDGE_OF_MASKED = words.EDGE.replace("_", "")
_NUMBERING = re.compile(r"\(?[0-9]{1,2}[.)]\s++(?=[^0-9])")
_LETTER = re.compile(r"[^\W\d_]")
WRAPPED_LENGTH, SIGHT = 40, 200


def cut_lines(text: str, masked: str) -> list[tuple[int, int]]:
    """Find the lines of a posting.

    Parameters
    ----------
    text : str
        A posting's plain text.
    masked : str
        The same with titles and names overwritten. Cuts are found there, and lengths measured
        without the masks, so that no title or name decides where a line ends.

    Returns
    -------
    list of (int, int)
        Start and end of each line in code points, ascending and disjoint. Bullets, numbering and
        markdown around a line are not part of it; pieces without a letter are no lines.
    """
    lines = []
    for start, end in _physical_lines(masked):
        for piece_start, piece_end in _pieces(masked, start, end):
            trimmed = _trim(text, piece_start, piece_end)
            if trimmed is not None:
                lines.append(trimmed)
    return lines


def _physical_lines(text: str) -> Iterator[tuple[int, int]]:
    """Split at newlines, but keep together a sentence that was only wrapped."""
    start = 0
    for newline in _NEWLINE.finditer(text):
        if not _wraps(text, start, newline):
            yield start, newline.start()
            start = newline.end()
    yield start, len(text)


def _wraps(text: str, start: int, newline: re.Match[str]) -> bool:
    """Whether a newline stands in the middle of a sentence: long line before, lower case after."""
    following = text[newline.end() : newline.end() + 1]
    end = newline.start()
    # Only the ends are looked at: a thousand wrapped lines must not be read a thousand times.
    if not following.islower() or _length(text, max(start, end - SIGHT), end) < WRAPPED_LENGTH:
        return False
    first = text[start : start + SIGHT].lstrip(_EDGE_OF_MASKED)[:1]
    last = text[max(start, end - SIGHT) : end].rstrip(_EDGE_OF_MASKED)[-1:]
    return bool(first and last) and not first.islower() and last not in ".:;!?"


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    cuts = [
        match.span()
        for match in _CUT.finditer(text, start, end)
        if text[match.start()] != ":" or _after_heading(text, start, match.start() + 1)
    ]
    # Two words in one ("experienceDeep"): checked only where the case changes.
    cuts.extend(
        (camel.end(), camel.end())
        for camel in _CAMEL.finditer(text, start, end)
        if _GLUED.match(text, camel.end(), end)
    )
    if text.count(";", start, end) >= 2:
        cuts.extend(match.span() for match in _LIST_ITEM.finditer(text, start, end))
    piece_start = start
    for cut_start, cut_end in [*sorted(cuts), (end, end)]:
        piece_end = cut_start
        while piece_end < cut_end and text[piece_end] in words.LINE_CLOSING:
            piece_end += 1
        if _length(text, piece_start, piece_end) > RUN_ON_LENGTH:
            yield from _run_on(text, piece_start, piece_end)
        elif piece_end > piece_start:
            yield piece_start, piece_end
        piece_start = max(cut_end, piece_start)


def _after_heading(text: str, start: int, end: int) -> bool:
    """Whether what stands before a colon is a section's heading, not the start of a sentence."""
    return _HEADING_BEFORE.search(text, max(start, end - words.HEADING_SIGHT), end) is not None


def _length(masked: str, start: int, end: int) -> int:
    return end - start - masked.count("_", start, end)


def _run_on(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a long piece without punctuation before the words that begin a duty."""
    for match in _RUN_ON.finditer(text, start, end):
        yield start, match.start()
        start = match.end()
    yield start, end


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and (text[start] in words.EDGE or text[start].isspace()):
        start += 1
    while end > start and (text[end - 1] in words.EDGE or text[end - 1].isspace()):
        end -= 1
    numbering = _NUMBERING.match(text, start, end)
    if numbering:
        start = numbering.end()
    return (start, end) if _LETTER.search(text, start, end) else None
