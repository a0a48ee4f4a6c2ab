"""Why, in a table's cell: the responsibilities that decide each posting, and a line behind each."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tpmclassify.arrays import AnyArray, Floats, Ints
from tpmclassify.deciding.verdicts import Verdicts
from tpmclassify.reading.batch import Texts
from tpmclassify.roles import OTHER, RESPONSIBILITIES
from tpmclassify.scoring.models import BatchScores
from tpmclassify.scoring.tfidf import N_CLASSES

MOST_REASONS = 3
# A line that speaks less than so much of the loudest one's part is no ground, but for the first.
# Held out, of the quotes of decided postings 88 % leaned to the verdict in a rater's eyes, 2.6 a
# posting; without the rule 84 % of 2.9, by .35 91 % of 2.4.
QUIETEST = 0.25
_NAMES = (*RESPONSIBILITIES, OTHER)  # as `LINE_CLASSES` begin
_WORDS, _SIGNS = (pa.array(words, pa.large_string()) for words in (_NAMES, (" -", " +")))
_NOTHING, _SPACE = (pa.scalar(joint, pa.large_string()) for joint in ("", " "))
# What may hold other white space than one space between words.
_ODD = r"[\t-\r\x1c-\x1f]|  |^ | $|[^\x00-\x7f]"


def find_grounds(
    scores: BatchScores, verdicts: Verdicts, *, slope: float, scope_slope: Floats
) -> tuple[pa.Array, pa.Array]:
    """Write up to three responsibilities that speak for each verdict, and a line behind each.

    For "neither" they are those that speak against both roles, "other" among them: the duties of
    another job have no other name.

    `verdicts`: on a posting to be reviewed, of the likelier role. `slope`: what one unit of raw
    role score is worth in log-odds. `scope_slope` (n_postings,): the like for scope. Returned
    (n_postings,): "technical_expertise +1.42; stakeholder_management +0.31", and a line for each,
    joined by " | ".
    """
    reading = scores.reading
    n, counts = len(reading), reading.end_line - reading.begin_line
    owner = np.repeat(np.arange(n), counts)
    # Few lines are nobody's: those of texts that were read again.
    line = np.arange(len(owner)) + np.repeat(reading.begin_line - counts.cumsum() + counts, counts)
    neither = verdicts.is_neither & (verdicts.reasons == 0)
    side = np.where((verdicts.score > 0) & ~neither, 1.0, -1.0)
    role_part, scope_part = scores.line_part[line] * slope, scores.line_scope_part[line]
    part = side[owner] * np.where(neither[owner], scope_part * scope_slope[owner], role_part)
    # Of each posting and class: the sum of the parts, the largest, and the first line with that.
    cell = N_CLASSES * owner + scores.line_class[line]
    by_class, n_names = (n, N_CLASSES), len(_NAMES)
    sums = np.bincount(cell, part, N_CLASSES * n).astype(float).reshape(by_class)[:, :n_names]
    largest = np.zeros(N_CLASSES * n)
    np.maximum.at(largest, cell, part)
    loudest = np.zeros(N_CLASSES * n, np.int64)
    found = np.flatnonzero(part == largest[cell])[::-1]
    loudest[cell[found]] = line[found]
    largest = largest.reshape(by_class)[:, :n_names]
    largest[~neither, -1] = sums[~neither, -1] = 0.0
    ranked = np.argsort(-sums, axis=1, kind="stable")[:, :MOST_REASONS]
    is_loud = np.take_along_axis(largest, ranked, 1) >= QUIETEST * largest.max(1, keepdims=True)
    is_loud[:, 0] = True
    posting, rank = np.nonzero(is_loud & (np.take_along_axis(sums, ranked, 1) > 0.0))
    name = ranked[posting, rank]
    cents = np.floor(sums[posting, name] * 100.0 + 0.5)
    because = pc.binary_join_element_wise(
        _WORDS.take(numbers(name)),
        _SIGNS.take(numbers((side[posting] > 0.0).astype(np.int64))),
        numbers(cents / 100.0).cast(pa.decimal128(18, 2)).cast(pa.large_string()),
        _NOTHING,
    )
    first, quoted = np.searchsorted(posting, np.arange(n + 1)), loudest[N_CLASSES * posting + name]
    texts = reading.texts.take(posting)
    start, end = reading.byte_start[quoted], reading.byte_end[quoted]
    quotes = _quotes(Texts(texts.data, texts.begin + start, texts.begin + end))
    return _joined(because, first, "; "), _joined(quotes, first, " | ")


def _quotes(lines: Texts) -> pa.Array:
    """Lines with one space for any white space; what joins quotes stands in none."""
    # All that stands behind each other, line and rest in turn: without an object for a line.
    order = np.argsort(lines.begin)
    bounds = np.column_stack([lines.begin[order], lines.end[order]]).ravel()
    bounds = np.append(bounds, bounds[-1:] if len(bounds) else [0])
    buffers = [None, pa.py_buffer(bounds), pa.py_buffer(lines.data)]
    pieces = pa.Array.from_buffers(pa.large_string(), len(bounds) - 1, buffers)
    quotes = pieces.take(numbers(2 * np.argsort(order)))
    odd = pc.match_substring_regex(quotes, _ODD)
    words = pc.utf8_split_whitespace(pc.utf8_trim_whitespace(quotes.filter(odd)))
    quotes = pc.replace_with_mask(quotes, odd, pc.binary_join(words, _SPACE))
    return pc.replace_substring(quotes, "|", "/")


def _joined(values: pa.Array, first: Ints, joint: str) -> pa.Array:
    """One text of the values of each posting."""
    lists = pa.LargeListArray.from_arrays(numbers(first), values)
    return pc.binary_join(lists, pa.scalar(joint, values.type)).cast(pa.string())


def numbers(values: AnyArray) -> pa.Array:
    """A column of numbers; without pyarrow's own way, which imports numpy's masked arrays first."""
    kind = pa.from_numpy_dtype(values.dtype)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values)])
