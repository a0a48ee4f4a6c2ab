"""A user's own labelled postings to a model: what `TPMClassifier.fit` does."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Floats, Ints
from tpmclassify.errors import TrainingError
from tpmclassify.inputs import is_missing
from tpmclassify.reading.batch import read_postings
from tpmclassify.reading.posting import Posting
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.roles import LABELS, NEITHER, PM, TPM
from tpmclassify.scoring.models import BatchScores, CalibrationScores, Model, score
from tpmclassify.scoring.tfidf import LINE_CLASSES, LinearText
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
    n = len(postings)
    target, names = check_labelled(n, labels, groups)
    weight = _checked(weights, n)
    lines = score(line_model, read_postings(postings, line_model.vocabulary))
    data = _Data(_count(postings), lines, target, names, weight, line_model)
    # A repost that is learned from and tested on would make any label look right.
    apart = connected_groups(names, _clusters(postings))
    _check_enough(target, apart)
    held_out = cross_validate(data.fit, postings, apart, assign_folds(list(target), apart))
    sample = Sample(target, weight / weight.mean(), np.full(n, np.nan))
    model = calibrate(data.fit(np.ones(n, np.bool_)), held_out, sample, smoothed=True)
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


def fingerprints(texts: Iterable[str]) -> Ints:
    """One number for each text as it is read, whatever its white space and capitals."""
    plain = (" ".join(text.lower().split()) for text in texts)
    digests = b"".join(
        blake2b(text.encode(errors="replace"), digest_size=8).digest() for text in plain
    )
    return np.frombuffer(digests, "<i8").astype(np.int64)


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


@dataclass(frozen=True, eq=False)
class _Data:
    """What every fold needs, counted once."""

    counts: LineCounts
    lines: BatchScores
    labels: NDArray[np.str_]
    groups: Sequence[str]
    weights: Floats
    line_model: Model

    def fit(self, among: NDArray[np.bool_]) -> Model:
        """Train on the postings that a mask allows."""
        n_groups = len({name for name, one in zip(self.groups, among, strict=True) if one})
        chosen = choose_terms(
            self.counts,
            self.groups,
            among=among,
            min_employers=min(_MOST_GROUPS, max(_FEWEST_GROUPS, n_groups // _GROUPS_PER_TERM)),
        )
        counts = self.counts.by_posting(chosen, self.lines.voting)
        everyone, is_role = np.flatnonzero(among), self.labels != NEITHER
        roles = np.flatnonzero(among & is_role)
        posting = fit_posting_model(
            counts[everyone],
            Rows(counts[roles], self.labels[roles] == TPM, self.weights[roles]),
            Rows(counts[everyone], is_role[everyone], self.weights[everyone]),
            role_c=_STRENGTH,
            scope_c=_STRENGTH,
        )
        terms = self.counts.terms[chosen]
        classes = np.array(LINE_CLASSES)[self.lines.line_class]
        shares = dimension_shares(self.counts.matrix[:, chosen], classes, terms)
        return _join(self.line_model, terms.tolist(), posting, shares)


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
    share = np.zeros((len(joint), shares.shape[1]))
    share[ours] = shares
    return Model(
        vocabulary=vocabulary,
        line=_spread(line_model.line, theirs, len(joint)),
        posting=_spread(posting, ours, len(joint)),
        dimension_shares=share,
    )


def _spread(model: LinearText, indexes: Ints, n_terms: int) -> LinearText:
    # An idf of zero keeps a term out of a model that does not know it.
    idf, coef = np.zeros(n_terms), np.zeros((len(model.coef), n_terms))
    idf[indexes], coef[:, indexes] = model.idf, model.coef
    return replace(model, idf=idf, coef=coef)
