"""Where a verdict is sure enough: bounds that keep the promised error.

The rule is that of conformal risk control (Angelopoulos et al. 2022): of one series of bounds, each
inside the one before, take the widest under which the wrong share of the held-out postings, plus
one more error as the margin for a new posting, stays within the promise. Wrong is a verdict of any
kind that is not the label. Bounds on role and scope apart, chosen together, decide no more and
break the promise: 3.5 % wrong for 2 % in a simulation, since the best of many pairs is taken.
"""

import math
from typing import NamedTuple

import numpy as np

from tpmclassify.arrays import Bools, Bytes, Floats
from tpmclassify.roles import LABELS, NEITHER

# Of TPM and PM postings, at most this share is lost to "neither", whatever else is allowed.
MOST_LOST = 0.01
_NEITHER_CODE = LABELS.index(NEITHER)


class Bounds(NamedTuple):
    """What a verdict needs.

    `certainty`: the least probability of the role, of a TPM or PM verdict. `neither`: the largest
    scope score of the verdict "neither".
    """

    certainty: float
    neither: float


def find_bounds(
    p_tpm: Floats, scope: Floats, label: Bytes, weight: Floats, *, max_error: float
) -> Bounds:
    """Find the widest bounds within the promise.

    The promise is kept among the TPM and PM verdicts, and again among the verdicts "neither", and
    so among all.

    `p_tpm` (n,): held-out probability of TPM given one of the two. `scope` (n,): held-out log-odds
    of one of the two. `label` (n,): position in `LABELS`. `weight` (n,): how many postings each
    stands for; 1 on average.
    """
    is_role, likelier = label != _NEITHER_CODE, p_tpm <= 0.5  # codes: TPM is 0, PM 1
    certainty, neither = math.inf, -math.inf
    if {0, 1} <= set(label.tolist()):
        p = np.maximum(p_tpm, 1.0 - p_tpm) / (1.0 + np.exp(-scope))
        decided, wrong, p = _sums(-p, weight, label != likelier)
        certainty = -_last(wrong + 1.0 <= max_error * (decided + 1.0), p)
    if is_role.any() and not is_role.all():
        decided, lost, score = _sums(scope, weight, is_role)
        own = weight[is_role]
        n_roles, one_more = float(own.sum()), float(np.average(own, weights=own))
        few_lost = lost + one_more <= MOST_LOST * (n_roles + one_more)
        neither = _last(few_lost & (lost + 1.0 <= max_error * (decided + 1.0)), score)
    return Bounds(certainty, neither if neither < math.inf else -math.inf)


def _sums(score: Floats, weight: Floats, wrong: Bools) -> tuple[Floats, Floats, Floats]:
    """What is decided, and wrong, up to each score in ascending order; and the scores."""
    order = np.argsort(score, kind="stable")
    return np.cumsum(weight[order]), np.cumsum((weight * wrong)[order]), score[order]


def _last(kept: Bools, score: Floats) -> float:
    """The last score that keeps the promise, of equal ones all; -inf where none does."""
    found = np.flatnonzero(kept & np.append(score[1:] != score[:-1], True))
    return float(score[found[-1]]) if len(found) else -math.inf
