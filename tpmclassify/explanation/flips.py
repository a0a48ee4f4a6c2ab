"""What would change the label: lines, found greedily, without which it is the other one."""

from collections.abc import Sequence

import numpy as np

from tpmclassify.linear_text import Ints
from tpmclassify.model import MOST_FLIPS, ROLE_OUTPUT, BatchScores, Model
from tpmclassify.policy import Policy, likelier_role
from tpmclassify.roles import TPM, Role


def find_flips(model: Model, policy: Policy, scores: BatchScores) -> list[Sequence[int]]:
    """Find the lines of each posting whose removal changes the label, in the order of removal."""
    return [
        lines_that_flip(
            model,
            policy,
            *scores.occurrences.among(scores.lines_of(i)),
            likelier_role(policy.score(float(raw))),
        )
        for i, raw in enumerate(scores.role)
    ]


def lines_that_flip(
    model: Model, policy: Policy, terms: Ints, lines: Ints, label: Role
) -> Sequence[int]:
    """Find lines whose removal changes the label.

    One line after the other is taken out, each time the one that speaks loudest for the label in
    what is left, and the rest is scored anew (counterfactual explanation of a document: Martens &
    Provost 2014).

    Parameters
    ----------
    model : Model
    policy : Policy
    terms, lines : ndarray of shape (n_occurrences,)
        The terms of the posting's voting lines, and the line that each occurrence stands in.
    label : "TPM" or "PM"

    Returns
    -------
    sequence of int
        The lines, in the order of removal; empty where no removal of up to `MOST_FLIPS` lines
        changes the label.
    """
    sign = 1.0 if label == TPM else -1.0
    removed: list[int] = []
    while True:
        weights = model.posting.weigh(terms, np.zeros_like(terms), 1)
        raw = float(model.posting.scores(weights)[0, ROLE_OUTPUT])
        if likelier_role(policy.score(raw)) != label:
            return removed
        by_line = sign * np.bincount(lines, model.posting.parts(weights, ROLE_OUTPUT))
        if not len(terms) or by_line.max() <= 0.0 or len(removed) == MOST_FLIPS:
            return []
        loudest = int(np.argmax(by_line))
        removed.append(loudest)
        kept = lines != loudest
        terms, lines = terms[kept], lines[kept]
