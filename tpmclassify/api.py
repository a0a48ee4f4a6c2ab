"""The public functions: the classifier, batches, DataFrames and files in one call each."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from tpmclassify.classifier import TPMClassifier, load
from tpmclassify.deciding.decision import Decision
from tpmclassify.errors import TableError

if TYPE_CHECKING:
    from tpmclassify.tables.summary import Progress, ScreeningSummary

_Frame = TypeVar("_Frame")
Model = TPMClassifier | str | os.PathLike[str] | None
# What parameters of `screen_file` may be.
_LEGAL: tuple[tuple[tuple[str, ...], Any, str], ...] = (
    (("target", "rejects", "report"), str | os.PathLike, "the path of a file"),
    (("title", "employer", "sheet", "encoding"), str, "a str"),
    (("text",), str | Iterable, "a str or a list of str"),
    (("header_row", "threads"), Integral, "an int of 1 or more"),
    (("progress",), Callable, "a function"),
)


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
        Its title: helps to say whether the job is one of the two at all, and is compared with the
        content. None and NaN are none.
    employer : str, optional
        The employer's name, to be masked. None and NaN are none.
    model : TPMClassifier or path-like, optional
        Without it the shipped model.

    Raises
    ------
    PostingError
        If the text is no string or longer than the classifier's `max_chars`.
    ModelFileError
        If `model` names no model file.

    Examples
    --------
    >>> import tpmclassify
    >>> decision = tpmclassify.classify(
    ...     "Manage the project schedule, budget and vendors.", "Technical Program Manager"
    ... )
    >>> decision.label, decision.title_role
    ('PM', 'TPM')
    """
    return _classifier(model).classify(text, title, employer=employer)


def classify_many(
    texts: Iterable[str],
    titles: Iterable[str | None] | None = None,
    *,
    employers: Iterable[str | None] | None = None,
    model: Model = None,
) -> list[Decision]:
    """Classify and explain many postings.

    Parameters
    ----------
    texts : iterable of str of shape (n_postings,)
    titles, employers : iterable of str or None of shape (n_postings,), optional
        As in `classify`.
    model : TPMClassifier or path-like, optional

    Raises
    ------
    PostingError
        If `texts` is a bare string, a table or a file, a text is no string, or the lengths differ.

    Examples
    --------
    >>> import tpmclassify
    >>> texts = ["Manage the project budget.", "Own the architecture of our platform."]
    >>> [decision.label for decision in tpmclassify.classify_many(texts)]
    ['PM', 'TPM']
    """
    return _classifier(model).classify_many(texts, titles, employers=employers)


def classify_iter(
    texts: Iterable[str],
    titles: Iterable[str | None] | None = None,
    *,
    employers: Iterable[str | None] | None = None,
    model: Model = None,
) -> Iterator[Decision]:
    """Classify and explain a stream of postings, of any length in little memory.

    Postings are read ahead, up to 1,024 of them, before the first decision is given. Parameters and
    errors are those of `classify_many`.

    Returns
    -------
    iterator of Decision

    Examples
    --------
    >>> import tpmclassify
    >>> texts = (f"Manage the budget of project {number}." for number in range(1000))
    >>> sum(decision.label == "PM" for decision in tpmclassify.classify_iter(texts))
    1000
    """
    return _classifier(model).classify_iter(texts, titles, employers=employers)


def screen(
    df: _Frame,
    text: str = "description",
    title: str | None = None,
    *,
    employer: str | None = None,
    model: Model = None,
) -> _Frame:
    """Screen a data frame of postings.

    Parameters
    ----------
    df : data frame of shape (n_rows, n_columns)
        Of pandas, polars (a lazy one is screened when it is computed), PyArrow (a table, a record
        batch, or a reader of such, which is screened as it is read), or DuckDB (a relation, which
        is computed).
    text : str
        The column with the postings; missing values go to review.
    title : str, optional
        The column with their titles.
    employer : str, optional
        The column with the employers' names, to be masked.
    model : TPMClassifier or path-like, optional

    Returns
    -------
    data frame of shape (n_rows, n_columns + 8)
        Of the same kind: the same rows, columns and index, then the ``tpm_`` columns.

    Raises
    ------
    TableError
        If a column is missing, holds anything but strings, or begins with ``tpm_`` already.

    Examples
    --------
    >>> import pyarrow as pa, tpmclassify
    >>> table = pa.table({"id": [7], "description": ["Manage the project budget."]})
    >>> screened = tpmclassify.screen(table)
    >>> screened["id"].to_pylist(), screened["tpm_label"].to_pylist()
    ([7], ['PM'])
    """
    from tpmclassify.frames import screen_frame
    from tpmclassify.screening import TextColumns

    columns = TextColumns(text, title, employer)
    return cast(_Frame, screen_frame(df, columns, classifier=_classifier(model)))


