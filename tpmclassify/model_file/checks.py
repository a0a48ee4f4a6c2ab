"""What the file of a model must hold, whoever made it: names, types, shapes, sizes, sound values.

Every check raises a `ValueError` that says which array is wrong, and how.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import islice, zip_longest
from operator import lt

import numpy as np

from tpmclassify.model_file.arrays import Arrays, array_text
from tpmclassify.reading.vocabulary import tokens
from tpmclassify.roles import DIMENSIONS, LABELS, RESPONSIBILITIES
from tpmclassify.scoring.tfidf import LINE_CLASSES

# Type and shape of each array. Lengths with a name differ from file to file; within one file, a
# name stands for one length.
_FORMS: dict[str, tuple[str, tuple[int | str, ...]]] = {
    "vocabulary": ("uint8", ("n_bytes",)),
    "dimension_shares": ("float64", ("n_terms", len(DIMENSIONS))),
    "title_vocabulary": ("uint8", ("n_title_bytes",)),
    "title_coef": ("float64", ("n_title_terms",)),
    "role_score": ("float64", ("n_held_out",)),
    "scope_score": ("float64", ("n_held_out",)),
    "title_score": ("float64", ("n_held_out",)),
    "titled": ("bool", ("n_held_out",)),
    "label": ("uint8", ("n_held_out",)),
    "weight": ("float64", ("n_held_out",)),
    "role_line": ("float64", (2,)),
    "scope_line": ("float64", (2,)),
    "title_line": ("float64", (3,)),
    "profile_percentiles": ("float64", (2, len(RESPONSIBILITIES) + len(DIMENSIONS), 101)),
    "profile_lines": ("float64", (2, len(RESPONSIBILITIES))),
    "fingerprints": ("int64", ("n_fingerprints",)),
}
# Where a model keeps none, as the shipped one.
_OPTIONAL = {"fingerprints"}
for _name, _n_outputs in (("line", len(LINE_CLASSES)), ("posting", 2)):
    _FORMS |= {
        f"{_name}_idf": ("float64", ("n_terms",)),
        f"{_name}_coef": ("float64", (_n_outputs, "n_terms")),
        f"{_name}_intercept": ("float64", (_n_outputs,)),
        f"{_name}_sublinear_tf": ("bool", (1,)),
    }
_MOST_TERMS, _LONGEST_TERM = 1_000_000, 128
_TERMS = re.compile(r"(?:\w\w++(?: \w\w++)?(?:\n|\Z))*+")
# A number of any length may be a phone number; those that words hold ("web2") are not.
_MOST_DIGITS = 4
# Weights of real models are below a hundred; those near the largest number add up to none.
_LARGEST_WEIGHT = 1e6
_DEEPEST_CARD, _LONGEST_STRING = 16, 10_000


def check_arrays(arrays: Arrays) -> None:
    """Refuse arrays of other names, types, shapes or values than a model's."""
    for what, names in (
        ("lacks", _FORMS.keys() - arrays.keys() - _OPTIONAL),
        ("holds unknown arrays:", arrays.keys() - _FORMS.keys()),
    ):
        if names:
            raise ValueError(f"it {what} {', '.join(sorted(names))}")
    terms, title_terms = (
        array_text(arrays[name]).split("\n") for name in ("vocabulary", "title_vocabulary")
    )
    _check_vocabulary("vocabulary", terms)
    if title_terms == [""]:
        title_terms = []
    _check_vocabulary("title_vocabulary", title_terms)
    # Other lengths are those of the first array that has them.
    lengths: dict[int | str, int] = {"n_terms": len(terms), "n_title_terms": len(title_terms)}
    for name in sorted(arrays):
        dtype, form = _FORMS[name]
        array = arrays[name]
        found = zip_longest(form, array.shape[: len(form)], fillvalue=0)
        shape = tuple(
            lengths.setdefault(length, n) if isinstance(length, str) else length
            for length, n in found
        )
        if array.dtype != dtype:
            raise ValueError(f"{name} holds {array.dtype}, not {dtype}")
        if array.shape != shape:
            raise ValueError(f"{name} has shape {array.shape}, not {shape}")
        if dtype == "float64" and not (np.abs(array) <= _LARGEST_WEIGHT).all():
            raise ValueError(
                f"{name} holds values that are no numbers (NaN), or beyond {_LARGEST_WEIGHT:,.0f}"
            )

    if (arrays["label"] >= len(LABELS)).any() or (arrays["weight"] < 0).any():
        raise ValueError("label or weight holds values that are none")


def check_card(card: Mapping[str, object]) -> None:
    """Refuse a card that would flood or command a terminal, or cannot be put into words."""
    _check_texts(card)
    counts = card.get("n_labelled", {})
    if not isinstance(counts, dict) or not all(isinstance(n, int) for n in counts.values()):
        raise ValueError("its card's n_labelled are no counts by label")
    settings = card.get("settings", {})
    if not isinstance(settings, dict) or not all(
        value is None or (isinstance(value, float) and 0.0 < value < 1.0)
        for value in settings.values()
    ):
        raise ValueError("its card's settings are no numbers between 0 and 1 by name")
    figures = card.get("held_out", {})
    if not isinstance(figures, dict) or not _holds_figures(figures):
        raise ValueError("its card's held_out are no figures by name")


def _check_texts(value: object, depth: int = 1) -> None:
    if depth > _DEEPEST_CARD:
        raise ValueError(f"its card is nested deeper than {_DEEPEST_CARD} levels")
    if isinstance(value, str) and (len(value) > _LONGEST_STRING or not value.isprintable()):
        raise ValueError("its card holds text that cannot be shown")
    if isinstance(value, dict | list):
        for part in (*value, *value.values()) if isinstance(value, dict) else value:
            _check_texts(part, depth + 1)


def _holds_figures(value: object) -> bool:
    if isinstance(value, dict | list):
        return all(map(_holds_figures, value.values() if isinstance(value, dict) else value))
    return isinstance(value, int | float)


def check_privacy(terms: Sequence[str]) -> None:
    """Refuse terms that may tell of a person; e-mail addresses are no words to begin with."""
    telling = [t for t in terms if sum(map(str.isdigit, t)) > _MOST_DIGITS or "@" in t]
    if telling:
        raise ValueError(
            f"{len(telling)} terms of the vocabulary look like a phone number or an address "
            f"(the first is number {terms.index(telling[0])})"
        )


def _check_vocabulary(name: str, terms: Sequence[str]) -> None:
    if len(terms) > _MOST_TERMS:
        raise ValueError(f"{name} has {len(terms):,} terms; the most is {_MOST_TERMS:,}")
    if not all(map(lt, terms, islice(terms, 1, None))):
        raise ValueError(f"{name} is not in strictly ascending order")
    # All at once, which takes a tenth of the time; then one by one, to say which is wrong.
    together = "\n".join(terms)
    is_good = _TERMS.fullmatch(together) and together.lower() == together
    if is_good and together and max(map(len, terms)) <= _LONGEST_TERM:
        return
    for position, term in enumerate(terms):
        words = term.split(" ")
        if len(words) > 2 or len(term) > _LONGEST_TERM or tokens(term) != words:
            raise ValueError(
                f"term {position} of {name} is neither one nor two words in lower case of "
                f"at most {_LONGEST_TERM} characters"
            )
