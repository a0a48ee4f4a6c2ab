"""The figures of the model card, with intervals by bootstrap over employers."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, f1_score

from recipe.corpus import Corpus
from tpmclassify.arrays import Floats, Ints
from tpmclassify.deciding.policy import logit
from tpmclassify.roles import DIMENSIONS, NEITHER, PM, RESPONSIBILITIES, TPM
from tpmclassify.scoring.tfidf import LINE_CLASSES
from tpmclassify.training.figures import auc, calibration_error, macro_f1
from tpmclassify.training.held_out import MAX_ERRORS, HeldOut

_N_BOOTSTRAP = 1000
_SMALLEST_SLICE = 60
_USUAL_MAX_ERROR = 0.02
_SURE = 4  # the rater's confidence from which a label is taken as sure


def figures(corpus: Corpus, held_out: HeldOut) -> dict[str, Any]:
    """Judge held-out results of the labelled postings.

    Postings that a second reader found undecidable are left out. Every posting is judged by the
    calibration and the review band of the model that scored it, which never saw its employer.

    Returns
    -------
    dict
        JSON types: TPM against PM, the decided part, TPM / PM / neither, the lines, and slices.
    """
    keep = ~corpus.ambiguous
    labels = corpus.labels
    roles = keep & (labels != NEITHER)
    is_tpm, score = (labels == TPM)[roles], held_out.score[roles]
    sure = (corpus.confidence >= _SURE)[roles]
    employers = corpus.groups[: len(labels)][roles]
    own_prevalence = score + logit(float(is_tpm.mean()))
    read_as = _three_way(held_out.score, held_out.scope_score)
    return {
        "n_tpm": int(is_tpm.sum()),
        "n_pm": int((~is_tpm).sum()),
        "macro_f1": macro_f1(is_tpm, score),
        "macro_f1_interval": bootstrap(macro_f1, employers, is_tpm, score),
        "auc": auc(is_tpm, score),
        "auc_interval": bootstrap(auc, employers, is_tpm, score),
        "macro_f1_sure": macro_f1(is_tpm[sure], score[sure]),
        "auc_unsure": auc(is_tpm[~sure], score[~sure]),
        "calibration_error": calibration_error(is_tpm, own_prevalence),
        "decided": {
            f"max_error_{bound}": _decided(is_tpm, score, held_out.bands[roles, position])
            for position, bound in enumerate(MAX_ERRORS)
        },
        "kappa_three_way": float(cohen_kappa_score(labels[keep], read_as[keep])),
        "auc_scope": auc((labels != NEITHER)[keep], held_out.scope_score[keep]),
        "lines": _line_figures(corpus, held_out, roles),
        "dimensions_spearman": {
            name: float(
                spearmanr(
                    held_out.dimensions[roles, position], corpus.dimensions[roles, position]
                ).statistic
            )
            for position, name in enumerate(DIMENSIONS)
        },
        "slices": _slices(corpus, roles, is_tpm == (score > 0), employers),
    }


def _decided(is_tpm: NDArray[np.bool_], score: Floats, band: Floats) -> dict[str, float]:
    decided = np.abs(score) >= band
    wrong = decided & (is_tpm != (score > 0))
    return {
        "share": float(decided.mean()),
        "error": float(wrong.sum() / max(1, decided.sum())),
    }


def _slices(
    corpus: Corpus, roles: NDArray[np.bool_], right: NDArray[np.bool_], employers: Ints
) -> dict[str, list[float]]:
    """Accuracy with its interval, and the number of postings, where a slice holds enough."""
    rows = np.flatnonzero(roles)
    length = np.array([len(corpus.postings[i].text) for i in rows])
    one_line = np.array(["\n" not in corpus.postings[i].text for i in rows])
    technical_pm = np.array(["technical project" in corpus.titles[i].lower() for i in rows])
    n_of_employer = np.bincount(employers)[employers]
    members = {
        "one line": one_line,
        "technical project manager in the title": technical_pm,
        "up to 2,500 characters": length <= 2500,
        "over 6,000 characters": length > 6000,
        "employers with one posting": n_of_employer == 1,
        "employers with ten postings or more": n_of_employer >= 10,
        **{
            f"industry: {name}": corpus.industries[rows] == name
            for name in np.unique(corpus.industries[rows])
        },
    }
    return {
        name: [
            float(right[member].mean()),
            *bootstrap(_share, employers[member], right[member], np.zeros(member.sum())),
            float(member.sum()),
        ]
        for name, member in members.items()
        if member.sum() >= _SMALLEST_SLICE
    }


def _share(right: NDArray[np.bool_], _: Floats) -> float:
    return float(right.mean())


def _three_way(role_score: Floats, scope_score: Floats) -> NDArray[np.str_]:
    """Read TPM, PM or neither off calibrated scores."""
    return np.where(scope_score < 0, NEITHER, np.where(role_score > 0, TPM, PM))


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


def _line_figures(corpus: Corpus, held_out: HeldOut, roles: NDArray[np.bool_]) -> dict[str, float]:
    """Judge what lines were taken for, and the three lines that spoke loudest."""
    stated, taken = [], []
    for annotated, codes in zip(corpus.lines, held_out.line_class, strict=False):
        for line, code in zip(annotated, codes, strict=True):
            if line is not None and line.responsibility in RESPONSIBILITIES:
                stated.append(line.responsibility)
                taken.append(LINE_CLASSES[code])
    right, named = np.array(stated) == np.array(taken), np.isin(taken, RESPONSIBILITIES)
    band = held_out.bands[:, MAX_ERRORS.index(_USUAL_MAX_ERROR)]
    leaning, boilerplate = top_three_lines(corpus, held_out, roles)
    sure, sure_boilerplate = top_three_lines(
        corpus, held_out, roles & (np.abs(held_out.score) >= band)
    )
    return {
        "responsibility_accuracy": float(right.mean()),
        "responsibility_accuracy_where_named": float(right[named].mean()),
        "responsibility_macro_f1": float(
            f1_score(stated, taken, labels=RESPONSIBILITIES, average="macro")
        ),
        "top_three_leaning_to_likelier_role": leaning,
        "top_three_boilerplate": boilerplate,
        "top_three_leaning_where_decided": sure,
        "top_three_boilerplate_where_decided": sure_boilerplate,
    }


def top_three_lines(
    corpus: Corpus, held_out: HeldOut, chosen: NDArray[np.bool_]
) -> tuple[float, float]:
    """Judge the three lines that speak loudest for the likelier role of each posting.

    Parameters
    ----------
    corpus : Corpus
    held_out : HeldOut
    chosen : ndarray of bool of shape (n_labelled,)
        The postings to look at.

    Returns
    -------
    leaning, boilerplate : float
        The share of these lines that the rater found to lean to that role, and to state no duty.
    """
    leans = []
    for position in np.flatnonzero(chosen):
        sign = 1.0 if held_out.score[position] > 0 else -1.0
        parts = sign * held_out.line_part[position]
        for loudest in np.argsort(-parts, kind="stable")[:3]:
            line = corpus.lines[position][loudest]
            if parts[loudest] > 0 and line is not None:
                leans.append((line.lean == (TPM if sign > 0 else PM), line.lean == "none"))
    leaning, boilerplate = np.mean(leans, axis=0)
    return float(leaning), float(boilerplate)
