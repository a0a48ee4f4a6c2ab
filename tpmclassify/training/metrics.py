"""The figures by which a model is judged, with intervals by bootstrap over employers."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import cohen_kappa_score, f1_score, roc_auc_score

from tpmclassify.linear_text import Floats, Ints
from tpmclassify.model import LINE_CLASSES
from tpmclassify.roles import DIMENSIONS, NEITHER, PM, RESPONSIBILITIES, TPM
from tpmclassify.training.corpus import Corpus
from tpmclassify.training.fitting import fit_platt
from tpmclassify.training.held_out import HeldOut

_N_BOOTSTRAP = 1000
_SURE = 4  # the rater's confidence from which a label is taken as sure


def figures(corpus: Corpus, held_out: HeldOut, groups: Ints) -> dict[str, Any]:
    """Judge held-out scores of the labelled postings.

    Postings that a second reader found undecidable are left out.

    Returns
    -------
    dict
        JSON types: TPM against PM, TPM / PM / neither, and the lines.
    """
    keep = ~corpus.ambiguous
    labels = corpus.labels
    roles = keep & (labels != NEITHER)
    role_score = calibrated(held_out.role, labels == TPM, among=labels != NEITHER, balanced=True)
    scope_score = calibrated(
        held_out.scope, labels != NEITHER, among=np.ones(len(labels), dtype=bool), balanced=False
    )
    is_tpm = (labels == TPM)[roles]
    score, sure = role_score[roles], (corpus.confidence >= _SURE)[roles]
    employers = groups[: len(labels)]
    read_as = three_way(role_score, scope_score)
    return {
        "n_tpm": int(is_tpm.sum()),
        "n_pm": int((~is_tpm).sum()),
        "macro_f1": macro_f1(is_tpm, score),
        "macro_f1_interval": bootstrap(macro_f1, employers[roles], is_tpm, score),
        "auc": auc(is_tpm, score),
        "auc_interval": bootstrap(auc, employers[roles], is_tpm, score),
        "macro_f1_sure": macro_f1(is_tpm[sure], score[sure]),
        "auc_unsure": auc(is_tpm[~sure], score[~sure]),
        "calibration_error": calibration_error(
            is_tpm,
            calibrated(held_out.role, labels == TPM, among=labels != NEITHER, balanced=False)[
                roles
            ],
        ),
        "kappa_three_way": float(cohen_kappa_score(labels[keep], read_as[keep])),
        "auc_scope": auc((labels != NEITHER)[keep], scope_score[keep]),
        "lines": _line_figures(corpus, held_out, roles, role_score),
        "dimensions_spearman": {
            name: _rank_correlation(
                held_out.dimensions[roles, position], corpus.dimensions[roles, position]
            )
            for position, name in enumerate(DIMENSIONS)
        },
    }


def calibrated(
    raw: Floats, positive: NDArray[np.bool_], *, among: NDArray[np.bool_], balanced: bool
) -> Floats:
    """Turn raw held-out scores into calibrated log-odds, fitted on the scores `among`."""
    slope, intercept = fit_platt(raw[among], positive[among], balanced=balanced)
    log_odds: Floats = slope * raw + intercept
    return log_odds


def three_way(role_score: Floats, scope_score: Floats) -> NDArray[np.str_]:
    """Read TPM, PM or neither off calibrated scores."""
    return np.where(scope_score < 0, NEITHER, np.where(role_score > 0, TPM, PM))


def macro_f1(is_tpm: NDArray[np.bool_], score: Floats) -> float:
    """Mean F1 of both roles, decided at a score of zero."""
    return float(f1_score(is_tpm, score > 0, average="macro"))


def auc(positive: NDArray[np.bool_], score: Floats) -> float:
    """Area under the ROC curve."""
    return float(roc_auc_score(positive, score))


def calibration_error(is_tpm: NDArray[np.bool_], score: Floats, *, n_bins: int = 10) -> float:
    """Expected calibration error over bins of equal mass."""
    p = 1.0 / (1.0 + np.exp(-score))
    bins = np.array_split(np.argsort(p, kind="stable"), n_bins)
    return float(sum(len(b) * abs(p[b].mean() - is_tpm[b].mean()) for b in bins) / len(p))


def bootstrap(
    figure: Callable[[NDArray[np.bool_], Floats], float],
    employers: Ints,
    is_tpm: NDArray[np.bool_],
    score: Floats,
) -> list[float]:
    """95 % interval of a figure, employers drawn with replacement."""
    generator = np.random.default_rng(0)
    members = [np.flatnonzero(employers == employer) for employer in np.unique(employers)]
    values = []
    for _ in range(_N_BOOTSTRAP):
        drawn = generator.integers(len(members), size=len(members))
        rows = np.concatenate([members[i] for i in drawn])
        values.append(figure(is_tpm[rows], score[rows]))
    return [float(value) for value in np.percentile(values, [2.5, 97.5])]


def _rank_correlation(first: Floats, second: Floats) -> float:
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)


def _line_figures(
    corpus: Corpus, held_out: HeldOut, roles: NDArray[np.bool_], role_score: Floats
) -> dict[str, float]:
    """Judge what lines were taken for, and the three lines that spoke loudest."""
    stated, taken, leaning, boilerplate = [], [], [], []
    for position in range(corpus.n_labelled):
        annotated = corpus.lines[position]
        for line, code in zip(annotated, held_out.line_class[position], strict=True):
            if line is not None and line.responsibility in RESPONSIBILITIES:
                stated.append(line.responsibility)
                taken.append(LINE_CLASSES[code])
        if roles[position]:
            sign = 1.0 if role_score[position] > 0 else -1.0
            parts = sign * held_out.line_part[position]
            for loudest in np.argsort(-parts, kind="stable")[:3]:
                line = annotated[loudest]
                if parts[loudest] > 0 and line is not None:
                    leaning.append(line.lean == (TPM if sign > 0 else PM))
                    boilerplate.append(line.lean == "none")
    return {
        "responsibility_accuracy": float(np.mean(np.array(stated) == np.array(taken))),
        "responsibility_macro_f1": float(
            f1_score(stated, taken, labels=RESPONSIBILITIES, average="macro")
        ),
        "top_three_leaning_to_decided_role": float(np.mean(leaning)),
        "top_three_boilerplate": float(np.mean(boilerplate)),
    }
