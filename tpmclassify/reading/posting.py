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
    form: Any = byte_form(text)
    n, hidden = len(form), bytearray(form)
    found = find_candidates(form, *MASK_FILTER)
    names: Any = Names(*([0] * size for size in NAME_SIZES))  # type: ignore[arg-type]
    name = byte_form((employer or "").strip()[:LONGEST_NAME])
    room: Any = (found + [0] * (n + 1), len(found), name, TABLE, names)
    mask(form, form.translate(LOWER_BYTES), hidden, n, *room)  # type: ignore[arg-type]
    letters = list(text)
    for run in _MASKED.finditer(hidden):
        letters[run.start() : run.end()] = run[0].decode()
    masked = "".join(letters)
    cuts = find_candidates(b"\0" + hidden, *CUT_FILTER)
    starts, ends = [0] * (n // 2 + 1), [0] * (n // 2 + 1)
    cutting: Any = (form, hidden, TABLE, cuts, starts, ends)
    n_lines = cut_lines(Cutting(*cutting), n, len(cuts))
    bounds = zip(starts[:n_lines], ends[:n_lines], strict=True)
    return Posting(text, tuple(Line(start, end, masked[start:end]) for start, end in bounds))
