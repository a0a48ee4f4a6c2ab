"""A whole batch of postings: code points in, scores by posting and by line out."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tpmclassify.kernel.compiled import compiled
from tpmclassify.kernel.lines import CutTables, cut_into
from tpmclassify.kernel.masking import mask_into
from tpmclassify.kernel.scores import (
    Models,
    find_terms,
    hear_line,
    let_silent_speak,
    make_scratch,
    score_lines,
)
from tpmclassify.kernel.tokens import Alphabet, scan_words
from tpmclassify.kernel.vocabulary import Terms
from tpmclassify.linear_text import Floats
from tpmclassify.roles import DIMENSIONS

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
    n_terms : ndarray of int32
        How many occurrences of terms each line has, 0 for a line without a vote.
    """

    start: NDArray[np.int32]
    end: NDArray[np.int32]
    line_class: NDArray[np.int32]
    voting: NDArray[np.bool_]
    part: Floats
    dimensions: Floats
    n_terms: NDArray[np.int32]


@compiled
def score_batch(
    sources: Sources, alphabet: Alphabet, cut_tables: CutTables, terms: Terms, models: Models
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
        The terms of all voting lines.
    """
    bounds, names = sources.text_bounds, sources.employer_bounds
    n_postings = len(bounds) - 1
    largest = 0
    for i in range(n_postings):
        largest = max(largest, bounds[i + 1] - bounds[i])
    lowered = np.empty(largest, np.uint32)
    masked = np.empty(largest, np.uint32)
    starts = np.empty(largest // 2 + 1, np.int32)
    ends = np.empty(largest // 2 + 1, np.int32)
    word = np.empty(terms.longest_word + 1, np.uint32)
    words = np.empty(largest // 2 + 1, np.int32)
    occurrences = np.empty(largest + 2, np.int32)
    first = np.empty(largest // 2 + 2, np.int64)
    scratch = make_scratch(len(models.idf))

    raw = np.zeros((n_postings, 2), np.float64)
    tallies = np.zeros((n_postings, 3), np.int64)
    first_line = np.zeros(n_postings + 1, np.int64)
    lines = make_lines(bounds[-1] // _CODE_POINTS_A_LINE)
    found = np.empty(bounds[-1] // _CODE_POINTS_A_TERM, np.int32)
    n_all_found = 0
    for i in range(n_postings):
        text = sources.texts[bounds[i] : bounds[i + 1]]
        n = len(text)
        for position in range(n):
            lowered[position] = alphabet.lower[text[position]]
            masked[position] = text[position]
        employer = sources.employers[names[i] : names[i + 1]]
        mask_into(text, lowered[:n], employer, alphabet.kinds, alphabet.lower, masked[:n])
        n_lines = cut_into(text, masked[:n], alphabet.kinds, cut_tables, starts, ends)

        begin = first_line[i]
        finish = begin + n_lines
        first_line[i + 1] = finish
        if finish > len(lines.part):
            lines = grow_lines(lines, begin, finish)
        lines.start[begin:finish] = starts[:n_lines]
        lines.end[begin:finish] = ends[:n_lines]
        line_class, voting = lines.line_class[begin:finish], lines.voting[begin:finish]
        n_found = 0
        for line in range(n_lines):
            first[line] = n_found
            n_words = scan_words(
                masked, starts[line], ends[line], alphabet, terms, word, words, tallies[i]
            )
            n_found = find_terms(terms, words, n_words, occurrences, n_found)
            line_class[line], voting[line] = hear_line(
                models, scratch, occurrences, first[line], n_found
            )
        first[n_lines] = n_found
        let_silent_speak(line_class, voting)
        raw[i, 0], raw[i, 1] = score_lines(
            models, scratch, occurrences, first[: n_lines + 1], voting
        )
        sum_by_line(
            models,
            scratch.values,
            occurrences,
            first[: n_lines + 1],
            voting,
            lines.part[begin:finish],
            lines.dimensions[begin:finish],
        )
        if n_all_found + n_found > len(found):
            grown = np.empty(2 * (n_all_found + n_found), np.int32)
            grown[:n_all_found] = found[:n_all_found]
            found = grown
        for line in range(n_lines):
            lines.n_terms[begin + line] = 0
            if voting[line]:
                lines.n_terms[begin + line] = first[line + 1] - first[line]
                for position in range(first[line], first[line + 1]):
                    found[n_all_found] = occurrences[position]
                    n_all_found += 1
    return raw, tallies, first_line, lines, found[:n_all_found]


@compiled
def sum_by_line(
    models: Models,
    part_of: Floats,
    occurrences: NDArray[np.int32],
    first: NDArray[np.int64],
    voting: NDArray[np.bool_],
    parts: Floats,
    dimensions: Floats,
) -> None:
    """Sum the parts of each line's occurrences, in all and by dimension."""
    for line in range(len(voting)):
        parts[line] = 0.0
        dimensions[line] = 0.0
        if not voting[line]:
            continue
        for i in range(first[line], first[line + 1]):
            term = occurrences[i]
            parts[line] += part_of[term]
            for k in range(_N_DIMENSIONS):
                dimensions[line, k] += part_of[term] * models.folding[term, k]


@compiled
def make_lines(capacity: int) -> Lines:
    """Make room for so many lines."""
    return Lines(
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.int32),
        np.empty(capacity, np.bool_),
        np.empty(capacity, np.float64),
        np.empty((capacity, _N_DIMENSIONS), np.float64),
        np.empty(capacity, np.int32),
    )


@compiled
def grow_lines(lines: Lines, n: int, needed: int) -> Lines:
    """Copy the first n lines to where there is room for twice as many as needed."""
    grown = make_lines(2 * needed)
    grown.start[:n] = lines.start[:n]
    grown.end[:n] = lines.end[:n]
    grown.line_class[:n] = lines.line_class[:n]
    grown.voting[:n] = lines.voting[:n]
    grown.part[:n] = lines.part[:n]
    grown.dimensions[:n] = lines.dimensions[:n]
    grown.n_terms[:n] = lines.n_terms[:n]
    return grown
