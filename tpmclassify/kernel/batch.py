"""A whole batch of postings: code points in, scores by posting and by line out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.compiled import allocating, compiled
from tpmclassify.kernel.lines import cut_into
from tpmclassify.kernel.masking import mask_into
from tpmclassify.kernel.plain_text import may_hold_markup
from tpmclassify.kernel.scores import (
    Models,
    Scratch,
    find_terms,
    hear_line,
    let_silent_speak,
    make_scratch,
    score_lines,
)
from tpmclassify.kernel.tokens import Alphabet, Words, make_words, scan_words
from tpmclassify.kernel.vocabulary import Terms
from tpmclassify.kernel.words import Table
from tpmclassify.roles import DIMENSIONS
from tpmclassify.scoring.tfidf import Floats

_N_DIMENSIONS = len(DIMENSIONS)
_CODE_POINTS_A_LINE, _CODE_POINTS_A_TERM = 40, 4


class Sources(NamedTuple):
    """Plain texts and their employers' names as code points, one after the other.

    Attributes
    ----------
    texts : ndarray of uint32
    text_bounds : ndarray of int64 of shape (n_postings + 1,)
    employers : ndarray of uint32
    employer_bounds : ndarray of int64 of shape (n_postings + 1,)
    """

    texts: NDArray[np.uint32]
    text_bounds: NDArray[np.int64]
    employers: NDArray[np.uint32]
    employer_bounds: NDArray[np.int64]


class Lines(NamedTuple):
    """What is known of each line of a batch; the arrays have room for more lines than there are.

    Attributes
    ----------
    start, end : ndarray of int32
        Offsets into the text.
    line_class : ndarray of int32
        Position in `LINE_CLASSES`.
    voting : ndarray of bool
    part : ndarray
    dimensions : ndarray of shape (..., 4)
    first_term : ndarray of int64
        Where the line's terms begin among all terms found; one entry more than lines.
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    line_class: NDArray[np.int32]
    voting: NDArray[np.bool_]
    part: Floats
    dimensions: Floats
    first_term: NDArray[np.int64]


class Room(NamedTuple):
    """Room for the largest text of a batch: its masked form, its lines, the words of a line."""

    lowered: NDArray[np.uint32]
    masked: NDArray[np.uint32]
    starts: NDArray[np.int32]
    ends: NDArray[np.int32]
    words: Words


@allocating
def find_markup(
    texts: NDArray[np.uint32], bounds: NDArray[np.int64], table: Table
) -> NDArray[np.bool_]:
    """Find the texts that may hold more than plain text."""
    found = np.empty(len(bounds) - 1, np.bool_)
    for i in range(len(found)):
        found[i] = may_hold_markup(texts[bounds[i] : bounds[i + 1]], table)
    return found


