"""Save and load a model: plain arrays and JSON in one .npz file, never code.

A file may come from anybody: whatever is loaded was checked array by array, name by name.
``FORMAT.md`` says what is in a file and how its format grows.
"""

import os
from dataclasses import fields
from functools import lru_cache
from pathlib import Path

import numpy as np

from tpmclassify.arrays import read_only
from tpmclassify.errors import ModelFileError
from tpmclassify.model_file.arrays import (
    Arrays,
    array_text,
    arrays_digest,
    bad_file,
    read_arrays,
    text_array,
    write_arrays,
)
from tpmclassify.model_file.checks import check_arrays, check_card, check_privacy
from tpmclassify.reading.vocabulary import Vocabulary
from tpmclassify.scoring.models import CalibrationScores, Model, Profiles
from tpmclassify.scoring.tfidf import LinearText
from tpmclassify.scoring.title_words import TitleWords

KIND = "tpmclassify model"
VERSION = 2
_LINEAR_FIELDS = ("idf", "coef", "intercept")
_CALIBRATION_FIELDS = tuple(field.name for field in fields(CalibrationScores))


def save_model(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, complete or not at all; the same model gives the same bytes."""
    arrays = model_arrays(model)
    try:
        check_arrays(arrays)
        check_card(model.card)
        check_privacy(model.vocabulary.terms)
    except ValueError as error:
        raise ModelFileError(
            f"{Path(path)}: the model was not saved: {error}. Legal is a fitted model; train it "
            "again, on postings whose personal data were taken out."
        ) from None
    write_arrays(path, arrays, kind=KIND, version=VERSION, card=model.card)


def load_model(path: str | os.PathLike[str]) -> Model:
    """Read a model from a file and check it."""
    arrays, card, version = read_arrays(path, kind=KIND, versions=(1, VERSION))
    if version == 1:
        _update_from_version_1(arrays)
    try:
        check_arrays(arrays)
        check_card(card)
    except ValueError as error:
        raise bad_file(Path(path), KIND, str(error), "Train it again") from None
    # Classifiers share a loaded model: nobody may change it under another's hands.
    arrays = {name: read_only(array) for name, array in arrays.items()}
    return Model(
        vocabulary=vocabulary_from_arrays(arrays),
        line=linear_from_arrays("line", arrays),
        posting=linear_from_arrays("posting", arrays),
        dimension_shares=arrays["dimension_shares"],
        title=TitleWords(vocabulary_from_arrays(arrays, "title_vocabulary"), arrays["title_coef"]),
        calibration=CalibrationScores(**{name: arrays[name] for name in _CALIBRATION_FIELDS}),
        profiles=Profiles(arrays["profile_percentiles"], arrays["profile_lines"]),
        card=card,
        fingerprints=arrays.get("fingerprints", np.zeros(0, np.int64)),
    )


def model_arrays(model: Model) -> Arrays:
    """All arrays of a model by name."""
    return {
        "vocabulary": text_array("\n".join(model.vocabulary.terms)),
        **linear_arrays("line", model.line),
        **linear_arrays("posting", model.posting),
        "dimension_shares": model.dimension_shares,
        "title_vocabulary": text_array("\n".join(model.title.vocabulary.terms)),
        "title_coef": model.title.coef,
        **{name: getattr(model.calibration, name) for name in _CALIBRATION_FIELDS},
        "profile_percentiles": model.profiles.percentiles,
        "profile_lines": model.profiles.lines,
        **({"fingerprints": model.fingerprints} if model.fingerprints.size else {}),
    }


@lru_cache(maxsize=16)
def model_digest(model: Model) -> str:
    """The SHA-256 that the file of a model states: what tells one model from another."""
    return arrays_digest(model_arrays(model))


def linear_arrays(name: str, linear: LinearText) -> Arrays:
    """Arrays of a linear model, under names that begin with its own."""
    arrays = {f"{name}_{field}": getattr(linear, field) for field in _LINEAR_FIELDS}
    return {**arrays, f"{name}_sublinear_tf": np.array([linear.sublinear_tf])}


def linear_from_arrays(name: str, arrays: Arrays) -> LinearText:
    """Undo `linear_arrays`."""
    return LinearText(
        **{field: arrays[f"{name}_{field}"] for field in _LINEAR_FIELDS},
        sublinear_tf=bool(arrays[f"{name}_sublinear_tf"][0]),
    )


def vocabulary_from_arrays(arrays: Arrays, name: str = "vocabulary") -> Vocabulary:
    """Read a vocabulary, one term a line."""
    text = array_text(arrays[name])
    return Vocabulary(tuple(text.split("\n")) if text else ())


def _update_from_version_1(arrays: Arrays) -> None:
    """Turn the arrays of a file of version 1 into those of version 2; none need be there.

    Its held-out scores hold nothing of jobs that are neither of the two: they promise nothing.
    """
    for name in ("scope_score", "in_scope", "role_score", "is_tpm"):
        arrays.pop(name, None)
    if "folding" in arrays:
        arrays["dimension_shares"] = arrays.pop("folding")
    nothing = CalibrationScores.none()
    arrays |= {name: getattr(nothing, name) for name in _CALIBRATION_FIELDS if name not in arrays}
    arrays |= {"title_vocabulary": text_array(""), "title_coef": np.zeros(0)}
