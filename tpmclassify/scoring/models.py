"""The three models at work on a batch of postings: which lines state duties, and for which role.

The line model reads every line alone and says which responsibility it states. Lines that it takes
for boilerplate have no vote. The role and the scope model read the n-grams of all voting lines of
a posting as one text.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Bools, Floats, SmallInts, read_only
from tpmclassify.machine_code.load import machine_code
from tpmclassify.reading.batch import Reading
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.scoring.tfidf import (
    N_DIMENSIONS,
    N_OUTPUTS,
    ROLE_OUTPUT,
    SCOPE_OUTPUT,
    Counting,
    LinearText,
    LineResults,
    LineWeights,
    PostingWeights,
    classify_lines,
    score_postings,
)


@dataclass(frozen=True, eq=False)
class CalibrationScores:
    """Held-out raw scores of labelled postings: what probabilities and the band rest on.

    Attributes
    ----------
    role_score : ndarray of shape (n_roles,)
        Raw role scores of TPM and PM postings, each from a model that never saw its employer.
    is_tpm : ndarray of bool of shape (n_roles,)
    scope_score : ndarray of shape (n_scopes,)
        The like for the scope model, postings that are neither included; empty where no scope
        model was trained.
    in_scope : ndarray of bool of shape (n_scopes,)
    role_line, scope_line : ndarray of shape (2,)
        Slope and intercept that turn a raw score into calibrated log-odds (Platt 1999). The role's
        is for equally many TPM and PM postings.
    """

    role_score: Floats
    is_tpm: NDArray[np.bool_]
    scope_score: Floats
    in_scope: NDArray[np.bool_]
    role_line: Floats
    scope_line: Floats

    @classmethod
    def none(cls) -> Self:
        """No held-out scores: raw scores are taken as they are, and everything is reviewed."""
        empty, nobody = np.zeros(0), np.zeros(0, dtype=bool)
        identity = np.array([1.0, 0.0])
        return cls(empty, nobody, empty, nobody, identity, identity)


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
    dimension_shares : ndarray of shape (n_terms, 4)
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
    dimension_shares: Floats
    calibration: CalibrationScores
    profiles: Profiles
    card: Mapping[str, object]

    @cached_property
    def flat_dimension_shares(self) -> Floats:
        """The shares, one row after the other."""
        return read_only(self.dimension_shares.astype(np.float64).ravel())

    def posting_weights(self, longest: int) -> PostingWeights:
        """The posting model as entries read it, for texts of up to so many terms."""
        return PostingWeights(
            self.posting.as_posting_weights,
            self.posting.intercept,
            self.posting.frequencies(longest),
            self.flat_dimension_shares,
        )


@dataclass(frozen=True, eq=False)
class BatchScores:
    """Raw scores of a batch of postings, with the parts of the role score by line.

    Attributes
    ----------
    reading : Reading
        What was scored.
    role, scope : ndarray of shape (n_postings,)
        Uncalibrated log-odds.
    line_class : ndarray of shape (n_lines,)
        Position in `LINE_CLASSES` of what each line states.
    voting : ndarray of bool of shape (n_lines,)
        Whether the line counts.
    line_part : ndarray of shape (n_lines,)
        The line's part of the role score; role = role intercept + sum of parts.
    line_dimensions : ndarray of shape (n_lines, 4), or (0, 4) where nobody asked
        The line's part by dimension.
    """

    reading: Reading
    role: Floats
    scope: Floats
    line_class: SmallInts
    voting: Bools
    line_part: Floats
    line_dimensions: Floats


def score(model: Model, reading: Reading, *, with_dimensions: bool = False) -> BatchScores:
    """Score a batch of postings; the figures of one do not depend on the others.

    Parameters
    ----------
    model : Model
    reading : Reading
        Read with the model's vocabulary.
    with_dimensions : bool
        Whether the parts by dimension are asked for.
    """
    n_postings, n_lines = len(reading), len(reading.line_start)
    terms, first_term = reading.terms, reading.first_term
    begin, end = reading.begin_line, reading.end_line
    longest = reading.most_terms
    lines = LineResults(
        np.zeros(n_lines, np.int32),
        np.zeros(n_lines, np.bool_),
        np.zeros(n_lines),
        np.zeros(N_DIMENSIONS * n_lines if with_dimensions else 0),
    )
    raw = np.zeros(N_OUTPUTS * n_postings)
    code = machine_code(reading.texts.n_bytes)
    line_weights = LineWeights(
        model.line.by_term,
        model.line.squared_idf,
        model.line.intercept,
        model.line.frequencies(longest),
    )
    n_terms = len(model.vocabulary)
    classify_lines(terms, first_term, line_weights, Counting.over(n_terms), lines, code=code)
    score_postings(
        terms,
        first_term,
        begin,
        end,
        model.posting_weights(longest),
        Counting.over(n_terms),
        lines,
        raw,
        code=code,
    )
    return BatchScores(
        reading=reading,
        role=raw[ROLE_OUTPUT::N_OUTPUTS],
        scope=raw[SCOPE_OUTPUT::N_OUTPUTS],
        line_class=lines.line_class,
        voting=lines.voting,
        line_part=lines.part,
        line_dimensions=lines.dimensions.reshape(-1, N_DIMENSIONS),
    )
