"""Scores of postings by models that never saw their employer: what every figure rests on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from tpmclassify.arrays import Floats, Ints, SmallInts
from tpmclassify.reading.batch import read_postings
from tpmclassify.reading.posting import Posting
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.scoring.models import Model, score
from tpmclassify.scoring.tfidf import LINE_CLASSES

# The fields of `HeldOut` that are arrays by posting.
ARRAYS = ("role", "scope", "responsibilities", "dimensions", "line_counts")


@dataclass(frozen=True, eq=False)
class HeldOut:
    """Held-out results for the labelled postings, in their order.

    `role`, `scope` (n_labelled,): raw scores. `responsibilities` (n_labelled, 9): raw role score by
    responsibility, "other" last. `dimensions` (n_labelled, 4): raw role score by dimension.
    `line_counts` (n_labelled, 8): lines by responsibility. `lines`: for each posting what its lines
    were taken for, as positions in `LINE_CLASSES`, and their parts; empty where nobody kept them.
    """

    role: Floats
    scope: Floats
    responsibilities: Floats
    dimensions: Floats
    line_counts: Floats
    lines: list[tuple[SmallInts, Floats]] = field(default_factory=list, kw_only=True)


def cross_validate(
    build: Callable[[NDArray[np.bool_]], Model],
    postings: Sequence[Posting],
    groups: Ints,
    fold: Ints,
    *,
    n_jobs: int = 1,
) -> HeldOut:
    """Train in every fold as for the final model, and score what was held out.

    `build`: trains a model on the postings that a mask of shape (n_postings,) allows. `postings`:
    the labelled ones first. `groups` (n_postings,): postings of a held-out group are kept out of
    training altogether, unlabelled ones too. `fold` (n_labelled,): the fold in which each labelled
    posting is held out. `n_jobs`: processes.
    """

    def score_fold(held_out: Ints) -> HeldOut:
        model = build(~np.isin(groups, groups[held_out]))
        return _score(model, [postings[i] for i in held_out])

    members = [np.flatnonzero(fold == number) for number in range(int(fold.max()) + 1)]
    results = Parallel(n_jobs=n_jobs)(delayed(score_fold)(held_out) for held_out in members)
    order = np.argsort(np.concatenate(members))
    lines = [its_lines for result in results for its_lines in result.lines]
    return HeldOut(
        *(np.concatenate([getattr(result, name) for result in results])[order] for name in ARRAYS),
        lines=[lines[i] for i in order],
    )


def _score(model: Model, postings: Sequence[Posting]) -> HeldOut:
    """Score postings and add up their parts by posting."""
    reading = read_postings(postings, model.vocabulary)
    scores = score(model, reading, with_dimensions=True)
    n = len(reading)
    posting = np.repeat(np.arange(n), reading.end_line - reading.begin_line)
    responsibilities, counts = np.zeros((2, n, len(LINE_CLASSES)))
    np.add.at(responsibilities, (posting, scores.line_class), scores.line_part)
    np.add.at(counts, (posting, scores.line_class), scores.voting)
    dimensions = np.zeros((n, len(DIMENSIONS)))
    np.add.at(dimensions, posting, scores.line_dimensions)
    lines = map(reading.lines_of, range(n))
    return HeldOut(
        role=scores.role,
        scope=scores.scope,
        responsibilities=responsibilities[:, :-1],
        dimensions=dimensions,
        line_counts=counts[:, : len(RESPONSIBILITIES)],
        lines=[(scores.line_class[these], scores.line_part[these]) for these in lines],
    )
