"""A posting as plain Python reads it: text, lines, and each line as the models see it."""

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from tpmclassify.reading.byte_form import (
    LOWER_BYTES,
    N_BYTES,
    SHARED,
    WideForm,
    byte_form,
    lower_in_place,
)
from tpmclassify.reading.candidates import cut_pattern, mask_pattern
from tpmclassify.reading.employers import ROOM, Names
from tpmclassify.reading.lines import Cutting, cut_lines
from tpmclassify.reading.marks import marks_of
from tpmclassify.reading.mask_words import LONGEST_NAME, MOST_NAMES
from tpmclassify.reading.masks import MaskRoom, MaskTables, find_spans
from tpmclassify.reading.plain_text import plain_text
from tpmclassify.reading.rule_table import OTHER_LETTERS, TABLE
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


@cache
def _tables() -> Any:
    return MaskTables(*cast(Any, (TABLE, LOWER_BYTES, SHARED)))


def _find_spans(text: str, form: bytes, employer: str) -> list[Span]:
    """Find what is to be masked."""
    found = [match.start() for match in mask_pattern().finditer(form)]
    if found and found[-1] == len(form) - 1:
        found.pop()  # every rule looks at the character behind it, too
    low, name = form.translate(LOWER_BYTES), byte_form(employer)
    room = _mask_room(found, len(form), N_BYTES)
    if not _find(form, low, len(found), name, _tables(), room):
        wide = WideForm([text, employer], first=len(TABLE))
        tables = MaskTables(
            *cast(
                Any,
                (
                    wide.extend(TABLE, map(marks_of, wide.characters), others=OTHER_LETTERS),
                    wide.extend(LOWER_BYTES, wide.of(map(lower_in_place, wide.characters))),
                    wide.extend(SHARED, [0] * len(wide.characters)),
                ),
            )
        )
        room = _mask_room(found, len(form), len(tables.table))
        numbers = wide.of(text)
        lowered = [tables.lower[number] for number in numbers]
        _find(numbers, lowered, len(found), wide.of(employer), tables, room)
    spans = room.spans
    return [(spans[2 * k + 1], spans[2 * k + 2]) for k in range(spans[0])]


def _find(text: Any, low: Any, n_found: int, employer: Any, tables: Any, room: Any) -> bool:
    """Call the rules with what stands for arrays in plain Python."""
    return find_spans(text, low, len(text), n_found, employer, tables, room)


def _mask_room(candidates: list[int], n: int, n_letters: int) -> Any:
    names = Names(
        *cast(
            Any,
            (
                [0] * ROOM,
                [0] * (2 * MOST_NAMES + 1),
                [0] * (2 * MOST_NAMES),
                [0] * n_letters,
            ),
        )
    )
    return MaskRoom(cast(Any, candidates + [0] * (n + 1)), cast(Any, [0] * span_room(n)), names)


def _cut(form: bytes, masked: bytes) -> list[Span]:
    """Find the lines of a text."""
    n = len(form)
    candidates = [match.start() for match in cut_pattern().finditer(masked)]
    starts, ends = [0] * (n // 2 + 1), [0] * (n // 2 + 1)
    cutting: Any = (form, masked, TABLE, candidates, starts, ends)
    n_lines = cut_lines(Cutting(*cutting), n, len(candidates))
    return list(zip(starts[:n_lines], ends[:n_lines], strict=True))
