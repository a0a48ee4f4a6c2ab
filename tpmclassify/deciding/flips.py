"""What would change the label: lines, found greedily, without which it is the other one."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tpmclassify.deciding.policy import Policy, likelier_role
from tpmclassify.roles import TPM, Role
from tpmclassify.scoring.models import MOST_FLIPS, ROLE_OUTPUT, BatchScores, Model
from tpmclassify.scoring.tfidf import Ints


def find_flips(model: Model, policy: Policy, scores: BatchScores) -> list[Sequence[int]]:
    """Find the lines of each posting whose removal changes the label, in the order of removal."""
    found: list[Sequence[int]] = []
    for i, raw in enumerate(scores.role):
        lines = scores.lines_of(i)
        first = scores.first_term[lines.start : lines.stop + 1]
        line_of_term = np.repeat(np.arange(len(first) - 1), np.diff(first))
        heard = scores.voting[lines][line_of_term]
        terms = scores.terms[first[0] : first[-1]]
        label = likelier_role(policy.score(float(raw)))
        found.append(lines_that_flip(model, policy, terms[heard], line_of_term[heard], label))
    return found


def lines_that_flip(
    model: Model,
    policy: Policy,
    terms: NDArray[np.signedinteger],
    lines: Ints,
    label: Role,
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
    # The arithmetic of `LinearText` on counts that only shrink: terms are looked up once.
    distinct, entry = np.unique(terms, return_inverse=True)
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
        by_line = sign * np.bincount(lines, (parts / present)[entry])
        if not len(entry) or by_line.max() <= 0.0 or len(removed) == MOST_FLIPS:
            return []
        loudest = int(np.argmax(by_line))
        removed.append(loudest)
        kept = lines != loudest
        entry, lines = entry[kept], lines[kept]
