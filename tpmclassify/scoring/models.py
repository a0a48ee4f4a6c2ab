"""The three models at work on a batch of postings: which lines state duties, and for which role.

The line model reads every line alone and says which responsibility it states. Lines that it takes
for boilerplate have no vote. The role and the scope model read the n-grams of all voting lines of
a posting as one text.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Bools, Bytes, Floats, Ints, SmallInts, read_only
from tpmclassify.machine_code.load import Code, machine_code
from tpmclassify.reading.batch import Reading
from tpmclassify.reading.language import reading_problems
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.scoring.tfidf import (
    BOILERPLATE_CODE,
    N_DIMENSIONS,
    N_OUTPUTS,
    OTHER_CODE,
    ROLE_OUTPUT,
    SCOPE_OUTPUT,
    Counting,
    LinearText,
    LineResults,
    TermLines,
    classify_lines,
    score_lines,
)
from tpmclassify.scoring.title_words import TitleWords


@dataclass(frozen=True, eq=False)
class CalibrationScores:
    """Held-out raw scores of labelled postings: what probabilities and bounds rest on.

    `role_score`, `scope_score`, `title_score` (n_postings,): each from models that never saw the
    posting's employer; 0 where there is no title. `titled`: (n_postings,). `label` (n_postings,):
    position in `LABELS`. `weight` (n_postings,): how many postings each stands for. `role_line`,
    `scope_line` (2,): slope and intercept that turn a raw score into calibrated log-odds (Platt
    1999), for equally many TPM and PM postings; for as many of other jobs as of the two.
    `title_line` (3,): the scope's where a title is given: slopes of scope and title score, and
    intercept.
    """

    role_score: Floats
    scope_score: Floats
    title_score: Floats
    titled: NDArray[np.bool_]
    label: Bytes
    weight: Floats
    role_line: Floats
    scope_line: Floats
    title_line: Floats

    @classmethod
    def none(cls) -> Self:
        """No held-out scores: raw scores are taken as they are, and everything is reviewed."""
        none, identity = np.zeros(0), np.array([1.0, 0.0])
        flags, labels = np.zeros(0, np.bool_), np.zeros(0, np.uint8)
        title_line = np.array([1.0, 1.0, 0.0])
        return cls(none, none, none, flags, labels, none, identity, identity, title_line)


@dataclass(frozen=True, eq=False)
class Profiles:
    """Where the postings that a model was trained on stand, role by role.

    `percentiles` (2, n_names, 101): percentiles 0 to 100 of the contribution by responsibility and
    dimension, among TPM postings and among PM postings. `lines` (2, n_responsibilities): mean
    number of lines by responsibility.
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

    `line`: ten outputs, in the order of `LINE_CLASSES`. `posting`: two outputs: role (positive for
    TPM) and scope (positive for a TPM or PM role). `dimension_shares` (n_terms, 4): the share of
    each term's contribution that goes to each dimension; what is left of one goes to "other".
    `calibration`: scores of held-out postings, from which probabilities and bounds derive. `card`:
    what the model card tells: data, settings, figures. JSON types only. `fingerprints`: of the
    texts of the postings that it learned from, ascending; none where nobody kept them.
    """

    vocabulary: Vocabulary
    line: LinearText
    posting: LinearText
    dimension_shares: Floats
    title: TitleWords = field(default_factory=TitleWords.none)
    calibration: CalibrationScores = field(default_factory=CalibrationScores.none)
    profiles: Profiles = field(default_factory=Profiles.none)
    card: Mapping[str, object] = field(default_factory=dict)
    fingerprints: Ints = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, eq=False)
class BatchScores:
    """Raw scores of a batch of postings, with their parts by line.

    `reading`: what was scored. `role`, `scope` (n_postings,): uncalibrated log-odds. `line_class`
    (n_lines,): position in `LINE_CLASSES` of what each line states. `voting` (n_lines,): whether
    the line counts. `line_part`, `line_scope_part` (n_lines,): the line's part of each score; role
    = role intercept + sum of parts. `line_dimensions` (n_lines, 4): the line's part by dimension.
    `term_part` (n_occurrences,): that of each of the reading's terms.
    """

    reading: Reading
    role: Floats
    scope: Floats
    line_class: SmallInts
    voting: Bools
    line_part: Floats
    line_scope_part: Floats
    line_dimensions: Floats
    term_part: Floats

    @cached_property
    def problems(self) -> dict[str, Bools]:
        """Why texts cannot carry a decision, as `language.reading_problems` finds it."""
        duties = self.voting & (self.line_class != OTHER_CODE)
        return reading_problems(self.reading.tallies(), self.reading.tallies(duties))


def score(model: Model, reading: Reading, *, with_dimensions: bool = False) -> BatchScores:
    """Score a batch of postings; the figures of one do not depend on the others.

    `reading`: read with the model's vocabulary. `with_dimensions`: whether the parts by dimension
    are asked for.
    """
    code, lines = machine_code(reading.texts.n_bytes), term_lines(reading)
    line_class, voting = vote(model.line, lines, code=code)
    results = LineResults(
        voting,
        np.zeros(len(voting)),
        np.zeros(len(voting)),
        np.zeros(N_DIMENSIONS * len(voting) if with_dimensions else 0),
        np.zeros(len(lines.terms) if with_dimensions else 0),
    )
    raw = np.zeros(N_OUTPUTS * len(reading))
    weights, counting = (
        model.posting.weights(reading.most_terms),
        Counting.over(len(model.vocabulary)),
    )
    shares = read_only(model.dimension_shares.ravel())
    score_lines(lines, weights, shares, counting, results, raw, code=code)
    return BatchScores(
        reading=reading,
        role=raw[ROLE_OUTPUT::N_OUTPUTS],
        scope=raw[SCOPE_OUTPUT::N_OUTPUTS],
        line_class=line_class,
        voting=voting,
        line_part=results.part,
        line_scope_part=results.scope_part,
        line_dimensions=results.dimensions.reshape(-1, N_DIMENSIONS),
        term_part=results.term_part,
    )


def term_lines(reading: Reading) -> TermLines:
    """What entries read of a batch."""
    return TermLines(reading.terms, reading.first_term, reading.begin_line, reading.end_line)


def vote(line: LinearText, lines: TermLines, *, code: Code | None) -> tuple[SmallInts, Bools]:
    """Say what each line states (a position in `LINE_CLASSES`) and whether it counts.

    A posting without any line that reads as a duty is read whole, all of it as "other".
    """
    begin, end = lines.begin_line, lines.end_line
    n_lines = len(lines.first_term) - 1
    longest = int(np.diff(lines.first_term).max(initial=0))
    line_class, voting = np.zeros(n_lines, np.int32), np.zeros(n_lines, np.bool_)
    counting = Counting.over(len(line.idf))
    classify_lines(lines, line.weights(longest), counting, line_class, voting, code=code)
    heard = np.concatenate([[0], np.cumsum(voting)])
    for silent in np.flatnonzero(heard[end] == heard[begin]):
        voting[begin[silent] : end[silent]] = True
        line_class[begin[silent] : end[silent]] = OTHER_CODE
    line_class[~voting] = BOILERPLATE_CODE
    return line_class, voting
