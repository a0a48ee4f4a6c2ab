"""The public functions: the classifier, batches, DataFrames and files in one call each."""

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from tpmclassify.classifier import TPMClassifier, load
from tpmclassify.explanation import Decision

if TYPE_CHECKING:
    import pandas as pd

    from tpmclassify.tables import ScreeningSummary

Model = TPMClassifier | str | os.PathLike[str] | None


def classify(
    text: str,
    title: str | None = None,
    *,
    employer: str | None = None,
    model: Model = None,
) -> Decision:
    """Say whether a posting is for a Technical Program Manager or a Project Manager, and why.

    Parameters
    ----------
    text : str
        The posting: plain text or HTML. An empty text is legal and goes to review.
    title : str, optional
        Its title: compared with the content, never read by a model.
    employer : str, optional
        The employer's name, to be masked.
    model : TPMClassifier or path-like, optional
        Without it the shipped model.

    Raises
    ------
    PostingError
        If the text is no string or longer than the classifier's `max_chars`.
    ModelFileError
        If `model` names no model file.
    """
    return _classifier(model).classify(text, title, employer=employer)


def classify_many(
    texts: Iterable[str],
    titles: Iterable[str | None] | None = None,
    *,
    model: Model = None,
) -> list[Decision]:
    """Classify and explain many postings.

    Parameters
    ----------
    texts : iterable of str of shape (n_postings,)
    titles : iterable of str or None of shape (n_postings,), optional
    model : TPMClassifier or path-like, optional

    Raises
    ------
    PostingError
        If `texts` is a bare string, a text is no string, or the lengths differ.
    """
    return _classifier(model).classify_many(texts, titles)


def screen(
    df: "pd.DataFrame",
    text: str = "description",
    title: str | None = None,
    *,
    model: Model = None,
) -> "pd.DataFrame":
    """Screen a DataFrame of postings.

    Parameters
    ----------
    df : DataFrame of shape (n_rows, n_columns)
    text : str
        The column with the postings; missing values go to review.
    title : str, optional
        The column with their titles.
    model : TPMClassifier or path-like, optional

    Returns
    -------
    DataFrame of shape (n_rows, n_columns + 8)
        The same rows, columns and index, then the ``tpm_`` columns.

    Raises
    ------
    TableError
        If a column is missing, holds anything but strings, or begins with ``tpm_`` already.
    """
    from tpmclassify.tables.frames import screen_frame

    return screen_frame(df, text, title, classifier=_classifier(model))


def screen_file(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str] | None = None,
    text: str | None = None,
    title: str | None = None,
    *,
    employer: str | None = None,
    rejects: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    encoding: str | None = None,
    header: bool = True,
    raw: bool = False,
    progress: Callable[[int], None] | None = None,
    model: Model = None,
) -> "ScreeningSummary":
    """Screen a file of postings, row by row, into another file.

    Parameters
    ----------
    source : path-like
        A .csv or .tsv file.
    target : path-like, optional
        The file to write; without it ``STEM.screened.SUFFIX`` beside `source`, which is replaced.
    text, title, employer : str, optional
        Column names; without them found by their usual names.
    rejects : path-like, optional
        Where rows that cannot be read go, as JSON Lines; without it ``TARGET.rejects.jsonl``.
    overwrite : bool
        Whether an existing file named by `target` may be replaced.
    encoding : str, optional
        Without it UTF-8 or UTF-16 by its mark, else UTF-8, else cp1252.
    header : bool
        Whether the first row holds column names; without one they are column_1, column_2 ...
    raw : bool
        Whether cells that a spreadsheet would execute stay as they are.
    progress : callable, optional
        Called with the number of rows done so far.
    model : TPMClassifier or path-like, optional

    Returns
    -------
    ScreeningSummary

    Raises
    ------
    TableError
        If the table cannot be read or written.
    """
    from tpmclassify.tables.screen_csv import CsvOptions, screen_csv

    options = CsvOptions(text, title, employer, encoding, header, raw)
    return screen_csv(
        source,
        target,
        options,
        rejects=rejects,
        overwrite=overwrite,
        progress=progress,
        classifier=_classifier(model),
    )


def _classifier(model: Model) -> TPMClassifier:
    return model if isinstance(model, TPMClassifier) else load(model)
