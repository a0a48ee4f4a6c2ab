"""Folds in which no employer and no near-duplicate stands on both sides."""

from collections.abc import Sequence

import numpy as np
from sklearn.model_selection import StratifiedGroupKFold

from tpmclassify.arrays import Ints
from tpmclassify.errors import TrainingError

N_FOLDS = 5
_SEED = 0


def assign_folds(labels: Sequence[str], groups: Ints, *, n_folds: int = N_FOLDS) -> Ints:
    """Spread groups over folds, the labels as evenly as groups allow.

    Returns
    -------
    ndarray of shape (n_postings,)
        The fold in which each posting is held out.

    Raises
    ------
    TrainingError
        If a label has fewer than two groups, so that it cannot be both learned and tested.
    """
    fewest = min(len(set(groups[np.asarray(labels, dtype=str) == label])) for label in set(labels))
    if fewest < 2:
        raise TrainingError(
            "Every label needs postings of at least two employers (groups), so that one can be "
            "held out. Add postings, or leave out groups= to treat each posting as its own."
        )
    splitter = StratifiedGroupKFold(min(n_folds, fewest), shuffle=True, random_state=_SEED)
    folds = np.zeros(len(labels), dtype=np.int64)
    for number, (_, held_out) in enumerate(splitter.split(np.zeros(len(labels)), labels, groups)):
        folds[held_out] = number
    return folds


def connected_groups(employers: Sequence[str], clusters: Sequence[str]) -> Ints:
    """Number the groups of postings that share an employer or a near-duplicate cluster.

    Returns
    -------
    ndarray of shape (n_postings,)
        The same number for postings that are linked, directly or through others.
    """
    parent: dict[tuple[str, str], tuple[str, str]] = {}

    def root(node: tuple[str, str]) -> tuple[str, str]:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    employer_nodes = [("employer", employer) for employer in employers]
    for node, cluster in zip(employer_nodes, clusters, strict=True):
        parent[root(node)] = root(("cluster", cluster))
    numbers: dict[tuple[str, str], int] = {}
    return np.array([numbers.setdefault(root(node), len(numbers)) for node in employer_nodes])
