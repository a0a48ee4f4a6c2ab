"""Save and load a model: plain arrays and JSON in one .npz file, never code."""

import os
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import numpy as np

from tpmclassify.array_file import (
    Arrays,
    array_text,
    bad_file,
    read_arrays,
    text_array,
    write_arrays,
)
from tpmclassify.linear_text import LinearText, Vocabulary
from tpmclassify.model import LINE_CLASSES, Model, Profiles
from tpmclassify.policy import CalibrationScores
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES

KIND = "tpmclassify model"
VERSION = 1
_LINEAR_FIELDS = ("idf", "coef", "intercept")
_CALIBRATION_FIELDS = (
    "role_score", "is_tpm", "scope_score", "in_scope", "role_line", "scope_line"
)  # fmt: skip


def save_model(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, complete or not at all; the same model gives the same bytes.

    Raises
    ------
    ModelFileError
        If the file cannot be written.
    """
    write_arrays(path, model_arrays(model), kind=KIND, version=VERSION, card=model.card)


def load_model(path: str | os.PathLike[str]) -> Model:
    """Read a model from a file and check it.

    Raises
    ------
    ModelFileError
        If the file is missing, damaged, of another format, or holds what no model holds.
    """
    arrays, card = read_arrays(path, kind=KIND, version=VERSION)
    try:
        model = _from_arrays(arrays, card)
        _check(model)
    except (ValueError, KeyError, TypeError) as error:
        what = f"an array is missing or malformed ({error})"
        raise bad_file(Path(path), KIND, what, "Train it again") from None
    return model


def model_arrays(model: Model) -> Arrays:
    """All arrays of a model by name."""
    arrays: Arrays = {
        "vocabulary": text_array("\n".join(model.vocabulary.terms)),
        "folding": model.folding,
        "profile_percentiles": model.profiles.percentiles,
        "profile_lines": model.profiles.lines,
    }
    for name, linear in (("line", model.line), ("posting", model.posting)):
        arrays |= linear_arrays(name, linear)
    arrays |= {name: getattr(model.calibration, name) for name in _CALIBRATION_FIELDS}
    return arrays


def linear_arrays(name: str, linear: LinearText) -> Arrays:
    """Arrays of a linear model, under names that begin with its own."""
    arrays = {f"{name}_{field}": getattr(linear, field) for field in _LINEAR_FIELDS}
    return {**arrays, f"{name}_sublinear_tf": np.array(linear.sublinear_tf)}


def linear_from_arrays(name: str, arrays: Arrays) -> LinearText:
    """Undo `linear_arrays`."""
    return LinearText(
        **{field: arrays[f"{name}_{field}"] for field in _LINEAR_FIELDS},
        sublinear_tf=bool(arrays[f"{name}_sublinear_tf"]),
    )


def vocabulary_from_arrays(arrays: Arrays) -> Vocabulary:
    """Read the vocabulary, one term a line."""
    return Vocabulary(tuple(array_text(arrays["vocabulary"]).split("\n")))


def _from_arrays(arrays: Arrays, card: Mapping[str, object]) -> Model:
    return Model(
        vocabulary=vocabulary_from_arrays(arrays),
        line=linear_from_arrays("line", arrays),
        posting=linear_from_arrays("posting", arrays),
        folding=arrays["folding"],
        calibration=CalibrationScores(**{name: arrays[name] for name in _CALIBRATION_FIELDS}),
        profiles=Profiles(arrays["profile_percentiles"], arrays["profile_lines"]),
        card=card,
    )


def _check(model: Model) -> None:
    n_terms = len(model.vocabulary)
    n_names = len(RESPONSIBILITIES) + len(DIMENSIONS)
    calibration = model.calibration
    expected = {
        "line_idf": (model.line.idf, (n_terms,)),
        "line_coef": (model.line.coef, (len(LINE_CLASSES), n_terms)),
        "line_intercept": (model.line.intercept, (len(LINE_CLASSES),)),
        "posting_idf": (model.posting.idf, (n_terms,)),
        "posting_coef": (model.posting.coef, (2, n_terms)),
        "posting_intercept": (model.posting.intercept, (2,)),
        "folding": (model.folding, (n_terms, len(DIMENSIONS))),
        "profile_percentiles": (model.profiles.percentiles, (2, n_names, 101)),
        "profile_lines": (model.profiles.lines, (2, len(RESPONSIBILITIES))),
        "role_score": (calibration.role_score, calibration.is_tpm.shape),
        "scope_score": (calibration.scope_score, calibration.in_scope.shape),
        "role_line": (calibration.role_line, (2,)),
        "scope_line": (calibration.scope_line, (2,)),
    }
    for name, (array, shape) in expected.items():
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, not {shape}")
        if array.dtype != np.float64 or not np.isfinite(array).all():
            raise ValueError(f"{name} holds values that are no finite 64-bit numbers")
    terms = model.vocabulary.terms
    if any(first >= second for first, second in pairwise(terms)):
        raise ValueError("the vocabulary is not in strictly ascending order")
