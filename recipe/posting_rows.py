"""The training recipe of the shipped model: the same inside every fold and for the final fit.

Line model: what the annotated lines state. Role model: labelled postings, and bundles of lines that
a rater found to lean to one role (learning from rationales: Zaidan, Eisner & Piatko 2007). Scope
model: labelled postings. All read voting lines only. Title model: what the words of titles add to
the scope score that postings get held out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tpmclassify.arrays import Floats
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.roles import NEITHER, PM, TPM
from tpmclassify.scoring.models import Model
from tpmclassify.scoring.tfidf import LinearText
from tpmclassify.training.fitting import Rows, fit_posting_model

# The matrices of `PostingRows`, each with the field that holds its labels.
MATRICES = {
    "labelled": "labels",
    "written": "written_labels",
    "bundles": "leans",
}


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """The settings of a training run; weights are relative to one labelled posting.

    None of them decides much: held out, the scope's AUC on the job-board mix stays within .001 for
    `scope_c` from 3 to 100, `disputed_weight` from 0 to 1 and `min_employers` from 3 to 15; the
    role's within .001 for `role_c` from 6 to 25 and `line_weight` from .05 to .15. Without bundles
    the role's macro-F1 is .015 lower. Weights by the mix, naive Bayes scaling (Wang & Manning
    2012), postings known by their titles alone, and all lines instead of the voting ones bring
    nothing.

    `min_employers`: an n-gram must occur at so many employers. `line_c`, `role_c`, `scope_c`,
    `title_c`: inverse strengths of the L2 penalties. `other_margin`: log-odds by which "other duty"
    must be ahead of the eight responsibilities. `bundle_size`: lines put together in one bundle.
    `line_weight`, `neutral_weight`: weight of a line that leans to a role, and of a neutral one,
    which counts for both. `disputed_weight`: weight of a posting on which two raters differ.
    `seed`: of the draw of lines into bundles.
    """

    min_employers: int = 10
    line_c: float = 3.0
    other_margin: float = 0.6
    role_c: float = 12.0
    scope_c: float = 15.0
    title_c: float = 0.3
    bundle_size: int = 3
    line_weight: float = 0.075
    neutral_weight: float = 0.0375
    disputed_weight: float = 0.3
    seed: int = 0


@dataclass(frozen=True, eq=False)
class PostingRows:
    """What the posting model is fitted to: counts over a frozen vocabulary, labels, weights.

    `labelled`: (n_labelled, n_terms). `labels`: (n_labelled,). `agreed` (n_labelled,): whether two
    raters gave the same label. `written` (n_written, n_terms): of the postings written for this
    project. `written_labels`: (n_written,). `bundles`: (n_bundles, n_terms). `leans` (n_bundles,):
    "TPM", "PM" or "neutral".
    """

    labelled: sp.csr_array
    labels: NDArray[np.str_]
    agreed: NDArray[np.bool_]
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
    weight = np.where(rows.agreed, 1.0, recipe.disputed_weight)
    return fit_posting_model(
        rows.labelled,
        _stack(*_role_rows(rows, weight, recipe)),
        _stack(
            Rows(rows.labelled, rows.labels != NEITHER, weight),
            Rows(rows.written, rows.written_labels != NEITHER, np.ones(rows.written.shape[0])),
        ),
        role_c=recipe.role_c,
        scope_c=recipe.scope_c,
    )


def _stack(*parts: Rows) -> Rows:
    """Put several sets of rows one below the other."""
    counts, positive, weight = zip(*parts, strict=True)
    return Rows(sp.csr_array(sp.vstack(counts)), np.concatenate(positive), np.concatenate(weight))


def _role_rows(rows: PostingRows, weight: Floats, recipe: Recipe) -> Iterator[Rows]:
    for counts, labels, weights in (
        (rows.labelled, rows.labels, weight),
        (rows.written, rows.written_labels, np.ones(rows.written.shape[0])),
        (
            rows.bundles,
            rows.leans,
            np.full(len(rows.leans), recipe.line_weight * recipe.bundle_size),
        ),
    ):
        roles = np.flatnonzero((labels == TPM) | (labels == PM))
        yield Rows(counts[roles], labels[roles] == TPM, weights[roles])
    neutral = np.flatnonzero(rows.leans == "neutral")
    for side in (True, False):
        yield Rows(
            rows.bundles[neutral],
            np.full(len(neutral), side),
            np.full(len(neutral), recipe.neutral_weight * recipe.bundle_size),
        )


def assemble(prepared: Prepared, recipe: Recipe) -> Model:
    """Fit the posting model to prepared rows; it knows no titles and is not calibrated yet."""
    return Model(
        vocabulary=prepared.vocabulary,
        line=prepared.line,
        posting=fit_postings(prepared.rows, recipe),
        dimension_shares=prepared.dimension_shares,
    )
