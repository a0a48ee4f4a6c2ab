"""The training recipe of the shipped model: the same inside every fold and for the final fit.

Line model: what the annotated lines state. Role model: labelled postings, postings whose title
suggests a role (little weight), and bundles of lines that a rater found to lean to one role
(learning from rationales: Zaidan, Eisner & Piatko 2007). Scope model: labelled postings and
title hints. All read voting lines only.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tpmclassify.arrays import Floats
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.roles import NEITHER, PM, TPM
from tpmclassify.scoring.models import CalibrationScores, Model, Profiles
from tpmclassify.scoring.tfidf import LinearText
from tpmclassify.training.fitting import Rows, fit_posting_model, stack_rows

# The matrices of `PostingRows`, each with the field that holds its labels.
MATRICES = {
    "labelled": "labels",
    "hinted": "hints",
    "written": "written_labels",
    "bundles": "leans",
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The settings of a training run; weights are relative to one labelled posting.

    Attributes
    ----------
    min_employers : int
        An n-gram must occur at so many employers.
    line_c, role_c, scope_c : float
        Inverse strengths of the L2 penalties.
    other_margin : float
        Log-odds by which "other duty" must be ahead of the eight responsibilities.
    bundle_size : int
        Lines put together in one bundle.
    line_weight, neutral_weight : float
        Weight of a line that leans to a role, and of a neutral one, which counts for both.
    role_hint_weight, scope_hint_weight : float
        Weight of a posting whose label is only suggested by its title.
    written_weight : float
        Weight of a posting written for this project.
    seed : int
        Of the draw of lines into bundles.
    """

    min_employers: int = 5
    line_c: float = 3.0
    other_margin: float = 0.6
    role_c: float = 12.0
    scope_c: float = 10.0
    bundle_size: int = 3
    line_weight: float = 0.075
    neutral_weight: float = 0.0375
    role_hint_weight: float = 0.075
    scope_hint_weight: float = 0.03
    written_weight: float = 1.0
    seed: int = 0


@dataclass(frozen=True, eq=False)
class PostingRows:
    """What the posting model is fitted to: counts over a frozen vocabulary, labels, weights.

    Attributes
    ----------
    labelled : csr_array of shape (n_labelled, n_terms)
    labels : ndarray of str of shape (n_labelled,)
    hinted : csr_array of shape (n_hinted, n_terms)
    hints : ndarray of str of shape (n_hinted,)
    written : csr_array of shape (n_written, n_terms)
        Of the postings written for this project.
    written_labels : ndarray of str of shape (n_written,)
    bundles : csr_array of shape (n_bundles, n_terms)
    leans : ndarray of str of shape (n_bundles,)
        "TPM", "PM" or "neutral".
    """

    labelled: sp.csr_array
    labels: NDArray[np.str_]
    hinted: sp.csr_array
    hints: NDArray[np.str_]
    written: sp.csr_array
    written_labels: NDArray[np.str_]
    bundles: sp.csr_array
    leans: NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Prepared:
    """Everything learned or chosen before the posting model is fitted."""

    vocabulary: Vocabulary
    line: LinearText
    dimension_shares: Floats
    rows: PostingRows


def fit_postings(rows: PostingRows, recipe: Recipe) -> LinearText:
    """Fit the role and the scope model to prepared rows."""
    scope = (
        (rows.labelled, rows.labels, 1.0),
        (rows.hinted, rows.hints, recipe.scope_hint_weight),
        (rows.written, rows.written_labels, recipe.written_weight),
    )
    return fit_posting_model(
        rows.labelled,
        stack_rows(list(_role_rows(rows, recipe))),
        stack_rows(
            [
                Rows(counts, labels != NEITHER, np.full(len(labels), weight))
                for counts, labels, weight in scope
            ]
        ),
        role_c=recipe.role_c,
        scope_c=recipe.scope_c,
    )


def _role_rows(rows: PostingRows, recipe: Recipe) -> Iterator[Rows]:
    for counts, labels, weight in (
        (rows.labelled, rows.labels, 1.0),
        (rows.hinted, rows.hints, recipe.role_hint_weight),
        (rows.written, rows.written_labels, recipe.written_weight),
        (rows.bundles, rows.leans, recipe.line_weight * recipe.bundle_size),
    ):
        roles = np.flatnonzero((labels == TPM) | (labels == PM))
        yield Rows(counts[roles], labels[roles] == TPM, np.full(len(roles), weight))
    neutral = np.flatnonzero(rows.leans == "neutral")
    for side in (True, False):
        yield Rows(
            rows.bundles[neutral],
            np.full(len(neutral), side),
            np.full(len(neutral), recipe.neutral_weight * recipe.bundle_size),
        )


def assemble(prepared: Prepared, recipe: Recipe) -> Model:
    """Fit the posting model to prepared rows; it is not calibrated yet."""
    return Model(
        vocabulary=prepared.vocabulary,
        line=prepared.line,
        posting=fit_postings(prepared.rows, recipe),
        dimension_shares=prepared.dimension_shares,
        calibration=CalibrationScores.none(),
        profiles=Profiles.none(),
        card={},
    )
