"""Save and load a model: plain arrays and JSON in one .npz file, never code.

A file may come from anybody: whatever is loaded was checked array by array, name by name.
``FORMAT.md`` says what is in a file and how its format grows.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from tpmclassify.deciding.policy import CalibrationScores
from tpmclassify.errors import ModelFileError
from tpmclassify.model_file.arrays import (
    Arrays,
    array_text,
    bad_file,
    read_arrays,
    text_array,
    write_arrays,
)
from tpmclassify.model_file.checks import (
    CALIBRATION_FIELDS,
    LINEAR_FIELDS,
    check_arrays,
    check_model,
    check_privacy,
)
from tpmclassify.scoring.models import Model, Profiles
from tpmclassify.scoring.tfidf import LinearText, Vocabulary

KIND = "tpmclassify model"
VERSION = 2


def save_model(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, complete or not at all; the same model gives the same bytes.

    Raises
    ------
    ModelFileError
        If the file cannot be written, or the model is one that could not be loaded again or whose
        vocabulary may hold a phone number.
    """
    try:
        check_model(model)
        check_privacy(model.vocabulary.terms)
    except ValueError as error:
        raise ModelFileError(
            f"{Path(path)}: the model was not saved: {error}. Legal is a fitted model; train it "
            "again, on postings whose personal data were taken out."
        ) from None
    write_arrays(path, model_arrays(model), kind=KIND, version=VERSION, card=model.card)


def load_model(path: str | os.PathLike[str]) -> Model:
    """Read a model from a file and check it.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, of another format, or holds what no model holds.
    """
    arrays, card, version = read_arrays(path, kind=KIND, versions=(1, VERSION))
    if version == 1:
        _update_from_version_1(arrays)
    try:
        check_arrays(arrays)
        model = _from_arrays(arrays, card)
        check_model(model)
    except ValueError as error:
        raise bad_file(Path(path), KIND, str(error), "Train it again") from None
    return model


def model_arrays(model: Model) -> Arrays:
    """All arrays of a model by name."""
    arrays: Arrays = {
        "vocabulary": text_array("\n".join(model.vocabulary.terms)),
        "dimension_shares": model.folding,
        "profile_percentiles": model.profiles.percentiles,
        "profile_lines": model.profiles.lines,
    }
    for name, linear in (("line", model.line), ("posting", model.posting)):
        arrays |= linear_arrays(name, linear)
    arrays |= {name: getattr(model.calibration, name) for name in CALIBRATION_FIELDS}
    return arrays


def linear_arrays(name: str, linear: LinearText) -> Arrays:
    """Arrays of a linear model, under names that begin with its own."""
    arrays = {f"{name}_{field}": getattr(linear, field) for field in LINEAR_FIELDS}
    return {**arrays, f"{name}_sublinear_tf": np.array([linear.sublinear_tf])}


def linear_from_arrays(name: str, arrays: Arrays) -> LinearText:
    """Undo `linear_arrays`."""
    return LinearText(
        **{field: arrays[f"{name}_{field}"] for field in LINEAR_FIELDS},
        sublinear_tf=bool(arrays[f"{name}_sublinear_tf"][0]),
    )


def vocabulary_from_arrays(arrays: Arrays) -> Vocabulary:
    """Read the vocabulary, one term a line."""
    return Vocabulary(tuple(array_text(arrays["vocabulary"]).split("\n")))


def _update_from_version_1(arrays: Arrays) -> None:
    """Turn the arrays of a file of version 1 into those of version 2; none need be there."""
    for name in ("scope_score", "in_scope"):
        arrays.pop(name, None)
    if "folding" in arrays:
        arrays["dimension_shares"] = arrays.pop("folding")


def _from_arrays(arrays: Arrays, card: Mapping[str, object]) -> Model:
    return Model(
        vocabulary=vocabulary_from_arrays(arrays),
        line=linear_from_arrays("line", arrays),
        posting=linear_from_arrays("posting", arrays),
        folding=arrays["dimension_shares"],
        calibration=CalibrationScores(**{name: arrays[name] for name in CALIBRATION_FIELDS}),
        profiles=Profiles(arrays["profile_percentiles"], arrays["profile_lines"]),
        card=card,
    )
