"""Evaluation in words: how a model does on labelled postings."""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tpmclassify.deciding.explain import Judgement
from tpmclassify.deciding.policy import CalibrationScores
from tpmclassify.roles import LABELS, NEITHER, PM, TPM
from tpmclassify.scoring.tfidf import Floats
from tpmclassify.training.figures import auc, calibration_error, macro_f1


def evaluation_report(labels: Sequence[str], judged: Sequence[Judgement]) -> str:
    """Compare a model's verdicts with labels.

    Parameters
    ----------
    labels : sequence of str of shape (n_postings,)
        "TPM", "PM" or "neither".
    judged : sequence of Judgement of shape (n_postings,)
    """
    truth = np.array(labels, dtype=str)
    verdicts = np.array([judgement.verdict for judgement in judged], dtype=str)
    score = np.array([judgement.score for judgement in judged])
    counts = Counter(zip(truth.tolist(), verdicts.tolist(), strict=True))
    columns = (TPM, PM, "review")
    lines = [f"{len(truth)} postings", "", "label     " + "".join(f"{c:>8}" for c in columns)]
    lines += [
        f"{label:<10}" + "".join(f"{counts[label, column]:>8}" for column in columns)
        for label in LABELS
        if label in truth
    ]
    roles = truth != NEITHER
    decided = roles & (verdicts != "review")
    wrong = decided & (verdicts != truth)
    lines += [
        "",
        *role_figures(truth[roles] == TPM, score[roles]),
        f"decided without review  {decided.sum()} of {roles.sum()} TPM and PM postings",
        f"wrong among those       {wrong.sum()}"
        + (f" ({wrong.sum() / decided.sum():.1%})" if decided.any() else ""),
    ]
    return "\n".join(lines)


def held_out_report(calibration: CalibrationScores) -> str:
    """Say how a newly trained model did on the postings held out in its training."""
    slope, intercept = calibration.role_line
    score = slope * calibration.role_score + intercept
    figures = role_figures(calibration.is_tpm, score)
    return "\n".join(["Held out, by employer where employers are given:", *figures])


def role_figures(is_tpm: "np.ndarray[tuple[int], np.dtype[np.bool_]]", score: Floats) -> list[str]:
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
