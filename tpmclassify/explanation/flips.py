"""What would change the label: lines, found greedily, without which it is the other one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tpmclassify.linear_text import find_occurrences
from tpmclassify.model import ROLE_OUTPUT, Model
from tpmclassify.policy import Policy, likelier_role
from tpmclassify.posting import Posting
from tpmclassify.roles import TPM, Role


def lines_that_flip(
    model: Model,
    policy: Policy,
    posting: Posting,
    voting: NDArray[np.bool_],
    label: Role,
) -> Sequence[int]:
    """Find lines whose removal changes the label.

    One line after the other is taken out, each time the one that speaks loudest for the label in
    what is left, and the rest is scored anew (counterfactual explanation of a document: Martens &
    Provost 2014).

    Returns
    -------
    sequence of int
        Positions in `posting.lines`, in the order of removal; empty where no such removal changes
        the label.
    """
    heard = np.flatnonzero(voting)
    found = find_occurrences(model.vocabulary, [posting.lines[line].masked for line in heard])
    rows = found.rows
    # The arithmetic of `LinearText` on counts that only shrink: terms are looked up once.
    distinct, entry = np.unique(found.terms, return_inverse=True)
    idf, coef = model.posting.idf[distinct], model.posting.coef[ROLE_OUTPUT, distinct]
    intercept = float(model.posting.intercept[ROLE_OUTPUT])
    sign = 1.0 if label == TPM else -1.0
    removed: list[int] = []
    while True:
        counts = np.bincount(entry, minlength=len(distinct))
        present = np.maximum(counts, 1)
        frequency = 1.0 + np.log(present) if model.posting.sublinear_tf else present
        values = np.where(counts > 0, frequency * idf, 0.0)
        norm = float(np.sqrt(values @ values)) or 1.0
        parts = values * coef / norm
        if likelier_role(policy.score(intercept + float(parts.sum()))) != label:
            return removed
        by_line = sign * np.bincount(rows, (parts / present)[entry], minlength=len(heard))
        if not len(entry) or by_line.max() <= 0.0:
            return []
        loudest = int(np.argmax(by_line))
        removed.append(int(heard[loudest]))
        kept = rows != loudest
        entry, rows = entry[kept], rows[kept]
