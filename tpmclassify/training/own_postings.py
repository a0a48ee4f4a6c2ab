"""A user's own labelled postings to a model: what `TPMClassifier.fit` does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Floats, Ints
from tpmclassify.errors import TrainingError
from tpmclassify.inputs import is_missing
from tpmclassify.model_file.fingerprints import fingerprints
from tpmclassify.reading.batch import read_postings
from tpmclassify.reading.posting import Posting
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.roles import LABELS, NEITHER, PM, TPM
from tpmclassify.scoring.models import CalibrationScores, Model, Profiles, score
from tpmclassify.scoring.tfidf import LINE_CLASSES, LinearText
from tpmclassify.scoring.title_words import TitleWords
from tpmclassify.tables.job.duplicates import Duplicates, text_signatures
from tpmclassify.training.calibration import Sample, calibrate
from tpmclassify.training.counts import LineCounts, choose_terms, count_lines
from tpmclassify.training.dimensions import dimension_shares
from tpmclassify.training.figures import auc, macro_f1
from tpmclassify.training.fitting import Rows, fit_posting_model
from tpmclassify.training.folds import assign_folds, connected_groups
from tpmclassify.training.held_out import cross_validate

# Inverse strength of the L2 penalty. Held out on 100, 300 and 1,611 real postings, the log loss of
# the role lies within .008 from 5 to 20; at 1 it is .006 to .019 above the best.
_STRENGTH = 5.0
# An n-gram needs one group in twenty, at least two and at most as many as the shipped model asks.
_GROUPS_PER_TERM, _FEWEST_GROUPS, _MOST_GROUPS = 20, 2, 8
# One for each fold.
_FEWEST_APART = 5


def fit_own(
    postings: Sequence[Posting],
    labels: Sequence[str],
    groups: Sequence[object] | None,
    weights: Sequence[float] | None,
    *,
    line_model: Model,
) -> Model:
    """Train role and scope on labelled postings, with another model's line model."""
    target, group_names = check_labelled(len(postings), labels, groups)
    trainer = _Trainer(postings, target, group_names, _checked(weights, len(postings)), line_model)
    # A repost that is learned from and tested on would make any label look right.
    apart = connected_groups(group_names, _clusters(postings))
    _check_enough(target, apart)
    fold = assign_folds(list(target), apart)
    held_out = cross_validate(trainer.build, postings, apart, fold)
    everything = np.ones(len(postings), dtype=bool)
    untitled = np.full(len(postings), np.nan)
    sample = Sample(target, trainer.weights / trainer.weights.mean(), untitled)
    model = calibrate(trainer.build(everything), held_out, sample, smoothed=True)
    learned = np.unique(fingerprints(posting.text for posting in postings))
    card = _card(model.calibration, target, apart)
    return replace(model, card=card, fingerprints=learned)


def _card(calibration: CalibrationScores, labels: NDArray[np.str_], groups: Ints) -> dict[str, Any]:
    """What the card of an own model tells."""
    slope, intercept = calibration.role_line
    is_tpm = labels[labels != NEITHER] == TPM
    score = slope * calibration.role_score[labels != NEITHER] + intercept
    return {
        "trained_on": "own postings",
        "n_labelled": {str(label): int((labels == label).sum()) for label in np.unique(labels)},
        "n_apart": len(np.unique(groups)),
        "held_out": {"macro_f1": macro_f1(is_tpm, score), "auc": auc(is_tpm, score)},
    }


def _clusters(postings: Sequence[Posting]) -> list[str]:
    """The first posting that each nearly repeats, or itself."""
    first = Duplicates().add(text_signatures([posting.text for posting in postings]))
    return [str(number or position) for position, number in enumerate(first, start=1)]


def _check_enough(labels: NDArray[np.str_], groups: Ints) -> None:
    """Refuse roles of too few postings that are apart from each other."""
    found = {role: len(set(groups[labels == role].tolist())) for role in (TPM, PM)}
    if min(found.values()) < _FEWEST_APART:
        counts = " and ".join(f"{n} {role}" for role, n in found.items())
        raise TrainingError(
            f"There are {counts} postings that differ in employer (group) and text; of each role "
            f"{_FEWEST_APART} are needed, so that every one can be held out. Add postings of other "
            "employers; near repeats count once."
        )


