"""The three models at work on a batch of postings: which lines state duties, and for which role.

The line model reads every line alone and says which responsibility it states. Lines that it takes
for boilerplate have no vote. The role and the scope model read the n-grams of all voting lines of
a posting as one text.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tpmclassify.deciding.policy import ENGLISH_WORDS, CalibrationScores
from tpmclassify.reading.posting import Posting
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.scoring.tfidf import (
    Floats,
    Ints,
    LinearText,
    Occurrences,
    Vocabulary,
    find_occurrences,
    tokens,
)

OTHER_DUTY = "other_duty"
BOILERPLATE = "none"
# The outputs of the line model, in the order of its coefficients.
LINE_CLASSES = (*RESPONSIBILITIES, OTHER_DUTY, BOILERPLATE)
_BOILERPLATE_CODE = LINE_CLASSES.index(BOILERPLATE)
OTHER_CODE = LINE_CLASSES.index(OTHER_DUTY)
# A line is left out when the line model gives it this probability of stating no duty, or more.
BOILERPLATE_CERTAINTY = 0.45
# The outputs of the posting model.
ROLE_OUTPUT, SCOPE_OUTPUT = 0, 1
# More lines than these, taken out to change the label, explain nothing to anybody; and the whole
# posting is scored anew for each of them.
MOST_FLIPS = 100


@dataclass(frozen=True, eq=False)
class Profiles:
    """Where the postings that a model was trained on stand, role by role.

    Attributes
    ----------
    percentiles : ndarray of shape (2, n_names, 101)
        Percentiles 0 to 100 of the contribution by responsibility and dimension, among TPM
        postings and among PM postings.
    lines : ndarray of shape (2, n_responsibilities)
        Mean number of lines by responsibility.
    """

    percentiles: Floats
    lines: Floats

    @classmethod
    def none(cls) -> Self:
        """No postings to compare with."""
        n_names = len(RESPONSIBILITIES) + len(DIMENSIONS)
        return cls(np.zeros((2, n_names, 101)), np.zeros((2, len(RESPONSIBILITIES))))


@dataclass(frozen=True, eq=False)
class Model:
    """All that a decision needs, as plain arrays.

    Attributes
    ----------
    vocabulary : Vocabulary
    line : LinearText
        Ten outputs, in the order of `LINE_CLASSES`.
    posting : LinearText
        Two outputs: role (positive for TPM) and scope (positive for a TPM or PM role).
    folding : ndarray of shape (n_terms, 4)
        The share of each term's contribution that goes to each dimension; what is left of one
        goes to "other".
    calibration : CalibrationScores
        Scores of held-out postings, from which probabilities and the review band derive.
    profiles : Profiles
    card : mapping
        What the model card tells: data, settings, figures. JSON types only.
    """

    vocabulary: Vocabulary
    line: LinearText
    posting: LinearText
    folding: Floats
    calibration: CalibrationScores
    profiles: Profiles
    card: Mapping[str, object]


@dataclass(frozen=True, eq=False)
class BatchScores:
    """Raw scores of a batch of postings, with the parts of the role score by line.

    Attributes
    ----------
    texts : sequence of str of shape (n_postings,)
        The plain texts that were read.
    role, scope : ndarray of shape (n_postings,)
        Uncalibrated log-odds.
    tallies : ndarray of shape (n_postings, 3)
        How many words each posting has, how many of `ENGLISH_WORDS`, how many of ASCII letters.
    first_line : ndarray of shape (n_postings + 1,)
        Where each posting's lines begin in the arrays by line.
    line_start, line_end : ndarray of shape (n_lines,)
        Offsets of each line into its text, in code points.
    line_class : ndarray of shape (n_lines,)
        Position in `LINE_CLASSES` of what each line states.
    voting : ndarray of bool of shape (n_lines,)
        Whether the line counts.
    line_part : ndarray of shape (n_lines,)
        The line's part of the role score; role = role intercept + sum of parts.
    line_dimensions : ndarray of shape (n_lines, 4)
        The line's part by dimension.
    terms : ndarray of shape (n_occurrences,)
        The terms of all lines, as positions in the vocabulary.
    first_term : ndarray of shape (n_lines + 1,)
        Where each line's terms begin.
    """

    texts: Sequence[str]
    role: Floats
    scope: Floats
    tallies: Ints
    first_line: Ints
    line_start: NDArray[np.signedinteger]
    line_end: NDArray[np.signedinteger]
    line_class: NDArray[np.signedinteger]
    voting: NDArray[np.bool_]
    line_part: Floats
    line_dimensions: Floats
    terms: NDArray[np.signedinteger]
    first_term: Ints

    def lines_of(self, position: int) -> slice:
        """Where a posting's lines stand in the arrays by line."""
        return slice(int(self.first_line[position]), int(self.first_line[position + 1]))


