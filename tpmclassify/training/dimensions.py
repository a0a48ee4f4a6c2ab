"""How a term's part of the score is shared out among the four dimensions.

Words that say how large a thing is (program or project, several or one, how complex) speak of
scope, whatever line they stand in. All others speak of what the lines they stand in are about: a
term goes to the dimensions of those lines' responsibilities, in proportion.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from tpmclassify.arrays import Floats
from tpmclassify.roles import DIMENSIONS
from tpmclassify.scoring.tfidf import LINE_CLASSES

# Words of scope and complexity, from the definition of the two roles.
SCOPE_WORDS = frozenset(
    "program programs programme programmes project projects portfolio portfolios workstream "
    "workstreams multiple several complex complexity ambiguity ambiguous dependencies scope scale "
    "term initiatives assigned individual simultaneously end".split()
)
# The dimension of each responsibility. Lines on any other duty speak of none: "other".
RESPONSIBILITY_DIMENSIONS = {
    "strategic_planning": "strategy_or_execution",
    "stakeholder_management": "collaboration_and_leadership",
    "technical_expertise": "technical_knowledge",
    "cross_functional_collaboration": "collaboration_and_leadership",
    "project_planning": "strategy_or_execution",
    "resource_management": "strategy_or_execution",
    "risk_management": "strategy_or_execution",
    "communication": "collaboration_and_leadership",
}
# Lines of an average responsibility that every term is taken to stand in besides its own.
_PRIOR = 2.0


def dimension_shares(
    line_counts: sp.csr_array, classes: NDArray[np.str_], terms: NDArray[np.str_]
) -> Floats:
    """Share out every term among the dimensions.

    `classes` (n_lines,): what each line states, of `LINE_CLASSES`. Returned (n_terms, 4): rows add
    up to at most one; the rest is "other".
    """
    duties = LINE_CLASSES[:-1]
    membership = np.stack([classes == name for name in duties], axis=1).astype(np.float64)
    by_class = np.asarray(line_counts.T @ membership)
    smoothed = by_class + _PRIOR * by_class.sum(axis=0) / by_class.sum()
    smoothed /= smoothed.sum(axis=1, keepdims=True)
    shares = np.array(
        [[RESPONSIBILITY_DIMENSIONS.get(n) == d for d in DIMENSIONS] for n in duties], dtype=float
    )
    by_term: Floats = smoothed @ shares
    of_scope = np.array([not SCOPE_WORDS.isdisjoint(term.split(" ")) for term in terms])
    by_term[of_scope] = [name == "scope_and_complexity" for name in DIMENSIONS]
    return by_term