def check_labelled(
    n_postings: int, labels: Sequence[str], groups: Sequence[object] | None
) -> tuple[NDArray[np.str_], list[str]]:
    """Check labels and groups; without a group a posting is one of its own."""
    for name, values in (("labels", labels), ("groups", groups)):
        if values is not None and len(values) != n_postings:
            raise TrainingError(
                f"{name} has {len(values)} entries for {n_postings} texts; give one for each text."
            )
    unknown = Counter(repr(label) for label in labels if label not in LABELS)
    if unknown:
        raise TrainingError(
            f"Unknown labels: {', '.join(sorted(unknown)[:5])}. Legal are "
            f"{', '.join(repr(label) for label in LABELS)}; rename or leave out the others."
        )
    names = [
        f"row {i}" if is_missing(group) or not str(group).strip() else str(group)
        for i, group in enumerate(groups or [None] * n_postings)
    ]
    return np.array(labels, dtype=str), names


def _checked(weights: Sequence[float] | None, n_postings: int) -> Floats:
    """Refuse weights that are none."""
    if weights is None:
        return np.ones(n_postings)
    try:
        checked = np.array(weights, dtype=np.float64)
    except (TypeError, ValueError):
        checked = np.zeros(0)
    if checked.shape != (n_postings,) or not (np.isfinite(checked) & (checked > 0.0)).all():
        raise TrainingError(
            f"sample_weight must hold one positive number for each of the {n_postings} texts. "
            "Leave out postings that are not to count."
        )
    return checked


class _Trainer:
    """Counts once what every fold needs; `build` then trains on what a fold allows."""

    def __init__(
        self,
        postings: Sequence[Posting],
        labels: NDArray[np.str_],
        groups: Sequence[str],
        weights: Floats,
        line_model: Model,
    ) -> None:
        self._labels = labels
        self.weights = weights
        self._groups = groups
        self._line_model = line_model
        self._counts = _count(postings)
        scores = score(line_model, read_postings(postings, line_model.vocabulary))
        self._classes, self._voting = scores.line_class, scores.voting

    def build(self, among: NDArray[np.bool_]) -> Model:
        """Train on the postings that a mask allows."""
        n_groups = len({name for name, one in zip(self._groups, among, strict=True) if one})
        chosen = choose_terms(
            self._counts,
            self._groups,
            among=among,
            min_employers=min(_MOST_GROUPS, max(_FEWEST_GROUPS, n_groups // _GROUPS_PER_TERM)),
        )
        counts = self._counts.by_posting(chosen, self._voting)
        roles = np.flatnonzero(among & (self._labels != NEITHER))
        everyone = np.flatnonzero(among)
        has_scope = bool((self._labels[everyone] == NEITHER).any())
        posting = fit_posting_model(
            counts[everyone],
            Rows(counts[roles], self._labels[roles] == TPM, self.weights[roles]),
            Rows(counts[everyone], self._labels[everyone] != NEITHER, self.weights[everyone])
            if has_scope
            else None,
            role_c=_STRENGTH,
            scope_c=_STRENGTH,
        )
        terms = self._counts.terms[chosen]
        classes = np.array(LINE_CLASSES)[self._classes]
        shares = dimension_shares(self._counts.matrix[:, chosen], classes, terms)
        return _join(self._line_model, terms.tolist(), posting, shares)


def _count(postings: Sequence[Posting]) -> LineCounts:
    try:
        return count_lines(postings, min_lines=_FEWEST_GROUPS)
    except ValueError as error:
        raise TrainingError(
            "The texts share no words to learn from: every one is empty or unlike all others. "
            "Check that the text column holds the postings."
        ) from error


def _join(line_model: Model, terms: list[str], posting: LinearText, shares: Floats) -> Model:
    """Put a line model and a posting model of another vocabulary into one model."""
    joint = sorted({*line_model.vocabulary.terms, *terms})
    vocabulary = Vocabulary(tuple(joint))
    theirs = np.array([vocabulary.index[term] for term in line_model.vocabulary.terms])
    ours = np.array([vocabulary.index[term] for term in terms], dtype=np.int64)
    return Model(
        vocabulary=vocabulary,
        line=_spread(line_model.line, theirs, len(joint)),
        posting=_spread(posting, ours, len(joint)),
        dimension_shares=_spread_rows(shares, ours, len(joint)),
        title=TitleWords.none(),
        calibration=CalibrationScores.none(),
        profiles=Profiles.none(),
        card={},
    )


def _spread(model: LinearText, indexes: Ints, n_terms: int) -> LinearText:
    # An idf of zero keeps a term out of a model that does not know it.
    return LinearText(
        idf=_spread_rows(model.idf, indexes, n_terms),
        coef=np.ascontiguousarray(_spread_rows(model.coef.T, indexes, n_terms).T),
        intercept=model.intercept,
        sublinear_tf=model.sublinear_tf,
    )


def _spread_rows(values: Floats, indexes: Ints, n_terms: int) -> Floats:
    spread = np.zeros((n_terms, *values.shape[1:]))
    spread[indexes] = values
    return spread