def score_postings(model: Model, postings: Sequence[Posting]) -> BatchScores:
    """Score a batch of postings; the figures of one do not depend on the others.

    The readable path, and the reference for the compiled one in `kernel`.
    """
    counts = np.fromiter((len(posting.lines) for posting in postings), np.int64, len(postings))
    first_line = np.concatenate([[0], np.cumsum(counts)])
    posting_of_line = np.repeat(np.arange(len(postings)), counts)
    lines = [line for posting in postings for line in posting.lines]
    words = [tokens(line.masked) for line in lines]
    found = find_occurrences(model.vocabulary, words)
    line_class, voting = vote(model.line, found, posting_of_line, len(postings))

    heard = voting[found.rows]
    terms, rows = found.terms[heard], found.rows[heard]
    weights = model.posting.weigh(terms, posting_of_line[rows], len(postings))
    scores = model.posting.scores(weights)
    parts = model.posting.parts(weights, ROLE_OUTPUT)
    return BatchScores(
        texts=[posting.text for posting in postings],
        role=scores[:, ROLE_OUTPUT],
        scope=scores[:, SCOPE_OUTPUT],
        tallies=_tally(words, first_line),
        first_line=first_line,
        line_start=np.fromiter((line.start for line in lines), np.int64, len(lines)),
        line_end=np.fromiter((line.end for line in lines), np.int64, len(lines)),
        line_class=line_class,
        voting=voting,
        line_part=_sum_by_row(rows, parts, found.n_rows),
        line_dimensions=np.stack(
            [_sum_by_row(rows, parts * share[terms], found.n_rows) for share in model.folding.T],
            axis=1,
        ),
        terms=found.terms,
        first_term=np.searchsorted(found.rows, np.arange(found.n_rows + 1)),
    )


def _tally(words: Sequence[Sequence[str]], first_line: Ints) -> Ints:
    by_line = np.array(
        [
            (
                len(line),
                sum(word in ENGLISH_WORDS for word in line),
                sum(word.isascii() for word in line),
            )
            for line in words
        ],
        dtype=np.int64,
    ).reshape(-1, 3)
    running = np.vstack([np.zeros((1, 3), dtype=np.int64), np.cumsum(by_line, axis=0)])
    tallies: Ints = np.diff(running[first_line], axis=0)
    return tallies


def vote(
    line: LinearText, found: Occurrences, posting_of_line: Ints, n_postings: int
) -> tuple[Ints, NDArray[np.bool_]]:
    """Say what each line states and whether it counts.

    Parameters
    ----------
    line : LinearText
        The line model.
    found : Occurrences
        Terms by line.
    posting_of_line : ndarray of shape (n_lines,)
    n_postings : int

    Returns
    -------
    line_class : ndarray of shape (n_lines,)
        Positions in `LINE_CLASSES`.
    voting : ndarray of bool of shape (n_lines,)
    """
    scores = line.scores(line.weigh(found.terms, found.rows, found.n_rows))
    odds = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    boilerplate = odds[:, _BOILERPLATE_CODE] / odds.sum(axis=1)
    voting = boilerplate < BOILERPLATE_CERTAINTY
    line_class = np.argmax(scores[:, :_BOILERPLATE_CODE], axis=1)
    # A posting without any line that reads as a duty is read whole, all of it as "other".
    silent = np.bincount(posting_of_line, weights=voting, minlength=n_postings) == 0
    unread = silent[posting_of_line]
    line_class = np.where(unread, OTHER_CODE, np.where(voting, line_class, _BOILERPLATE_CODE))
    return line_class, voting | unread


def _sum_by_row(rows: Ints, values: Floats, n_rows: int) -> Floats:
    sums: Floats = np.bincount(rows, weights=values, minlength=n_rows).astype(np.float64)
    return sums
