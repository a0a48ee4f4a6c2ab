"""Evaluation in words: how a model does on labelled postings."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Floats
from tpmclassify.roles import LABELS, NEITHER, PM, TPM
from tpmclassify.scoring.models import CalibrationScores
from tpmclassify.training.figures import auc, calibration_error, macro_f1


def evaluation_report(labels: NDArray[np.str_], verdicts: NDArray[np.str_], score: Floats) -> str:
    """Compare a model's verdicts with labels.

    Parameters
    ----------
    labels : ndarray of str of shape (n_postings,)
        "TPM", "PM" or "neither".
    verdicts : ndarray of str of shape (n_postings,)
        "TPM", "PM" or "review".
    score : ndarray of shape (n_postings,)
        Calibrated log-odds of TPM.
    """
    counts = Counter(zip(labels.tolist(), verdicts.tolist(), strict=True))
    columns = (TPM, PM, "review")
    lines = [f"{len(labels)} postings", "", "label     " + "".join(f"{c:>8}" for c in columns)]
    lines += [
        f"{label:<10}" + "".join(f"{counts[label, column]:>8}" for column in columns)
        for label in LABELS
        if label in labels
    ]
    roles = labels != NEITHER
    decided = roles & (verdicts != "review")
    wrong = decided & (verdicts != labels)
    lines += [
        "",
        *_role_figures(labels[roles] == TPM, score[roles]),
        f"decided without review  {decided.sum()} of {roles.sum()} TPM and PM postings",
        f"wrong among those       {wrong.sum()}"
        + (f" ({wrong.sum() / decided.sum():.1%})" if decided.any() else ""),
    ]
    return "\n".join(lines)


def held_out_report(calibration: CalibrationScores) -> str:
    """Say how a newly trained model did on the postings held out in its training."""
    slope, intercept = calibration.role_line
    score = slope * calibration.role_score + intercept
    figures = _role_figures(calibration.is_tpm, score)
    return "\n".join(["Held out, by employer where employers are given:", *figures])


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
