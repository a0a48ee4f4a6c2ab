"""A posting as plain Python reads it: text, lines, and each line as the models see it."""

from dataclasses import dataclass
from typing import Any, cast

from tpmclassify.reading.byte_form import (
    LOWER_BYTES,
    N_BYTES,
    SHARED,
    byte_form,
    byte_of,
    lower_in_place,
)
from tpmclassify.reading.candidates import cut_pattern, mask_pattern
from tpmclassify.reading.employers import ROOM, Names
from tpmclassify.reading.lines import Cutting, cut_lines
from tpmclassify.reading.marks import marks_of
from tpmclassify.reading.mask_words import LONGEST_NAME, MOST_NAMES
from tpmclassify.reading.masks import MaskRoom, find_spans
from tpmclassify.reading.plain_text import plain_text
from tpmclassify.reading.rule_table import LOWERED, OTHER_LETTERS, TABLE
from tpmclassify.reading.spans import span_room

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a posting.

    `start`, `end`: offsets into `Posting.text`, in code points. `masked`: the line as the models
    read it: titles, links and employer names overwritten.
    """

    start: int
    end: int
    masked: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting's plain text and its lines."""

    text: str
    lines: tuple[Line, ...]


def read_posting(source: str, *, employer: str | None = None) -> Posting:
    """Read a posting: markup resolved, lines cut, give-aways masked.

    `source`: the posting as it was scraped: plain text or HTML. `employer`: the employer's name, to
    be masked.
    """
    text = plain_text(source)
    form = byte_form(text)
    spans = _find_spans(text, form, (employer or "").strip()[:LONGEST_NAME])
    letters, hidden = list(text), bytearray(form)
    for start, end in spans:
        letters[start:end] = "_" * (end - start)
        hidden[start:end] = b"_" * (end - start)
    masked = "".join(letters)
    lines = (Line(start, end, masked[start:end]) for start, end in _cut(form, bytes(hidden)))
    return Posting(text, tuple(lines))


def _find_spans(text: str, form: bytes, employer: str) -> list[Span]:
    """Find what is to be masked."""
    found = [match.start() for match in mask_pattern().finditer(form)]
    if found and found[-1] == len(form) - 1:
        found.pop()  # every rule looks at the character behind it, too
    spans = _find(form, form.translate(LOWER_BYTES), byte_form(employer), TABLE, found)
    if spans is None:
        table, (numbers, name) = _widened(text, employer)
        lowered = [table[LOWERED + number] for number in numbers]
        spans = cast(list[Span], _find(numbers, lowered, name, table, found))
    return spans


def _find(text: Any, low: Any, employer: Any, table: Any, found: list[int]) -> list[Span] | None:
    """Call the rules with what stands for arrays in plain Python; none where bytes do not do."""
    n_letters = N_BYTES if table is TABLE else len(table)
    sizes = (ROOM, 2 * MOST_NAMES + 1, 2 * MOST_NAMES, n_letters)
    names: Any = Names(*([0] * size for size in sizes))  # type: ignore[arg-type]
    spans: Any = [0] * span_room(len(text))
    candidates: Any = found + [0] * (len(text) + 1)
    room = MaskRoom(candidates, spans, names)
    if not find_spans(text, low, len(text), len(found), employer, table, room):
        return None
    return [(spans[2 * k + 1], spans[2 * k + 2]) for k in range(spans[0])]


def _widened(*texts: str) -> tuple[list[int], list[list[int]]]:
    """The rule table and texts, in numbers for characters of which no two share one.

    Bytes stay for what has a byte of its own; a character of a shared byte gets a number behind
    all entries of the table, so that the same rules read it.
    """
    shared = [c for c in sorted(set().union(*texts)) if SHARED[byte_of(c)]]
    characters = dict.fromkeys([*shared, *map(lower_in_place, shared)])
    # Its column and its lower case stand as far behind a number as behind a byte.
    number = {c: len(TABLE) + k + k // N_BYTES * LOWERED for k, c in enumerate(characters)}
    table = TABLE + [OTHER_LETTERS] * 3 * (len(number) + N_BYTES)
    for character, place in number.items():
        small = lower_in_place(character)
        table[place] = marks_of(character)
        table[place + LOWERED] = number.get(small) or byte_of(small)
    return table, [[number.get(c) or byte_of(c) for c in text] for text in texts]


def _cut(form: bytes, masked: bytes) -> list[Span]:
    """Find the lines of a text."""
    n = len(form)
    candidates = [match.start() for match in cut_pattern().finditer(masked)]
    starts, ends = [0] * (n // 2 + 1), [0] * (n // 2 + 1)
    cutting: Any = (form, masked, TABLE, candidates, starts, ends)
    n_lines = cut_lines(Cutting(*cutting), n, len(candidates))
    return list(zip(starts[:n_lines], ends[:n_lines], strict=True))
