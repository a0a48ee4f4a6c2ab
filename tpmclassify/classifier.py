"""TPMClassifier: scikit-learn's conventions, without importing scikit-learn before `fit`."""

import os
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from tpmclassify.arrays import Floats
from tpmclassify.deciding.decision import Decision
from tpmclassify.deciding.explain import explain
from tpmclassify.deciding.policy import (
    IN_SCOPE_SHARE,
    MAX_ERROR,
    PREVALENCE,
    Policy,
    Verdicts,
    decide_verdicts,
)
from tpmclassify.errors import NotFittedError, PostingError
from tpmclassify.model_file.file import load_model, save_model
from tpmclassify.reading.batch import Texts, read_texts
from tpmclassify.reading.posting import read_posting
from tpmclassify.roles import PM, TPM
from tpmclassify.scoring.models import BatchScores, Model, score

_IN_PACKAGE = Path(__file__).with_name("shipped_model.npz")
_IN_SOURCE = Path(__file__).parent.parent / "models" / "shipped_model.npz"
_BATCH = 256
_PARAMETERS = ("prevalence", "in_scope_share", "max_error", "max_chars")
_T = TypeVar("_T")


class TPMClassifier:
    """Tells Technical Program Manager from Project Manager postings, and says why.

    Parameters
    ----------
    prevalence : float, default=0.2
        Share of TPM among the TPM and PM postings at hand, in (0, 1).
    in_scope_share : float, default=0.21
        Share of TPM and PM postings among all at hand, in (0, 1). The defaults are what job boards
        hold.
    max_error : float, default=0.02
        Share of wrong verdicts to be expected among the TPM and PM verdicts, and among the verdicts
        "neither", in (0, 1); what cannot be decided within it goes to review.
    max_chars : int, default=1_000_000
        Longer texts are refused.

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
        ``["PM", "TPM"]``, the order of the columns of `predict_proba`.
    model_ : Model
        The fitted arrays.
    """

    classes_: NDArray[np.str_]
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
        labels: Iterable[str],
        groups: Iterable[object] | None = None,
    ) -> Self:
        """Train the role model, and the scope model where "neither" occurs, on labelled postings.

        The line model stays the shipped one.

        Parameters
        ----------
        texts : iterable of str of shape (n_postings,)
        labels : iterable of str of shape (n_postings,)
            "TPM", "PM" or "neither", by content.
        groups : iterable of shape (n_postings,), optional
            Employers. Postings of one group are never on both sides of a fold, and an n-gram
            counts by groups. Without them each posting is a group.

        Raises
        ------
        TrainingError
            If labels are unknown, missing, or too few to learn from and be tested on.
        PostingError
            If a text is no string or too long.
        """
        from tpmclassify.training.own_postings import fit_own

        postings = [read_posting(text) for text in self._check(texts)]
        self._policy(_shipped_model())
        self._set_model(
            fit_own(
                postings,
                list(labels),
                None if groups is None else list(groups),
                line_model=_shipped_model(),
            )
        )
        return self

    def predict(self, texts: Iterable[str]) -> NDArray[np.str_]:
        """Name the likelier role of each text.

        Returns
        -------
        ndarray of str of shape (n_postings,)
            "TPM" or "PM".
        """
        return np.where(self.decision_function(texts) > 0, TPM, PM)

    def predict_proba(self, texts: Iterable[str]) -> Floats:
        """Give the probability of each role.

        Returns
        -------
        ndarray of shape (n_postings, 2)
            Columns as in `classes_`: PM, TPM.
        """
        p_tpm = self.verdicts(self._check(texts)).p_tpm
        return np.column_stack([1.0 - p_tpm, p_tpm])

    def decision_function(self, texts: Iterable[str]) -> Floats:
        """Give the calibrated log-odds of TPM.

        Returns
        -------
        ndarray of shape (n_postings,)
        """
        return self.verdicts(self._check(texts)).score

    def score(self, texts: Iterable[str], labels: Iterable[str]) -> float:
        """Give the share of texts whose likelier role is their label."""
        return float(np.mean(self.predict(texts) == np.asarray(list(labels), dtype=str)))

    def classify(
        self, text: str, title: str | None = None, *, employer: str | None = None
    ) -> Decision:
        """Classify and explain one posting.

        Parameters
        ----------
        text : str
            The posting: plain text or HTML.
        title : str, optional
            Its title: read for whether this is one of the two roles at all, never for which; and
            compared with the content.
        employer : str, optional
            The employer's name, to be masked.

        Raises
        ------
        PostingError
            If the text is no string, or longer than `max_chars`.
        """
        texts = Texts.of([check_text(text, self.max_chars)])
        return self._explain(texts, Texts.of([employer or ""]), [title])[0]

    def classify_many(
        self, texts: Iterable[str], titles: Iterable[str | None] | None = None
    ) -> list[Decision]:
        """Classify and explain many postings.

        Parameters
        ----------
        texts : iterable of str of shape (n_postings,)
        titles : iterable of str or None of shape (n_postings,), optional
        """
        checked = self._check(texts)
        claims = [None] * len(checked) if titles is None else list(_no_string("titles", titles))
        if len(claims) != len(checked):
            raise PostingError(
                f"titles has {len(claims)} entries, texts has {len(checked)}; both must be "
                "equally long. Put None where a posting has no title."
            )
        return [
            decision
            for batch, titles_of_batch in zip(_batches(checked), _batches(claims), strict=True)
            for decision in self._explain(Texts.of(batch), None, titles_of_batch)
        ]

    def verdicts(
        self,
        texts: Sequence[str],
        employers: Sequence[str | None] | None = None,
        titles: Sequence[str | None] | None = None,
    ) -> Verdicts:
        """Classify many postings, without the grounds of a decision."""
        policy = self.policy()
        nothing: list[str | None] = [None] * len(texts)
        names = ["" if name is None else name for name in employers or nothing]
        title = self._model.title.scores(titles or nothing)
        scored = (
            self.score_texts(Texts.of(batch), Texts.of(names_of_batch))
            for batch, names_of_batch in zip(_batches(texts), _batches(names), strict=True)
        )
        return Verdicts.of(
            decide_verdicts(
                policy,
                scores.role,
                scores.scope,
                title[number * _BATCH :][: len(scores.role)],
                has_lines=scores.reading.has_lines,
                tallies=scores.reading.tallies,
            )
            for number, scores in enumerate(scored)
        )

    def score_texts(self, texts: Texts, employers: Texts | None = None) -> BatchScores:
        """Read and score a batch of texts: raw scores and their parts by line."""
        return score(self._model, read_texts(texts, employers, self._model.vocabulary))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the fitted model to an .npz file: arrays and JSON, no code."""
        save_model(self._model, path)

    def policy(self) -> Policy:
        """How scores become verdicts under this classifier's settings."""
        return self._policy(self._model)

    def _policy(self, model: Model) -> Policy:
        return Policy.checked(
            model.calibration, self.prevalence, self.in_scope_share, self.max_error
        )

    # What scikit-learn asks of an estimator, without importing it.

    def get_params(self, deep: bool = True) -> dict[str, Any]:  # noqa: ARG002
        """Give the parameters by name."""
        return {name: getattr(self, name) for name in _PARAMETERS}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name."""
        for name, value in params.items():
            if name not in self.get_params():
                raise ValueError(
                    f"Invalid parameter {name!r} for TPMClassifier. Valid parameters are: "
                    f"{sorted(self.get_params())}."
                )
            setattr(self, name, value)
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "model_")

    def __sklearn_tags__(self) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(multi_class=False),
            input_tags=InputTags(string=True, two_d_array=False),
        )

    def __repr__(self) -> str:
        settings = ", ".join(f"{name}={value!r}" for name, value in self.get_params().items())
        return f"TPMClassifier({settings})"

    @property
    def _model(self) -> Model:
        if not hasattr(self, "model_"):
            raise NotFittedError(
                "This TPMClassifier is not fitted yet. Call fit(texts, labels), or take the "
                "shipped one with tpmclassify.load()."
            )
        return self.model_

    def _set_model(self, model: Model) -> Self:
        self.model_ = model
        self.classes_ = np.array([PM, TPM])
        return self

    def _check(self, texts: Iterable[str]) -> list[str]:
        return [
            check_text(text, self.max_chars, position)
            for position, text in enumerate(_no_string("texts", texts))
        ]

    def _explain(
        self, texts: Texts, employers: Texts | None, titles: Sequence[str | None]
    ) -> list[Decision]:
        model = self._model
        reading = read_texts(texts, employers, model.vocabulary)
        return explain(model, self.policy(), score(model, reading, with_dimensions=True), titles)


def load(path: str | os.PathLike[str] | None = None) -> TPMClassifier:
    """Load a classifier.

    Parameters
    ----------
    path : path-like, optional
        A model file; without it the shipped model.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, or no model file.
    """
    model = _shipped_model() if path is None else load_model(path)
    return TPMClassifier()._set_model(model)


@cache
def _shipped_model() -> Model:
    return load_model(_IN_PACKAGE if _IN_PACKAGE.exists() else _IN_SOURCE)


def check_text(text: object, max_chars: int, position: int | None = None) -> str:
    """Refuse what is no text, or too long a one.

    Raises
    ------
    PostingError
    """
    where = "The posting" if position is None else f"Posting {position} (counted from 0)"
    if not isinstance(text, str):
        raise PostingError(
            f"{where} must be a str. Got {type(text).__name__} instead. "
            "An empty text is legal: pass '' for a missing one."
        )
    if len(text) > max_chars:
        raise PostingError(
            f"{where} has {len(text):,} characters; the most that is read is {max_chars:,}. "
            "Cut it to the posting itself, or raise max_chars."
        )
    return text


def _no_string(name: str, values: Iterable[Any]) -> Iterable[Any]:
    if isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        raise PostingError(
            f"{name} must be a list or another iterable of str. Got {type(values).__name__} "
            "instead. For one posting call classify(text)."
        )
    return values


def _batches(values: Sequence[_T]) -> Iterable[Sequence[_T]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
