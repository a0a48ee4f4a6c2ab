"""Folds in which no employer and no near-duplicate stands on both sides."""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from sklearn.model_selection import StratifiedGroupKFold

from tpmclassify.arrays import Ints
from tpmclassify.errors import TrainingError

_N_FOLDS = 5
_SEED = 0


def assign_folds(labels: Sequence[str], groups: Ints) -> Ints:
    """Spread groups over folds, the labels as evenly as groups allow.

    Returned (n_postings,): the fold in which each posting is held out.
    """
    fewest = min(len(set(groups[np.asarray(labels, dtype=str) == label])) for label in set(labels))
    if fewest < 2:
        raise TrainingError(
            "Every label needs postings of at least two employers (groups), so that one can be "
            "held out. Add postings, or leave out groups= to treat each posting as its own."
        )
    splitter = StratifiedGroupKFold(min(_N_FOLDS, fewest), shuffle=True, random_state=_SEED)
    folds = np.zeros(len(labels), dtype=np.int64)
    for number, (_, held_out) in enumerate(splitter.split(np.zeros(len(labels)), labels, groups)):
        folds[held_out] = number
    return folds


def connected_groups(employers: Sequence[str], clusters: Sequence[str]) -> Ints:
    """Number the groups of postings that share an employer or a near-duplicate cluster.

    Returned (n_postings,): the same number for postings that are linked, directly or through
    others.
    """
    n = len(employers)
    links = [np.unique(names, return_inverse=True)[1] for names in (employers, clusters)]
    # Nodes: the postings, then the employers, then the clusters.
    nodes = np.concatenate([links[0] + n, links[1] + 2 * n])
    edges = (np.ones(2 * n), (np.tile(np.arange(n), 2), nodes))
    graph = coo_array(edges, shape=(3 * n, 3 * n))
    groups: Ints = connected_components(graph, directed=False)[1][:n].astype(np.int64)
    return groups