@allocating
def score_batch(
    sources: Sources, alphabet: Alphabet, table: Table, terms: Terms, models: Models
) -> tuple[Floats, NDArray[np.int64], NDArray[np.int64], Lines, NDArray[np.int32]]:
    """Read, mask, cut and score a batch of texts; the figures of one do not depend on the others.

    Returns
    -------
    raw : ndarray of shape (n_postings, 2)
        Raw scores of role and scope.
    tallies : ndarray of shape (n_postings, 3)
        Words, English words, ASCII words.
    first_line : ndarray of shape (n_postings + 1,)
    lines : Lines
    found : ndarray of int32
        The terms of all lines.
    """
    bounds, names = sources.text_bounds, sources.employer_bounds
    n_postings = len(bounds) - 1
    room = make_room(bounds, terms.longest_word)
    scratch = make_scratch(len(models.weights))
    raw = np.zeros((n_postings, 2), np.float64)
    tallies = np.zeros((n_postings, 3), np.int64)
    first_line = np.zeros(n_postings + 1, np.int64)
    lines = make_lines(bounds[-1] // _CODE_POINTS_A_LINE)
    found = np.empty(bounds[-1] // _CODE_POINTS_A_TERM, np.int32)
    for i in range(n_postings):
        text = sources.texts[bounds[i] : bounds[i + 1]]
        employer = sources.employers[names[i] : names[i + 1]]
        n_lines = read_lines(text, employer, alphabet.lower, table, room)
        begin = first_line[i]
        finish = begin + n_lines
        first_line[i + 1] = finish
        if finish > len(lines.part):
            lines = grow_lines(lines, begin, finish)
        lines.start[begin:finish] = room.starts[:n_lines]
        lines.end[begin:finish] = room.ends[:n_lines]
        # There are fewer terms than code points: a word has two, and a space behind it.
        n_found = lines.first_term[begin]
        if n_found + len(text) > len(found):
            found = grow(found, n_found, n_found + len(text))

        line_class, voting = lines.line_class[begin:finish], lines.voting[begin:finish]
        first = lines.first_term[begin : finish + 1]
        hear_lines(
            room, alphabet, terms, models, scratch, found, first, line_class, voting, tallies[i]
        )
        raw[i, 0], raw[i, 1] = score_lines(models, scratch, found, first, voting)
        sum_by_line(
            models,
            scratch.parts,
            found,
            first,
            voting,
            lines.part[begin:finish],
            lines.dimensions[begin:finish],
        )
    return raw, tallies, first_line, lines, found[: lines.first_term[first_line[-1]]]


@allocating
def read_lines(
    text: NDArray[np.uint32],
    employer: NDArray[np.uint32],
    lower: NDArray[np.uint32],
    table: Table,
    room: Room,
) -> int:
    """Mask a text and cut it into lines; returns how many there are."""
    n = len(text)
    lowered, masked = room.lowered[:n], room.masked[:n]
    for position in range(n):
        lowered[position] = lower[text[position]]
        masked[position] = text[position]
    mask_into(text, lowered, employer, lower, table, masked)
    return cut_into(text, masked, table, room.starts, room.ends)


@compiled
def hear_lines(
    room: Room,
    alphabet: Alphabet,
    terms: Terms,
    models: Models,
    scratch: Scratch,
    found: NDArray[np.int32],
    first: NDArray[np.int64],
    line_class: NDArray[np.int32],
    voting: NDArray[np.bool_],
    tally: NDArray[np.int64],
) -> None:
    """Find the terms of a posting's lines, and say what each line states and whether it counts."""
    for line in range(len(voting)):
        n_words = scan_words(
            room.masked,
            room.starts[line],
            room.ends[line],
            alphabet,
            terms,
            room.words,
            tally,
        )
        first[line + 1] = find_terms(terms, room.words.numbers[:n_words], found, first[line])
        line_class[line], voting[line] = hear_line(
            models, scratch, found, first[line], first[line + 1]
        )
    let_silent_speak(line_class, voting)


@compiled
def sum_by_line(
    models: Models,
    part_of: Floats,
    found: NDArray[np.int32],
    first: NDArray[np.int64],
    voting: NDArray[np.bool_],
    parts: Floats,
    dimensions: Floats,
) -> None:
    """Sum the parts of each line's occurrences, in all and by dimension."""
    folding = models.folding
    for line in range(len(voting)):
        parts[line] = 0.0
        dimensions[line] = 0.0
        if not voting[line]:
            continue
        for i in range(first[line], first[line + 1]):
            term = found[i]
            parts[line] += part_of[term]
            for k in range(_N_DIMENSIONS):
                dimensions[line, k] += part_of[term] * folding[term, k]


@allocating
def make_room(bounds: NDArray[np.int64], longest_word: int) -> Room:
    """Make room for the largest text."""
    largest = 0
    for i in range(len(bounds) - 1):
        largest = max(largest, bounds[i + 1] - bounds[i])
    return Room(
        np.empty(largest, np.uint32),
        np.empty(largest, np.uint32),
        np.empty(largest // 2 + 1, np.int32),
        np.empty(largest // 2 + 1, np.int32),
        make_words(largest, longest_word),
    )


@allocating
def make_lines(capacity: int) -> Lines:
    """Make room for so many lines."""
    return Lines(
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.bool_),
        np.empty(capacity, np.float64),
        np.empty((capacity, _N_DIMENSIONS), np.float64),
        np.zeros(capacity + 1, np.int64),
    )


@allocating
def grow_lines(lines: Lines, n: int, needed: int) -> Lines:
    """Copy the first n lines to where there is room for twice as many as needed."""
    grown = make_lines(2 * needed)
    grown.start[:n] = lines.start[:n]
    grown.end[:n] = lines.end[:n]
    grown.line_class[:n] = lines.line_class[:n]
    grown.voting[:n] = lines.voting[:n]
    grown.part[:n] = lines.part[:n]
    grown.dimensions[:n] = lines.dimensions[:n]
    grown.first_term[: n + 1] = lines.first_term[: n + 1]
    return grown


@allocating
def grow(found: NDArray[np.int32], n: int, needed: int) -> NDArray[np.int32]:
    """Copy the first n terms to where there is room for twice as many as needed."""
    grown = np.empty(2 * needed, np.int32)
    grown[:n] = found[:n]
    return grown
