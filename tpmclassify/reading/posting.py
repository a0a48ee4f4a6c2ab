"""A posting as plain Python reads it: text, lines, and each line as the models see it."""

import re
from dataclasses import dataclass
from typing import Any

from tpmclassify.reading.byte_form import LOWER_BYTES, byte_form
from tpmclassify.reading.candidates import CUT_FILTER, MASK_FILTER, find_candidates
from tpmclassify.reading.employers import NAME_SIZES, Names
from tpmclassify.reading.lines import Cutting, cut_lines
from tpmclassify.reading.mask_words import LONGEST_NAME
from tpmclassify.reading.masks import mask
from tpmclassify.reading.plain_text import plain_text
from tpmclassify.reading.rule_table import TABLE

_MASKED = re.compile(b"_+")


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
    hidden = bytearray(form)
    _mask(form, hidden, byte_form((employer or "").strip()[:LONGEST_NAME]))
    letters = list(text)
    for run in _MASKED.finditer(hidden):
        letters[run.start() : run.end()] = run[0].decode()
    masked = "".join(letters)
    lines = (Line(start, end, masked[start:end]) for start, end in _cut(form, hidden))
    return Posting(text, tuple(lines))


def _mask(form: Any, hidden: Any, employer: Any) -> None:
    """Overwrite what is to be masked."""
    found = find_candidates(form, *MASK_FILTER)
    candidates: Any = found + [0] * (len(form) + 1)
    names: Any = Names(*([0] * size for size in NAME_SIZES))  # type: ignore[arg-type]
    low: Any = form.translate(LOWER_BYTES)
    mask(form, low, hidden, len(form), candidates, len(found), employer, TABLE, names)  # type: ignore[arg-type]


def _cut(form: bytes, masked: bytearray) -> list[tuple[int, int]]:
    """Find the lines of a text."""
    n = len(form)
    candidates = find_candidates(b"\0" + masked, *CUT_FILTER)
    starts, ends = [0] * (n // 2 + 1), [0] * (n // 2 + 1)
    cutting: Any = (form, masked, TABLE, candidates, starts, ends)
    n_lines = cut_lines(Cutting(*cutting), n, len(candidates))
    return list(zip(starts[:n_lines], ends[:n_lines], strict=True))
