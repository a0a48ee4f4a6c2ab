"""Why, in a table's cell: the responsibilities that decide each posting, and a line behind each.

The text of the cells is written as bytes by machine code, a column in one piece: no object is made
for a row.
"""

from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bytes, Floats, Ints, SmallInts, read_only
from tpmclassify.deciding.verdicts import Verdicts
from tpmclassify.machine_code.entries import Entry, compiled
from tpmclassify.machine_code.load import machine_code
from tpmclassify.reading.scan_arrays import Source
from tpmclassify.roles import OTHER, RESPONSIBILITIES
from tpmclassify.scoring.models import BatchScores
from tpmclassify.scoring.tfidf import N_CLASSES

MOST_REASONS = 3
# A line that speaks less than so much of the loudest one's part is no ground, but for the first.
# Held out, of the quotes of decided postings 88 % leaned to the verdict in a rater's eyes, 2.6 a
# posting; without the rule 84 % of 2.9, by .35 91 % of 2.4.
QUIETEST = 0.25
# As `LINE_CLASSES` begin.
_NAMES = (*RESPONSIBILITIES, OTHER)
_N_NAMES, _N_RESPONSIBILITIES = len(_NAMES), len(RESPONSIBILITIES)
# A reason is a name, a sign, a figure and what joins it to the next.
_LONGEST_REASON = max(map(len, _NAMES)) + 32
_SPACE, _BAR, _SLASH, _SEMICOLON, _DOT, _ZERO, _PLUS, _MINUS = map(ord, " |/;.0+-")
_LETTERS = read_only(np.frombuffer("".join(_NAMES).encode(), np.uint8).copy())
_FIRST_LETTER = read_only(np.cumsum([0, *map(len, _NAMES)]).astype(np.int64))


class Grounds(NamedTuple):
    """Two columns of text, each as one piece and where its cells begin.

    `because`: "technical_expertise +1.42; stakeholder_management +0.31". `because_first`:
    (n_postings + 1,). `quotes`: a line for each, joined by " | ". `quotes_first`: (n_postings +
    1,).
    """

    because: Bytes
    because_first: Ints
    quotes: Bytes
    quotes_first: Ints


class ScoredLines(NamedTuple):
    """The lines of a batch; see `Reading` and `BatchScores`.

    `begin`, `end`: (n_postings,). `side` (n_postings,): 1 where lines with positive parts speak for
    the verdict, else -1. `n_names` (n_postings,): how many of `_NAMES` may be a reason.
    `byte_start`, `byte_end`, `line_class`, `part`: (n_lines,).
    """

    begin: Ints
    end: Ints
    side: SmallInts
    n_names: SmallInts
    byte_start: SmallInts
    byte_end: SmallInts
    line_class: SmallInts
    part: Floats


class Names(NamedTuple):
    """The responsibilities' names: all letters, and where each name begins."""

    letters: Bytes
    first: Ints


def find_grounds(
    scores: BatchScores, verdicts: Verdicts, *, slope: float, scope_slope: Floats
) -> Grounds:
    """Write up to three responsibilities that speak for each verdict, and a line behind each.

    For "neither" they are those that speak against both roles, "other" among them: the duties of
    another job have no other name.

    `verdicts`: on a posting to be reviewed, of the likelier role. `slope`: what one unit of raw
    role score is worth in log-odds. `scope_slope` (n_postings,): the like for scope.
    """
    reading = scores.reading
    n, texts = len(reading), reading.texts
    neither = verdicts.is_neither & (verdicts.reasons == 0)
    # The posting of each line. Few lines belong to none: those of texts that were read again.
    bounds = np.zeros(len(scores.line_part) + 1, np.int64)
    np.add.at(bounds, reading.begin_line, np.arange(n))
    np.subtract.at(bounds, reading.end_line, np.arange(n))
    owner = np.cumsum(bounds[:-1])
    part = (
        np.where(
            neither[owner], scores.line_scope_part * scope_slope[owner], scores.line_part * slope
        )
        if n
        else scores.line_part
    )
    grounds = Grounds(
        np.empty(n * MOST_REASONS * _LONGEST_REASON, np.uint8),
        np.zeros(n + 1, np.int64),
        # No line is quoted twice, and white space only shrinks.
        np.empty(texts.n_bytes + n * MOST_REASONS * len(" | "), np.uint8),
        np.zeros(n + 1, np.int64),
    )
    write_grounds(
        texts.source,
        ScoredLines(
            reading.begin_line,
            reading.end_line,
            np.where((verdicts.score > 0) & ~neither, 1, -1).astype(np.int32),
            np.where(neither, _N_NAMES, _N_RESPONSIBILITIES).astype(np.int32),
            reading.byte_start,
            reading.byte_end,
            scores.line_class,
            part,
        ),
        Names(_LETTERS, _FIRST_LETTER),
        np.zeros(N_CLASSES),
        np.zeros(N_CLASSES, np.int64),
        grounds,
        code=machine_code(texts.n_bytes),
    )
    return grounds._replace(
        because=grounds.because[: grounds.because_first[-1]],
        quotes=grounds.quotes[: grounds.quotes_first[-1]],
    )


