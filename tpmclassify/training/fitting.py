"""The scikit-learn pipelines (counts -> TF-IDF -> logistic regression), frozen to plain arrays."""

import math
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from tpmclassify.arrays import Floats
from tpmclassify.scoring.tfidf import LinearText

_ITERATIONS = 2000
# The scope score where no scope model was trained: log-odds that count as certain.
_SURELY_IN_SCOPE = 10.0
# The slope where held-out scores say nothing of the role.
_NO_SLOPE = 1e-6


class Rows(NamedTuple):
    """Texts as counts, each with a label and a weight.

    `counts`: (n_rows, n_terms). `positive`: (n_rows,). `weight`: (n_rows,).
    """

    counts: sp.csr_array
    positive: NDArray[np.bool_]
    weight: Floats


def fit_posting_model(
    texts: sp.csr_array, role: Rows, scope: Rows, *, role_c: float, scope_c: float
) -> LinearText:
    """Fit the role and the scope model, which share one TF-IDF.

    `texts` (n_texts, n_terms): the postings whose document frequencies count. `role`: positive for
    TPM. `scope`: positive for TPM and PM; where all are, the scope score is a constant for "in
    scope". `role_c`, `scope_c`: inverse strengths of the L2 penalties.
    """
    tfidf = TfidfTransformer(sublinear_tf=True).fit(texts)
    coef = np.zeros((2, texts.shape[1]))
    intercept = np.array([0.0, _SURELY_IN_SCOPE])
    for output, rows, strength in ((0, role, role_c), (1, scope, scope_c)):
        if not rows.positive.all():
            counts = tfidf.transform(rows.counts)
            fitted = fit_logistic(counts, rows.positive, rows.weight, strength)
            coef[output], intercept[output] = fitted.coef_[0], fitted.intercept_[0]
    return LinearText(tfidf.idf_, coef, intercept, sublinear_tf=True)


def fit_logistic(
    matrix: sp.csr_array, target: NDArray[np.generic], weight: Floats, strength: float
) -> LogisticRegression:
    """Fit a logistic regression with an L2 penalty of the given inverse strength."""
    # One thread: sums in a fixed order, hence the same bytes on every run.
    with threadpool_limits(limits=1):
        regression = LogisticRegression(C=strength, max_iter=_ITERATIONS)
        return regression.fit(matrix, target, sample_weight=weight)


def fit_log_odds(
    scores: Floats,
    positive: NDArray[np.bool_],
    weight: Floats,
    *,
    share: float,
    smoothed: bool = False,
) -> Floats:
    """Fit slopes and intercept of calibrated log-odds to held-out scores (Platt 1999).

    `weight` (n,): within each class; between them `share` counts. `share`: share of positive
    postings. `smoothed`: whether each posting counts a little for the other class, too, as Platt
    has it: by as much as one more posting of each class would. Few postings may be told apart
    without an error, and would else be given any certainty. Returned (n_scores + 1,): slopes, the
    first never negative, and intercept.
    """
    own = np.where(positive, positive.sum(), (~positive).sum())
    doubt = 1.0 / (own + 2.0) if smoothed else np.zeros(len(scores))
    total = np.where(positive, weight[positive].sum(), weight[~positive].sum())
    weight = len(scores) * np.where(positive, share, 1.0 - share) * weight / total
    weight = np.concatenate([weight * (1.0 - doubt), weight * doubt])
    counts = weight > 0.0
    regression = LogisticRegression(C=1e6)  # as good as without a penalty
    with threadpool_limits(limits=1):
        regression.fit(
            np.vstack([scores, scores])[counts],
            np.concatenate([positive, ~positive])[counts],
            sample_weight=weight[counts],
        )
    slopes, intercept = regression.coef_[0], regression.intercept_[0]
    if slopes[0] <= 0.0:
        # Held-out scores say nothing: every posting gets the prior, and goes to review.
        slopes, intercept = np.full(len(slopes), _NO_SLOPE), math.log(share / (1.0 - share))
    return np.append(slopes, intercept)
