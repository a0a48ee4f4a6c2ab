"""Evaluation in words: how a model does on labelled postings."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Floats
from tpmclassify.deciding.policy import REVIEW, Verdicts
from tpmclassify.roles import LABELS, NEITHER, TPM
from tpmclassify.training.figures import auc, calibration_error, macro_f1, three_way_figures


def evaluation_report(labels: NDArray[np.str_], decided: Verdicts) -> str:
    """Compare a model's verdicts with labels ("TPM", "PM" or "neither")."""
    verdicts = decided.verdicts
    counts = Counter(zip(labels.tolist(), verdicts.tolist(), strict=True))
    columns = (*LABELS, REVIEW)
    lines = [f"{len(labels)} postings", "", "label     " + "".join(f"{c:>9}" for c in columns)]
    lines += [
        f"{label:<10}" + "".join(f"{counts[label, column]:>9}" for column in columns)
        for label in LABELS
        if label in labels
    ]
    shown = three_way_figures(
        labels, verdicts, decided.p_tpm, decided.p_in_scope, np.ones(len(labels))
    )
    roles = labels != NEITHER
    return "\n".join(
        [
            *lines,
            "",
            *_role_figures(labels[roles] == TPM, decided.score[roles]),
            *(f"{_SPOKEN[name]:<24}{shown[name]:.1%}" for name in _SPOKEN),
        ]
    )


_SPOKEN = {
    "tpm_and_pm_verdicts_right": "TPM, PM verdicts right",
    "neither_verdicts_right": "neither verdicts right",
    "roles_decided_right": "TPM, PM decided right",
    "roles_lost_to_neither": "TPM, PM lost to neither",
    "review": "to review",
}


def _role_figures(is_tpm: NDArray[np.bool_], score: Floats) -> list[str]:
    """TPM against PM, one figure a line; what cannot be computed is left out."""
    lines = [f"TPM / PM                {is_tpm.sum()} / {(~is_tpm).sum()}"]
    if not is_tpm.any() or is_tpm.all():
        return lines
    return [
        *lines,
        f"macro-F1                {macro_f1(is_tpm, score):.3f}",
        f"ROC AUC                 {auc(is_tpm, score):.3f}",
        f"calibration error       {calibration_error(is_tpm, score):.3f}",
    ]