@Entry
def write_grounds(
    texts: Source, lines: ScoredLines, names: Names, sums: Floats, loudest: Ints, grounds: Grounds
) -> int:
    """Write the two columns.

    `sums`, `loudest` (n_classes,): room for one posting: the sum of each class's parts, and its
    loudest line.
    """
    n_because = n_quotes = 0
    for posting in range(len(lines.begin)):
        side, n_names = lines.side[posting], lines.n_names[posting]
        quietest = QUIETEST * _sum_up(lines, posting, sums, loudest)
        for rank in range(MOST_REASONS):
            name = 0  # the class that speaks most for the verdict; of equal ones the first
            for other in range(1, n_names):
                if side * sums[other] > side * sums[name]:
                    name = other
            value, line = sums[name], loudest[name]
            sums[name] = 0.0
            if value * side <= 0.0:
                break
            if rank and lines.part[line] * side < quietest:
                continue
            if rank:
                n_because = _append_two(grounds.because, n_because, _SEMICOLON, _SPACE)
                n_quotes = _append_two(grounds.quotes, n_quotes, _SPACE, _BAR)
                grounds.quotes[n_quotes] = _SPACE
                n_quotes += 1
            n_because = _append_name(grounds.because, n_because, names, name)
            n_because = _append_figure(grounds.because, n_because, value)
            here = texts.begin[posting] + lines.byte_start[line]
            stop = texts.begin[posting] + lines.byte_end[line]
            n_quotes = _append_quote(grounds.quotes, n_quotes, texts.data, here, stop)
        grounds.because_first[posting + 1] = n_because
        grounds.quotes_first[posting + 1] = n_quotes
    return 0


@compiled
def _sum_up(lines: ScoredLines, posting: int, sums: Floats, loudest: Ints) -> float:
    """Sum the parts by class, and find the line of each that speaks loudest for the verdict.

    Returned: the part of the loudest of all whose class may be a reason.
    """
    side, n_names, loudest_part = lines.side[posting], lines.n_names[posting], 0.0
    for name in range(N_CLASSES):
        sums[name] = 0.0
        loudest[name] = -1
    for line in range(lines.begin[posting], lines.end[posting]):
        name = lines.line_class[line]
        sums[name] += lines.part[line]
        part = side * lines.part[line]
        if loudest[name] < 0 or part > side * lines.part[loudest[name]]:
            loudest[name] = line
        if name < n_names and part > loudest_part:
            loudest_part = part
    return loudest_part


@compiled
def _append_two(target: Bytes, n: int, first: int, second: int) -> int:
    target[n] = first
    target[n + 1] = second
    return n + 2


@compiled
def _append_name(target: Bytes, n: int, names: Names, name: int) -> int:
    for i in range(names.first[name], names.first[name + 1]):
        target[n] = names.letters[i]
        n += 1
    return n


@compiled
def _append_figure(target: Bytes, n: int, value: float) -> int:
    """Append a space and a figure with its sign and two decimals."""
    n = _append_two(target, n, _SPACE, _PLUS if value > 0.0 else _MINUS)
    cents = int(abs(value) * 100.0 + 0.5)
    unit = 100
    while unit * 10 <= cents:
        unit *= 10
    while unit > 0:
        target[n] = _ZERO + cents // unit % 10
        n += 1
        if unit == 100:
            target[n] = _DOT
            n += 1
        unit //= 10
    return n


@compiled
def _width(lead: int) -> int:
    """How many bytes a code point has, by the first."""
    return 1 + (lead >= 0xC0) + (lead >= 0xE0) + (lead >= 0xF0)


@compiled
def _append_quote(target: Bytes, n: int, data: Bytes, here: int, stop: int) -> int:
    """Append a line with one space for any white space, none at its ends, and "/" for "|"."""
    spaced = False
    while here < stop:
        width = _width(data[here])
        if _is_space(data, here, width):
            spaced = True
        else:
            if spaced:
                target[n] = _SPACE
                n += 1
                spaced = False
            for i in range(here, here + width):
                # What joins quotes stands in none.
                target[n] = _SLASH if data[i] == _BAR else data[i]
                n += 1
        here += width
    return n


@compiled
def _is_space(data: Bytes, here: int, width: int) -> bool:
    """Whether `str.split` would split at a code point."""
    lead = int(data[here])
    if width == 1:
        return bool(lead == 0x20 or 0x09 <= lead <= 0x0D or 0x1C <= lead <= 0x1F)
    second = int(data[here + 1])
    if width == 2:
        return bool(lead == 0xC2 and (second == 0x85 or second == 0xA0))
    code = lead << 16 | second << 8 | int(data[here + 2])
    return bool(
        code == 0xE19A80
        or 0xE28080 <= code <= 0xE2808A
        or code == 0xE280A8
        or code == 0xE280A9
        or code == 0xE280AF
        or code == 0xE2819F
        or code == 0xE38080
    )
