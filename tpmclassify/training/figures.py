"""The figures by which a model is judged: of labels and of scores, decided at a score of zero."""

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score, f1_score, roc_auc_score

from tpmclassify.arrays import Floats
from tpmclassify.deciding.verdicts import REVIEW
from tpmclassify.roles import NEITHER, PM, TPM

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


def three_way_figures(
    labels: NDArray[np.str_],
    verdicts: NDArray[np.str_],
    p_tpm: Floats,
    p_in_scope: Floats,
    weight: Floats,
) -> dict[str, float]:
    """Judge verdicts of TPM, PM, neither and review, each posting by its weight.

    All figures are shares but kappa, which is of the likeliest answers; a share of nothing is 0.
    """
    is_role, called = labels != NEITHER, np.isin(verdicts, (TPM, PM))
    right, neither, review = verdicts == labels, verdicts == NEITHER, verdicts == REVIEW

    def share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
        return float(weight[part & whole].sum() / (weight[whole].sum() or 1.0))

    read_as = np.where(p_in_scope < 0.5, NEITHER, np.where(p_tpm > 0.5, TPM, PM))
    return {
        "tpm_and_pm_verdicts_right": share(right, called),
        "neither_verdicts_right": share(right, neither),
        "roles_decided_right": share(called & right, is_role),
        "roles_lost_to_neither": share(neither, is_role),
        "others_called_tpm_or_pm": share(called, ~is_role),
        "review": share(review, np.ones_like(review)),
        "kappa_of_three": float(cohen_kappa_score(labels, read_as, sample_weight=weight)),
    }
