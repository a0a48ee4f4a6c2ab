"""TPMClassifier: scikit-learn's conventions, without importing scikit-learn before `fit`."""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import islice
from numbers import Real
from pathlib import Path
from typing import Any, Self

import numpy as np

from tpmclassify import __version__, batch_sizes
from tpmclassify.arrays import AnyArray, Floats
from tpmclassify.deciding.decision import Decision, MadeBy
from tpmclassify.deciding.explain import explain
from tpmclassify.deciding.policy import IN_SCOPE_SHARE, MAX_ERROR, PREVALENCE, Policy, policy_of
from tpmclassify.deciding.verdicts import Verdicts, decide_batch
from tpmclassify.errors import ModelFileError, PostingError, TrainingError, missing_package
from tpmclassify.inputs import (
    Row,
    check_text,
    checked_column,
    checked_name,
    checked_rows,
    decoded_labels,
)
from tpmclassify.model_file.file import load_model, model_digest, save_model
from tpmclassify.reading.batch import Texts, read_texts
from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import DIMENSIONS, PM, TPM
from tpmclassify.scikit_learn import Estimator
from tpmclassify.scoring.models import BatchScores, Model, score
from tpmclassify.scoring.tfidf import ROLE_OUTPUT, SCOPE_OUTPUT

_IN_PACKAGE = Path(__file__).with_name("shipped_model.npz")
_IN_SOURCE = Path(__file__).parent.parent / "models" / "shipped_model.npz"


