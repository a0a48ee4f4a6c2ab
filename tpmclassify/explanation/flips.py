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
    terms, rows = found.terms, found.rows
    sign = 1.0 if label == TPM else -1.0
    removed: list[int] = []
    while True:
        weights = model.posting.weigh(terms, np.zeros_like(terms), 1)
        raw = float(model.posting.scores(weights)[0, ROLE_OUTPUT])
        if likelier_role(policy.score(raw)) != label:
            return removed
        parts = model.posting.parts(weights, ROLE_OUTPUT)
        by_line = sign * np.bincount(rows, parts, minlength=len(heard))
        if not len(terms) or by_line.max() <= 0.0:
            return []
        loudest = int(np.argmax(by_line))
        removed.append(int(heard[loudest]))
        kept = rows != loudest
        terms, rows = terms[kept], rows[kept]
