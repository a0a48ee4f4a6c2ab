"""How a term's part of the score is shared out among the four dimensions."""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tpmclassify.linear_text import Floats
from tpmclassify.model import LINE_CLASSES
from tpmclassify.roles import DIMENSIONS

# The share of each responsibility in each dimension, from the definition of the roles. What a
# responsibility does not give to a dimension goes to "other".
RESPONSIBILITY_SHARES = {
    "strategic_planning": {"strategy_or_execution": 1.0},
    "stakeholder_management": {"collaboration_and_leadership": 1.0},
    "technical_expertise": {"technical_knowledge": 1.0},
    "cross_functional_collaboration": {"collaboration_and_leadership": 1.0},
    "project_planning": {"scope_and_complexity": 0.5, "strategy_or_execution": 0.5},
    "resource_management": {"strategy_or_execution": 1.0},
    "risk_management": {"strategy_or_execution": 1.0},
    "communication": {"collaboration_and_leadership": 1.0},
}
_PRIOR = 2.0


def fold_terms(line_counts: sp.csr_array, classes: NDArray[np.str_]) -> Floats:
    """Share out every term among the dimensions by the responsibilities of the lines it stands in.

    Returns
    -------
    ndarray of shape (n_terms, 4)
        Rows add up to at most one.
    """
    duties = LINE_CLASSES[:-1]
    membership = np.stack([classes == name for name in duties], axis=1).astype(np.float64)
    by_class = np.asarray(line_counts.T @ membership)
    overall = by_class.sum(axis=0) / by_class.sum()
    smoothed = by_class + _PRIOR * overall
    smoothed /= smoothed.sum(axis=1, keepdims=True)
    shares = np.array(
        [[RESPONSIBILITY_SHARES.get(n, {}).get(d, 0.0) for d in DIMENSIONS] for n in duties]
    )
    folded: Floats = smoothed @ shares
    return folded