class TPMClassifier(Estimator):
    """Tells Technical Program Manager from Project Manager postings, and says why.

    An estimator in the sense of scikit-learn, which is imported for `fit` alone: `clone`,
    cross-validation, grid search, voting, stacking and calibration take it, and so does metadata
    routing. Texts are a list, an array or a column of str, never a table.

    Parameters
    ----------
    prevalence : float, default=0.2
        Share of TPM among the TPM and PM postings at hand, in (0, 1).
    in_scope_share : float, default=0.21
        Share of TPM and PM postings among all at hand, in (0, 1). The defaults are what job boards
        hold.
    max_error : float, default=0.03
        Share of wrong verdicts to be expected among the TPM and PM verdicts, and among the verdicts
        "neither", in (0, 1); what cannot be decided within it goes to review.
    max_chars : int, default=1_000_000
        Longer texts are refused.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        ``["PM", "TPM"]``, the order of the columns of `predict_proba`; ``[0, 1]`` after `fit` on
        labels that scikit-learn had encoded.
    model_ : Model
        The fitted arrays; those of a loaded classifier are read-only.

    Examples
    --------
    >>> import tpmclassify
    >>> classifier = tpmclassify.load()
    >>> classifier.predict(["Manage the project schedule and budget."]).tolist()
    ['PM']
    >>> classifier.set_params(prevalence=0.1).settings()["prevalence"]
    0.1
    """

    classes_: AnyArray
    model_: Model

    def __init__(
        self,
        *,
        prevalence: float = PREVALENCE,
        in_scope_share: float = IN_SCOPE_SHARE,
        max_error: float = MAX_ERROR,
        max_chars: int = 1_000_000,
    ) -> None:
        self.prevalence = prevalence
        self.in_scope_share = in_scope_share
        self.max_error = max_error
        self.max_chars = max_chars

    def fit(
        self,
        texts: Iterable[str],
        labels: Iterable[Any],
        groups: Iterable[object] | None = None,
        sample_weight: Iterable[float] | None = None,
    ) -> Self:
        """Train the role model, and the scope model where "neither" occurs, on labelled postings.

        The line model stays the shipped one.

        Parameters
        ----------
        texts : iterable of str of shape (n_postings,)
        labels : iterable of shape (n_postings,)
            "TPM", "PM" or "neither", by content; or their positions in sorted order, as some
            tools of scikit-learn encode them: 0 for PM, 1 for TPM, 2 for neither.
        groups : iterable of shape (n_postings,), optional
            Employers. Postings of one group are never on both sides of a fold, and an n-gram
            counts by groups. Without them each posting is a group.
        sample_weight : iterable of float of shape (n_postings,), optional
            How much each posting counts in the models and in their calibration; 1 unless given.
            Which words are known at all does not depend on it.

        Raises
        ------
        TrainingError
            If labels are unknown, missing, or too few to learn from and be tested on, or weights
            are no positive numbers.
        PostingError
            If a text is no string or too long.

        Examples
        --------
        >>> import tpmclassify
        >>> works = [("roadmap", "budget"), ("design", "schedule"), ("platform", "costs")] * 2
        >>> texts = [f"{verb} {work}" for verb, pair in zip("ABCDEF", works) for work in pair]
        >>> own = tpmclassify.TPMClassifier().fit(texts, ["TPM", "PM"] * 6)
        >>> own.classes_.tolist()
        ['PM', 'TPM']
        """
        try:
            from tpmclassify.training.own_postings import fit_own
        except ModuleNotFoundError as error:
            raise missing_package(TrainingError, "Training", error) from error
        names, classes = decoded_labels(labels)
        self._policy(_shipped_model())
        postings = [read_posting(text) for text in self._check(texts)]
        self._set_model(
            fit_own(
                postings,
                names,
                None if groups is None else list(checked_column("groups", groups)),
                None if sample_weight is None else list(sample_weight),
                line_model=_shipped_model(),
            )
        )
        self.classes_ = classes
        return self

    def predict(self, texts: Iterable[str]) -> AnyArray:
        """Name the likelier role of each text.

        Returns
        -------
        ndarray of shape (n_postings,)
            Of `classes_`: "TPM" or "PM".
        """
        is_tpm = self.decision_function(texts) > 0
        return self.classes_[is_tpm.astype(np.intp)]

    def predict_proba(self, texts: Iterable[str]) -> Floats:
        """Give the probability of each role.

        Returns
        -------
        ndarray of shape (n_postings, 2)
            Columns as in `classes_`: PM, TPM.
        """
        p_tpm = self._verdicts(texts).p_tpm
        return np.column_stack([1.0 - p_tpm, p_tpm])

    def predict_log_proba(self, texts: Iterable[str]) -> Floats:
        """Give the logarithm of the probability of each role."""
        return np.log(self.predict_proba(texts))

    def decision_function(self, texts: Iterable[str]) -> Floats:
        """Give the calibrated log-odds of TPM.

        Returns
        -------
        ndarray of shape (n_postings,)
        """
        return self._verdicts(texts).score

    def score(
        self,
        texts: Iterable[str],
        labels: Iterable[Any],
        sample_weight: Iterable[float] | None = None,
    ) -> float:
        """Give the share of texts whose likelier role is their label."""
        right = self.predict(texts) == np.asarray(list(labels))
        weights = None if sample_weight is None else np.asarray(list(sample_weight))
        return float(np.average(right, weights=weights))

    def classify(
        self, text: str, title: str | None = None, *, employer: str | None = None
    ) -> Decision:
        """Classify and explain one posting; see `tpmclassify.classify`."""
        self.policy()  # refuses settings that are not legal
        row = (
            check_text(text, self.max_chars),
            checked_name(title, "title"),
            checked_name(employer, "employer"),
        )
        return self._explain([row])[0]

    def classify_many(
        self,
        texts: Iterable[str],
        titles: Iterable[str | None] | None = None,
        *,
        employers: Iterable[str | None] | None = None,
    ) -> list[Decision]:
        """Classify and explain many postings; see `tpmclassify.classify_many`."""
        return list(self.classify_iter(texts, titles, employers=employers))

    def classify_iter(
        self,
        texts: Iterable[str],
        titles: Iterable[str | None] | None = None,
        *,
        employers: Iterable[str | None] | None = None,
    ) -> Iterator[Decision]:
        """Classify and explain a stream of postings; see `tpmclassify.classify_iter`."""
        self.policy()  # refuses here, not when the first decision is asked for
        rows = checked_rows(
            checked_column("texts", texts),
            None if titles is None else checked_column("titles", titles),
            None if employers is None else checked_column("employers", employers),
            max_chars=self.max_chars,
        )
        return (decision for batch in _in_batches(rows) for decision in self._explain(batch))

    def verdicts(
        self,
        texts: Sequence[str],
        employers: Sequence[str | None] | None = None,
        titles: Sequence[str | None] | None = None,
    ) -> Verdicts:
        """Classify many postings, without the grounds of a decision."""
        policy, nothing = self.policy(), [None] * len(texts)
        rows = zip(texts, titles or nothing, employers or nothing, strict=True)
        return Verdicts.of(
            decide_batch(policy, scores, self._model.title.scores(its_titles))
            for scores, its_titles in map(self._score_rows, _in_batches(rows))
        )

    def score_texts(
        self, texts: Texts, employers: Texts | None = None, *, with_dimensions: bool = False
    ) -> BatchScores:
        """Read and score a batch of texts: raw scores and their parts by line."""
        reading = read_texts(texts, employers, self._model.vocabulary)
        return score(self._model, reading, with_dimensions=with_dimensions)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted model and the settings to an .npz file: arrays and JSON, no code.

        Examples
        --------
        >>> import tempfile, tpmclassify
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     tpmclassify.load().set_params(prevalence=0.1).save(f"{folder}/mine.npz")
        ...     print(tpmclassify.load(f"{folder}/mine.npz").prevalence)
        0.1
        """
        self.policy()  # refuses settings that are not legal
        card = {**self._model.card, "settings": self.settings()}
        save_model(replace(self._model, card=card), path)

    def settings(self) -> dict[str, float | None]:
        """Give the parameters that decide: what is saved with a model."""
        return {
            name: None if value is None else float(value)
            for name, value in self.get_params().items()
            if name != "max_chars"
        }

    def weights(self) -> dict[str, AnyArray]:
        """Give the weights of the role and the scope model, as the columns of a table.

        A raw score is the model's intercept (`model_.posting.intercept`) plus, for each term of
        the posting's duty lines, weight times TF-IDF; probabilities are calibrated from it.

        Returns
        -------
        dict of str to ndarray of shape (n_terms,)
            `term`: a word or a pair of words, in lower case, ascending. `idf`: its inverse document
            frequency. `role`: its weight, positive for TPM, negative for PM. `scope`: the same for
            one of the two roles against neither. Then, by dimension, the share of its role weight
            that belongs there; what is left of one belongs to "other".

        Examples
        --------
        >>> import tpmclassify
        >>> weights = tpmclassify.load().weights()
        >>> largest = weights["role"].argmax()
        >>> bool(weights["role"][largest] > 0), weights["term"][largest].islower()
        (True, True)
        """
        model = self._model
        used = np.flatnonzero(model.posting.idf)
        return {
            "term": np.array(model.vocabulary.terms)[used],
            "idf": model.posting.idf[used],
            "role": model.posting.coef[ROLE_OUTPUT, used],
            "scope": model.posting.coef[SCOPE_OUTPUT, used],
            **dict(zip(DIMENSIONS, model.dimension_shares[used].T, strict=True)),
        }

    def made_by(self) -> MadeBy:
        """Version, model and settings: what a decision or a screening is made by."""
        return MadeBy(__version__, model_digest(self._model), self.settings())

    def policy(self) -> Policy:
        """How scores become verdicts under this classifier's settings."""
        return self._policy(self._model)

    def _policy(self, model: Model) -> Policy:
        if not isinstance(self.max_chars, Real) or not self.max_chars >= 1:
            raise PostingError(
                "The 'max_chars' parameter of TPMClassifier must be an int in the range [1, inf). "
                f"Got {self.max_chars!r} instead."
            )
        settings = self.prevalence, self.in_scope_share, self.max_error
        return policy_of(model.calibration, *settings)

    @property
    def _model(self) -> Model:
        if not hasattr(self, "model_"):
            from tpmclassify.not_fitted import NotFittedError

            raise NotFittedError(
                "This TPMClassifier is not fitted yet. Call fit(texts, labels), or take the "
                "shipped one with tpmclassify.load()."
            )
        return self.model_

    def _set_model(self, model: Model) -> Self:
        self.model_ = model
        self.classes_ = np.array([PM, TPM])
        return self

    def _verdicts(self, texts: Iterable[str]) -> Verdicts:
        self.policy()  # scikit-learn wants to hear of this before what is wrong with the texts
        return self.verdicts(self._check(texts))

    def _check(self, texts: Iterable[str]) -> list[str]:
        return [
            check_text(text, self.max_chars, position)
            for position, text in enumerate(checked_column("texts", texts))
        ]

    def _score_rows(
        self, rows: Sequence[Row], *, with_dimensions: bool = False
    ) -> tuple[BatchScores, Sequence[str | None]]:
        texts, titles, employers = zip(*rows, strict=True)
        names = Texts.of([employer or "" for employer in employers])
        scores = self.score_texts(Texts.of(texts), names, with_dimensions=with_dimensions)
        return scores, titles

    def _explain(self, rows: Sequence[Row]) -> list[Decision]:
        scores, titles = self._score_rows(rows, with_dimensions=True)
        return explain(self._model, self.policy(), scores, titles, self.made_by())


