"""The figures of the model card, with intervals by bootstrap over employers."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.metrics import cohen_kappa_score, f1_score

from recipe.corpus import BOARDS, CONTESTED, FRESH, Corpus
from tpmclassify.arrays import Bools, Floats, Ints
from tpmclassify.deciding.grounds import MOST_REASONS, QUIETEST
from tpmclassify.deciding.policy import MAX_ERROR, PREVALENCE, Policy, logit
from tpmclassify.deciding.verdicts import Verdicts, decide_verdicts
from tpmclassify.roles import DIMENSIONS, NEITHER, PM, RESPONSIBILITIES, TPM
from tpmclassify.scoring.tfidf import LINE_CLASSES
from tpmclassify.training.calibration import Sample, calibration_of
from tpmclassify.training.figures import auc, calibration_error, macro_f1, three_way_figures
from tpmclassify.training.held_out import HeldOut

_N_BOOTSTRAP = 1000
_MAX_ERRORS = (0.01, 0.02, 0.03, 0.05)
_FEWEST_OF_A_KIND = 15
# No smaller promise can be kept where one posting in a hundred is one of the two roles: that takes
# more postings of other jobs than were read.
_MAX_ERROR_WHERE_RARE = 0.1


def decide_held_out(
    corpus: Corpus,
    held_out: HeldOut,
    title: Floats,
    fold: Ints,
    *,
    max_error: float = MAX_ERROR,
    prevalence: float | None = None,
    in_scope_share: float | None = None,
) -> Verdicts:
    """Decide every labelled posting by the calibration and the bounds of the other folds."""
    parts, members = [], []
    for number in range(int(fold.max()) + 1):
        others = np.where(fold == number, 0.0, corpus.calibration_weight)
        calibration = calibration_of(
            held_out.role, held_out.scope, Sample(corpus.labels, others, title)
        )
        mix = {"prevalence": prevalence, "in_scope_share": in_scope_share}
        stated = {name: value for name, value in mix.items() if value is not None}
        policy = Policy(calibration, max_error=max_error, **stated)
        own = np.flatnonzero(fold == number)
        members.append(own)
        parts.append(
            decide_verdicts(
                policy,
                held_out.role[own],
                held_out.scope[own],
                title[own],
                has_lines=np.ones(len(own), np.bool_),
                problems={},
            )
        )
    together, order = Verdicts.of(parts), np.argsort(np.concatenate(members))
    return Verdicts(*(getattr(together, name)[order] for name in together.__dataclass_fields__))


def figures(corpus: Corpus, held_out: HeldOut, title: Floats, fold: Ints) -> dict[str, Any]:
    """Judge held-out results of the labelled postings that two raters agree on.

    Returns
    -------
    dict
        JSON types: verdicts on the job-board mix, with a title and without, by bound and by kind
        of other job; on fresh tables; TPM against PM on the contested postings; the lines.
    """
    decided = decide_held_out(corpus, held_out, title, fold)
    untitled = decide_held_out(corpus, held_out, np.full(len(title), np.nan), fold)
    boards, fresh, contested = (
        corpus.agreed & (corpus.sample == name) for name in (BOARDS, FRESH, CONTESTED)
    )
    disputed = ~corpus.agreed & (corpus.sample == BOARDS)
    rare = decide_held_out(
        corpus,
        held_out,
        title,
        fold,
        in_scope_share=_share_of_roles(corpus, fresh),
        max_error=_MAX_ERROR_WHERE_RARE,
    )
    return {
        "job_boards": _with_intervals(corpus, decided, boards),
        "job_boards_without_titles": three_way(corpus, untitled, boards),
        "job_boards_by_max_error": {
            f"{bound:.2f}": three_way(
                corpus, decide_held_out(corpus, held_out, title, fold, max_error=bound), boards
            )
            for bound in _MAX_ERRORS
        },
        "job_boards_where_raters_differ": {
            "n": int(disputed.sum()),
            "review": float(np.mean(decided.verdicts[disputed] == "review")),
        },
        "fresh_tables": three_way(corpus, decided, fresh),
        "fresh_tables_at_their_own_share": three_way(corpus, rare, fresh),
        "other_jobs": _kinds(corpus, decided),
        "tpm_against_pm": _role_figures(corpus, decided, held_out, contested),
        "lines": _line_figures(corpus, held_out, decided),
    }


def three_way(corpus: Corpus, decided: Verdicts, among: Bools) -> dict[str, float]:
    """The figures of three answers, each posting as often as it stands for."""
    return three_way_figures(
        corpus.labels[among],
        decided.verdicts[among],
        decided.p_tpm[among],
        decided.p_in_scope[among],
        corpus.weight[among],
    )


def _share_of_roles(corpus: Corpus, among: Bools) -> float:
    return float(np.average(corpus.labels[among] != NEITHER, weights=corpus.weight[among]))


def _with_intervals(corpus: Corpus, decided: Verdicts, among: Bools) -> dict[str, Any]:
    found: dict[str, Any] = three_way(corpus, decided, among)
    rows = np.flatnonzero(among)
    arrays = (
        corpus.labels[rows],
        decided.verdicts[rows],
        decided.p_tpm[rows],
        decided.p_in_scope[rows],
    )
    groups = np.unique(corpus.groups[rows], return_inverse=True)[1]

    def drawn(times: Ints) -> dict[str, float]:
        return three_way_figures(*arrays, corpus.weight[rows] * times[groups])

    values = [drawn(times) for times in _draws(groups)]
    for name in list(found):
        found[f"{name}_interval"] = _interval([value[name] for value in values])
    return found


def _draws(groups: Ints) -> list[Ints]:
    """How often each group is drawn, with replacement, in every round of the bootstrap."""
    generator, n = np.random.default_rng(0), int(groups.max()) + 1
    return [np.bincount(generator.integers(n, size=n), minlength=n) for _ in range(_N_BOOTSTRAP)]


def _interval(values: list[float]) -> list[float]:
    return [float(value) for value in np.percentile(values, [2.5, 97.5])]


def _kinds(corpus: Corpus, decided: Verdicts) -> dict[str, dict[str, float]]:
    """The commonest kinds of other job: what share is called TPM or PM, and what is reviewed."""
    measured = np.isin(corpus.sample, (BOARDS, FRESH))
    others = corpus.agreed & (corpus.labels == NEITHER) & measured
    kinds = Counter(corpus.kinds[others].tolist())
    found = {}
    for kind, n in kinds.most_common():
        if n >= _FEWEST_OF_A_KIND and kind:
            verdicts = decided.verdicts[others & (corpus.kinds == kind)]
            found[kind] = {
                "n": n,
                "called_tpm_or_pm": float(np.isin(verdicts, (TPM, PM)).mean()),
                "review": float((verdicts == "review").mean()),
            }
    return found


def _role_figures(
    corpus: Corpus, decided: Verdicts, held_out: HeldOut, contested: Bools
) -> dict[str, Any]:
    roles = contested & (corpus.labels != NEITHER)
    is_tpm, score = corpus.labels[roles] == TPM, decided.score[roles]
    prior = np.log(is_tpm.sum() / (~is_tpm).sum())
    # Put from the mix that is assumed by default to this sample's own.
    own = score + prior - logit(PREVALENCE)
    groups = np.unique(corpus.groups[: corpus.n_labelled][roles], return_inverse=True)[1]
    members = [np.flatnonzero(groups == group) for group in range(groups.max() + 1)]

    def interval(figure: Callable[[NDArray[np.bool_], Floats], float]) -> list[float]:
        rows = (np.repeat(np.arange(len(times)), times) for times in _draws(groups))
        drawn = (np.concatenate([members[i] for i in one]) for one in rows)
        return _interval([figure(is_tpm[one], own[one]) for one in drawn])

    first = slice(len(corpus.dimensions))
    read_as = np.where(decided.scope_score < 0, NEITHER, decided.labels)[contested]
    return {
        "n_tpm": int(is_tpm.sum()),
        "n_pm": int((~is_tpm).sum()),
        "macro_f1": macro_f1(is_tpm, own),
        "macro_f1_interval": interval(macro_f1),
        "auc": auc(is_tpm, own),
        "auc_interval": interval(auc),
        "calibration_error": calibration_error(is_tpm, own),
        "kappa_of_three": float(cohen_kappa_score(corpus.labels[contested], read_as)),
        "dimensions_spearman": {
            name: float(
                spearmanr(
                    held_out.dimensions[first, position][roles[first]],
                    corpus.dimensions[:, position][roles[first]],
                ).statistic
            )
            for position, name in enumerate(DIMENSIONS)
        },
    }


def _line_figures(corpus: Corpus, held_out: HeldOut, decided: Verdicts) -> dict[str, float]:
    """Judge what lines were taken for, and the three lines that spoke loudest."""
    stated, taken = [], []
    for annotated, (codes, _) in zip(corpus.lines, held_out.lines, strict=False):
        for line, code in zip(annotated, codes, strict=True):
            if line is not None and line.responsibility in RESPONSIBILITIES:
                stated.append(line.responsibility)
                taken.append(LINE_CLASSES[code])
    right, named = np.array(stated) == np.array(taken), np.isin(taken, RESPONSIBILITIES)
    known = (corpus.sample == CONTESTED) & corpus.agreed & (corpus.labels != NEITHER)
    leaning, boilerplate = top_three_lines(corpus, held_out, decided, known)
    certain = known & np.isin(decided.verdicts, (TPM, PM))
    sure, sure_boilerplate = top_three_lines(corpus, held_out, decided, certain)
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
        "quotes_leaning_to_verdict": _quotes_leaning(corpus, held_out, decided, certain),
    }


def _quotes_leaning(corpus: Corpus, held_out: HeldOut, decided: Verdicts, chosen: Bools) -> float:
    """Of the lines that a table quotes (`deciding.grounds`), those that lean to the verdict."""
    leans = []
    for position in np.flatnonzero(chosen):
        sign = 1.0 if decided.score[position] > 0 else -1.0
        classes, parts = held_out.lines[position][0], sign * held_out.lines[position][1]
        sums = np.bincount(classes, parts, minlength=len(LINE_CLASSES))[: len(RESPONSIBILITIES)]
        named = parts[classes < len(RESPONSIBILITIES)]
        for rank, name in enumerate(np.argsort(-sums, kind="stable")[:MOST_REASONS]):
            of_name = np.flatnonzero(classes == name)
            if sums[name] <= 0.0:
                break
            loudest = of_name[np.argmax(parts[of_name])]
            line = corpus.lines[position][loudest]
            if line is not None and (not rank or parts[loudest] >= QUIETEST * named.max()):
                leans.append(line.lean == (TPM if sign > 0 else PM))
    return float(np.mean(leans)) if leans else 0.0


def top_three_lines(
    corpus: Corpus, held_out: HeldOut, decided: Verdicts, chosen: Bools
) -> tuple[float, float]:
    """Judge the three lines that speak loudest for the likelier role of each posting.

    Returns
    -------
    leaning, boilerplate : float
        The share of these lines that the rater found to lean to that role, and to state no duty.
    """
    leans = []
    for position in np.flatnonzero(chosen):
        sign = 1.0 if decided.score[position] > 0 else -1.0
        parts = sign * held_out.lines[position][1]
        for loudest in np.argsort(-parts, kind="stable")[:3]:
            line = corpus.lines[position][loudest]
            if parts[loudest] > 0 and line is not None:
                leans.append((line.lean == (TPM if sign > 0 else PM), line.lean == "none"))
    leaning, boilerplate = np.mean(leans, axis=0) if leans else (0.0, 0.0)
    return float(leaning), float(boilerplate)
