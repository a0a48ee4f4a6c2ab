"""What callers give: texts, titles, employers, labels; checked, and named where they are wrong."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import zip_longest
from numbers import Number
from typing import Any, TypeVar

import numpy as np

from tpmclassify.arrays import AnyArray
from tpmclassify.errors import PostingError, TrainingError
from tpmclassify.roles import LABELS, PM, TPM

_T = TypeVar("_T")
_END = object()
Row = tuple[str, str | None, str | None]  # text, title, employer


def check_text(text: object, max_chars: int, position: int | None = None) -> str:
    """Refuse what is no text, or too long a one."""
    where = "The posting" if position is None else f"Posting {position} (counted from 0)"
    if not isinstance(text, str):
        raise PostingError(
            f"{where} must be a str. Got {type(text).__name__} instead. An empty text is legal: "
            "pass '' for a missing one. For many call classify_many, for a data frame screen."
        )
    text = _plain(text)
    if len(text) > max_chars:
        raise PostingError(
            f"{where} has {len(text):,} characters; the most that is read is {max_chars:,}. "
            "Cut it to the posting itself, or raise max_chars."
        )
    return text


def _plain(text: str) -> str:
    """The letters of a string, whatever a subclass makes of them; half a character is ``?``."""
    text = str.__str__(text)
    return text if text.isascii() else text.encode(errors="replace").decode()


def is_missing(value: object) -> bool:
    """Whether a value stands for none, in the way of Python, numpy or pandas."""
    return (
        value is None
        or type(value).__name__ in ("NAType", "NaTType", "MaskedConstant")
        or (isinstance(value, Number | np.generic) and bool(value != value))
    )


def checked_name(value: object, what: str, position: int | None = None) -> str | None:
    """A title or an employer; a missing one is None, whatever stands for it."""
    if isinstance(value, str):
        return _plain(value)
    if is_missing(value):
        return None
    where = "" if position is None else f" of posting {position} (counted from 0)"
    raise PostingError(
        f"The {what}{where} must be a str. Got {type(value).__name__} instead. Legal are strings, "
        "and None or NaN for a missing one."
    )


def checked_column(name: str, values: Iterable[_T]) -> Iterable[_T]:
    """Refuse what can be gone through, but is no column of values."""
    is_table = len(getattr(values, "shape", (0,))) != 1
    if (
        is_table
        or isinstance(values, str | bytes | Mapping)
        or not isinstance(values, Iterable)
        or hasattr(values, "read")
    ):
        cure = (
            "Give one column of it: df['description']" if is_table else "For one text call classify"
        )
        raise PostingError(
            f"{name} must be a list or another iterable of str. Got {type(values).__name__} "
            f"instead. {cure}; for a whole table call screen, for a file screen_file."
        )
    # Arrow's own values are no strings before they are taken out of it.
    return values.to_pylist() if hasattr(values, "to_pylist") else values


def decoded_labels(labels: Iterable[Any] | None) -> tuple[list[Any], AnyArray]:
    """Labels by name, and the classes that they make; positions are named."""
    if labels is None:
        raise TrainingError(
            "TPMClassifier requires y to be passed, but the target y is None. Give each text one "
            f"of the labels {', '.join(map(repr, LABELS))}."
        )
    given, names = list(checked_column("labels", labels)), sorted(LABELS)
    is_encoded = all(
        isinstance(label, int | np.integer) and not isinstance(label, bool) and label in (0, 1, 2)
        for label in given
    )
    if given and is_encoded:
        return [names[label] for label in given], np.array([0, 1])
    return given, np.array([PM, TPM])


def checked_rows(
    texts: Iterable[str],
    titles: Iterable[str | None] | None,
    employers: Iterable[str | None] | None,
    *,
    max_chars: int,
) -> Iterator[Row]:
    """Go through texts, titles and employers side by side."""
    columns = [values for values in (texts, titles, employers) if values is not None]
    for position, (text, *names) in enumerate(zip_longest(*columns, fillvalue=_END)):
        if any(value is _END for value in (text, *names)):
            raise PostingError(
                f"texts, titles and employers differ in length (one ends after {position} "
                "entries); all must be equally long. Put None where a posting has no title or "
                "employer."
            )
        title = None if titles is None else names[0]
        employer = None if employers is None else names[-1]
        yield (
            check_text(text, max_chars, position),
            checked_name(title, "title", position),
            checked_name(employer, "employer", position),
        )