def load(path: str | os.PathLike[str] | None = None) -> TPMClassifier:
    """Load a classifier, with the settings that it was saved with.

    Parameters
    ----------
    path : path-like, optional
        A model file; without it the shipped model.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, or no model file.

    Examples
    --------
    >>> import tpmclassify
    >>> tpmclassify.load().classes_.tolist()
    ['PM', 'TPM']
    """
    if not isinstance(path, str | os.PathLike | None):
        raise ModelFileError(
            f"A model must be a TPMClassifier or the path of a model file. Got "
            f"{type(path).__name__} instead. Without one the shipped model is taken."
        )
    model = _shipped_model() if path is None else load_model(path)
    classifier = TPMClassifier()._set_model(model)
    settings: Any = model.card.get("settings", {})
    if unknown := settings.keys() - classifier.settings().keys():
        raise ModelFileError(
            f"{path}: it was saved with settings that this version does not know "
            f"({', '.join(sorted(unknown))}). Legal are {', '.join(classifier.settings())}. "
            "Update tpmclassify."
        )
    return classifier.set_params(**settings)


@cache
def _shipped_model() -> Model:
    return load_model(_IN_PACKAGE if _IN_PACKAGE.exists() else _IN_SOURCE)


def _in_batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, batch_sizes.BATCH_ROWS)):
        yield batch
