"""The figures by which a model is judged: of labels and of scores, decided at a score of zero."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import f1_score, roc_auc_score

from tpmclassify.arrays import Floats

# As usual in print, so that figures can be compared; more bins find more error in few postings.
_N_BINS = 10


def macro_f1(is_tpm: NDArray[np.bool_], score: Floats) -> float:
    """Mean F1 of both roles, decided at a score of zero."""
    return float(f1_score(is_tpm, score > 0, average="macro"))


def auc(positive: NDArray[np.bool_], score: Floats) -> float:
    """Area under the ROC curve."""
    return float(roc_auc_score(positive, score))


def calibration_error(is_tpm: NDArray[np.bool_], score: Floats) -> float:
    """Expected calibration error over bins of equal mass."""
    p = 1.0 / (1.0 + np.exp(-score))
    bins = np.array_split(np.argsort(p, kind="stable"), min(_N_BINS, len(p)))
    return float(sum(len(b) * abs(p[b].mean() - is_tpm[b].mean()) for b in bins) / len(p))