def screen_file(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str] | None = None,
    text: str | Sequence[str] | None = None,
    title: str | None = None,
    *,
    employer: str | None = None,
    sheet: str | None = None,
    header_row: int | None = None,
    rejects: str | os.PathLike[str] | None = None,
    report: str | os.PathLike[str] | None = None,
    overwrite: bool = False,
    resume: bool = False,
    encoding: str | None = None,
    header: bool = True,
    raw: bool = False,
    mark_duplicates: bool = False,
    in_scope_share: Literal["auto"] | None = None,
    threads: int | None = None,
    progress: "Callable[[Progress], None] | None" = None,
    model: Model = None,
) -> "ScreeningSummary":
    r"""Screen a file of postings, a few rows at a time, into another file.

    The result appears under its name only when it is complete. A job that was stopped, by Ctrl-C,
    a full disk or a power cut, goes on with `resume`, and gives the same bytes.

    Parameters
    ----------
    source : path-like
        A .csv, .tsv, .json, .jsonl, .parquet, .xlsx, .xlsm, .xlsb, .xls or .ods file; text
        formats also with .gz or .zst after their name; ``-`` for standard input. A folder is a
        table of the documents in it: a row for each, with its path and its text.
    target : path-like, optional
        The file to write, of these types but .xlsm, .xlsb, .xls and .ods; ``-`` for standard
        output. Without it ``STEM.screened.SUFFIX`` beside `source`, which is replaced.
    text : str or sequence of str, optional
        The column with the postings, or those with their parts, which are joined by blank lines.
        Without it found by its usual names, in seven languages.
    title, employer : str, optional
        Column names; without them found by their usual names.
    sheet : str, optional
        Of a workbook; without it the one with a column of postings, hidden ones left out.
    header_row : int, optional
        The row, from 1, of CSV, TSV and workbooks that holds the column names; without it found.
    rejects : path-like, optional
        Where rows that cannot be read go, as JSON Lines; without it ``TARGET.rejects.jsonl``.
    report : path-like, optional
        A page about the screening to write.
    overwrite : bool
        Whether existing files named by `target`, `rejects` or `report` may be replaced.
    resume : bool
        Whether to go on where an earlier call with the same arguments stopped, if one did.
    encoding : str, optional
        Without it UTF-8 or UTF-16 by its mark, else UTF-8, and cp1252 for lines that are not.
    header : bool
        Whether the first row holds column names; without one they are column_1, column_2 ...
    raw : bool
        Whether cells that a spreadsheet would execute stay as they are.
    mark_duplicates : bool
        Whether to add the column ``tpm_duplicate_of``: the number, from 1, of the row of the
        result that a posting nearly repeats. Costs up to 414 bytes of memory a row.
    in_scope_share : {"auto"}, optional
        Take the share of the two roles from the table's first 2,000 rows, before the first verdict;
        else it is that of the model.
    threads : int, optional
        Threads that screen; without it one for each processor. The result does not depend on it.
    progress : callable, optional
        Called with a `Progress` after each batch. What it raises stops the job, which can then be
        resumed.
    model : TPMClassifier or path-like, optional

    Returns
    -------
    ScreeningSummary

    Raises
    ------
    TableError
        If the table cannot be read or written, was changed while it was read, or is not the one
        that `resume` is to go on with.

    Examples
    --------
    >>> import pathlib, tempfile, tpmclassify
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     postings = pathlib.Path(folder, "postings.csv")
    ...     _ = postings.write_text("id,description\n7,Manage the project budget.\n")
    ...     summary = tpmclassify.screen_file(postings)
    ...     header = pathlib.Path(summary.output).read_text().split("\n")[0]
    >>> summary.rows, header[:24]
    (1, 'id,description,tpm_label')
    """
    given = locals()
    from tpmclassify.tables.job.paths import find_paths
    from tpmclassify.tables.job.run import Options, run_job

    for names, kind, legal in _LEGAL:
        for name in names:
            if not isinstance(given[name], kind | None):
                raise TableError(f"{name} must be {legal}, or None. Got {given[name]!r} instead.")
    if in_scope_share not in (None, "auto"):
        raise TableError(
            f"in_scope_share must be 'auto' here. Got {in_scope_share!r} instead; a number is a "
            "parameter of the model: load().set_params(in_scope_share=...)."
        )
    if not isinstance(source, str | os.PathLike):
        raise TableError(
            f"source must be the path of a file or folder. Got {type(source).__name__} instead. "
            "For a data frame call screen, for texts classify_many."
        )
    classifier = _classifier(model)
    classifier.policy()  # refuses settings that are not legal
    paths = find_paths(
        source, target, rejects=rejects, report=report, overwrite=overwrite, resume=resume
    )
    page = None
    if report is not None:
        from tpmclassify.pages.screening_html import ScreeningReport

        page = ScreeningReport()
    return run_job(
        paths,
        Options(
            text=text,
            title=title,
            employer=employer,
            encoding=encoding,
            header=header,
            raw=raw,
            mark_duplicates=mark_duplicates,
            sheet=sheet,
            header_row=header_row,
            own_share=in_scope_share == "auto",
        ),
        classifier=classifier,
        threads=threads,
        resume=resume,
        progress=progress,
        report=page,
    )


def _classifier(model: Model) -> TPMClassifier:
    return model if isinstance(model, TPMClassifier) else load(model)
