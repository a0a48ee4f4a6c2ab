"""What a model must be, whoever made its file: names, types, shapes, sizes, sound values.

Every check raises a `ValueError` that says which array is wrong, and how.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from tpmclassify.model_file.arrays import Arrays
from tpmclassify.roles import DIMENSIONS, RESPONSIBILITIES
from tpmclassify.scoring.models import LINE_CLASSES, Model
from tpmclassify.scoring.tfidf import tokens

LINEAR_FIELDS = ("idf", "coef", "intercept")
CALIBRATION_FIELDS = ("role_score", "is_tpm", "role_line", "scope_line")
_LINEAR = [f"{name}_{field}" for name in ("line", "posting") for field in LINEAR_FIELDS]
_FLAGS = ("line_sublinear_tf", "posting_sublinear_tf")
_TYPES = {
    "vocabulary": "uint8",
    **dict.fromkeys(
        ("dimension_shares", "profile_percentiles", "profile_lines", *_LINEAR, *CALIBRATION_FIELDS),
        "float64",
    ),
    **dict.fromkeys(("is_tpm", *_FLAGS), "bool"),
}
_MOST_TERMS, _LONGEST_TERM = 1_000_000, 128
# A number of any length may be a phone number; those that words hold ("web2") are not.
_MOST_DIGITS = 4
# Weights of real models are below a hundred; those near the largest number add up to none.
_LARGEST_WEIGHT = 1e6


def check_privacy(terms: Sequence[str]) -> None:
    """Refuse terms that may tell of a person; e-mail addresses are no words to begin with.

    Raises
    ------
    ValueError
    """
    telling = [t for t in terms if sum(map(str.isdigit, t)) > _MOST_DIGITS or "@" in t]
    if telling:
        raise ValueError(
            f"{len(telling)} terms of the vocabulary look like a phone number or an address "
            f"(the first is number {terms.index(telling[0])})"
        )


def check_arrays(arrays: Arrays) -> None:
    """Refuse arrays of other names, types or numbers of dimensions than a model's.

    Raises
    ------
    ValueError
    """
    for what, names in (
        ("lacks", _TYPES.keys() - arrays.keys()),
        ("holds unknown arrays:", arrays.keys() - _TYPES.keys()),
    ):
        if names:
            raise ValueError(f"it {what} {', '.join(sorted(names))}")
    for name, array in arrays.items():
        if array.dtype != _TYPES[name]:
            raise ValueError(f"{name} holds {array.dtype}, not {_TYPES[name]}")
        if name in _FLAGS and array.shape != (1,):
            raise ValueError(f"{name} has shape {array.shape}, not (1,)")
        if name in ("vocabulary", "is_tpm") and array.ndim != 1:
            raise ValueError(f"{name} has shape {array.shape}, not one dimension")


def _check_card(card: Mapping[str, object]) -> None:
    """Refuse a card that `pages.model_text` could not put into words."""
    counts = card.get("n_labelled", {})
    if not isinstance(counts, dict) or not all(isinstance(n, int) for n in counts.values()):
        raise ValueError("its card's n_labelled are no counts by label")
    level = [card.get("held_out", {})]
    if not isinstance(level[0], dict):
        raise ValueError("its card's held_out are no figures by name")
    while level:
        figures = [part for one in level if isinstance(one, dict) for part in one.values()]
        figures += [part for one in level if isinstance(one, list) for part in one]
        if any(not isinstance(figure, dict | list | int | float) for figure in figures):
            raise ValueError("its card's held_out holds what is no figure")
        level = [figure for figure in figures if isinstance(figure, dict | list)]


def check_model(model: Model) -> None:
    """Refuse a model whose parts do not fit together, or hold what no model holds.

    Raises
    ------
    ValueError
    """
    _check_vocabulary(model.vocabulary.terms)
    _check_card(model.card)
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
        "dimension_shares": (model.folding, (n_terms, len(DIMENSIONS))),
        "profile_percentiles": (model.profiles.percentiles, (2, n_names, 101)),
        "profile_lines": (model.profiles.lines, (2, len(RESPONSIBILITIES))),
        "role_score": (calibration.role_score, calibration.is_tpm.shape),
        "role_line": (calibration.role_line, (2,)),
        "scope_line": (calibration.scope_line, (2,)),
    }
    for name, (array, shape) in expected.items():
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, not {shape}")
        if array.dtype != np.float64 or not (np.abs(array) <= _LARGEST_WEIGHT).all():
            raise ValueError(
                f"{name} holds values that are no numbers (NaN), or beyond {_LARGEST_WEIGHT:,.0f}"
            )


def _check_vocabulary(terms: Sequence[str]) -> None:
    if len(terms) > _MOST_TERMS:
        raise ValueError(f"the vocabulary has {len(terms):,} terms; the most is {_MOST_TERMS:,}")
    if any(first >= second for first, second in pairwise(terms)):
        raise ValueError("the vocabulary is not in strictly ascending order")
    for position, term in enumerate(terms):
        words = term.split(" ")
        if len(words) > 2 or len(term) > _LONGEST_TERM or tokens(term) != words:
            raise ValueError(
                f"term {position} of the vocabulary is neither one nor two words in lower case of "
                f"at most {_LONGEST_TERM} characters"
            )
